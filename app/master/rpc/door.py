"""The one door of every call, by gRPC or HTTP: who is it, may they, and what if it ends badly.

On a call it takes the bearer token, asks the authenticator who that is, asks the table
whether they may, and puts the principal where `caller()` finds it. What is to be known of
the call comes into the audit log from here.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextvars import ContextVar
from functools import partial
from types import CoroutineType
from typing import Any, NoReturn, Protocol, TypeAlias

import structlog

from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource
from app.common.invariant import invariant
from app.master.audit.log import AuditLog
from app.master.identity.endings import Endings
from app.master.identity.origin import neighbourhood
from app.master.identity.permissions import PERMISSIONS, Open, Rule, permits
from app.master.identity.principal import Principal
from app.master.rpc.auditing import AuditedCall
from app.master.rpc.call_limits import CallLimits
from app.master.rpc.checks import check_message
from app.master.rpc.errors import unforeseen
from app.master.rpc.stream_limits import StreamLimits, things_in

log = structlog.get_logger(__name__)

_CALLER: ContextVar[Principal | None] = ContextVar("caller", default=None)


class Authenticator(Protocol):
    """Turns a token into a principal, in microseconds and without I/O."""

    def authenticate(self, token: str) -> Principal:
        """Whose token this is, as they are now.

        Raises HiveMindError(UNAUTHENTICATED | TOKEN_EXPIRED | SESSION_ENDED | NODE_REVOKED).
        """
        ...


class Arrival(Protocol):
    """How a call came: what differs between gRPC and HTTP."""

    @property
    def context(self) -> Any:
        """What a handler gets beside its request."""
        ...

    def token(self) -> str:
        """The bearer token. Raises HiveMindError(UNAUTHENTICATED) where none came."""
        ...

    def peer(self) -> str:
        """The caller's address."""
        ...

    def gone(self) -> bool:
        """Whether nobody waits for an answer any more."""
        ...

    def is_ending(self, error: BaseException) -> bool:
        """Whether `error` is how a handler ends that has told its caller why."""
        ...

    async def refuse(self, error: HiveMindError) -> NoReturn:
        """Tell the caller `error`; raises what ends the handler."""
        ...


#: A handler behind the door: what came and how it came, to the answer or answers.
Passed: TypeAlias = Callable[[Any, Any], Awaitable[Any]]
PassedStream: TypeAlias = Callable[[Any, Any], AsyncIterator[Any]]
#: Makes an arrival of what the face of the master (gRPC, HTTP) has of a call.
Arrive: TypeAlias = Callable[[Any], Arrival]


def caller() -> Principal:
    """Who makes the call that is being handled. Not to be asked in an open call."""
    principal = _CALLER.get()
    invariant(principal is not None, "caller() was asked in a call that needs no token")
    return principal  # type: ignore[return-value] # the line above holds


def caller_or_none() -> Principal | None:
    """Who makes the call that is being handled; None in an open one."""
    return _CALLER.get()


def stranger(arrival: Arrival) -> str:
    """As whom a caller is counted of whom only the address is known."""
    return f"address:{neighbourhood(arrival.peer())}"


def _nothing() -> None:
    """What is called where nothing is to be done."""


class Door:
    """Admits calls by token and permission table, and has refusals told and written down."""

    def __init__(
        self,
        authenticator: Authenticator,
        endings: Endings,
        ids: IdSource,
        table: Mapping[str, Rule] = PERMISSIONS,
        audit: AuditLog | None = None,
        limits: CallLimits | None = None,
        stream_limits: StreamLimits | None = None,
    ) -> None:
        self.authenticator = authenticator
        self.ids = ids
        self._endings = endings
        self._table = table
        self.audit = audit
        self._limits = limits
        self._stream_limits = stream_limits
        #: Messages that came so far: requests, and those of streams.
        self.messages_read = 0

    def coroutine(
        self,
        method: str,
        behaviour: Any,
        read: Callable[[Any], Any],
        arrive: Arrive,
        *,
        watch: bool,
    ) -> Passed:
        """`behaviour`, which answers once, behind the door. `read` makes the request of what came;
        it is called, and awaited if it has to be, for those only who may make the call.

        With `watch` it is cut off when its caller's session ends.
        """

        async def handle(raw: Any, came: Any) -> Any:
            passage = _Passage(self, method, arrive(came))
            try:
                request = await passage.enter(read, raw, watch=watch)
                return await passage.call.carry_out(behaviour, request)
            except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - told or raised
                await passage.end_badly(error)
            finally:
                passage.unwatch()

        return handle

    def generator(
        self,
        method: str,
        behaviour: Any,
        read: Callable[[Any], Any],
        arrive: Arrive,
        *,
        watch: bool,
    ) -> PassedStream:
        """`behaviour`, which answers many times, behind the door. As `coroutine`."""

        async def handle(raw: Any, came: Any) -> AsyncIterator[Any]:
            passage = _Passage(self, method, arrive(came))
            try:
                request = await passage.enter(read, raw, watch=watch)
                messages = behaviour(request, passage.arrival.context)
                try:
                    async for message in messages:
                        passage.sends(messages)
                        yield message
                        passage.sent()
                finally:
                    # Here and now, not when the collector comes by.
                    await passage.close(messages)
            except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - told or raised
                await passage.end_badly(error)
            finally:
                passage.unwatch()

        return handle

    def admit(self, method: str, arrival: Arrival) -> Principal | None:
        """Who calls, if they may; None for a call that is open.

        Raises HiveMindError(UNAUTHENTICATED | … | PERMISSION_DENIED | RATE_LIMITED).
        """
        _CALLER.set(None)
        rule = self._table.get(method)
        if rule is None:
            raise HiveMindError(
                Reason.PERMISSION_DENIED, "This call is in no permission table: nobody may make it."
            )
        if isinstance(rule, Open):
            self._count(stranger(arrival))
            return None
        try:
            principal = self.authenticator.authenticate(arrival.token())
        except HiveMindError:
            # Who tries tokens is counted by address, and told no more than that.
            self._count(stranger(arrival))
            raise
        _CALLER.set(principal)
        self._count(principal.key)
        if not permits(principal, rule):
            who = "A node" if principal.is_node else f"The role {principal.role.label}"
            raise HiveMindError(
                Reason.PERMISSION_DENIED,
                f"{who} may not do this. It needs the permission: {rule.value}.",
                permission=rule.name,
            )
        return principal

    def checked(self, message: Any) -> Any:
        """A message that came, counted. Raises HiveMindError(INVALID_FIELD)."""
        self.messages_read += 1
        check_message(message)
        return message

    def measure(self, method: str) -> Callable[[Any, int], float]:
        """What counts a message of the present caller's stream, of so many bytes.

        It gives the seconds to wait, and raises HiveMindError(RATE_LIMITED) for a flood.
        """
        limits, who = self._stream_limits, caller_or_none()
        if limits is None or who is None:
            return lambda _message, _size_bytes: 0.0
        stream = f"{who.key} {method}"
        return lambda message, size_bytes: limits.take(stream, things_in(message), size_bytes)

    def watch(
        self, principal: Principal, end: Callable[[HiveMindError], None]
    ) -> Callable[[], None]:
        """Have `end` called when the caller's session ends; what is returned stops that.

        Raises HiveMindError(RATE_LIMITED) where too much is watched already.
        """
        close = self._limits.open_stream(principal.key) if self._limits is not None else _nothing
        unwatch = self._endings.watch(principal, end)

        def over() -> None:
            unwatch()
            close()

        return over

    def _count(self, who: str) -> None:
        if self._limits is not None:
            self._limits.take(who)


class _Passage:
    """One call on its way through the door, whether it answers once or many times."""

    __slots__ = ("_closing", "_cut", "_door", "_sending", "_telling", "arrival", "call", "unwatch")

    def __init__(self, door: Door, method: str, arrival: Arrival) -> None:
        self._door = door
        self.arrival = arrival
        self.call = AuditedCall(door.audit, method, arrival)
        #: Why a running stream is ended, when its caller's session is.
        self._cut: HiveMindError | None = None
        #: How it ended is being told.
        self._telling = False
        #: The handler's answers while one of them is sent; None while the handler runs.
        self._sending: AsyncGenerator[Any, None] | None = None
        #: Closes the handler's answers, of a stream that was cut while one was sent.
        self._closing: asyncio.Future[None] | None = None
        #: Forgets the caller's session.
        self.unwatch: Callable[[], None] = _nothing

    async def enter(self, read: Callable[[Any], Any], raw: Any, *, watch: bool) -> Any:
        """The request, of who may make it. Raises HiveMindError."""
        principal = self.call.actor = self._door.admit(self.call.method, self.arrival)
        if watch and principal is not None:
            task = asyncio.current_task()
            invariant(task is not None, "a handler runs in a task")
            end = partial(self._end, task)  # type: ignore[arg-type] # the invariant holds
            self.unwatch = self._door.watch(principal, end)
        request = read(raw)
        return await request if isinstance(request, CoroutineType) else request

    def sends(self, messages: AsyncGenerator[Any, None]) -> None:
        """The next of `messages` leaves the handler."""
        self._sending = messages

    def sent(self) -> None:
        """It was sent. Raises CancelledError where the stream was cut meanwhile."""
        self._sending = None
        if self._cut is not None:
            raise asyncio.CancelledError

    async def close(self, messages: AsyncGenerator[Any, None]) -> None:
        """End the handler that makes `messages`."""
        if self._closing is not None:
            await self._closing
        await messages.aclose()

    def _end(self, task: "asyncio.Task[Any]", error: HiveMindError) -> None:
        if self._cut is not None or self._telling:
            return
        self._cut = error
        if self._sending is None:
            task.cancel()
        else:
            # Whoever sends would be cancelled, not the handler, and nobody could tell the caller.
            # A caller who does not read may have it sent for ever: the handler ends at once.
            self._closing = asyncio.ensure_future(self._sending.aclose())

    async def end_badly(self, error: BaseException) -> NoReturn:
        """Tell the caller, and the log, how it ended; raises what ends the handler."""
        self._telling = True
        call, arrival = self.call, self.arrival
        if isinstance(error, asyncio.CancelledError):
            if self._cut is None:
                raise error
            # What ran is ended, nothing is refused: the log of acts has no part in it.
            call.done()
            error = self._cut
        if arrival.is_ending(error):
            raise error
        # Known also where the table refused them.
        principal = call.actor = _CALLER.get()
        who = principal.key if principal is not None else None
        if isinstance(error, HiveMindError):
            log.debug("call refused", method=call.method, reason=error.reason.name, caller=who)
            await call.refused(error.reason)
            await arrival.refuse(error)
        if arrival.gone():
            raise error
        incident = self._door.ids.new_id()
        log.error("call failed", method=call.method, incident=incident, caller=who, exc_info=error)
        await call.refused(Reason.MASTER_FAILED)
        await arrival.refuse(unforeseen(incident))
