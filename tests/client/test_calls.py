import asyncio

import pytest

from app.client.address import MasterAddress
from app.client.api import open_pool
from app.client.backoff import Patience
from app.client.session import MemoryTokens
from app.common.errors import HiveMindError, Reason
from tests.client.fake_pool import Lost
from tests.sources import ManualClock, SeededIds


async def test_a_lost_answer_is_asked_again_with_the_same_request_id(pool, fake):
    fake.lost["Transfer"] = Lost(2, after=True)
    paid = await pool.ledger.transfer("bob", 1000)
    asked = [request for name, request in fake.asked if name == "Transfer"]
    assert len(asked) == 3
    assert len({request.request_id for request in asked}) == 1
    assert len(fake.first_answers) == 1
    assert paid.transfer_id == next(iter(fake.first_answers.values()))[1].transfer_id


async def test_two_calls_have_two_request_ids(pool, fake):
    first = await pool.ledger.transfer("bob", 1000)
    second = await pool.ledger.transfer("bob", 1000)
    assert first.transfer_id != second.transfer_id
    again = [await pool.ledger.transfer("bob", 1000, request_id="mine") for _ in range(2)]
    assert again[0].transfer_id == again[1].transfer_id


async def test_a_read_is_tried_again_while_the_master_restarts(pool, fake):
    await fake.stop()
    asking = asyncio.create_task(pool.ledger.balance())
    await asyncio.sleep(0.3)
    assert not asking.done()
    await fake.start()
    assert (await asking).available_mcpt == 87_500


async def test_patience_ends(fake):
    clock = ManualClock()

    async def lost_after_a_while(_request):
        clock.advance(0.2)
        raise HiveMindError(Reason.MASTER_UNREACHABLE)

    fake.answers["GetBalance"] = lost_after_a_while
    address = MasterAddress.parse(fake.address)
    async with open_pool(
        address, fake.authority.ca_pem, MemoryTokens(), clock=clock, patience_seconds=0.5
    ) as pool:
        await pool.sign_in("ann", "right")
        with pytest.raises(HiveMindError) as refusal:
            await pool.ledger.balance()
        assert refusal.value.reason is Reason.MASTER_UNREACHABLE
        assert fake.count("GetBalance") == 2


async def test_a_refusal_is_not_tried_again(pool, fake):
    async def refuse(_request):
        raise HiveMindError(Reason.TASK_NOT_FOUND)

    fake.answers["GetTask"] = refuse
    with pytest.raises(HiveMindError):
        await pool.tasks.get("none")
    assert fake.count("GetTask") == 1


async def test_waits_grow_are_spread_and_stop_at_the_cap(monkeypatch):
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    monkeypatch.setattr("app.client.backoff.asyncio.sleep", sleep)
    patience = Patience(ManualClock(), SeededIds(1), 1000.0)
    for _ in range(8):
        await patience.pause(HiveMindError(Reason.MASTER_UNREACHABLE))
    caps = [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0]
    assert all(cap / 2 <= each <= cap for each, cap in zip(slept, caps, strict=True))
    assert len(set(slept)) == len(slept)
    patience.progressed()
    await patience.pause(HiveMindError(Reason.OVERLOADED))
    assert slept[-1] <= 0.2
    with pytest.raises(HiveMindError):
        await patience.pause(HiveMindError(Reason.CERTIFICATE_MISMATCH))
