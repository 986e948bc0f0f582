"""Who ran what when, by node."""

from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from ui import formats
from ui.console import Console
from ui.docks.pane import Pane
from ui.models.task_words import Phase, marked_labels, phase, phase_labels, task_name
from ui.models.timeline import Timeline
from ui.pool_state import Delta
from ui.widgets.empty_state import EmptyState
from ui.widgets.timeline_chart import TimelineChart, paint_bars

TICK_MILLISECONDS = 1000

_SHOWN = (Phase.RUNNING, Phase.SUCCEEDED, Phase.FAILED, Phase.CANCELLED)


class TimelinePane(Pane):
    """The attempts of the last hours as bars."""

    name = "timeline"
    needs = ("TASKS_READ",)

    submit_wanted = Signal()

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(console, parent)
        self._timeline = Timeline()
        self.chart = TimelineChart(self._timeline, self._tip_of)
        self.chart.setAccessibleName(self.tr("Timeline"))
        self.span = QComboBox()
        self.span.setAccessibleName(self.tr("Time shown"))
        for text, seconds in (
            (self.tr("Last 10 minutes"), 600.0),
            (self.tr("Last hour"), 3600.0),
            (self.tr("Last 6 hours"), 21600.0),
        ):
            self.span.addItem(text, seconds)
        self.to_now = QPushButton(self.tr("To now"))
        self.to_now.hide()
        self.empty = EmptyState()
        self.empty.wanted.connect(self.submit_wanted)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.chart)
        self.column.addLayout(self._make_bar())
        self.column.addWidget(self._stack, 1)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MILLISECONDS)
        self._timer.timeout.connect(self._tick)
        self.span.currentIndexChanged.connect(self._on_span)
        self.to_now.clicked.connect(lambda _checked=False: self._on_span())
        self.chart.moved.connect(lambda: self.to_now.setVisible(not self.chart.live))
        self.chart.chosen.connect(lambda task_id: console.selection.select_tasks([task_id]))
        console.selection.tasks_changed.connect(self._on_selection)

    def title(self) -> str:
        return self.tr("Timeline")

    def take(self, delta: Delta) -> None:
        """Show what changed, at the next tick."""
        now = self.console.feed.now_seconds
        if delta.reset:
            self._timeline.show_all(self.console.state.tasks, now)
            self._on_selection(self.console.selection.tasks)
            self._tick()
        elif delta.tasks:
            self._timeline.update(delta.tasks, self.console.state.tasks, now)

    def _make_bar(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.span)
        row.addWidget(self.to_now)
        row.addStretch(1)
        labels = phase_labels()
        for each in _SHOWN:
            row.addWidget(_Swatch(each))
            row.addWidget(QLabel(labels[each]))
        return row

    def _tick(self) -> None:
        self.chart.show_now(self.console.feed.now_seconds)
        self._stack.setCurrentWidget(self.empty if self.chart.empty else self.chart)
        if self.chart.empty:
            may = self.console.may("TASKS_SUBMIT")
            self.empty.say(
                self.tr("Nothing ran lately"),
                self.tr("What runs on the nodes is seen here, over the last six hours."),
                self.tr("Submit a task…") if may else "",
            )

    def _on_span(self) -> None:
        self.chart.set_span(self.span.currentData())
        self.to_now.hide()

    def _on_selection(self, task_ids: list[str]) -> None:
        self.chart.selected = set(task_ids)
        self.chart.viewport().update()

    def _tip_of(self, task_id: str) -> str:
        task = self.console.state.tasks.get(task_id)
        if task is None:
            return ""
        lines = [
            task_name(task),
            marked_labels()[phase(task)],
            self.tr("of {owner} on {node}").format(owner=task.owner, node=task.node_name),
            formats.moment(task.started_at),
        ]
        if task.ended_at.seconds:
            ran = formats.seconds_of(task.ended_at) - formats.seconds_of(task.started_at)
            lines.append(self.tr("ran {span}").format(span=formats.duration(max(0.0, ran))))
        return "\n".join(lines)

    # -- Qt's own

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()


class _Swatch(QWidget):
    """The colour and pattern of a phase, for a legend."""

    def __init__(self, shown: Phase) -> None:
        super().__init__()
        self._shown = shown
        self.setFixedSize(18, 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_bars(painter, [QRectF(self.rect())], self._shown)
        painter.end()
        event.accept()
