"""The ledger by the wire, over TLS: who may see what, and what bad input is told."""

import itertools

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from app.client.errors import to_error
from app.common.errors import Reason
from app.common.vocabulary import Role
from app.master.rpc.ledger_service import LedgerServicer
from app.master.rpc.user_service import UserServicer
from proto import nodepool_pb2 as pb
from proto import nodepool_pb2_grpc as pb_grpc
from tests.identity_world import channel_to, served

GRANT_MCPT = 100_000


class Wire:
    """The stubs, the callers' metadata by name, and requests."""

    def __init__(self, world, channel):
        self.world = world
        self.ledger = pb_grpc.LedgerServiceStub(channel)
        self.users = pb_grpc.UserServiceStub(channel)
        self.callers = {}
        self._numbers = itertools.count()

    async def join(self, name, role=Role.USER):
        token = await self.world.token_of(name, role)
        self.callers[name] = [("authorization", f"Bearer {token}")]

    @property
    def request_id(self):
        return f"request-{next(self._numbers)}"

    def list(self, who, **fields):
        request = pb.ListTransfersRequest(**fields)
        return self.ledger.ListTransfers(request, metadata=self.callers[who])

    def grant(self, who, to, amount, **fields):
        fields.setdefault("request_id", self.request_id)
        request = pb.GrantRequest(to_username=to, amount_mcpt=amount, **fields)
        return self.ledger.Grant(request, metadata=self.callers[who])

    def pay(self, who, to, amount, memo=""):
        request = pb.TransferRequest(
            request_id=self.request_id, to_username=to, amount_mcpt=amount, memo=memo
        )
        return self.users.Transfer(request, metadata=self.callers[who])


@pytest.fixture
async def wire(world):
    parts = world.parts
    services = [
        (
            pb_grpc.add_LedgerServiceServicer_to_server,
            LedgerServicer(parts.ledger, parts.audit, parts.reader, parts.once),
        ),
        (
            pb_grpc.add_UserServiceServicer_to_server,
            UserServicer(parts.users, parts.sessions, parts.ledger, parts.once),
        ),
    ]
    async with (
        served(world, services) as address,
        channel_to(world, address) as channel,
    ):
        made = Wire(world, channel)
        await made.join("ann")
        await made.join("ben")
        await made.join("auditor", Role.AUDITOR)
        await made.join("root", Role.ADMIN)
        yield made


async def reason(call):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return to_error(caught.value).reason


async def test_a_user_sees_the_own_transfers_with_names_and_balances(wire):
    await wire.pay("ann", "Ben", 2500, "lunch")
    answer = await wire.list("ann")
    payment, grant = answer.transfers
    assert (getattr(payment, "from"), payment.to, payment.amount_mcpt) == ("ann", "ben", 2500)
    assert (payment.kind, payment.memo) == (pb.TRANSFER_KIND_PAYMENT, "lunch")
    assert payment.balance_after_mcpt == GRANT_MCPT - 2500
    assert payment.at.ToMicroseconds() == wire.world.clock.now_us()
    assert len(bytes.fromhex(payment.hash)) == 32
    assert (getattr(grant, "from"), grant.kind) == ("treasury", pb.TRANSFER_KIND_GRANT)
    assert answer.next_page_token == ""
    assert (await wire.list("ann", username="ANN")).transfers == answer.transfers


async def test_another_ones_history_needs_the_right_to_see_the_ledger(wire):
    assert await reason(wire.list("ann", username="ben")) is Reason.PERMISSION_DENIED
    assert await reason(wire.list("ann", all_users=True)) is Reason.PERMISSION_DENIED
    # Whether a name exists is nobody's business either.
    assert await reason(wire.list("ann", username="nobody")) is Reason.PERMISSION_DENIED
    assert [t.to for t in (await wire.list("auditor", username="ben")).transfers] == ["ben"]
    everything = (await wire.list("auditor", all_users=True)).transfers
    assert [t.to for t in everything] == ["root", "auditor", "ben", "ann"]
    assert await reason(wire.list("auditor", username="nobody")) is Reason.USER_NOT_FOUND


async def test_pages(wire):
    for amount in range(1, 6):
        await wire.pay("ann", "ben", amount)
    first = await wire.list("ann", page_size=4)
    second = await wire.list("ann", page_size=4, page_token=first.next_page_token)
    amounts = [t.amount_mcpt for t in (*first.transfers, *second.transfers)]
    assert amounts == [5, 4, 3, 2, 1, GRANT_MCPT]
    assert second.next_page_token == ""


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"page_token": "mine"}, Reason.BAD_PAGE_TOKEN),
        ({"kinds": [99]}, Reason.INVALID_FIELD),
        ({"kinds": [0]}, Reason.INVALID_FIELD),
        ({"since": Timestamp(seconds=-1)}, Reason.INVALID_FIELD),
        ({"until": Timestamp(seconds=2**62)}, Reason.INVALID_FIELD),
        ({"task_id": "a\0b"}, Reason.INVALID_FIELD),
    ],
)
async def test_bad_input_is_told(wire, fields, expected):
    assert await reason(wire.list("ann", **fields)) is expected


async def test_filters_reach_the_ledger(wire):
    await wire.pay("ann", "ben", 5)
    kinds = [pb.TRANSFER_KIND_PAYMENT]
    assert [t.amount_mcpt for t in (await wire.list("ann", kinds=kinds)).transfers] == [5]
    future = Timestamp(seconds=4_000_000_000)
    assert not (await wire.list("ann", since=future)).transfers
    assert len((await wire.list("ann", until=future)).transfers) == 2
    assert not (await wire.list("ann", task_id="none")).transfers


async def test_an_admin_grants_once_for_each_request(wire):
    made = await wire.grant("root", "ann", 500, request_id="again", reason="prize")
    repeat = await wire.grant("root", "ann", 500, request_id="again", reason="prize")
    assert made == repeat
    assert made.balance_mcpt == GRANT_MCPT + 500
    newest = (await wire.list("ann")).transfers[0]
    assert (newest.transfer_id, newest.memo) == (made.transfer_id, "prize")
    other = wire.grant("root", "ann", 501, request_id="again", reason="prize")
    assert await reason(other) is Reason.REQUEST_ID_REUSED


@pytest.mark.parametrize(
    ("to", "amount", "fields", "expected"),
    [
        ("ann", 0, {}, Reason.AMOUNT_NOT_POSITIVE),
        ("ann", -(2**63), {}, Reason.AMOUNT_NOT_POSITIVE),
        ("ann", 2**63 - 1, {}, Reason.AMOUNT_TOO_LARGE),
        ("nobody", 5, {}, Reason.USER_NOT_FOUND),
        ("", 5, {}, Reason.USER_NOT_FOUND),
        ("treasury", 5, {}, Reason.USER_NOT_FOUND),
        ("ann", 5, {"reason": "x" * 201}, Reason.INVALID_FIELD),
        ("ann", 5, {"reason": "a\nb"}, Reason.INVALID_FIELD),
        ("ann", 5, {"request_id": ""}, Reason.REQUEST_ID_MISSING),
    ],
)
async def test_a_grant_that_cannot_be(wire, to, amount, fields, expected):
    assert await reason(wire.grant("root", to, amount, **fields)) is expected


async def test_only_an_admin_grants(wire):
    for who in ("ann", "auditor"):
        assert await reason(wire.grant(who, "ann", 5)) is Reason.PERMISSION_DENIED


async def test_the_summary_adds_up_to_nothing(wire):
    request = pb.LedgerSummaryRequest()
    answer = await wire.ledger.GetSummary(request, metadata=wire.callers["auditor"])
    balances = {account.name: account.balance_mcpt for account in answer.accounts}
    assert balances["users"] == -balances["treasury"] == 4 * GRANT_MCPT
    assert (answer.total_mcpt, answer.held_mcpt, answer.transfers) == (0, 0, 4)
    call = wire.ledger.GetSummary(request, metadata=wire.callers["ann"])
    assert await reason(call) is Reason.PERMISSION_DENIED


async def test_an_auditor_verifies(wire):
    answer = await wire.ledger.Verify(pb.VerifyLedgerRequest(), metadata=wire.callers["auditor"])
    newest = (await wire.list("auditor", all_users=True)).transfers[0]
    assert (answer.ok, answer.rows, answer.fault) == (True, 4, "")
    assert answer.head_hash == newest.hash

    def tamper(tx):
        tx.exec_driver_sql("DROP TRIGGER transfers_no_update")
        tx.exec_driver_sql("UPDATE transfers SET amount_mcpt = 1 WHERE sequence = 2")

    await wire.world.writer.run(tamper)
    answer = await wire.ledger.Verify(pb.VerifyLedgerRequest(), metadata=wire.callers["auditor"])
    assert (answer.ok, answer.first_bad_sequence) == (False, 2)
    assert "Row 2" in answer.fault
    call = wire.ledger.Verify(pb.VerifyLedgerRequest(), metadata=wire.callers["ann"])
    assert await reason(call) is Reason.PERMISSION_DENIED
