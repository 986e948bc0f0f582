"""From the start of the process to the first paint of the window, from source."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from bench.console_parts.hosted import ENVIRONMENT, live, prepare
from bench.pool import ROOT
from ui.app import Application, main

START_SECONDS = 60.0
PAST = 1000


class FirstPaint(QObject):
    """Prints when the first window was painted, and quits."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Qt's own."""
        if (
            event.type() == QEvent.Type.Paint
            and isinstance(watched, QWidget)
            and watched.isWindow()
        ):
            print(type(watched).__name__, time.monotonic(), flush=True)
            app = QCoreApplication.instance()
            if app is not None:
                app.removeEventFilter(self)
                QTimer.singleShot(0, app.quit)
        return False


def show(arguments: Sequence[str]) -> int:
    """Be the application, as `master_node.py` begins it, and tell of its first paint."""
    app = QApplication(sys.argv[:1])
    first = FirstPaint()
    app.installEventFilter(first)
    return main(arguments)


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
        "start_first_time_seconds": median(first),
        "start_seconds": median(later),
        "start_interpreter_and_qt_seconds": median(alone),
    }


async def _look(_application: Application) -> None:
    """Signed in, and that is remembered."""


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _start(folder: Path, window: str) -> float:
    code = "import sys; from bench.console_parts.start import show; show(sys.argv[1:])"
    command = [sys.executable, "-c", code, "--data-dir", str(folder / "data")]
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
    shown, at = done.stdout.split()
    if shown != window:
        raise RuntimeError(f"{shown} was shown, not {window}")
    return float(at) - begun


def _interpreter() -> float:
    """What Python and the widgets alone take: below that nobody comes."""
    begun = time.monotonic()
    code = "from PySide6.QtWidgets import QApplication; QApplication([])"
    subprocess.run([sys.executable, "-c", code], env=os.environ | ENVIRONMENT, check=True, cwd=ROOT)
    return time.monotonic() - begun
