"""The pool at a glance: its figures now, and over time."""

from datetime import timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.common.clock import MICROSECONDS, to_datetime
from app.common.errors import HiveMindError
from proto import nodepool_pb2 as pb
from ui import formats
from ui.console import Console
from ui.docks.pane import Pane
from ui.feed import Link
from ui.models.pool_series import DAY_SECONDS, HOUR_SECONDS, PoolSeries, share_of
from ui.pool_state import Delta
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.empty_state import EmptyState
from ui.widgets.tiles import Tile, Tiles
from ui.widgets.time_plot import Curve, PlotGrid, TimePlot

_DASH = Qt.PenStyle.DashLine
_DOT = Qt.PenStyle.DotLine


class OverviewPane(Pane):
    """Tiles and graphs. Everybody may see it: it shows numbers of the whole pool only."""

    name = "overview"

    join_wanted = Signal()

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(console, parent)
        self.hour = PoolSeries()
        self.day = PoolSeries(by_minute=True)
        #: The spans of which what was before has been asked for.
        self._asked: set[float] = set()
        self._turn = 0
        self.tiles = self._make_tiles()
        self.notice = QLabel()
        self.notice.hide()
        self.plots = self._make_plots()
        self.empty = EmptyState()
        self.empty.wanted.connect(self.join_wanted)
        self._stack = QStackedWidget()
        self._stack.addWidget(PlotGrid(list(self.plots.values())))
        self._stack.addWidget(self.empty)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Tiles(list(self.tiles.values())))
        column.addLayout(self._make_bar())
        column.addWidget(self._stack, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)
        self.column.addWidget(scroll)
        self.span.currentIndexChanged.connect(self._on_span)

    def title(self) -> str:
        return self.tr("Overview")

    def take(self, delta: Delta) -> None:
        """Show the newest numbers."""
        if delta.reset:
            self.hour.clear()
            self.day.clear()
            self._asked.clear()
            if self.console.feed.link is Link.LIVE:
                self._ask(self._series())
        if delta.reset or delta.stats:
            self._take_stats()
            self._show(whole=delta.reset)

    # -- making

    def _make_tiles(self) -> dict[str, Tile]:
        return {
            "nodes": Tile(self.tr("Nodes online"), bar=True),
            "queued": Tile(self.tr("Tasks waiting")),
            "running": Tile(self.tr("Tasks running")),
            "finished": Tile(self.tr("Finished a minute")),
            "failed": Tile(self.tr("Failed a minute")),
            "charged": Tile(self.tr("Charged a minute")),
            "cpu": Tile(self.tr("CPU held"), bar=True),
            "memory": Tile(self.tr("Memory held"), bar=True),
            "gpu": Tile(self.tr("GPUs held"), bar=True),
        }

    def _make_bar(self) -> QHBoxLayout:
        self.span = QComboBox()
        self.span.addItem(self.tr("Last 10 minutes"), 600)
        self.span.addItem(self.tr("Last hour"), HOUR_SECONDS)
        self.span.addItem(self.tr("Last day"), DAY_SECONDS)
        self.span.setCurrentIndex(1)
        label = QLabel(self.tr("Graphs of the"))
        label.setBuddy(self.span)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.span)
        row.addWidget(self.notice)
        row.addStretch(1)
        return row

    def _make_plots(self) -> dict[str, TimePlot]:
        def percent(value: float) -> str:
            return f"{value:.0f} %"

        def number(value: float) -> str:
            return formats.count(round(value))

        def rate(value: float) -> str:
            return f"{value:.1f}" if 0 < value < 10 else number(value)

        return {
            "measured": TimePlot(
                self.tr("Load, measured"),
                [
                    Curve("cpu_percent", self.tr("CPU"), Tone.BUSY),
                    Curve("memory_percent", self.tr("Memory"), Tone.WARNING, _DASH),
                    Curve("gpu_percent", self.tr("GPU"), Tone.GOOD, _DOT),
                ],
                percent,
                top=100.0,
            ),
            "held": TimePlot(
                self.tr("Held by tasks, of the whole"),
                [
                    Curve("cpu_held", self.tr("CPU"), Tone.BUSY),
                    Curve("memory_held", self.tr("Memory"), Tone.WARNING, _DASH),
                    Curve("gpu_held", self.tr("GPU"), Tone.GOOD, _DOT),
                ],
                percent,
                top=100.0,
            ),
            "throughput": TimePlot(
                self.tr("Tasks that ended, a minute"),
                [
                    Curve("tasks_succeeded", self.tr("Succeeded"), Tone.GOOD),
                    Curve("tasks_failed", self.tr("Failed"), Tone.BAD, _DASH),
                    Curve("tasks_cancelled", self.tr("Cancelled"), Tone.QUIET, _DOT),
                ],
                rate,
            ),
            "tasks": TimePlot(
                self.tr("Open tasks"),
                [
                    Curve("tasks_queued", self.tr("Waiting"), Tone.WAITING, _DASH),
                    Curve("tasks_assigned", self.tr("Assigned"), Tone.WARNING, _DOT),
                    Curve("tasks_running", self.tr("Running"), Tone.BUSY),
                ],
                number,
            ),
        }

    # -- numbers

    def _series(self) -> PoolSeries:
        return self.day if self.span.currentData() == DAY_SECONDS else self.hour

    def _on_span(self) -> None:
        series = self._series()
        if series.span_seconds not in self._asked:
            self._ask(series)
        self._show()

    def _ask(self, series: PoolSeries) -> None:
        """Fetch what was measured before this console came."""
        self._asked.add(series.span_seconds)
        by_minute = series is self.day
        since_us = (self.console.feed.now_seconds - series.span_seconds) * MICROSECONDS
        since = to_datetime(round(since_us)) - timedelta(seconds=1)

        def then(stats: list[pb.PoolStats]) -> None:
            series.clear()
            series.put(stats)
            self.notice.hide()
            self._take_stats()
            self._show()

        def otherwise(error: HiveMindError) -> None:
            self.notice.setText(
                self.tr("What was before is not known: {why}").format(why=shown(error.message))
            )
            self.notice.show()

        self.operations.start(
            self.tr("History of the pool"),
            self.console.pool.console.pool_history(since, by_minute=by_minute),
            then=then,
            otherwise=otherwise,
        )

    def _take_stats(self) -> None:
        known = self.console.state.stats
        for series in (self.hour, self.day):
            # Mostly one is new: from the end, instead of an hour of known ones.
            fresh: list[pb.PoolStats] = []
            for stats in reversed(known):
                if formats.seconds_of(stats.at) <= series.newest_at:
                    break
                fresh.append(stats)
            series.put(reversed(fresh))

    # -- showing

    def _show(self, *, whole: bool = True) -> None:
        """Show the newest numbers; the curves of all graphs, or of one after the other."""
        stats = self.console.state.newest
        self._show_tiles(stats)
        if not stats.nodes_known:
            self._show_empty()
            return
        self._stack.setCurrentIndex(0)
        series = self._series()
        span = float(self.span.currentData())
        self._turn = (self._turn + 1) % len(self.plots)
        for number, (name, plot) in enumerate(self.plots.items()):
            draw = whole or number == self._turn
            if name != "throughput":
                plot.set_data(series.times, series.levels(), span, draw=draw)
            elif draw:
                plot.set_data(series.times, series.rates(), span)

    def _show_empty(self) -> None:
        if self.console.feed.link is not Link.LIVE or not self.console.state.stats:
            self.empty.say(self.tr("Asking the master…"))
        elif self.console.may("NODES_MANAGE"):
            self.empty.say(
                self.tr("No machine has joined yet"),
                self.tr("Tasks can be submitted; they wait until there is one."),
                self.tr("Join a machine…"),
            )
        else:
            self.empty.say(
                self.tr("No machine has joined yet"),
                self.tr("Tasks can be submitted; they wait until an operator lets one join."),
            )
        self._stack.setCurrentWidget(self.empty)

    def _show_tiles(self, stats: pb.PoolStats) -> None:
        tiles, rates = self.tiles, self.hour.rates_now()
        online, known = stats.nodes_online, stats.nodes_known
        tiles["nodes"].say(
            formats.count(online),
            self.tr("of {all} known").format(all=formats.count(known)),
            share=online / known if known else 0.0,
        )
        tiles["queued"].say(
            formats.count(stats.tasks_queued),
            self.tr("{count} assigned").format(count=formats.count(stats.tasks_assigned)),
        )
        tiles["running"].say(formats.count(stats.tasks_running))
        tiles["finished"].say(
            _rate(rates["tasks_succeeded"]),
            self.tr("{count} in all").format(count=formats.count(stats.tasks_succeeded)),
        )
        failing = rates["tasks_failed"] > 0
        tiles["failed"].say(
            _rate(rates["tasks_failed"]),
            self.tr("{count} in all").format(count=formats.count(stats.tasks_failed)),
            tone=Tone.BAD if failing else None,
        )
        tiles["charged"].say(
            formats.cpt(round(rates["charged_mcpt"])),
            self.tr("{amount} in all").format(amount=formats.cpt(stats.charged_mcpt)),
        )
        self._show_held(stats)

    def _show_held(self, stats: pb.PoolStats) -> None:
        shares = {name: share_of(stats, f"{name}_held") for name in ("cpu", "memory", "gpu")}
        notes = {
            "cpu": self.tr("{held} of {all} cores").format(
                held=formats.cores(stats.cpu_millicores_held),
                all=formats.cores(stats.cpu_millicores),
            ),
            "memory": self.tr("{held} of {all}").format(
                held=formats.mebibytes(stats.memory_mib_held),
                all=formats.mebibytes(stats.memory_mib),
            ),
            "gpu": self.tr("{held} of {all}").format(
                held=formats.count(stats.gpus_held), all=formats.count(stats.gpus)
            ),
        }
        for name, share in shares.items():
            self.tiles[name].say(f"{share:.0%}".replace("%", " %"), notes[name], share=share)


def _rate(value: float) -> str:
    return f"{value:.1f}" if 0 < value < 10 else formats.count(round(value))
