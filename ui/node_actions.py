"""What can be done with the selected nodes: one set of actions for every pane that shows nodes."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QDialog, QMenu, QToolBar, QWidget

from app.common.vocabulary import NodeState
from proto import nodepool_pb2 as pb
from ui.console import Console
from ui.dialogs.approve_nodes import ApproveNodesDialog
from ui.dialogs.change_nodes import ChangeNodesDialog
from ui.dialogs.location import LocationDialog
from ui.icons import dress
from ui.mnemonics import without_mnemonic
from ui.models.reach import CHANGED_BY, Change


class NodeActions(QObject):
    """The actions on the nodes that `selected` names; `refresh` when these, or their states,
    have changed.
    """

    #: A dialog was opened; for whoever wants to know of it.
    opened = Signal(object)

    def __init__(
        self, console: Console, selected: Callable[[], list[str]], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._console = console
        self._selected = selected
        self._window = parent
        self.approve = self._action("approve", self.tr("&Approve…"), self._on_approve)
        self.pause = self._action("pause", self.tr("&Pause…"), lambda: self._change(Change.PAUSE))
        self.resume = self._action(
            "resume", self.tr("&Resume…"), lambda: self._change(Change.RESUME)
        )
        self.drain = self._action("drain", self.tr("&Drain…"), lambda: self._change(Change.DRAIN))
        self.revoke = self._action(
            "revoke", self.tr("Re&voke…"), lambda: self._change(Change.REVOKE)
        )
        self.locate = self._action("locate", self.tr("Set &location…"), self._on_locate)
        self.copy_names = self._action("copy", self.tr("&Copy names"), self._on_copy)
        self.changes = {
            Change.PAUSE: self.pause,
            Change.RESUME: self.resume,
            Change.DRAIN: self.drain,
            Change.REVOKE: self.revoke,
        }
        self.refresh()

    def fill(self, bar: QToolBar | QMenu) -> None:
        """Put the actions into a tool bar or a menu."""
        bar.addAction(self.approve)
        bar.addAction(self.pause)
        bar.addAction(self.resume)
        bar.addAction(self.drain)
        bar.addSeparator()
        bar.addAction(self.locate)
        bar.addSeparator()
        bar.addAction(self.revoke)
        if isinstance(bar, QMenu):
            bar.addSeparator()
            bar.addAction(self.copy_names)

    def refresh(self) -> None:
        """Enable what can be done with the selected nodes; tell of the rest why it cannot."""
        nodes = self._nodes()
        states = {int(node.state) for node in nodes}
        manages = self._console.may("NODES_MANAGE")
        forbidden = self.tr("Your role may not do this: ask an operator.")
        for change, action in self.changes.items():
            self._allow(action, bool(states & CHANGED_BY[change]), manages, forbidden)
        waiting = int(NodeState.PENDING) in states
        self._allow(self.approve, waiting, manages, forbidden)
        may_locate = manages
        if not manages and self._console.may("NODES_LOCATE"):
            username = self._console.connection.user.username
            may_locate = all(node.owner == username for node in nodes)
        self._allow(
            self.locate,
            bool(nodes),
            may_locate,
            self.tr("Only its owner or an operator may say where a node stands."),
        )
        self.copy_names.setEnabled(bool(nodes))

    def _allow(self, action: QAction, fits: bool, may: bool, forbidden: str) -> None:
        action.setEnabled(fits and may)
        if not may:
            action.setToolTip(forbidden)
        elif not fits and not self._selected():
            action.setToolTip(self.tr("Select nodes first."))
        else:
            action.setToolTip("" if fits else self.tr("No selected node is in a state for this."))

    def _action(self, icon: str, text: str, act: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        dress(action, icon)
        action.setIconText(without_mnemonic(text))
        action.triggered.connect(lambda _checked=False: act())
        return action

    def _nodes(self) -> list[pb.NodeInfo]:
        nodes = self._console.state.nodes
        return [nodes[each] for each in self._selected() if each in nodes]

    def _change(self, change: Change) -> None:
        self._open(ChangeNodesDialog(self._console, change, self._selected(), self._window))

    def _on_approve(self) -> None:
        self._open(ApproveNodesDialog(self._console, self._selected(), self._window))

    def _on_locate(self) -> None:
        self._open(LocationDialog(self._console, self._selected(), self._window))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(node.name for node in self._nodes()))

    def _open(self, dialog: QDialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        self.opened.emit(dialog)
