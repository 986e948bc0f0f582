"""The selected task: facts, attempts, result, and of one that is queued why it waits."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QLabel,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.common.errors import HiveMindError
from proto import nodepool_pb2 as pb
from ui.console import Console
from ui.docks.pane import Pane
from ui.models.remedies import Remedy
from ui.models.task_facts import AttemptsModel, facts_of, summary_of
from ui.models.task_words import PHASE_TONES, Phase, marked_labels, phase, task_name
from ui.pool_state import Delta
from ui.sentences import shown
from ui.task_actions import TaskActions
from ui.widgets.empty_state import EmptyState
from ui.widgets.facts import Facts
from ui.widgets.result_files import ResultFiles
from ui.widgets.table import Table
from ui.widgets.task_history import TaskHistory
from ui.widgets.tone_label import ToneLabel
from ui.widgets.tool_bar import ToolBar
from ui.widgets.why_waiting import WhyWaiting

#: After a selection, for somebody who runs through a list.
SETTLE_MILLISECONDS = 150
#: Between two looks at why a task waits while the pool changes.
EXPLAIN_MILLISECONDS = 2000
#: Of more tasks that are selected only so many are summed up.
SUMMED_MAX = 20_000


class TaskDetailsPane(Pane):
    """Follows the selection. Of several tasks it shows how many there are of what."""

    name = "task_details"
    needs = ("TASKS_READ",)

    #: Of the task with this id, with these fields of the draft changed.
    clone_wanted = Signal(str, object)
    pane_wanted = Signal(str)
    join_wanted = Signal()

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(console, parent)
        self.task_id = ""
        #: With spec and attempts, as it was when it was last asked for.
        self._whole = pb.TaskInfo()
        self._told: tuple[object, ...] = ()
        self.actions_of_tasks = TaskActions(console, self._shown_ids, self)
        self.actions_of_tasks.clone_wanted.connect(self._clone)
        self.heading, self.state, self.detail = QLabel(), ToneLabel(), QLabel()
        self.facts = Facts()
        self.attempts = AttemptsModel(self)
        self.history = TaskHistory(console)
        self.why = WhyWaiting()
        self.result = ResultFiles(console)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self._pages: dict[str, tuple[QWidget, str]] = {
            "task": (self._make_task_page(), self.tr("Task")),
            "history": (self.history, self.tr("History")),
            "why": (_scrolled(self.why), self.tr("Why it waits")),
            "result": (self.result, self.tr("Result")),
        }
        self.empty = EmptyState(
            self.tr("No task is selected"), self.tr("Select one in the table of tasks.")
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._make_page())
        self.column.addWidget(self._stack)
        self._settle = self._timer(SETTLE_MILLISECONDS)
        self._settle.timeout.connect(self._ask)
        self._explain_timer = self._timer(EXPLAIN_MILLISECONDS)
        self._explain_timer.timeout.connect(self._explain)
        self._connect()

    def title(self) -> str:
        return self.tr("Task")

    def take(self, delta: Delta) -> None:
        """Show what changed of the task."""
        if delta.reset:
            self._show_selected()
            return
        if self.task_id in delta.tasks:
            self._show_task()
        elif not self.task_id and delta.tasks & set(self.console.selection.tasks[:SUMMED_MAX]):
            self._show_several()
        waits = self._current_is("why") and (delta.nodes or delta.tasks)
        if waits and not self._explain_timer.isActive():
            self._explain_timer.start()

    # -- making

    def _make_page(self) -> QWidget:
        font = QFont(self.heading.font())
        font.setPointSizeF(font.pointSizeF() * 1.3)
        font.setBold(True)
        self.heading.setFont(font)
        self.heading.setWordWrap(True)
        self.detail.setWordWrap(True)
        for label in (self.heading, self.detail):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setMinimumWidth(1)
        tools = ToolBar()
        if self.console.may("TASKS_SUBMIT"):
            self.actions_of_tasks.fill(tools)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.heading, self.state, self.detail, tools):
            column.addWidget(widget)
        column.addWidget(self.tabs, 1)
        return page

    def _make_task_page(self) -> QWidget:
        table = Table(self.attempts)
        table.setAccessibleName(self.tr("Attempts"))
        table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        table.keep_arrangement(self.console.settings.values.tables, "attempts")
        self.attempt_table = table
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self.facts)
        splitter.addWidget(table)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([400, 120])
        splitter.setChildrenCollapsible(False)
        return splitter

    def _connect(self) -> None:
        self.console.selection.tasks_changed.connect(self._on_selection)
        self.tabs.currentChanged.connect(self._on_tab)
        self.why.remedy_wanted.connect(self._on_remedy)
        self.why.nodes_chosen.connect(self._show_nodes)

    def _timer(self, milliseconds: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        return timer

    # -- which task

    def _shown_ids(self) -> list[str]:
        return [self.task_id] if self.task_id else []

    def _on_selection(self, _task_ids: list[str]) -> None:
        if self.isVisible():
            self._show_selected()

    def _show_selected(self) -> None:
        """Show the task that is selected, or all of them at a glance."""
        known, selected = self.console.state.tasks, self.console.selection.tasks
        task_id = selected[0] if len(selected) == 1 and selected[0] in known else ""
        if task_id != self.task_id:
            self.task_id, self._whole, self._told = task_id, pb.TaskInfo(), ()
            self.attempts.show_attempts([])
            self.history.show_task(pb.TaskInfo())
        if task_id:
            self._stack.setCurrentIndex(1)
            self._show_task()
        elif len(selected) > 1:
            self._stack.setCurrentIndex(1)
            self._show_several()
        else:
            self._stack.setCurrentIndex(0)

    def _show_several(self) -> None:
        known, selected = self.console.state.tasks, self.console.selection.tasks
        tasks = [known[each] for each in selected[:SUMMED_MAX] if each in known]
        self.heading.setText(self.tr("%n tasks are selected", "", len(selected)))
        self.state.hide()
        self.detail.hide()
        self.facts.show_facts(summary_of(tasks))
        self.attempt_table.hide()
        self._show_tabs(["task"])
        self.actions_of_tasks.refresh()

    def _show_task(self) -> None:
        task = self.console.state.tasks.get(self.task_id)
        if task is None:
            return
        which = phase(task)
        self.heading.setText(task_name(task))
        percent = f" · {task.progress_percent} %" if which is Phase.RUNNING else ""
        self.state.say(marked_labels()[which] + percent, PHASE_TONES[which])
        self.state.show()
        self.detail.setText(shown(task.detail))
        self.detail.setVisible(bool(task.detail))
        merged = pb.TaskInfo()
        merged.CopyFrom(task)
        merged.spec.CopyFrom(self._whole.spec)
        self.facts.show_facts(facts_of(merged))
        self.attempt_table.show()
        self.result.show_task(task)
        result = ["result"] if task.result_digest else []
        why = ["why"] if which is Phase.QUEUED else []
        self._show_tabs(["task", *why, *result, "history"])
        self.actions_of_tasks.refresh()
        # Progress is in the row: only what is not is worth asking for.
        told = (
            *(task.state, task.attempt, task.node_id, task.detail),
            *(task.priority, task.cancel_requested),
        )
        if told != self._told:
            self._told = told
            self._settle.start()

    def _show_tabs(self, names: Iterable[str]) -> None:
        wanted = [self._pages[name] for name in names]
        shown = [self.tabs.widget(number) for number in range(self.tabs.count())]
        if shown == [page for page, _ in wanted]:
            return
        current = self.tabs.currentWidget()
        self.tabs.blockSignals(True)  # noqa: FBT003
        self.tabs.clear()
        for page, title in wanted:
            self.tabs.addTab(page, title)
        if current in [page for page, _ in wanted]:
            self.tabs.setCurrentWidget(current)
        self.tabs.blockSignals(False)  # noqa: FBT003

    def _current_is(self, name: str) -> bool:
        return bool(self.task_id) and self.tabs.currentWidget() is self._pages[name][0]

    def _on_tab(self, _number: int) -> None:
        if self._current_is("history"):
            self.history.ask()
        if self._current_is("why"):
            self._explain()

    # -- what is asked for

    def _ask(self) -> None:
        task_id = self.task_id
        if not task_id:
            return

        def then(task: pb.TaskInfo) -> None:
            if task_id != self.task_id:
                return
            self._whole = task
            self.attempts.show_attempts(task.attempts)
            self.history.show_task(task)
            if self._current_is("history"):
                self.history.ask()
            self._show_task()

        self.operations.start(
            self.tr("Look at a task"),
            self.console.pool.tasks.get(task_id),
            then=then,
            otherwise=lambda _error: None,
            quiet=True,
        )
        if self._current_is("why"):
            self._explain()

    def _explain(self) -> None:
        task_id = self.task_id
        if not task_id:
            return

        def then(why: pb.ExplainTaskResponse) -> None:
            if task_id == self.task_id:
                self.why.show_why(why, self._whole.spec, self.console.state.nodes)

        def otherwise(error: HiveMindError) -> None:
            if task_id == self.task_id:
                self.why.show_failure(shown(error.message))

        self.operations.start(
            self.tr("Find out why a task waits"),
            self.console.pool.tasks.why(task_id),
            then=then,
            otherwise=otherwise,
            quiet=True,
        )

    # -- what is wished for

    def _clone(self, task_id: str) -> None:
        self.clone_wanted.emit(task_id, {})

    def _on_remedy(self, remedy: Remedy) -> None:
        if remedy.join:
            self.join_wanted.emit()
        elif remedy.node_ids:
            self._show_nodes(remedy.node_ids)
            self.pane_wanted.emit("nodes")
        else:
            self.clone_wanted.emit(self.task_id, remedy.changes)

    def _show_nodes(self, node_ids: list[str]) -> None:
        if node_ids:
            self.console.selection.select_nodes(node_ids)


def _scrolled(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setWidget(widget)
    return area
