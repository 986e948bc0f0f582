"""The selected node: its load over time, what it can do, its tasks, its trust, its earnings."""

import asyncio
from contextlib import aclosing

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFont, QHideEvent, QPalette, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.common.clock import MICROSECONDS, to_datetime
from app.common.errors import HiveMindError
from proto import nodepool_pb2 as pb
from ui import formats
from ui.console import Console
from ui.docks.pane import Pane
from ui.models.node_facts import NodeSeries, TrustModel, facts_of
from ui.models.node_words import STANDING_TONES, NodeWords
from ui.models.standings import standing
from ui.models.tasks import TasksModel
from ui.node_actions import NodeActions
from ui.pool_state import Delta
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.empty_state import EmptyState
from ui.widgets.facts import Facts
from ui.widgets.table import Table
from ui.widgets.time_plot import Curve, TimePlot
from ui.widgets.tone_label import ToneLabel
from ui.widgets.tool_bar import ToolBar

TICK_MILLISECONDS = 1000
_TASK_COLUMNS = ("state", "name", "owner", "running", "charged")


class NodeDetailsPane(Pane):
    """Follows the selection; of several nodes it shows the first."""

    name = "node_details"
    needs = ("NODES_READ", "NODES_READ_ALL")

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(console, parent)
        self.node_id = ""
        self._words = NodeWords()
        self.hour = NodeSeries()
        self.day = NodeSeries(by_minute=True)
        self._tasks: dict[str, pb.TaskInfo] = {}
        self._trust_seen = (0, "")
        self._stale = True
        self._turn = False
        self.actions_of_nodes = NodeActions(console, self._shown_ids, self)
        self.heading, self.state, self.summary = QLabel(), ToneLabel(), QLabel()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self._make_load(), self.tr("Load"))
        self.facts = Facts()
        self.tabs.addTab(self.facts, self.tr("Facts"))
        self.task_model = TasksModel(self)
        self.tabs.addTab(self._make_tasks(), self.tr("Tasks"))
        self.trust_model = TrustModel(self)
        self.tabs.addTab(self._make_trust(), self.tr("Trust"))
        self._stack = QStackedWidget()
        self._stack.addWidget(self._make_page())
        self._stack.addWidget(
            EmptyState(
                self.tr("No node selected"),
                self.tr("Select one in the table of nodes or in the heatmap."),
            )
        )
        self.column.addWidget(self._stack)
        self._stack.setCurrentIndex(1)
        self._looking: asyncio.Task[None] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MILLISECONDS)
        self._timer.timeout.connect(self._tick)
        console.selection.nodes_changed.connect(self._on_selection)

    def title(self) -> str:
        return self.tr("Node")

    def take(self, delta: Delta) -> None:
        """Show what changed of the node."""
        if delta.reset:
            self._stale = True
            self._follow()
            return
        node = self.console.state.nodes.get(self.node_id)
        if node is None:
            return
        if self.node_id in delta.loads or self.node_id in delta.nodes:
            self._take_sample(node)
        if self.node_id in delta.nodes:
            self._show_node(node)
            if self._trust_seen != (node.trust, node.trust_reason):
                self._ask_trust()
        if delta.tasks:
            self._take_tasks(delta.tasks)

    # -- making

    def _make_page(self) -> QWidget:
        font = QFont(self.heading.font())
        font.setPointSizeF(font.pointSizeF() * 1.3)
        font.setBold(True)
        self.heading.setFont(font)
        self.heading.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.heading.setMinimumWidth(1)
        self.summary.setWordWrap(True)
        self.summary.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        tools = ToolBar()
        self.actions_of_nodes.fill(tools)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.heading, self.state, self.summary, tools):
            column.addWidget(widget)
        column.addWidget(self.tabs, 1)
        return page

    def _make_load(self) -> QWidget:
        self.span = QComboBox()
        self.span.addItem(self.tr("Last hour"), self.hour)
        self.span.addItem(self.tr("Last day"), self.day)
        self.span.setAccessibleName(self.tr("Time shown"))
        self.span.currentIndexChanged.connect(self._on_span)
        self.notice = QLabel()
        self.notice.setWordWrap(True)
        self.notice.hide()
        dash, dot = Qt.PenStyle.DashLine, Qt.PenStyle.DotLine
        # The same for both, so that their times stand below each other.
        widest = formats.rate(888.8 * formats.KIBI**2)
        self.load_plot = TimePlot(
            self.tr("Load"),
            [
                Curve("cpu_percent", self.tr("CPU"), Tone.BUSY),
                Curve("memory_percent", self.tr("Memory"), Tone.WARNING, dash),
                Curve("gpu_percent", self.tr("GPU"), Tone.GOOD, dot),
            ],
            lambda value: f"{value:.0f} %",
            top=100.0,
            widest=widest,
        )
        self.network_plot = TimePlot(
            self.tr("Network"),
            [
                Curve("network_rx_bytes_per_second", self.tr("Received"), Tone.BUSY),
                Curve("network_tx_bytes_per_second", self.tr("Sent"), Tone.WARNING, dash),
            ],
            formats.rate,
            binary=True,
            widest=widest,
        )
        page = QWidget()
        column = QVBoxLayout(page)
        row = QHBoxLayout()
        row.addWidget(self.span)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.notice)
        column.addWidget(self.load_plot, 1)
        column.addWidget(self.network_plot, 1)
        return page

    def _make_tasks(self) -> QWidget:
        table = Table(self.task_model)
        table.setAccessibleName(self.tr("Tasks of the node"))
        for number, column in enumerate(self.task_model.columns):
            table.setColumnHidden(number, column.name not in _TASK_COLUMNS)
            table.setColumnWidth(number, min(column.width, 130))
        names = [column.name for column in self.task_model.columns]
        table.sortByColumn(names.index("submitted"), Qt.SortOrder.DescendingOrder)
        table.keep_arrangement(self.console.settings.values.tables, "node_tasks")
        table.chosen.connect(self._on_tasks_chosen)
        self.task_table = table
        self.tasks_empty = EmptyState(
            self.tr("No tasks"), self.tr("None that you may see ran here lately.")
        )
        self.tasks_stack = QStackedWidget()
        self.tasks_stack.addWidget(table)
        self.tasks_stack.addWidget(self.tasks_empty)
        return self.tasks_stack

    def _make_trust(self) -> QWidget:
        self.trust_note = QLabel()
        self.trust_note.setWordWrap(True)
        table = Table(self.trust_model)
        table.setAccessibleName(self.tr("Trust in the node over time"))
        table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        page = QWidget()
        column = QVBoxLayout(page)
        column.addWidget(self.trust_note)
        column.addWidget(table, 1)
        return page

    # -- which node

    def _shown_ids(self) -> list[str]:
        return [self.node_id] if self.node_id else []

    def _on_selection(self, _node_ids: list[str]) -> None:
        if self.isVisible():
            self._follow()

    def _follow(self) -> None:
        """Show the first of the selected nodes."""
        selected = [
            each for each in self.console.selection.nodes if each in self.console.state.nodes
        ]
        node_id = selected[0] if selected else ""
        if not node_id:
            self.node_id = ""
            self._look_away()
            self._stack.setCurrentIndex(1)
            return
        if node_id == self.node_id and not self._stale:
            self._show_heading(self.console.state.nodes[node_id])
            return
        self.node_id, self._stale = node_id, False
        node = self.console.state.nodes[node_id]
        self.hour.clear()
        self.day.clear()
        self.trust_model.show_changes([])
        self._stack.setCurrentIndex(0)
        self._show_node(node)
        self._show_tasks()
        self._ask_history()
        self._ask_trust()
        self._look_closely()
        self._draw()

    # -- each second

    def _look_closely(self) -> None:
        """Let the node tell its load each second. The samples come as all others do."""
        self._look_away()
        if not self.node_id:
            return

        async def hold(node_id: str) -> None:
            async with aclosing(self.console.pool.console.watch_node(node_id)) as samples:
                async for _ in samples:
                    pass

        self._looking = self.operations.start(
            self.tr("Watch a node"),
            hold(self.node_id),
            # The usual samples go on; a lost master is shown elsewhere.
            otherwise=lambda _error: None,
            quiet=True,
        )

    def _look_away(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    # -- what was before

    def _series(self) -> NodeSeries:
        series: NodeSeries = self.span.currentData()
        return series

    def _on_span(self) -> None:
        if self.node_id and not len(self._series().times):
            self._ask_history()
        self._draw()

    def _ask_history(self) -> None:
        node_id, series = self.node_id, self._series()
        since_us = (self.console.feed.now_seconds - series.span_seconds) * MICROSECONDS

        def then(samples: list[pb.NodeSample]) -> None:
            if node_id != self.node_id:
                return
            self.notice.hide()
            series.clear()
            series.put_history(samples)
            node = self.console.state.nodes.get(node_id)
            if node is not None:
                self._take_sample(node)
            self._draw()

        def otherwise(error: HiveMindError) -> None:
            self.notice.setText(
                self.tr("What was before is not known: {why}").format(why=shown(error.message))
            )
            self.notice.show()

        self.operations.start(
            self.tr("History of a node"),
            self.console.pool.console.node_history(
                node_id, to_datetime(round(since_us)), by_minute=series.by_minute
            ),
            then=then,
            otherwise=otherwise,
        )

    def _ask_trust(self) -> None:
        node_id = self.node_id
        node = self.console.state.nodes[node_id]
        self._trust_seen = (node.trust, node.trust_reason)

        def then(whole: pb.NodeInfo) -> None:
            if node_id == self.node_id:
                self.trust_model.show_changes(whole.trust_history)

        def otherwise(error: HiveMindError) -> None:
            if node_id == self.node_id:
                self.trust_note.setText(shown(error.message))

        self.operations.start(
            self.tr("Trust in a node"),
            self.console.pool.nodes.get(node_id),
            then=then,
            otherwise=otherwise,
        )

    # -- what comes

    def _take_sample(self, node: pb.NodeInfo) -> None:
        if not node.online:
            return
        at = formats.seconds_of(node.last_seen_at)
        new = [series.put(at, node.usage) for series in (self.hour, self.day) if len(series.times)]
        if not new:
            new = [self._series().put(at, node.usage)]
        if any(new):
            # One graph for each heartbeat: two take longer than a frame.
            self._turn = not self._turn
            self._draw(load=self._turn, network=not self._turn)

    def _take_tasks(self, task_ids: set[str]) -> None:
        tasks, changed = self.console.state.tasks, []
        for task_id in task_ids:
            task = tasks.get(task_id)
            if task is not None and task.node_id == self.node_id:
                self._tasks[task_id] = task
                changed.append(task_id)
            elif self._tasks.pop(task_id, None) is not None:
                changed.append(task_id)
        if changed:
            self.task_model.update(changed)
            self._count_tasks()

    def _tick(self) -> None:
        """Ages go on."""
        self.task_model.now = self.console.feed.now_seconds
        node = self.console.state.nodes.get(self.node_id)
        if node is None:
            return
        self._show_heading(node)
        rows = self.task_model.rowCount()
        if rows and self.task_table.isVisible():
            self.task_model.repaint_spans(0, rows - 1)

    # -- showing

    def _show_node(self, node: pb.NodeInfo) -> None:
        self._show_heading(node)
        self.facts.show_facts(facts_of(node))
        trust = self._words.trust[node.trust] or self.tr("none yet")
        self.trust_note.setText(
            self.tr("Trust: {level}. {reason}").format(level=trust, reason=shown(node.trust_reason))
        )
        self.actions_of_nodes.refresh()

    def _show_heading(self, node: pb.NodeInfo) -> None:
        self.heading.setText(node.name)
        self.heading.setToolTip(node.name)
        state = self._words.standing(node)
        age = formats.age(node.last_seen_at, self.console.feed.now_seconds)
        if age:
            state = self.tr("{state} · heard {age} ago").format(state=state, age=age)
        self.state.say(state, STANDING_TONES[standing(node)])
        facts = [
            self._words.place(node.location),
            node.owner,
            self.tr("earned {amount}").format(amount=formats.cpt(node.earned_mcpt)),
            self.tr("%n running", "", node.running_tasks),
            self.tr("%n succeeded", "", node.tasks_succeeded),
            self.tr("%n failed", "", node.tasks_failed),
            self.tr("%n dropped", "", node.drops),
            self.tr("%n wrong", "", node.wrong_results),
        ]
        selected = len(self.console.selection.nodes)
        if selected > 1:
            facts.append(self.tr("first of %n selected", "", selected))
        self.summary.setText(" · ".join(fact for fact in facts if fact))

    def _show_tasks(self) -> None:
        node_id = self.node_id
        self._tasks = {
            task_id: task
            for task_id, task in self.console.state.tasks.items()
            if task.node_id == node_id
        }
        self.task_model.now = self.console.feed.now_seconds
        self.task_model.set_rows(self._tasks)
        self._count_tasks()

    def _count_tasks(self) -> None:
        count = len(self._tasks)
        label = self.tr("Tasks ({count})").format(count=formats.count(count))
        self.tabs.setTabText(2, label if count else self.tr("Tasks"))
        self.tasks_stack.setCurrentIndex(0 if count else 1)

    def _on_tasks_chosen(self, task_ids: list[str]) -> None:
        if task_ids:
            self.console.selection.select_tasks(task_ids)

    def _draw(self, *, load: bool = True, network: bool = True) -> None:
        series = self._series()
        columns = dict(series.columns())
        node = self.console.state.nodes.get(self.node_id)
        if node is not None and not node.capabilities.gpus:
            del columns["gpu_percent"]
        for plot, draw in ((self.load_plot, load), (self.network_plot, network)):
            plot.set_data(series.times, columns, series.span_seconds, draw=draw)

    # -- Qt's own

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self._follow()
        if self._looking is None:
            self._look_closely()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        self._look_away()
