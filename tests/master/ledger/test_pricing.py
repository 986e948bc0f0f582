"""The price is the formula over the real numbers, to the last CPT."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.common.vocabulary import Priority
from app.master.ledger.pricing import quote
from app.master.tasks.requirements import Requirements

FLOAT_MULTIPLIERS = {Priority.NORMAL: 1.0, Priority.HIGH: 1.2, Priority.URGENT: 1.5}

mebibytes = st.integers(0, 2**20)
scores = st.integers(0, 100_000)


def price(memory_mib=0, cpu_score=0, gpu_score=0, gpu_memory_mib=0, priority=Priority.NORMAL):
    wanted = Requirements(
        memory_mib=memory_mib,
        cpu_score=cpu_score,
        gpu_score=gpu_score,
        gpu_memory_mib=gpu_memory_mib,
    )
    return quote(wanted, priority)


@pytest.mark.parametrize(
    ("memory_mib", "cpu_score", "gpu_score", "gpu_memory_mib", "normal", "high", "urgent"),
    [
        (512, 0, 0, 0, 1, 1, 1),
        (2048, 0, 0, 0, 2, 2, 3),
        (2047, 0, 0, 0, 1, 1, 1),
        (4096, 100, 0, 0, 5, 6, 7),
        (1024, 50, 50, 0, 2, 2, 3),
        (512, 50, 0, 0, 1, 1, 1),
        (512, 25, 25, 0, 1, 1, 1),
        (16384, 1000, 2000, 24576, 70, 84, 105),
    ],
)
def test_prices(memory_mib, cpu_score, gpu_score, gpu_memory_mib, normal, high, urgent):
    arguments = (memory_mib, cpu_score, gpu_score, gpu_memory_mib)
    expected = {Priority.NORMAL: normal, Priority.HIGH: high, Priority.URGENT: urgent}
    for priority, cpt in expected.items():
        assert price(*arguments, priority).price_mcpt == cpt * 1000


@given(mebibytes, scores, scores, mebibytes, st.sampled_from(Priority))
def test_the_price_is_that_of_the_formula_in_floats(memory, cpu, gpu, gpu_memory, priority):
    real = memory / 1024 + cpu / 100 + gpu / 100 + gpu_memory / 1024
    if abs(real - round(real)) < 1e-6:
        # Floats may fall on either side of a whole number; the exact ones are tested below.
        return
    base = max(1, int(real))
    asked = price(memory, cpu, gpu, gpu_memory, priority)
    assert asked.base == base
    assert asked.price_mcpt == int(base * FLOAT_MULTIPLIERS[priority]) * 1000


@given(st.integers(0, 100), st.integers(0, 100))
@example(29, 71)
@example(7, 93)
def test_parts_that_add_up_to_a_whole_are_a_whole(one, other):
    whole = math.ceil((one + other) / 100) * 100
    assert price(1024, one, whole - one, 0).base == 1 + whole // 100


@given(mebibytes, scores, st.sampled_from(Priority))
def test_more_never_costs_less(memory, score, priority):
    cost = price(memory, score, 0, 0, priority).price_mcpt
    assert price(memory + 1, score, 0, 0, priority).price_mcpt >= cost >= 1000
    assert price(memory, score + 1, 0, 0, priority).price_mcpt >= cost


def test_the_quote_tells_its_numbers():
    told = price(2048, 150, 0, 4095, Priority.URGENT)
    assert (told.base, told.multiplier, told.price_mcpt) == (7, "1.5", 10_000)
    for part in ("2 GB memory", "150/100", "3.999 GB GPU memory", "= 7", "7 × 1.5", "= 10 CPT"):
        assert part in told.formula
