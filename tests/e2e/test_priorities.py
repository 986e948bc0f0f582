"""Another priority for what waits: its price, its place, and what is refused."""

import asyncio
from pathlib import Path

import pytest

from app.client.api import HiveMind
from app.client.methods import SET_TASK_PRIORITY
from app.client.node_client import NodeClient, WorkStream
from app.common.clock import SystemClock
from app.common.errors import Reason
from app.common.ids import SystemIds
from app.common.vocabulary import Priority, Role, TaskState
from app.master.master import Master
from proto import nodepool_pb2 as pb
from tests.e2e.conftest import serving, settings_in, signed_in
from tests.e2e.hand_node import Ending, hand_node
from tests.e2e.test_refusals import CPT, refused

#: 10, 12 and 15 CPT by priority.
TEN_GB = {"memory_mib": 10 * 1024}


async def held(pool: HiveMind) -> int:
    """What the ledger holds of a user's balance."""
    return (await pool.ledger.balance()).held_mcpt


async def priorities(pool: HiveMind, array_id: str) -> list[tuple[int, int]]:
    """(priority, price) of the tasks of an array, by index."""
    tasks = [task async for task in pool.tasks.iterate(array_id=array_id)]
    return [(task.priority, task.price_mcpt // CPT) for task in reversed(tasks)]


async def test_the_hold_follows_the_price(admin: HiveMind, ann: HiveMind, job: Path) -> None:
    task_id = (await ann.tasks.submit(job, **TEN_GB)).task_id
    answer = await ann.tasks.set_priority(task_id, priority=Priority.URGENT)
    assert (answer.changed, answer.price_change_mcpt, answer.users) == (1, 5 * CPT, 1)
    task = await ann.tasks.get(task_id)
    assert (task.priority, task.spec.priority) == (Priority.URGENT, Priority.URGENT)
    assert task.price_mcpt == await held(ann) == 15 * CPT
    answer = await ann.tasks.set_priority(task_id, priority=Priority.HIGH)
    assert (answer.changed, answer.price_change_mcpt) == (1, -3 * CPT)
    assert await held(ann) == 12 * CPT
    assert await ann.tasks.cancel(task_id) == 1
    assert await held(ann) == 0
    assert (await admin.ledger.verify()).ok
    rows = [row async for row in ann.ledger.iterate(task_id=task_id)]
    assert [(row.kind, row.amount_mcpt // CPT) for row in reversed(rows)] == [
        (pb.TRANSFER_KIND_HOLD, 10),
        (pb.TRANSFER_KIND_REFUND, 10),
        (pb.TRANSFER_KIND_HOLD, 15),
        (pb.TRANSFER_KIND_REFUND, 15),
        (pb.TRANSFER_KIND_HOLD, 12),
        (pb.TRANSFER_KIND_REFUND, 12),
    ]


async def test_of_an_array_a_part_or_all(ann: HiveMind, job: Path) -> None:
    array = (await ann.tasks.submit(job, count=3, memory_mib=2048)).task_id
    await ann.tasks.set_priority(f"{array}-1", priority=Priority.URGENT)
    assert await priorities(ann, array) == [(1, 2), (3, 3), (1, 2)]
    answer = await ann.tasks.set_priority(array, f"{array}-1", priority=Priority.URGENT)
    assert (answer.changed, answer.price_change_mcpt) == (2, 2 * CPT)
    assert await priorities(ann, array) == [(3, 3)] * 3
    answer = await ann.tasks.set_priority(array, priority=Priority.URGENT)
    assert (answer.changed, answer.price_change_mcpt) == (0, 0)


async def test_a_preview_changes_nothing(ann: HiveMind, job: Path) -> None:
    array = (await ann.tasks.submit(job, count=2, **TEN_GB)).task_id
    answer = await ann.tasks.set_priority(array, priority=Priority.HIGH, preview=True)
    assert (answer.changed, answer.price_change_mcpt) == (2, 4 * CPT)
    assert await priorities(ann, array) == [(1, 10)] * 2
    assert await held(ann) == 20 * CPT


async def test_all_of_them_or_none(ann: HiveMind, job: Path) -> None:
    """100 CPT: eight at 12 fit, and nine at 12 do not."""
    array = (await ann.tasks.submit(job, count=9, **TEN_GB)).task_id
    work = ann.tasks.set_priority(array, priority=Priority.HIGH)
    assert await refused(work) is Reason.INSUFFICIENT_BALANCE
    assert await priorities(ann, array) == [(1, 10)] * 9
    assert await held(ann) == 90 * CPT
    five = [f"{array}-{index}" for index in range(5)]
    await ann.tasks.set_priority(*five, priority=Priority.HIGH)
    assert await held(ann) == 100 * CPT


async def test_what_waits_is_filed_anew_at_once(
    master: Master, admin: HiveMind, ann: HiveMind, job: Path, tmp_path: Path
) -> None:
    """The last one overtakes; what comes back keeps the age it has."""
    array = (await ann.tasks.submit(job, count=4)).task_id
    await ann.tasks.set_priority(f"{array}-3", priority=Priority.URGENT)
    await ann.tasks.set_priority(f"{array}-0", priority=Priority.HIGH)
    await ann.tasks.set_priority(f"{array}-0", priority=Priority.NORMAL)
    async with hand_node(master, admin, tmp_path, lambda _: Ending()) as node:
        await ann.tasks.wait(array)
        assert [given.array_index for given in node.given] == [3, 0, 1, 2]
    assert {task.state for task in await ann.tasks.wait(array)} == {TaskState.SUCCEEDED}
    assert await held(ann) == 0
    assert (await admin.ledger.verify()).ok


async def test_what_has_started_or_ended_keeps_its_priority(
    master: Master, admin: HiveMind, ann: HiveMind, job: Path, tmp_path: Path
) -> None:
    array = (await ann.tasks.submit(job, count=2)).task_id
    async with hand_node(master, admin, tmp_path, lambda _: Ending()):
        await ann.tasks.wait(array)
    work = ann.tasks.set_priority(array, priority=Priority.HIGH)
    assert await refused(work) is Reason.TASK_ENDED
    waits = (await ann.tasks.submit(job)).task_id
    answer = await ann.tasks.set_priority(array, waits, priority=Priority.HIGH)
    assert (answer.changed, answer.ended, answer.started) == (1, 2, 0)


async def test_a_task_on_a_node_keeps_its_priority(
    master: Master, admin: HiveMind, ann: HiveMind, job: Path, tmp_path: Path
) -> None:
    async with hand_node(master, admin, tmp_path, lambda _: Ending()) as node:
        end = node._end
        answers: list[Reason] = []

        async def ask_first(client: NodeClient, stream: WorkStream, given: pb.Assignment) -> None:
            work = ann.tasks.set_priority(given.task_id, priority=Priority.NORMAL)
            answers.append(await refused(work))
            await end(client, stream, given)

        node._end = ask_first  # type: ignore[method-assign]
        task_id = (await ann.tasks.submit(job, priority=Priority.URGENT, **TEN_GB)).task_id
        await ann.tasks.wait(task_id)
    assert answers == [Reason.TASK_STARTED]
    assert (await ann.tasks.get(task_id)).price_mcpt == 15 * CPT


async def test_whose_it_is_and_what_it_is_called(
    master: Master, admin: HiveMind, ann: HiveMind, job: Path
) -> None:
    await admin.users.create("ben", "another phrase")
    await admin.users.create("olga", "a third phrase", Role.OPERATOR)
    task_id = (await ann.tasks.submit(job, **TEN_GB)).task_id
    async with signed_in(master, "ben", "another phrase") as ben:
        for name in (task_id, f"{task_id}-0"):
            work = ben.tasks.set_priority(name, priority=Priority.HIGH)
            assert await refused(work) is Reason.TASK_NOT_FOUND
        own = (await ben.tasks.submit(job)).task_id
        work = ben.tasks.set_priority(own, task_id, priority=Priority.HIGH)
        assert await refused(work) is Reason.TASK_NOT_FOUND
        assert (await ben.tasks.get(own)).priority == Priority.NORMAL
    async with signed_in(master, "olga", "a third phrase") as olga:
        answer = await olga.tasks.set_priority(own, task_id, priority=Priority.HIGH)
        assert (answer.changed, answer.users) == (2, 2)
    assert await held(ann) == 12 * CPT
    work = ann.tasks.set_priority("what?", priority=Priority.HIGH)
    assert await refused(work) is Reason.BAD_ID
    assert await refused(ann.tasks.set_priority(priority=Priority.HIGH)) is Reason.INVALID_FIELD


async def test_a_retry_has_the_priority_that_it_had_last(ann: HiveMind, job: Path) -> None:
    task_id = (await ann.tasks.submit(job, **TEN_GB)).task_id
    await ann.tasks.set_priority(task_id, priority=Priority.HIGH)
    await ann.tasks.cancel(task_id)
    again = await ann.tasks.retry(task_id)
    assert again.price_mcpt == 12 * CPT
    assert (await ann.tasks.get(again.task_id)).priority == Priority.HIGH


async def test_it_survives_a_restart_of_the_master(tmp_path: Path, job: Path) -> None:
    settings = settings_in(tmp_path / "data")
    async with serving(settings) as master, signed_in(master) as admin:
        array = (await admin.tasks.submit(job, count=3)).task_id
        await admin.tasks.set_priority(f"{array}-2", priority=Priority.URGENT)
    clock = SystemClock()
    master = Master(settings, clock, SystemIds(clock))
    await master.start()
    try:
        async with (
            signed_in(master) as admin,
            hand_node(master, admin, tmp_path, lambda _: Ending()) as node,
        ):
            await admin.tasks.wait(array)
            assert [given.array_index for given in node.given] == [2, 0, 1]
    finally:
        await master.stop()


async def test_a_request_repeated_is_answered_as_before(ann: HiveMind, job: Path) -> None:
    task_id = (await ann.tasks.submit(job, **TEN_GB)).task_id
    request = pb.SetTaskPriorityRequest(
        request_id="once", task_ids=[task_id], priority=pb.PRIORITY_URGENT
    )
    answers = [await ann.tasks._calls.ask(SET_TASK_PRIORITY, request) for _ in range(2)]
    assert answers[0] == answers[1]
    assert await held(ann) == 15 * CPT


@pytest.mark.parametrize("beyond", [0, 1])
async def test_beyond_the_window_in_memory(
    master: Master,
    admin: HiveMind,
    ann: HiveMind,
    job: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    beyond: int,
) -> None:
    """Tasks that only the store knows of move as well, and none is lost or doubled."""
    monkeypatch.setattr("app.master.scheduling.windows.WINDOW_MAX", 3)
    monkeypatch.setattr("app.master.scheduling.windows.WINDOW_LOW", 1)
    array = (await ann.tasks.submit(job, count=8)).task_id
    moved = [f"{array}-{index}" for index in (range(4, 8) if beyond else range(8))]
    await ann.tasks.set_priority(*moved, priority=Priority.URGENT)
    async with hand_node(master, admin, tmp_path, lambda _: Ending()) as node:
        await ann.tasks.wait(array)
        order = [given.array_index for given in node.given]
    assert sorted(order) == list(range(8))
    assert order[:3] == ([4, 5, 6] if beyond else [0, 1, 2])


async def test_a_cancellation_at_the_same_time_leaves_nothing_behind(
    master: Master, ann: HiveMind, job: Path
) -> None:
    """Whichever comes first: what is cancelled does not come back into the queue."""
    for _ in range(20):
        # No node has such a disk: it waits for ever.
        array = (await ann.tasks.submit(job, count=3, disk_mib=2**29)).task_id
        await asyncio.gather(
            ann.tasks.set_priority(array, priority=Priority.HIGH),
            ann.tasks.cancel(array),
            ann.tasks.set_priority(array, priority=Priority.URGENT),
            return_exceptions=True,
        )
        states = {task.state async for task in ann.tasks.iterate(array_id=array)}
        assert states == {TaskState.CANCELLED}
    assert master._scheduling is not None
    assert len(master._scheduling.cluster.queue) == 0
    assert await held(ann) == 0
