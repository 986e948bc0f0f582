"""A request that comes twice is done once."""

import asyncio

import pytest

from app.common.errors import HiveMindError, Reason
from app.common.invariant import InvariantViolated
from app.common.vocabulary import Role
from app.master.identity.principal import Principal, PrincipalKind
from app.master.rpc import door
from app.master.rpc.idempotency import KEPT_SECONDS, Idempotency
from app.master.store import requests as store
from app.master.store.facts import Fact, get, put
from proto import nodepool_pb2 as pb


def request(request_id="r1", amount_mcpt=5, memo=""):
    return pb.TransferRequest(
        request_id=request_id, to_username="bob", amount_mcpt=amount_mcpt, memo=memo
    )


class Unit:
    """Counts its runs and answers with the count; `refusing` makes it raise."""

    def __init__(self):
        self.runs = 0
        self.refusing = False

    def __call__(self, tx):
        self.runs += 1
        put(tx, Fact.POOL_ID, f"changed {self.runs}")
        if self.refusing:
            raise HiveMindError(Reason.INSUFFICIENT_BALANCE)
        return pb.TransferResponse(transfer_id=f"t{self.runs}", balance_mcpt=self.runs)


@pytest.fixture
def unit():
    return Unit()


@pytest.fixture
def once(world):
    return world.parts.once


@pytest.fixture(autouse=True)
def _as_ann():
    token = door._CALLER.set(Principal(PrincipalKind.USER, "ann-id", "ann", Role.USER, "s1"))
    yield
    door._CALLER.reset(token)


async def reason_of(awaitable):
    with pytest.raises(HiveMindError) as caught:
        await awaitable
    return caught.value.reason


async def test_a_repeat_gets_the_first_answer(once, unit):
    first = await once.run(request(), pb.TransferResponse, unit)
    again = await once.run(request(), pb.TransferResponse, unit)
    assert first == again
    assert unit.runs == 1


async def test_repeats_at_once_are_done_once(once, unit):
    answers = await asyncio.gather(
        *(once.run(request(), pb.TransferResponse, unit) for _ in range(50))
    )
    assert {answer.transfer_id for answer in answers} == {"t1"}
    assert unit.runs == 1


@pytest.mark.parametrize("changed", [{"amount_mcpt": 6}, {"memo": "x"}])
async def test_another_body_under_the_same_id_is_refused(once, unit, changed):
    await once.run(request(), pb.TransferResponse, unit)
    again = once.run(request(**changed), pb.TransferResponse, unit)
    assert await reason_of(again) is Reason.REQUEST_ID_REUSED
    assert unit.runs == 1


async def test_another_call_under_the_same_id_is_refused(once, unit):
    await once.run(request(), pb.TransferResponse, unit)
    other = pb.GrantRequest(request_id="r1", to_username="bob", amount_mcpt=5)
    assert await reason_of(once.run(other, pb.TransferResponse, unit)) is Reason.REQUEST_ID_REUSED


async def test_another_caller_may_use_the_same_id(once, unit):
    await once.run(request(), pb.TransferResponse, unit)
    door._CALLER.set(Principal(PrincipalKind.USER, "bob-id", "bob", Role.USER, "s2"))
    assert (await once.run(request(), pb.TransferResponse, unit)).transfer_id == "t2"


async def test_what_was_refused_changed_nothing_and_may_be_tried_again(world, once, unit):
    before = await world.reader.run(lambda tx: get(tx, Fact.POOL_ID))
    unit.refusing = True
    run = once.run(request(), pb.TransferResponse, unit)
    assert await reason_of(run) is Reason.INSUFFICIENT_BALANCE
    assert await world.reader.run(lambda tx: get(tx, Fact.POOL_ID)) == before
    unit.refusing = False
    assert (await once.run(request(), pb.TransferResponse, unit)).transfer_id == "t2"


@pytest.mark.parametrize(
    ("request_id", "reason"),
    [
        ("", Reason.REQUEST_ID_MISSING),
        ("x" * 65, Reason.INVALID_FIELD),
        ("two words", Reason.INVALID_FIELD),
        ("r1\n", Reason.INVALID_FIELD),
        ("ü", Reason.INVALID_FIELD),
    ],
)
async def test_ids_that_are_none(once, unit, request_id, reason):
    assert await reason_of(once.run(request(request_id), pb.TransferResponse, unit)) is reason
    assert unit.runs == 0


async def test_what_follows_the_commit_follows_the_first_only(once, unit):
    followed = []
    for _ in range(2):
        await once.run(request(), pb.TransferResponse, unit, followed.append)
    assert [answer.transfer_id for answer in followed] == ["t1"]


async def test_what_follows_the_commit_follows_though_the_caller_is_gone(world, once, unit):
    followed = []
    going = asyncio.ensure_future(once.run(request(), pb.TransferResponse, unit, followed.append))
    await asyncio.sleep(0)
    going.cancel()
    await asyncio.gather(going, return_exceptions=True)
    await world.writer.run(lambda tx: None)
    assert [answer.transfer_id for answer in followed] == ["t1"]


async def test_a_question_after_the_answer_costs_no_unit(once, unit):
    assert await once.answered(request(), pb.TransferResponse) is None
    first = await once.run(request(), pb.TransferResponse, unit)
    assert await once.answered(request(), pb.TransferResponse) == first
    other = once.answered(request(amount_mcpt=6), pb.TransferResponse)
    assert await reason_of(other) is Reason.REQUEST_ID_REUSED


async def test_answers_are_forgotten_after_a_week(world, once, unit):
    await once.run(request(), pb.TransferResponse, unit)
    world.clock.advance(KEPT_SECONDS)
    assert await once.forget_old() == 0
    world.clock.advance(1)
    assert await once.forget_old() == 1


async def test_what_is_kept_of_a_password_needs_the_key_to_be_tried(world, unit):
    with_secret = pb.RegisterRequest(request_id="r1", username="ann", password="nine lamps")
    without_key = Idempotency(world.writer, world.clock)
    with pytest.raises(InvariantViolated):
        await without_key.run(with_secret, pb.TransferResponse, unit)
    hashes = set()
    for number, key in enumerate((bytes(32), bytes([1]) * 32)):
        once = Idempotency(world.writer, world.clock, key)
        door._CALLER.set(Principal(PrincipalKind.USER, str(number), "ann", Role.USER))
        await once.run(with_secret, pb.TransferResponse, unit)
        kept = await world.reader.run(lambda tx, n=number: store.find(tx, f"user:{n}", "r1"))
        hashes.add(kept.body_hash)
    assert len(hashes) == 2
