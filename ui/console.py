"""What every pane and dialog is given: the one place where they meet."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.client.api import HiveMind
from ui.connection import Connection
from ui.feed import Feed
from ui.operations import Operations
from ui.pool_state import PoolState
from ui.settings import SettingsFile


class Selection(QObject):
    """What is selected, in whichever pane: the others follow. Lists of ids."""

    # As `list` Qt would copy each id, a hundred thousand of them in a third of a second.
    tasks_changed = Signal(object)
    nodes_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tasks: list[str] = []
        self.nodes: list[str] = []

    def select_tasks(self, task_ids: list[str]) -> None:
        if task_ids != self.tasks:
            self.tasks = task_ids
            self.tasks_changed.emit(task_ids)

    def select_nodes(self, node_ids: list[str]) -> None:
        if node_ids != self.nodes:
            self.nodes = node_ids
            self.nodes_changed.emit(node_ids)


@dataclass(frozen=True, slots=True)
class Console:
    """The parts that panes share."""

    connection: Connection
    operations: Operations
    settings: SettingsFile
    selection: Selection

    @property
    def feed(self) -> Feed:
        return self.connection.feed

    @property
    def state(self) -> PoolState:
        """The pool as it is known."""
        return self.connection.feed.state

    @property
    def pool(self) -> HiveMind:
        """The calls of the signed-in user."""
        return self.connection.pool

    def may(self, permission: str) -> bool:
        """Whether the user has the permission of this name ("NODES_MANAGE")."""
        return self.connection.may(permission)
