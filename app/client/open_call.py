"""A call that the client streams into, with the true reason of its end."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import grpc
import grpc.aio

from app.client.errors import WRITE_FAILED
from app.client.methods import RequestT, ResponseT
from app.common.errors import HiveMindError
from app.common.invariant import unreachable

T = TypeVar("T")

_STATUS_SECONDS = 0.5
_LOOK_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class _End:
    """How a call ended."""

    code: grpc.StatusCode
    details: str
    trailing_metadata: grpc.aio.Metadata

    @property
    def hidden(self) -> bool:
        """Whether this is only grpc.aio's own word for a write that failed."""
        return self.details == WRITE_FAILED


class OpenCall(Generic[RequestT, ResponseT]):
    """Messages to the master, one after the other, and its answer or answers.

    `refused` turns gRPC's error into ours. All failures are HiveMindErrors.
    """

    def __init__(self, call: Any, refused: Callable[[grpc.aio.AioRpcError], HiveMindError]) -> None:
        self._call = call
        self._refused = refused
        self._end: _End | None = None
        call.add_done_callback(self._note_end)

    async def write(self, message: RequestT) -> bool:
        """Send one message; returns when the transport has taken it.

        False where the master has ended the call in order and takes no more.
        """
        try:
            await self._call.write(message)
        except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
            await self._raise_unless_in_order()
            return False
        return True

    async def done_writing(self) -> None:
        """Tell the master that nothing more comes."""
        await self._call.done_writing()

    async def response(self) -> ResponseT:
        """The one answer of a call that has only one."""
        try:
            response: ResponseT = await self._call
        except grpc.aio.AioRpcError as error:
            await self._raise_unless_in_order()
            raise self._refused(error) from error
        return response

    async def __aiter__(self) -> AsyncIterator[ResponseT]:
        """The master's messages until it ends the call in order."""
        try:
            async for message in self._call:
                yield message
        except grpc.aio.AioRpcError:
            await self._raise_unless_in_order()

    async def ended(self) -> None:
        """Wait until the call is over."""
        await self._call.code()

    def cancel(self) -> None:
        """End the call, if it is not over."""
        self._call.cancel()

    async def _raise_unless_in_order(self) -> None:
        end = await self._true_end()
        if end.code is grpc.StatusCode.OK:
            return
        raise self._refused(
            grpc.aio.AioRpcError(
                end.code,
                grpc.aio.Metadata(),
                end.trailing_metadata,
                details=end.details,
                debug_error_string="",
            )
        )

    def _note_end(self, _call: Any) -> None:
        self._end = self._end_now()

    def _end_now(self) -> _End:
        return _End(
            _at_once(self._call.code()),
            _at_once(self._call.details()) or "",
            _at_once(self._call.trailing_metadata()) or grpc.aio.Metadata(),
        )

    async def _true_end(self) -> _End:
        """How the call ended, as the master or the network said it.

        When a write fails grpc.aio sets a status of its own. That hides the true one,
        which was there before, or comes a moment later, or never where the connection
        broke. The first status set was noted; a hidden one is waited for.
        """
        await self._call.code()
        end = self._end or self._end_now()
        for _ in range(int(_STATUS_SECONDS / _LOOK_SECONDS)):
            if not end.hidden:
                break
            await asyncio.sleep(_LOOK_SECONDS)
            end = self._end_now()
        return end


def _at_once(question: Coroutine[Any, Any, T]) -> T:
    """The answer of a coroutine that does not wait, as those on a call that is over."""
    try:
        question.send(None)
    except StopIteration as answer:
        value: T = answer.value
        return value
    else:
        question.close()
        unreachable("a call that is over knows how it ended")
