"""Keys in the order of a value, where one is found, taken out and put in by bisection."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import compress
from typing import Any, NamedTuple

import numpy as np

#: So many keys are searched for one by one before all are indexed.
SEARCHES_MAX = 8
#: From so many on sorting by an array pays.
ARRAY_MIN = 1000


class Placed(NamedTuple):
    """A key with what it is sorted by: the value, and among equal ones the rank."""

    value: Any
    rank: int
    key: str


class SortedKeys:
    """Ascending by value and then rank. Values are comparable; ranks are all different.

    Three lists side by side, as bisection is quickest over plain values. Positions count from 0.
    """

    def __init__(self) -> None:
        self.keys: list[str] = []
        self._values: list[Any] = []
        self._ranks: list[int] = []
        #: Values and ranks by key, made when many are looked up.
        self._by_key: tuple[dict[str, Any], dict[str, int]] | None = None
        self._searches = 0

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def values(self) -> dict[str, Any]:
        """What each key was sorted by."""
        return self._index()[0]

    @property
    def ranks(self) -> dict[str, int]:
        """The rank of each key."""
        return self._index()[1]

    def arrange(self, keys: list[str], values: list[Any] | None) -> None:
        """Hold `keys` instead, sorted by `values` and then as they come; None: as they come."""
        self._by_key, self._searches = None, 0
        if values is None:
            self.keys, self._values, self._ranks = keys, [0] * len(keys), list(range(len(keys)))
        else:
            self._ranks = _order(values)
            self.keys = list(map(keys.__getitem__, self._ranks))
            self._values = list(map(values.__getitem__, self._ranks))

    def only(self, wanted: Iterable[object]) -> "SortedKeys":
        """Those keys where `wanted`, one for each key, is true; in the same order."""
        chosen, made = list(wanted), SortedKeys()
        made.keys = list(compress(self.keys, chosen))
        made._values = list(compress(self._values, chosen))
        made._ranks = list(compress(self._ranks, chosen))
        return made

    def find(self, key: str) -> int | None:
        """Where a key stands; None where it does not."""
        if self._by_key is None and self._searches < SEARCHES_MAX:
            # For the few that a view holds on to two dictionaries of all would be a waste.
            self._searches += 1
            try:
                return self.keys.index(key)
            except ValueError:
                return None
        return self.position(key) if key in self.values else None

    def position(self, key: str) -> int:
        """Where a key stands that is there."""
        values, ranks = self._index()
        return self.gap(values[key], ranks[key])

    def _index(self) -> tuple[dict[str, Any], dict[str, int]]:
        if self._by_key is None:
            self._by_key = (
                dict(zip(self.keys, self._values, strict=True)),
                dict(zip(self.keys, self._ranks, strict=True)),
            )
        return self._by_key

    def gap(self, value: Any, rank: int) -> int:
        """Where a key of this value and rank would be put in."""
        first = bisect_left(self._values, value)
        last = bisect_right(self._values, value, first)
        return bisect_left(self._ranks, rank, first, last)

    def revalue(self, key: str, value: Any) -> bool:
        """Give a key another value if it need not move for it; whether that is so."""
        known = self.values
        if known[key] == value:
            return True
        at, values = self.position(key), self._values
        if at and not values[at - 1] < value:
            return False
        if at + 1 < len(values) and not value < values[at + 1]:
            return False
        values[at] = known[key] = value
        return True

    def drop(self, key: str) -> None:
        """Take out a key, if it is there."""
        if key in self.values:
            at = self.position(key)
            self.take_out(at, at)

    def follow(self, key: str, value: Any, new_rank: int) -> bool:
        """Let a key have this value and stand where it belongs; False for one that came, which
        got `new_rank`.
        """
        rank = self.ranks.get(key)
        if rank is not None:
            if self.revalue(key, value):
                return True
            self.drop(key)
        placed = Placed(value, new_rank if rank is None else rank, key)
        self.put_in(self.gap(placed.value, placed.rank), [placed])
        return rank is not None

    def take_out(self, first: int, last: int) -> None:
        """Take out the keys from position `first` to `last`, both included."""
        values, ranks = self._index()
        for key in self.keys[first : last + 1]:
            del values[key], ranks[key]
        for part in (self.keys, self._values, self._ranks):
            del part[first : last + 1]

    def put_in(self, position: int, run: Iterable[Placed]) -> None:
        """Put in keys that belong side by side there, ascending."""
        run, (values, ranks) = list(run), self._index()
        self.keys[position:position] = [placed.key for placed in run]
        self._values[position:position] = [placed.value for placed in run]
        self._ranks[position:position] = [placed.rank for placed in run]
        for placed in run:
            values[placed.key] = placed.value
            ranks[placed.key] = placed.rank


def _order(values: list[Any]) -> list[int]:
    """The places of `values` in ascending order, equal ones as they come."""
    count = len(values)
    if count >= ARRAY_MIN:
        numbers = None
        if type(values[0]) in {int, float}:
            numbers = np.array(values)
        elif type(values[0]) is str and len(distinct := set(values)) * 4 < count:
            # Names of few nodes and users: their order is that of their numbers.
            number_of = {value: number for number, value in enumerate(sorted(distinct))}
            numbers = np.fromiter(map(number_of.__getitem__, values), np.int64, count)
        if numbers is not None and numbers.dtype.kind in "iuf":
            order: list[int] = np.argsort(numbers, kind="stable").tolist()
            return order
    return sorted(range(count), key=values.__getitem__)


def runs_of(places: list[int]) -> list[tuple[int, int]]:
    """Ascending different `places` as runs of neighbours, each by its first and last."""
    if places and places[-1] - places[0] + 1 == len(places):
        return [(places[0], places[-1])]
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and place == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs
