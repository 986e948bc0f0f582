"""Workers over a network that breaks, and workers with a container engine."""

import asyncio
from pathlib import Path

import pytest

from app.common.vocabulary import AttemptOutcome, IsolationClass, TaskState
from tests.client.cutting_proxy import CuttingProxy
from tests.docker_engine import DockerEngine
from tests.e2e.pool import WorkerProcess, running_pool
from tests.e2e.test_work import ended, script, state_reached

pytestmark = pytest.mark.timeout(120)


async def test_a_lost_connection_neither_loses_nor_repeats_a_running_task(tmp_path: Path) -> None:
    """Short of the grace the lease lives on; with no other node the task is taken up again."""
    async with (
        running_pool(tmp_path, HIVEMIND_LEASE_GRACE_SECONDS="5") as pool,
        pool.master.sign_in() as admin,
        CuttingProxy(pool.master.port) as proxy,
    ):
        pool.master.ready["grpc_address"] = f"127.0.0.1:{proxy.port}"
        worker = await pool.add_worker(admin, "far")
        assert isinstance(worker, WorkerProcess)
        job = script(tmp_path, "slow", "for i in 1 2 3 4 5 6; do echo $i; sleep 0.5; done\n")
        submitted = await admin.tasks.submit(job)
        await state_reached(admin, submitted.task_id, TaskState.RUNNING)
        for _ in range(3):
            proxy.cut()
            await asyncio.sleep(0.4)
        task = await ended(admin, submitted.task_id)
        assert task.state == TaskState.SUCCEEDED
        assert len(task.attempts) == 1
        log = b"".join([chunk.data async for chunk in admin.tasks.logs(task.task_id)])
        assert log == b"1\n2\n3\n4\n5\n6\n"


async def test_a_node_back_after_the_grace_goes_on_with_its_task(tmp_path: Path) -> None:
    """The task was queued again, but no other node took it."""
    async with (
        running_pool(tmp_path, HIVEMIND_LEASE_GRACE_SECONDS="0") as pool,
        pool.master.sign_in() as admin,
        CuttingProxy(pool.master.port) as proxy,
    ):
        pool.master.ready["grpc_address"] = f"127.0.0.1:{proxy.port}"
        await pool.add_worker(admin, "far")
        submitted = await admin.tasks.submit(script(tmp_path, "slow", "sleep 3; echo done\n"))
        await state_reached(admin, submitted.task_id, TaskState.RUNNING)
        proxy.cut()
        task = await ended(admin, submitted.task_id)
        assert task.state == TaskState.SUCCEEDED
        assert [attempt.outcome for attempt in task.attempts] == [AttemptOutcome.SUCCEEDED]


async def test_tasks_with_images_run_in_containers_on_several_workers(
    docker_engine: DockerEngine, docker_python_image: str, tmp_path: Path
) -> None:
    job = tmp_path / "job"
    job.mkdir()
    (job / "main.py").write_text(
        "import os, pathlib\n"
        "pathlib.Path('/output/uid').write_text(str(os.getuid()))\n"
        "print('in a container', os.path.exists('/.dockerenv'))\n"
    )
    async with running_pool(tmp_path) as pool, pool.master.sign_in() as admin:
        await admin.users.create("owner", "a rather long phrase")
        for name in ("first", "second"):
            await pool.add_worker(admin, name, "owner", "--engine", docker_engine.url)
        submitted = await admin.tasks.submit(
            job,
            image=docker_python_image,
            count=6,
            cpu_millicores=500,
            isolation_min=IsolationClass.CONTAINER,
        )
        async with asyncio.timeout(90):
            done = await admin.tasks.wait(submitted.task_id)
        assert [task.state for task in done] == [TaskState.SUCCEEDED] * 6, done[0].detail
        log = b"".join([chunk.data async for chunk in admin.tasks.logs(done[0].task_id)])
        assert log == b"in a container True\n"
        await admin.tasks.fetch_into(done[0].task_id, tmp_path / "result")
        assert (tmp_path / "result" / "uid").read_text() == "65534"
        first = await admin.nodes.get("first")
        assert first.capabilities.isolation == IsolationClass.CONTAINER
        summary = await admin.ledger.summary()
        assert (summary.total_mcpt, summary.held_mcpt) == (0, 0)
