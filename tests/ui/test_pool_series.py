"""The pool's numbers over time."""

import numpy as np
import pytest

from tests.ui.node_world import NOW, make_stats
from ui.models.pool_series import PoolSeries, share_of


def test_the_hour_keeps_each_second_once():
    series = PoolSeries()
    assert series.put(make_stats(second) for second in range(10))
    assert not series.put(make_stats(second) for second in range(10))
    assert series.put([make_stats(10)])
    assert len(series.times) == 11
    assert series.newest_at == NOW - 3600 + 10


def test_the_day_keeps_a_sample_a_minute():
    series = PoolSeries(by_minute=True)
    series.put(make_stats(second) for second in range(600))
    assert len(series.times) == 10


def test_what_tasks_hold_is_a_share():
    series = PoolSeries()
    series.put([make_stats(0)])
    levels = series.levels()
    assert levels["gpu_held"].tolist() == [40.0]
    assert levels["cpu_held"].tolist() == [56.25]
    assert levels["tasks_queued"].tolist() == [4000.0]


def test_a_pool_without_gpus_holds_none():
    stats = make_stats(0)
    stats.gpus = 0
    assert share_of(stats, "gpu_held") == 0.0


def test_counted_figures_are_shown_by_the_minute():
    series = PoolSeries()
    series.put(make_stats(second) for second in range(300))
    assert series.rates()["tasks_succeeded"][-1] == pytest.approx(180.0)
    assert series.rates_now()["tasks_succeeded"] == pytest.approx(180.0)
    assert series.rates_now()["charged_mcpt"] == pytest.approx(270_000.0)


def test_before_the_second_sample_nothing_has_a_rate():
    series = PoolSeries()
    assert series.rates_now()["tasks_failed"] == 0.0
    series.put([make_stats(100)])
    assert series.rates_now()["tasks_failed"] == 0.0
    assert np.isnan(series.rates()["tasks_failed"]).all()
