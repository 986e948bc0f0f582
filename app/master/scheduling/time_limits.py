"""Which running attempts are over their time. Pure."""

import heapq
from dataclasses import dataclass, field

from app.master.tasks.book import TaskRecord


@dataclass(order=True, slots=True)
class _Limit:
    due: float
    sequence: int
    attempt: int = field(compare=False)
    record: TaskRecord = field(compare=False)


class TimeLimits:
    """A heap of attempts by the time at which the master loses patience.

    The node ends an attempt at its limit itself; `grace_seconds` later the master does.
    Times are monotonic seconds: setting the machine's clock makes no attempt late. After
    the master's restart an attempt has its whole time again, for what it used is only
    known by the wall clock.
    """

    def __init__(self, grace_seconds: float) -> None:
        self._grace_seconds = grace_seconds
        self._heap: list[_Limit] = []

    def watch(self, record: TaskRecord, now: float) -> None:
        """The record's newest attempt runs from `now` on, as far as is known."""
        due = now + record.spec.run_seconds_max + self._grace_seconds
        heapq.heappush(self._heap, _Limit(due, record.sequence, record.attempt, record))

    def expired(self, now: float) -> list[TaskRecord]:
        """Records whose attempt is still live past its limit; each is told once."""
        over = []
        while self._heap and self._heap[0].due <= now:
            limit = heapq.heappop(self._heap)
            record = limit.record
            if record.live and record.attempt == limit.attempt and not record.ending:
                over.append(record)
        return over
