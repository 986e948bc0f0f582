"""The nodes of the pool in a table, with what can be done with them."""

from collections import Counter
from collections.abc import Hashable

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QStackedWidget,
    QWidget,
)

from proto import nodepool_pb2 as pb
from ui import formats
from ui.console import Console
from ui.delegates.sparkline import SparklineDelegate
from ui.docks.pane import Pane
from ui.feed import Link
from ui.models.load_rings import LoadRings
from ui.models.node_words import marked_standings
from ui.models.nodes import NodesModel
from ui.models.standings import Standing, standing
from ui.node_actions import NodeActions
from ui.pool_state import Delta
from ui.widgets.chips import Chips
from ui.widgets.empty_state import EmptyState
from ui.widgets.live_label import LiveLabel
from ui.widgets.table import Table
from ui.widgets.tool_bar import ToolBar

#: Between two flushes of what changed at least.
FLUSH_MILLISECONDS = 250
TICK_MILLISECONDS = 1000


class NodesPane(Pane):
    """Every node the user may see. `join_wanted`: somebody wants to let a machine join."""

    name = "nodes"
    needs = ("NODES_READ", "NODES_READ_ALL")

    join_wanted = Signal()
    pane_wanted = Signal(str)

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(console, parent)
        self.model = NodesModel(self)
        self._rings = LoadRings()
        self._changed: set[str] = set()
        self._loads: set[str] = set()
        self._following = False
        self.table = self._make_table()
        self.actions_of_nodes = NodeActions(console, self.table.keys, self)
        self.filter = QLineEdit()
        self.count = LiveLabel()
        self.chips = Chips(list(marked_standings().items()))
        self.column.addLayout(self._make_bar())
        self.column.addWidget(self.chips)
        self.empty = EmptyState()
        self.empty.wanted.connect(self._on_empty_button)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self.column.addWidget(self._stack, 1)
        self._flush_timer = _timer(self, FLUSH_MILLISECONDS, self._flush)
        self._flush_timer.setSingleShot(True)
        self._tick_timer = _timer(self, TICK_MILLISECONDS, self._tick)
        self.chips.changed.connect(self._on_filter)
        self.filter.textChanged.connect(self._on_filter)
        console.selection.nodes_changed.connect(self._follow_selection)
        # Sparklines go on while nobody sees them.
        console.feed.changed.connect(self._sample)
        self._on_filter()

    def title(self) -> str:
        return self.tr("Nodes")

    def take(self, delta: Delta) -> None:
        """Show what changed; several changes in one go."""
        if delta.reset:
            self._changed.clear()
            self._loads.clear()
            self.model.now = self.console.feed.now_seconds
            self.model.set_rows(self.console.state.nodes)
            self._follow_selection(self.console.selection.nodes)
            self._on_nodes_changed()
            return
        self._changed |= delta.nodes
        self._loads |= delta.loads
        if (self._changed or self._loads) and not self._flush_timer.isActive():
            self._flush_timer.start()

    # -- making

    def _make_table(self) -> Table:
        table = Table(self.model)
        table.setAccessibleName(self.tr("Nodes"))
        names = [column.name for column in self.model.columns]
        load = SparklineDelegate(lambda node: self._rings.of(node.node_id), table)
        table.setItemDelegateForColumn(names.index("load"), load)
        table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        table.keep_arrangement(self.console.settings.values.tables, self.name)
        table.chosen.connect(self._on_chosen)
        table.doubleClicked.connect(lambda _index: self.pane_wanted.emit("node_details"))
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._show_menu)
        return table

    def _make_bar(self) -> QHBoxLayout:
        self.filter.setPlaceholderText(self.tr("Filter nodes (Ctrl+F)"))
        self.filter.setAccessibleName(self.tr("Filter nodes"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(160)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.filter.setFocus)
        tools = ToolBar()
        self.actions_of_nodes.fill(tools)
        row = QHBoxLayout()
        row.addWidget(self.filter, 1)
        row.addWidget(self.count)
        row.addSpacing(12)
        row.addWidget(tools)
        return row

    # -- changes

    def _sample(self, delta: Delta) -> None:
        nodes = self.console.state.nodes
        if delta.reset:
            self._rings.keep_only(nodes)
            self._rings.put(nodes, nodes)
        else:
            self._rings.put(nodes, delta.loads)

    def _flush(self) -> None:
        changed, loads = self._changed, self._loads - self._changed
        self._changed, self._loads = set(), set()
        self.model.now = self.console.feed.now_seconds
        if changed:
            self.model.update(changed)
            self._on_nodes_changed()
        if loads:
            first, last = self._seen_rows()
            self.model.update_loads(loads, set(self.model.keys_between(first, last)))

    def _on_nodes_changed(self) -> None:
        counts: Counter[Hashable] = Counter(map(standing, self.console.state.nodes.values()))
        self.chips.set_counts(counts)
        self.actions_of_nodes.refresh()
        self._show_what_there_is()

    def _show_what_there_is(self) -> None:
        shown, total = self.model.rowCount(), self.model.total
        self.count.setText(
            self.tr("{shown} of {all}").format(shown=formats.count(shown), all=formats.count(total))
        )
        if shown:
            self._stack.setCurrentWidget(self.table)
            return
        if total:
            self.empty.say(
                self.tr("No node matches"),
                self.tr("The filter hides all of them."),
                self.tr("&Show all"),
            )
        elif self.console.feed.link is Link.CONNECTING:
            self.empty.say(self.tr("Asking the master…"))
        elif self.console.may("NODES_MANAGE"):
            self.empty.say(
                self.tr("No machine has joined yet"),
                self.tr("A machine joins with one command, or with a code to scan."),
                self.tr("&Join a machine…"),
            )
        else:
            self.empty.say(
                self.tr("No machine has joined yet"),
                self.tr("Ask an operator of the pool for a join token to lend one of yours."),
            )
        self._stack.setCurrentWidget(self.empty)

    def _on_empty_button(self) -> None:
        if self.model.total:
            self.filter.clear()
            self.chips.clear()
            self.chips.switch(Standing.REVOKED, on=self._only_revoked())
        else:
            self.join_wanted.emit()

    def _only_revoked(self) -> bool:
        return all(standing(each) is Standing.REVOKED for each in self.console.state.nodes.values())

    def _on_filter(self) -> None:
        chosen = self.chips.chosen()

        def accepts(node: pb.NodeInfo) -> bool:
            # Those that are gone for good are shown to whoever asks for them.
            which = standing(node)
            return which in chosen if chosen else which is not Standing.REVOKED

        self.model.set_filter(self.filter.text(), accepts)
        self._show_what_there_is()

    def _tick(self) -> None:
        self.model.now = self.console.feed.now_seconds
        self.model.tick(*self._seen_rows())

    def _seen_rows(self) -> tuple[int, int]:
        """The first and the last row that is on the screen; the last is -1 where none is."""
        last = self.model.rowCount() - 1
        bottom = self.table.rowAt(self.table.viewport().height() - 1)
        return max(0, self.table.rowAt(0)), last if bottom < 0 else bottom

    # -- selection

    def _on_chosen(self, node_ids: list[str]) -> None:
        self.actions_of_nodes.refresh()
        if not self._following:
            self.console.selection.select_nodes(node_ids)

    def _follow_selection(self, node_ids: list[str]) -> None:
        if set(self.table.keys()) == set(node_ids):
            return
        self._following = True
        try:
            self.table.select_keys(node_ids)
        finally:
            self._following = False

    def _show_menu(self, position: QPoint) -> None:
        if not self.table.keys():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        details = menu.addAction(self.tr("&Show details"))
        details.triggered.connect(lambda _checked=False: self.pane_wanted.emit("node_details"))
        menu.addSeparator()
        self.actions_of_nodes.fill(menu)
        menu.popup(self.table.viewport().mapToGlobal(position))

    # -- Qt's own

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick_timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick_timer.stop()


def _timer(parent: NodesPane, milliseconds: int, act: object) -> QTimer:
    timer = QTimer(parent)
    timer.setInterval(milliseconds)
    timer.timeout.connect(act)
    return timer
