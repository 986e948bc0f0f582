"""RPCs served inside the console's event loop, beside plain asyncio and qasync as it is.

Three servers with the same handler, a process each, take turns. What counts is RPCs a CPU second
of the server: wall time would be the client's too. The servers with Qt run a timer of 10 ms, and
how late it comes is how long a window would stand still.
"""

import asyncio
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from statistics import median
from typing import Any

import grpc
import grpc.aio
import psutil
import qasync
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from bench import report
from ui.event_loop import run

ECHO = "/bench.Loop/Echo"
LATENESS = "/bench.Loop/Lateness"
MESSAGE = b"x" * 200
TICK_MS = 10


class Ticks:
    """How late a Qt timer comes, in milliseconds, since it was last asked."""

    def __init__(self) -> None:
        self._late_ms: list[float] = []
        self._due = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    def _tick(self) -> None:
        now = time.perf_counter()
        self._late_ms.append((now - self._due) * 1000 - TICK_MS)
        self._due = now

    def take(self) -> list[float]:
        taken, self._late_ms = self._late_ms, []
        return taken


async def _serve(pipe: Connection, take_lateness: Callable[[], list[float]]) -> None:
    async def echo(message: bytes, _context: Any) -> bytes:
        await asyncio.sleep(0)
        return message

    async def lateness(_message: bytes, _context: Any) -> bytes:
        return json.dumps(take_lateness()).encode()

    server = grpc.aio.server()
    handlers = {
        "Echo": grpc.unary_unary_rpc_method_handler(echo),
        "Lateness": grpc.unary_unary_rpc_method_handler(lateness),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench.Loop", handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    pipe.send(port)
    await server.wait_for_termination()


def _serve_in_asyncio(pipe: Connection) -> None:
    asyncio.run(_serve(pipe, list))


def _serve_in_console(pipe: Connection) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    _app = QApplication([])
    run(_serve(pipe, Ticks().take))


def _serve_in_qasync(pipe: Connection) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QApplication([])
    ticks = Ticks()
    with qasync.QEventLoop(app) as loop:
        loop.run_until_complete(_serve(pipe, ticks.take))


SIDES: Mapping[str, Callable[[Connection], None]] = {
    "asyncio": _serve_in_asyncio,
    "console": _serve_in_console,
    "qasync": _serve_in_qasync,
}


@dataclass
class Side:
    """One server and what was measured on it, a value a round."""

    port: int
    process: psutil.Process
    rates: list[float] = field(default_factory=list)
    late_ms: list[float] = field(default_factory=list)

    def cpu_seconds(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextmanager
def started(serve: Callable[[Connection], None]) -> Iterator[Side]:
    """A server in a process of its own."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=serve, args=(theirs,))
    process.start()
    try:
        yield Side(ours.recv(), psutil.Process(process.pid))
    finally:
        process.kill()
        process.join()


async def measure(side: Side, calls: int, at_once: int) -> None:
    """Let `at_once` callers send `calls` RPCs together; note the rate and the timer's lateness."""
    # The stubs know less of grpc.aio than it takes.
    channel: Any
    async with grpc.aio.insecure_channel(f"127.0.0.1:{side.port}") as channel:
        echo, lateness = channel.unary_unary(ECHO), channel.unary_unary(LATENESS)

        async def caller(count: int) -> None:
            for _ in range(count):
                await echo(MESSAGE)

        await caller(20)
        await lateness(b"")
        before = side.cpu_seconds()
        await asyncio.gather(*(caller(calls // at_once) for _ in range(at_once)))
        side.rates.append(calls / (side.cpu_seconds() - before))
        side.late_ms += json.loads(await lateness(b""))


def compare(calls: int, at_once: int, rounds: int) -> dict[str, Side]:
    """All sides, taking turns for `rounds` rounds."""
    with ExitStack() as servers:
        sides = {name: servers.enter_context(started(serve)) for name, serve in SIDES.items()}
        for turn in range(rounds):
            # Who comes first changes, so that no side always follows the same other.
            names = list(sides)[turn % len(sides) :] + list(sides)[: turn % len(sides)]
            for name in names:
                asyncio.run(measure(sides[name], calls, at_once))
    return sides


def main() -> int:
    options = report.parser(__doc__).parse_args()
    calls, rounds = (400, 1) if options.short else (3000, 7)
    figures: dict[str, float] = {}
    for at_once in (16, 1):
        sides = compare(calls, at_once, rounds)
        rates = {name: median(side.rates) for name, side in sides.items()}
        for name, rate in rates.items():
            figures[f"{name}_rpcs_per_cpu_second_{at_once}_at_once"] = rate
        for name in ("console", "qasync"):
            figures[f"{name}_ratio_{at_once}_at_once"] = rates[name] / rates["asyncio"]
        for name in ("console", "qasync"):
            late_ms = sides[name].late_ms
            figures[f"{name}_late_p99_ms_{at_once}_at_once"] = report.percentile(late_ms, 99)
            figures[f"{name}_late_max_ms_{at_once}_at_once"] = max(late_ms)
    goals = {
        "console_ratio_16_at_once": ">= 0.85",
        "console_ratio_1_at_once": ">= 0.85",
        "console_late_p99_ms_16_at_once": "<= 50",
    }
    return report.finish("event_loop", figures, goals, strict=options.strict)


if __name__ == "__main__":
    raise SystemExit(main())
