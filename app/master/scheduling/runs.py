"""Equal tasks that follow each other onto one node, without a new look at the pool."""

from app.master.scheduling.buckets import QueuedTask
from app.master.scheduling.class_scores import NO_SLOT
from app.master.scheduling.nodes import NodeTable


class Run:
    """Where the next task goes if it equals the one before.

    A CPU task makes its node fuller, and that only lifts the node's score for such a
    task (`scoring.packing_score`). So the best node stays the best as long as it has room
    and nothing else in the table has changed. Whoever takes a GPU may leave a node that
    is worse for the next: such tasks look anew each time.
    """

    def __init__(self, table: NodeTable) -> None:
        self._table = table
        self._task: QueuedTask | None = None
        self._slot = NO_SLOT
        self._room = 0
        self._version = 0

    def slot_for(self, task: QueuedTask) -> int:
        """The row of the task before, if `task` should follow it; else NO_SLOT."""
        before = self._task
        if (
            before is None
            or self._room == 0
            or self._version != self._table.dynamic.version
            or task.excluded_nodes
            or task.archive_digest != before.archive_digest
            or task.requirements != before.requirements
        ):
            return NO_SLOT
        return self._slot

    def begin(self, task: QueuedTask, slot: int) -> None:
        """`task` was just allocated to `slot`, of all rows the best."""
        if task.excluded_nodes or task.requirements.wants_gpu:
            self._task = None
            return
        self._task, self._slot = task, slot
        self._room = self._table.room(slot, task.requirements)
        self._version = self._table.dynamic.version

    def go_on(self) -> None:
        """The task that `slot_for` was asked about was just allocated there."""
        self._room -= 1
        self._version = self._table.dynamic.version
