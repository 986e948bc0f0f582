"""The one door of every call: who is it, may they, and what went wrong if it ends badly.

A server interceptor wraps each handler once. On a call it takes the bearer token,
asks the authenticator who that is, asks the table whether they may, and puts the
principal where `caller()` finds it. A refusal or a failure becomes a status here.
"""

import asyncio
import inspect
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn, Protocol, TypeAlias

import grpc
import grpc.aio
import structlog
from google.protobuf.message import DecodeError

from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource
from app.common.invariant import invariant
from app.master.audit.log import AuditLog
from app.master.identity.endings import Endings
from app.master.identity.permissions import RPC_PERMISSIONS, Open, Rule, permits
from app.master.identity.principal import Principal
from app.master.rpc.auditing import AuditedCall
from app.master.rpc.checks import check_message
from app.master.rpc.errors import Context, abort, unforeseen

log = structlog.get_logger(__name__)

Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"

_CALLER: ContextVar[Principal | None] = ContextVar("caller", default=None)


class Authenticator(Protocol):
    """Turns a token into a principal, in microseconds and without I/O."""

    def authenticate(self, token: str) -> Principal:
        """Whose token this is, as they are now.

        Raises HiveMindError(UNAUTHENTICATED | TOKEN_EXPIRED | SESSION_ENDED | NODE_REVOKED).
        """
        ...


def caller() -> Principal:
    """Who makes the call that is being handled. Not to be asked in an open call."""
    principal = _CALLER.get()
    invariant(principal is not None, "caller() was asked in a call that needs no token")
    return principal  # type: ignore[return-value] # the line above holds


def caller_or_none() -> Principal | None:
    """Who makes the call that is being handled; None in an open one."""
    return _CALLER.get()


@dataclass(slots=True)
class _Cut:
    """Set when a running stream is ended because its caller's session is."""

    error: HiveMindError | None = None


class AuthInterceptor(grpc.aio.ServerInterceptor):  # type: ignore[type-arg] # generic in stubs only
    """Admits calls by token and permission table, and turns errors into statuses."""

    def __init__(
        self,
        authenticator: Authenticator,
        endings: Endings,
        ids: IdSource,
        table: Mapping[str, Rule] = RPC_PERMISSIONS,
        audit: AuditLog | None = None,
    ) -> None:
        self._authenticator = authenticator
        self._endings = endings
        self._ids = ids
        self._table = table
        self._audit = audit
        self._guarded: dict[str, tuple[Handler, Handler]] = {}
        #: Messages that came so far: requests, and those of streams.
        self.messages_read = 0

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
        behaviour = _behaviour(handler)
        if inspect.isasyncgenfunction(behaviour):
            wrap = self._guard_generator
        else:
            wrap = self._guard_coroutine
        read: Callable[[Any], Any] = self._checking(handler.request_deserializer)
        if handler.request_streaming:
            read = partial(_Requests, read)
        # gRPC answers bytes it cannot read with an unknown error: they are read in the wrapper.
        return _make_handler(handler, wrap(method, behaviour, read, watch=streams))

    def _guard_coroutine(
        self, method: str, behaviour: Any, read: Callable[[Any], Any], *, watch: bool
    ) -> Any:
        async def handle(raw: Any, context: Context) -> Any:
            cut = _Cut()
            unwatch = None
            call = AuditedCall(self._audit, method, context)
            try:
                principal = call.actor = self._admit(method, context)
                if watch and principal is not None:
                    unwatch = self._watch(principal, cut)
                return await call.carry_out(behaviour, read(raw))
            except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - told or raised
                await self._end_badly(call, context, error, cut)
            finally:
                if unwatch is not None:
                    unwatch()

        return handle

    def _guard_generator(
        self, method: str, behaviour: Any, read: Callable[[Any], Any], *, watch: bool
    ) -> Any:
        async def handle(raw: Any, context: Context) -> AsyncIterator[Any]:
            cut = _Cut()
            unwatch = None
            call = AuditedCall(self._audit, method, context)
            try:
                principal = call.actor = self._admit(method, context)
                if watch and principal is not None:
                    unwatch = self._watch(principal, cut)
                # Closed here and now, not when the collector comes by.
                async with aclosing(behaviour(read(raw), context)) as messages:
                    async for message in messages:
                        yield message
            except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - told or raised
                await self._end_badly(call, context, error, cut)
            finally:
                if unwatch is not None:
                    unwatch()

        return handle

    def _admit(self, method: str, context: Context) -> Principal | None:
        rule = self._table.get(method)
        if rule is None:
            raise HiveMindError(
                Reason.PERMISSION_DENIED, "This call is in no permission table: nobody may make it."
            )
        if isinstance(rule, Open):
            return None
        principal = self._authenticator.authenticate(bearer_token(context.invocation_metadata()))
        _CALLER.set(principal)
        if not permits(principal, rule):
            who = "A node" if principal.is_node else f"The role {principal.role.label}"
            raise HiveMindError(
                Reason.PERMISSION_DENIED,
                f"{who} may not do this. It needs the permission: {rule.value}.",
                permission=rule.name,
            )
        return principal

    def _checking(self, deserializer: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
        def read(raw: bytes) -> Any:
            self.messages_read += 1
            try:
                message = deserializer(raw)
            except DecodeError as error:
                raise HiveMindError(
                    Reason.INVALID_FIELD, "The request is not a message of this call."
                ) from error
            check_message(message)
            return message

        return read

    def _watch(self, principal: Principal, cut: _Cut) -> Callable[[], None]:
        task = asyncio.current_task()
        invariant(task is not None, "a handler runs in a task")

        def end(error: HiveMindError) -> None:
            cut.error = error
            task.cancel()  # type: ignore[union-attr] # the invariant holds

        return self._endings.watch(principal, end)

    async def _end_badly(
        self,
        call: AuditedCall,
        context: Context,
        error: BaseException,
        cut: _Cut,
    ) -> NoReturn:
        if isinstance(error, asyncio.CancelledError):
            if cut.error is None:
                raise error
            # What ran is ended, nothing is refused: the log of acts has no part in it.
            call.done()
            error = cut.error
        if isinstance(error, grpc.aio.AbortError):
            raise error
        # Known also where the table refused them.
        principal = call.actor = _CALLER.get()
        who = principal.key if principal is not None else None
        if isinstance(error, HiveMindError):
            log.debug("call refused", method=call.method, reason=error.reason.name, caller=who)
            await call.refused(error.reason)
            await abort(context, error)
        if context.done():
            raise error
        incident = self._ids.new_id()
        log.error("call failed", method=call.method, incident=incident, caller=who, exc_info=error)
        await call.refused(Reason.MASTER_FAILED)
        await abort(context, unforeseen(incident))


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


class _Requests:
    """The messages of a stream, each read as it is asked for."""

    def __init__(self, read: Callable[[bytes], Any], raw: AsyncIterable[bytes]) -> None:
        self._read = read
        self._raw = aiter(raw)

    def __aiter__(self) -> "_Requests":
        return self

    async def __anext__(self) -> Any:
        return self._read(await anext(self._raw))


def _behaviour(handler: Any) -> Any:
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
