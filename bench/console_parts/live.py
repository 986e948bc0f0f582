"""The window with every dock open while its own master serves a pool at work."""

import asyncio
import tempfile
import time
from bisect import bisect_left
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QDockWidget

from bench import report
from bench.console_parts.hosted import beside, heard, live, prepare, until
from bench.console_parts.load import PROBE_NAME, PROBES, Load, call, pretend
from bench.console_parts.log import MEBIBYTE
from bench.console_parts.qt import BusyTicks, live_timers, paint, stall_figures
from ui.app import Application
from ui.docks.task_log import TaskLogPane
from ui.docks.tasks import TasksPane
from ui.main_window import MainWindow
from ui.pool_state import Delta
from ui.stalls import Stalls

SIZE = (2560, 1440)
COLUMNS = 4
WARM_UP_SECONDS = 3.0
SETTLE_SECONDS = 2.0


@dataclass
class Painted(QObject):
    """When which percent of which probe was painted first."""

    pane: TasksPane
    probes: list[str]
    seen: dict[tuple[str, int], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        QObject.__init__(self)
        self.since = 0.0
        self.pane.table.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Qt's own."""
        if event.type() == QEvent.Type.Paint and isinstance(event, QPaintEvent):
            self._note(event)
        return False

    def _note(self, event: QPaintEvent) -> None:
        table, model, now = self.pane.table, self.pane.model, time.monotonic()
        column = next(n for n, each in enumerate(model.columns) if each.name == "progress")
        for task_id in self.probes:
            place = model.place_of(task_id)
            if place is None:
                continue
            rect = table.visualRect(model.index(place, column))
            if not rect.isEmpty() and event.region().intersects(rect):
                percent = self.pane.console.state.tasks[task_id].progress_percent
                self.seen.setdefault((task_id, percent), now)

    def latencies_ms(self, sent: list[tuple[str, int, float]]) -> list[float]:
        """From a report's sending until it, or a newer one, was painted; of those since `since`."""
        painted = {
            task_id: sorted((percent, at) for (each, percent), at in self.seen.items()
                            if each == task_id)
            for task_id in self.probes
        }  # fmt: skip
        found = []
        for task_id, percent, at in sent:
            if at < self.since:
                continue
            shown = painted.get(task_id, [])
            place = bisect_left(shown, (percent, 0.0))
            if place < len(shown):
                found.append((shown[place][1] - at) * 1000)
        return found


@dataclass
class Run:
    """One run: how long, how much, and what was found."""

    seconds: int
    nodes: int
    past: int
    log_mib: int
    #: Every dock beside the others, none behind another: more than anybody would have.
    spread: bool
    figures: dict[str, float] = field(default_factory=dict)

    async def tell(self, application: Application) -> None:
        """Load it, look, and note the figures."""
        window, host = application.window, application.host
        if window is None or host is None:
            raise RuntimeError("there is no window")
        load = Load(host.address, host.pin, self.nodes, self.nodes, 0.4 * self.nodes, self.log_mib)
        with beside(pretend, load) as nodes, beside(call, host.address, host.pin) as caller:
            await asyncio.gather(heard(nodes), heard(caller))
            await until(lambda: len(_probes(application)) == PROBES)
            _open_docks(window, spread=self.spread)
            await asyncio.sleep(WARM_UP_SECONDS)
            if self.log_mib:
                await self._open_log(application, window)
            nodes.send("begin")
            await asyncio.sleep(WARM_UP_SECONDS)
            painted = await self._look_at_probes(application, window)
            # To count them takes long: not while anything is timed.
            timers = live_timers()
            await asyncio.sleep(SETTLE_SECONDS)
            painted.since = time.monotonic()
            caller.send("begin")
            await self._watch(application)
            caller.send("end")
            took_ms = await heard(caller)
            nodes.send("end")
            sent = await heard(nodes)
            left = live_timers()
        # Where nothing was painted in time, it took the whole run.
        told = painted.latencies_ms(sent[:-PROBES]) or [self.seconds * 1000.0]
        self.figures |= {
            "live_timers": left,
            "live_timers_growth": left - timers,
            "live_rpc_p50_ms": report.percentile(took_ms, 50),
            "live_rpc_p99_ms": report.percentile(took_ms, 99),
            "live_painted_changes": len(told),
            "live_painted_p50_ms": report.percentile(told, 50),
            "live_painted_p99_ms": report.percentile(told, 99),
        }

    async def _open_log(self, application: Application, window: MainWindow) -> None:
        """The first screen of a long log, through the master: from the selection on."""
        pane = window.panes["task_log"]
        if not isinstance(pane, TaskLogPane):
            raise TypeError("another pane")
        tasks = application.console.state.tasks.values()
        (task_id,) = [each.task_id for each in tasks if each.name == "talkative"]
        window.show_pane("task_log")
        application.console.selection.select_tasks([task_id])
        pane._settle.stop()
        stalls, start = Stalls(kept_seconds=60), time.perf_counter()
        stalls.watch(stalls)
        pane._show_selected()
        bar = pane.panel.view.verticalScrollBar()
        await until(lambda: bar.maximum() > 0)
        paint(pane.panel.view.viewport())
        self.figures["live_log_first_screen_ms"] = (time.perf_counter() - start) * 1000
        await until(lambda: pane.panel.text.size_bytes >= self.log_mib * MEBIBYTE)
        self.figures["live_log_all_ms"] = (time.perf_counter() - start) * 1000
        stalls.unwatch(stalls)
        self.figures |= stall_figures("live_log_fetch", stalls.late_ms)

    async def _look_at_probes(self, application: Application, window: MainWindow) -> Painted:
        pane = window.panes["tasks"]
        if not isinstance(pane, TasksPane):
            raise TypeError("another pane")
        probes = _probes(application)
        application.console.selection.select_nodes([next(iter(application.console.state.nodes))])
        window.show_pane("tasks")
        await until(lambda: all(pane.model.place_of(each) is not None for each in probes))
        pane.table.select_keys(probes[:1])
        top = min(place for each in probes if (place := pane.model.place_of(each)) is not None)
        at_top = QAbstractItemView.ScrollHint.PositionAtTop
        pane.table.scrollTo(pane.model.index(top, 0), at_top)
        return Painted(pane, probes)

    async def _watch(self, application: Application) -> None:
        host, feed = application.host, application.console.feed
        if host is None:
            raise RuntimeError("there is no master")
        changes = 0

        def count(delta: Delta) -> None:
            nonlocal changes
            changes += len(delta.tasks)

        feed.changed.connect(count)
        process = psutil.Process()
        stalls, busy = Stalls(kept_seconds=self.seconds + 10), BusyTicks()
        served, memory = host.messages_served, process.memory_info().rss
        cpu, start = time.thread_time(), time.perf_counter()
        all_cpu = time.process_time()
        stalls.watch(stalls)
        await asyncio.sleep(self.seconds)
        stalls.unwatch(stalls)
        passed = time.perf_counter() - start
        self.figures |= {
            "live_past_tasks": self.past,
            "live_messages_per_second": (host.messages_served - served) / passed,
            "live_task_changes_shown_per_second": changes / passed,
            "live_gui_thread_cpu_percent": 100 * (time.thread_time() - cpu) / passed,
            "live_process_cpu_percent": 100 * (time.process_time() - all_cpu) / passed,
            "live_memory_growth_mib": (process.memory_info().rss - memory) / MEBIBYTE,
            **stall_figures("live", stalls.late_ms),
            **busy.figures("live"),
        }
        busy.stop()
        feed.changed.disconnect(count)


def _probes(application: Application) -> list[str]:
    tasks = application.console.state.tasks.values()
    return [task.task_id for task in tasks if task.name == PROBE_NAME]


def _open_docks(window: MainWindow, *, spread: bool) -> None:
    window.resize(*SIZE)
    for name in window.panes:
        window.show_pane(name)
    if not spread:
        return
    docks = window.findChildren(QDockWidget)
    for dock in docks:
        window.removeDockWidget(dock)
    for number, dock in enumerate(docks):
        if number == 0:
            window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
        elif number < COLUMNS:
            window.splitDockWidget(docks[number - 1], dock, Qt.Orientation.Horizontal)
        else:
            window.splitDockWidget(docks[number - COLUMNS], dock, Qt.Orientation.Vertical)
        dock.show()


def measure(short: bool) -> dict[str, float]:
    """Figures under load: 500 nodes for a minute (20 for a few seconds where short)."""
    one = Run(4, 20, 500, 2, spread=True) if short else Run(60, 500, 100_000, 50, spread=True)
    return _run(one)


def _run(one: Run) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="hivemind-bench-") as name:
        asyncio.run(prepare(Path(name), one.past))
        live(Path(name), one.tell)
    return one.figures


def idle(short: bool) -> dict[str, float]:
    """Figures of a window that is minimised over a master without work."""
    seconds, figures = (3, {}) if short else (60, {})

    async def tell(application: Application) -> None:
        window = application.window
        if window is None:
            raise RuntimeError("there is no window")
        _open_docks(window, spread=False)
        await asyncio.sleep(WARM_UP_SECONDS)
        window.showMinimized()
        await asyncio.sleep(WARM_UP_SECONDS)
        timers, cpu, start = live_timers(), time.process_time(), time.perf_counter()
        await asyncio.sleep(seconds)
        passed = time.perf_counter() - start
        figures["idle_cpu_percent"] = 100 * (time.process_time() - cpu) / passed
        figures["idle_timers"] = live_timers()
        figures["idle_timers_growth"] = live_timers() - timers

    with tempfile.TemporaryDirectory(prefix="hivemind-bench-") as name:
        asyncio.run(prepare(Path(name), 100 if short else 10_000))
        live(Path(name), tell)
    return figures
