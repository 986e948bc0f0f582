"""A forgotten password is set anew by a code: once, in time, by its user alone."""

import pytest

from app.common.errors import HiveMindError, Reason
from app.master.identity.reset_codes import GOOD_FOR_SECONDS
from app.master.store import users as user_store


@pytest.fixture
async def ann(world):
    """Ann as stored."""
    return await world.parts.users.by_id(await world.user("ann"))


async def make(world, user):
    codes = world.parts.reset_codes
    made = await world.writer.run(lambda tx: codes.create(tx, user))
    return codes.text(made.id)


async def use(world, user, code):
    codes = world.parts.reset_codes
    return await world.writer.run(lambda tx: codes.use(tx, user_store.by_id(tx, user.id), code))


async def refusal(awaitable):
    with pytest.raises(HiveMindError) as caught:
        await awaitable
    return caught.value.reason


async def test_a_code_is_good_once_however_it_is_typed(world, ann):
    code = await make(world, ann)
    assert len(code) == 23
    assert (await use(world, ann, f" {code.upper().replace('-', ' ')} ")).id == ann.id
    assert await refusal(use(world, ann, code)) is Reason.BAD_RESET_CODE


async def test_a_newer_code_takes_the_place_of_the_older(world, ann):
    older, newer = await make(world, ann), await make(world, ann)
    assert await refusal(use(world, ann, older)) is Reason.BAD_RESET_CODE
    assert await use(world, ann, newer)


async def test_a_code_is_its_users_alone(world, ann):
    bob = await world.parts.users.by_id(await world.user("bob"))
    code = await make(world, ann)
    assert await refusal(use(world, bob, code)) is Reason.BAD_RESET_CODE
    assert await use(world, ann, code)


@pytest.mark.parametrize(
    "typed", ["", "-", "0" * 20, "x" * 10_000], ids=["none", "dash", "zeros", "long"]
)
async def test_what_is_no_code_is_refused(world, ann, typed):
    await make(world, ann)
    assert await refusal(use(world, ann, typed)) is Reason.BAD_RESET_CODE


async def test_a_code_is_good_for_a_day_and_then_forgotten(world, ann):
    code = await make(world, ann)
    world.clock.advance(GOOD_FOR_SECONDS)
    assert await refusal(use(world, ann, code)) is Reason.BAD_RESET_CODE
    world.clock.advance(1)
    assert await world.writer.run(world.parts.reset_codes.tidy) == 1


async def test_an_unknown_user_is_refused_alike(world, ann):
    users, codes = world.parts.users, world.parts.reset_codes
    code = await make(world, ann)
    messages = set()
    for name, typed in (("nobody", code), ("ann", "0" * 20)):
        with pytest.raises(HiveMindError) as caught:
            await users.with_reset_code(codes, name, typed)
        messages.add((caught.value.reason, caught.value.message))
    assert len(messages) == 1


async def test_the_store_has_no_code(world, ann, tmp_path):
    code = await make(world, ann)
    data = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert code.replace("-", "").encode() not in data
    assert code.encode() not in data
