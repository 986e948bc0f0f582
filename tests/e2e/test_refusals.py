"""Bad input gets its reason code and changes nothing."""

import asyncio
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.client.api import HiveMind
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import NodeState, TaskState
from app.master.master import Master
from tests.e2e.conftest import PASSWORD, serving, settings_in, signed_in

CPT = 1000


async def refused(work: Any) -> Reason:
    with pytest.raises(HiveMindError) as caught:
        await work
    assert caught.value.message
    return caught.value.reason


async def test_transfers_that_are_not_allowed_move_nothing(admin: HiveMind, ann: HiveMind) -> None:
    cases = {
        Reason.TRANSFER_TO_SELF: ("ann", 5),
        Reason.USER_NOT_FOUND: ("nobody", 5),
        Reason.INSUFFICIENT_BALANCE: ("admin", 100 * CPT + 1),
        Reason.AMOUNT_TOO_LARGE: ("admin", 10**17),
    }
    for reason, (to, amount_mcpt) in cases.items():
        assert await refused(ann.ledger.transfer(to, amount_mcpt)) is reason
    for amount_mcpt in (0, -5):
        work = ann.ledger.transfer("admin", amount_mcpt)
        assert await refused(work) is Reason.AMOUNT_NOT_POSITIVE
    balance = await ann.ledger.balance()
    assert (balance.balance_mcpt, balance.held_mcpt) == (100 * CPT, 0)
    summary = await admin.ledger.summary()
    assert summary.total_mcpt == 0


async def test_a_price_above_the_balance_is_refused_whole(ann: HiveMind, job: Path) -> None:
    """An array is held for as a whole or not at all."""
    assert await refused(ann.tasks.submit(job, count=101)) is Reason.INSUFFICIENT_BALANCE
    assert [task async for task in ann.tasks.iterate()] == []
    assert (await ann.ledger.balance()).held_mcpt == 0
    submitted = await ann.tasks.submit(job, count=100)
    assert submitted.price_mcpt == 100 * CPT
    assert (await ann.ledger.balance()).available_mcpt == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "x" * 201},
        {"memory_mib": 2**50},
        {"cpu_millicores": 2**31},
        {"count": 10_001},
        {"environment": {"HIVEMIND_TASK_ID": "forged"}},
        {"environment": {"not a name": "x"}},
        {"run_seconds_max": 2**31},
        {"image": "../../etc"},
        {"location": "Europe/germany"},
        {"command": ["a\0b"]},
    ],
    ids=lambda fields: next(iter(fields)),
)
async def test_absurd_fields_are_refused(ann: HiveMind, job: Path, fields: dict[str, Any]) -> None:
    assert await refused(ann.tasks.submit(job, **fields)) is Reason.INVALID_FIELD
    assert (await ann.ledger.balance()).held_mcpt == 0


async def test_what_no_node_can_run_waits_and_says_why(ann: HiveMind, job: Path) -> None:
    work = ann.tasks.submit(job, memory_mib=64 * 1024, require_feasible=True)
    assert await refused(work) is Reason.NOT_FEASIBLE
    submitted = await ann.tasks.submit(job, memory_mib=64 * 1024)
    why = await ann.tasks.why(submitted.task_id)
    assert why.state == TaskState.QUEUED
    assert why.nodes_feasible == 0
    assert why.summary == "No node has joined the pool yet."
    await ann.tasks.cancel(submitted.task_id)
    assert (await ann.ledger.balance()).available_mcpt == 100 * CPT


async def test_another_users_task_does_not_exist(
    admin: HiveMind, ann: HiveMind, master: Master, job: Path
) -> None:
    await admin.users.create("bob", "another unlikely phrase")
    submitted = await ann.tasks.submit(job)
    async with signed_in(master, "bob", "another unlikely phrase") as bob:
        task_id = submitted.task_id
        calls: list[Callable[[str], Any]] = [
            bob.tasks.get,
            bob.tasks.cancel,
            bob.tasks.retry,
            bob.tasks.why,
            bob.tasks.delete_result,
        ]
        for call in calls:
            assert await refused(call(task_id)) is Reason.TASK_NOT_FOUND
        for unknown in ("0" * 26, task_id + "-0"):
            assert await refused(bob.tasks.get(unknown)) is Reason.TASK_NOT_FOUND
        assert await refused(bob.tasks.get("../etc/passwd")) is Reason.BAD_ID
    assert (await ann.tasks.get(submitted.task_id)).state == TaskState.QUEUED


async def test_an_ended_task_is_not_cancelled_twice(ann: HiveMind, job: Path) -> None:
    submitted = await ann.tasks.submit(job)
    assert await ann.tasks.cancel(submitted.task_id) == 1
    assert await refused(ann.tasks.cancel(submitted.task_id)) is Reason.TASK_ENDED
    again = await ann.tasks.retry(submitted.task_id)
    assert again.task_id != submitted.task_id
    assert await refused(ann.tasks.retry(again.task_id)) is Reason.TASK_NOT_ENDED
    assert (await ann.ledger.balance()).held_mcpt == again.price_mcpt


def _zip(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"this is no archive at all", Reason.ARCHIVE_INVALID),
        (_zip("../evil"), Reason.ARCHIVE_UNSAFE_NAME),
        (_zip("/etc/passwd"), Reason.ARCHIVE_UNSAFE_NAME),
        (_zip("run.sh", "RUN.SH"), Reason.ARCHIVE_DUPLICATE_NAME),
        (_zip(*(str(number) for number in range(20_000))), Reason.ARCHIVE_TOO_MANY_ENTRIES),
    ],
    ids=["no-zip", "dots", "absolute", "duplicate", "20000-entries"],
)
async def test_hostile_archives_are_refused(
    ann: HiveMind, tmp_path: Path, data: bytes, reason: Reason
) -> None:
    path = tmp_path / "hostile.zip"
    path.write_bytes(data)
    assert await refused(ann.tasks.submit(path)) is reason
    assert (await ann.ledger.balance()).held_mcpt == 0


async def test_wrong_passwords_and_names_get_one_answer(master: Master, ann: HiveMind) -> None:
    async def attempt(name: str) -> HiveMindError:
        with pytest.raises(HiveMindError) as caught:
            async with signed_in(master, name, "a wrong password"):
                pass
        return caught.value

    known, unknown = await attempt("ann"), await attempt("nobody-of-that-name")
    assert known.reason is unknown.reason is Reason.BAD_CREDENTIALS
    assert known.message == unknown.message


async def test_a_second_master_on_the_same_data_is_refused(master: Master, tmp_path: Path) -> None:
    async def second() -> None:
        async with serving(settings_in(tmp_path / "data")):
            pass

    assert await refused(second()) is Reason.STORE_LOCKED


async def test_a_second_master_on_the_same_port_is_refused(master: Master, tmp_path: Path) -> None:
    async def second(**changes: object) -> None:
        async with serving(settings_in(tmp_path / "other", **changes)):
            pass

    grpc = second(grpc_server_address=master.grpc_address)
    assert await refused(grpc) is Reason.PORT_IN_USE
    http = second(ui_port=int(master.http_address.rpartition(":")[2]))
    assert await refused(http) is Reason.PORT_IN_USE
    async with asyncio.timeout(10), signed_in(master) as pool:
        assert (await pool.whoami()).username == "admin"


async def test_users_may_not_do_what_operators_do(ann: HiveMind) -> None:
    for work in (
        ann.join_tokens.create(),
        ann.ledger.grant("ann", 5, "for me"),
        ann.ledger.verify(),
        ann.users.create("eve", PASSWORD),
    ):
        assert await refused(work) is Reason.PERMISSION_DENIED
    unknown = ann.nodes.set_state("0" * 26, NodeState.PAUSED)
    assert await refused(unknown) in (Reason.PERMISSION_DENIED, Reason.NODE_NOT_FOUND)
