"""Whose turn it is: the order in which one round looks at the buckets.

Strict classes, urgent first. Inside a class the owner with the smallest dominant share,
then the oldest task. While risen buckets wait, they get every n-th placement.
"""

import heapq

from app.common.vocabulary import Priority
from app.master.scheduling.buckets import Bucket, QueuedTask
from app.master.scheduling.facts import PoolTotals
from app.master.scheduling.lines import Lane, Line
from app.master.scheduling.queue import TaskQueue
from app.master.scheduling.shares import Shares
from app.master.tasks.requirements import Requirements

_CLASSES = sorted(Priority, reverse=True)


class RoundOrder:
    """The buckets of one round. Use: `next`, then `placed`, `block` or `defer`; last `close`."""

    def __init__(self, queue: TaskQueue, shares: Shares, totals: PoolTotals, now: float) -> None:
        self._queue = queue
        self._now = now
        self._blocked: set[Requirements] = set()
        self._full: set[Requirements] = set()
        self._aside: list[Bucket] = []
        self._deferred: list[QueuedTask] = []
        self._from_risen = False
        queue.ripen(now)
        self._own = [_ClassOrder(queue.own, level, shares, totals) for level in _CLASSES]
        self._risen = [_ClassOrder(queue.risen, level, shares, totals) for level in _CLASSES]

    @property
    def blocked(self) -> set[Requirements]:
        """Requirements that are passed over for the rest of this round."""
        return self._blocked

    @property
    def deferred(self) -> list[QueuedTask]:
        """Heads that were passed over alone."""
        return self._deferred

    def next(self) -> Bucket | None:
        """The bucket whose head is to be placed; None when nothing is left to try."""
        for lifted in self._queue.ripen(self._now):
            self._risen[_CLASSES.index(Priority(lifted.risen))].enter(lifted)
        self._from_risen = self._queue.since_risen + 1 >= self._queue.ageing.risen_one_in
        if self._from_risen:
            bucket = self._first(self._risen)
            if bucket is not None:
                return bucket
            self._from_risen = False
        return self._first(self._own)

    def placed(self, bucket: Bucket) -> None:
        """The head of `bucket` found its node. Call before it leaves the queue."""
        bucket.served_at = self._now
        if self._from_risen or bucket.risen:
            self._queue.since_risen = 0
        else:
            self._queue.since_risen += 1

    def block(self, requirements: Requirements, *, full: bool = True) -> None:
        """Pass over such tasks for the rest of the round.

        `full`: no node has room for them, so they need no look before the table changes.
        """
        self._blocked.add(requirements)
        if full:
            self._full.add(requirements)

    def defer(self, task: QueuedTask) -> None:
        """Pass over one head only, until the round's end."""
        self._deferred.append(self._queue.remove(task.task_id))

    def close(self) -> None:
        """Park the buckets that no node has room for, put the other ones back in line."""
        for bucket in self._aside:
            if bucket.key.requirements in self._full:
                self._queue.park(bucket)
            else:
                self._queue.stand_in_line(bucket)
        for task in self._deferred:
            self._queue.add(task)
        self._aside.clear()
        self._deferred.clear()

    def _first(self, classes: "list[_ClassOrder]") -> Bucket | None:
        for one in classes:
            bucket = one.first(self._blocked, self._aside)
            if bucket is not None:
                return bucket
        return None


class _ClassOrder:
    """One class of one lane, its owners sorted by dominant share when first asked."""

    def __init__(self, lane: Lane, level: int, shares: Shares, totals: PoolTotals) -> None:
        self._lane = lane
        self._level = level
        self._shares = shares
        self._totals = totals
        self._lines: dict[str, Line] | None = None
        #: (share, sequence of the oldest head, owner): possibly out of date, then too small.
        self._heap: list[tuple[float, int, str]] = []

    def enter(self, bucket: Bucket) -> None:
        """A bucket rose into this class during the round."""
        if self._lines is not None and bucket.head is not None:
            owner = bucket.key.owner_id
            share = self._shares.dominant(owner, self._totals)
            heapq.heappush(self._heap, (share, bucket.head.sequence, owner))

    def first(self, blocked: set[Requirements], aside: list[Bucket]) -> Bucket | None:
        """The bucket whose turn it is; blocked ones step out of line, into `aside`."""
        if self._lines is None:
            self._lines = self._lane.owners(self._level)
            self._heap = [
                (self._shares.dominant(owner, self._totals), 0, owner) for owner in self._lines
            ]
            heapq.heapify(self._heap)
        while self._heap:
            _, _, owner = entry = self._heap[0]
            bucket = self._top(owner, blocked, aside)
            if bucket is None or bucket.head is None:
                self._lines.pop(owner, None)
                heapq.heappop(self._heap)
                continue
            current = (
                self._shares.dominant(owner, self._totals),
                bucket.head.sequence,
                owner,
            )
            if current == entry:
                return bucket
            heapq.heapreplace(self._heap, current)
        return None

    def _top(self, owner: str, blocked: set[Requirements], aside: list[Bucket]) -> Bucket | None:
        line = self._lines.get(owner) if self._lines is not None else None
        if line is None:
            return None
        bucket = line.top()
        while bucket is not None and blocked and bucket.key.requirements in blocked:
            line.pop()
            aside.append(bucket)
            bucket = line.top()
        return bucket
