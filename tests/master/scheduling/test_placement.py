"""A round of placement: who is first, which node, and what is given back."""

import pytest

from app.common.node_facts import Usage
from app.common.vocabulary import Continent, Priority, TrustLevel
from app.master.scheduling.placement import PlacementSettings, WhyStopped
from app.master.scheduling.queue import Ageing
from app.master.tasks.requirements import Location, Requirements
from tests.scheduling_world import BERLIN, PARIS, RTX, T4, TOKYO, World, facts

WHOLE = Requirements(cpu_millicores=8000)
NORMAL, HIGH, URGENT = Priority.NORMAL, Priority.HIGH, Priority.URGENT


def one_core_each(nodes: int) -> dict:
    return {f"node-{number}": facts(cores=1) for number in range(nodes)}


def test_classes_are_strict():
    world = World(one_core_each(3))
    normal = [world.submit(priority=NORMAL) for _ in range(3)]
    high = world.submit(priority=HIGH)
    urgent = world.submit(priority=URGENT)
    placed = world.round()
    assert list(placed) == [urgent, high, normal[0]]
    world.check()


def test_a_class_that_fits_nowhere_does_not_hold_up_the_ones_below():
    world = World(one_core_each(1))
    world.submit(Requirements(cpu_millicores=64_000), priority=URGENT)
    small = world.submit(priority=NORMAL)
    assert list(world.round()) == [small]


def test_inside_a_class_owners_take_turns_by_their_shares():
    world = World(one_core_each(6))
    for owner in ("ada",) * 6 + ("bob",) * 6:
        world.submit(owner=owner)
    owners = [one.task.owner_id for one in world.plan().placements]
    assert owners.count("ada") == owners.count("bob") == 3


def test_who_holds_less_of_the_pool_comes_first():
    world = World({"one": facts(cores=4)})
    for _ in range(2):
        world.submit(owner="ada")
    world.round(now=1)
    ada = world.submit(owner="ada")
    bobs = [world.submit(owner="bob") for _ in range(2)]
    assert list(world.round(now=2)) == bobs
    assert ada in world.queue


def test_the_dominant_share_is_the_largest_of_all_resources():
    world = World({"one": facts(cores=100, memory_mib=10_000)})
    # A tenth of the memory weighs more than a twentieth of the CPU.
    world.submit(Requirements(cpu_millicores=1000, memory_mib=1000), owner="memory")
    world.submit(Requirements(cpu_millicores=5000, memory_mib=100), owner="cpu")
    world.round(now=1)
    world.submit(owner="memory")
    second = world.submit(owner="cpu")
    assert list(world.round(now=2, limit=1)) == [second]


def test_of_equals_the_oldest_comes_first():
    world = World(one_core_each(2))
    tasks = [world.submit(Requirements(memory_mib=512 - number)) for number in range(4)]
    assert list(world.round()) == tasks[:2]


@pytest.mark.parametrize(
    ("tasks", "limit", "why"),
    [
        (0, 10, WhyStopped.DRAINED),
        (2, 10, WhyStopped.DRAINED),
        (9, 10, WhyStopped.NO_CAPACITY),
        (9, 2, WhyStopped.LIMIT),
    ],
)
def test_why_a_round_stopped(tasks, limit, why):
    world = World(one_core_each(3))
    for _ in range(tasks):
        world.submit()
    plan = world.plan(limit=limit)
    assert plan.why_stopped is why
    assert bool(plan.blocked) == (why is WhyStopped.NO_CAPACITY)


def test_an_empty_pool_places_nothing_and_the_first_node_gets_the_task():
    world = World()
    task = world.submit()
    assert world.round(now=1) == {}
    world.table.upsert("one", facts())
    assert world.round(now=2) == {task: "one"}


@pytest.mark.parametrize("change", ["ends", "joins", "opens", "grows", "cools", "trusted"])
def test_what_found_no_node_is_tried_again_when_a_node_changes(change):
    world = World({"one": facts(cores=1), "closed": facts(cores=1, schedulable=False)})
    held = world.submit()
    world.round(now=1)
    if change == "cools":
        world.end(held)
        world.table.set_usage("one", Usage(cpu_percent=100))
    trust = TrustLevel.HIGH if change == "trusted" else TrustLevel.LOW
    task = world.submit(Requirements(trust_min=trust))
    if change == "trusted":
        world.end(held)
    assert world.round(now=2) == {}
    assert world.round(now=3) == {}
    match change:
        case "ends":
            world.end(held)
        case "joins":
            world.table.upsert("two", facts())
        case "opens":
            world.table.set_schedulable("closed", True)
        case "grows":
            world.table.upsert("one", facts(cores=2))
        case "cools":
            world.table.set_usage("one", Usage(cpu_percent=10))
        case "trusted":
            world.table.set_trust("one", TrustLevel.HIGH)
    assert list(world.round(now=4)) == [task]
    world.check()


def test_what_was_cancelled_blocks_nothing_any_more():
    world = World({"one": facts()})
    task = world.submit(Requirements(cpu_millicores=9000))
    assert world.plan().blocked
    world.queue.remove(task)
    assert not world.plan().blocked


def test_rolling_back_gives_everything_back_and_the_task_its_place():
    world = World({"one": facts(gpus=(RTX,))})
    first = world.submit(Requirements(gpu_name="rtx"))
    world.submit(Requirements(gpu_name="rtx"))
    (placement,) = world.plan(now=1).placements
    assert placement.gpu_uuids == ("rtx",)
    world.planner.rollback(placement)
    del world.running[placement.task_id]
    world.check()
    assert list(world.round(now=2)) == [first]


def test_rolling_back_a_cancelled_task_does_not_queue_it():
    world = World({"one": facts()})
    world.submit()
    (placement,) = world.plan().placements
    world.planner.rollback(placement, requeue=False)
    world.running.clear()
    world.check()
    assert len(world.queue) == 0


def test_tasks_fill_a_node_before_they_open_the_next():
    world = World({f"node-{number}": facts(cores=4) for number in range(5)})
    for _ in range(8):
        world.submit()
    nodes = list(world.round().values())
    assert sorted(nodes.count(node) for node in set(nodes)) == [4, 4]


def test_gpu_nodes_are_kept_for_gpu_tasks():
    world = World({"gpu": facts(cores=2, gpus=(RTX,)), "plain": facts(cores=8)})
    for _ in range(9):
        world.submit()
    assert list(world.round().values()) == ["plain"] * 8 + ["gpu"]


def test_a_gpu_task_goes_where_it_leaves_no_gpu_without_cores():
    two = (RTX, T4)
    world = World({"narrow": facts(cores=4, gpus=two), "wide": facts(cores=8, gpus=two)})
    task = world.submit(Requirements(cpu_millicores=4000, gpu_memory_mib=1))
    assert world.round() == {task: "wide"}


def test_a_gpu_task_takes_the_weaker_gpu_that_serves():
    world = World({"strong": facts(gpus=(RTX,)), "weak": facts(gpus=(T4,))})
    task = world.submit(Requirements(gpu_memory_mib=8000))
    assert world.round() == {task: "weak"}


@pytest.mark.parametrize(
    ("wanted", "node"),
    [
        (BERLIN, "berlin"),
        (Location(country="FR"), "paris"),
        (Location(Continent.ASIA), "tokyo"),
        (Location(Continent.EUROPE, "FR", "Lyon"), "paris"),
    ],
)
def test_a_preferred_place_draws_and_does_not_bind(wanted, node):
    world = World(
        {
            "berlin": facts(cores=64, location=BERLIN),
            "paris": facts(cores=64, location=PARIS),
            "tokyo": facts(cores=64, location=TOKYO),
        }
    )
    task = world.submit(Requirements(location=wanted))
    assert world.round(now=1) == {task: node}
    world.table.set_schedulable(node, False)
    assert world.submit(Requirements(location=wanted)) in world.round(now=2)


def test_a_loaded_node_comes_after_an_idle_one():
    world = World({"busy": facts(), "idle": facts()})
    world.table.set_usage("busy", Usage(cpu_percent=80))
    for number in range(8):
        task = world.submit()
        placed = world.round(now=number, seed=f"{number}")
        assert placed == {task: "idle"}
        world.end(task)


def test_a_node_that_has_the_archive_is_preferred():
    world = World(
        {f"node-{number}": facts() for number in range(9)}, cached={"sha256:1": {"node-5", "gone"}}
    )
    task = world.submit(archive="sha256:1")
    assert world.round() == {task: "node-5"}


def test_a_task_avoids_the_node_that_lost_it_and_those_behind_it_do_not():
    world = World({"one": facts(cores=1), "two": facts(cores=1)})
    first = world.submit()
    world.round(now=1)
    (node,) = {one.node_id for one in world.running.values()}
    other = ({"one", "two"} - {node}).pop()
    blocker = world.submit()
    world.round(now=2)
    world.end(first)
    avoiding = world.submit(excluded=frozenset({node}))
    behind = world.submit()
    assert world.round(now=3) == {behind: node}
    world.end(blocker)
    assert world.round(now=4) == {avoiding: other}
    world.check()


def test_in_a_pool_of_one_the_node_that_lost_a_task_may_try_again():
    world = World({"one": facts()})
    task = world.submit(excluded=frozenset({"one"}))
    assert world.round() == {task: "one"}


def test_many_avoiding_heads_do_not_stop_a_round():
    world = World(
        {"one": facts(cores=99, memory_mib=99_999), "two": facts(cores=1)},
        settings=PlacementSettings(deferred_max=3),
    )
    world.submit(Requirements(memory_mib=50_000), owner="bob")
    world.round(now=1)
    world.table.hold("two", Requirements(cpu_millicores=1000), ())
    for _ in range(10):
        world.submit(excluded=frozenset({"one"}))
    world.submit(owner="bob", excluded=frozenset({"one"}))
    other = world.submit(Requirements(memory_mib=600))
    assert other in world.round(now=2)
    assert len(world.queue) == 11
    world.queue.validate()
    world.table.release("two", Requirements(cpu_millicores=1000), ())
    assert list(world.round(now=3).values()) == ["two"]


def test_equal_nodes_share_the_load_of_different_rounds():
    world = World({f"node-{number}": facts() for number in range(16)})
    nodes = set()
    for number in range(32):
        task = world.submit()
        nodes |= set(world.round(seed=f"round-{number}").values())
        world.end(task)
    assert len(nodes) > 4


def test_a_class_seen_once_on_a_large_pool_is_sampled_and_found_anyway():
    settings = PlacementSettings(sample_from=100, sample_size=10)
    nodes = {f"node-{number}": facts(cores=2) for number in range(500)}
    world = World({**nodes, "large": facts(cores=32)}, settings=settings)
    easy = world.submit()
    rare = world.submit(Requirements(cpu_millicores=32_000))
    never = world.submit(Requirements(cpu_millicores=33_000))
    placed = world.round()
    assert placed[rare] == "large"
    assert easy in placed
    assert never in world.queue
    world.check()


def test_urgent_work_without_end_does_not_starve_the_rest():
    world = World(one_core_each(4), ageing=Ageing(rise_seconds=100, risen_one_in=4))
    normal = [world.submit(owner="ada", priority=NORMAL, at=0.0) for _ in range(5)]
    done: list[str] = []
    waits: dict[str, float] = {}
    for second in range(1, 1000):
        for _ in range(4):
            world.submit(owner=f"user-{second % 7}", priority=URGENT, at=float(second))
        for task in list(world.running):
            world.end(task)
        for task in world.round(now=float(second), seed=f"{second}"):
            done.append(task)
            waits[task] = second
    assert all(waits[task] >= 100 for task in normal), "strict until it has waited"
    assert all(waits[task] < 120 for task in normal), "and soon after"


def test_a_flood_of_old_tasks_leaves_most_of_the_pool_to_urgent_ones():
    world = World(one_core_each(1), ageing=Ageing(rise_seconds=100, risen_one_in=4))
    for _ in range(200):
        world.submit(owner="ada", priority=NORMAL, at=0.0)
    served = []
    for second in range(1000, 1100):
        world.submit(owner="bob", priority=URGENT, at=float(second))
        (task,) = world.round(now=float(second), seed=f"{second}")
        served.append(world.running[task].task.owner_id)
        world.end(task)
    assert served.count("bob") == 75


def test_equal_states_and_seeds_give_equal_plans():
    def plan() -> list[tuple[str, str]]:
        world = World({f"node-{number}": facts(cores=4) for number in range(50)})
        for number in range(100):
            world.submit(owner=f"user-{number % 3}")
        return list(world.round(seed="replayed").items())

    assert plan() == plan()


def test_equal_tasks_fill_a_node_before_the_next():
    world = World({f"node-{number}": facts(cores=4) for number in range(5)})
    tasks = [world.submit() for _ in range(12)]
    placed = world.round()
    assert list(placed) == tasks
    nodes = list(placed.values())
    assert [len({*nodes[start : start + 4]}) for start in (0, 4, 8)] == [1, 1, 1]
    assert len({*nodes}) == 3
    world.check()


def test_equal_tasks_go_elsewhere_as_soon_as_a_node_is_better():
    """What follows onto one node without a look at the pool must notice any other change."""
    world = World({"large": facts(cores=64, memory_mib=65_536)})
    world.submit()
    assert set(world.round().values()) == {"large"}
    world.table.upsert("small", facts(cores=2, memory_mib=1024))
    following = world.submit()
    assert world.round() == {following: "small"}
    world.table.set_schedulable("small", schedulable=False)
    last = world.submit()
    assert world.round() == {last: "large"}
    world.check()


def test_equal_tasks_with_another_archive_may_go_elsewhere():
    world = World(
        {f"node-{number}": facts() for number in range(9)},
        cached={"sha256:1": {"node-5"}, "sha256:2": {"node-7"}},
    )
    first, second = world.submit(archive="sha256:1"), world.submit(archive="sha256:2")
    again = world.submit(archive="sha256:2")
    assert world.round() == {first: "node-5", second: "node-7", again: "node-7"}
