"""Tasks whose answer the pool knows: nodes get them now and then, and cannot tell which."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from app.client.api import HiveMind
from app.common.vocabulary import ResultCheck, TaskState, TrustLevel
from proto import nodepool_pb2 as pb
from tests.e2e.checked import CPT, Owners, checks, says, with_history
from tests.e2e.conftest import serving, settings_in, signed_in
from tests.e2e.hand_node import hand_node

pytestmark = pytest.mark.timeout(120)


async def ended_copies(pool: HiveMind, original: str, count: int) -> list[pb.TaskInfo]:
    """The copies of a task once so many have ended, with their attempts; the oldest first."""
    async with asyncio.timeout(60):
        while True:
            tasks = [task async for task in pool.tasks.iterate()]
            ended = [task.task_id for task in tasks if TaskState(task.state).ended]
            if len(ended) == count + 1:
                ended.remove(original)
                return [await pool.tasks.get(name) for name in sorted(ended)]
            await asyncio.sleep(0.02)


async def known_answer(folder: Path, job: Path) -> str:
    """A task of the admin's that ended well, in the data of a master that has stopped."""
    settings = settings_in(folder / "data")
    async with (
        serving(settings) as master,
        signed_in(master) as admin,
        hand_node(master, admin, folder, says("42")),
    ):
        task_id = (await admin.tasks.submit(job)).task_id
        await admin.tasks.wait(task_id)
    return task_id


async def test_who_answers_wrong_is_found_and_who_answers_right_is_paid(
    tmp_path: Path, job: Path
) -> None:
    original = await known_answer(tmp_path, job)
    settings = settings_in(tmp_path / "data", canary_tasks=(original,))
    async with (
        serving(settings, new=False) as master,
        signed_in(master) as admin,
        AsyncExitStack() as stack,
    ):
        owners = Owners(master, admin, tmp_path, stack)
        believed = await stack.enter_async_context(hand_node(master, admin, tmp_path, says("42")))
        honest = await owners.join("bob", says("42"))
        liar = await owners.join("carol", says("7"))
        canaries = master.canaries
        assert canaries.due() == []
        for node in (believed, honest, liar):
            canaries._due[node.identity.node_id] = float("-inf")
        due = canaries.due()
        assert {node.id for node in due} == {one.identity.node_id for one in (honest, liar)}
        assert canaries.due() == []

        await canaries.send(due)
        copies = await ended_copies(admin, original, 2)
        by_node = {task.node_id: task for task in copies}
        right, wrong = by_node[honest.identity.node_id], by_node[liar.identity.node_id]
        assert (right.state, checks(right)) == (TaskState.SUCCEEDED, [ResultCheck.AGREED])
        assert (wrong.state, checks(wrong)) == (TaskState.FAILED, [ResultCheck.WRONG])
        assert "known" in wrong.detail
        assert not believed.given
        assert (await owners.balance("bob"), await owners.balance("carol")) == (CPT, 0)
        node = await with_history(admin, liar.identity.node_id)
        assert (node.trust, node.wrong_results) == (TrustLevel.LOW, 1)
        assert wrong.task_id in node.trust_history[0].reason
        assert (await admin.nodes.get(honest.identity.node_id)).valid_streak == 1
        assert liar.given[0].spec.archive_digest == honest.given[0].spec.archive_digest
        assert (await admin.ledger.verify()).ok


async def test_a_users_task_is_no_canary(owners: Owners, ann: HiveMind, job: Path) -> None:
    """They would pay for what the pool wants to know."""
    folder = owners.folder / "own"
    folder.mkdir()
    async with hand_node(owners.master, owners.admin, folder, says("42")):
        task_id = (await ann.tasks.submit(job)).task_id
        await ann.tasks.wait(task_id)
    bob = await owners.join("bob", says("42"))
    canaries = owners.master.canaries
    canaries._terms = type(canaries._terms)((task_id, "0" * 26), 60)
    await canaries.send([canaries._nodes.get(bob.identity.node_id)])
    assert not bob.given
    assert [task.task_id async for task in ann.tasks.iterate()] == [task_id]
