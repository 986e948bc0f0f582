"""Keys in the order of a value, where one is found, taken out and put in by bisection."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple


class Placed(NamedTuple):
    """A key with what it is sorted by: the value, and among equal ones the rank."""

    value: Any
    rank: int
    key: str


class SortedKeys:
    """Ascending by value and then rank. Values are comparable; ranks are all different.

    Three lists side by side, as bisection is quickest over plain values. Positions count
    from 0.
    """

    def __init__(self) -> None:
        self.keys: list[str] = []
        self._values: list[Any] = []
        self._ranks: list[int] = []
        self._placed: dict[str, tuple[Any, int]] = {}

    def __len__(self) -> int:
        return len(self.keys)

    def __contains__(self, key: object) -> bool:
        return key in self._placed

    def arrange(
        self, keys: list[str], ranks: list[int], value_of: Callable[[str], Any] | None
    ) -> None:
        """Hold `keys` instead, which come in the order of their `ranks`."""
        if value_of is None:
            self.keys, self._values, self._ranks = keys, [0] * len(keys), ranks
        else:
            values = [value_of(key) for key in keys]
            order = sorted(range(len(keys)), key=values.__getitem__)
            self.keys = [keys[number] for number in order]
            self._values = [values[number] for number in order]
            self._ranks = [ranks[number] for number in order]
        pairs = zip(self._values, self._ranks, strict=True)
        self._placed = dict(zip(self.keys, pairs, strict=True))

    def by_rank(self) -> tuple[list[str], list[int]]:
        """The keys in the order of their ranks, and these."""
        order = sorted(range(len(self.keys)), key=self._ranks.__getitem__)
        return [self.keys[at] for at in order], [self._ranks[at] for at in order]

    def value_of(self, key: str) -> Any:
        """What a key was sorted by."""
        return self._placed[key][0]

    def rank_of(self, key: str) -> int:
        """The rank of a key."""
        return self._placed[key][1]

    def position(self, key: str) -> int:
        """Where a key stands."""
        return self.gap(*self._placed[key])

    def gap(self, value: Any, rank: int) -> int:
        """Where a key of this value and rank would be put in."""
        first = bisect_left(self._values, value)
        last = bisect_right(self._values, value, first)
        return bisect_left(self._ranks, rank, first, last)

    def revalue(self, key: str, value: Any) -> bool:
        """Give a key another value if it need not move for it; whether that is so."""
        old, rank = self._placed[key]
        if old == value:
            return True
        at, values = self.position(key), self._values
        if at and not values[at - 1] < value:
            return False
        if at + 1 < len(values) and not value < values[at + 1]:
            return False
        values[at] = value
        self._placed[key] = (value, rank)
        return True

    def take_out(self, first: int, last: int) -> None:
        """Take out the keys from position `first` to `last`, both included."""
        for key in self.keys[first : last + 1]:
            del self._placed[key]
        for part in (self.keys, self._values, self._ranks):
            del part[first : last + 1]

    def put_in(self, position: int, run: Iterable[Placed]) -> None:
        """Put in keys that belong side by side there, ascending."""
        run = list(run)
        self.keys[position:position] = [placed.key for placed in run]
        self._values[position:position] = [placed.value for placed in run]
        self._ranks[position:position] = [placed.rank for placed in run]
        self._placed.update((placed.key, (placed.value, placed.rank)) for placed in run)


def runs_of(places: list[int]) -> list[tuple[int, int]]:
    """Ascending `places` as runs of neighbours, each by its first and last."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and place == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs
