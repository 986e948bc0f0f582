"""Keys in the order of a value, where one is found, taken out and put in by bisection."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Any, NamedTuple


class Placed(NamedTuple):
    """A key with what it is sorted by: the value, and among equal ones the rank."""

    value: Any
    rank: int
    key: str


class SortedKeys:
    """Ascending by value and then rank. Values are comparable; ranks are all different.

    Three lists side by side, as bisection is quickest over plain values, and two dictionaries
    of them by key. Positions count from 0.
    """

    def __init__(self) -> None:
        self.keys: list[str] = []
        #: What each key was sorted by.
        self.values: dict[str, Any] = {}
        self.ranks: dict[str, int] = {}
        self._values: list[Any] = []
        self._ranks: list[int] = []

    def __len__(self) -> int:
        return len(self.keys)

    def arrange(self, keys: list[str], values: list[Any] | None) -> None:
        """Hold `keys` instead, sorted by `values` and then as they come; None: as they come."""
        count = range(len(keys))
        self.ranks = dict(zip(keys, count, strict=True))
        if values is None:
            self.keys, self._values, self._ranks = keys, [0] * len(keys), list(count)
        else:
            self._ranks = sorted(count, key=values.__getitem__)
            self.keys = list(map(keys.__getitem__, self._ranks))
            self._values = list(map(values.__getitem__, self._ranks))
        self.values = dict(zip(self.keys, self._values, strict=True))

    def position(self, key: str) -> int:
        """Where a key stands."""
        return self.gap(self.values[key], self.ranks[key])

    def gap(self, value: Any, rank: int) -> int:
        """Where a key of this value and rank would be put in."""
        first = bisect_left(self._values, value)
        last = bisect_right(self._values, value, first)
        return bisect_left(self._ranks, rank, first, last)

    def revalue(self, key: str, value: Any) -> bool:
        """Give a key another value if it need not move for it; whether that is so."""
        if self.values[key] == value:
            return True
        at, values = self.position(key), self._values
        if at and not values[at - 1] < value:
            return False
        if at + 1 < len(values) and not value < values[at + 1]:
            return False
        values[at] = self.values[key] = value
        return True

    def take_out(self, first: int, last: int) -> None:
        """Take out the keys from position `first` to `last`, both included."""
        for key in self.keys[first : last + 1]:
            del self.values[key], self.ranks[key]
        for part in (self.keys, self._values, self._ranks):
            del part[first : last + 1]

    def put_in(self, position: int, run: Iterable[Placed]) -> None:
        """Put in keys that belong side by side there, ascending."""
        run = list(run)
        self.keys[position:position] = [placed.key for placed in run]
        self._values[position:position] = [placed.value for placed in run]
        self._ranks[position:position] = [placed.rank for placed in run]
        for placed in run:
            self.values[placed.key] = placed.value
            self.ranks[placed.key] = placed.rank


def runs_of(places: list[int]) -> list[tuple[int, int]]:
    """Ascending `places` as runs of neighbours, each by its first and last."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and place == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs
