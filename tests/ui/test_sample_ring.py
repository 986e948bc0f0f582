"""Figures over time: what is kept, where lines break, how fast counters grow."""

import numpy as np
import pytest

from ui.models.sample_ring import SampleRing, per_minute


def ring(**choices) -> SampleRing:
    return SampleRing(("a", "b"), **({"kept": 5, "gap_seconds": 10.0} | choices))


def test_samples_come_back_oldest_first():
    kept = ring()
    for second in range(3):
        assert kept.append(float(second), [second, second * 10])
    assert kept.times.tolist() == [0, 1, 2]
    assert kept.column("b").tolist() == [0, 10, 20]
    assert kept.newest("a") == 2
    assert len(kept) == 3


def test_the_oldest_make_room():
    kept = ring()
    for second in range(23):
        kept.append(float(second), [second, -second])
        assert kept.times.tolist() == list(range(max(0, second - 4), second + 1))
        assert kept.column("b").tolist() == [-each for each in kept.times]


def test_what_is_known_or_older_is_left_out():
    kept = ring()
    kept.append(5.0, [1, 1])
    assert not kept.append(5.0, [2, 2])
    assert not kept.append(4.0, [2, 2])
    assert kept.column("a").tolist() == [1]


def test_samples_closer_than_a_step_are_left_out():
    kept = ring(step_seconds=60.0, gap_seconds=200.0)
    taken = [kept.append(float(second), [second, 0]) for second in range(0, 130, 10)]
    assert taken.count(True) == 3
    assert kept.times.tolist() == [0, 60, 120]


def test_a_line_breaks_where_nothing_was_heard():
    kept = ring()
    kept.append(0.0, [1, 1])
    kept.append(100.0, [2, 2])
    assert np.isnan(kept.column("a")).tolist() == [False, True, False]
    assert kept.times[1] < 100


def test_an_empty_ring_has_no_newest():
    kept = ring()
    assert np.isnan(kept.newest("a"))
    kept.append(1.0, [1, 1])
    kept.clear()
    assert not len(kept)
    assert kept.append(0.5, [1, 1])


def test_a_counter_grows_by_the_minute():
    times = np.arange(200.0)
    rates = per_minute(times, times * 2)
    assert np.isnan(rates[0])
    assert rates[1:] == pytest.approx(120.0)


def test_only_the_last_minute_counts():
    times = np.arange(300.0)
    counted = np.where(times < 200, times, 200)
    rates = per_minute(times, counted)
    assert rates[199] == pytest.approx(60.0)
    assert rates[299] == 0.0


def test_a_counter_that_begins_anew_does_not_go_back():
    times = np.arange(120.0)
    counted = np.where(times < 60, times + 1000, times - 60)
    rates = per_minute(times, counted)
    assert (rates[1:] >= 0).all()
    assert rates[100] == pytest.approx(60.0, rel=0.05)


def test_a_gap_is_no_rate():
    counted = np.array([1.0, np.nan, 3.0])
    rates = per_minute(np.array([0.0, 30.0, 60.0]), counted)
    assert np.isnan(rates[1])
    assert rates[2] == pytest.approx(2.0)


def test_nothing_has_no_rate():
    assert len(per_minute(np.empty(0), np.empty(0))) == 0
