"""The calls of the wire for a face that is not gRPC: the same handlers behind the same door."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from functools import partial
from typing import Any

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from app.common.invariant import invariant
from app.master.rpc.auth import Requests, behaviour_of
from app.master.rpc.door import Arrival, Door, Passed, PassedStream
from proto import nodepool_pb2 as pb


def _as_it_came(arrival: Arrival) -> Arrival:
    return arrival


def _nothing(*_arguments: Any) -> None:
    """What a call does that is asked only whether it may be made."""


class _Collector:
    """Stands for a gRPC server to what the generated code adds handlers to."""

    def __init__(self) -> None:
        self.handlers: dict[str, Any] = {}

    def add_generic_rpc_handlers(self, _handlers: Any) -> None:
        """The same handlers, in a form that cannot be looked up."""

    def add_registered_method_handlers(self, service: str, handlers: dict[str, Any]) -> None:
        self.handlers |= {f"/{service}/{name}": handler for name, handler in handlers.items()}


class Calls:
    """Every call of the wire by its name: "TaskService/GetTask"."""

    def __init__(
        self, door: Door, services: Iterable[tuple[Callable[[Any, Any], None], object]]
    ) -> None:
        self.door = door
        collector = _Collector()
        for add, servicer in services:
            add(servicer, collector)
        self._handlers = collector.handlers
        self._unary: dict[str, Passed] = {}
        self._streams: dict[str, PassedStream] = {}

    async def ask(self, name: str, request: Any, arrival: Arrival) -> Any:
        """The answer to one message, or to a stream of them (Upload).

        `request` may be a coroutine function that reads it: it is called for those only
        who may make the call. Raises what `arrival.refuse` raises.
        """
        known = self._unary.get(name)
        if known is None:
            handler = self._handlers[path_of(name)]
            streams = handler.request_streaming
            known = self._unary[name] = self.door.coroutine(
                path_of(name),
                behaviour_of(handler),
                partial(Requests, self.door.checked, self.door, path_of(name))
                if streams
                else self._read,
                _as_it_came,
                watch=streams,
            )
        return await known(request, arrival)

    def follow(self, name: str, request: Any, arrival: Arrival) -> AsyncIterator[Any]:
        """The answers of a call that answers many times. Raises as `ask`."""
        known = self._streams.get(name)
        if known is None:
            known = self._streams[name] = self.door.generator(
                path_of(name),
                behaviour_of(self._handlers[path_of(name)]),
                self._read,
                _as_it_came,
                watch=True,
            )
        return known(request, arrival)

    async def require(self, rule: str, arrival: Arrival) -> None:
        """Let pass who may do what the permission table has under `rule`. Raises as `ask`."""
        await self.door.coroutine(rule, _nothing, _nothing, _as_it_came, watch=False)(None, arrival)

    def _read(self, request: Any) -> Any:
        return self._awaited(request) if callable(request) else self.door.checked(request)

    async def _awaited(self, make: Callable[[], Awaitable[Any]]) -> Any:
        return self.door.checked(await make())


def path_of(name: str) -> str:
    """The call as the permission table names it."""
    return f"/nodepool.{name}"


def method_of(name: str) -> MethodDescriptor:
    """What the wire says of the call."""
    service, _, method = name.partition("/")
    found = pb.DESCRIPTOR.services_by_name[service].methods_by_name.get(method)
    invariant(found is not None, f"there is no call {name}")
    return found  # type: ignore[return-value] # the line above holds


def request_type(name: str) -> type[Message]:
    """The class of the call's request."""
    return GetMessageClass(method_of(name).input_type)
