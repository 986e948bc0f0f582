"""What the panes with a table of the pool's own rows have in common: nodes, tasks."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QStackedWidget, QWidget

from ui import formats
from ui.console import Console
from ui.docks.pane import Pane
from ui.feed import Link
from ui.models.rows import RowsModel
from ui.throttle import Throttle
from ui.widgets.chips import Chips
from ui.widgets.empty_state import EmptyState
from ui.widgets.live_label import LiveLabel
from ui.widgets.table import Table
from ui.widgets.tool_bar import ToolBar

#: Between two flushes of what changed at least.
FLUSH_MILLISECONDS = 250
TICK_MILLISECONDS = 1000

ModelT = TypeVar("ModelT", bound=RowsModel[Any])


class LiveTablePane(Pane, Generic[ModelT]):
    """A table under a filter in words and a row of chips; where it is empty, a sentence.

    What changed is flushed a few times a second, and once a second what grows with the time is
    painted again. The selection is everybody's: what is chosen elsewhere is selected here too.

    A subclass makes its columns' delegates, calls `_lay_out` and keeps to the hooks below.
    """

    #: The pane that shows one of its rows in full.
    details = ""

    pane_wanted = Signal(str)

    def __init__(
        self,
        console: Console,
        model: ModelT,
        chips: Chips,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(console, parent)
        self.model = model
        model.setParent(self)
        self._following = False
        self.table = Table(model)
        self.table.setAccessibleName(self.title())
        self.filter = QLineEdit()
        self.count = LiveLabel()
        self.chips = chips
        self.empty = EmptyState()
        self._stack = QStackedWidget()
        self._flushing = Throttle(FLUSH_MILLISECONDS, self._flush, self)
        self._tick_timer = QTimer(self)
        self._tick_timer.setInterval(TICK_MILLISECONDS)
        self._tick_timer.timeout.connect(self._tick)

    # -- hooks

    def _flush(self) -> None:
        """Show what changed since the last time."""
        raise NotImplementedError

    def _tick(self) -> None:
        """A second passed: paint what grows with the time."""
        raise NotImplementedError

    def _filter_words(self) -> str:
        """What the field of the filter is called."""
        raise NotImplementedError

    def _nothing_matches(self) -> str:
        """That the filter hides all there is."""
        raise NotImplementedError

    def _say_nothing_there(self) -> None:
        """Say that there is nothing yet, and what to do."""
        raise NotImplementedError

    def _on_empty_button(self) -> None:
        """The button of the sentence was pressed."""
        raise NotImplementedError

    def _refresh_actions(self) -> None:
        """Other rows are selected, or what is selected changed: what can be done with them?"""
        raise NotImplementedError

    def _choose(self, keys: list[str]) -> None:
        """Tell everybody what was selected here."""
        raise NotImplementedError

    def _fill_menu(self, menu: QMenu) -> None:
        """Offer what can be done with the selected rows."""
        raise NotImplementedError

    # -- making

    def _lay_out(
        self, tools: ToolBar, sorted_by: tuple[str, Qt.SortOrder], beside: Sequence[QWidget] = ()
    ) -> None:
        """Put it together; `beside` the filter stands what narrows the rows down too."""
        column, order = sorted_by
        names = [each.name for each in self.model.columns]
        self.table.sortByColumn(names.index(column), order)
        self.table.keep_arrangement(self.console.settings.values.tables, self.name)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.table.chosen.connect(self._on_chosen)
        self.filter.setPlaceholderText(
            self.tr("{words} (Ctrl+F)").format(words=self._filter_words())
        )
        self.filter.setAccessibleName(self._filter_words())
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(160)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.filter.setFocus)
        row = QHBoxLayout()
        row.addWidget(self.filter, 1)
        for widget in (*beside, self.count):
            row.addWidget(widget)
        row.addSpacing(12)
        row.addWidget(tools)
        self.empty.wanted.connect(self._on_empty_button)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self.column.addLayout(row)
        self.column.addWidget(self.chips)
        self.column.addWidget(self._stack, 1)

    # -- what there is

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
                self._nothing_matches(),
                self.tr("The filter hides all of them."),
                self.tr("Show all"),
            )
        elif self.console.feed.link is Link.CONNECTING:
            self.empty.say(self.tr("Asking the master…"))
        else:
            self._say_nothing_there()
        self._stack.setCurrentWidget(self.empty)

    def _seen_rows(self) -> tuple[int, int]:
        """The first and the last row that is on the screen; the last is -1 where none is."""
        last = self.model.rowCount() - 1
        bottom = self.table.rowAt(self.table.viewport().height() - 1)
        return max(0, self.table.rowAt(0)), last if bottom < 0 else bottom

    # -- selection

    def _on_chosen(self, keys: list[str]) -> None:
        self._refresh_actions()
        if not self._following:
            self._choose(keys)

    def _follow_selection(self, keys: list[str]) -> None:
        if self._following:
            return
        selected = self.table.keys()
        if selected == keys or set(selected) == set(keys):
            return
        self._following = True
        try:
            self.table.select_keys(keys)
        finally:
            self._following = False

    def _show_menu(self, position: QPoint) -> None:
        if not self.table.selectionModel().hasSelection():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        self._offer_pane(menu, self.tr("&Show details"), self.details)
        self._fill_menu(menu)
        menu.popup(self.table.viewport().mapToGlobal(position))

    def _offer_pane(self, menu: QMenu, text: str, pane: str) -> None:
        menu.addAction(text).triggered.connect(lambda _checked=False: self.pane_wanted.emit(pane))

    # -- Qt's own

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick_timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick_timer.stop()
