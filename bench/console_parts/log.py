"""A log of fifty megabytes: its first screen, and following it while it grows."""

import tempfile
import time
from functools import partial
from itertools import cycle
from pathlib import Path

import psutil
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from bench.console_parts.qt import (
    Stopwatch,
    application,
    lone_console,
    paint,
    stall_figures,
)
from ui.models.log_lines import LogText, Source
from ui.stalls import Stalls
from ui.widgets.log_panel import LogPanel

MEBIBYTE = 1024 * 1024
#: As the master sends it.
CHUNK_BYTES = 64 * 1024
BYTES_PER_SECOND = 5 * MEBIBYTE
SIZE = (1200, 500)


def lines_of(count: int) -> bytes:
    """So many bytes of lines, some with colours, some long, some not of ASCII."""
    made = bytearray()
    number = 0
    while len(made) < count:
        number += 1
        text = f"[{number:08}] step {number % 97:2} loss \x1b[33m{1 / (number + 1):.9f}\x1b[0m ok\n"
        made += text.encode()
        if number % 50 == 0:
            made += ("进度 " + "=" * (number % 400) + "\n").encode()
    return bytes(made[:count])


def measure(short: bool) -> dict[str, float]:
    """Figures of the log's panel, without the wire: see `live` for that."""
    application()
    size_mib, seconds = (2, 2) if short else (50, 20)
    data = lines_of(MEBIBYTE)
    with tempfile.TemporaryDirectory(prefix="hivemind-bench-") as name:
        panel = LogPanel(lone_console(Path(name)).operations)
        panel.resize(*SIZE)
        panel.show()
        paint(panel.view.viewport())
        first, text = Stopwatch(), LogText()
        before = _memory()
        taken = Stopwatch()
        taken.take(*[partial(_append, text, data)] * size_mib)
        first.take(
            partial(panel.show_text, text, "task.log"), partial(paint, panel.view.viewport())
        )
        held = (_memory() - before) / MEBIBYTE - size_mib
        figures = {
            "log_mib": float(size_mib),
            **first.figures("log_first_screen"),
            **taken.figures("log_take_all"),
            "log_memory_over_its_bytes_mib": held,
        }
        figures |= _follow(panel, seconds, data)
        panel.hide()
    return figures


def _append(text: LogText, data: bytes) -> None:
    for start in range(0, len(data), CHUNK_BYTES):
        text.append(Source.OUTPUT, data[start : start + CHUNK_BYTES])


def _follow(panel: LogPanel, seconds: int, data: bytes) -> dict[str, float]:
    """Feed it 5 MB a second from a timer while the sampler looks."""
    chunks = cycle([data[at : at + CHUNK_BYTES] for at in range(0, len(data), CHUNK_BYTES)])
    stalls = Stalls(kept_seconds=seconds + 10)
    feeding = QTimer()
    feeding.setTimerType(Qt.TimerType.PreciseTimer)
    fed, start = 0, time.perf_counter()

    def feed() -> None:
        nonlocal fed
        due = (time.perf_counter() - start) * BYTES_PER_SECOND
        while fed < due:
            chunk = next(chunks)
            panel.text.append(Source.OUTPUT, chunk)
            fed += len(chunk)
        panel.appended()

    before = _memory()
    feeding.timeout.connect(feed)
    feeding.start(10)
    stalls.watch(stalls)
    cpu = time.thread_time()
    while time.perf_counter() - start < seconds:
        QApplication.processEvents()
        time.sleep(0.001)
    passed, cpu = time.perf_counter() - start, time.thread_time() - cpu
    feeding.stop()
    stalls.unwatch(stalls)
    return {
        "log_follow_mib_per_second": fed / passed / MEBIBYTE,
        "log_follow_cpu_percent": 100 * cpu / passed,
        "log_follow_memory_over_its_bytes_mib": (_memory() - before - fed) / MEBIBYTE,
        **stall_figures("log_follow", stalls.late_ms),
    }


def _memory() -> int:
    return int(psutil.Process().memory_info().rss)
