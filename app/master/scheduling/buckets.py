"""Waiting tasks that are equal to the scheduler: one priority, owner and set of requirements.

First in, first out, by sequence.
"""

import heapq
from collections.abc import Iterable
from typing import NamedTuple

from app.common.vocabulary import Priority
from app.master.tasks.requirements import Requirements


class QueuedTask(NamedTuple):
    """One waiting task. `queued_at` is in the seconds that `now` is given in."""

    task_id: str
    #: Its place in the order of submission; unique.
    sequence: int
    owner_id: str
    priority: Priority
    requirements: Requirements
    queued_at: float
    excluded_nodes: frozenset[str] = frozenset()
    archive_digest: str = ""


class BucketKey(NamedTuple):
    priority: Priority
    owner_id: str
    requirements: Requirements


class Bucket:
    """Tasks that differ in nothing that matters to placement but their turn."""

    __slots__ = ("_heap", "_tasks", "head", "key", "risen", "served_at")

    def __init__(self, key: BucketKey) -> None:
        self.key = key
        #: The task whose turn it is, None in an empty bucket.
        self.head: QueuedTask | None = None
        #: The class the head's waiting lifted it to; 0: its own.
        self.risen = 0
        #: When a task of this bucket was placed last.
        self.served_at = float("-inf")
        self._tasks: dict[str, QueuedTask] = {}
        #: By sequence; tasks that left stay until they come to the top.
        self._heap: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self._tasks)

    def get(self, task_id: str) -> QueuedTask:
        return self._tasks[task_id]

    def tasks(self) -> Iterable[QueuedTask]:
        """Its tasks, in no order."""
        return self._tasks.values()

    def add(self, task: QueuedTask) -> bool:
        """Take in a task; whether the head changed."""
        self._tasks[task.task_id] = task
        heapq.heappush(self._heap, (task.sequence, task.task_id))
        return self._find_head()

    def remove(self, task_id: str) -> bool:
        """Let a task go; whether the head changed."""
        del self._tasks[task_id]
        if len(self._heap) > 2 * len(self._tasks) + 64:
            self._heap = [(task.sequence, task.task_id) for task in self._tasks.values()]
            heapq.heapify(self._heap)
        return self._find_head()

    def _find_head(self) -> bool:
        before = self.head
        self.head = None
        while self._heap:
            sequence, task_id = self._heap[0]
            task = self._tasks.get(task_id)
            if task is not None and task.sequence == sequence:
                self.head = task
                break
            heapq.heappop(self._heap)
        return self.head is not before
