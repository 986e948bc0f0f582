"""Machines that join, prove themselves, and are cut off: on a real store."""

import asyncio

import pytest

from app.common.errors import HiveMindError, Reason
from app.common.join_token import JoinToken
from app.common.node_facts import Capabilities, Gpu
from app.common.pki import key_fingerprint, node_auth_message
from app.common.vocabulary import Continent, IsolationClass, NodeState, Role, TrustLevel
from app.master.pool.applications import Application, checked_application
from app.master.pool.enrolment import PENDING_MAX, STRANGERS_PER_MINUTE_MAX
from app.master.pool.join_tokens import TokenOrder
from app.master.tasks.requirements import Location
from tests.identity_world import application, identity_world, machine_key
from tests.long_forms import long_form


async def reason_of(awaitable):
    with pytest.raises(HiveMindError) as caught:
        await awaitable
    return caught.value.reason


def raised_by(call, *arguments):
    with pytest.raises(HiveMindError) as caught:
        call(*arguments)
    return caught.value.reason


async def change(world, part):
    """Run a part of a unit and take its commit into memory, as the service does."""
    row = await world.writer.run(part)
    world.parts.enrolment.committed(row)
    return row


def fingerprint(key):
    return key_fingerprint(key.public_key().public_bytes_raw())


def signature(world, key, node_id, nonce):
    return key.sign(node_auth_message(world.parts.pool_id, node_id, nonce))


def prove(world, key, node_id):
    nonce = world.parts.enrolment.challenge(node_id)
    return world.parts.enrolment.prove(node_id, nonce, signature(world, key, node_id, nonce))


@pytest.fixture
async def owner_id(world):
    return await world.user("olga", Role.OPERATOR)


@pytest.fixture
def key():
    return machine_key()


async def test_a_machine_with_a_token_is_a_node_of_the_tokens_owner(world, owner_id, key):
    node = await world.node(key, await world.join_token(owner_id))
    assert (node.state, node.owner_id, node.owner_name) == (NodeState.ACTIVE, owner_id, "olga")
    assert (node.trust, node.trust_reason) == (
        TrustLevel.NORMAL,
        "confines tasks in hardened containers",
    )
    assert world.changed_nodes == [node.id]


async def test_the_whole_token_carries_the_pin_of_the_ca(world, owner_id):
    tokens = world.parts.join_tokens
    row = await world.writer.run(lambda tx: tokens.create(tx, TokenOrder(owner_id, owner_id)))
    token = JoinToken.parse(tokens.text(row.id))
    assert token.pin == world.parts.authority.ca_pin
    assert (token.token_id, row.uses_left) == (row.id, 1)
    assert row.expires_us - row.created_us == 3600 * 10**6


async def test_a_hundred_machines_with_a_one_use_token_make_one_node(world, owner_id):
    for _ in range(long_form(1, 50)):
        credential = await world.join_token(owner_id)
        answers = await asyncio.gather(
            *(world.node(machine_key(), credential) for _ in range(100)), return_exceptions=True
        )
        refused = [answer.reason for answer in answers if isinstance(answer, HiveMindError)]
        assert refused == [Reason.JOIN_TOKEN_USED] * 99


async def test_a_token_for_three_takes_three(world, owner_id):
    credential = await world.join_token(owner_id, uses_max=3)
    for _ in range(3):
        await world.node(machine_key(), credential)
    assert await reason_of(world.node(machine_key(), credential)) is Reason.JOIN_TOKEN_USED


async def test_the_same_key_again_is_the_same_node_and_uses_nothing_up(world, owner_id, key):
    credential = await world.join_token(owner_id, uses_max=2)
    first, again = await world.node(key, credential), await world.node(key, credential)
    assert first.id == again.id
    assert await world.node(machine_key(), credential)


async def test_each_useless_token_says_why(world, owner_id, key):
    expired = await world.join_token(owner_id, ttl_seconds=60)
    revoked = await world.join_token(owner_id)
    await world.writer.run(lambda tx: world.parts.join_tokens.revoke(tx, revoked.partition("-")[0]))
    good = await world.join_token(owner_id)
    wrong_secret = good[:-1] + ("0" if good[-1] != "0" else "1")
    world.clock.advance(60)
    assert await reason_of(world.node(key, expired)) is Reason.JOIN_TOKEN_EXPIRED
    assert await reason_of(world.node(key, revoked)) is Reason.JOIN_TOKEN_REVOKED
    assert await reason_of(world.node(key, wrong_secret)) is Reason.BAD_JOIN_TOKEN
    assert await reason_of(world.node(key, "0" * 8 + "-" + "0" * 26)) is Reason.BAD_JOIN_TOKEN
    assert await reason_of(world.node(key, "junk")) is Reason.BAD_JOIN_TOKEN
    assert world.changed_nodes == []


async def test_why_a_token_is_useless_is_told_only_to_who_knows_its_secret(world, owner_id, key):
    expired = await world.join_token(owner_id, ttl_seconds=60)
    world.clock.advance(61)
    guessed = expired[:-1] + ("0" if expired[-1] != "0" else "1")
    assert await reason_of(world.node(key, guessed)) is Reason.BAD_JOIN_TOKEN


@pytest.mark.parametrize("token_id", ["00000000", "", "\0", "x" * 10_000])
async def test_a_token_that_is_not_there_is_not_revoked(world, token_id):
    tokens = world.parts.join_tokens
    revoked = world.writer.run(lambda tx: tokens.revoke(tx, token_id))
    assert await reason_of(revoked) is Reason.JOIN_TOKEN_NOT_FOUND


@pytest.mark.parametrize(
    "order", [{"ttl_seconds": 30 * 24 * 3600 + 1}, {"uses_max": 10_001}, {"note": "x" * 201}]
)
async def test_tokens_beyond_the_limits_are_not_made(world, owner_id, order):
    tokens = world.parts.join_tokens
    made = world.writer.run(lambda tx: tokens.create(tx, TokenOrder(owner_id, owner_id, **order)))
    assert await reason_of(made) is Reason.INVALID_FIELD


async def test_a_stranger_waits_until_the_fingerprint_is_approved(world, owner_id, key):
    node = await world.node(key)
    assert (node.state, node.owner_id) == (NodeState.PENDING, None)
    with pytest.raises(HiveMindError) as waiting:
        prove(world, key, node.id)
    assert waiting.value.reason is Reason.NODE_PENDING
    assert waiting.value.details["key_fingerprint"] == fingerprint(key)

    enrolment = world.parts.enrolment
    other = fingerprint(machine_key())
    wrong = world.writer.run(lambda tx: enrolment.approve(tx, node.id, other, owner_id))
    assert await reason_of(wrong) is Reason.FINGERPRINT_MISMATCH
    await change(world, lambda tx: enrolment.approve(tx, node.id, fingerprint(key), owner_id))
    assert prove(world, key, node.id).owner_id == owner_id


async def test_a_waiting_machine_may_come_in_with_a_token(world, owner_id, key):
    waiting = await world.node(key)
    node = await world.node(key, await world.join_token(owner_id))
    assert (node.id, node.state, node.owner_id) == (waiting.id, NodeState.ACTIVE, owner_id)


async def test_strangers_cannot_fill_the_list(world):
    for _ in range(STRANGERS_PER_MINUTE_MAX):
        await world.node(machine_key())
    assert await reason_of(world.node(machine_key())) is Reason.OVERLOADED
    taken = STRANGERS_PER_MINUTE_MAX
    while taken < PENDING_MAX:
        world.clock.advance(60)
        for _ in range(min(STRANGERS_PER_MINUTE_MAX, PENDING_MAX - taken)):
            await world.node(machine_key())
            taken += 1
    world.clock.advance(60)
    assert await reason_of(world.node(machine_key())) is Reason.OVERLOADED


async def test_a_waiting_machine_that_asks_again_does_not_count(world, key):
    first = await world.node(key)
    for _ in range(2 * STRANGERS_PER_MINUTE_MAX):
        assert (await world.node(key)).id == first.id


async def test_a_revoked_node_is_out_for_good(world, owner_id, key):
    node = await world.node(key, await world.join_token(owner_id))
    enrolment = world.parts.enrolment
    assert enrolment.admit(node.id) == "n1"
    await change(world, lambda tx: enrolment.set_state(tx, node.id, NodeState.REVOKED, "stolen"))
    assert raised_by(enrolment.admit, node.id) is Reason.NODE_REVOKED
    assert raised_by(prove, world, key, node.id) is Reason.NODE_REVOKED
    again = world.node(key, await world.join_token(owner_id))
    assert await reason_of(again) is Reason.NODE_REVOKED
    resumed = world.writer.run(lambda tx: enrolment.set_state(tx, node.id, NodeState.ACTIVE, ""))
    assert await reason_of(resumed) is Reason.NODE_REVOKED


async def test_only_the_nodes_key_proves_the_node(world, owner_id, key):
    node = await world.node(key, await world.join_token(owner_id))
    assert prove(world, key, node.id).id == node.id
    assert raised_by(prove, world, machine_key(), node.id) is Reason.BAD_CHALLENGE


async def test_a_nonce_is_good_once_for_a_minute_and_for_one_node(world, owner_id, key):
    node = await world.node(key, await world.join_token(owner_id))
    enrolment = world.parts.enrolment

    nonce = enrolment.challenge(node.id)
    signed = signature(world, key, node.id, nonce)
    assert enrolment.prove(node.id, nonce, signed)
    assert raised_by(enrolment.prove, node.id, nonce, signed) is Reason.BAD_CHALLENGE

    late = enrolment.challenge(node.id)
    world.clock.advance(60.5)
    late_signed = signature(world, key, node.id, late)
    assert raised_by(enrolment.prove, node.id, late, late_signed) is Reason.BAD_CHALLENGE

    others = enrolment.challenge("another")
    others_signed = signature(world, key, node.id, others)
    assert raised_by(enrolment.prove, node.id, others, others_signed) is Reason.BAD_CHALLENGE


@pytest.mark.parametrize("nonce", [b"", b"short", bytes(40), bytes(10_000)])
async def test_a_made_up_nonce_is_refused(world, owner_id, key, nonce):
    node = await world.node(key, await world.join_token(owner_id))
    signed = signature(world, key, node.id, nonce)
    assert raised_by(world.parts.enrolment.prove, node.id, nonce, signed) is Reason.BAD_CHALLENGE


async def test_asking_for_many_nonces_takes_no_memory_and_spoils_none(world, owner_id, key):
    node = await world.node(key, await world.join_token(owner_id))
    enrolment = world.parts.enrolment
    nonce = enrolment.challenge(node.id)
    for _ in range(10_000):
        enrolment.challenge(node.id)
    assert enrolment.prove(node.id, nonce, signature(world, key, node.id, nonce))
    assert len(enrolment._challenges._used) == 1


async def test_used_nonces_are_forgotten_when_they_are_too_old_anyway(world, owner_id, key):
    node = await world.node(key, await world.join_token(owner_id))
    for _ in range(3):
        prove(world, key, node.id)
        world.clock.advance(61)
    assert len(world.parts.enrolment._challenges._used) == 1


async def test_states_and_places_are_set_and_told(world, owner_id, key):
    node = await world.node(key, await world.join_token(owner_id))
    enrolment = world.parts.enrolment
    await change(world, lambda tx: enrolment.set_state(tx, node.id, NodeState.PAUSED, "exam"))
    place = Location(Continent.ASIA, "cn", " room 204 ")
    await change(world, lambda tx: enrolment.set_location(tx, node.id, place))
    now = world.parts.nodes.get(node.id)
    assert now.state is NodeState.PAUSED
    assert now.location == Location(Continent.ASIA, "CN", "room 204")
    assert world.changed_nodes == [node.id] * 3


async def test_a_waiting_machine_is_not_resumed_but_may_be_turned_away(world, key):
    node = await world.node(key)
    enrolment = world.parts.enrolment
    resumed = world.writer.run(lambda tx: enrolment.set_state(tx, node.id, NodeState.ACTIVE, ""))
    assert await reason_of(resumed) is Reason.NODE_PENDING
    await change(world, lambda tx: enrolment.set_state(tx, node.id, NodeState.REVOKED, ""))
    assert await reason_of(world.node(key)) is Reason.NODE_REVOKED


async def test_a_node_that_is_not_there_is_not_found(world, owner_id):
    enrolment = world.parts.enrolment
    for part in (
        lambda tx: enrolment.approve(tx, "nobody", "", owner_id),
        lambda tx: enrolment.set_state(tx, "nobody", NodeState.PAUSED, ""),
        lambda tx: enrolment.set_location(tx, "nobody", Location()),
    ):
        assert await reason_of(world.writer.run(part)) is Reason.NODE_NOT_FOUND
    assert raised_by(enrolment.admit, "nobody") is Reason.NODE_NOT_FOUND


async def test_a_restart_knows_all_nodes(tmp_path):
    gpus = (Gpu("RTX 4090", 24_000, 900, "GPU-1"),)
    capabilities = Capabilities(
        8000, 16_384, 50_000, 120, gpus, IsolationClass.SANDBOX, "bubblewrap 0.8.0", ("userns",)
    )
    key = machine_key()
    asked = Application(
        " b-17 ",
        key.public_key().public_bytes_raw(),
        capabilities,
        Location(Continent.EUROPE, "DE", "lab"),
    )
    async with identity_world(tmp_path) as world:
        before = await world.parts.enrolment.register(asked)
        clock = world.clock
    async with identity_world(tmp_path, clock) as world:
        after = world.parts.nodes.get(before.id)
    assert (after.name, after.capabilities, after.location, after.state) == (
        "b-17",
        capabilities,
        asked.location,
        NodeState.PENDING,
    )
    assert after.trust is TrustLevel.LOW


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "  "},
        {"name": "x" * 65},
        {"name": "two\nlines"},
        {"public_key": b""},
        {"public_key": bytes(31)},
        {"public_key": bytes(33)},
        {"location": Location(country="Germany")},
        {"location": Location(site="x" * 101)},
        {"capabilities": Capabilities(2**32 - 1, 1, 1, 1)},
        {"capabilities": Capabilities(1, 2**64 - 1, 1, 1)},
        {"capabilities": Capabilities(1, 1, 1, 1, gpus=(Gpu("g", 1, 1, "u"),) * 65)},
        {"capabilities": Capabilities(1, 1, 1, 1, engine="x" * 201)},
        {"capabilities": Capabilities(1, 1, 1, 1, isolation_features=("a\0b",))},
    ],
    ids=str,
)
def test_what_no_machine_says_is_refused(key, changes):
    values = {
        name: getattr(application(key), name)
        for name in ("name", "public_key", "capabilities", "location")
    }
    asked = Application(**values | changes)
    assert raised_by(checked_application, asked) is Reason.INVALID_FIELD
