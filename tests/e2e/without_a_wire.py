"""A way to give a master the bytes of messages without a wire."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, NoReturn

import grpc
import grpc.aio

from app.client.errors import to_error
from app.common.errors import Reason
from app.master.rpc.auth import AuthInterceptor
from app.master.rpc.calls import Calls
from bench.hostility import CALLS


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
