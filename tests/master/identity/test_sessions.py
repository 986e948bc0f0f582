"""Signing in, staying signed in, signing out: on a real store."""

import asyncio

import pytest

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import Role
from app.master.identity.address_limit import AddressLimit, too_many_logins
from app.master.identity.authenticator import PoolAuthenticator
from app.master.identity.passwords import Argon2Parameters, Passwords
from app.master.identity.proving import Proving
from app.master.identity.refresh_tokens import RefreshToken, RefreshTokens
from app.master.identity.sessions import SESSIONS_PER_USER_MAX, Sessions
from app.master.identity.throttle import LoginThrottle
from app.master.identity.users import UserChange
from app.master.store import users as user_store
from tests.identity_world import PASSWORD, identity_world
from tests.sources import SeededIds

DAY = 24 * 3600


def who(world, signed_in):
    """The principal of the access token, as a call would find it."""
    tokens, index = world.parts.access_tokens, world.parts.sessions._index
    return PoolAuthenticator(tokens, index, world.parts.enrolment).authenticate(
        signed_in.access.text
    )


def refused(world, signed_in):
    with pytest.raises(HiveMindError) as caught:
        who(world, signed_in)
    return caught.value.reason


async def reason_of(awaitable):
    with pytest.raises(HiveMindError) as caught:
        await awaitable
    return caught.value.reason


async def change(world, user_id, **changes):
    users = world.parts.users
    wanted = UserChange(**changes)

    def unit(tx):
        return users.update(tx, user_store.by_id(tx, user_id), wanted)

    row = await world.writer.run(unit)
    users.updated(user_id, wanted, row.role, disabled=row.disabled)


async def test_a_user_signs_in_in_any_case_of_the_name(world):
    user_id = await world.user("Ann", Role.OPERATOR)
    principal = who(world, await world.sign_in("aNN"))
    assert (principal.id, principal.name, principal.role) == (user_id, "Ann", Role.OPERATOR)


async def test_a_wrong_password_and_an_unknown_user_look_alike(world):
    await world.user("ann")
    with pytest.raises(HiveMindError) as wrong:
        await world.sign_in("ann", "wrong horse battery")
    with pytest.raises(HiveMindError) as unknown:
        await world.sign_in("bob", "wrong horse battery")
    assert wrong.value.reason is unknown.value.reason is Reason.BAD_CREDENTIALS
    assert wrong.value.message == unknown.value.message


@pytest.mark.parametrize("name", ["", "\0", "ann\0", "x" * 100_000, "🦀"])
async def test_names_nobody_can_have_are_unknown_users(world, name):
    assert await reason_of(world.sign_in(name)) is Reason.BAD_CREDENTIALS
    assert await reason_of(world.parts.users.by_name(name)) is Reason.USER_NOT_FOUND


@pytest.mark.parametrize("name", ["ann", "nobody"])
async def test_failures_delay_the_right_password_too_for_known_and_unknown_alike(world, name):
    await world.user("ann")
    for _ in range(5):
        assert await reason_of(world.sign_in(name, "wrong horse")) is Reason.BAD_CREDENTIALS
    assert await reason_of(world.sign_in(name)) is Reason.LOGIN_DELAYED
    world.clock.advance(1)
    if name == "ann":
        assert await world.sign_in(name)
    else:
        assert await reason_of(world.sign_in(name)) is Reason.BAD_CREDENTIALS


async def test_a_hundred_guesses_at_once_are_no_way_around_the_delay(world):
    await world.user("ann")
    reasons = await asyncio.gather(
        *(reason_of(world.sign_in("ann", f"wrong horse {number}")) for number in range(100))
    )
    assert reasons.count(Reason.BAD_CREDENTIALS) <= 5
    assert set(reasons) == {Reason.BAD_CREDENTIALS, Reason.LOGIN_DELAYED}


async def test_a_disabled_user_is_told_so_only_with_the_right_password(world):
    user_id = await world.user("ann")
    await change(world, user_id, disabled=True)
    assert await reason_of(world.sign_in("ann", "wrong horse")) is Reason.BAD_CREDENTIALS
    assert await reason_of(world.sign_in("ann")) is Reason.PERMISSION_DENIED


async def test_signing_out_bites_at_once_and_spares_the_other_session(world):
    await world.user("ann")
    first, second = await world.sign_in("ann"), await world.sign_in("ann")
    await world.parts.sessions.sign_out(who(world, first).session_id)
    assert refused(world, first) is Reason.SESSION_ENDED
    assert await reason_of(world.parts.sessions.refresh(first.refresh_token)) is (
        Reason.SESSION_ENDED
    )
    assert who(world, second)


async def test_disabling_bites_at_once(world):
    user_id = await world.user("ann")
    signed_in = await world.sign_in("ann")
    await change(world, user_id, disabled=True)
    assert refused(world, signed_in) is Reason.SESSION_ENDED
    await change(world, user_id, disabled=False)
    assert refused(world, signed_in) is Reason.SESSION_ENDED
    assert await world.sign_in("ann")


async def test_a_new_role_bites_at_once(world):
    user_id = await world.user("ann", Role.USER)
    signed_in = await world.sign_in("ann")
    await change(world, user_id, role=Role.AUDITOR)
    assert who(world, signed_in).role is Role.AUDITOR


async def test_a_new_password_ends_all_sessions_and_is_the_one_that_counts(world):
    user_id = await world.user("ann")
    signed_in = await world.sign_in("ann")
    new_hash = await world.parts.users.new_password_hash("ann", "four green doors")
    await change(world, user_id, password_hash=new_hash)
    assert refused(world, signed_in) is Reason.SESSION_ENDED
    assert await reason_of(world.sign_in("ann")) is Reason.BAD_CREDENTIALS
    assert await world.sign_in("ann", "four green doors")


async def test_a_password_changed_during_a_login_ends_that_login_too(world, monkeypatch):
    user_id = await world.user("ann")
    new_hash = await world.parts.users.new_password_hash("ann", "four green doors")
    verify = world.parts.passwords.verify

    async def overtaken(password_hash, password, line):
        verdict = await verify(password_hash, password)
        await change(world, user_id, password_hash=new_hash)
        return verdict

    monkeypatch.setattr(world.parts.passwords, "verify", overtaken)
    assert await reason_of(world.sign_in("ann")) is Reason.BAD_CREDENTIALS
    assert len(world.parts.sessions._index) == 0


async def test_refreshing_rotates(world):
    await world.user("ann")
    first = await world.sign_in("ann")
    second = await world.parts.sessions.refresh(first.refresh_token)
    third = await world.parts.sessions.refresh(second.refresh_token)
    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
    assert who(world, third)


async def test_a_lost_answer_is_given_again_within_ten_seconds(world):
    await world.user("ann")
    first = await world.sign_in("ann")
    second = await world.parts.sessions.refresh(first.refresh_token)
    world.clock.advance(10)
    again = await world.parts.sessions.refresh(first.refresh_token)
    assert again.refresh_token == second.refresh_token
    assert who(world, await world.parts.sessions.refresh(again.refresh_token))


async def test_a_token_used_again_later_ends_the_session_for_everybody(world):
    await world.user("ann")
    first = await world.sign_in("ann")
    second = await world.parts.sessions.refresh(first.refresh_token)
    world.clock.advance(11)
    sessions = world.parts.sessions
    assert await reason_of(sessions.refresh(first.refresh_token)) is Reason.SESSION_ENDED
    assert refused(world, second) is Reason.SESSION_ENDED
    assert await reason_of(sessions.refresh(second.refresh_token)) is Reason.SESSION_ENDED


async def test_an_older_token_ends_the_session_also_within_the_ten_seconds(world):
    await world.user("ann")
    first = await world.sign_in("ann")
    second = await world.parts.sessions.refresh(first.refresh_token)
    third = await world.parts.sessions.refresh(second.refresh_token)
    sessions = world.parts.sessions
    assert await reason_of(sessions.refresh(first.refresh_token)) is Reason.SESSION_ENDED
    assert refused(world, third) is Reason.SESSION_ENDED


async def test_two_refreshes_at_once_get_the_same_next_token(world):
    await world.user("ann")
    first = await world.sign_in("ann")
    refresh = world.parts.sessions.refresh
    answers = await asyncio.gather(*(refresh(first.refresh_token) for _ in range(20)))
    assert len({answer.refresh_token for answer in answers}) == 1


async def test_a_made_up_refresh_token_is_refused_and_ends_nothing(world):
    await world.user("ann")
    signed_in = await world.sign_in("ann")
    session_id = who(world, signed_in).session_id
    made_up = RefreshTokens(bytes(32)).text(RefreshToken(session_id, 5))
    for text in ("", "junk", made_up, signed_in.refresh_token + "x", signed_in.access.text):
        assert await reason_of(world.parts.sessions.refresh(text)) is Reason.UNAUTHENTICATED
    assert who(world, signed_in)


async def test_a_session_left_idle_for_a_week_is_over(world):
    await world.user("ann")
    signed_in = await world.sign_in("ann")
    world.clock.advance(7 * DAY)
    assert await reason_of(world.parts.sessions.refresh(signed_in.refresh_token)) is (
        Reason.SESSION_ENDED
    )


async def test_a_session_is_over_after_thirty_days_however_often_it_is_refreshed(world):
    await world.user("ann")
    signed_in = await world.sign_in("ann")
    for _ in range(29):
        world.clock.advance(DAY)
        signed_in = await world.parts.sessions.refresh(signed_in.refresh_token)
    world.clock.advance(DAY)
    assert await reason_of(world.parts.sessions.refresh(signed_in.refresh_token)) is (
        Reason.SESSION_ENDED
    )


async def test_a_restart_keeps_who_is_signed_in_and_who_is_not(tmp_path):
    async with identity_world(tmp_path) as world:
        await world.user("ann")
        kept, ended = await world.sign_in("ann"), await world.sign_in("ann")
        await world.parts.sessions.sign_out(who(world, ended).session_id)
        clock = world.clock
    async with identity_world(tmp_path, clock) as world:
        assert who(world, kept).name == "ann"
        assert refused(world, ended) is Reason.SESSION_ENDED
        assert await world.parts.sessions.refresh(kept.refresh_token)


async def test_no_plain_token_and_no_password_is_on_the_disk(tmp_path):
    async with identity_world(tmp_path) as world:
        await world.user("ann")
        signed_in = await world.sign_in("ann")
        again = await world.parts.sessions.refresh(signed_in.refresh_token)
        credential = await world.join_token(again.user_id)
    secrets = [PASSWORD, credential.rpartition("-")[2]]
    secrets += [again.refresh_token.rpartition(".")[2], again.access.text]
    data = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"ann" in data
    assert [secret for secret in secrets if secret.encode() in data] == []


async def test_a_login_renews_a_hash_of_other_parameters(world):
    user_id = await world.user("ann")
    before = await world.parts.users.by_id(user_id)
    dearer = Passwords(SeededIds(), 1, Argon2Parameters(memory_kib=20000))
    parts = world.parts
    sessions = Sessions(
        world.writer,
        world.reader,
        world.clock,
        SeededIds(),
        Proving(dearer, LoginThrottle(world.clock), AddressLimit(world.clock, too_many_logins)),
        parts.access_tokens,
        RefreshTokens(bytes(32)),
        parts.sessions._index,
    )
    await sessions.sign_in("ann", PASSWORD)
    await dearer.stop()
    after = await parts.users.by_id(user_id)
    assert "m=20000" not in before.password_hash
    assert "m=20000" in after.password_hash
    assert await world.sign_in("ann")


async def test_the_least_used_sessions_make_room(world, monkeypatch):
    monkeypatch.setattr("app.master.identity.sessions.SESSIONS_PER_USER_MAX", 3)
    assert SESSIONS_PER_USER_MAX == 100
    await world.user("ann")
    opened = []
    for _ in range(4):
        opened.append(await world.sign_in("ann"))
        world.clock.advance(1)
    assert refused(world, opened[0]) is Reason.SESSION_ENDED
    assert all(who(world, each) for each in opened[1:])


async def test_tidying_forgets_the_old_and_keeps_the_live(world):
    await world.user("ann")
    await world.sign_in("ann")
    world.clock.advance(61 * DAY)
    live = await world.sign_in("ann")
    await world.parts.sessions.tidy()
    assert len(world.parts.sessions._index) == 1
    assert who(world, live)


async def test_a_caller_who_goes_away_leaves_no_half_signed_out_session(world):
    await world.user("ann")
    signed_in = await world.sign_in("ann")
    going = asyncio.ensure_future(world.parts.sessions.sign_out(who(world, signed_in).session_id))
    await asyncio.sleep(0)
    going.cancel()
    await asyncio.gather(going, return_exceptions=True)
    await world.writer.run(lambda tx: None)
    assert refused(world, signed_in) is Reason.SESSION_ENDED
