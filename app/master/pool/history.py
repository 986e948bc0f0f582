"""What was measured before, in memory: an hour by the second, a day by the minute.

A ring grows with what is put into it, so a node that is heard of twice a minute costs a
thirtieth of one that is heard of each second. Nothing here outlives the process.
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import add, attrgetter

import numpy as np
import numpy.typing as npt

from app.common.clock import MICROSECONDS
from app.common.node_facts import Usage

SECOND_US = MICROSECONDS
MINUTE_US = 60 * MICROSECONDS
HOUR_SAMPLES = 3600
DAY_SAMPLES = 1440

_FIRST = 16

#: What is kept of one sample of a node: the fields of `Usage`.
NODE_FIELDS: Mapping[str, type[np.generic]] = {
    "cpu_percent": np.uint8,
    "memory_percent": np.uint8,
    "gpu_percent": np.uint8,
    "gpu_memory_percent": np.uint8,
    "network_rx_bytes_per_second": np.uint64,
    "network_tx_bytes_per_second": np.uint64,
    "running_tasks": np.uint32,
    "disk_free_mib": np.uint64,
    "own_cpu_percent": np.uint8,
    "own_memory_percent": np.uint8,
    "own_gpu_percent": np.uint8,
    "own_gpu_memory_percent": np.uint8,
}

Row = dict[str, int]
_of_usage = attrgetter(*NODE_FIELDS)


class Ring:
    """The newest `kept` samples, at most one for each step of time.

    `put` takes integers, in the order of the fields; of several samples within one step the
    mean is kept. The newest step stays in plain integers until the next one begins: a row of an
    array is written once for it, not once a sample.
    """

    def __init__(
        self, fields: Iterable[tuple[str, type[np.generic]]], step_us: int, kept: int
    ) -> None:
        self._step_us = step_us
        self._kept = kept
        self._rows: npt.NDArray[np.void] = np.zeros(
            _FIRST, dtype=np.dtype([("at_us", np.int64), *fields])
        )
        self._count = 0
        self._next = 0
        #: The newest step: when it began, and of each field the sum of so many samples.
        self._step_at_us = 0
        self._sums: list[int] = []
        self._summed = 0

    def __len__(self) -> int:
        return min(self._count + bool(self._summed), self._kept)

    def put(self, at_us: int, values: Sequence[int]) -> None:
        """Keep a sample taken at `at_us`; one from the past counts as of the newest step."""
        if self._summed:
            if at_us < self._step_at_us + self._step_us:
                self._summed += 1
                self._sums = list(map(add, self._sums, values))
                return
            self._write()
        self._step_at_us = at_us - at_us % self._step_us
        self._sums, self._summed = list(values), 1

    def since(self, at_us: int) -> list[Row]:
        """The samples from `at_us` on, oldest first; each with its `at_us`."""
        order = (self._next - self._count + np.arange(self._count)) % len(self._rows)
        rows = self._rows[order]
        found: list[tuple[int, ...]] = rows[rows["at_us"] >= at_us].tolist()
        if self._summed and self._step_at_us >= at_us:
            found.append(self._newest())
        names = self._rows.dtype.names or ()
        return [dict(zip(names, row, strict=True)) for row in found[-self._kept :]]

    def _newest(self) -> tuple[int, ...]:
        return self._step_at_us, *(total // self._summed for total in self._sums)

    def _write(self) -> None:
        self._grow()
        self._rows[self._next] = self._newest()
        self._next = (self._next + 1) % len(self._rows)
        self._count = min(self._count + 1, len(self._rows))

    def _grow(self) -> None:
        size = len(self._rows)
        if self._count < size or size >= self._kept:
            return
        # Full and not yet turned round: the oldest is the first.
        self._rows = np.concatenate([self._rows, np.zeros(size, dtype=self._rows.dtype)])
        self._rows = self._rows[: self._kept]
        self._next = self._count


class Track:
    """One thing's hour and day."""

    def __init__(self, fields: Mapping[str, type[np.generic]]) -> None:
        self._hour = Ring(fields.items(), SECOND_US, HOUR_SAMPLES)
        self._day = Ring(fields.items(), MINUTE_US, DAY_SAMPLES)

    def put(self, at_us: int, values: Sequence[int]) -> None:
        """Keep a sample: integers, in the order of the fields."""
        self._hour.put(at_us, values)
        self._day.put(at_us, values)

    def since(self, at_us: int, *, by_minute: bool) -> list[Row]:
        """Its samples from `at_us` on, oldest first."""
        return (self._day if by_minute else self._hour).since(at_us)


class NodeHistory:
    """The load of every node that was heard of."""

    def __init__(self) -> None:
        self._tracks: dict[str, Track] = {}

    def put(self, node_id: str, at_us: int, usage: Usage) -> None:
        """Keep a sample."""
        track = self._tracks.get(node_id)
        if track is None:
            track = self._tracks[node_id] = Track(NODE_FIELDS)
        track.put(at_us, _of_usage(usage))

    def since(self, node_id: str, at_us: int, *, by_minute: bool) -> list[Row]:
        """The samples of one node from `at_us` on, oldest first; none for one never heard of."""
        track = self._tracks.get(node_id)
        return [] if track is None else track.since(at_us, by_minute=by_minute)
