"""Making and changing users, and the first admin."""

import asyncio

import pytest

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import Role
from app.master.identity.users import UserChange, named
from tests.identity_world import PASSWORD, identity_world


async def reason_of(awaitable):
    with pytest.raises(HiveMindError) as caught:
        await awaitable
    return caught.value.reason


async def register(world, name, setup_code="", password=PASSWORD):
    users = world.parts.users
    candidate = await users.candidate(name, password)
    made = await world.writer.run(lambda tx: users.register(tx, candidate, setup_code))
    users.created(made.user.role)
    return made


async def update(world, name, **changes):
    users = world.parts.users
    return await world.writer.run(
        lambda tx: users.update(tx, named(tx, name), UserChange(**changes))
    )


async def test_a_registered_user_has_an_account_with_the_grant(world):
    made = await register(world, "ann")
    assert (made.user.role, made.granted_mcpt) == (Role.USER, 100_000)
    balance = await world.parts.ledger.balance(made.user.id)
    assert balance.available_mcpt == 100_000
    assert (await world.parts.audit.verify()).ok


async def test_names_are_taken_in_any_case_and_nothing_is_left_of_the_refused(world):
    await register(world, "Ann")
    assert await reason_of(register(world, "ANN")) is Reason.USER_EXISTS
    assert len(await world.parts.users.page(0, 10)) == 1
    totals = await world.parts.audit.count()
    assert totals == 1


async def test_of_many_who_want_one_name_at_once_one_gets_it(world):
    users = world.parts.users
    candidate = await users.candidate("ann", PASSWORD)
    answers = await asyncio.gather(
        *(world.writer.run(lambda tx: users.register(tx, candidate)) for _ in range(50)),
        return_exceptions=True,
    )
    reasons = [answer.reason for answer in answers if isinstance(answer, HiveMindError)]
    assert reasons == [Reason.USER_EXISTS] * 49


async def test_the_setup_code_makes_the_first_admin_once(world):
    code = world.parts.setup_code
    assert world.parts.users.setup_needed
    made = await register(world, "ann", code.upper())
    assert made.user.role is Role.ADMIN
    assert not world.parts.users.setup_needed
    assert await reason_of(register(world, "bob", code)) is Reason.BAD_SETUP_CODE


@pytest.mark.parametrize("code", ["wrong", "00000-00000-00000-00000", "x" * 10**6, "-----"])
async def test_a_wrong_setup_code_makes_nobody(world, code):
    assert await reason_of(register(world, "ann", code)) is Reason.BAD_SETUP_CODE
    assert await reason_of(world.parts.users.by_name("ann")) is Reason.USER_NOT_FOUND


async def test_each_start_without_an_admin_shows_a_new_code(tmp_path):
    async with identity_world(tmp_path) as world:
        first = world.parts.setup_code
        clock = world.clock
    async with identity_world(tmp_path, clock) as world:
        assert await reason_of(register(world, "ann", first)) is Reason.BAD_SETUP_CODE
        await register(world, "ann", world.parts.setup_code)
    async with identity_world(tmp_path, clock) as world:
        assert world.parts.setup_code is None
        assert not world.parts.users.setup_needed


async def test_a_closed_pool_takes_nobody_but_its_first_admin(tmp_path):
    async with identity_world(tmp_path, registration_open=False) as world:
        assert await reason_of(register(world, "ann")) is Reason.REGISTRATION_CLOSED
        assert (await register(world, "ann", world.parts.setup_code)).user.role is Role.ADMIN
        assert not world.parts.users.registration_open


async def test_who_owns_the_files_may_make_an_admin(world):
    made = await world.parts.users.create_admin("root-of-all", PASSWORD)
    assert made.role is Role.ADMIN
    assert not world.parts.users.setup_needed
    again = world.parts.users.create_admin("root-of-all", PASSWORD)
    assert await reason_of(again) is Reason.USER_EXISTS


@pytest.mark.parametrize("changes", [{"disabled": True}, {"role": Role.USER}])
async def test_the_last_admin_stays(world, changes):
    await world.user("ann", Role.ADMIN)
    assert await reason_of(update(world, "ann", **changes)) is Reason.LAST_ADMIN
    assert (await world.parts.users.by_name("ann")).role is Role.ADMIN
    await world.user("bob", Role.ADMIN)
    await update(world, "ann", **changes)
    assert await reason_of(update(world, "bob", **changes)) is Reason.LAST_ADMIN


async def test_two_admins_who_drop_each_other_at_once_leave_one(world):
    await world.user("ann", Role.ADMIN)
    await world.user("bob", Role.ADMIN)
    answers = await asyncio.gather(
        update(world, "ann", disabled=True),
        update(world, "bob", role=Role.USER),
        return_exceptions=True,
    )
    assert [a.reason for a in answers if isinstance(a, HiveMindError)] == [Reason.LAST_ADMIN]


async def test_a_disabled_admin_does_not_count(world):
    await world.user("ann", Role.ADMIN)
    await world.user("bob", Role.ADMIN)
    await update(world, "bob", disabled=True)
    assert await reason_of(update(world, "ann", role=Role.USER)) is Reason.LAST_ADMIN
