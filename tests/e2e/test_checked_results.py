"""Results of nodes that nobody vouches for are run again elsewhere, and settled when agreed."""

import asyncio
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

from app.client.api import HiveMind
from app.common.vocabulary import IsolationClass, ResultCheck, ResultComparer, TaskState, TrustLevel
from proto import nodepool_pb2 as pb
from tests.e2e.checked import CPT, Owners, checks, says, with_history
from tests.e2e.conftest import serving, settings_in, signed_in
from tests.e2e.hand_node import hand_node
from tests.e2e.pool import Pool, WorkerProcess, running_pool

pytestmark = pytest.mark.timeout(120)


async def queued_after(pool: HiveMind, task_id: str, attempts: int) -> pb.TaskInfo:
    """The task once it waits after so many attempts."""
    async with asyncio.timeout(60):
        while True:
            task = await pool.tasks.get(task_id)
            if task.state == TaskState.QUEUED and task.attempt == attempts:
                return task
            await asyncio.sleep(0.02)


async def test_two_owners_agree_and_share(owners: Owners, ann: HiveMind, job: Path) -> None:
    await owners.join("bob", says("42"))
    task_id = (await ann.tasks.submit(job)).task_id
    waiting = await queued_after(ann, task_id, 1)
    assert "checked" in waiting.detail
    assert checks(waiting) == [ResultCheck.WAITING]
    why = await ann.tasks.why(task_id)
    assert "another owner" in why.summary
    (near,) = why.nearest
    assert list(near.failed) == ["has the same owner as a node that ran it"]
    assert await owners.balance("bob") == 0

    await owners.join("carol", says("42"))
    (task,) = await ann.tasks.wait(task_id)
    task = await ann.tasks.get(task_id)
    assert (task.state, task.charged_mcpt) == (TaskState.SUCCEEDED, CPT)
    assert checks(task) == [ResultCheck.AGREED] * 2
    assert await owners.balance("bob") == await owners.balance("carol") == CPT // 2
    assert (await ann.ledger.balance()).balance_mcpt == 99 * CPT
    for node in owners.nodes:
        told = await owners.admin.nodes.get(node.identity.node_id)
        assert (told.tasks_succeeded, told.valid_streak, told.wrong_results) == (1, 1, 0)


async def test_a_liar_is_outvoted_and_its_record_says_why(
    owners: Owners, ann: HiveMind, job: Path, tmp_path: Path
) -> None:
    liar = await owners.join("bob", says("7"))
    task_id = (await ann.tasks.submit(job)).task_id
    await queued_after(ann, task_id, 1)
    await owners.join("carol", says("42"))
    assert "2 nodes" in (await queued_after(ann, task_id, 2)).detail
    await owners.join("dave", says("42"))
    await ann.tasks.wait(task_id)
    task = await ann.tasks.get(task_id)
    assert checks(task) == [ResultCheck.WRONG, ResultCheck.AGREED, ResultCheck.AGREED]
    await ann.tasks.fetch(task_id, tmp_path / "result.zip")
    with ZipFile(tmp_path / "result.zip") as archive:
        assert archive.read("answer.txt") == b"42"
    assert [await owners.balance(name) for name in ("bob", "carol", "dave")] == [0, 500, 500]
    node = await with_history(owners.admin, liar.identity.node_id)
    assert (node.trust, node.wrong_results) == (TrustLevel.LOW, 1)
    assert task_id in node.trust_history[0].reason
    assert (await owners.admin.ledger.verify()).ok


async def test_a_node_of_ones_own_needs_no_check_and_decides(
    owners: Owners, ann: HiveMind, job: Path
) -> None:
    await owners.join("bob", says("7"))
    task_id = (await ann.tasks.submit(job)).task_id
    await queued_after(ann, task_id, 1)
    owner = (await ann.whoami()).username
    async with hand_node(
        owners.master,
        owners.admin,
        owners.folder,
        says("42"),
        owner=owner,
        isolation=IsolationClass.SANDBOX,
    ):
        await ann.tasks.wait(task_id)
    task = await ann.tasks.get(task_id)
    assert (task.state, task.charged_mcpt) == (TaskState.SUCCEEDED, 0)
    assert checks(task) == [ResultCheck.WRONG, ResultCheck.NONE]


async def test_numbers_that_are_close_enough(owners: Owners, ann: HiveMind, job: Path) -> None:
    await owners.join("bob", says("pi = 3.14159265"))
    await owners.join("carol", says("pi = 3.14159266"))
    submitted = await ann.tasks.submit(job, result_comparer=ResultComparer.NUMBERS)
    await ann.tasks.wait(submitted.task_id)
    task = await ann.tasks.get(submitted.task_id)
    assert checks(task) == [ResultCheck.AGREED] * 2
    exact = await ann.tasks.submit(job)
    await queued_after(ann, exact.task_id, 2)


async def test_chance_is_not_compared(owners: Owners, ann: HiveMind, job: Path) -> None:
    await owners.join("bob", says("heads"))
    submitted = await ann.tasks.submit(job, result_comparer=ResultComparer.NONE)
    await ann.tasks.wait(submitted.task_id)
    assert checks(await ann.tasks.get(submitted.task_id)) == [ResultCheck.NONE]


async def test_where_no_two_agree_the_task_fails_and_costs_nothing(
    owners: Owners, ann: HiveMind, job: Path
) -> None:
    for number in range(5):
        await owners.join(f"owner{number}", says(f"{number}"))
    submitted = await ann.tasks.submit(job)
    (task,) = await ann.tasks.wait(submitted.task_id)
    assert (task.state, task.charged_mcpt) == (TaskState.FAILED, 0)
    assert "no two results agreed" in task.detail
    assert checks(await ann.tasks.get(task.task_id)) == [ResultCheck.UNDECIDED] * 5
    balance = await ann.ledger.balance()
    assert (balance.balance_mcpt, balance.held_mcpt) == (100 * CPT, 0)
    for node in owners.nodes:
        assert (await owners.admin.nodes.get(node.identity.node_id)).wrong_results == 0


async def test_what_waits_may_be_cancelled(owners: Owners, ann: HiveMind, job: Path) -> None:
    await owners.join("bob", says("42"))
    task_id = (await ann.tasks.submit(job)).task_id
    await queued_after(ann, task_id, 1)
    await ann.tasks.cancel(task_id)
    task = await ann.tasks.get(task_id)
    assert (task.state, checks(task)) == (TaskState.CANCELLED, [ResultCheck.UNDECIDED])
    assert await owners.balance("bob") == 0
    assert (await ann.ledger.balance()).available_mcpt == 100 * CPT


async def test_a_restart_of_the_master_forgets_no_result(tmp_path: Path, job: Path) -> None:
    settings = settings_in(tmp_path / "data")
    async with (
        serving(settings) as master,
        signed_in(master) as admin,
        AsyncExitStack() as stack,
    ):
        await Owners(master, admin, tmp_path, stack).join("bob", says("42"))
        await admin.users.create("ann", "an unlikely phrase")
        async with signed_in(master, "ann", "an unlikely phrase") as ann:
            task_id = (await ann.tasks.submit(job, count=3)).task_id
            for index in range(3):
                await queued_after(ann, f"{task_id}-{index}", 1)
    async with (
        serving(settings, new=False) as master,
        signed_in(master) as admin,
        AsyncExitStack() as stack,
    ):
        await Owners(master, admin, tmp_path, stack).join("carol", says("42"))
        async with signed_in(master, "ann", "an unlikely phrase") as ann:
            await ann.tasks.wait(task_id)
            for index in range(3):
                task = await ann.tasks.get(f"{task_id}-{index}")
                assert checks(task) == [ResultCheck.AGREED] * 2


@dataclass
class LyingWorker(WorkerProcess):
    """A real worker whose owner changed it: it adds to whatever the program left."""

    def line(self, *arguments: str) -> list[str]:
        command, *rest = arguments
        lie = "tests.e2e.lying_worker"
        return [sys.executable, "-m", lie, command, *rest, "--data-dir", str(self.folder)]


async def test_a_real_worker_that_lies(tmp_path: Path, job: Path) -> None:
    (job / "run.sh").write_text("echo 42 > /output/answer.txt\n")
    async with (
        running_pool(tmp_path, HIVEMIND_CHECK_RESULTS="low") as pool,
        pool.master.sign_in() as admin,
    ):
        await _join(pool, admin, LyingWorker(tmp_path / "liar"), "bob")
        submitted = await admin.tasks.submit(job)
        await queued_after(admin, submitted.task_id, 1)
        for name in ("carol", "dave"):
            await _join(pool, admin, WorkerProcess(tmp_path / name), name)
        async with asyncio.timeout(60):
            await admin.tasks.wait(submitted.task_id)
        task = await admin.tasks.get(submitted.task_id)
        assert checks(task) == [ResultCheck.WRONG, ResultCheck.AGREED, ResultCheck.AGREED]
        await admin.tasks.fetch(submitted.task_id, tmp_path / "result.zip")
    with ZipFile(tmp_path / "result.zip") as archive:
        assert archive.namelist() == ["answer.txt"]


async def _join(pool: Pool, admin: HiveMind, worker: WorkerProcess, owner: str) -> None:
    await admin.users.create(owner, "an unlikely phrase")
    created = await admin.join_tokens.create(owner=owner)
    pool.workers.append(worker)
    await worker.join(pool.master.ready["grpc_address"], created.token, owner)
    worker.start()
