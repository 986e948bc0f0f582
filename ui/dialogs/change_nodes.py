"""Pause, resume, drain or revoke nodes: what that reaches, and the reason."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.common.vocabulary import NodeState
from ui.bulk import for_each
from ui.console import Console
from ui.models.reach import Change, Reach, applies, reach_of
from ui.undo import Inverse

NAMES_SHOWN = 6
REASON_CHARACTERS_MAX = 200


class ChangeNodesDialog(QDialog):
    """Asks before the state of `node_ids` is changed; those it does not apply to are left out."""

    def __init__(
        self,
        console: Console,
        change: Change,
        node_ids: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._console = console
        self._change = change
        nodes = console.state.nodes
        self.node_ids = [
            each for each in node_ids if each in nodes and applies(change, nodes[each])
        ]
        self.setWindowTitle(self._title())
        self.setMinimumWidth(440)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        headline = QLabel(self._headline())
        font = QFont(headline.font())
        font.setBold(True)
        headline.setFont(font)
        for label in (
            headline,
            QLabel(self._names()),
            QLabel(self._consequence(reach_of(console.state, self.node_ids))),
            *self._left_out(len(node_ids)),
        ):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            column.addWidget(label)
        self.reason = QLineEdit()
        self.reason.setMaxLength(REASON_CHARACTERS_MAX)
        required = change is Change.REVOKE
        self.reason.setPlaceholderText(
            self.tr("Needed: it is recorded") if required else self.tr("Recorded, may stay empty")
        )
        reason_label = QLabel(self.tr("&Reason:"))
        reason_label.setBuddy(self.reason)
        column.addWidget(reason_label)
        column.addWidget(self.reason)
        self._add_buttons(column)
        self.reason.textChanged.connect(self._check)
        self._check()
        self.reason.setFocus()

    def accept(self) -> None:
        """Do it, beside the window."""
        console, state, reason = self._console, self._change.value, self.reason.text().strip()
        calls = console.pool.nodes
        nodes = {each: console.state.nodes[each] for each in self.node_ids}
        before = {each: (NodeState(node.state), node.state_reason) for each, node in nodes.items()}
        inverse, can_be_undone = Inverse(), self._change is not Change.REVOKE

        async def one(node_id: str) -> None:
            await calls.set_state(node_id, state, reason)
            if can_be_undone:
                inverse.add(lambda: calls.set_state(node_id, *before[node_id]))

        console.operations.start(
            self._title(),
            for_each(self.node_ids, one),
            said=self._said(len(self.node_ids)),
            inverse=inverse,
        )
        super().accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # What cannot be undone is not done by a hasty Enter: it goes to the button first.
        hasty = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if hasty and self._change is Change.REVOKE and self.focusWidget() is self.reason:
            self.confirm.setFocus()
            return
        super().keyPressEvent(event)

    def _add_buttons(self, column: QVBoxLayout) -> None:
        buttons = QDialogButtonBox()
        self.confirm = buttons.addButton(self._title(), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addSpacing(6)
        column.addWidget(buttons)

    def _check(self) -> None:
        given = bool(self.reason.text().strip()) or self._change is not Change.REVOKE
        self.confirm.setEnabled(given and bool(self.node_ids))
        self.confirm.setToolTip("" if given else self.tr("Give a reason first."))

    # -- words

    def _title(self) -> str:
        count = len(self.node_ids)
        match self._change:
            case Change.PAUSE:
                return self.tr("Pause %n nodes", "", count)
            case Change.RESUME:
                return self.tr("Resume %n nodes", "", count)
            case Change.DRAIN:
                return self.tr("Drain %n nodes", "", count)
            case Change.REVOKE:
                return self.tr("Revoke %n nodes", "", count)

    def _headline(self) -> str:
        count = len(self.node_ids)
        match self._change:
            case Change.PAUSE:
                return self.tr("Pause %n nodes?", "", count)
            case Change.RESUME:
                return self.tr("Let %n nodes take tasks again?", "", count)
            case Change.DRAIN:
                return self.tr("Drain %n nodes?", "", count)
            case Change.REVOKE:
                return self.tr("Revoke %n nodes for good?", "", count)

    def _said(self, count: int) -> str:
        match self._change:
            case Change.PAUSE:
                return self.tr("%n nodes paused.", "", count)
            case Change.RESUME:
                return self.tr("%n nodes take tasks again.", "", count)
            case Change.DRAIN:
                return self.tr("%n nodes are draining.", "", count)
            case Change.REVOKE:
                return self.tr("%n nodes revoked.", "", count)

    def _names(self) -> str:
        nodes = self._console.state.nodes
        names = [nodes[each].name for each in self.node_ids]
        more = len(names) - NAMES_SHOWN
        shown = ", ".join(names[:NAMES_SHOWN] if more > 1 else names)
        return self.tr("{names} and %n more", "", more).format(names=shown) if more > 1 else shown

    def _consequence(self, reach: Reach) -> str:
        match self._change:
            case Change.RESUME:
                return self.tr("The scheduler may place tasks there at once.")
            case _ if not reach.tasks and self._change is Change.REVOKE:
                return self.tr("No task runs there. This cannot be undone.")
            case _ if not reach.tasks:
                return self.tr("No task runs there. No new ones are placed there until you resume.")
        tasks = self.tr("%n tasks", "", reach.tasks)
        users = self.tr("%n users", "", max(1, reach.users))
        return self._with_tasks().format(tasks=tasks, users=users)

    def _with_tasks(self) -> str:
        match self._change:
            case Change.PAUSE:
                return self.tr(
                    "{tasks} of {users} go on there. No new ones are placed until you resume."
                )
            case Change.DRAIN:
                return self.tr(
                    "{tasks} of {users} are finished there or given back to the queue; "
                    "then the nodes are paused."
                )
            case _:
                return self.tr(
                    "{tasks} of {users} are lost there and start anew elsewhere. "
                    "A revoked machine must join anew with another key. This cannot be undone."
                )

    def _left_out(self, selected: int) -> list[QLabel]:
        count = selected - len(self.node_ids)
        if not count:
            return []
        return [QLabel(self.tr("%n of the selected nodes stay as they are.", "", count))]
