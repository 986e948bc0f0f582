"""Amounts divided among many: nothing lost, nothing made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.common.invariant import InvariantViolated
from app.master.ledger.shares import split


@given(st.integers(0, 10**15), st.lists(st.integers(0, 10**9), min_size=1, max_size=20))
def test_the_parts_add_up_and_each_is_within_one_of_its_due(amount, weights):
    parts = split(amount, weights)
    assert sum(parts) == amount
    total = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        if total:
            assert abs(part * total - amount * weight) < total
        else:
            assert part in (amount // len(weights), amount // len(weights) + 1)


@pytest.mark.parametrize(
    ("amount", "weights", "expected"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (10, [1, 2, 3], [2, 3, 5]),
        (1, [1, 1], [1, 0]),
        (7, [0, 5], [0, 7]),
        (5, [0, 0], [3, 2]),
        (0, [1, 2], [0, 0]),
        (9, [4], [9]),
    ],
)
def test_what_is_left_goes_to_the_largest_remainders(amount, weights, expected):
    assert split(amount, weights) == expected


@pytest.mark.parametrize(("amount", "weights"), [(-1, [1]), (1, []), (1, [2, -1])])
def test_what_cannot_be_divided_is_a_programmers_error(amount, weights):
    with pytest.raises(InvariantViolated):
        split(amount, weights)
