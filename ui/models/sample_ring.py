"""Figures over time in numpy, the newest so many: what graphs are drawn from. No Qt."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class SampleRing:
    """The newest `kept` samples of the figures `names`, each with its time in seconds.

    A sample that follows the last by less than `step_seconds`, or that is older, is left out.
    After more than `gap_seconds` without one there is a row of NaN, so that a line breaks there.
    """

    def __init__(
        self, names: Sequence[str], kept: int, *, step_seconds: float = 0.0, gap_seconds: float
    ) -> None:
        self._columns = {name: number for number, name in enumerate(names, start=1)}
        self._kept = kept
        self._step = step_seconds
        self._gap = gap_seconds
        # Twice the size: what is kept lies in one piece, and is moved once in `kept` samples.
        self._rows: Floats = np.empty((len(names) + 1, 2 * kept))
        self._start = self._end = 0
        self.newest_at = float("-inf")

    def __len__(self) -> int:
        return self._end - self._start

    @property
    def times(self) -> Floats:
        """The times of the samples, oldest first; a view."""
        return self._rows[0, self._start : self._end]

    def column(self, name: str) -> Floats:
        """One figure of each sample, oldest first; a view."""
        return self._rows[self._columns[name], self._start : self._end]

    def newest(self, name: str) -> float:
        """The newest value of a figure; NaN of none."""
        return float(self._rows[self._columns[name], self._end - 1]) if len(self) else float("nan")

    def clear(self) -> None:
        """Forget all samples."""
        self._start = self._end = 0
        self.newest_at = float("-inf")

    def append(self, at: float, values: Sequence[float]) -> bool:
        """Keep a sample, with the figures in the order of the names; whether it was kept."""
        if at <= self.newest_at or at - self.newest_at < self._step:
            return False
        if len(self) and at - self.newest_at > self._gap:
            self._put(self.newest_at + self._gap / 2, [float("nan")] * len(self._columns))
        self._put(at, values)
        self.newest_at = at
        return True

    def _put(self, at: float, values: Sequence[float]) -> None:
        if self._end == self._rows.shape[1]:
            self._rows[:, : self._kept - 1] = self._rows[:, self._end - self._kept + 1 :]
            self._start, self._end = 0, self._kept - 1
        self._rows[0, self._end] = at
        self._rows[1:, self._end] = values
        self._end += 1
        self._start = max(self._start, self._end - self._kept)


def per_minute(times: Floats, counted: Floats, window_seconds: float = 60.0) -> Floats:
    """How fast a counter grows, a minute, over the `window_seconds` before each time.

    A counter that goes back began anew at zero: its master was started again. NaN where there is
    no earlier sample.
    """
    if not len(times):
        return np.empty(0)
    known = np.where(np.isnan(counted), 0.0, counted)
    valid = ~np.isnan(counted)
    steps = np.zeros(len(times))
    places = np.flatnonzero(valid)
    deltas = np.diff(known[places])
    steps[places[1:]] = np.where(deltas < 0, known[places][1:], deltas)
    total = np.cumsum(steps)
    # The newest sample that is at least a window old, or the first of all.
    before = np.searchsorted(times, times - window_seconds, side="right") - 1
    before = np.maximum(before, places[0] if len(places) else 0)
    spans = times - times[before]
    rates = np.full(len(times), np.nan)
    usable = valid & (spans > 0)
    rates[usable] = (total[usable] - total[before[usable]]) / spans[usable] * 60.0
    return rates
