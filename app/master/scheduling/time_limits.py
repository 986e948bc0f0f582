"""Which running attempts are over their time. Pure."""

import heapq
from dataclasses import dataclass, field

from app.common.clock import MICROSECONDS
from app.master.tasks.book import TaskRecord


@dataclass(order=True, slots=True)
class _Limit:
    due_us: int
    sequence: int
    attempt: int = field(compare=False)
    record: TaskRecord = field(compare=False)


class TimeLimits:
    """A heap of attempts by the time at which the master loses patience.

    The node ends an attempt at its limit itself; `grace_seconds` later the master does.
    """

    def __init__(self, grace_seconds: float) -> None:
        self._grace_us = int(grace_seconds * MICROSECONDS)
        self._heap: list[_Limit] = []

    def watch(self, record: TaskRecord) -> None:
        """The record's newest attempt is running since `record.started_us`."""
        started_us = record.started_us or 0
        due_us = started_us + record.spec.run_seconds_max * MICROSECONDS + self._grace_us
        heapq.heappush(self._heap, _Limit(due_us, record.sequence, record.attempt, record))

    def expired(self, now_us: int) -> list[TaskRecord]:
        """Records whose attempt is still live past its limit; each is told once."""
        over = []
        while self._heap and self._heap[0].due_us <= now_us:
            limit = heapq.heappop(self._heap)
            record = limit.record
            if record.live and record.attempt == limit.attempt and not record.ending:
                over.append(record)
        return over
