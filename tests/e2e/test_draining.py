"""Nodes that are to take no more, with a real agent: by an operator's word and by their own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from app.client.address import MasterAddress
from app.client.api import HiveMind
from app.client.node_client import NodeIdentity
from app.common.clock import SystemClock
from app.common.ids import SystemIds
from app.common.join_token import JoinToken
from app.common.vocabulary import AttemptOutcome, NodeState, TaskState
from app.master.master import Master
from app.worker.identity import IdentityStore
from app.worker.joining import Candidate, Place, join
from proto import nodepool_pb2 as pb
from tests.e2e.conftest import serving, settings_in, signed_in
from tests.worker.agents import CAPABILITIES, RunningAgent, running_agent


async def joined(master: Master, admin: HiveMind, folder: Path) -> NodeIdentity:
    token = JoinToken.parse((await admin.join_tokens.create()).token)
    clock = SystemClock()
    membership = await join(
        MasterAddress.parse(master.grpc_address),
        token.pin,
        token,
        Candidate("one", CAPABILITIES, Place()),
        IdentityStore(folder),
        clock,
        SystemIds(clock),
        lambda _: None,
    )
    return membership.identity


@pytest.fixture
async def worker(master: Master, admin: HiveMind, tmp_path: Path) -> AsyncIterator[RunningAgent]:
    identity = await joined(master, admin, tmp_path / "worker")
    async with running_agent(tmp_path / "worker", identity) as running:
        await node_is(admin, NodeState.ACTIVE)
        yield running


async def node_is(admin: HiveMind, *states: NodeState, online: bool = True) -> list[pb.NodeInfo]:
    """Watch until the node has been in `states`, one after the other."""
    found: list[pb.NodeInfo] = []
    async with asyncio.timeout(20), aclosing(admin.console.watch(1)) as updates:
        async for update in updates:
            for node in update.nodes:
                if node.state == states[len(found)] and node.online is online:
                    found.append(node)
                if len(found) == len(states):
                    return found
    raise AssertionError("the watch ended")


async def running_task(admin: HiveMind, *command: str) -> str:
    submitted = await admin.tasks.submit(command=command)
    async with asyncio.timeout(20), aclosing(admin.tasks.watch(submitted.task_id)) as changes:
        async for change in changes:
            if any(task.state == TaskState.RUNNING for task in change.tasks):
                break
    return submitted.task_id


async def test_an_idle_node_that_drains_is_paused_at_once(admin, worker) -> None:
    await admin.nodes.set_state("one", NodeState.DRAINING, "a new disk")
    (node,) = await node_is(admin, NodeState.PAUSED)
    assert node.state_reason == "a new disk"


async def test_a_busy_node_is_paused_once_nothing_of_it_runs(admin, worker) -> None:
    task_id = await running_task(admin, "hang")
    info = await admin.nodes.set_state("one", NodeState.DRAINING)
    assert info.state == NodeState.DRAINING
    await admin.tasks.cancel(task_id)
    await node_is(admin, NodeState.PAUSED)


async def test_a_drain_ends_also_when_the_master_was_away(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "data")
    async with serving(settings) as master, signed_in(master) as admin:
        identity = await joined(master, admin, tmp_path / "worker")
        async with running_agent(tmp_path / "worker", identity):
            await node_is(admin, NodeState.ACTIVE)
            await running_task(admin, "hang")
            await admin.nodes.set_state("one", NodeState.DRAINING)
    clock = SystemClock()
    again = Master(
        settings.model_copy(update={"recovery_grace_seconds": 0.1}), clock, SystemIds(clock)
    )
    await again.start()
    try:
        async with signed_in(again) as admin:
            await node_is(admin, NodeState.PAUSED, online=False)
    finally:
        await again.stop()


async def test_a_machine_that_wants_to_drain_is_shown_so_and_called_back(admin, worker) -> None:
    worker.agent.drain(leave=False)
    (node,) = await node_is(admin, NodeState.PAUSED)
    assert "machine itself" in node.state_reason
    submitted = await admin.tasks.submit(command=["exit", "0"])
    why = await admin.tasks.why(submitted.task_id)
    assert "machine itself" in " ".join(why.nearest[0].failed)
    await admin.nodes.set_state("one", NodeState.ACTIVE)
    async with asyncio.timeout(20):
        await admin.tasks.wait(submitted.task_id)
    assert not worker.agent.standing().draining


async def test_a_machine_lifts_its_own_wish_and_not_an_operators(admin, worker) -> None:
    worker.agent.drain(leave=False)
    await node_is(admin, NodeState.PAUSED)
    worker.agent.resume()
    await node_is(admin, NodeState.ACTIVE)
    await admin.nodes.set_state("one", NodeState.PAUSED, "a new disk")
    worker.agent.resume()
    submitted = await admin.tasks.submit(command=["exit", "0"])
    why = await admin.tasks.why(submitted.task_id)
    assert why.nearest[0].failed == ["is paused (a new disk)"]


async def test_a_worker_that_ends_is_no_paused_node(
    master: Master, admin: HiveMind, tmp_path: Path
) -> None:
    identity = await joined(master, admin, tmp_path / "worker")
    async with running_agent(tmp_path / "worker", identity) as running:
        await node_is(admin, NodeState.ACTIVE)
        task_id = await running_task(admin, "hang")
        running.agent.drain(leave=True)
        (node,) = await node_is(admin, NodeState.DRAINING)
        assert "about to end" in node.state_reason
        await admin.tasks.cancel(task_id)
        await running.outcome()
    async with running_agent(tmp_path / "worker", identity):
        await node_is(admin, NodeState.ACTIVE)
        submitted = await admin.tasks.submit(command=["exit", "0"])
        async with asyncio.timeout(20):
            await admin.tasks.wait(submitted.task_id)
        task = await admin.tasks.get(submitted.task_id)
    assert task.attempts[0].outcome == AttemptOutcome.SUCCEEDED
