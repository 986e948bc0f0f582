"""gRPC's way to the one door of all calls: an interceptor wraps each handler once.

Who it is, whether they may, and what becomes of a refusal is `door.py`'s business; the
bearer token is in the call's metadata, and a refusal becomes a status.
"""

import asyncio
import inspect
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, NoReturn, TypeAlias

import grpc
import grpc.aio
from google.protobuf.message import DecodeError

from app.common.errors import HiveMindError, Reason
from app.master.rpc.door import Door
from app.master.rpc.errors import Context, abort
from app.master.rpc.peers import peer_host

Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"


class GrpcArrival:
    """A call as it came by gRPC."""

    __slots__ = ("context",)

    def __init__(self, context: Context) -> None:
        self.context = context

    def token(self) -> str:
        """The bearer token. Raises HiveMindError(UNAUTHENTICATED)."""
        return bearer_token(self.context.invocation_metadata())

    def peer(self) -> str:
        """The caller's address."""
        return peer_host(self.context.peer())

    def gone(self) -> bool:
        """Whether nobody waits for an answer any more."""
        return bool(self.context.done())

    def is_ending(self, error: BaseException) -> bool:
        """Whether `error` is how gRPC ends a handler that has told its status."""
        return isinstance(error, grpc.aio.AbortError)

    async def refuse(self, error: HiveMindError) -> NoReturn:
        """End the call with `error`'s status."""
        await abort(self.context, error)


class AuthInterceptor(grpc.aio.ServerInterceptor):  # type: ignore[type-arg] # generic in stubs only
    """Leads every call through the door."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._guarded: dict[str, tuple[Handler, Handler]] = {}

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler:
        """The handler of the method called, wrapped; None (UNIMPLEMENTED) if there is none."""
        handler = await continuation(handler_call_details)
        if handler is None:
            return handler
        method: str = handler_call_details.method
        known = self._guarded.get(method)
        if known is not None and known[0] is handler:
            return known[1]
        guarded = self._guard(method, handler)
        self._guarded[method] = (handler, guarded)
        return guarded

    def _guard(self, method: str, handler: Any) -> Handler:
        streams = handler.request_streaming or handler.response_streaming
        behaviour = behaviour_of(handler)
        read: Callable[[Any], Any] = self._reading(handler.request_deserializer)
        if handler.request_streaming:
            read = partial(Requests, read, self._door, method)
        # gRPC answers bytes it cannot read with an unknown error: they are read in the wrapper.
        through: Any = (
            self._door.generator if inspect.isasyncgenfunction(behaviour) else self._door.coroutine
        )
        guarded = through(method, behaviour, read, GrpcArrival, watch=streams)
        return _make_handler(handler, guarded)

    def _reading(self, deserializer: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
        def read(raw: bytes) -> Any:
            try:
                message = deserializer(raw)
            except DecodeError as error:
                raise HiveMindError(
                    Reason.INVALID_FIELD, "The request is not a message of this call."
                ) from error
            return self._door.checked(message)

        return read


def bearer_token(metadata: Any) -> str:
    """The token of the one "authorization: Bearer <token>" in the call's metadata.

    Raises HiveMindError(UNAUTHENTICATED) if there is none, or more than one.
    """
    values = [value for key, value in metadata or () if key == "authorization"]
    scheme, _, token = values[0].partition(" ") if len(values) == 1 else ("", "", "")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise HiveMindError(Reason.UNAUTHENTICATED, "Sign in first: no access token came along.")
    return str(token)


class Requests:
    """The messages of a stream, each read as it is asked for, and no faster than they may come."""

    def __init__(
        self, read: Callable[[Any], Any], door: Door, method: str, raw: AsyncIterable[Any]
    ) -> None:
        self._read = read
        self._take = door.measure(method)
        self._raw = raw
        #: Made when the first is asked for: gRPC complains of one that was never used.
        self._messages: AsyncIterator[Any] | None = None

    def __aiter__(self) -> "Requests":
        return self

    async def __anext__(self) -> Any:
        if self._messages is None:
            self._messages = aiter(self._raw)
        raw = await anext(self._messages)
        message = self._read(raw)
        wait = self._take(message, len(raw) if isinstance(raw, bytes) else message.ByteSize())
        if wait:
            await asyncio.sleep(wait)
        return message


def behaviour_of(handler: Any) -> Any:
    if handler.request_streaming:
        return handler.stream_stream if handler.response_streaming else handler.stream_unary
    return handler.unary_stream if handler.response_streaming else handler.unary_unary


def _make_handler(like: Any, behaviour: Any) -> Handler:
    makers = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (False, True): grpc.unary_stream_rpc_method_handler,
        (True, False): grpc.stream_unary_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }
    make: Any = makers[(like.request_streaming, like.response_streaming)]
    made: Handler = make(
        behaviour,
        request_deserializer=None,
        response_serializer=like.response_serializer,
    )
    return made
