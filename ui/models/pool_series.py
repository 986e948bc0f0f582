"""The pool's numbers over time, as graphs want them. No Qt."""

from collections.abc import Iterable, Mapping

import numpy as np

from proto import nodepool_pb2 as pb
from ui.models.sample_ring import Floats, SampleRing, per_minute

HOUR_SECONDS = 3600
DAY_SECONDS = 86400

_MEASURED = ("cpu_percent", "memory_percent", "gpu_percent")
_TASKS = ("tasks_queued", "tasks_assigned", "tasks_running")
_COUNTED = ("tasks_succeeded", "tasks_failed", "tasks_cancelled", "charged_mcpt")
#: Shares of the whole that tasks hold, by the names of the figure and of its total.
_HELD = {
    "cpu_held": ("cpu_millicores_held", "cpu_millicores"),
    "memory_held": ("memory_mib_held", "memory_mib"),
    "gpu_held": ("gpus_held", "gpus"),
}


class PoolSeries:
    """An hour by the second, or a day by the minute.

    The figures: percent measured and held, tasks by state, what is counted a minute.
    """

    def __init__(self, *, by_minute: bool = False) -> None:
        kept = DAY_SECONDS // 60 if by_minute else HOUR_SECONDS
        self.span_seconds = float(DAY_SECONDS if by_minute else HOUR_SECONDS)
        self._window = 300.0 if by_minute else 60.0
        self._ring = SampleRing(
            (*_MEASURED, *_HELD, *_TASKS, *_COUNTED),
            kept,
            step_seconds=60.0 if by_minute else 0.0,
            gap_seconds=180.0 if by_minute else 10.0,
        )

    @property
    def newest_at(self) -> float:
        """The time of the newest sample, in seconds since 1970; -inf of none."""
        return self._ring.newest_at

    @property
    def times(self) -> Floats:
        """The times of the samples, oldest first."""
        return self._ring.times

    def clear(self) -> None:
        """Forget all."""
        self._ring.clear()

    def put(self, stats: Iterable[pb.PoolStats]) -> bool:
        """Take in numbers, oldest first; those known already are passed over. Whether any was
        new.
        """
        new = False
        for one in stats:
            at = one.at.seconds + one.at.nanos / 1e9
            if at > self._ring.newest_at:
                new = self._ring.append(at, _figures(one)) or new
        return new

    def levels(self) -> Mapping[str, Floats]:
        """The figures that are what they are, each sample's."""
        return {name: self._ring.column(name) for name in (*_MEASURED, *_HELD, *_TASKS)}

    def rates(self) -> Mapping[str, Floats]:
        """The counted figures, a minute."""
        times = self._ring.times
        return {name: per_minute(times, self._ring.column(name), self._window) for name in _COUNTED}

    def rates_now(self) -> Mapping[str, float]:
        """The counted figures, a minute, of the last minute."""
        first = int(np.searchsorted(self._ring.times, self.newest_at - self._window * 1.5))
        times = self._ring.times[first:]
        now = {}
        for name in _COUNTED:
            rates = per_minute(times, self._ring.column(name)[first:], self._window)
            known = rates[~np.isnan(rates)]
            now[name] = float(known[-1]) if len(known) else 0.0
        return now


def _figures(stats: pb.PoolStats) -> list[float]:
    values = [float(getattr(stats, name)) for name in _MEASURED]
    values += [share_of(stats, name) * 100 for name in _HELD]
    values += [float(getattr(stats, name)) for name in (*_TASKS, *_COUNTED)]
    return values


def share_of(stats: pb.PoolStats, name: str) -> float:
    """The share that tasks hold ("cpu_held", "memory_held", "gpu_held"), from 0 to 1."""
    held, total = (int(getattr(stats, each)) for each in _HELD[name])
    return held / total if total else 0.0
