"""One seed from its beginning to its end."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from logging import CRITICAL
from random import Random

import structlog

from app.common.vocabulary import NodeState
from app.master.ledger.validate import validate_ledger
from app.master.scheduling.validate import Lease, validate
from app.master.store import ledger as ledger_store
from tests.simulation.auditor import require
from tests.simulation.clockwork import NothingWillHappen, run_virtually
from tests.simulation.people import Fate, People
from tests.simulation.plan import make_plan
from tests.simulation.world import World

STEPS = 150
#: Virtual seconds in which everything must have come to its end once the faults stop.
CALM_SECONDS = 1200.0
#: After these, what waits for a better node than there is is cancelled by its owner.
PATIENCE_SECONDS = 500.0


@dataclass
class Outcome:
    """What a run came to. `failure` is None where all was well."""

    seed: int
    failure: str | None
    story_hash: str
    story: list[str]
    counts: Counter[str] = field(default_factory=Counter)


def simulate(seed: int, steps: int = STEPS) -> Outcome:
    """Live through `seed`. Never raises for what it finds: the outcome says it."""
    worlds: list[World] = []
    failure = None
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(CRITICAL))
    try:
        run_virtually(lambda: _live(seed, steps, worlds))
    except (AssertionError, KeyError, NothingWillHappen, TimeoutError) as error:
        failure = f"{type(error).__name__}: {error}"
    finally:
        structlog.configure(**before)
    world = worlds[0]
    world.close()
    return Outcome(seed, failure, world.story_hash, world.story, world.auditor.counts)


async def _live(seed: int, steps: int, worlds: list[World]) -> None:
    world = World(seed, make_plan(seed, steps), asyncio.get_running_loop())
    worlds.append(world)
    await world.found()
    people, fate = People(world), Fate(world)
    await _storm(world, people, fate)
    await _calm(world, people, fate)
    _check_memory(world, at_rest=True)
    await _check_ledger(world)
    world.auditor.look_at_the_end()
    world.check()


async def _storm(world: World, people: People, fate: Fate) -> None:
    """The first phase: deeds and faults, and a look at the books after each."""
    random = Random(f"{world.seed}:storm")
    deeds: dict[str, Callable[[], None]] = {
        "submit": people.submit,
        "cancel": people.cancel,
        "retry": people.retry,
        "priority": people.change_priority,
        "transfer": people.transfer,
        "node state": people.node_state,
        "forge": people.forge,
        "repeat": people.repeat,
        "cut": fate.cut,
        "freeze": fate.freeze,
        "crash worker": fate.crash_worker,
        "leave": fate.leave,
        "kill master": fate.kill_master,
        "set clock": fate.set_clock,
    }
    names = list(world.plan.weights)
    weights = list(world.plan.weights.values())
    if world.plan.canaries:
        people.submit_original()
    for _ in range(world.plan.steps):
        deeds[random.choices(names, weights)[0]]()
        await asyncio.sleep(random.expovariate(1 / world.plan.step_seconds))
        _look(world)


def _look(world: World) -> None:
    world.check()
    world.auditor.look(world.loop.time())
    _check_memory(world, at_rest=False)


async def _calm(world: World, people: People, fate: Fate) -> None:
    """The second phase: nothing goes wrong any more, and all must end."""
    world.note("calm")
    world.plan.calm = True
    loop = world.loop
    deadline, impatient = loop.time() + CALM_SECONDS, loop.time() + PATIENCE_SECONDS
    await asyncio.sleep(60.0)
    for worker in world.workers:
        worker.thaw()
        worker.start()
    for worker in world.workers:
        await people.set_state(worker, NodeState.ACTIVE)
    while True:
        await asyncio.sleep(10.0)
        _look(world)
        if not people.waiting and _at_rest(world):
            return
        if loop.time() >= deadline:
            require(False, f"after {CALM_SECONDS} s of calm: {_what_is_left(world, people)}")
        if loop.time() > impatient:
            impatient += 100.0
            for person, array, spec in people.arrays:
                needs = spec.requirements
                if needs.trust_min or needs.gpu_memory_mib or _unbelieved(world, array.task_id):
                    await people.cancel_one(person, array.task_id)


def _unbelieved(world: World, array_id: str) -> bool:
    """Whether a task of the array waits for a second opinion: there may be nobody to give it."""
    waiting = "SELECT 1 FROM tasks WHERE array_id = ? AND candidates != '' AND ended_us IS NULL"
    return bool(world.store.rows(waiting, array_id))


def _at_rest(world: World) -> bool:
    cluster = world.master.scheduling.cluster
    return not _unfinished(world) and not len(cluster.book) and not cluster._stopping


def _what_is_left(world: World, people: People) -> str:
    cluster = world.master.scheduling.cluster
    waits = f"{people.waiting} requests, {len(cluster.book)} records, stopping {cluster._stopping}"
    return f"{waits}, {_unfinished(world)[:3]}"


def _unfinished(world: World) -> list[tuple]:
    return world.store.rows(
        "SELECT array_id, array_index, state, attempt, node_id FROM tasks WHERE ended_us IS NULL"
    )


def _check_memory(world: World, *, at_rest: bool) -> None:
    """The scheduler's memory agrees with itself, and at rest holds nothing."""
    cluster = world.master.scheduling.cluster
    cluster.table.validate()
    cluster.queue.validate()
    if not at_rest:
        return
    leases: list[Lease] = []
    validate(cluster.table, cluster.queue, cluster.shares, leases)
    require(len(cluster.queue) == 0, "the queue is not empty")
    rows = world.store.rows(
        "SELECT id, tasks_succeeded, tasks_failed, drops, earned_mcpt, wrong_results FROM nodes"
    )
    for node_id, *kept in rows:
        node = world.master.nodes.get(node_id)
        known = [node.tasks_succeeded, node.tasks_failed, node.drops]
        known += [node.earned_mcpt, node.wrong_results]
        require(known == list(kept), f"the record of {node_id} is {known}, and {kept} in the store")


async def _check_ledger(world: World) -> None:
    verification = await world.master.audit.verify()
    require(verification.ok, f"the journal does not verify: {verification.fault}")
    rows = ledger_store.transfers_after(world.store.connection, 0, 2**62, 2**31)
    validate_ledger(rows, ledger_store.all_accounts(world.store.connection), {})
