"""Somebody guesses passwords by the thousand; whoever belongs here still comes in."""

import asyncio
from collections import Counter

import pytest

from app.common.errors import HiveMindError, Reason
from app.master.identity.address_limit import UNSUSPECTED, AddressLimit, too_many_logins
from app.master.identity.origin import Origin, neighbourhood
from app.master.identity.proving import ALL_AT_ONCE_MAX, AT_ONCE_MAX, FEW
from tests.identity_world import PASSWORD, identity_world
from tests.long_forms import long_form

HOME, AWAY = "192.0.2.7", "198.51.100.9"


@pytest.fixture
async def world(tmp_path):
    async with identity_world(tmp_path) as made:
        yield made


def sign_in(world, name, password=PASSWORD, address=HOME, device_token=""):
    origin = Origin(address, "test", device_token)
    return world.parts.sessions.sign_in(name, password, origin)


async def reason_of(awaitable):
    try:
        await awaitable
    except HiveMindError as error:
        return error.reason
    return None


async def test_a_thousand_guesses_at_once_keep_nobody_out(world):
    """10 names, 20 addresses, and every account still opens to its own password."""
    await world.user("ann")
    guesses = [
        asyncio.ensure_future(
            reason_of(sign_in(world, f"user-{number % 10}", "wrong", f"203.0.113.{number % 20}"))
        )
        for number in range(long_form(1_000, 10_000))
    ]
    await asyncio.sleep(0)
    for _ in range(5):
        assert (await sign_in(world, "ann")).user_id
    answers = Counter(await asyncio.gather(*guesses))
    assert set(answers) <= {Reason.BAD_CREDENTIALS, Reason.LOGIN_DELAYED, Reason.OVERLOADED}
    # Five free ones a name at most: all else was refused before it cost anything.
    assert answers[Reason.BAD_CREDENTIALS] <= 5 * 10
    assert (await sign_in(world, "ann")).user_id


async def test_guesses_at_ones_own_name_from_elsewhere_do_not_delay_a_known_device(world):
    await world.user("ann")
    before = await sign_in(world, "ann")
    for _ in range(6):
        await reason_of(sign_in(world, "ann", "wrong", AWAY))
    assert await reason_of(sign_in(world, "ann")) is Reason.LOGIN_DELAYED
    assert (await sign_in(world, "ann", device_token=before.refresh_token)).user_id


async def test_a_device_is_known_though_its_session_is_over_but_to_its_own_user_alone(world):
    await world.user("ann")
    await world.user("bob")
    before = await sign_in(world, "ann")
    world.clock.advance(1)
    again = await world.parts.sessions.refresh(before.refresh_token)
    session = world.parts.sessions._refresh_tokens.read(again.refresh_token)
    await world.parts.sessions.sign_out(session.session_id)
    for name in ("ann", "bob"):
        for _ in range(6):
            await reason_of(sign_in(world, name, "wrong", AWAY))
    assert (await sign_in(world, "ann", device_token=before.refresh_token)).user_id
    refused = reason_of(sign_in(world, "bob", device_token=before.refresh_token))
    assert await refused is Reason.LOGIN_DELAYED


@pytest.mark.parametrize("device_token", ["", "HMR1.x.0.y", "HMR1." + "0" * 26 + ".0." + "A" * 43])
async def test_who_makes_a_device_up_is_a_stranger(world, device_token):
    await world.user("ann")
    for _ in range(6):
        await reason_of(sign_in(world, "ann", "wrong", AWAY))
    refused = reason_of(sign_in(world, "ann", device_token=device_token))
    assert await refused is Reason.LOGIN_DELAYED


async def test_guesses_from_a_stolen_device_are_delayed_too(world):
    await world.user("ann")
    stolen = (await sign_in(world, "ann")).refresh_token
    answers = [await reason_of(sign_in(world, "ann", "wrong", AWAY, stolen)) for _ in range(7)]
    assert answers == [Reason.BAD_CREDENTIALS] * 5 + [Reason.LOGIN_DELAYED] * 2
    assert (await sign_in(world, "ann")).user_id


async def test_an_address_that_guesses_many_names_is_slowed_down(world, monkeypatch):
    monkeypatch.setattr("app.master.identity.address_limit.BURST", 3)
    answers = [
        await reason_of(sign_in(world, f"nobody-{number}", "wrong", AWAY)) for number in range(5)
    ]
    assert answers == [Reason.BAD_CREDENTIALS] * 3 + [Reason.LOGIN_DELAYED] * 2
    await world.user("ann")
    assert (await sign_in(world, "ann")).user_id


async def test_an_address_that_makes_accounts_is_slowed_down(world, monkeypatch):
    monkeypatch.setattr("app.master.identity.address_limit.BURST", 2)
    users = world.parts.users
    for number in range(2):
        await users.applicant(f"name-{number}", PASSWORD, Origin(AWAY))
    assert await reason_of(users.applicant("name-3", PASSWORD, Origin(AWAY))) is Reason.OVERLOADED
    assert await users.applicant("name-3", PASSWORD, Origin(HOME))


async def test_the_delay_of_a_name_does_not_use_up_the_address(world, monkeypatch):
    """Else whoever repeats a delayed login would lock out all behind the same router."""
    await world.user("ann")
    for _ in range(5):
        await reason_of(sign_in(world, "bob", "wrong"))
    for _ in range(200):
        assert await reason_of(sign_in(world, "bob", "wrong")) is Reason.LOGIN_DELAYED
    assert (await sign_in(world, "ann")).user_id


async def test_beyond_so_many_at_once_an_address_is_told_to_come_again(world, monkeypatch):
    """Before anything is looked up for it; others and known devices have places of their own."""
    await world.user("ann")
    before = await sign_in(world, "ann")
    asked = []
    real = world.parts.passwords.verify
    gate = asyncio.Event()

    async def slowly(*arguments):
        asked.append(arguments)
        await gate.wait()
        return await real(*arguments)

    monkeypatch.setattr(world.parts.passwords, "verify", slowly)
    flood = [
        asyncio.ensure_future(reason_of(sign_in(world, f"nobody-{number}", "wrong", AWAY)))
        for number in range(AT_ONCE_MAX + 30)
    ]
    others = [
        asyncio.ensure_future(sign_in(world, "ann")),
        asyncio.ensure_future(sign_in(world, "ann", PASSWORD, AWAY, before.refresh_token)),
    ]
    async with asyncio.timeout(20):
        while len(asked) < AT_ONCE_MAX + 2:  # noqa: ASYNC110 - both are of this loop
            await asyncio.sleep(0)
    gate.set()
    answers = Counter(await asyncio.gather(*flood))
    assert answers[Reason.OVERLOADED] == 30
    assert len(asked) == AT_ONCE_MAX + 2
    assert all(signed_in.user_id for signed_in in await asyncio.gather(*others))
    assert world.parts.sessions._proving._entering == {}


async def test_many_addresses_at_once_leave_a_place_for_one_more(world, monkeypatch):
    """What is beyond the places of all together is refused before it is looked up."""
    await world.user("ann")
    gate, asked = asyncio.Event(), []
    real = world.parts.passwords.verify

    async def slowly(*arguments):
        asked.append(arguments)
        await gate.wait()
        return await real(*arguments)

    monkeypatch.setattr(world.parts.passwords, "verify", slowly)
    flood = [
        asyncio.ensure_future(
            reason_of(sign_in(world, f"nobody-{number}", "wrong", f"198.51.100.{number % 20}"))
        )
        for number in range(400)
    ]
    ann = asyncio.ensure_future(sign_in(world, "ann"))
    async with asyncio.timeout(20):
        while not any(line.name == neighbourhood(HOME) for *_, line in asked):  # noqa: ASYNC110
            await asyncio.sleep(0)
    # Two places for each of twenty, or more that came while there was room.
    assert len(asked) <= ALL_AT_ONCE_MAX + 20 * FEW + 1
    gate.set()
    answers = Counter(await asyncio.gather(*flood))
    assert answers[Reason.OVERLOADED] >= 400 - ALL_AT_ONCE_MAX - 20 * FEW
    assert (await ann).user_id
    assert world.parts.sessions._proving._entered == 0


async def test_an_address_that_guesses_waits_behind_others(world):
    limit = AddressLimit(world.clock, too_many_logins)
    for _ in range(UNSUSPECTED):
        limit.begin(AWAY)
    assert not limit.is_suspect(AWAY)
    limit.begin(AWAY)
    assert limit.is_suspect(AWAY)
    assert not limit.is_suspect(HOME)
    limit.give_back(AWAY)
    assert not limit.is_suspect(AWAY)
    assert not limit.is_suspect("")
