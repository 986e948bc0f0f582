"""Another priority for tasks that wait: asks what it comes to, does it, and can take it back."""

from collections.abc import Awaitable, Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolBar, QToolButton, QWidget

from app.common.vocabulary import Priority
from proto import nodepool_pb2 as pb
from ui import formats
from ui.console import Console
from ui.dialogs.confirm import ConfirmDialog
from ui.icons import dress
from ui.mnemonics import without_mnemonic
from ui.models.task_reach import PriorityStep, is_queued, priority_steps
from ui.models.task_words import priority_labels
from ui.owned_operations import OwnedOperations
from ui.undo import Inverse


class PriorityActions(QObject):
    """The action that opens the choice of priorities for the tasks that `tasks` gives.

    `tasks` are those that the user may change, whatever their state.
    """

    #: A dialog was opened; for whoever wants to know of it.
    opened = Signal(object)

    def __init__(
        self, console: Console, tasks: Callable[[], list[pb.TaskInfo]], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._console = console
        self._tasks = tasks
        self._window = parent
        self._questions = OwnedOperations(console.operations, self)
        self.choice = QMenu(self.tr("&Priority"), parent)
        self.action = self.choice.menuAction()
        self.action.setIconText(without_mnemonic(self.choice.title()))
        dress(self.action, "priority")
        self.by_priority: dict[Priority, QAction] = {}
        group = QActionGroup(self)
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        for priority, text in (
            (Priority.NORMAL, self.tr("&Normal")),
            (Priority.HIGH, self.tr("&High: 20 % dearer")),
            (Priority.URGENT, self.tr("&Urgent: 50 % dearer")),
        ):
            made = self.choice.addAction(text)
            made.setCheckable(True)
            group.addAction(made)
            made.triggered.connect(lambda _checked=False, chosen=priority: self._on_chosen(chosen))
            self.by_priority[priority] = made
        self.choice.aboutToShow.connect(self._check_current)

    def fill(self, bar: QToolBar | QMenu) -> None:
        """Put the action into a tool bar or a menu."""
        bar.addAction(self.action)
        button = bar.widgetForAction(self.action) if isinstance(bar, QToolBar) else None
        if isinstance(button, QToolButton):
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def said(self, tasks: int, priority: Priority) -> str:
        """What was done, in a sentence."""
        return self.tr("%n tasks have the priority {priority}.", "", tasks).format(
            priority=priority_labels()[priority]
        )

    def _check_current(self) -> None:
        """Mark the priority that all of them have, if they have one."""
        current = {int(task.priority) for task in self._tasks() if is_queued(task)}
        for priority, action in self.by_priority.items():
            action.setChecked(current == {int(priority)})

    def _on_chosen(self, priority: Priority) -> None:
        concerned = [
            task for task in self._tasks() if is_queued(task) and int(task.priority) != priority
        ]
        steps = priority_steps(concerned, self._console.state.tasks)
        if not concerned:
            return
        # Once the window is gone there is nobody to ask.
        self._questions.start(
            self.tr("See what another priority comes to"),
            self._each(steps, priority, preview=True),
            then=lambda found: self._ask(priority, steps, found),
        )

    async def _each(
        self, steps: Sequence[PriorityStep], priority: Priority, *, preview: bool
    ) -> pb.SetTaskPriorityResponse:
        """What all steps come to together."""
        total = pb.SetTaskPriorityResponse()
        calls = self._console.pool.tasks
        for step in steps:
            answer = await calls.set_priority(*step.names, priority=priority, preview=preview)
            _add(total, answer)
        return total

    def _ask(
        self, priority: Priority, steps: Sequence[PriorityStep], found: pb.SetTaskPriorityResponse
    ) -> None:
        """One task that gets no dearer changes at once: that can be taken back."""
        if found.changed == 1 and found.price_change_mcpt <= 0:
            self._begin(priority, steps, 1)
            return
        owners = {owner for step in steps for owner in step.owners}
        headline = self.tr("Gives {tasks} of {users} the priority {priority}.").format(
            tasks=self.tr("%n tasks", "", found.changed),
            users=self.tr("%n users", "", len(owners)),
            priority=priority_labels()[priority],
        )
        sentences = [self._price(found.price_change_mcpt)]
        late = found.started + found.ended
        if late:
            sentences.append(self.tr("%n of them wait no longer, and stay as they are.", "", late))
        verb = self.tr("&Change %n tasks", "", found.changed)
        dialog = ConfirmDialog(
            verb,
            headline,
            sentences,
            lambda: self._begin(priority, steps, found.changed),
            self._window,
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        self.opened.emit(dialog)

    def _price(self, change_mcpt: int) -> str:
        if change_mcpt > 0:
            return self.tr("{amount} more are held for them.").format(
                amount=formats.cpt(change_mcpt)
            )
        if change_mcpt < 0:
            return self.tr("{amount} less are held for them.").format(
                amount=formats.cpt(-change_mcpt)
            )
        return self.tr("Their price stays the same.")

    def _begin(self, priority: Priority, steps: Sequence[PriorityStep], tasks: int) -> None:
        inverse = Inverse()
        self._console.operations.start(
            self.tr("Change the priority"),
            self._carry_out(steps, priority, inverse),
            said=self.said(tasks, priority),
            inverse=inverse,
        )

    async def _carry_out(
        self, steps: Sequence[PriorityStep], priority: Priority, inverse: Inverse
    ) -> None:
        calls = self._console.pool.tasks

        def back(step: PriorityStep) -> Callable[[], Awaitable[object]]:
            return lambda: calls.set_priority(*step.names, priority=step.before)

        for step in steps:
            await calls.set_priority(*step.names, priority=priority)
            inverse.add(back(step))


def _add(total: pb.SetTaskPriorityResponse, answer: pb.SetTaskPriorityResponse) -> None:
    total.changed += answer.changed
    total.started += answer.started
    total.ended += answer.ended
    total.price_change_mcpt += answer.price_change_mcpt
