"""Dominant shares, and that whole-state validation finds what is wrong."""

import pytest

from app.common.invariant import InvariantViolated
from app.master.scheduling.facts import PoolTotals
from app.master.scheduling.shares import Shares
from app.master.scheduling.validate import Lease, validate
from app.master.tasks.requirements import Requirements
from tests.scheduling_world import RTX, World, facts

TOTALS = PoolTotals(cpu_millicores=10_000, memory_mib=10_000, gpus=4)


@pytest.mark.parametrize(
    ("wanted", "share"),
    [
        (Requirements(cpu_millicores=1000, memory_mib=500), 0.1),
        (Requirements(cpu_millicores=1000, memory_mib=2000), 0.2),
        (Requirements(cpu_millicores=1000, memory_mib=2000, gpu_memory_mib=1), 0.25),
    ],
)
def test_the_largest_share_counts(wanted, share):
    shares = Shares()
    shares.add("ada", wanted)
    assert shares.dominant("ada", TOTALS) == pytest.approx(share)
    shares.remove("ada", wanted)
    assert shares.dominant("ada", TOTALS) == 0.0
    assert shares.held() == {}


def test_removing_more_than_was_added_is_a_programmers_error():
    with pytest.raises(InvariantViolated):
        Shares().remove("ada", Requirements())


def test_a_pool_without_gpus_divides_by_nothing():
    shares = Shares()
    shares.add("ada", Requirements())
    assert shares.dominant("ada", PoolTotals()) > 0


def running_world() -> World:
    world = World({"one": facts(gpus=(RTX,)), "two": facts()})
    for _ in range(3):
        world.submit()
    world.submit(Requirements(gpu_name="rtx"))
    world.round()
    world.check()
    return world


def damage_lease_without_task(world: World) -> list[Lease]:
    return world.leases()[1:]


def damage_lease_twice(world: World) -> list[Lease]:
    return [*world.leases(), world.leases()[0]]


def damage_shares(world: World) -> list[Lease]:
    world.shares.add("ada", Requirements())
    return world.leases()


def damage_queue(world: World) -> list[Lease]:
    world.queue.add(next(iter(world.running.values())).task)
    return world.leases()


@pytest.mark.parametrize(
    "damage", [damage_lease_without_task, damage_lease_twice, damage_shares, damage_queue]
)
def test_a_state_that_contradicts_itself_is_found(damage):
    world = running_world()
    leases = damage(world)
    with pytest.raises(InvariantViolated):
        validate(world.table, world.queue, world.shares, leases)
