"""Transfers a second through the ledger, beside the same statements in bare SQLite.

    python -m bench.ledger [--short] [--strict]

A pair is a hold and its settlement: two transfers in two commits. `batch` pairs share
a unit. One side is the product: LedgerService, the writer's thread, SQLite with
synchronous=FULL. The other gives the very same statements and values, recorded
beforehand on a twin of the store, to Python's sqlite3 and does nothing else. The
share is bare CPU time / our CPU time, sides taking turns. `same_thread` leaves out
the writer's thread: what is missing between it and the share is the way from the
event loop to that thread and back, which many callers at once share
(`callers_100`: as many lone callers, each with a batch of one).
"""

import asyncio
import itertools
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import create_engine

from app.common.clock import SystemClock
from app.common.ids import SystemIds
from app.common.invariant import invariant
from app.master.ledger.requests import HoldRequest, LedgerSettings, Settlement, Share
from app.master.ledger.service import LedgerService
from app.master.store.engine import Engines, open_engines, sqlite_url
from app.master.store.migrations import migrate
from app.master.store.reader import InlineReader
from app.master.store.writer import GroupCommitWriter, InlineWriter, Writer
from bench.report import finish, interleaved, median_of, parser

USERS = 100
CALLERS = 100
PRICE_MCPT = 1000
#: Units of a turn, by their batch.
UNITS = {1: 100, 10: 40, 100: 10, 1000: 3}
UNITS_SHORT = {1: 20, 10: 5, 100: 2, 1000: 1}
PRAGMAS = ("synchronous=FULL", "foreign_keys=ON", "cache_size=-65536", "temp_store=MEMORY")

Tape = list[tuple[str, Any, bool]]
Units = list[list[HoldRequest]]


def recording(tape: Tape) -> type[sqlite3.Connection]:
    """A connection that puts on `tape` every statement the product gives to the driver."""

    class RecordingCursor(sqlite3.Cursor):
        def executemany(self, text: str, rows: Any) -> Any:
            tape.append((text, rows, True))
            return super().executemany(text, rows)

    class RecordingConnection(sqlite3.Connection):
        def execute(self, text: str, values: Any = ()) -> sqlite3.Cursor:
            tape.append((text, values, False))
            return super().execute(text, values)

        def cursor(self, factory: Any = RecordingCursor) -> Any:
            return super().cursor(factory)

    return RecordingConnection


class Side:
    """A store of its own with a ledger, and the loop that drives it."""

    def __init__(self, engines: Engines, runner: asyncio.Runner) -> None:
        self._runner = runner
        self.engines = engines
        clock = SystemClock()
        settings = LedgerSettings(grant_mcpt=10**12)
        self.ledger = LedgerService(InlineReader(engines), clock, SystemIds(clock), settings)
        migrate(engines)
        writer = InlineWriter(engines)
        runner.run(self._open_accounts(writer))
        writer.close()

    async def _open_accounts(self, writer: InlineWriter) -> None:
        await writer.run(self.ledger.prepare)
        for number in range(USERS):
            await writer.run(partial(self.ledger.open_account, user_id=user(number)))

    def play(self, writer: Writer, units: Units, callers: int = 1) -> None:
        """Hold and settle `units`, one after another, or by `callers` at the same time."""
        self._runner.run(self._callers(writer, units, callers))

    async def _callers(self, writer: Writer, units: Units, callers: int) -> None:
        work = (self._caller(writer, units[place::callers]) for place in range(callers))
        await asyncio.gather(*work)

    async def _caller(self, writer: Writer, units: Units) -> None:
        for requests in units:
            await self._pair(writer, requests)

    async def _pair(self, writer: Writer, requests: list[HoldRequest]) -> None:
        holds = await writer.run(lambda tx: self.ledger.hold_many(tx, requests))
        settlements = [
            Settlement(hold, (Share(neighbour(request.owner_id)),))
            for hold, request in zip(holds, requests, strict=True)
        ]
        await writer.run(lambda tx: self.ledger.settle_many(tx, settlements))


def user(number: int) -> str:
    """An id as long as a real one."""
    return f"{number % USERS:026}"


def neighbour(user_id: str) -> str:
    """Who earns what `user_id` pays."""
    return user(int(user_id) + 1)


def recording_engines(path: Path, tape: Tape) -> Engines:
    """Engines whose one connection notes on `tape` what it runs."""
    engine = create_engine(
        sqlite_url(path),
        isolation_level="AUTOCOMMIT",
        connect_args={"factory": recording(tape), "check_same_thread": False},
    )
    return Engines(write=engine, read=engine)


def replay(bare: sqlite3.Connection, tape: Tape) -> None:
    """Run `tape` and nothing else."""
    for text, values, many in tape:
        if many:
            bare.executemany(text, values)
        else:
            bare.execute(text, values).fetchall()


class Contest:
    """The sides, and turns in which they do the same."""

    def __init__(self, folder: Path, runner: asyncio.Runner) -> None:
        self._runner = runner
        self._numbers = itertools.count()
        self._tape: Tape = []
        self._twin = Side(recording_engines(folder / "twin.db", self._tape), runner)
        self._recorder = InlineWriter(self._twin.engines)
        self._ours = Side(open_engines(sqlite_url(folder / "ours.db")), runner)
        self._inline = Side(open_engines(sqlite_url(folder / "inline.db")), runner)
        self._inline_writer = InlineWriter(self._inline.engines)
        Side(open_engines(sqlite_url(folder / "bare.db")), runner).engines.dispose()
        self._bare = sqlite3.connect(
            folder / "bare.db", isolation_level=None, cached_statements=512
        )
        for pragma in PRAGMAS:
            self._bare.execute(f"PRAGMA {pragma}")
        self._writer = GroupCommitWriter(self._ours.engines, on_failure=print)
        runner.run(self._start())

    async def _start(self) -> None:
        self._writer.start()

    def stop(self) -> None:
        """End the thread and close what is open."""
        self._runner.run(self._writer.stop())
        self._bare.close()
        self._recorder.close()
        self._inline_writer.close()
        for side in (self._twin, self._ours, self._inline):
            side.engines.dispose()

    def _make_units(self, batch: int, count: int) -> Units:
        return [
            [
                HoldRequest(user(number), f"{number:026}", PRICE_MCPT)
                for number in itertools.islice(self._numbers, batch)
            ]
            for _ in range(count)
        ]

    def _record(self, units: Units) -> Tape:
        self._tape.clear()
        self._twin.play(self._recorder, units)
        invariant(bool(self._tape), "the twin's statements are on the tape")
        return list(self._tape)

    def compare(self, batch: int, count: int, rounds: int) -> dict[str, float]:
        """Figures for units of `batch`: shares of bare CPU time, and transfers a second."""
        turns = [self._make_units(batch, count) for _ in range(rounds)]
        tapes = [self._record(units) for units in turns]
        walls: list[float] = []

        def ours(units: Iterator[Units]) -> Callable[[], None]:
            def play() -> None:
                start = time.perf_counter()
                self._ours.play(self._writer, next(units))
                walls.append(time.perf_counter() - start)

            return play

        inline_turns, bare_turns = iter(turns), iter(tapes)
        taken = median_of(
            interleaved(
                {
                    "ours": ours(iter(turns)),
                    "inline": lambda: self._inline.play(self._inline_writer, next(inline_turns)),
                    "bare": lambda: replay(self._bare, next(bare_turns)),
                },
                rounds,
            )
        )
        transfers = 2 * batch * count
        return {
            f"share_batch_{batch}": taken["bare"] / taken["ours"],
            f"same_thread_batch_{batch}": taken["bare"] / taken["inline"],
            f"transfers_per_second_batch_{batch}": transfers / min(walls),
            f"cpu_us_per_transfer_batch_{batch}": taken["ours"] / transfers * 1e6,
        }

    def compare_callers(self, count: int, rounds: int) -> dict[str, float]:
        """Many callers with a batch of one, beside bare commits of one."""
        turns = [self._make_units(1, count) for _ in range(rounds)]
        tapes = [self._record(units) for units in turns]
        our_turns, bare_turns = iter(turns), iter(tapes)
        taken = median_of(
            interleaved(
                {
                    "ours": lambda: self._ours.play(self._writer, next(our_turns), CALLERS),
                    "bare": lambda: replay(self._bare, next(bare_turns)),
                },
                rounds,
            )
        )
        return {f"share_callers_{CALLERS}": taken["bare"] / taken["ours"]}


def main() -> int:
    """Measure and tell."""
    arguments = parser(__doc__).parse_args()
    # What the migrations log is no part of the figures.
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    units = UNITS_SHORT if arguments.short else UNITS
    rounds = 3 if arguments.short else 9
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        contest = Contest(Path(folder), runner)
        for batch, count in units.items():
            figures |= contest.compare(batch, count, rounds)
        figures |= contest.compare_callers(units[1] * 5, rounds)
        contest.stop()
    goals = {f"share_batch_{batch}": ">= 0.6" for batch in units}
    goals[f"share_callers_{CALLERS}"] = ">= 0.6"
    return finish("ledger", figures, goals, strict=arguments.strict)


if __name__ == "__main__":
    sys.exit(main())
