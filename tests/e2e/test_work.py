"""Tasks on real workers: what ends them, what restarts them, and who pays."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from app.client.api import HiveMind
from app.common.vocabulary import AttemptOutcome, NodeState, TaskState
from proto import nodepool_pb2 as pb
from tests.e2e.pool import Pool, running_pool

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
async def pool(tmp_path: Path) -> AsyncIterator[Pool]:
    """A master process with one worker of another owner's."""
    async with running_pool(tmp_path) as started:
        yield started


@pytest.fixture
async def payer(pool: Pool) -> AsyncIterator[HiveMind]:
    async with pool.master.sign_in() as admin:
        await admin.users.create("owner", "a rather long phrase")
        await pool.add_worker(admin, "first", "owner")
        yield admin


def script(folder: Path, name: str, text: str) -> Path:
    job = folder / name
    job.mkdir()
    (job / "run.sh").write_text(text)
    return job


async def state_reached(pool: HiveMind, task_id: str, wanted: TaskState) -> None:
    async with asyncio.timeout(60), aclosing(pool.tasks.watch(task_id)) as changes:
        async for change in changes:
            if any(task.state == wanted for task in change.tasks):
                return


async def ended(pool: HiveMind, task_id: str) -> pb.TaskInfo:
    async with asyncio.timeout(60):
        await pool.tasks.wait(task_id)
    return await pool.tasks.get(task_id)


async def test_a_failing_program_is_retried_then_refunded(payer: HiveMind, tmp_path: Path) -> None:
    before = (await payer.ledger.balance()).balance_mcpt
    job = script(tmp_path, "fails", "echo out of luck >&2; echo kept > /output/trace; exit 3\n")
    submitted = await payer.tasks.submit(job, retry_max=1)
    task = await ended(payer, submitted.task_id)
    assert task.state == TaskState.FAILED
    assert [attempt.outcome for attempt in task.attempts] == [AttemptOutcome.EXITED_NONZERO] * 2
    assert task.exit_code == 3
    assert task.charged_mcpt == 0
    assert (await payer.ledger.balance()).balance_mcpt == before
    await payer.tasks.fetch_into(task.task_id, tmp_path / "result")
    assert (tmp_path / "result" / "trace").read_text() == "kept\n"
    errors = [chunk.data async for chunk in payer.tasks.logs(task.task_id, attempt=1)]
    assert b"".join(errors) == b"out of luck\n"


async def test_a_program_past_its_time_limit_is_ended(payer: HiveMind, tmp_path: Path) -> None:
    job = script(tmp_path, "sleeps", "sleep 600\n")
    submitted = await payer.tasks.submit(job, run_seconds_max=1)
    task = await ended(payer, submitted.task_id)
    assert task.state == TaskState.FAILED
    assert task.attempts[0].outcome == AttemptOutcome.TIMED_OUT


async def test_a_running_task_is_cancelled_at_once(payer: HiveMind, tmp_path: Path) -> None:
    job = script(tmp_path, "sleeps", "sleep 600\n")
    submitted = await payer.tasks.submit(job)
    await state_reached(payer, submitted.task_id, TaskState.RUNNING)
    assert await payer.tasks.cancel(submitted.task_id) == 1
    task = await payer.tasks.get(submitted.task_id)
    assert task.state == TaskState.CANCELLED
    assert (await payer.ledger.balance()).held_mcpt == 0
    # The node's resources are free once it has ended the program: another task that
    # wants all of them runs.
    whole = (await payer.nodes.get("first")).capabilities.cpu_millicores
    quick = script(tmp_path, "quick", "true\n")
    following = await payer.tasks.submit(quick, cpu_millicores=whole)
    assert (await ended(payer, following.task_id)).state == TaskState.SUCCEEDED


async def test_a_log_is_followed_while_the_program_runs(
    pool: Pool, payer: HiveMind, tmp_path: Path
) -> None:
    wait = "until [ -e /output/go ]; do sleep 0.1; done"
    job = script(tmp_path, "talks", f"echo one; {wait}; echo two; echo three >&2\n")
    submitted = await payer.tasks.submit(job)
    await state_reached(payer, submitted.task_id, TaskState.RUNNING)
    seen = b""
    async for chunk in payer.tasks.logs(submitted.task_id, follow=True):
        if not seen:
            assert (await payer.tasks.get(submitted.task_id)).state == TaskState.RUNNING
            pool.workers[0].let_go_on()
        seen += chunk.data
    assert sorted(seen.split()) == [b"one", b"three", b"two"]


async def test_a_paused_node_takes_nothing_until_it_is_resumed(
    payer: HiveMind, tmp_path: Path
) -> None:
    await payer.nodes.set_state("first", NodeState.PAUSED, "maintenance")
    submitted = await payer.tasks.submit(script(tmp_path, "quick", "true\n"))
    why = await payer.tasks.why(submitted.task_id)
    assert (why.nodes_feasible, why.nodes_free) == (1, 0)
    await payer.nodes.set_state("first", NodeState.ACTIVE)
    assert (await ended(payer, submitted.task_id)).state == TaskState.SUCCEEDED


async def test_a_worker_told_to_stop_gives_its_tasks_back(
    pool: Pool, payer: HiveMind, tmp_path: Path
) -> None:
    """SIGTERM: the task is queued again at once, without blame, and runs on another node."""
    job = script(tmp_path, "sleeps", "[ $HIVEMIND_ATTEMPT -gt 1 ] || sleep 600\n")
    submitted = await payer.tasks.submit(job)
    await state_reached(payer, submitted.task_id, TaskState.RUNNING)
    start = time.monotonic()
    assert pool.workers[0].stop() == 0
    assert time.monotonic() - start < 10
    await pool.add_worker(payer, "second", "owner")
    task = await ended(payer, submitted.task_id)
    assert task.state == TaskState.SUCCEEDED
    assert [attempt.outcome for attempt in task.attempts] == [
        AttemptOutcome.RELEASED,
        AttemptOutcome.SUCCEEDED,
    ]
    first = await payer.nodes.get("first")
    assert (first.drops, first.online, first.leaving) == (0, False, True)


async def test_a_revoked_node_is_cut_off_and_its_task_runs_elsewhere(
    pool: Pool, payer: HiveMind, tmp_path: Path
) -> None:
    job = script(tmp_path, "sleeps", "[ $HIVEMIND_ATTEMPT -gt 1 ] || sleep 600\n")
    submitted = await payer.tasks.submit(job)
    await state_reached(payer, submitted.task_id, TaskState.RUNNING)
    assert (await payer.tasks.quote()).feasible_nodes == 1
    await payer.nodes.set_state("first", NodeState.REVOKED, "not trusted any more")
    assert (await payer.tasks.quote()).feasible_nodes == 0
    await pool.add_worker(payer, "second", "owner")
    task = await ended(payer, submitted.task_id)
    assert task.node_name == "second"
    first = await payer.nodes.get("first")
    assert not first.online


async def test_the_master_stops_in_order_when_it_is_told_to(pool: Pool, payer: HiveMind) -> None:
    """That it takes five seconds at most is its own limit: see `STOP_SECONDS`."""
    process = pool.master.process
    assert process is not None
    process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(process.wait, 60) == 0
