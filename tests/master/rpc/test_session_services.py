"""Where one is signed in, and forgotten passwords: by the wire."""

from app.common.errors import Reason
from app.common.vocabulary import Role
from proto import nodepool_pb2 as pb
from tests.identity_wire import bearer, reason_of

NEW_PASSWORD = "four green doors"


async def test_one_sees_where_one_is_signed_in_and_ends_the_others(wire):
    await wire.register("ann")
    first, second = await wire.login("ann"), await wire.login("ann")
    mine = bearer(second.access_token)
    found = await wire.sessions.ListSessions(pb.ListSessionsRequest(), metadata=mine)
    assert [session.current for session in found.sessions].count(True) == 1
    assert {session.address for session in found.sessions} == {"127.0.0.1"}
    assert all(session.client.startswith("hivemind/") for session in found.sessions)
    ended = await wire.sessions.EndSessions(
        pb.EndSessionsRequest(request_id=wire.request_id), metadata=mine
    )
    assert ended.ended == 1
    asked = wire.sessions.WhoAmI(pb.WhoAmIRequest(), metadata=bearer(first.access_token))
    assert await reason_of(asked) is Reason.SESSION_ENDED
    assert await wire.sessions.WhoAmI(pb.WhoAmIRequest(), metadata=mine)


async def test_one_session_is_ended_by_its_id_and_only_by_its_user(wire):
    await wire.register("ann")
    first, second = await wire.login("ann"), await wire.login("ann")
    found = await wire.sessions.ListSessions(
        pb.ListSessionsRequest(), metadata=bearer(first.access_token)
    )
    own = next(each.session_id for each in found.sessions if each.current)
    bob = await wire.signed_in("bob")

    def end(who, **fields):
        request = pb.EndSessionsRequest(request_id=wire.request_id, session_ids=[own], **fields)
        return wire.sessions.EndSessions(request, metadata=who)

    assert await reason_of(end(bob)) is Reason.SESSION_NOT_FOUND
    assert await reason_of(end(bob, username="ann")) is Reason.PERMISSION_DENIED
    assert (await end(bearer(second.access_token))).ended == 1
    asked = wire.sessions.WhoAmI(pb.WhoAmIRequest(), metadata=bearer(first.access_token))
    assert await reason_of(asked) is Reason.SESSION_ENDED
    assert await reason_of(end(bearer(second.access_token))) is Reason.SESSION_NOT_FOUND


async def test_another_ones_sessions_are_the_admins_alone_to_see_and_end(wire):
    ann = await wire.signed_in("ann")
    admin = await wire.signed_in("root", Role.ADMIN)
    asked = pb.ListSessionsRequest(username="ann")
    for role in (Role.USER, Role.OPERATOR, Role.AUDITOR):
        other = await wire.signed_in(f"a-{role.label}", role)
        refused = wire.sessions.ListSessions(asked, metadata=other)
        assert await reason_of(refused) is Reason.PERMISSION_DENIED
    found = await wire.sessions.ListSessions(asked, metadata=admin)
    assert [session.current for session in found.sessions] == [False]
    request = pb.EndSessionsRequest(request_id=wire.request_id, username="ann")
    assert (await wire.sessions.EndSessions(request, metadata=admin)).ended == 1
    # The admin's own stays, and a repeat ends nothing more.
    assert (await wire.sessions.EndSessions(request, metadata=admin)).ended == 1
    assert await reason_of(wire.sessions.WhoAmI(pb.WhoAmIRequest(), metadata=ann)) is (
        Reason.SESSION_ENDED
    )


async def test_a_forgotten_password_is_set_by_an_admins_code(wire):
    ann = await wire.signed_in("ann")
    admin = await wire.signed_in("root", Role.ADMIN)
    asked = pb.CreateResetCodeRequest(request_id=wire.request_id, username="ANN")
    made = await wire.admin.CreateResetCode(asked, metadata=admin)
    assert (await wire.admin.CreateResetCode(asked, metadata=admin)) == made
    assert made.info.username == "ann"

    def reset(code, password, request_id=""):
        return wire.sessions.ResetPassword(
            pb.ResetPasswordRequest(
                request_id=request_id or wire.request_id,
                username="ann",
                reset_code=code,
                new_password=password,
            )
        )

    assert await reason_of(reset("abcde", NEW_PASSWORD)) is Reason.BAD_RESET_CODE
    assert await reason_of(reset(made.reset_code, "password1")) is Reason.WEAK_PASSWORD
    await reset(made.reset_code, NEW_PASSWORD, "once")
    await reset(made.reset_code, NEW_PASSWORD, "once")
    assert await reason_of(reset(made.reset_code, NEW_PASSWORD)) is Reason.BAD_RESET_CODE
    assert await reason_of(wire.sessions.WhoAmI(pb.WhoAmIRequest(), metadata=ann)) is (
        Reason.SESSION_ENDED
    )
    assert await reason_of(wire.login("ann")) is Reason.BAD_CREDENTIALS
    assert await wire.login("ann", NEW_PASSWORD)
