"""Where buckets stand in line: by class, then by owner, then by their heads' sequence."""

import heapq
from collections.abc import Callable

from app.master.scheduling.buckets import Bucket

_PRUNE_FROM = 64


class Line:
    """The buckets of one owner in one class, the one with the oldest head first.

    A bucket stands in it once, by its newest entry. An entry goes out of date when its
    bucket is put in line again, steps out, or changes its head or class; it is dropped
    when it comes to the top, or when entries out of date could be the most.
    """

    __slots__ = ("_heap", "_level", "_level_of", "_newest", "_prune_at", "_pushed")

    def __init__(self, level: int, level_of: Callable[[Bucket], int]) -> None:
        self._level = level
        self._level_of = level_of
        self._heap: list[tuple[int, int, Bucket]] = []
        #: The number of each bucket's newest entry.
        self._newest: dict[Bucket, int] = {}
        self._pushed = 0
        self._prune_at = _PRUNE_FROM

    def __contains__(self, bucket: Bucket) -> bool:
        return any(entry[2] is bucket and self._current(entry) for entry in self._heap)

    def push(self, bucket: Bucket) -> None:
        """Put a bucket in line by its head."""
        if bucket.head is None:
            return
        if len(self._heap) >= self._prune_at:
            self._heap = [entry for entry in self._heap if self._current(entry)]
            heapq.heapify(self._heap)
            self._newest = {bucket: number for _, number, bucket in self._heap}
            self._prune_at = max(_PRUNE_FROM, 2 * len(self._heap))
        self._pushed += 1
        self._newest[bucket] = self._pushed
        heapq.heappush(self._heap, (bucket.head.sequence, self._pushed, bucket))

    def top(self) -> Bucket | None:
        """The bucket whose turn it is."""
        while self._heap:
            if self._current(self._heap[0]):
                return self._heap[0][2]
            _, number, bucket = heapq.heappop(self._heap)
            if self._newest.get(bucket) == number:
                del self._newest[bucket]
        return None

    def pop(self) -> None:
        """Let the bucket on top step out of the line."""
        _, _, bucket = heapq.heappop(self._heap)
        del self._newest[bucket]

    def _current(self, entry: tuple[int, int, Bucket]) -> bool:
        sequence, number, bucket = entry
        head = bucket.head
        return (
            self._newest.get(bucket) == number
            and head is not None
            and head.sequence == sequence
            and self._level_of(bucket) == self._level
        )


class Lane:
    """Lines by class and owner. `level_of` says in which class a bucket stands."""

    def __init__(self, level_of: Callable[[Bucket], int]) -> None:
        self._level_of = level_of
        self._lines: dict[int, dict[str, Line]] = {}

    def announce(self, bucket: Bucket) -> None:
        """Put a bucket in line where it belongs now."""
        level = self._level_of(bucket)
        owners = self._lines.setdefault(level, {})
        line = owners.get(bucket.key.owner_id)
        if line is None:
            line = owners[bucket.key.owner_id] = Line(level, self._level_of)
        line.push(bucket)

    def owners(self, level: int) -> dict[str, Line]:
        """The lines of one class by owner, maybe empty ones; drop those found empty."""
        return self._lines.setdefault(level, {})
