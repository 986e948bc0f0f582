"""How figures of benchmarks are made."""

import pytest

from bench.report import percentile


@pytest.mark.parametrize(
    ("count", "percent", "rank"),
    [(20, 95, 19), (20, 50, 10), (20, 99, 20), (100, 99, 99), (1, 1, 1), (7, 100, 7)],
)
def test_a_percentile_is_the_nearest_rank(count: int, percent: float, rank: int) -> None:
    assert percentile(range(count, 0, -1), percent) == rank
