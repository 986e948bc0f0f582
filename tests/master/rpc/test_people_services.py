"""Users, sessions, administration and nodes by the wire, over TLS with the real services."""

import asyncio

import grpc
import pytest

from app.client.channel import fetch_pool_info
from app.client.errors import to_error
from app.common.errors import Reason
from app.common.join_token import JoinToken
from app.common.pki import ca_pin, node_auth_message
from app.common.vocabulary import Role
from proto import nodepool_pb2 as pb
from tests.identity_wire import bearer, reason_of
from tests.identity_world import PASSWORD, machine_key

NEW_PASSWORD = "four green doors"


async def test_register_sign_in_ask_and_sign_out(wire):
    made = await wire.register("ann")
    assert (made.role, made.granted_mcpt) == ("user", 100_000)
    login = await wire.login("ann")
    assert (login.user_id, login.role, login.expires_in_seconds) == (made.user_id, "user", 900)
    me = bearer(login.access_token)
    who = await wire.sessions.WhoAmI(pb.WhoAmIRequest(), metadata=me)
    assert (who.user_id, who.username, who.disabled) == (made.user_id, "ann", False)
    await wire.sessions.SignOut(pb.SignOutRequest(), metadata=me)
    gone = wire.sessions.WhoAmI(pb.WhoAmIRequest(), metadata=me)
    assert await reason_of(gone) is Reason.SESSION_ENDED


async def test_a_repeated_registration_is_one(wire):
    asked = pb.RegisterRequest(request_id="r1", username="ann", password=PASSWORD)
    first, again = await wire.users.Register(asked), await wire.users.Register(asked)
    assert first == again


async def test_refreshing_by_the_wire(wire):
    await wire.register("ann")
    login = await wire.login("ann")
    fresh = await wire.sessions.Refresh(pb.RefreshRequest(refresh_token=login.refresh_token))
    assert fresh.refresh_token != login.refresh_token
    await wire.sessions.WhoAmI(pb.WhoAmIRequest(), metadata=bearer(fresh.access_token))


async def test_the_first_admin_by_the_setup_code(wire):
    info = await wire.enrolment.GetPoolInfo(pb.GetPoolInfoRequest())
    assert info.setup_needed
    made = await wire.register("ann", wire.world.parts.setup_code)
    assert made.role == "admin"
    assert not (await wire.enrolment.GetPoolInfo(pb.GetPoolInfoRequest())).setup_needed


async def test_changing_ones_password_keeps_this_session_and_ends_the_others(wire):
    await wire.register("ann")
    here, there = await wire.login("ann"), await wire.login("ann")
    change = pb.ChangePasswordRequest(
        request_id="c1", current_password=PASSWORD, new_password=NEW_PASSWORD
    )
    me = bearer(here.access_token)
    await wire.sessions.ChangePassword(change, metadata=me)
    await wire.sessions.ChangePassword(change, metadata=me)
    await wire.sessions.WhoAmI(pb.WhoAmIRequest(), metadata=me)
    other = wire.sessions.WhoAmI(pb.WhoAmIRequest(), metadata=bearer(there.access_token))
    assert await reason_of(other) is Reason.SESSION_ENDED
    assert await reason_of(wire.login("ann")) is Reason.BAD_CREDENTIALS
    assert await wire.login("ann", NEW_PASSWORD)


async def test_a_found_open_session_is_no_way_to_guess_the_password(wire):
    me = await wire.signed_in("ann")
    reasons = [
        await reason_of(
            wire.sessions.ChangePassword(
                pb.ChangePasswordRequest(
                    request_id=f"c{number}", current_password="guess", new_password=NEW_PASSWORD
                ),
                metadata=me,
            )
        )
        for number in range(7)
    ]
    assert reasons == [Reason.BAD_CREDENTIALS] * 5 + [Reason.LOGIN_DELAYED] * 2


async def test_paying_another_user(wire):
    await wire.register("bob")
    me = await wire.signed_in("ann")
    pay = pb.TransferRequest(request_id="p1", to_username="BOB", amount_mcpt=1500, memo="lunch")
    paid = await wire.users.Transfer(pay, metadata=me)
    assert await wire.users.Transfer(pay, metadata=me) == paid
    assert paid.balance_mcpt == 98_500
    mine = await wire.users.GetBalance(pb.GetBalanceRequest(username="Ann"), metadata=me)
    assert (mine.available_mcpt, mine.held_mcpt) == (98_500, 0)
    others = wire.users.GetBalance(pb.GetBalanceRequest(username="bob"), metadata=me)
    assert await reason_of(others) is Reason.PERMISSION_DENIED
    auditor = await wire.signed_in("cleo", Role.AUDITOR)
    seen = await wire.users.GetBalance(pb.GetBalanceRequest(username="bob"), metadata=auditor)
    assert seen.balance_mcpt == 101_500


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"to_username": "nobody"}, Reason.USER_NOT_FOUND),
        ({"to_username": "ann"}, Reason.TRANSFER_TO_SELF),
        ({"amount_mcpt": 0}, Reason.AMOUNT_NOT_POSITIVE),
        ({"amount_mcpt": -5}, Reason.AMOUNT_NOT_POSITIVE),
        ({"amount_mcpt": 100_001}, Reason.INSUFFICIENT_BALANCE),
        ({"amount_mcpt": 2**63 - 1}, Reason.AMOUNT_TOO_LARGE),
        ({"memo": "x" * 201}, Reason.INVALID_FIELD),
    ],
    ids=str,
)
async def test_payments_that_are_refused(wire, changes, reason):
    await wire.register("bob")
    me = await wire.signed_in("ann")
    values = {"request_id": "p1", "to_username": "bob", "amount_mcpt": 1} | changes
    assert await reason_of(wire.users.Transfer(pb.TransferRequest(**values), metadata=me)) is reason


async def test_the_admin_lists_makes_and_changes_users(wire):
    admin = await wire.signed_in("admin-1", Role.ADMIN)
    for name in ("u1x", "u2x", "u3x"):
        wire.world.clock.advance(1)
        made = await wire.admin.CreateUser(
            pb.CreateUserRequest(
                request_id=wire.request_id, username=name, password=PASSWORD, role="Operator"
            ),
            metadata=admin,
        )
        assert made.role == "operator"
    names, token = [], ""
    while True:
        page = await wire.admin.ListUsers(
            pb.ListUsersRequest(page_size=3, page_token=token), metadata=admin
        )
        names += [user.username for user in page.users]
        token = page.next_page_token
        if not token:
            break
    assert names == ["admin-1", "u1x", "u2x", "u3x"]

    login = await wire.login("u1x")
    changed = await wire.admin.UpdateUser(
        pb.UpdateUserRequest(request_id=wire.request_id, username="u1x", role="auditor"),
        metadata=admin,
    )
    assert (changed.role, changed.disabled) == ("auditor", False)
    await wire.admin.ListUsers(pb.ListUsersRequest(), metadata=bearer(login.access_token))
    changed = await wire.admin.UpdateUser(
        pb.UpdateUserRequest(request_id=wire.request_id, username="u1x", disabled=True),
        metadata=admin,
    )
    assert (changed.role, changed.disabled) == ("auditor", True)
    gone = wire.admin.ListUsers(pb.ListUsersRequest(), metadata=bearer(login.access_token))
    assert await reason_of(gone) is Reason.SESSION_ENDED


async def test_the_admin_sets_a_forgotten_password(wire):
    admin = await wire.signed_in("admin-1", Role.ADMIN)
    await wire.register("ann")
    weak = pb.UpdateUserRequest(request_id=wire.request_id, username="ann", password="12345678")
    assert await reason_of(wire.admin.UpdateUser(weak, metadata=admin)) is Reason.WEAK_PASSWORD
    set_it = pb.UpdateUserRequest(request_id=wire.request_id, username="ann", password=NEW_PASSWORD)
    await wire.admin.UpdateUser(set_it, metadata=admin)
    assert await wire.login("ann", NEW_PASSWORD)


async def test_a_repeated_old_change_does_not_undo_a_newer_one(wire):
    admin = await wire.signed_in("admin-1", Role.ADMIN)
    await wire.register("ann")
    demote = pb.UpdateUserRequest(request_id="u1", username="ann", role="auditor")
    await wire.admin.UpdateUser(demote, metadata=admin)
    promote = pb.UpdateUserRequest(request_id="u2", username="ann", role="operator")
    await wire.admin.UpdateUser(promote, metadata=admin)
    login = await wire.login("ann")
    await wire.admin.UpdateUser(demote, metadata=admin)
    denied = wire.admin.ListUsers(pb.ListUsersRequest(), metadata=bearer(login.access_token))
    assert await reason_of(denied) is Reason.PERMISSION_DENIED


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"username": "nobody", "role": "user"}, Reason.USER_NOT_FOUND),
        ({"username": "admin-1", "role": "emperor"}, Reason.INVALID_FIELD),
        ({"username": "admin-1", "role": "user"}, Reason.LAST_ADMIN),
        ({"username": "admin-1", "disabled": True}, Reason.LAST_ADMIN),
    ],
    ids=str,
)
async def test_changes_that_are_refused(wire, changes, reason):
    admin = await wire.signed_in("admin-1", Role.ADMIN)
    asked = pb.UpdateUserRequest(request_id="u1", **changes)
    assert await reason_of(wire.admin.UpdateUser(asked, metadata=admin)) is reason


async def test_a_stranger_learns_whose_pool_it_is_and_checks_the_pin(wire):
    info = await fetch_pool_info(wire.address)
    assert (info.pool_name, info.version, info.registration_open) == ("My lab", "1.2.3", True)
    assert info.pool_id == wire.world.parts.pool_id
    assert ca_pin(info.ca_certificate_pem.encode()) == wire.world.parts.authority.ca_pin


def registration(key, credential="", name="m1"):
    return pb.NodeRegistrationRequest(
        request_id="n1",
        join_token_secret=credential,
        name=name,
        public_key=key.public_key().public_bytes_raw(),
        capabilities=pb.NodeCapabilities(cpu_millicores=4000, memory_mib=8192, isolation=2),
    )


async def authenticate(wire, key, node_id):
    challenge = await wire.enrolment.GetChallenge(pb.GetChallengeRequest(node_id=node_id))
    message = node_auth_message(wire.world.parts.pool_id, node_id, challenge.nonce)
    return await wire.enrolment.AuthenticateNode(
        pb.AuthenticateNodeRequest(
            node_id=node_id, nonce=challenge.nonce, signature=key.sign(message)
        )
    )


async def test_a_machine_joins_proves_itself_and_is_revoked(wire):
    operator = await wire.signed_in("olga", Role.OPERATOR)
    order = pb.CreateJoinTokenRequest(request_id="j1", note="room 204")
    made = await wire.nodes.CreateJoinToken(order, metadata=operator)
    assert await wire.nodes.CreateJoinToken(order, metadata=operator) == made
    token = JoinToken.parse(made.token)
    assert token.pin == wire.world.parts.authority.ca_pin

    key = machine_key()
    joined = await wire.manager.RegisterNode(registration(key, token.credential))
    assert joined.state == pb.NODE_STATE_ACTIVE
    proven = await authenticate(wire, key, joined.node_id)
    assert (proven.state, proven.expires_in_seconds) == (pb.NODE_STATE_ACTIVE, 900)

    listed = (await wire.nodes.ListJoinTokens(pb.ListJoinTokensRequest(), metadata=operator)).tokens
    assert [(t.note, t.owner, t.uses_left, t.revoked) for t in listed] == [
        ("room 204", "olga", 0, False)
    ]
    assert token.secret not in str(listed)

    revoked = await wire.nodes.SetNodeState(
        pb.SetNodeStateRequest(
            request_id="s1", node_id=joined.node_id, state=pb.NODE_STATE_REVOKED, reason="stolen"
        ),
        metadata=operator,
    )
    assert revoked.state == pb.NODE_STATE_REVOKED
    assert await reason_of(authenticate(wire, key, joined.node_id)) is Reason.NODE_REVOKED
    status = wire.manager.Heartbeat(pb.HeartbeatRequest(), metadata=bearer(proven.access_token))
    assert await reason_of(status) is Reason.NODE_REVOKED


async def test_a_machine_without_a_token_is_approved(wire):
    operator = await wire.signed_in("olga", Role.OPERATOR)
    await wire.register("ann")
    key = machine_key()
    asked = await wire.manager.RegisterNode(registration(key))
    assert asked.state == pb.NODE_STATE_PENDING
    assert await reason_of(authenticate(wire, key, asked.node_id)) is Reason.NODE_PENDING
    approve = pb.ApproveNodeRequest(
        request_id="a1", node_id="m1", key_fingerprint=asked.key_fingerprint, owner="Ann"
    )
    info = await wire.nodes.ApproveNode(approve, metadata=operator)
    assert (info.state, info.owner) == (pb.NODE_STATE_ACTIVE, "ann")
    assert (await authenticate(wire, key, asked.node_id)).access_token


async def test_people_see_their_own_nodes_and_operators_all(wire):
    operator = await wire.signed_in("olga", Role.OPERATOR)
    ann = await wire.signed_in("ann")
    ann_id = (await wire.world.parts.users.by_name("ann")).id
    olga_id = (await wire.world.parts.users.by_name("olga")).id
    for name, owner_id in (("hers", ann_id), ("other-1", olga_id), ("other-2", olga_id)):
        wire.world.clock.advance(1)
        await wire.world.node(machine_key(), await wire.world.join_token(owner_id), name)

    async def names(me, **asked):
        answer = await wire.nodes.ListNodes(pb.ListNodesRequest(**asked), metadata=me)
        return [node.name for node in answer.nodes], answer.next_page_token

    assert (await names(ann))[0] == ["hers"]
    first, token = await names(operator, page_size=2)
    rest, end = await names(operator, page_size=2, page_token=token)
    assert (first + rest, end) == (["hers", "other-1", "other-2"], "")
    hidden = wire.nodes.GetNode(pb.GetNodeRequest(node_id="other-1"), metadata=ann)
    assert await reason_of(hidden) is Reason.NODE_NOT_FOUND
    shown = await wire.nodes.GetNode(pb.GetNodeRequest(node_id="hers"), metadata=ann)
    assert (shown.owner, shown.free_cpu_millicores, shown.online) == ("ann", 4000, False)


async def test_the_owner_says_where_a_node_stands(wire):
    ann = await wire.signed_in("ann")
    bob = await wire.signed_in("bob")
    auditor = await wire.signed_in("cleo", Role.AUDITOR)
    ann_id = (await wire.world.parts.users.by_name("ann")).id
    node = await wire.world.node(machine_key(), await wire.world.join_token(ann_id))

    def place(me, request_id="l1", country="de"):
        where = pb.Location(continent=pb.CONTINENT_EUROPE, country=country, site="lab")
        asked = pb.SetNodeLocationRequest(request_id=request_id, node_id=node.id, location=where)
        return wire.nodes.SetNodeLocation(asked, metadata=me)

    assert (await place(ann)).location.country == "DE"
    assert await reason_of(place(bob)) is Reason.NODE_NOT_FOUND
    assert await reason_of(place(auditor)) is Reason.PERMISSION_DENIED
    assert await reason_of(place(ann, "l2", "Germany")) is Reason.INVALID_FIELD


async def test_a_revoked_join_token_lets_nobody_in(wire):
    operator = await wire.signed_in("olga", Role.OPERATOR)
    made = await wire.nodes.CreateJoinToken(
        pb.CreateJoinTokenRequest(request_id="j1"), metadata=operator
    )
    revoke = pb.RevokeJoinTokenRequest(request_id="v1", token_id=made.info.token_id)
    await wire.nodes.RevokeJoinToken(revoke, metadata=operator)
    credential = JoinToken.parse(made.token).credential
    joining = wire.manager.RegisterNode(registration(machine_key(), credential))
    assert await reason_of(joining) is Reason.JOIN_TOKEN_REVOKED
    unknown = pb.RevokeJoinTokenRequest(request_id="v2", token_id="00000000")
    refused = wire.nodes.RevokeJoinToken(unknown, metadata=operator)
    assert await reason_of(refused) is Reason.JOIN_TOKEN_NOT_FOUND


async def test_a_hundred_machines_by_the_wire_with_a_one_use_token(wire):
    operator = await wire.signed_in("olga", Role.OPERATOR)
    made = await wire.nodes.CreateJoinToken(
        pb.CreateJoinTokenRequest(request_id="j1"), metadata=operator
    )
    credential = JoinToken.parse(made.token).credential
    answers = await asyncio.gather(
        *(wire.manager.RegisterNode(registration(machine_key(), credential)) for _ in range(100)),
        return_exceptions=True,
    )
    refused = [to_error(a).reason for a in answers if isinstance(a, grpc.aio.AioRpcError)]
    assert refused == [Reason.JOIN_TOKEN_USED] * 99


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("Login", pb.LoginRequest(username="x" * 100_000, password="y" * 100_000)),
        ("Login", pb.LoginRequest()),
        ("Register", pb.RegisterRequest(request_id="r", username="\x00", password="\x00" * 9)),
        ("Register", pb.RegisterRequest(request_id="r", username="ann", password="x" * 100_000)),
    ],
)
async def test_strange_input_is_refused_as_bad_input(wire, call, message):
    reason = await reason_of(getattr(wire.users, call)(message))
    assert reason in {Reason.BAD_CREDENTIALS, Reason.INVALID_FIELD, Reason.WEAK_PASSWORD}
