"""Keys in order: against plain sorting, whatever is taken out, put in and valued anew."""

from hypothesis import given
from hypothesis import strategies as st

from ui.models.sorted_keys import Placed, SortedKeys, runs_of

VALUES = st.dictionaries(st.sampled_from("abcdefghijkl"), st.integers(0, 3))


def arranged(values: dict[str, int]) -> SortedKeys:
    keys = SortedKeys()
    keys.arrange(list(values), list(values.values()))
    return keys


def expected(values: dict[str, int], ranks: dict[str, int]) -> list[str]:
    return sorted(values, key=lambda key: (values[key], ranks[key]))


@given(VALUES)
def test_each_key_is_found_where_it_stands(values: dict[str, int]):
    keys = arranged(values)
    ranks = {key: rank for rank, key in enumerate(values)}
    assert keys.keys == expected(values, ranks)
    assert [keys.position(key) for key in keys.keys] == list(range(len(values)))
    assert keys.ranks == ranks


@given(VALUES, st.sampled_from("abcdefghijkl"), st.integers(0, 3))
def test_a_key_gets_another_value_in_place_or_by_moving(
    values: dict[str, int], key: str, value: int
):
    keys = arranged(values)
    ranks = {key: rank for rank, key in enumerate(values)}
    rank = ranks.setdefault(key, len(ranks))
    if key not in keys.values:
        keys.put_in(keys.gap(value, rank), [Placed(value, rank, key)])
    elif not keys.revalue(key, value):
        at = keys.position(key)
        keys.take_out(at, at)
        keys.put_in(keys.gap(value, rank), [Placed(value, rank, key)])
    values[key] = value
    assert keys.keys == expected(values, ranks)
    assert keys.values[key] == value
    assert keys.position(key) == keys.keys.index(key)


@given(st.sets(st.integers(0, 30)))
def test_runs_cover_the_places_and_nothing_else(places: set[int]):
    runs = runs_of(sorted(places))
    assert [at for first, last in runs for at in range(first, last + 1)] == sorted(places)
    assert all(first - 1 not in places and last + 1 not in places for first, last in runs)
