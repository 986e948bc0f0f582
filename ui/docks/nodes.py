"""The nodes of the pool in a table, with what can be done with them."""

from collections import Counter
from collections.abc import Hashable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from proto import nodepool_pb2 as pb
from ui.console import Console
from ui.delegates.sparkline import SparklineDelegate
from ui.docks.live_table import LiveTablePane
from ui.models.load_rings import LoadRings
from ui.models.node_words import marked_standings
from ui.models.nodes import NodesModel
from ui.models.standings import Standing, standing
from ui.node_actions import NodeActions
from ui.pool_state import Delta
from ui.widgets.chips import Chips
from ui.widgets.tool_bar import ToolBar


class NodesPane(LiveTablePane[NodesModel]):
    """Every node the user may see. `join_wanted`: somebody wants to let a machine join."""

    name = "nodes"
    details = "node_details"
    needs = ("NODES_READ", "NODES_READ_ALL")

    join_wanted = Signal()

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(console, NodesModel(), Chips(list(marked_standings().items())), parent)
        self._rings = LoadRings()
        self._changed: set[str] = set()
        self._loads: set[str] = set()
        names = [column.name for column in self.model.columns]
        load = SparklineDelegate(lambda node: self._rings.of(node.node_id), self.table)
        self.table.setItemDelegateForColumn(names.index("load"), load)
        self.actions_of_nodes = NodeActions(console, self.table.keys, self)
        tools = ToolBar()
        self.actions_of_nodes.fill(tools)
        self._lay_out(tools, (names[0], Qt.SortOrder.AscendingOrder))
        self.table.doubleClicked.connect(lambda _index: self.pane_wanted.emit(self.details))
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
        if self._changed or self._loads:
            self._flushing.ask()

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

    def _tick(self) -> None:
        self.model.now = self.console.feed.now_seconds
        self.model.tick(*self._seen_rows())

    def _on_nodes_changed(self) -> None:
        counts: Counter[Hashable] = Counter(map(standing, self.console.state.nodes.values()))
        self.chips.set_counts(counts)
        self._refresh_actions()
        self._show_what_there_is()

    # -- filter

    def _filter_words(self) -> str:
        return self.tr("Filter nodes")

    def _on_filter(self) -> None:
        chosen = self.chips.chosen()

        def accepts(node: pb.NodeInfo) -> bool:
            # Those that are gone for good are shown to whoever asks for them.
            which = standing(node)
            return which in chosen if chosen else which is not Standing.REVOKED

        self.model.set_filter(self.filter.text(), accepts)
        self._show_what_there_is()

    # -- where it is empty

    def _nothing_matches(self) -> str:
        return self.tr("No node matches")

    def _say_nothing_there(self) -> None:
        if self.console.may("NODES_MANAGE"):
            self.empty.say(
                self.tr("No machine has joined yet"),
                self.tr("A machine joins with one command, or with a code to scan."),
                self.tr("Join a machine…"),
            )
        else:
            self.empty.say(
                self.tr("No machine has joined yet"),
                self.tr("Ask an operator of the pool for a join token to lend one of yours."),
            )

    def _on_empty_button(self) -> None:
        if self.model.total:
            self.filter.clear()
            self.chips.clear()
            self.chips.switch(Standing.REVOKED, on=self._only_revoked())
        else:
            self.join_wanted.emit()

    def _only_revoked(self) -> bool:
        return all(standing(each) is Standing.REVOKED for each in self.console.state.nodes.values())

    # -- selection

    def _refresh_actions(self) -> None:
        self.actions_of_nodes.refresh()

    def _choose(self, keys: list[str]) -> None:
        self.console.selection.select_nodes(keys)

    def _fill_menu(self, menu: QMenu) -> None:
        menu.addSeparator()
        self.actions_of_nodes.fill(menu)
