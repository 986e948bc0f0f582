"""All tasks the user may see in a table, with what can be done with them."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QStackedWidget,
    QWidget,
)

from proto import nodepool_pb2 as pb
from ui import formats
from ui.console import Console
from ui.delegates.progress import ProgressDelegate
from ui.docks.pane import Pane
from ui.feed import Link
from ui.icons import dress
from ui.mnemonics import without_mnemonic
from ui.models.task_words import marked_labels, phase
from ui.models.tasks import Tally, TasksModel, shown_percent
from ui.pool_state import Delta
from ui.task_actions import TaskActions
from ui.throttle import Throttle
from ui.widgets.chips import Chips
from ui.widgets.empty_state import EmptyState
from ui.widgets.live_label import LiveLabel
from ui.widgets.table import Table
from ui.widgets.tool_bar import ToolBar

#: Between two flushes of what changed at least.
FLUSH_MILLISECONDS = 250
TICK_MILLISECONDS = 1000
#: After the last key the filter is applied.
TYPING_MILLISECONDS = 120
#: The filter is prepared bit by bit, so long at a time and with such pauses, in milliseconds.
WARMING_MILLISECONDS = 6
WARMING_PAUSE_MILLISECONDS = 3
WARMED_AT_ONCE = 50


class TasksPane(Pane):
    """Every task the user may see. What it cannot do itself it wishes for by signals."""

    name = "tasks"
    needs = ("TASKS_READ",)

    submit_wanted = Signal()
    #: Of the task with this id.
    clone_wanted = Signal(str)
    pane_wanted = Signal(str)

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(console, parent)
        self.model = TasksModel(self)
        self._tally = Tally()
        self._changed: set[str] = set()
        self._following = False
        #: Until the words of all tasks are known.
        self._filter_waits = False
        self.table = self._make_table()
        self.actions_of_tasks = TaskActions(console, self.table.keys, self)
        self.actions_of_tasks.clone_wanted.connect(self.clone_wanted)
        self.filter = QLineEdit()
        self.scope = QComboBox()
        self.count = LiveLabel()
        self.chips = Chips(list(marked_labels().items()))
        self.column.addLayout(self._make_bar())
        self.column.addWidget(self.chips)
        self.empty = EmptyState()
        self.empty.wanted.connect(self._on_empty_button)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self.column.addWidget(self._stack, 1)
        self._flushing = Throttle(FLUSH_MILLISECONDS, self._flush, self)
        self._filter_timer = self._timer(TYPING_MILLISECONDS, self._apply_filter, once=True)
        self._tick_timer = self._timer(TICK_MILLISECONDS, self._tick)
        self._warm_timer = self._timer(WARMING_PAUSE_MILLISECONDS, self._warm)
        self._connect()

    def title(self) -> str:
        return self.tr("Tasks")

    def take(self, delta: Delta) -> None:
        """Show what changed; several changes in one go."""
        if delta.reset:
            self._changed.clear()
            self.model.now = self.console.feed.now_seconds
            self.model.set_rows(self.console.state.tasks)
            self._tally.count_all(self.console.state.tasks, self._of_scope())
            self._warm_timer.start()
            self._follow_selection(self.console.selection.tasks)
            self._on_tasks_changed()
            return
        self._changed |= delta.tasks
        if self._changed:
            self._flushing.ask()

    # -- making

    def _make_table(self) -> Table:
        table = Table(self.model)
        table.setAccessibleName(self.tr("Tasks"))
        names = [column.name for column in self.model.columns]
        table.setItemDelegateForColumn(
            names.index("progress"), ProgressDelegate(self.model, shown_percent, table)
        )
        table.sortByColumn(names.index("submitted"), Qt.SortOrder.DescendingOrder)
        table.keep_arrangement(self.console.settings.values.tables, self.name)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        return table

    def _make_bar(self) -> QHBoxLayout:
        self.filter.setPlaceholderText(self.tr("Filter tasks: words in any column (Ctrl+F)"))
        self.filter.setAccessibleName(self.tr("Filter tasks"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(160)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.filter.setFocus)
        self.scope.setAccessibleName(self.tr("Whose tasks"))
        self.scope.addItem(self.tr("All users"))
        self.scope.addItem(self.tr("Mine"))
        self.scope.setVisible(self.console.may("TASKS_READ_ALL"))
        tools = ToolBar()
        if self.console.may("TASKS_SUBMIT"):
            submit = tools.addAction(self.tr("&Submit…"))
            dress(submit, "submit")
            submit.setIconText(without_mnemonic(submit.text()))
            submit.triggered.connect(lambda _checked=False: self.submit_wanted.emit())
            tools.addSeparator()
            self.actions_of_tasks.fill(tools)
        row = QHBoxLayout()
        row.addWidget(self.filter, 1)
        row.addWidget(self.scope)
        row.addWidget(self.count)
        row.addSpacing(12)
        row.addWidget(tools)
        return row

    def _connect(self) -> None:
        self.table.chosen.connect(self._on_chosen)
        self.table.activated.connect(lambda _index: self.pane_wanted.emit("task_details"))
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.filter.textChanged.connect(lambda _text: self._filter_timer.start())
        self.filter.returnPressed.connect(self.table.setFocus)
        self.chips.changed.connect(self._apply_filter)
        self.scope.currentIndexChanged.connect(self._on_scope)
        self.console.selection.tasks_changed.connect(self._follow_selection)
        self.console.feed.link_changed.connect(self._on_link)

    def _timer(self, milliseconds: int, act: Callable[[], None], *, once: bool = False) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(milliseconds)
        timer.setSingleShot(once)
        timer.timeout.connect(act)
        return timer

    # -- changes

    def _flush(self) -> None:
        changed, self._changed = self._changed, set()
        if not changed:
            return
        self.model.now = self.console.feed.now_seconds
        self.model.update(changed)
        self._tally.update(changed, self.console.state.tasks, self._of_scope())
        self._on_tasks_changed()

    def _on_tasks_changed(self) -> None:
        self.chips.set_counts(self._tally.counts)
        self.actions_of_tasks.refresh()
        self._show_what_there_is()

    def _on_link(self, _link: object, _sentence: str) -> None:
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
                self.tr("No task matches"),
                self.tr("The filter hides all of them."),
                self.tr("&Show all"),
            )
        elif self.console.feed.link is Link.CONNECTING:
            self.empty.say(self.tr("Asking the master…"))
        elif self.console.may("TASKS_SUBMIT"):
            self.empty.say(
                self.tr("No tasks yet"),
                self.tr("A task is a folder with a program: drop one, and a node runs it."),
                self.tr("&Submit a task…"),
            )
        else:
            self.empty.say(self.tr("No tasks yet"), self.tr("Nobody has submitted one."))
        self._stack.setCurrentWidget(self.empty)

    def _on_empty_button(self) -> None:
        if not self.model.total:
            self.submit_wanted.emit()
            return
        self.filter.clear()
        self.chips.clear()
        self.scope.setCurrentIndex(0)
        self._apply_filter()

    def _tick(self) -> None:
        """The spans that still grow are a second longer: paint their columns again."""
        self.model.now = self.console.feed.now_seconds
        rows = self.model.rowCount()
        top = self.table.rowAt(0)
        if not rows or top < 0:
            return
        bottom = self.table.rowAt(self.table.viewport().height() - 1)
        bottom = rows - 1 if bottom < 0 else bottom
        if all(phase(self.model.row_at(place)).ended for place in range(top, bottom + 1)):
            return
        self.model.repaint_spans(top, bottom)

    def _warm(self) -> None:
        passed = QElapsedTimer()
        passed.start()
        while self.model.warm(WARMED_AT_ONCE):
            if passed.hasExpired(WARMING_MILLISECONDS):
                return
        self._warm_timer.stop()
        if self._filter_waits:
            self._apply_filter()

    # -- filter

    def _of_scope(self) -> Callable[[pb.TaskInfo], bool] | None:
        """Takes the tasks of the users that are chosen; None where all are."""
        if not self.scope.currentIndex():
            return None
        username = self.console.connection.user.username
        return lambda task: bool(task.owner == username)

    def _on_scope(self) -> None:
        self._tally.count_all(self.console.state.tasks, self._of_scope())
        self.chips.set_counts(self._tally.counts, at_once=True)
        self._apply_filter()

    def _apply_filter(self) -> None:
        self._filter_timer.stop()
        # To read the words of many tasks at once would stop the window for a second.
        self._filter_waits = self._warm_timer.isActive() and bool(self.filter.text())
        if self._filter_waits:
            return
        # What is told of is in order already, and need not be sorted again.
        self._flush()
        of_scope, chosen = self._of_scope(), self.chips.chosen()

        def accepts(task: pb.TaskInfo) -> bool:
            return (not chosen or phase(task) in chosen) and (of_scope is None or of_scope(task))

        self.model.now = self.console.feed.now_seconds
        self.model.set_filter(self.filter.text(), accepts if chosen or of_scope else None)
        self._show_what_there_is()

    # -- selection

    def _on_chosen(self, task_ids: list[str]) -> None:
        self.actions_of_tasks.refresh()
        if not self._following:
            self.console.selection.select_tasks(task_ids)

    def _follow_selection(self, task_ids: list[str]) -> None:
        if self._following or self.table.keys() == task_ids:
            return
        self._following = True
        try:
            self.table.select_keys(task_ids)
        finally:
            self._following = False

    def _show_menu(self, position: QPoint) -> None:
        if not self.table.selectionModel().hasSelection():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for text, pane in (
            (self.tr("&Show details"), "task_details"),
            (self.tr("Show lo&g"), "task_log"),
        ):
            menu.addAction(text).triggered.connect(
                lambda _checked=False, pane=pane: self.pane_wanted.emit(pane)
            )
        menu.addSeparator()
        self.actions_of_tasks.fill(menu)
        menu.popup(self.table.viewport().mapToGlobal(position))

    # -- Qt's own

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick_timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick_timer.stop()
