"""What can be done with the selected tasks: one set of actions for every pane that shows tasks."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QDialog, QMenu, QToolBar, QWidget

from app.common.errors import HiveMindError, Reason
from proto import nodepool_pb2 as pb
from ui import formats
from ui.bulk import for_each
from ui.console import Console
from ui.dialogs.confirm import ConfirmDialog
from ui.icons import dress
from ui.mnemonics import bare, without_mnemonic
from ui.models.task_reach import (
    CancelReach,
    can_run_again,
    cancel_calls,
    cancel_reach,
    has_result,
    is_open,
    is_queued,
)
from ui.priority_actions import PriorityActions

#: So many of the selected tasks are looked at before an action is enabled: with more some
#: will do.
LOOKED_AT_MAX = 1000
#: Users named in a question.
USERS_SHOWN = 6

_COMMANDS = ("show", "logs", "why", "fetch", "cancel", "retry")


class TaskActions(QObject):
    """The actions on the tasks that `selected` names; `refresh` when these, or their states,
    have changed.
    """

    #: Somebody wants a task like the one of this id.
    clone_wanted = Signal(str)
    #: A dialog was opened; for whoever wants to know of it.
    opened = Signal(object)

    def __init__(
        self, console: Console, selected: Callable[[], list[str]], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._console = console
        self._selected = selected
        self._window = parent
        self._any_selected = False
        self.cancel = self._action(self.tr("&Cancel…"), self._on_cancel, "Del", icon="cancel")
        self.retry = self._action(self.tr("&Run again"), self._on_retry, "Ctrl+R", icon="retry")
        self.clone = self._action(self.tr("C&lone…"), self._on_clone, "Ctrl+D", icon="clone")
        self.delete_result = self._action(
            self.tr("&Delete result…"), self._on_delete_result, icon="delete"
        )
        self.priority = PriorityActions(console, self._may_change, parent)
        self.priority.opened.connect(self.opened)
        self.copy_ids = self._action(
            self.tr("Copy &id"), self._on_copy_ids, "Ctrl+Shift+C", icon="copy"
        )
        self.copy_commands = [
            self._action(f"hivemind task {command}", self._copier(command)) for command in _COMMANDS
        ]
        self.refresh()

    def fill(self, bar: QToolBar | QMenu) -> None:
        """Put the actions into a tool bar or a menu."""
        for action in (self.cancel, self.retry, self.clone):
            bar.addAction(action)
        self.priority.fill(bar)
        if isinstance(bar, QToolBar):
            return
        bar.addAction(self.delete_result)
        bar.addSeparator()
        bar.addAction(self.copy_ids)
        commands = bar.addMenu(self.tr("Copy as c&ommand line"))
        for action in self.copy_commands:
            commands.addAction(action)

    def refresh(self) -> None:
        """Enable what can be done with the selected tasks; tell of the rest why it cannot."""
        selected = self._selected()
        known = self._console.state.tasks
        looked_at = [known[each] for each in islice(selected, LOOKED_AT_MAX) if each in known]
        self._any_selected = bool(selected)
        many = len(selected) > LOOKED_AT_MAX
        own = [task for task in looked_at if self._is_own(task)]
        mine = looked_at if self._console.may("TASKS_MANAGE_ALL") else own
        self._allow(self.cancel, mine, many or any(map(is_open, mine)))
        waits = many or any(map(is_queued, mine))
        self._allow(self.priority.action, mine, waits)
        self._allow(self.retry, own, many or any(map(can_run_again, own)))
        self._allow(self.delete_result, own, many or any(map(has_result, own)))
        self._allow(self.clone, own, len(selected) == 1)
        if len(selected) > 1:
            self.clone.setToolTip(self.tr("Select one task to clone it."))
        for action in (self.copy_ids, *self.copy_commands):
            action.setEnabled(bool(selected))

    def _allow(self, action: QAction, tasks: Sequence[pb.TaskInfo], fits: bool) -> None:
        """Enable `action` where the user may do it with `tasks`, some of which it fits."""
        may = self._console.may("TASKS_SUBMIT")
        action.setEnabled(may and fits and bool(tasks))
        if action.isEnabled():
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            plain = bare(action.text())
            action.setToolTip(f"{plain} ({keys})" if keys else plain)
        elif not may:
            action.setToolTip(self.tr("Your role may not do this."))
        elif not self._any_selected:
            action.setToolTip(self.tr("Select tasks first."))
        elif not tasks:
            action.setToolTip(self.tr("Only the owner of a task can do this."))
        else:
            action.setToolTip(self.tr("No selected task is in a state for this."))

    def _action(
        self, text: str, act: Callable[[], None], keys: str = "", *, icon: str = ""
    ) -> QAction:
        action = QAction(text, self)
        if icon:
            dress(action, icon)
        action.setIconText(without_mnemonic(text))
        action.triggered.connect(lambda _checked=False: act())
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self._window.addAction(action)
        return action

    def _is_own(self, task: pb.TaskInfo) -> bool:
        return bool(task.owner == self._console.connection.user.username)

    def _tasks(self) -> list[pb.TaskInfo]:
        known = self._console.state.tasks
        return [known[each] for each in self._selected() if each in known]

    def _may_change(self) -> list[pb.TaskInfo]:
        """The selected tasks that the user may cancel or reprioritise."""
        tasks = self._tasks()
        if self._console.may("TASKS_MANAGE_ALL"):
            return tasks
        return [task for task in tasks if self._is_own(task)]

    # -- cancelling

    def _on_cancel(self) -> None:
        tasks = self._may_change()
        known = dict(self._console.state.tasks)

        def look() -> tuple[CancelReach, list[str]]:
            reach = cancel_reach(tasks)
            return reach, cancel_calls(reach.task_ids, known)

        # Of a hundred thousand that takes longer than the window may stand still.
        self._start(self.tr("Cancel tasks"), asyncio.to_thread(look), then=self._ask_cancel)

    def _ask_cancel(self, found: tuple[CancelReach, list[str]]) -> None:
        reach, calls = found
        if not calls:
            return
        tasks = self.tr("%n tasks", "", reach.tasks)
        users = self.tr("%n users", "", len(reach.users))
        headline = self.tr("Cancels {tasks} of {users}, refunds {amount}.").format(
            tasks=tasks, users=users, amount=formats.cpt(reach.refund_mcpt)
        )
        sentences = [_of_users(reach.users)]
        if reach.at_work:
            sentences.append(
                self.tr("%n of them are at work: that work is lost.", "", reach.at_work)
            )

        async def cancel(task_id: str) -> None:
            try:
                await self._console.pool.tasks.cancel(task_id)
            except HiveMindError as error:
                # It was quicker: nothing is left to cancel.
                if error.reason is not Reason.TASK_ENDED:
                    raise

        def act() -> None:
            said = self.tr("%n tasks cancelled.", "", reach.tasks)
            self._start(self.tr("Cancel tasks"), for_each(calls, cancel), said=said)

        verb = self.tr("&Cancel %n tasks", "", reach.tasks)
        self._open(ConfirmDialog(verb, headline, sentences, act, self._window))

    # -- the others

    def _on_retry(self) -> None:
        tasks = [task for task in self._tasks() if self._is_own(task) and can_run_again(task)]
        ids = [task.task_id for task in tasks]

        def act() -> None:
            said = self.tr("%n tasks run again, as new tasks.", "", len(ids))
            work = for_each(ids, self._console.pool.tasks.retry)
            self._start(self.tr("Run tasks again"), work, said=said)

        if len(ids) == 1:
            act()
        elif ids:
            price = sum(task.price_mcpt for task in tasks)
            headline = self.tr("Runs {tasks} again, holds {amount}.").format(
                tasks=self.tr("%n tasks", "", len(ids)), amount=formats.cpt(price)
            )
            verb = self.tr("&Run %n tasks again", "", len(ids))
            sentences = [self.tr("They become new tasks, which are charged anew.")]
            self._open(ConfirmDialog(verb, headline, sentences, act, self._window))

    def _on_clone(self) -> None:
        for task_id in self._selected()[:1]:
            self.clone_wanted.emit(task_id)

    def _on_delete_result(self) -> None:
        tasks = [task for task in self._tasks() if self._is_own(task) and has_result(task)]
        ids = [task.task_id for task in tasks]
        if not ids:
            return

        def act() -> None:
            said = self.tr("%n results deleted.", "", len(ids))
            work = for_each(ids, self._console.pool.tasks.delete_result)
            self._start(self.tr("Delete results"), work, said=said)

        headline = self.tr("Deletes the results of {tasks}, {size}.").format(
            tasks=self.tr("%n tasks", "", len(ids)),
            size=formats.size(sum(task.result_bytes for task in tasks)),
        )
        verb = self.tr("&Delete %n results", "", len(ids))
        sentences = [self.tr("This cannot be undone.")]
        self._open(ConfirmDialog(verb, headline, sentences, act, self._window, final=True))

    def _on_copy_ids(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self._selected()))

    def _copier(self, command: str) -> Callable[[], None]:
        def copy() -> None:
            lines = [f"hivemind task {command} {each}" for each in self._selected()]
            QGuiApplication.clipboard().setText("\n".join(lines))

        return copy

    def _start(
        self,
        title: str,
        work: Awaitable[object],
        *,
        then: Callable[..., None] | None = None,
        said: str = "",
    ) -> None:
        self._console.operations.start(title, work, then=then, said=said)

    def _open(self, dialog: QDialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        self.opened.emit(dialog)


def _of_users(users: dict[str, int]) -> str:
    """The users with their tasks, where there is more than one: "alice 80, bob 32"."""
    if len(users) < 2:
        return ""
    named = [f"{user} {formats.count(tasks)}" for user, tasks in users.items()]
    more = [f"+ {formats.count(len(named) - USERS_SHOWN)}"] if len(named) > USERS_SHOWN else []
    return ", ".join(named[:USERS_SHOWN] + more)
