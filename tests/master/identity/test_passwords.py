"""Hashing, a few at a time."""

import asyncio

import pytest
from argon2 import PasswordHasher, extract_parameters

from app.common.errors import HiveMindError, Reason
from app.master.identity.passwords import Argon2Parameters, Passwords, Verdict
from tests.sources import SeededIds

CHEAP = Argon2Parameters(memory_kib=64, passes=1)


@pytest.fixture
async def passwords():
    made = Passwords(SeededIds(), workers=2, parameters=CHEAP)
    yield made
    await made.stop()


async def test_right_and_wrong(passwords):
    hashed = await passwords.hash("correct horse")
    assert await passwords.verify(hashed, "correct horse") is Verdict.RIGHT
    assert await passwords.verify(hashed, "correct horsf") is Verdict.WRONG


async def test_the_same_password_hashes_differently_each_time(passwords):
    assert await passwords.hash("correct horse") != await passwords.hash("correct horse")


async def test_nobodys_password_is_never_right(passwords):
    assert await passwords.verify(None, "correct horse") is Verdict.WRONG


async def test_an_unknown_users_password_costs_a_whole_hash_too(passwords, monkeypatch):
    costs = []
    real = PasswordHasher.verify

    def verify(self, hashed, password):
        costs.append(extract_parameters(hashed))
        return real(self, hashed, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    hashed = await passwords.hash("correct horse")
    await passwords.verify(hashed, "wrong horse")
    await passwords.verify(None, "wrong horse")
    known, unknown = costs
    assert known == unknown
    assert unknown.memory_cost == CHEAP.memory_kib


async def test_a_damaged_hash_is_wrong_and_no_error(passwords):
    assert await passwords.verify("damaged", "correct horse") is Verdict.WRONG


async def test_a_hash_of_other_parameters_is_to_be_renewed(passwords):
    older = Passwords(SeededIds(1), 1, Argon2Parameters(memory_kib=32, passes=1))
    hashed = await older.hash("correct horse")
    await older.stop()
    assert await passwords.verify(hashed, "correct horse") is Verdict.RIGHT_BUT_OLD


async def test_the_default_is_owasps_floor():
    passwords = Passwords(SeededIds(), workers=1)
    hashed = await passwords.hash("correct horse")
    await passwords.stop()
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_a_flood_is_refused_and_then_over():
    passwords = Passwords(SeededIds(), workers=1, parameters=CHEAP, queue_max=2)
    answers = await asyncio.gather(
        *(passwords.hash("correct horse") for _ in range(50)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, HiveMindError)]
    assert {error.reason for error in refused} == {Reason.OVERLOADED}
    assert len(answers) - len(refused) == 3
    assert await passwords.hash("correct horse")
    await passwords.stop()


async def test_those_who_go_away_leave_their_place_when_the_work_is_done():
    passwords = Passwords(SeededIds(), workers=1, parameters=CHEAP, queue_max=0)
    gone = asyncio.ensure_future(passwords.hash("correct horse"))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(HiveMindError):
        await passwords.hash("correct horse")
    async with asyncio.timeout(20):
        while True:
            try:
                await passwords.hash("correct horse")
                break
            except HiveMindError:
                await asyncio.sleep(0.01)
    await passwords.stop()
