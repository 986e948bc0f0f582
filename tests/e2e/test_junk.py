"""Junk at the port and mutated messages on every call: the master goes on serving."""

import asyncio
import random
import ssl
from collections import Counter
from contextlib import suppress
from pathlib import Path

import grpc
import pytest
from google.protobuf.message_factory import GetMessageClass

from app.client.api import HiveMind
from app.client.channel import MasterAddress, open_channel
from app.client.errors import to_error
from app.common.errors import HiveMindError, Reason
from app.master.master import Master
from proto import nodepool_pb2 as pb
from tests.e2e.conftest import serving, settings_in, signed_in
from tests.long_forms import LONG, long_form

CONNECTIONS = long_form(2_000, 100_000)
MESSAGES_A_CALL = long_form(120, 20_000)
AT_ONCE = 100

H2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


@pytest.fixture
async def master(tmp_path: Path):
    """A master that counts nobody's calls: here all come from one address."""
    async with serving(settings_in(tmp_path / "data", calls_per_second=1_000_000)) as started:
        yield started


def junk(chance: random.Random) -> bytes:
    """Bytes at random, alone or after what opens a protocol."""
    body = chance.randbytes(chance.randrange(1, 400))
    return chance.choice([b"", b"\x16\x03\x01\x02\x00", H2_PREFACE, b"GET / HTTP/1.1\r\n"]) + body


async def connect(address: MasterAddress, chance: random.Random) -> None:
    """One connection that says junk, in TLS or not, and goes away in one way or another."""
    context = None
    if chance.random() < 0.05:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["h2"])
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(30):
            reader, writer = await asyncio.open_connection(address.host, address.port, ssl=context)
        try:
            data = junk(chance)
            writer.write(H2_PREFACE + data if context is not None else data)
            if chance.random() < 0.5:
                async with asyncio.timeout(0.1):
                    await reader.read(100)
        finally:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


async def test_junk_connections_leave_nothing_and_keep_nobody_out(master: Master) -> None:
    address = MasterAddress.parse(master.grpc_address)
    chance = random.Random(7)
    async with signed_in(master) as admin:
        before = await asyncio.to_thread(open_files)
        for _ in range(CONNECTIONS // AT_ONCE):
            await asyncio.gather(*(connect(address, chance) for _ in range(AT_ONCE)))
            assert (await admin.whoami()).username == "admin"
        async with asyncio.timeout(60):
            while await asyncio.to_thread(open_files) > before + 10:  # noqa: ASYNC110
                await asyncio.sleep(0.05)


async def test_an_oversized_message_is_refused_and_the_connection_goes_on(
    master: Master,
) -> None:
    async with signed_in(master) as admin:
        with pytest.raises(HiveMindError) as caught:
            await admin.users.create("x" * (5 * 1024 * 1024), "nine purple lamps")
        assert caught.value.reason is Reason.MESSAGE_TOO_LARGE
        assert (await admin.whoami()).username == "admin"


async def test_streams_that_are_reset_at_once_cost_nothing(master: Master) -> None:
    async with signed_in(master) as admin:
        for _ in range(20):
            calls = [asyncio.ensure_future(admin.whoami()) for _ in range(100)]
            await asyncio.sleep(0)
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
        assert (await admin.whoami()).username == "admin"


def mutated(chance: random.Random, message_type: type) -> bytes:
    """Bytes that are nearly a message, or are one with strange values."""
    body = bytearray(filled(chance, message_type, 0).SerializeToString())
    for _ in range(chance.randrange(4)):
        kind = chance.randrange(4)
        place = chance.randrange(len(body) + 1)
        if kind == 0 and body:
            body[place % len(body)] ^= 1 << chance.randrange(8)
        elif kind == 1:
            body[place:place] = chance.randbytes(chance.randrange(1, 9))
        elif kind == 2:
            del body[place : place + chance.randrange(1, 9)]
        else:
            body += body[: chance.randrange(len(body) + 1)]
    return bytes(body)


TEXTS = ["", "a", "\0", "ann", "../..", "x" * 5000, "\u202e", "01" * 13, "-1", "admin", "\ud7ff"]
NUMBERS = [0, 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 5]


def filled(chance: random.Random, message_type: type, depth: int):
    """A message with some of its fields set to values that somebody did not think of."""
    message = message_type()
    for field in message.DESCRIPTOR.fields:
        if chance.random() < 0.4 or depth > 3:
            continue
        if field.is_repeated and field.message_type is not None:
            if not field.message_type.GetOptions().map_entry:
                made = filled(chance, GetMessageClass(field.message_type), depth + 1)
                getattr(message, field.name).append(made)
            continue
        if field.message_type is not None:
            made = filled(chance, GetMessageClass(field.message_type), depth + 1)
            getattr(message, field.name).CopyFrom(made)
            continue
        value = value_of(chance, field)
        if value is None:
            continue
        if field.is_repeated:
            getattr(message, field.name).extend([value] * chance.randrange(4))
        else:
            setattr(message, field.name, value)
    return message


def value_of(chance: random.Random, field):
    kinds = {
        field.CPPTYPE_STRING: lambda: chance.choice(TEXTS),
        field.CPPTYPE_BOOL: lambda: chance.random() < 0.5,
        field.CPPTYPE_ENUM: lambda: chance.choice([0, 1, 2, 99]),
        field.CPPTYPE_UINT32: lambda: chance.choice(NUMBERS) % 2**32,
        field.CPPTYPE_INT32: lambda: chance.choice(NUMBERS) % 2**31 * chance.choice([1, -1]),
        field.CPPTYPE_UINT64: lambda: chance.choice(NUMBERS),
        field.CPPTYPE_INT64: lambda: chance.choice(NUMBERS) * chance.choice([1, -1]),
        field.CPPTYPE_DOUBLE: lambda: chance.choice([0.0, -1.0, 1e308, float("nan")]),
        field.CPPTYPE_FLOAT: lambda: chance.choice([0.0, -1.0, float("inf")]),
    }
    if field.type == field.TYPE_BYTES:
        return chance.randbytes(chance.randrange(100))
    make = kinds.get(field.cpp_type)
    return make() if make is not None else None


#: They would end the sessions with which the test goes on.
SPARED = {"SignOut", "EndSessions", "ChangePassword", "ResetPassword", "UpdateUser"}


@pytest.mark.timeout(3600 if LONG else 300)
async def test_mutated_messages_on_every_call_never_fail_the_master(
    master: Master,
) -> None:
    """Whatever comes is answered or refused: INTERNAL is for faults of the master."""
    chance = random.Random(11)
    address = MasterAddress.parse(master.grpc_address)
    ca = master._identity.authority.ca_certificate_pem
    async with (
        HiveMind.connect(
            master.grpc_address,
            ca_certificate_pem=ca,
            username="admin",
            password="correct horse battery staple",
        ) as admin,
        open_channel(address, ca) as channel,
    ):
        token = await admin._session.token()
        answers: Counter = Counter()
        for service in pb.DESCRIPTOR.services_by_name.values():
            for method in service.methods:
                if method.name in SPARED:
                    continue
                for _ in range(MESSAGES_A_CALL // 20):
                    batch = [one_call(chance, channel, service, method, token) for _ in range(20)]
                    answers.update(await asyncio.gather(*batch))
        assert answers[Reason.MASTER_FAILED] == 0
        # Most came past the door, not only to it.
        assert len(answers) > 8
        assert (await admin.whoami()).username == "admin"


async def one_call(chance, channel, service, method, token):
    """The reason of the refusal, or None for an answer."""
    request = mutated(chance, GetMessageClass(method.input_type))
    shape = (
        f"{'stream' if method.client_streaming else 'unary'}_"
        f"{'stream' if method.server_streaming else 'unary'}"
    )
    call = getattr(channel, shape)(f"/{service.full_name}/{method.name}")
    running = call(
        [request] if method.client_streaming else request,
        metadata=[("authorization", f"Bearer {token}")],
        timeout=20,
    )
    try:
        if method.server_streaming:
            # One answer is enough: some would go on for ever.
            await running.read()
            running.cancel()
        else:
            await running
    except grpc.aio.AioRpcError as error:
        return to_error(error).reason
    except asyncio.CancelledError:
        return None
    return None
