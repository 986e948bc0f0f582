"""Seeded lives of a whole pool: what is acknowledged is kept, run once and paid once."""

import pytest

from app.common.errors import Reason
from app.master.scheduling import reports
from tests.simulation.run import simulate

SEEDS = 500
CHUNK = 20

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_seeds(first: int) -> None:
    """A failing seed is lived through again by `simulate(<seed>)`, its story printed here."""
    for seed in range(first, first + CHUNK):
        outcome = simulate(seed)
        story = "\n".join(outcome.story[-60:])
        assert outcome.failure is None, f"seed {seed}: {outcome.failure}\n{story}"


def test_a_seed_tells_the_same_story_twice() -> None:
    first, second = simulate(7), simulate(7)
    assert first.story_hash == second.story_hash
    assert first.story
    assert simulate(8).story_hash != first.story_hash


def test_the_simulation_notices_a_missing_fence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it, late reports of old attempts count."""
    fence = reports._refusal

    def no_fence(record, node_id, update):
        reason = fence(record, node_id, update)
        return None if reason is Reason.STALE_ATTEMPT and record.live else reason

    monkeypatch.setattr(reports, "_refusal", no_fence)
    assert any(simulate(seed).failure for seed in range(30))


def test_the_simulation_notices_resources_that_are_not_freed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from app.master.scheduling.cluster import Cluster

    monkeypatch.setattr(Cluster, "vacate", lambda _self, _held: None)
    assert any(simulate(seed).failure for seed in range(5))
