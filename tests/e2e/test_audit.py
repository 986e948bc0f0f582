"""Who did what: written by a whole master, read by those who may, with no secret in it."""

import json
from pathlib import Path

import grpc
import pytest

from app.client.api import HiveMind
from app.client.audit_filter import AuditFilter
from app.client.channel import MasterAddress, open_channel
from app.client.errors import to_error
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import NodeState, Role
from app.master.master import Master
from app.master.settings import Settings
from bench.pool import enrol
from proto import nodepool_pb2 as pb
from tests.e2e.conftest import ADMIN, PASSWORD, serving, settings_in, signed_in

CANARY = "canary-7f3a9c51"


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    return settings_in(tmp_path / "data", database_url=url)


async def acts(pool: HiveMind, **wanted: object) -> list[pb.AuditEvent]:
    """The acts, oldest first."""
    found = [event async for event in pool.audit.iterate(AuditFilter(**wanted))]
    return found[::-1]


def told(events: list[pb.AuditEvent]) -> list[tuple[str, str, str, str]]:
    return [(event.actor_name, event.action, event.target_name, event.result) for event in events]


async def refused(call: object) -> Reason:
    with pytest.raises(HiveMindError) as caught:
        await call  # type: ignore[misc]
    return caught.value.reason


async def test_the_acts_of_a_day(settings: Settings, job: Path) -> None:
    async with serving(settings) as master, signed_in(master) as admin:
        await admin.users.create("ann", "an unlikely phrase")
        async with signed_in(master, "ann", "an unlikely phrase") as ann:
            submitted = await ann.tasks.submit(job, name="nightly")
            await ann.tasks.cancel(submitted.task_id)
            await ann.ledger.transfer(ADMIN, 1500, "lunch")
            assert await refused(ann.users.create("eve", "another phrase")) is (
                Reason.PERMISSION_DENIED
            )
            assert await refused(ann.ledger.transfer(ADMIN, 10**9)) is Reason.INSUFFICIENT_BALANCE
            await ann.sign_out()
        events = await acts(admin)
        task = f"task:{submitted.task_id}"
        assert told(events) == [
            ("master", "Master/CreateFirstAdmin", ADMIN, "OK"),
            (ADMIN, "UserService/Login", ADMIN, "OK"),
            (ADMIN, "AdminService/CreateUser", "ann", "OK"),
            ("ann", "UserService/Login", "ann", "OK"),
            ("ann", "MasterNodeService/UploadTask", "", "OK"),
            ("ann", "MasterNodeService/CancelTask", "", "OK"),
            ("ann", "UserService/Transfer", ADMIN, "OK"),
            ("ann", "AdminService/CreateUser", "", "PERMISSION_DENIED"),
            ("ann", "UserService/Transfer", ADMIN, "INSUFFICIENT_BALANCE"),
            ("ann", "SessionService/SignOut", "", "OK"),
        ]
        assert [event.target for event in events[4:6]] == [task, task]
        assert dict(events[4].details) == {"name": "nightly"}
        assert dict(events[6].details) == {"amount_mcpt": "1500"}
        assert {event.peer for event in events[1:]} == {"127.0.0.1"}
        assert [event.sequence for event in events] == list(range(1, 11))
        assert [each.action for each in await acts(admin, target=submitted.task_id)] == [
            "MasterNodeService/UploadTask",
            "MasterNodeService/CancelTask",
        ]
        found = await admin.audit.verify()
        assert (found.ok, found.rows, found.head_hash) == (True, 10, events[-1].hash)


async def test_it_outlives_the_master_and_goes_on(settings: Settings) -> None:
    async with serving(settings) as master, signed_in(master) as admin:
        for _ in range(3):
            assert await refused(admin.sign_in("nobody-such", "x")) is Reason.BAD_CREDENTIALS
        noted = await admin.audit.verify()
    async with serving(settings) as master, signed_in(master) as admin:
        events = await acts(admin, refused=True)
        # The second row is the count, written as the master stopped.
        assert [event.times for event in events] == [1, 2]
        assert (await admin.audit.verify(noted.rows, noted.head_hash)).ok


async def test_a_repeat_is_no_second_act(master: Master, admin: HiveMind) -> None:
    await admin.users.create("ann", "an unlikely phrase")
    for _ in range(3):
        await admin.ledger.transfer("ann", 1000, request_id="the-same")
    assert len(await acts(admin, actions=["UserService/Transfer"])) == 1


async def test_only_auditor_and_admin_read_it(master: Master, admin: HiveMind) -> None:
    for role in (Role.USER, Role.WORKER, Role.OPERATOR, Role.AUDITOR):
        await admin.users.create(f"the-{role.label}", "an unlikely phrase", role)
        async with signed_in(master, f"the-{role.label}", "an unlikely phrase") as pool:
            if role is Role.AUDITOR:
                assert await acts(pool)
                assert (await pool.audit.verify()).ok
                continue
            assert await refused(pool.audit.page()) is Reason.PERMISSION_DENIED
            assert await refused(pool.audit.verify()) is Reason.PERMISSION_DENIED
    refusals = await acts(admin, results=["PERMISSION_DENIED"])
    assert {(event.actor_name, event.action) for event in refusals} == {
        (f"the-{who}", f"AuditService/{call}")
        for who in ("user", "worker", "operator")
        for call in ("ListAuditEvents", "VerifyAudit")
    }


async def test_calls_without_a_proof_are_told_and_routine_is_not(
    master: Master, admin: HiveMind
) -> None:
    info = await admin.info()
    channel = open_channel(
        MasterAddress.parse(master.grpc_address), info.ca_certificate_pem.encode()
    )
    async with channel:
        call = channel.unary_unary(
            "/nodepool.AdminService/ListUsers",
            request_serializer=pb.ListUsersRequest.SerializeToString,
            response_deserializer=pb.ListUsersResponse.FromString,
        )
        for _ in range(20):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await call(pb.ListUsersRequest(), metadata=[("authorization", "Bearer junk")])
            assert to_error(caught.value).reason is Reason.UNAUTHENTICATED
    await admin.users.page()
    await admin.ledger.balance()
    events = await acts(admin)
    assert told(events)[-1] == ("", "AdminService/ListUsers", "", "UNAUTHENTICATED")
    assert len(events) == 3


async def test_nodes_join_are_steered_and_work_unheard(master: Master, admin: HiveMind) -> None:
    ready = {"grpc_address": master.grpc_address}
    (identity,) = await enrol(admin, ready, 1)
    await admin.nodes.set_state(identity.node_id, NodeState.PAUSED, "too hot")
    events = await acts(admin, target=identity.node_id)
    assert [(each.actor, each.action) for each in events] == [
        (f"node:{identity.node_id}", "NodeManagerService/RegisterNode"),
        (events[1].actor, "NodeService/SetNodeState"),
    ]
    assert dict(events[1].details) == {"state": "NODE_STATE_PAUSED", "reason": "too hot"}
    assert events[1].target_name == events[0].actor_name != ""


async def test_no_secret_is_in_the_audit_log(tmp_path: Path) -> None:
    """Passwords typed where they belong, and where they do not."""
    settings = settings_in(tmp_path / "data")
    async with serving(settings) as master, signed_in(master) as admin:
        await admin.users.create("ann", f"{CANARY} one")
        await admin.users.set_password("ann", f"{CANARY} two")
        async with signed_in(master, "ann", f"{CANARY} two") as ann:
            await ann.change_password(f"{CANARY} two", f"{CANARY} three")
            assert await refused(ann.change_password(f"{CANARY} x", "y" * 12)) is (
                Reason.BAD_CREDENTIALS
            )
        wrong = [("ann", f"{CANARY} wrong"), (f"{CANARY} three", "ann"), (CANARY, CANARY)]
        for name, password in wrong:
            assert await refused(admin.sign_in(name, password)) is Reason.BAD_CREDENTIALS
        await refused(admin.register(CANARY, CANARY, CANARY))
        token = await admin.join_tokens.create()
        await refused(admin.join_tokens.revoke(token.token))
        await refused(admin.nodes.get(CANARY))
        await refused(admin.nodes.set_state(CANARY, NodeState.PAUSED))
        await refused(admin.users.set_password(CANARY, CANARY))
        await refused(admin.tasks.cancel(CANARY))
        events = await acts(admin)
        whole = json.dumps([str(event) for event in events])
        assert len(events) > 10
        assert CANARY not in whole
        assert token.token.rpartition("-")[2] not in whole
        assert PASSWORD not in whole
        assert "(set)" in whole
    kept = (tmp_path / "data" / "pool.sqlite3").read_bytes()
    assert CANARY.encode() not in kept
