"""From the start of the process to the first paint of the window, from source."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.console_parts.hosted import ENVIRONMENT, live, prepare
from bench.pool import ROOT
from ui.app import Application

START_SECONDS = 60.0
PAST = 1000


def measure(short: bool) -> dict[str, float]:
    """Seconds to the first start's first page, and to the window of a later start."""
    rounds = 1 if short else 5
    later, alone = [], []
    with tempfile.TemporaryDirectory(prefix="hivemind-bench-") as name:
        first = [_start(Path(name) / f"new-{number}", "FirstStart") for number in range(rounds)]
        folder = Path(name) / "known"
        folder.mkdir()
        # The session is remembered by the master's address.
        ENVIRONMENT["GRPC_SERVER_ADDRESS"] = f"127.0.0.1:{_free_port()}"
        asyncio.run(prepare(folder, PAST))
        live(folder, _look)
        for _ in range(rounds):
            later.append(_start(folder, "MainWindow"))
            alone.append(_interpreter())
    return {
        "start_seconds": median(begun for begun, _ in later),
        "start_window_seconds": median(shown for _, shown in later),
        "start_first_time_window_seconds": median(shown for _, shown in first),
        "start_interpreter_and_qt_seconds": median(alone),
    }


async def _look(_application: Application) -> None:
    """Signed in, and that is remembered."""


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _start(folder: Path, window: str) -> tuple[float, float]:
    """Seconds to the first paint of anything, and to that of the window."""
    code = "import sys; from bench.console_parts.first_paint import show; show(*sys.argv[1:])"
    command = [sys.executable, "-c", code, window, "--data-dir", str(folder / "data")]
    command += ["--config-dir", str(folder / "console")]
    begun = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    if not done.stdout:
        raise RuntimeError(done.stderr)
    painted = [float(line.split()[1]) - begun for line in done.stdout.splitlines()]
    if window not in done.stdout:
        raise RuntimeError(done.stdout + done.stderr)
    return painted[0], painted[-1]


def _interpreter() -> float:
    """What Python and the widgets alone take: below that nobody comes."""
    begun = time.monotonic()
    code = "from PySide6.QtWidgets import QApplication; QApplication([])"
    subprocess.run([sys.executable, "-c", code], env=os.environ | ENVIRONMENT, check=True, cwd=ROOT)
    return time.monotonic() - begun
