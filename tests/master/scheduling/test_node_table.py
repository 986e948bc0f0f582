"""The node table: what is free, what is held, and what survives a change of the node."""

from dataclasses import replace

import pytest

from app.common.invariant import InvariantViolated
from app.common.node_facts import Gpu, Usage
from app.common.vocabulary import TrustLevel
from app.master.scheduling.facts import Thresholds
from app.master.scheduling.feasibility import fits_now
from app.master.scheduling.nodes import NodeTable
from app.master.scheduling.rules import Ask
from app.master.tasks.requirements import Requirements
from tests.scheduling_world import RTX, T4, facts

SMALL = Requirements(cpu_millicores=1000, memory_mib=1024)


def table(**nodes) -> NodeTable:
    made = NodeTable()
    for node_id, node in nodes.items():
        made.upsert(node_id, node)
    return made


def fits(made: NodeTable, node_id: str, requirements: Requirements = SMALL) -> bool:
    return fits_now(made, node_id, Ask(requirements))


def test_a_node_holds_as_many_tasks_as_it_has_cores():
    made = table(one=facts(cores=3))
    for _ in range(3):
        assert fits(made, "one")
        made.allocate("one", SMALL)
    assert not fits(made, "one")
    made.release("one", SMALL, ())
    assert fits(made, "one")
    made.validate()


def test_allocating_what_does_not_fit_is_a_programmers_error():
    made = table(one=facts(cores=1))
    made.allocate("one", SMALL)
    with pytest.raises(InvariantViolated, match="over-allocated"):
        made.allocate("one", SMALL)


def test_releasing_what_nobody_holds_is_a_programmers_error():
    made = table(one=facts(gpus=(RTX,)))
    with pytest.raises(InvariantViolated, match="no lease"):
        made.release("one", SMALL, ())
    made.allocate("one", SMALL)
    with pytest.raises(InvariantViolated, match="GPU nobody holds"):
        made.release("one", SMALL, ("rtx",))


def test_a_gpu_serves_one_task_at_a_time():
    made = table(one=facts(gpus=(RTX, T4)))
    any_gpu = Requirements(gpu_memory_mib=1)
    first = made.allocate("one", any_gpu)
    second = made.allocate("one", any_gpu)
    assert {*first.gpu_uuids, *second.gpu_uuids} == {"rtx", "t4"}
    assert not fits(made, "one", any_gpu)
    assert fits(made, "one", SMALL)
    made.release("one", any_gpu, first.gpu_uuids)
    assert made.allocate("one", any_gpu) == first
    made.validate()


def test_a_task_gets_the_weakest_gpu_that_serves():
    made = table(one=facts(gpus=(RTX, T4)))
    assert made.allocate("one", Requirements(gpu_memory_mib=1)).gpu_uuids == ("t4",)


@pytest.mark.parametrize(
    ("wanted", "fitting"),
    [
        (Requirements(gpu_name="4090", gpu_memory_mib=20_000), True),
        (Requirements(gpu_name="T4", gpu_memory_mib=16_000), True),
        (Requirements(gpu_name="t4", gpu_memory_mib=20_000), False),
        (Requirements(gpu_name="t4", gpu_score=900), False),
        (Requirements(gpu_score=250), True),
        (Requirements(gpu_score=901), False),
    ],
)
def test_name_memory_and_score_are_met_by_one_and_the_same_gpu(wanted, fitting):
    assert fits(table(one=facts(gpus=(RTX, T4))), "one", wanted) is fitting


def test_a_node_of_many_gpus_widens_the_table():
    many = tuple(Gpu("A100", 80_000, 800, f"gpu-{place}") for place in range(16))
    made = table(one=facts(gpus=(RTX,)), many=facts(cores=32, gpus=many))
    wanted = Requirements(gpu_name="a100")
    taken = {made.allocate("many", wanted).gpu_uuids[0] for _ in range(16)}
    assert taken == {gpu.uuid for gpu in many}
    assert not fits(made, "many", wanted)
    assert fits(made, "one", Requirements(gpu_name="rtx"))


def test_what_leases_hold_outlives_a_change_of_the_node():
    made = table(one=facts(cores=4, gpus=(T4,)))
    wanted = Requirements(cpu_millicores=3000, gpu_memory_mib=1)
    made.allocate("one", wanted)
    made.upsert("one", facts(cores=2, gpus=(T4, RTX)))
    made.validate()
    assert not fits(made, "one", SMALL)
    made.release("one", wanted, ("t4",))
    assert fits(made, "one", Requirements(cpu_millicores=2000, gpu_name="t4"))
    made.validate()


def test_a_lease_found_after_a_restart_may_exceed_the_node():
    made = table(one=facts(cores=1))
    made.hold("one", Requirements(cpu_millicores=4000), ("a GPU that is gone",))
    made.validate()
    assert not fits(made, "one")
    made.release("one", Requirements(cpu_millicores=4000), ("a GPU that is gone",))
    assert fits(made, "one")


def test_a_gpu_may_have_two_leases_after_a_restart_and_is_free_when_both_are_over():
    made = table(one=facts(gpus=(T4,)))
    wanted = Requirements(gpu_memory_mib=1)
    made.hold("one", wanted, ("t4",))
    made.hold("one", wanted, ("t4",))
    made.validate()
    made.release("one", wanted, ("t4",))
    made.validate()
    assert not fits(made, "one", wanted)
    made.release("one", wanted, ("t4",))
    made.validate()
    assert fits(made, "one", wanted)
    made.hold("one", SMALL, ())
    with pytest.raises(InvariantViolated, match="a GPU nobody holds"):
        made.release("one", wanted, ("t4",))


def test_a_removed_node_takes_nothing_and_its_leases_still_end():
    made = table(one=facts(), two=facts())
    made.allocate("one", SMALL)
    made.remove("one")
    assert list(made) == ["two"]
    assert "one" not in made
    assert made.totals.cpu_millicores == 8000
    assert not fits(made, "one")
    made.validate()
    made.release("one", SMALL, ())
    made.upsert("three", facts(cores=2))
    made.validate()
    assert fits(made, "three", Requirements(cpu_millicores=2000))


def test_a_node_that_comes_back_before_its_leases_ended_still_holds_them():
    made = table(one=facts(cores=2))
    made.allocate("one", SMALL)
    made.remove("one")
    made.upsert("one", facts(cores=2))
    made.validate()
    assert fits(made, "one", SMALL)
    assert not fits(made, "one", Requirements(cpu_millicores=2000))


def test_more_nodes_than_there_were_rows():
    made = NodeTable()
    for number in range(1000):
        made.upsert(f"node-{number}", facts(cores=1 + number % 7))
    made.validate()
    assert len(made) == 1000
    assert made.facts("node-999").capabilities.cpu_millicores == 6000


def test_a_node_that_is_not_schedulable_takes_nothing():
    made = table(one=facts(schedulable=False))
    assert not fits(made, "one")
    made.set_schedulable("one", True)
    assert fits(made, "one")


def test_trust_can_change_alone():
    made = table(one=facts(trust=TrustLevel.LOW))
    wanted = Requirements(trust_min=TrustLevel.HIGH)
    assert not fits(made, "one", wanted)
    made.set_trust("one", TrustLevel.HIGH)
    assert fits(made, "one", wanted)


def usage(cpu: int = 0, memory: int = 0, gpu: int = 0) -> Usage:
    return Usage(cpu_percent=cpu, memory_percent=memory, gpu_percent=gpu)


def test_a_loaded_node_opens_again_only_well_below_the_threshold():
    made = NodeTable(Thresholds(cpu_percent=90, hysteresis_percent=10))
    made.upsert("one", facts())
    opened = []
    open_ = []
    for percent in (90, 91, 85, 81, 80, 85, 95):
        opened.append(made.set_usage("one", usage(cpu=percent)))
        open_.append(fits(made, "one"))
    assert open_ == [True, False, False, False, True, True, False]
    assert opened == [False, False, False, False, True, False, False]


def test_what_our_own_tasks_use_loads_no_node():
    made = table(one=facts(gpus=(RTX,)))
    own = Usage(100, 99, 100, 99, own_cpu_percent=99, own_memory_percent=90, own_gpu_percent=100)
    made.set_usage("one", replace(own, own_gpu_memory_percent=99))
    assert fits(made, "one")
    assert fits(made, "one", Requirements(gpu_name="rtx"))
    made.set_usage("one", Usage(cpu_percent=100, own_cpu_percent=2))
    assert not fits(made, "one")


def test_a_threshold_of_a_hundred_is_none():
    made = NodeTable(Thresholds(cpu_percent=100, memory_percent=90, gpu_percent=100))
    made.upsert("one", facts())
    made.set_usage("one", usage(cpu=100, gpu=100))
    assert fits(made, "one")
    made.set_usage("one", usage(memory=91))
    assert not fits(made, "one")
    made.set_usage("one", usage(cpu=100, memory=50))
    assert fits(made, "one")


def test_full_memory_closes_a_node_and_full_gpus_close_it_for_gpu_tasks():
    made = table(one=facts(gpus=(RTX,)))
    wanted = Requirements(gpu_name="rtx")
    made.set_usage("one", usage(gpu=100))
    assert (fits(made, "one"), fits(made, "one", wanted)) == (True, False)
    made.set_usage("one", usage(memory=100))
    assert (fits(made, "one"), fits(made, "one", wanted)) == (False, False)


def test_a_sample_that_changes_nothing_costs_the_caches_nothing():
    made = table(one=facts())
    made.set_usage("one", usage(cpu=50))
    version = made.dynamic.version
    made.set_usage("one", usage(cpu=53))
    made.upsert("one", facts())
    assert made.dynamic.version == version


def test_validate_finds_a_wrong_number():
    made = table(one=facts())
    made.columns.cpu_free[made.slot_of("one")] -= 1
    with pytest.raises(InvariantViolated, match=r"free \+ held"):
        made.validate()
