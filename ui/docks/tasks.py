"""All tasks the user may see in a table, with what can be done with them."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QMenu, QWidget

from proto import nodepool_pb2 as pb
from ui.console import Console
from ui.delegates.progress import ProgressDelegate
from ui.docks.live_table import LiveTablePane
from ui.icons import dress
from ui.mnemonics import without_mnemonic
from ui.models.task_words import marked_labels, phase
from ui.models.tasks import Tally, TasksModel, shown_percent
from ui.pool_state import Delta
from ui.task_actions import TaskActions
from ui.widgets.chips import Chips
from ui.widgets.tool_bar import ToolBar

#: After the last key the filter is applied.
TYPING_MILLISECONDS = 120
#: The filter is prepared bit by bit, so long at a time and with such pauses, in milliseconds.
WARMING_MILLISECONDS = 6
WARMING_PAUSE_MILLISECONDS = 3
WARMED_AT_ONCE = 50


class TasksPane(LiveTablePane[TasksModel]):
    """Every task the user may see. What it cannot do itself it wishes for by signals."""

    name = "tasks"
    details = "task_details"
    needs = ("TASKS_READ",)

    submit_wanted = Signal()
    #: Of the task with this id.
    clone_wanted = Signal(str)

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(console, TasksModel(), Chips(list(marked_labels().items())), parent)
        self._tally = Tally()
        self._changed: set[str] = set()
        #: Until the words of all tasks are known.
        self._filter_waits = False
        names = [column.name for column in self.model.columns]
        self.table.setItemDelegateForColumn(
            names.index("progress"), ProgressDelegate(self.model, shown_percent, self.table)
        )
        self.actions_of_tasks = TaskActions(console, self.table.keys, self)
        self.actions_of_tasks.clone_wanted.connect(self.clone_wanted)
        self.scope = self._make_scope()
        newest_first = ("submitted", Qt.SortOrder.DescendingOrder)
        self._lay_out(self._make_tools(), newest_first, beside=[self.scope])
        self._filter_timer = self._timer(TYPING_MILLISECONDS, self._apply_filter)
        self._filter_timer.setSingleShot(True)
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

    def _make_scope(self) -> QComboBox:
        scope = QComboBox()
        scope.setAccessibleName(self.tr("Whose tasks"))
        scope.addItem(self.tr("All users"))
        scope.addItem(self.tr("Mine"))
        scope.setVisible(self.console.may("TASKS_READ_ALL"))
        return scope

    def _make_tools(self) -> ToolBar:
        tools = ToolBar()
        if self.console.may("TASKS_SUBMIT"):
            submit = tools.addAction(self.tr("Submit…"))
            dress(submit, "submit")
            submit.setIconText(without_mnemonic(submit.text()))
            submit.triggered.connect(lambda _checked=False: self.submit_wanted.emit())
            tools.addSeparator()
            self.actions_of_tasks.fill(tools)
        return tools

    def _connect(self) -> None:
        self.table.activated.connect(lambda _index: self.pane_wanted.emit(self.details))
        self.filter.textChanged.connect(lambda _text: self._filter_timer.start())
        self.filter.returnPressed.connect(self.table.setFocus)
        self.chips.changed.connect(self._apply_filter)
        self.scope.currentIndexChanged.connect(self._on_scope)
        self.console.selection.tasks_changed.connect(self._follow_selection)
        self.console.feed.link_changed.connect(self._on_link)

    def _timer(self, milliseconds: int, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(milliseconds)
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

    def _tick(self) -> None:
        """The spans that still grow are a second longer: paint their columns again."""
        self.model.now = self.console.feed.now_seconds
        top, bottom = self._seen_rows()
        if all(phase(self.model.row_at(place)).ended for place in range(top, bottom + 1)):
            return
        self.model.repaint_spans(top, bottom)

    def _on_tasks_changed(self) -> None:
        self.chips.set_counts(self._tally.counts)
        self._refresh_actions()
        self._show_what_there_is()

    def _on_link(self, _link: object, _sentence: str) -> None:
        self._show_what_there_is()

    # -- filter

    def _filter_words(self) -> str:
        return self.tr("Filter tasks: words in any column")

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

    def _warm(self) -> None:
        passed = QElapsedTimer()
        passed.start()
        while self.model.warm(WARMED_AT_ONCE):
            if passed.hasExpired(WARMING_MILLISECONDS):
                return
        self._warm_timer.stop()
        if self._filter_waits:
            self._apply_filter()

    # -- where it is empty

    def _nothing_matches(self) -> str:
        return self.tr("No task matches")

    def _say_nothing_there(self) -> None:
        if self.console.may("TASKS_SUBMIT"):
            self.empty.say(
                self.tr("No tasks yet"),
                self.tr("A task is a folder with a program: drop one, and a node runs it."),
                self.tr("Submit a task…"),
            )
        else:
            self.empty.say(self.tr("No tasks yet"), self.tr("Nobody has submitted one."))

    def _on_empty_button(self) -> None:
        if not self.model.total:
            self.submit_wanted.emit()
            return
        self.filter.clear()
        self.chips.clear()
        self.scope.setCurrentIndex(0)
        self._apply_filter()

    # -- selection

    def _refresh_actions(self) -> None:
        self.actions_of_tasks.refresh()

    def _choose(self, keys: list[str]) -> None:
        self.console.selection.select_tasks(keys)

    def _fill_menu(self, menu: QMenu) -> None:
        self._offer_pane(menu, self.tr("Show lo&g"), "task_log")
        menu.addSeparator()
        self.actions_of_tasks.fill(menu)
