"""Why a task waits, as people are told."""

import pytest

from app.master.scheduling.explain import explain, explain_requirements
from app.master.tasks.requirements import Location, Requirements
from tests.scheduling_world import RTX, World, facts


def explained(world: World, requirements: Requirements, **more):
    task = world.queue.get(world.submit(requirements, **more))
    assert task is not None
    return explain(task, world.table, world.queue)


def test_a_pool_without_nodes_says_so():
    why = explained(World(), Requirements())
    assert why.summary == "No node has joined the pool yet."
    assert (why.nodes_known, why.nodes_feasible, why.nodes_free) == (0, 0, 0)


def test_a_demand_that_no_node_meets_is_named():
    world = World({"one": facts(memory_mib=16_384), "two": facts(memory_mib=8192)})
    why = explained(world, Requirements(memory_mib=65_536))
    assert why.summary == "No node of the pool can run it: it needs 64 GiB of memory."
    assert why.nodes_feasible == 0
    assert why.rules[0].rule in {"memory", "free_memory"}
    assert why.nearest[0].failed == ("has 16 GiB of memory, 64 GiB of memory needed",)


def test_demands_that_no_node_meets_together_are_named():
    world = World({"cores": facts(cores=64, memory_mib=1024), "memory": facts(cores=1)})
    why = explained(world, Requirements(cpu_millicores=8000, memory_mib=8192))
    assert why.summary == (
        "No single node of the pool meets all of this: it needs 8 cores and needs 8 GiB of memory."
    )


def test_a_full_pool_is_not_an_impossible_one():
    world = World({"one": facts(cores=1)})
    world.submit()
    world.round()
    why = explained(world, Requirements())
    assert why.summary == "1 node could run it, but none has room for it now."
    assert (why.nodes_feasible, why.nodes_free) == (1, 0)
    assert why.nearest[0].node_id == "one"
    assert why.nearest[0].failed == ("has 0 cores free, 1 core free needed",)


def test_room_and_the_tasks_ahead_are_told():
    world = World({"one": facts()})
    assert explained(world, Requirements()).summary == "1 node has room for it now; it is next."
    why = explained(world, Requirements())
    assert why.summary == "1 node has room for it now; about 1 task comes first."
    assert why.ahead == 1
    assert why.nearest == ()


def test_each_rule_counts_by_itself_the_most_restrictive_first():
    world = World(
        {
            "plain": facts(),
            "gpu": facts(gpus=(RTX,)),
            "offline": facts(schedulable=False),
            "image": facts(runs_images=True),
        }
    )
    why = explained(world, Requirements(gpu_name="4090", needs_engine=True))
    counts = {one.rule: one.nodes_passing for one in why.rules}
    assert counts["gpu"] == counts["engine"] == 1
    assert counts["online"] == 3
    assert counts["memory"] == 4
    passing = [one.nodes_passing for one in why.rules]
    assert passing == sorted(passing)


def test_the_nearest_nodes_come_first_and_say_what_they_lack():
    world = World(
        {
            "far": facts(cores=1, memory_mib=512, location=Location()),
            "near": facts(location=Location()),
            "busy": facts(),
        }
    )
    world.table.hold("busy", Requirements(cpu_millicores=8000), ())
    wanted = Requirements(
        cpu_millicores=2000,
        memory_mib=1024,
        location=Location(country="DE"),
        location_required=True,
    )
    why = explained(world, wanted)
    assert [miss.node_id for miss in why.nearest] == ["busy", "near", "far"]
    assert why.nearest[1].failed == ("is in an unknown place, not in DE",)
    assert len(why.nearest[2].failed) == 3


def test_a_node_kept_for_another_task_is_not_free():
    world = World({"one": facts()})
    world.table.reserve("one", "another")
    why = explained(world, Requirements())
    assert why.nodes_free == 0
    assert why.nearest[0].failed == ("is kept for a task that has waited long",)


@pytest.mark.parametrize(("others", "free"), [(0, 1), (1, 1)])
def test_an_avoided_node_counts_only_if_it_is_the_only_one(others, free):
    world = World({"lost": facts(), **{f"other-{n}": facts() for n in range(others)}})
    why = explained(world, Requirements(), excluded=frozenset({"lost"}))
    assert why.nodes_free == free


def test_requirements_alone_can_be_explained():
    world = World({"one": facts()})
    assert explain_requirements(Requirements(), world.table).nodes_feasible == 1
    assert explain_requirements(Requirements(), world.table, ahead=7).ahead == 7
