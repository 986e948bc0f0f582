"""Messages that nobody thought of, and a way to give them to a master without a wire."""

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, NoReturn

import grpc
import grpc.aio
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from app.client.errors import to_error
from app.common.errors import Reason
from app.master.rpc.auth import AuthInterceptor
from app.master.rpc.calls import Calls
from proto import nodepool_pb2 as pb

MILD_TEXTS = ["", "a", "ann", "admin", "01" * 13, "-1", "10.9.0.0/16"]
TEXTS = [*MILD_TEXTS, "\0", "../..", "x" * 5000, "\u202e", "\ud7ff"]
MILD_NUMBERS = [0, 1, 5]
NUMBERS = [*MILD_NUMBERS, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1]
#: A message in a message in a message: deeper ones stay empty.
DEPTH_MAX = 3


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

    def _filled(self, message_type: type[Message], depth: int) -> Message:
        message = message_type()
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

    def _value_of(self, field: FieldDescriptor) -> object:
        chance = self._chance
        if field.type == field.TYPE_BYTES:
            return chance.randbytes(chance.randrange(100))
        if self._mild and field.name == "request_id":
            return f"{chance.getrandbits(64):x}"
        texts = [*(MILD_TEXTS if self._mild else TEXTS), *self._ids]
        numbers = MILD_NUMBERS if self._mild else NUMBERS
        sign = 1 if self._mild else chance.choice([1, -1])
        kinds = {
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


def _put(message: Message, field: FieldDescriptor, made: Message) -> None:
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


@dataclass
class _Context:
    """What gRPC hands a handler, as far as the master asks for it."""

    token: str

    def invocation_metadata(self) -> tuple[tuple[str, str], ...]:
        return (("authorization", f"Bearer {self.token}"), ("user-agent", "mutations"))

    def peer(self) -> str:
        return "ipv4:127.0.0.1:1"

    def done(self) -> bool:
        return False

    async def abort(self, *status: object) -> NoReturn:
        raise Refused(*status)


class Refused(grpc.aio.AbortError):
    """As gRPC ends a handler; with the status that goes over the wire."""

    def __init__(self, code: grpc.StatusCode, details: str, trailing: Any) -> None:
        super().__init__(details)
        metadata = grpc.aio.Metadata.from_tuple(tuple(trailing))
        self.reason = to_error(
            grpc.aio.AioRpcError(code, grpc.aio.Metadata(), metadata, details)
        ).reason


class WithoutAWire:
    """Gives the bytes of messages to the handlers as gRPC would: all of a call but its transport.

    It costs a quarter of the CPU of a call over TLS, and is not told apart by the master.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._interceptor = AuthInterceptor(calls.door)

    async def send(self, path: str, messages: Sequence[bytes], token: str) -> Reason | None:
        """The reason of the refusal; None for an answer. Answers of a stream are read to its end
        where the messages end it too, else the first alone."""
        method = CALLS[path]
        handler = self._interceptor._guard(path, self._calls._handlers[path])
        given: Any = _each(messages) if method.client_streaming else messages[0]
        context = _Context(token)
        try:
            if not method.server_streaming:
                behaviour = handler.stream_unary if method.client_streaming else handler.unary_unary
                handler.response_serializer(await behaviour(given, context))
                return None
            behaviour = handler.stream_stream if method.client_streaming else handler.unary_stream
            async with aclosing(behaviour(given, context)) as answers:
                async for answer in answers:
                    handler.response_serializer(answer)
                    if not method.client_streaming:
                        break
        except Refused as error:
            return error.reason
        return None


async def _each(messages: Sequence[bytes]) -> AsyncIterator[bytes]:
    for message in messages:
        yield message
