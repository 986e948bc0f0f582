"""The plug is pulled in the middle, on the master and on a worker: nothing is lost or doubled."""

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest

from app.client.api import HiveMind
from app.common.vocabulary import AttemptOutcome, TaskState
from bench.pool import ADMIN
from proto import nodepool_pb2 as pb
from tests.e2e.pool import running_pool
from tests.ports import free_ports

pytestmark = pytest.mark.timeout(240)

TASKS = 100
PROGRAM = """
import os, pathlib, time
index = os.environ["HIVEMIND_ARRAY_INDEX"]
print("begin", index, flush=True)
time.sleep(0.3 + int(index) % 5 * 0.2)
print("end", index, flush=True)
pathlib.Path(os.environ["HIVEMIND_OUTPUT_DIR"], "index.txt").write_text(index)
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    folder = tmp_path / "program"
    folder.mkdir()
    (folder / "main.py").write_text(PROGRAM)
    return folder


async def _until_some_ended(admin: HiveMind, array_id: str, ended: int, *nodes: str) -> None:
    """Wait until `ended` tasks of the array have ended while others run, on each of `nodes` too."""
    tasks: dict[str, pb.TaskInfo] = {}
    async with asyncio.timeout(90), aclosing(admin.tasks.watch(array_id)) as changes:
        async for change in changes:
            tasks |= {task.task_id: task for task in change.tasks}
            states = [TaskState(task.state) for task in tasks.values()]
            busy = {task.node_name for task in tasks.values() if task.state == TaskState.RUNNING}
            if sum(state.ended for state in states) >= ended and busy.issuperset(nodes):
                assert busy
                assert TaskState.QUEUED in states
                return


async def _check_end(admin: HiveMind, array_id: str, folder: Path) -> list[pb.TaskInfo]:
    done = await admin.tasks.wait(array_id)
    assert [task.state for task in done] == [TaskState.SUCCEEDED] * TASKS
    full = [await admin.tasks.get(task.task_id) for task in done]
    for task in full:
        accepted = [a for a in task.attempts if a.outcome == AttemptOutcome.SUCCEEDED]
        assert len(accepted) == 1
        assert accepted[0].number == task.attempt == len(task.attempts)
    for task in (full[0], full[41], full[99]):
        await admin.tasks.fetch_into(task.task_id, folder / task.task_id)
        text = (folder / task.task_id / "index.txt").read_text()
        assert text == str(task.array_index)
        log = b"".join([chunk.data async for chunk in admin.tasks.logs(task.task_id)])
        assert log == f"begin {text}\nend {text}\n".encode()
    verified = await admin.ledger.verify()
    assert verified.ok, verified.fault
    summary = await admin.ledger.summary()
    assert summary.total_mcpt == 0
    assert summary.held_mcpt == 0
    earned = await admin.ledger.balance("owner")
    assert earned.balance_mcpt == 100_000 + sum(task.charged_mcpt for task in full)
    assert all(task.charged_mcpt == task.price_mcpt > 0 for task in full)
    return full


async def _other_owner(admin: HiveMind) -> str:
    """Whoever owns the workers: another than the payer, so that money really moves."""
    await admin.users.create("owner", "a rather long phrase")
    await admin.ledger.grant(ADMIN, 1_000_000, "for the test")
    return "owner"


async def test_master_killed_while_tasks_run(tmp_path: Path, program: Path) -> None:
    """Running tasks go on without their master, and each runs once."""
    address = f"127.0.0.1:{free_ports(1)[0]}"
    async with running_pool(tmp_path, GRPC_SERVER_ADDRESS=address) as pool:
        async with pool.master.sign_in() as admin:
            owner = await _other_owner(admin)
            for name in ("first", "second"):
                await pool.add_worker(admin, name, owner)
            submitted = await admin.tasks.submit(program, count=TASKS, cpu_millicores=250)
            await _until_some_ended(admin, submitted.task_id, 10)
        pool.master.kill()
        await pool.master.start()
        async with pool.master.sign_in() as admin:
            full = await _check_end(admin, submitted.task_id, tmp_path / "results")
            assert [len(task.attempts) for task in full] == [1] * TASKS


async def test_worker_killed_while_tasks_run(tmp_path: Path, program: Path) -> None:
    """What a dead worker ran is run elsewhere, and paid once."""
    async with running_pool(tmp_path) as pool, pool.master.sign_in() as admin:
        owner = await _other_owner(admin)
        first = await pool.add_worker(admin, "first", owner)
        await pool.add_worker(admin, "second", owner)
        submitted = await admin.tasks.submit(program, count=TASKS, cpu_millicores=250)
        await _until_some_ended(admin, submitted.task_id, 10, "first")
        first.kill()
        first.start()
        full = await _check_end(admin, submitted.task_id, tmp_path / "results")
        lost = [
            attempt
            for task in full
            for attempt in task.attempts
            if attempt.outcome == AttemptOutcome.NODE_LOST
        ]
        assert lost, "the worker was killed while it ran tasks"
        assert {attempt.node_name for attempt in lost} == {"first"}
