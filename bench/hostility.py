"""What hostile callers send: junk at the port, and messages that nobody thought of."""

import asyncio
import random
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from app.client.address import MasterAddress
from proto import nodepool_pb2 as pb

MILD_TEXTS = ["", "a", "ann", "admin", "01" * 13, "-1", "10.9.0.0/16"]
TEXTS = [*MILD_TEXTS, "\0", "../..", "x" * 5000, "\u202e", "\ud7ff"]
MILD_NUMBERS = [0, 1, 5]
NUMBERS = [*MILD_NUMBERS, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1]
#: A message in a message in a message: deeper ones stay empty.
DEPTH_MAX = 3


H2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def junk(chance: random.Random) -> bytes:
    """Bytes at random, alone or after what opens a protocol."""
    body = chance.randbytes(chance.randrange(1, 400))
    return chance.choice([b"", b"\x16\x03\x01\x02\x00", H2_PREFACE, b"GET / HTTP/1.1\r\n"]) + body


async def connect_with_junk(address: MasterAddress, chance: random.Random) -> None:
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


class Mutations:
    """Makes messages with strange values, and bytes that are nearly a message.

    Every other one is mild: a message whose values might pass, so that it comes further than
    the checks. `ids`: of what there is in the pool, so that it comes further than a look-up.
    """

    def __init__(self, chance: random.Random, ids: Sequence[str] = ()) -> None:
        self._chance = chance
        self._ids = [*ids]
        self._mild = False

    def of(self, message_type: type[Message]) -> bytes:
        """One message's bytes, with up to three wounds."""
        chance = self._chance
        self._mild = chance.random() < 0.5
        body = bytearray(self._filled(message_type, 0).SerializeToString())
        for _ in range(0 if self._mild else chance.randrange(4)):
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

    def _filled(self, message_type: type[Message], depth: int) -> Any:
        message: Any = message_type()
        for field in message.DESCRIPTOR.fields:
            if self._chance.random() < 0.4 or depth > DEPTH_MAX:
                continue
            if field.message_type is not None:
                if not field.message_type.GetOptions().map_entry:
                    made = self._filled(GetMessageClass(field.message_type), depth + 1)
                    _put(message, field, made)
            elif field.is_repeated:
                times = self._chance.randrange(4)
                getattr(message, field.name).extend([self._value_of(field)] * times)
            else:
                setattr(message, field.name, self._value_of(field))
        return message

    def _value_of(self, field: Any) -> object:
        chance = self._chance
        if field.type == field.TYPE_BYTES:
            return chance.randbytes(chance.randrange(100))
        if self._mild and field.name == "request_id":
            return f"{chance.getrandbits(64):x}"
        texts = [*(MILD_TEXTS if self._mild else TEXTS), *self._ids]
        numbers = MILD_NUMBERS if self._mild else NUMBERS
        sign = 1 if self._mild else chance.choice([1, -1])
        kinds: dict[int, Callable[[], object]] = {
            field.CPPTYPE_STRING: lambda: chance.choice(texts),
            field.CPPTYPE_BOOL: lambda: chance.random() < 0.5,
            field.CPPTYPE_ENUM: lambda: chance.choice([0, 1, 2, 99][: 3 if self._mild else 4]),
            field.CPPTYPE_UINT32: lambda: chance.choice(numbers) % 2**32,
            field.CPPTYPE_INT32: lambda: chance.choice(numbers) % 2**31 * sign,
            field.CPPTYPE_UINT64: lambda: chance.choice(numbers),
            field.CPPTYPE_INT64: lambda: chance.choice(numbers) * sign,
            field.CPPTYPE_DOUBLE: lambda: chance.choice([0.0, 1.0, -1.0, 1e308, float("nan")]),
            field.CPPTYPE_FLOAT: lambda: chance.choice([0.0, 1.0, -1.0, float("inf")]),
        }
        return kinds[field.cpp_type]()


def _put(message: Any, field: Any, made: Message) -> None:
    if field.is_repeated:
        getattr(message, field.name).append(made)
    else:
        getattr(message, field.name).CopyFrom(made)


#: All calls of the wire, by the names that the permission table has.
CALLS: dict[str, MethodDescriptor] = {
    f"/{service.full_name}/{method.name}": method
    for service in pb.DESCRIPTOR.services_by_name.values()
    for method in service.methods
}


async def send_by_wire(channel: Any, path: str, messages: Sequence[bytes], token: str) -> None:
    """Make the call `path` with the bytes of its messages, and read its first answer.

    Raises grpc.aio.AioRpcError for a refusal.
    """
    method = CALLS[path]
    shape = (
        f"{'stream' if method.client_streaming else 'unary'}_"
        f"{'stream' if method.server_streaming else 'unary'}"
    )
    running = getattr(channel, shape)(path)(
        messages if method.client_streaming else messages[0],
        metadata=[("authorization", f"Bearer {token}")],
        timeout=20,
    )
    with suppress(asyncio.CancelledError):
        if method.server_streaming:
            # One answer is enough: some would go on for ever.
            await running.read()
            running.cancel()
        else:
            await running
