"""Rings of samples: one a step, the newest kept, growing as they must."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.common.node_facts import Usage
from app.master.pool.history import HOUR_SAMPLES, MINUTE_US, SECOND_US, NodeHistory, Ring

FIELDS = [("load", np.uint32)]


def loads(ring: Ring, since_us: int = 0) -> list[tuple[int, int]]:
    return [(row["at_us"] // SECOND_US, row["load"]) for row in ring.since(since_us)]


def test_samples_of_one_step_become_their_mean():
    ring = Ring(FIELDS, SECOND_US, 10)
    for at_us, load in ((0, 10), (400_000, 20), (900_000, 60), (SECOND_US, 5)):
        ring.put(at_us, [load])
    assert loads(ring) == [(0, 30), (1, 5)]


def test_a_clock_set_back_starts_no_new_step():
    ring = Ring(FIELDS, SECOND_US, 10)
    ring.put(5 * SECOND_US, [10])
    ring.put(3 * SECOND_US, [30])
    assert loads(ring) == [(5, 20)]


@given(st.integers(1, 200), st.integers(0, 500))
def test_the_newest_are_kept_in_order(kept, count):
    ring = Ring(FIELDS, SECOND_US, kept)
    for second in range(count):
        ring.put(second * SECOND_US, [second])
    assert loads(ring) == [(second, second) for second in range(count)][-kept:]


def test_since_leaves_out_what_is_older():
    ring = Ring(FIELDS, SECOND_US, 100)
    for second in range(50):
        ring.put(second * SECOND_US, [second])
    assert loads(ring, 48 * SECOND_US) == [(48, 48), (49, 49)]


def test_a_node_has_an_hour_by_the_second_and_a_day_by_the_minute():
    history = NodeHistory()
    seconds = 2 * HOUR_SAMPLES
    for second in range(seconds):
        history.put("node", second * SECOND_US, Usage(cpu_percent=second % 60))
    by_second = history.since("node", 0, by_minute=False)
    assert len(by_second) == HOUR_SAMPLES
    assert by_second[-1]["at_us"] == (seconds - 1) * SECOND_US
    by_minute = history.since("node", 0, by_minute=True)
    assert [row["at_us"] for row in by_minute] == [n * MINUTE_US for n in range(120)]
    assert {row["cpu_percent"] for row in by_minute} == {29}
    assert history.since("stranger", 0, by_minute=True) == []
