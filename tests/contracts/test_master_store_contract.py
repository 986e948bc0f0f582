"""A whole master on SQLite and on PostgreSQL: the same requests, the same answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from app.client.api import HiveMind
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import Priority, TaskState
from app.master.master import Master
from app.master.settings import Settings
from bench.pool import SimulatedWorker, enrol
from tests.e2e.conftest import serving, settings_in, signed_in
from tests.ports import free_ports


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    return settings_in(tmp_path / "data", database_url=url, lease_grace_seconds=0)


@pytest.fixture
def job(tmp_path: Path) -> Path:
    folder = tmp_path / "job"
    folder.mkdir()
    (folder / "run.sh").write_text("true\n")
    return folder


@asynccontextmanager
async def working(worker: SimulatedWorker) -> AsyncIterator[None]:
    task = asyncio.ensure_future(worker.run())
    await worker.connected.wait()
    yield
    task.cancel()
    with suppress(asyncio.CancelledError, HiveMindError):
        await task


async def nodes(master: Master, admin: HiveMind, count: int) -> list[SimulatedWorker]:
    ready = {"grpc_address": master.grpc_address}
    return [SimulatedWorker(identity) for identity in await enrol(admin, ready, count)]


async def test_another_priority_is_stored_with_its_price(settings: Settings, job: Path) -> None:
    async with serving(settings) as master, signed_in(master) as admin:
        array = (await admin.tasks.submit(job, count=3, memory_mib=10 * 1024)).task_id
        answer = await admin.tasks.set_priority(f"{array}-1", priority=Priority.URGENT)
        assert (answer.changed, answer.price_change_mcpt) == (1, 5000)
        tasks = [task async for task in admin.tasks.iterate(array_id=array)]
        assert {task.task_id: task.price_mcpt for task in tasks}[f"{array}-1"] == 15_000
        assert (await admin.ledger.balance()).held_mcpt == 35_000
        await admin.tasks.cancel(array)
        assert (await admin.ledger.balance()).held_mcpt == 0
        assert (await admin.ledger.verify()).ok


async def test_tasks_are_run_charged_and_listed(settings: Settings, job: Path) -> None:
    async with serving(settings) as master, signed_in(master) as admin:
        await admin.users.create("ann", "an unlikely phrase")
        (worker,) = await nodes(master, admin, 1)
        async with working(worker), signed_in(master, "ann", "an unlikely phrase") as ann:
            submitted = await ann.tasks.submit(job, count=40, name="forty")
            done = await ann.tasks.wait(submitted.task_id)
            assert [task.state for task in done] == [TaskState.SUCCEEDED] * 40
            balance = await ann.ledger.balance()
            assert (balance.balance_mcpt, balance.held_mcpt) == (60_000, 0)
            rows = [row async for row in ann.ledger.iterate()]
            assert len(rows) == 1 + 40 + 40
        assert (await admin.ledger.balance()).balance_mcpt == 140_000
        assert (await admin.ledger.verify()).ok


async def test_open_tasks_survive_a_restart(settings: Settings, job: Path) -> None:
    """Live leases are fenced and run again, queued ones are found, cancelled ones stay so."""
    (port,) = free_ports(1)
    settings = settings.model_copy(update={"grpc_server_address": f"127.0.0.1:{port}"})
    async with serving(settings) as master, signed_in(master) as admin:
        holder, other = await nodes(master, admin, 2)
        holder.holds = True
        async with working(holder):
            submitted = await admin.tasks.submit(job, count=5)
            async with asyncio.timeout(20):
                await holder.first_assignment.wait()
        cancelled = await admin.tasks.submit(job, count=3, gpu_name="unobtainable")
        await admin.tasks.submit(job, count=2, gpu_name="unobtainable", name="waits")
        assert await admin.tasks.cancel(cancelled.task_id) == 3
    again = settings.model_copy(update={"recovery_grace_seconds": 0})
    async with serving(again) as master, signed_in(master) as admin, working(other):
        done = await admin.tasks.wait(submitted.task_id)
        assert [task.state for task in done] == [TaskState.SUCCEEDED] * 5
        waiting = [task async for task in admin.tasks.iterate(states=[TaskState.QUEUED])]
        assert [task.name for task in waiting] == ["waits", "waits"]
        with pytest.raises(HiveMindError) as caught:
            await admin.tasks.cancel(cancelled.task_id)
        assert caught.value.reason is Reason.TASK_ENDED
        summary = await admin.ledger.summary()
        assert summary.total_mcpt == 0
        assert summary.held_mcpt == sum(task.price_mcpt for task in waiting)
        assert (await admin.ledger.verify()).ok
