"""The queued tasks that memory knows, in buckets of equals.

A round looks at buckets and their heads, never at all tasks. The caller decides how much
of the store's queue it loads into each bucket.
"""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from app.common.invariant import invariant
from app.common.vocabulary import Priority
from app.master.scheduling.buckets import Bucket, BucketKey, QueuedTask
from app.master.scheduling.lines import Lane
from app.master.tasks.requirements import Requirements


@dataclass(frozen=True, slots=True)
class Ageing:
    """How long waiting lifts a task, so that nothing starves under endless urgent work."""

    #: A bucket rises one class each time its head has waited this long.
    rise_seconds: float = 600.0
    #: Risen buckets get one of so many placements while others wait too: a flood of old
    #: tasks must not turn strict priority around.
    risen_one_in: int = 4


class _Due(NamedTuple):
    """When a bucket is lifted, if it still has that head."""

    at: float
    number: int
    steps: int
    sequence: int
    bucket: Bucket

    @property
    def current(self) -> bool:
        head = self.bucket.head
        return head is not None and head.sequence == self.sequence


class TaskQueue:
    """All buckets, and the lines in which they wait."""

    def __init__(self, ageing: Ageing = Ageing()) -> None:
        self.ageing = ageing
        #: Lines by a bucket's own class, and by the class it rose to.
        self.own = Lane(lambda bucket: bucket.key.priority)
        self.risen = Lane(lambda bucket: bucket.risen)
        #: Placements since a risen bucket got one.
        self.since_risen = 0
        #: Buckets out of line, because no node has room for such requirements.
        self._parked: dict[Requirements, dict[Bucket, None]] = {}
        self._buckets: dict[BucketKey, Bucket] = {}
        self._where: dict[str, Bucket] = {}
        self._dues: list[_Due] = []
        self._pushed = 0

    def __len__(self) -> int:
        return len(self._where)

    def __contains__(self, task_id: str) -> bool:
        return task_id in self._where

    def add(self, task: QueuedTask) -> None:
        """Queue a task; one that comes back gets its old place by its sequence."""
        invariant(task.task_id not in self._where, f"{task.task_id} is queued already")
        key = BucketKey(task.priority, task.owner_id, task.requirements)
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(key)
        self._where[task.task_id] = bucket
        if bucket.add(task):
            self._announce(bucket)

    def remove(self, task_id: str) -> QueuedTask:
        """Take a task out: it was placed or cancelled. KeyError if it is not queued."""
        bucket = self._where.pop(task_id)
        task = bucket.get(task_id)
        if bucket.remove(task_id):
            self._announce(bucket)
        if not bucket:
            del self._buckets[bucket.key]
            self._leave_park(bucket)
        return task

    def get(self, task_id: str) -> QueuedTask | None:
        bucket = self._where.get(task_id)
        return None if bucket is None else bucket.get(task_id)

    def bucket_of(self, task_id: str) -> Bucket | None:
        return self._where.get(task_id)

    def bucket_size(self, key: BucketKey) -> int:
        """Tasks in memory of this bucket."""
        bucket = self._buckets.get(key)
        return 0 if bucket is None else len(bucket)

    def buckets(self) -> Iterable[Bucket]:
        """Every bucket that has a task."""
        return self._buckets.values()

    def ripen(self, now: float) -> list[Bucket]:
        """Lift the buckets whose heads have waited long enough; returns those that rose."""
        lifted = []
        while self._dues and self._dues[0].at <= now:
            due = heapq.heappop(self._dues)
            if not due.current:
                continue
            bucket = due.bucket
            bucket.risen = min(Priority.URGENT, bucket.key.priority + due.steps)
            self.risen.announce(bucket)
            self._due(bucket, due.steps + 1)
            lifted.append(bucket)
        return lifted

    def ahead_of(self, task_id: str) -> int:
        """About how many queued tasks will be placed before this one. An estimate by buckets.

        Higher classes count whole; in the task's class its owner's older buckets, and of
        each other owner as many tasks as the owner has ahead of it, since they take turns.
        Only tasks in memory count, and what each owner holds already does not.
        """
        bucket = self._where[task_id]
        task = bucket.get(task_id)
        standing = bucket.risen or bucket.key.priority
        ahead = own = sum(other.sequence < task.sequence for other in bucket.tasks())
        others: dict[str, int] = {}
        for other in self._buckets.values():
            level = other.risen or other.key.priority
            if other is bucket or other.head is None or level < standing:
                continue
            if level > standing:
                ahead += len(other)
            elif other.key.owner_id != task.owner_id:
                owner = other.key.owner_id
                others[owner] = others.get(owner, 0) + len(other)
            elif other.head.sequence < task.sequence:
                ahead += len(other)
                own += len(other)
        return ahead + sum(min(count, own + 1) for count in others.values())

    @property
    def parked(self) -> Iterable[Requirements]:
        """Requirements whose buckets are out of line."""
        return self._parked.keys()

    def park(self, bucket: Bucket) -> None:
        """Keep a bucket out of line until `unpark`: rounds then cost nothing for it."""
        if bucket.head is not None:
            self._parked.setdefault(bucket.key.requirements, {})[bucket] = None

    def unpark(self, requirements: Requirements) -> None:
        """A node may have room again: put the buckets back in line."""
        for bucket in self._parked.pop(requirements, {}):
            self.stand_in_line(bucket)

    def _leave_park(self, bucket: Bucket) -> None:
        parked = self._parked.get(bucket.key.requirements)
        if parked is not None:
            parked.pop(bucket, None)
            if not parked:
                del self._parked[bucket.key.requirements]

    def parked_heads(self) -> list[QueuedTask]:
        """The heads of the buckets out of line."""
        buckets = (bucket for parked in self._parked.values() for bucket in parked)
        return [bucket.head for bucket in buckets if bucket.head is not None]

    def validate(self) -> None:
        """Raise InvariantViolated unless buckets, heads and lines agree."""
        for key, bucket in self._buckets.items():
            tasks = list(bucket.tasks())
            invariant(len(tasks) > 0, f"an empty bucket is kept: {key}")
            first = min(tasks, key=lambda task: task.sequence)
            invariant(bucket.head is first, f"{first.task_id} should be its bucket's head")
            line = self.own.owners(key.priority).get(key.owner_id)
            parked = bucket in self._parked.get(key.requirements, {})
            stands = line is not None and bucket in line
            invariant(stands or parked, f"stands in no line: {key}")
        in_buckets = {task.task_id for bucket in self._buckets.values() for task in bucket.tasks()}
        invariant(in_buckets == set(self._where), "the index by task id is not the buckets")

    def stand_in_line(self, bucket: Bucket) -> None:
        """Put a bucket that had stepped out of line back where it belongs."""
        if bucket.head is not None:
            self.own.announce(bucket)
            if bucket.risen:
                self.risen.announce(bucket)

    def _announce(self, bucket: Bucket) -> None:
        """The bucket has another head: it stands in line anew, and its waiting starts anew."""
        bucket.risen = 0
        self.stand_in_line(bucket)
        self._due(bucket, 1)

    def _due(self, bucket: Bucket, steps: int) -> None:
        """Note when the head's waiting lifts the bucket by `steps` classes."""
        if bucket.head is None or bucket.key.priority + steps > Priority.URGENT:
            return
        if len(self._dues) > 4 * len(self._buckets) + 1024:
            self._dues = [due for due in self._dues if due.current]
            heapq.heapify(self._dues)
        self._pushed += 1
        at = bucket.head.queued_at + steps * self.ageing.rise_seconds
        due = _Due(at, self._pushed, steps, bucket.head.sequence, bucket)
        heapq.heappush(self._dues, due)
