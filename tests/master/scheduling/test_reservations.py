"""A large task that waits too long gets a node kept for it."""

from app.master.scheduling.placement import PlacementSettings
from app.master.tasks.requirements import Requirements
from tests.scheduling_world import World, facts

LARGE = Requirements(cpu_millicores=4000)
SETTINGS = PlacementSettings(reserve_after=100.0, reservations_max=2)


def busy_world(nodes: int = 2, settings: PlacementSettings = SETTINGS) -> World:
    """Nodes of four cores, all of them full of one-core tasks."""
    world = World({f"node-{number}": facts(cores=4) for number in range(nodes)}, settings=settings)
    for _ in range(4 * nodes):
        world.submit()
    world.round(now=0)
    return world


def churn(world: World, start: int, stop: int, large: str) -> int | None:
    """Each second the oldest task ends and a small one arrives; when `large` was placed."""
    for second in range(start, stop):
        world.submit(at=float(second), owner="small")
        oldest = next(iter(world.running))
        world.end(oldest)
        world.round(now=float(second), seed=f"{second}")
        world.check()
        if large in world.running:
            return second
    return None


def test_small_tasks_do_not_starve_a_large_one():
    world = busy_world()
    large = world.submit(LARGE, owner="large", at=0.0)
    placed = churn(world, 1, 300, large)
    assert placed is not None
    assert 100 <= placed < 130
    assert world.table.reservations == {}


def test_without_reservations_it_would_starve():
    world = busy_world(settings=PlacementSettings(reserve_after=1e9))
    large = world.submit(LARGE, owner="large", at=0.0)
    assert churn(world, 1, 300, large) is None


def test_a_kept_node_takes_nobody_else():
    world = busy_world(nodes=1)
    large = world.submit(LARGE, owner="large", at=0.0)
    world.round(now=150)
    assert world.table.reservations == {"node-0": large}
    world.end(next(iter(world.running)))
    small = world.submit(at=150.0)
    assert world.round(now=151) == {}
    for task in list(world.running):
        world.end(task)
    assert list(world.round(now=152)) == [large]
    assert small in world.queue


def test_a_round_that_is_too_short_serves_the_rest_in_the_next():
    world = busy_world(nodes=2)
    tasks = [world.submit(LARGE, owner=f"user-{number}") for number in range(2)]
    world.round(now=150)
    assert len(world.table.reservations) == 2
    for task in list(world.running):
        world.end(task)
    placed = [*world.round(now=151, limit=1), *world.round(now=152, limit=1)]
    assert sorted(placed) == sorted(tasks)


def test_cancelling_the_task_frees_its_node():
    world = busy_world(nodes=1)
    large = world.submit(LARGE, owner="large", at=0.0)
    world.round(now=150)
    world.end(next(iter(world.running)))
    small = world.submit(at=150.0)
    world.queue.remove(large)
    assert world.round(now=151) == {small: "node-0"}
    assert world.table.reservations == {}


def test_a_task_that_finds_another_node_gives_its_kept_one_back():
    world = busy_world(nodes=1)
    large = world.submit(LARGE, owner="large", at=0.0)
    world.round(now=150)
    world.table.upsert("new", facts(cores=4))
    assert world.round(now=151) == {large: "new"}
    assert world.table.reservations == {}


def test_a_kept_node_that_goes_away_is_replaced():
    world = busy_world(nodes=2)
    large = world.submit(LARGE, owner="large", at=0.0)
    world.round(now=150)
    ((kept, _),) = world.table.reservations.items()
    world.table.set_schedulable(kept, False)
    world.round(now=151)
    assert kept not in world.table.reservations
    world.round(now=160)
    ((other, holder),) = world.table.reservations.items()
    assert (other != kept, holder) == (True, large)


def test_the_node_that_lacks_the_least_is_kept():
    world = World({"full": facts(cores=4), "nearly": facts(cores=4)}, settings=SETTINGS)
    world.table.hold("full", Requirements(cpu_millicores=4000), ())
    world.table.hold("nearly", Requirements(cpu_millicores=1000), ())
    large = world.submit(LARGE)
    world.round(now=150)
    assert world.table.reservations == {"nearly": large}


def test_nothing_is_kept_for_what_no_node_could_run():
    world = busy_world()
    world.submit(Requirements(cpu_millicores=5000), at=0.0)
    world.round(now=1000)
    assert world.table.reservations == {}


def test_no_more_nodes_are_kept_than_allowed_and_the_longest_waiting_come_first():
    world = busy_world(nodes=5)
    tasks = [world.submit(LARGE, owner=f"user-{number}", at=float(number)) for number in range(4)]
    world.round(now=500)
    assert set(world.table.reservations.values()) == set(tasks[:2])


def test_a_bucket_that_is_served_now_and_then_is_not_starving():
    world = busy_world(nodes=1)
    for task in list(world.running):
        world.end(task)
    for _ in range(10):
        world.submit(LARGE, owner="large", at=0.0)
    (first,) = world.round(now=990)
    assert world.round(now=1000) == {}
    assert world.table.reservations == {}
    world.end(first)
    assert len(world.round(now=1001)) == 1
