"""Seeded lives of a whole pool: what is acknowledged is kept, run once and paid once."""

from pathlib import Path

import pytest

from app.common.errors import Reason
from app.master.scheduling import reports, result_checks
from app.master.scheduling.result_checks import ResultChecks
from app.master.tasks import book
from app.master.tasks.checking import weigh
from tests.simulation.kept import keep, kept
from tests.simulation.plan import make_plan
from tests.simulation.run import STEPS, simulate

SEEDS = 500
CHUNK = 20

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_seeds(first: int) -> None:
    for seed in range(first, first + CHUNK):
        outcome = simulate(seed)
        story = "\n".join(outcome.story[-60:])
        again = f"python3 build_scripts/dev.py simulate --seed {seed} --seeds 1"
        assert outcome.failure is None, f"{again}\n{outcome.failure}\n{story}"


def test_seeds_that_failed_once() -> None:
    assert kept()
    for seed, steps in kept():
        assert simulate(seed, steps).failure is None, f"seed {seed}, {steps} steps"


def test_a_seed_that_fails_is_kept_once(tmp_path: Path) -> None:
    file = tmp_path / "kept_seeds.txt"
    file.write_text("# seed steps failure\n", encoding="utf-8")
    for _ in range(2):
        keep(7, 60, "lost\nand more", file)
    assert kept(file) == [(7, 60)]


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


def test_the_simulation_notices_that_liars_are_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ResultChecks, "_must_check", lambda *_: False)
    assert any("was believed" in (simulate(seed).failure or "") for seed in range(8))


def test_the_simulation_notices_a_wrong_answer_to_a_canary_task(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def credulous(before, fresh, same, *, believed):
        known = any(one.known for one in before)
        return weigh(before, fresh, [True] if known else same, believed=believed)

    monkeypatch.setattr(result_checks, "weigh", credulous)
    with_canaries = [seed for seed in range(70, 80) if make_plan(seed, STEPS).canaries]
    assert any("was judged" in (simulate(seed).failure or "") for seed in with_canaries)


def test_the_simulation_notices_an_owner_who_checks_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(book, "barred_owners", lambda _candidates: frozenset())
    assert any("the same owner" in (simulate(seed).failure or "") for seed in range(20))


def test_the_simulation_notices_resources_that_are_not_freed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from app.master.scheduling.cluster import Cluster

    monkeypatch.setattr(Cluster, "vacate", lambda _self, _held: None)
    assert any(simulate(seed).failure for seed in range(5))
