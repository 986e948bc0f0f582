"""What a console is sent: a snapshot, then changes; what each role may see of them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.client.api import HiveMind
from app.client.methods import WATCH
from app.common.errors import HiveMindError, Reason
from app.master.master import Master
from bench.pool import SimulatedWorker, enrol
from proto import nodepool_pb2 as pb
from tests.e2e.conftest import signed_in

BEGINNING = datetime.fromtimestamp(0, UTC)


class Seen:
    """All that a watch told so far."""

    def __init__(self) -> None:
        self.tasks: dict[str, pb.TaskInfo] = {}
        self.nodes: dict[str, pb.NodeInfo] = {}
        self.samples: dict[str, pb.NodeSample] = {}
        self.stats: list[pb.PoolStats] = []
        self.balances: list[pb.GetBalanceResponse] = []
        self.complete = False

    def take(self, update: pb.WatchUpdate) -> None:
        self.tasks |= {task.task_id: task for task in update.tasks}
        self.nodes |= {node.node_id: node for node in update.nodes}
        self.samples |= {sample.node_id: sample for sample in update.samples}
        if update.HasField("stats"):
            self.stats.append(update.stats)
        if update.HasField("balance"):
            self.balances.append(update.balance)
        assert not (self.complete and update.snapshot)
        self.complete = self.complete or update.snapshot_end


async def until(pool: HiveMind, enough: Callable[[Seen], bool], tasks_max: int = 0) -> Seen:
    """Watch until `enough`."""
    seen = Seen()
    async with asyncio.timeout(30), aclosing(pool.console.watch(tasks_max)) as updates:
        async for update in updates:
            seen.take(update)
            if enough(seen):
                break
    return seen


@pytest.fixture
async def node(master: Master, admin: HiveMind) -> AsyncIterator[SimulatedWorker]:
    """A node that ends each task at once, and tells its load ten times a second."""
    ready = {"grpc_address": master.grpc_address}
    (identity,) = await enrol(admin, ready, 1)
    worker = SimulatedWorker(identity, heartbeat_seconds=0.1)
    running = asyncio.ensure_future(worker.run())
    await worker.connected.wait()
    yield worker
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_the_snapshot_holds_what_was_there_before(admin, ann, node, job: Path) -> None:
    for _ in range(3):
        await ann.tasks.submit(job)
    seen = await until(admin, lambda seen: seen.complete)
    assert len(seen.tasks) == 3
    assert list(seen.nodes) == [node.identity.node_id]
    two = await until(admin, lambda seen: seen.complete, tasks_max=2)
    assert set(two.tasks) < set(seen.tasks)
    assert len(two.tasks) == 2


async def test_changes_follow(admin, ann, node, job: Path) -> None:
    names: list[str] = []

    async def act() -> None:
        submitted = await ann.tasks.submit(job)
        names.append(submitted.task_id)
        await ann.tasks.wait(submitted.task_id)
        await admin.nodes.set_state(node.identity.node_id, pb.NodeState.NODE_STATE_PAUSED)

    acting: list[asyncio.Future[None]] = []

    def enough(seen: Seen) -> bool:
        if seen.complete and not acting:
            acting.append(asyncio.ensure_future(act()))
        nodes = list(seen.nodes.values())
        paused = bool(nodes) and nodes[0].state == pb.NodeState.NODE_STATE_PAUSED
        ended = [task for task in seen.tasks.values() if task.ended_at.seconds]
        return paused and bool(ended) and bool(seen.samples) and seen.stats[-1].tasks_succeeded == 1

    seen = await until(admin, enough)
    await acting[0]
    assert list(seen.tasks) == names
    assert seen.samples[node.identity.node_id].usage.cpu_percent == 50
    assert seen.stats[-1].nodes_online == 1
    assert seen.stats[-1].charged_mcpt == 1000


async def test_a_user_sees_the_own_tasks_and_nodes_only(master, admin, ann, node, job) -> None:
    await ann.tasks.submit(job)
    await admin.users.create("bob", "another unlikely phrase")
    async with signed_in(master, "bob", "another unlikely phrase") as bob:
        seen = await until(bob, lambda seen: seen.complete)
        assert (seen.tasks, seen.nodes) == ({}, {})
        assert seen.stats
        with pytest.raises(HiveMindError) as refused:
            await bob.console.node_history(node.identity.node_id, BEGINNING)
        assert refused.value.reason is Reason.NODE_NOT_FOUND
    assert len((await until(ann, lambda seen: seen.complete)).tasks) == 1


async def test_each_sees_the_own_balance_whenever_it_changes(master, admin, ann, node, job) -> None:
    await admin.users.create("bob", "another unlikely phrase")
    before = await ann.ledger.balance()
    after_mcpt = before.balance_mcpt + 5000 - 1000
    acting: list[asyncio.Future[None]] = []

    async def act() -> None:
        await admin.ledger.grant("bob", 7000, "not ann's to see")
        await admin.ledger.grant("ann", 5000, "well done")
        submitted = await ann.tasks.submit(job)
        await ann.tasks.wait(submitted.task_id)

    def enough(seen: Seen) -> bool:
        if seen.complete and not acting:
            assert seen.balances == [before]
            acting.append(asyncio.ensure_future(act()))
        told = [(each.balance_mcpt, each.held_mcpt) for each in seen.balances]
        return told[-1:] == [(after_mcpt, 0)]

    seen = await until(ann, enough)
    await acting[0]
    now = await ann.ledger.balance()
    assert seen.balances[-1] == now
    assert now.balance_mcpt == after_mcpt
    told = [each.balance_mcpt for each in seen.balances]
    assert told[0] == before.balance_mcpt
    assert before.balance_mcpt + 7000 not in told


async def test_money_alone_comes_with_nothing_else(master, admin, ann, node, job) -> None:
    await ann.tasks.submit(job)
    request = pb.WatchRequest(money_alone=True)
    async with aclosing(ann.console._calls.listen(WATCH, request)) as updates:
        first = await anext(updates)
        assert first == pb.WatchUpdate(
            number=1, snapshot=True, snapshot_end=True, at=first.at, balance=first.balance
        )
        granting = asyncio.ensure_future(admin.ledger.grant("ann", 5000, "well done"))
        last = first
        while last.balance.balance_mcpt < first.balance.balance_mcpt + 4000:
            last = await anext(updates)
            assert last.HasField("balance")
            assert last.transfers_changed
            assert not [*last.tasks, *last.nodes, *last.samples]
            assert not last.HasField("stats")
        await granting


async def test_who_may_see_the_whole_ledger_is_told_when_it_grows(admin, ann, node) -> None:
    request = pb.WatchRequest(money_alone=True)
    await admin.users.create("bob", "another unlikely phrase")
    async with (
        aclosing(admin.console._calls.listen(WATCH, request)) as admins,
        aclosing(ann.console._calls.listen(WATCH, request)) as anns,
    ):
        await anext(admins)
        await anext(anns)
        await admin.ledger.grant("bob", 5000, "not ann's to see")
        told = await anext(admins)
        assert told.transfers_changed
        assert not told.HasField("balance")
        await admin.ledger.grant("ann", 2000, "well done")
        told = await anext(anns)
        # The first that ann is told of is her own.
        assert (told.number, told.balance.balance_mcpt) == (2, 102_000)


async def test_a_node_that_is_watched_closely_tells_its_load_each_second(
    admin, node, master
) -> None:
    node_id = node.identity.node_id
    node.heartbeat_seconds = 600
    async with asyncio.timeout(30), aclosing(admin.console.watch_node(node_id)) as samples:
        stamps = [(await anext(samples)).at.ToMicroseconds() for _ in range(4)]
        assert stamps == sorted(set(stamps))
        async with aclosing(admin.console.watch_node(node_id)) as others:
            await anext(others)
        # Somebody still watches.
        await anext(samples)
        await anext(samples)
        assert node.heartbeat_seconds == 1
    async with asyncio.timeout(30):
        while node.heartbeat_seconds == 1:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert node.heartbeat_seconds == master._settings.heartbeat_seconds


async def test_nobody_watches_a_node_that_is_not_theirs_to_see(master, admin, node) -> None:
    await admin.users.create("bob", "another unlikely phrase")
    async with signed_in(master, "bob", "another unlikely phrase") as bob:
        with pytest.raises(HiveMindError) as refused:
            await anext(bob.console.watch_node(node.identity.node_id))
        assert refused.value.reason is Reason.NODE_NOT_FOUND


async def test_history_is_kept(admin, node) -> None:
    await until(admin, lambda seen: bool(seen.samples) and len(seen.stats) > 1)
    samples = await admin.console.node_history(node.identity.node_id, BEGINNING)
    assert {sample.usage.cpu_percent for sample in samples} == {50}
    stats = await admin.console.pool_history(BEGINNING)
    assert stats[-1].nodes_online == 1
    assert [s.at.seconds for s in stats] == sorted({s.at.seconds for s in stats})
    by_minute = await admin.console.pool_history(BEGINNING, by_minute=True)
    assert 1 <= len(by_minute) <= 2
