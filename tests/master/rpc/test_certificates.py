"""Certificates change under a running server: new connections see the new, old ones go on."""

import asyncio
import ssl
from dataclasses import replace

import grpc
import pytest
from cryptography import x509
from grpc_health.v1 import health_pb2

from app.client.channel import open_channel
from app.client.errors import to_error
from app.client.node_client import NodeClient, NodeIdentity
from app.client.trust import pool_with_pin
from app.common.clock import SystemClock
from app.common.errors import HiveMindError, Reason
from app.common.ids import SystemIds
from app.common.join_token import JoinToken
from app.common.vault import open_vault
from app.master.identity.authority import forget_former_ca, open_authority, rotate_ca
from app.master.identity.tokens import ACCESS_SECONDS
from app.master.pool.join_tokens import TokenOrder
from app.worker.identity import IdentityStore
from app.worker.joining import Candidate, Place, join
from tests.identity_wire import services
from tests.identity_world import identity_world, machine_key, served
from tests.sources import ManualClock
from tests.worker.agents import CAPABILITIES

DAY_US = 24 * 3600 * 10**6


@pytest.fixture
async def world(tmp_path):
    """A pool that made its certificates seventy days ago."""
    clock = ManualClock(SystemClock().now_us() - 70 * DAY_US)
    async with identity_world(tmp_path, clock) as made:
        yield made


async def shown_by(address):
    pem = await asyncio.to_thread(ssl.get_server_certificate, (address.host, address.port))
    return x509.load_pem_x509_certificate(pem.encode()).serial_number


async def answers(channel):
    check = channel.unary_unary(
        "/grpc.health.v1.Health/Check",
        request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
        response_deserializer=health_pb2.HealthCheckResponse.FromString,
    )
    answer = await check(health_pb2.HealthCheckRequest(), timeout=20)
    return answer.status == health_pb2.HealthCheckResponse.SERVING


async def trusted_with(address, certificate_pem):
    """Whether who trusts `certificate_pem` takes this server for the pool's."""
    async with open_channel(address, certificate_pem) as channel:
        try:
            return await answers(channel)
        except grpc.aio.AioRpcError as error:
            assert error.code() is grpc.StatusCode.UNAVAILABLE  # noqa: PT017 - and nothing else
            return False


async def test_a_renewal_drops_no_stream(world):
    async with (
        served(world, []) as address,
        open_channel(address, world.parts.authority.ca_certificate_pem) as channel,
    ):
        watch = channel.unary_stream(
            "/grpc.health.v1.Health/Watch",
            request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
            response_deserializer=health_pb2.HealthCheckResponse.FromString,
        )
        stream = watch(health_pb2.HealthCheckRequest())
        await stream.read()
        before = await shown_by(address)
        world.clock.advance(70 * 24 * 3600)
        world.parts.renew(world.clock, SystemIds(world.clock))
        assert await shown_by(address) != before
        assert not stream.done()
        assert await answers(channel)
        stream.cancel()


async def test_nothing_is_renewed_before_its_time(world):
    before = world.parts.authority
    assert not world.parts.certificates.renew()
    assert world.parts.authority is before


async def test_after_a_rotation_both_authorities_are_good_until_the_former_is_forgotten(
    world, tmp_path
):
    former = world.parts.authority.ca_certificate_pem
    stranger = open_authority(
        open_vault(tmp_path / "other", SystemIds(world.clock)), world.clock, SystemIds(world.clock)
    )
    async with served(world, []) as address:
        rotate_ca(world.parts.vault, world.clock, SystemIds(world.clock))
        assert world.parts.certificates.renew()
        current = world.parts.authority.ca_certificate_pem
        assert current != former
        assert await trusted_with(address, former)
        assert await trusted_with(address, current)
        assert not await trusted_with(address, stranger.ca_certificate_pem)
        forget_former_ca(world.parts.vault)
        assert world.parts.certificates.renew()
        assert not await trusted_with(address, former)
        assert await trusted_with(address, current)


@pytest.mark.parametrize(("days", "word"), [(-120, "ahead"), (10, "behind")])
async def test_a_wrong_clock_is_called_so(tmp_path, days, word):
    """The certificate of a pool that seems to live at another time."""
    clock = ManualClock(SystemClock().now_us() + days * DAY_US)
    async with (
        identity_world(tmp_path, clock) as world,
        served(world, []) as address,
        open_channel(address, world.parts.authority.ca_certificate_pem) as channel,
    ):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await answers(channel)
    error = to_error(caught.value)
    assert error.reason is Reason.CLOCK_WRONG
    assert word in error.message


async def test_a_node_learns_of_the_authority_that_follows(world):
    """And comes back when the former is forgotten, in the same process and in another."""
    key = machine_key()
    owner = await world.user("ann")
    node = await world.node(key, await world.join_token(owner))
    former = world.parts.authority.ca_certificate_pem
    met = []
    async with served(world, services(world)) as address:
        identity = NodeIdentity(node.id, key, world.parts.pool_id, former, address)
        async with NodeClient(identity, world.clock, SystemIds(world.clock), met.append) as client:
            await client.authenticate()
            assert met == []
            rotate_ca(world.parts.vault, world.clock, SystemIds(world.clock))
            world.parts.certificates.renew()
            world.clock.advance(ACCESS_SECONDS)
            await client.authenticate()
        (trusted,) = met
        current = world.parts.authority.ca_certificate_pem
        assert trusted == current + former
        forget_former_ca(world.parts.vault)
        world.parts.certificates.renew()
        assert await trusted_with(address, trusted)


async def joins(world, address, token, folder):
    """What the worker's own joining makes of `token`; whom it trusts then."""
    candidate = Candidate("lab-7", CAPABILITIES, Place.parse(""))
    membership = await join(
        address,
        token.pin,
        token,
        candidate,
        IdentityStore(folder),
        SystemClock(),
        SystemIds(SystemClock()),
        lambda _: None,
    )
    return membership.identity.ca_certificate_pem


async def token_of(world, owner):
    tokens = world.parts.join_tokens
    row = await world.writer.run(lambda tx: tokens.create(tx, TokenOrder(owner, owner)))
    return JoinToken.parse(tokens.text(row.id))


async def test_join_tokens_from_before_a_rotation_are_good_until_the_former_is_forgotten(
    tmp_path,
):
    async with identity_world(tmp_path, ManualClock(SystemClock().now_us())) as world:
        owner = await world.user("ann")
        first, second = [await token_of(world, owner) for _ in range(2)]
        former = world.parts.authority.ca_certificate_pem
        rotate_ca(world.parts.vault, world.clock, SystemIds(world.clock))
        world.parts.certificates.renew()
        async with served(world, services(world)) as address:
            assert await joins(world, address, first, tmp_path / "a") == former
            pinned = await pool_with_pin(address, first.pin)
            assert pinned.ca_certificate_pem.encode() == former
            newer = await token_of(world, owner)
            current = world.parts.authority.ca_certificate_pem
            assert await joins(world, address, newer, tmp_path / "b") == current
            forget_former_ca(world.parts.vault)
            world.parts.certificates.renew()
            with pytest.raises(HiveMindError) as refused:
                await joins(world, address, second, tmp_path / "c")
        assert refused.value.reason is Reason.PIN_MISMATCH
        assert "ask for a new token" in refused.value.message
        left = await world.reader.run(world.parts.join_tokens.newest)
        assert [row.uses_left for row in left if row.id == second.token_id] == [1]


async def test_an_impostor_who_shows_the_former_authority_gets_no_secret(tmp_path):
    """It is public; a key that it certified is not his."""
    now = ManualClock(SystemClock().now_us())
    for name in ("pool", "impostor"):
        (tmp_path / name).mkdir()
    async with (
        identity_world(tmp_path / "pool", now) as world,
        identity_world(tmp_path / "impostor", now) as impostor,
    ):
        token = await token_of(world, await world.user("ann"))
        genuine = world.parts.authority.ca_certificate_pem
        own = impostor.parts.authority
        impostor.parts.certificates.authority = replace(own, former_certificate_pem=genuine)
        asked = []
        register = impostor.parts.enrolment.register

        async def noted(application):
            asked.append(application)
            return await register(application)

        impostor.parts.enrolment.register = noted
        async with served(impostor, services(impostor)) as address:
            with pytest.raises(HiveMindError) as refused:
                await joins(world, address, token, tmp_path / "a")
        assert refused.value.reason in {Reason.CERTIFICATE_MISMATCH, Reason.MASTER_UNREACHABLE}
        assert asked == []
