"""Every node a cell, coloured by what one wants to know of it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QPoint, QTimer, Signal
from PySide6.QtGui import QCursor, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QStackedWidget,
    QToolTip,
    QWidget,
)

from app.common.vocabulary import TrustLevel
from proto import nodepool_pb2 as pb
from ui import formats
from ui.console import Console
from ui.docks.pane import Pane
from ui.feed import Link
from ui.models.heat_cells import AGE_SECONDS_MAX, FIRST, LAST, Grouping, HeatCells, Metric
from ui.models.node_words import NodeWords, gpus_text
from ui.node_actions import NodeActions
from ui.pool_state import Delta
from ui.widgets.empty_state import EmptyState
from ui.widgets.heat_legend import HeatLegend

if TYPE_CHECKING:
    from ui.widgets.heatmap import Heatmap

#: Between two frames at least: five a second.
FRAME_MILLISECONDS = 200
#: Ages go on without a word from anybody.
AGE_MILLISECONDS = 1000
#: While machines come and go the cells are laid out anew once a second at most.
REBUILD_MILLISECONDS = 1000


class HeatmapPane(Pane):
    """The heatmap, what its colours tell, and the node under the pointer."""

    name = "heatmap"
    needs = ("NODES_READ", "NODES_READ_ALL")

    join_wanted = Signal()
    pane_wanted = Signal(str)

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(console, parent)
        self.cells = HeatCells()
        self._words = NodeWords()
        self.map: Heatmap | None = None
        self._moved = True
        self._rebuilt = QElapsedTimer()
        self._rebuilt.start()
        self._hovered = ""
        self.colour_by, self.group_by = QComboBox(), QComboBox()
        self.column.addLayout(self._make_bar())
        self.empty = EmptyState()
        self.empty.wanted.connect(self.join_wanted)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self.column.addWidget(self._stack, 1)
        self.legend = HeatLegend()
        self.column.addWidget(self.legend)
        self.info = QLabel()
        self.info.setMinimumWidth(1)
        self.column.addWidget(self.info)
        self.actions_of_nodes = NodeActions(console, self._selected, self)
        self._frame_timer = QTimer(self)
        self._frame_timer.setSingleShot(True)
        self._frame_timer.setInterval(FRAME_MILLISECONDS)
        self._frame_timer.timeout.connect(self._draw)
        self._age_timer = QTimer(self)
        self._age_timer.setInterval(AGE_MILLISECONDS)
        self._age_timer.timeout.connect(self._frame_soon)
        self.colour_by.currentIndexChanged.connect(self._on_metric)
        self.group_by.currentIndexChanged.connect(self._on_grouping)
        console.selection.nodes_changed.connect(self._follow_selection)

    def title(self) -> str:
        return self.tr("Heatmap")

    def take(self, delta: Delta) -> None:
        """Note what changed; it is drawn with the next frame."""
        if delta.reset:
            self._rebuild()
        if delta.nodes:
            self._moved = self.cells.update(delta.nodes) or self._moved
        self.cells.update_loads(delta.loads)
        if delta.reset or delta.nodes or delta.loads:
            self._frame_soon()

    # -- making

    def _make_bar(self) -> QHBoxLayout:
        for metric, text in (
            (Metric.LOAD, self.tr("Load (CPU or memory)")),
            (Metric.CPU, self.tr("CPU")),
            (Metric.MEMORY, self.tr("Memory")),
            (Metric.GPU, self.tr("GPU")),
            (Metric.TASKS, self.tr("Running tasks")),
            (Metric.TRUST, self.tr("Trust")),
            (Metric.AGE, self.tr("Heartbeat age")),
        ):
            self.colour_by.addItem(text, metric)
        for grouping, text in (
            (Grouping.NONE, self.tr("Nothing")),
            (Grouping.LOCATION, self.tr("Location")),
            (Grouping.OWNER, self.tr("Owner")),
            (Grouping.TRUST, self.tr("Trust")),
        ):
            self.group_by.addItem(text, grouping)
        row = QHBoxLayout()
        for text, combo in (
            (self.tr("Colour by"), self.colour_by),
            (self.tr("Group by"), self.group_by),
        ):
            label = QLabel(text)
            label.setBuddy(combo)
            row.addWidget(label)
            row.addWidget(combo)
            row.addSpacing(8)
        row.addStretch(1)
        return row

    def _make_map(self) -> "Heatmap":
        # It imports pyqtgraph, half a second that the window's start does not pay.
        from ui.widgets.heatmap import Heatmap  # noqa: PLC0415

        made = Heatmap(self.cells)
        made.setAccessibleName(self.tr("Heatmap of the nodes"))
        made.setAccessibleDescription(
            self.tr("Arrows go from node to node, Space selects, Enter shows details.")
        )
        made.chosen.connect(self.console.selection.select_nodes)
        made.hovered.connect(self._on_hovered)
        made.opened.connect(lambda: self.pane_wanted.emit("node_details"))
        made.palette_changed.connect(lambda: self.legend.set_lookup(made.lookup))
        made.customContextMenuRequested.connect(self._show_menu)
        self._stack.addWidget(made)
        self.legend.set_lookup(made.lookup)
        return made

    # -- drawing

    def _frame_soon(self) -> None:
        if self.isVisible() and not self._frame_timer.isActive():
            self._frame_timer.start()

    def _draw(self) -> None:
        if not self.isVisible():
            return
        if self.cells.stale and self._rebuilt.hasExpired(REBUILD_MILLISECONDS):
            self._rebuild()
        if self.map is None:
            return
        if self._moved:
            self._moved = False
            self.map.set_groups(self._group_titles())
            self.map.rearrange()
        self.map.repaint_cells(self.console.feed.now_seconds)
        self._show_scale()
        self._show_info()
        if self.cells.stale:
            self._frame_soon()

    def _rebuild(self) -> None:
        self.cells.set_nodes(self.console.state.nodes)
        self._rebuilt.start()
        self._moved = True
        self._show_what_there_is()

    def _resized(self) -> None:
        if self.map is None:
            return
        self.cells.set_size(max(1, self._stack.width()), max(1, self._stack.height()))
        self._moved = True
        self._frame_soon()

    def _group_titles(self) -> dict[str, str]:
        grouping = self.cells.grouping
        if grouping is Grouping.NONE:
            return {}
        titles = {}
        for block in self.cells.layout.blocks:
            node = self.cells.example(block.key)
            match grouping:
                case Grouping.LOCATION:
                    name = self._words.place(node.location) or self.tr("No location")
                case Grouping.OWNER:
                    name = node.owner or self.tr("No owner")
                case _:
                    name = self._words.trust[node.trust] or self.tr("Not trusted yet")
            titles[block.key] = f"{name} ({formats.count(block.count)})"
        return titles

    def _show_scale(self) -> None:
        title = self.colour_by.currentText()
        no_value = self.tr("No value")
        match self.cells.metric:
            case Metric.TRUST:
                levels = ((FIRST, TrustLevel.LOW), ((FIRST + LAST) // 2, TrustLevel.NORMAL))
                steps = [(level, self._words.trust[trust]) for level, trust in levels]
                steps.append((LAST, self._words.trust[TrustLevel.HIGH]))
                self.legend.set_scale(title, "", "", no_value=no_value, steps=steps)
            case Metric.AGE:
                high = self.tr("{age} or more").format(age=formats.duration(AGE_SECONDS_MAX))
                self.legend.set_scale(title, self.tr("now"), high, no_value=self.tr("Never heard"))
            case Metric.TASKS:
                top = formats.count(round(self.cells.top()))
                self.legend.set_scale(title, "0", top, no_value=no_value)
            case Metric.GPU:
                self.legend.set_scale(title, "0 %", "100 %", no_value=self.tr("No GPU, no value"))
            case _:
                self.legend.set_scale(title, "0 %", "100 %", no_value=no_value)

    def _show_info(self) -> None:
        node = self.console.state.nodes.get(self._hovered)
        if node is not None:
            self.info.setText("  ·  ".join(self._facts(node)))
            return
        text = self.tr("%n nodes", "", len(self.cells.ids))
        selected = len(self._selected())
        if selected:
            text += "  ·  " + self.tr("%n selected", "", selected)
        self.info.setText(text)

    def _facts(self, node: pb.NodeInfo) -> list[str]:
        facts = [node.name, self._words.standing(node)]
        if node.online:
            usage = node.usage
            facts += [
                self.tr("CPU {percent} %").format(percent=usage.cpu_percent),
                self.tr("Memory {percent} %").format(percent=usage.memory_percent),
            ]
            if node.capabilities.gpus:
                facts.append(self.tr("GPU {percent} %").format(percent=usage.gpu_percent))
            facts.append(self.tr("%n tasks", "", node.running_tasks))
        age = formats.age(node.last_seen_at, self.console.feed.now_seconds)
        if age:
            facts.append(self.tr("heard {age} ago").format(age=age))
        return facts

    def _show_what_there_is(self) -> None:
        if self.cells.ids:
            if self.map is None:
                self.map = self._make_map()
                self._stack.setCurrentWidget(self.map)
                self._resized()
                self._follow_selection(self.console.selection.nodes)
            self._stack.setCurrentWidget(self.map)
            return
        if self.console.feed.link is Link.CONNECTING:
            self.empty.say(self.tr("Asking the master…"))
        elif self.console.may("NODES_MANAGE"):
            self.empty.say(
                self.tr("No machine has joined yet"),
                self.tr("Each machine becomes a cell here."),
                self.tr("Join a machine…"),
            )
        else:
            self.empty.say(
                self.tr("No machine to show"),
                self.tr("You see your own machines here once they have joined."),
            )
        self._stack.setCurrentWidget(self.empty)

    # -- what people do

    def _on_metric(self) -> None:
        self.cells.set_metric(self.colour_by.currentData())
        if self.cells.metric is Metric.AGE and self.isVisible():
            self._age_timer.start()
        else:
            self._age_timer.stop()
        self._draw()

    def _on_grouping(self) -> None:
        self.cells.set_grouping(self.group_by.currentData())
        self._moved = True
        self._draw()

    def _selected(self) -> list[str]:
        return self.console.selection.nodes

    def _follow_selection(self, node_ids: list[str]) -> None:
        self.actions_of_nodes.refresh()
        if self.map is not None:
            self.map.select(node_ids)
            self._show_info()

    def _on_hovered(self, node_id: str) -> None:
        self._hovered = node_id
        self._show_info()
        node = self.console.state.nodes.get(node_id)
        if node is None:
            QToolTip.hideText()
            return
        facts = self._facts(node)
        facts += [
            self._words.place(node.location),
            self.tr("owned by {name}").format(name=node.owner) if node.owner else "",
            self.tr("trust: {level}").format(level=self._words.trust[node.trust])
            if node.trust
            else "",
            gpus_text(node),
        ]
        QToolTip.showText(QCursor.pos(), "\n".join(fact for fact in facts if fact), self.map)

    def _show_menu(self, position: QPoint) -> None:
        if self.map is None:
            return
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.aboutToHide.connect(menu.deleteLater)
        self.actions_of_nodes.refresh()
        fit = menu.addAction(self.tr("Show &all"))
        fit.triggered.connect(self.map.fit)
        menu.addSeparator()
        self.actions_of_nodes.fill(menu)
        menu.popup(self.map.mapToGlobal(position))

    # -- Qt's own

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.cells.metric is Metric.AGE:
            self._age_timer.start()
        self._resized()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._age_timer.stop()
        self._frame_timer.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._resized()
