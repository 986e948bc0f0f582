"""What holds for every pool, every queue and every history."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.common.node_facts import Gpu, Usage
from app.common.vocabulary import Continent, IsolationClass, Priority, TrustLevel
from app.master.scheduling.buckets import QueuedTask
from app.master.scheduling.class_scores import ClassScores
from app.master.scheduling.explain import explain
from app.master.scheduling.facts import NodeFacts
from app.master.scheduling.placement import PlacementSettings, Plan
from app.master.tasks.requirements import Location, Requirements
from tests.scheduling_world import BERLIN, PARIS, TOKYO, World, facts, has_room

#: No reservations: they hold nodes back on purpose.
PATIENT = PlacementSettings(reserve_after=1e12, sample_from=3, sample_size=2)
PLACES = [Location(), BERLIN, PARIS, TOKYO, Location(Continent.EUROPE), Location(country="FR")]

gpus = st.lists(
    st.builds(
        lambda name, memory, score: (name, memory, score),
        st.sampled_from(["RTX 4090", "Tesla T4"]),
        st.sampled_from([8000, 16_000]),
        st.sampled_from([100, 900]),
    ),
    max_size=2,
)


@st.composite
def node_facts(draw: Any) -> NodeFacts:
    number = draw(st.integers(0, 10**9))
    return facts(
        cores=draw(st.integers(1, 4)),
        memory_mib=draw(st.sampled_from([512, 1024, 4096])),
        disk_mib=draw(st.sampled_from([1024, 4096])),
        cpu_score=draw(st.sampled_from([50, 100])),
        gpus=tuple(
            Gpu(name, memory, score, f"gpu-{number}-{place}")
            for place, (name, memory, score) in enumerate(draw(gpus))
        ),
        isolation=draw(st.sampled_from(list(IsolationClass))),
        runs_images=draw(st.booleans()),
        trust=draw(st.sampled_from(list(TrustLevel))),
        location=draw(st.sampled_from(PLACES)),
        schedulable=draw(st.sampled_from([True, True, True, False])),
    )


requirements = st.builds(
    Requirements,
    cpu_millicores=st.sampled_from([500, 1000, 2000]),
    memory_mib=st.sampled_from([256, 1024]),
    disk_mib=st.just(512),
    cpu_score=st.sampled_from([0, 0, 100]),
    gpu_name=st.sampled_from(["", "", "4090"]),
    gpu_memory_mib=st.sampled_from([0, 0, 16_000]),
    location=st.sampled_from(PLACES),
    location_required=st.booleans(),
    trust_min=st.sampled_from([TrustLevel.LOW, TrustLevel.NORMAL]),
    isolation_min=st.sampled_from(list(IsolationClass)),
    needs_engine=st.sampled_from([False, False, True]),
)


@dataclass(frozen=True)
class Submit:
    requirements: Requirements
    owner: str
    priority: Priority


@dataclass(frozen=True)
class End:
    which: int


@dataclass(frozen=True)
class Cancel:
    which: int


@dataclass(frozen=True)
class Join:
    node: int
    facts: NodeFacts


@dataclass(frozen=True)
class Leave:
    node: int


@dataclass(frozen=True)
class Round:
    limit: int


@dataclass(frozen=True)
class Load:
    node: int
    percent: int


numbers = st.integers(0, 1000)
submits = st.builds(
    Submit, requirements, st.sampled_from(["ada", "bob", "cyd"]), st.sampled_from(list(Priority))
)
events = st.one_of(
    submits,
    submits,
    st.builds(End, numbers),
    st.builds(Cancel, numbers),
    st.builds(Join, st.integers(0, 6), node_facts()),
    st.builds(Leave, st.integers(0, 6)),
    st.builds(Round, st.sampled_from([1, 3, 100])),
    st.builds(Load, st.integers(0, 6), st.sampled_from([0, 50, 100])),
)


class History:
    """A world to which events happen, and what a second opinion needs to judge its rounds."""

    def __init__(self) -> None:
        self.world = World(settings=PATIENT)
        self.now = 0.0
        self.loaded: set[str] = set()
        #: Nodes whose facts changed while they held leases: they may hold more than they have.
        self.changed: set[str] = set()

    def apply(self, event: Any) -> Plan | None:
        """Let one event happen; a round returns its plan."""
        world = self.world
        self.now += 1.0
        match event:
            case Submit(wanted, owner, priority):
                world.submit(wanted, owner=owner, priority=priority, at=self.now)
            case End(which) if world.running:
                world.end(list(world.running)[which % len(world.running)])
            case Cancel(which) if len(world.queue):
                tasks = sorted(task.task_id for task in self.queued())
                world.queue.remove(tasks[which % len(tasks)])
            case Join(node, its_facts):
                world.table.upsert(f"node-{node}", its_facts)
                self.changed.add(f"node-{node}")
            case Leave(node) if f"node-{node}" in world.table:
                world.table.remove(f"node-{node}")
                self.loaded.discard(f"node-{node}")
            case Load(node, percent) if f"node-{node}" in world.table:
                world.table.set_usage(f"node-{node}", Usage(cpu_percent=percent))
                (self.loaded.add if percent == 100 else self.loaded.discard)(f"node-{node}")
            case Round(limit):
                return world.plan(now=self.now, limit=limit, seed=f"{self.now}")
            case _:
                pass
        return None

    def queued(self) -> list[QueuedTask]:
        return [task for bucket in self.world.queue.buckets() for task in bucket.tasks()]

    def roomy(self, wanted: Requirements, before: set[str]) -> set[str]:
        """Nodes with room for such a task, counting only the leases of the tasks in `before`."""
        leases = [lease for lease in self.world.leases() if lease.task_id in before]
        return {
            node_id
            for node_id in self.world.table
            if node_id not in self.loaded
            and has_room(
                self.world.table.facts(node_id),
                [lease for lease in leases if lease.node_id == node_id],
                wanted,
            )
        }


histories = st.lists(events, min_size=5, max_size=60)


@settings(max_examples=80, deadline=None)
@given(histories)
def test_nothing_is_over_allocated_and_all_parts_agree(steps):
    history = History()
    for event in steps:
        history.apply(event)
        history.world.check()


@settings(max_examples=80, deadline=None)
@given(histories)
def test_every_placement_was_possible_and_no_possible_one_was_left(steps):
    history = History()
    for event in [*steps, Round(1000)]:
        running = set(history.world.running)
        plan = history.apply(event)
        if plan is None:
            continue
        for placement in plan.placements:
            roomy = history.roomy(placement.task.requirements, running)
            assert placement.node_id in roomy
            running.add(placement.task_id)
    for task in history.queued():
        assert not history.roomy(task.requirements, running)


@settings(max_examples=80, deadline=None)
@given(histories)
def test_no_task_passes_one_of_a_higher_class_that_had_room(steps):
    history = History()
    for event in [*steps, Round(1000)]:
        running = set(history.world.running)
        before = {task.task_id: task for task in history.queued()}
        plan = history.apply(event)
        for placement in plan.placements if plan else ():
            higher = {
                task.requirements
                for task in before.values()
                if task.priority > placement.task.priority
            }
            assert not any(history.roomy(wanted, running) for wanted in higher)
            del before[placement.task_id]
            running.add(placement.task_id)


@settings(max_examples=80, deadline=None)
@given(histories, requirements)
def test_a_lone_task_is_placed_just_when_its_explanation_says_a_node_is_free(steps, wanted):
    history = History()
    for event in steps:
        history.apply(event)
    for task in history.queued():
        history.world.queue.remove(task.task_id)
    name = history.world.submit(wanted, at=history.now)
    task = history.world.queue.get(name)
    assert task is not None
    why = explain(task, history.world.table, history.world.queue)
    assert why.nodes_free == len(history.roomy(wanted, set(history.world.running)))
    assert why.nodes_free <= why.nodes_feasible <= why.nodes_known
    assert bool(why.nearest) == (why.nodes_free == 0 and why.nodes_known > 0)
    placed = name in history.world.round(now=history.now + 1)
    assert placed == (why.nodes_free > 0)


@settings(max_examples=80, deadline=None)
@given(histories, requirements, st.lists(st.integers(0, 60), max_size=5))
def test_scores_kept_up_to_date_equal_scores_computed_anew(steps, wanted, looks):
    history = History()
    kept = ClassScores(history.world.table, wanted)
    for index, event in enumerate(steps):
        history.apply(event)
        if index in looks:
            kept.best(0)
    fresh = ClassScores(history.world.table, wanted)
    rows = list(range(history.world.table.slots.stop))
    assert np.array_equal(kept.scores(rows), fresh.scores(rows))
    assert kept.best(0) == fresh.best(0)


@settings(max_examples=40, deadline=None)
@given(histories)
def test_equal_histories_give_equal_plans(steps):
    one, two = History(), History()
    for event in [*steps, Round(1000)]:
        assert one.apply(event) == two.apply(event)


@settings(max_examples=40, deadline=None)
@given(st.lists(submits, min_size=1, max_size=30), st.integers(1, 3))
def test_all_that_could_run_runs_at_last(tasks, cores):
    world = World({f"node-{number}": facts(cores=cores) for number in range(3)})
    wanted = {}
    for one in tasks:
        wanted[world.submit(one.requirements, owner=one.owner, priority=one.priority)] = one
    done: set[str] = set()
    for now in range(1, 100):
        done |= set(world.round(now=float(now)))
        for task in list(world.running):
            world.end(task)
    empty = world.table.facts("node-0")
    assert done == {name for name, one in wanted.items() if has_room(empty, [], one.requirements)}
