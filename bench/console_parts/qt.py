"""What the parts of the console's benchmark share: an application, a console, and a stopwatch."""

import gc
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QAbstractEventDispatcher, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from app.client.profiles import Profiles
from app.master.identity.permissions import Permission
from bench import report
from proto import nodepool_pb2 as pb
from ui.connection import Connection
from ui.console import Console, Selection
from ui.operations import Operations
from ui.settings import SettingsFile


def application() -> QApplication:
    """The one application of the process, as the console makes it."""
    known = QApplication.instance()
    if isinstance(known, QApplication):
        return known
    made = QApplication(["console"])
    made.setStyle("Fusion")
    made.setQuitOnLastWindowClosed(False)
    return made


def lone_console(folder: Path) -> Console:
    """A console that is connected to nothing, of a user who may do everything."""
    connection = Connection(Profiles(folder / "profiles"))
    connection.user = pb.UserInfo(
        username="ada", role="admin", permissions=[each.name for each in Permission]
    )
    settings = SettingsFile(folder / "console.json")
    return Console(connection, Operations(), settings, Selection())


class Paints(QObject):
    """Counts how often a widget was painted; `on_paint` is called after each time."""

    def __init__(self, widget: QWidget, on_paint: Callable[[], object] | None = None) -> None:
        super().__init__(widget)
        self.count = 0
        self._on_paint = on_paint
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Qt's own: a paint is counted before it is done, so `painted` waits for the next."""
        if event.type() == QEvent.Type.Paint:
            self.count += 1
            if self._on_paint is not None:
                self._on_paint()
        return super().eventFilter(watched, event)


def paint(widget: QWidget) -> None:
    """Handle what waits until `widget` has been painted anew."""
    paints = Paints(widget)
    widget.update()
    while not paints.count:
        QApplication.processEvents()
    widget.removeEventFilter(paints)
    paints.deleteLater()


@dataclass
class Stopwatch:
    """Milliseconds that something took in the GUI's thread, by the wall and by its CPU."""

    wall_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)

    def take(self, *actions: Callable[[], object]) -> None:
        """Do this once, one after the other."""
        cpu, wall = time.thread_time(), time.perf_counter()
        for action in actions:
            action()
        self.cpu_ms.append((time.thread_time() - cpu) * 1000)
        self.wall_ms.append((time.perf_counter() - wall) * 1000)

    def figures(self, name: str) -> dict[str, float]:
        """The medians, by names that begin with `name`."""
        return {f"{name}_ms": median(self.wall_ms), f"{name}_cpu_ms": median(self.cpu_ms)}


def loop_cpu_ms() -> float:
    """CPU of a fixed piece of plain Python: how fast the machine is just now."""
    start = time.thread_time()
    sum(number * number for number in range(1_000_000))
    return (time.thread_time() - start) * 1000


def ratio(ours: Stopwatch, bare: Stopwatch) -> float:
    """How many times the CPU of the bare thing ours takes: wall time is the machine's too."""
    return median(ours.cpu_ms) / median(bare.cpu_ms)


def stall_figures(name: str, late_ms: list[float]) -> dict[str, float]:
    """What the sampler found, in a form for a table."""
    return {
        f"{name}_stall_p50_ms": report.percentile(late_ms, 50),
        f"{name}_stall_p99_ms": report.percentile(late_ms, 99),
        f"{name}_stall_max_ms": max(late_ms),
    }


def live_timers() -> int:
    """Qt timers that run, of every object that Python made."""
    dispatcher = QAbstractEventDispatcher.instance()
    # Also what the feed has set aside.
    gc.unfreeze()
    objects = [found for found in gc.get_objects() if isinstance(found, QObject) and isValid(found)]
    gc.freeze()
    return sum(len(dispatcher.registeredTimers(found)) for found in objects)


class BusyTicks:
    """CPU time of the GUI's thread between two ticks of 10 ms: what a stall would be alone."""

    def __init__(self) -> None:
        self._busy_ms: list[float] = []
        self._known = time.thread_time()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(10)

    def stop(self) -> None:
        self._timer.stop()

    def figures(self, name: str) -> dict[str, float]:
        """In a form for a table."""
        return {
            f"{name}_busy_cpu_p99_ms": report.percentile(self._busy_ms, 99),
            f"{name}_busy_cpu_max_ms": max(self._busy_ms),
        }

    def _tick(self) -> None:
        now = time.thread_time()
        self._busy_ms.append((now - self._known) * 1000)
        self._known = now
