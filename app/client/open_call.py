"""A call that the client streams into, with the true reason of its end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Generic

import grpc
import grpc.aio

from app.client.errors import WRITE_FAILED
from app.client.methods import RequestT, ResponseT
from app.common.errors import HiveMindError

_STATUS_SECONDS = 0.5
_LOOK_SECONDS = 0.01


class OpenCall(Generic[RequestT, ResponseT]):
    """Messages to the master, one after the other, and its answer or answers.

    `refused` turns gRPC's error into ours. All failures are HiveMindErrors.
    """

    def __init__(self, call: Any, refused: Callable[[grpc.aio.AioRpcError], HiveMindError]) -> None:
        self._call = call
        self._refused = refused

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
        code, details = await self._status()
        if code is grpc.StatusCode.OK:
            return
        error = grpc.aio.AioRpcError(
            code,
            await self._call.initial_metadata(),
            await self._call.trailing_metadata(),
            details=details,
            debug_error_string="",
        )
        raise self._refused(error)

    async def _status(self) -> tuple[grpc.StatusCode, str]:
        """How the call ended.

        When a write fails grpc.aio reports an error of its own at once; the status that
        the master sent replaces it a moment later. Where the connection broke it stays.
        """
        looks = int(_STATUS_SECONDS / _LOOK_SECONDS)
        for _ in range(looks):
            if await self._call.details() != WRITE_FAILED:
                break
            await asyncio.sleep(_LOOK_SECONDS)
        return await self._call.code(), await self._call.details() or ""
