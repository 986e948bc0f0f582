"""Answers that go on: server-sent events and bytes, ended with their reader or their session."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import aclosing, suppress
from typing import Any, Final, TypeAlias

from pydantic_core import to_json
from starlette.responses import Response

from app.common.errors import HiveMindError
from app.master.web.problems import problem

Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]

#: A comment goes out when nothing else has for so long: proxies end what is silent.
KEEP_ALIVE_SECONDS = 15.0
#: How long a refusal is waited for. Then an answer begins, though there may be nothing to say yet.
BEGIN_SECONDS = 1.0
#: What `Pump.begin` gives then.
NOT_YET: Final = object()
_END = object()
_LAST = {"type": "http.response.body", "body": b"", "more_body": False}


class Pump:
    """Draws from an iterator in a task of its own.

    The door ends a stream by cancelling the task that draws from it; this one is nobody
    else's. It waits for each piece to be taken, so a slow reader holds no memory.
    """

    def __init__(self, pieces: AsyncIterator[Any], leave: Callable[[], None] | None = None) -> None:
        self._pieces: Any = pieces
        #: Called when no more is drawn.
        self._leave = leave
        self._queue: asyncio.Queue[Any] = asyncio.Queue(1)
        self._task = asyncio.create_task(self._draw())

    async def next(self, timeout_seconds: float | None = None) -> Any:
        """The next piece; None after the last.

        Raises what the stream ended with (HiveMindError where it was refused or cut), and
        TimeoutError if nothing came in time.
        """
        async with asyncio.timeout(timeout_seconds):
            piece = await self._queue.get()
        if isinstance(piece, BaseException):
            raise piece
        return None if piece is _END else piece

    async def begin(self) -> Any:
        """The first piece, or NOT_YET where it does not come soon.

        Who goes away meanwhile is noticed once the answer has begun. Raises what the stream
        was refused with, and is closed then.
        """
        try:
            return await self.next(BEGIN_SECONDS)
        except TimeoutError:
            return NOT_YET
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Draw no more."""
        if self._leave is not None:
            self._leave()
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _draw(self) -> None:
        try:
            # Closed here and now, not when the collector comes by.
            async with aclosing(self._pieces) as pieces:
                async for piece in pieces:
                    await self._queue.put(piece)
        except Exception as error:  # noqa: BLE001 - whoever takes the pieces gets it
            await self._queue.put(error)
        else:
            await self._queue.put(_END)


async def ahead(pieces: AsyncIterator[Any]) -> AsyncIterator[Any]:
    """`pieces`, the next of which is made while the one before is used."""
    pump = Pump(pieces)
    try:
        while (piece := await pump.next()) is not None:
            yield piece
    finally:
        await pump.close()


class _Streamed(Response):
    """Sends pieces until they end, or the reader goes."""

    def __init__(self, pump: Pump, headers: dict[str, str], media_type: str, status: int) -> None:
        super().__init__(None, status, headers, media_type)
        # It is not known how long it gets.
        self.raw_headers = [pair for pair in self.raw_headers if pair[0] != b"content-length"]
        self._pump = pump

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        start = {"type": "http.response.start", "status": self.status_code}
        await send(start | {"headers": self.raw_headers})
        sending = asyncio.ensure_future(self._send_all(scope["method"] != "HEAD", send))
        gone = asyncio.ensure_future(_disconnected(receive))
        stopping = asyncio.ensure_future(scope["app"].state.stopping.wait())
        try:
            await asyncio.wait((sending, gone, stopping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped = stopping.done() and not gone.done()
            for each in (gone, stopping, sending):
                each.cancel()
            await self._pump.close()
        with suppress(asyncio.CancelledError):
            await sending
        if sending.cancelled() and stopped:
            await send(_LAST)

    async def _send_all(self, wanted: bool, send: Send) -> None:
        if wanted:
            await self.send_pieces(send)
        await send(_LAST)

    async def send_pieces(self, send: Send) -> None:
        """Send what comes."""
        raise NotImplementedError


class EventStream(_Streamed):
    """Server-sent events; `first` is how the pump began, to know that it is not refused."""

    def __init__(self, pump: Pump, first: Any, show: Callable[[Any], bytes], event: str) -> None:
        super().__init__(pump, {"Cache-Control": "no-store"}, "text/event-stream", 200)
        self._first = first
        self._show = show
        self._event = event

    async def send_pieces(self, send: Send) -> None:
        number, piece = 0, self._first
        try:
            if piece is NOT_YET:
                piece = await self._next(send)
            while piece is not None:
                number += 1
                data = self._show(piece)
                await _send_body(
                    send, b"id: %d\nevent: %s\ndata: %s\n\n" % (number, self._event.encode(), data)
                )
                piece = await self._next(send)
            await _send_body(send, b"event: end\ndata: {}\n\n")
        except HiveMindError as error:
            await _send_body(send, b"event: end\ndata: %s\n\n" % to_json(problem(error)))

    async def _next(self, send: Send) -> Any:
        while True:
            try:
                return await self._pump.next(KEEP_ALIVE_SECONDS)
            except TimeoutError:
                await _send_body(send, b": still here\n\n")


class ByteStream(_Streamed):
    """Bytes of a length that is told in `headers`, or until they end."""

    def __init__(
        self,
        pump: Pump,
        first: Any,
        headers: dict[str, str],
        media_type: str,
        *,
        status: int = 200,
        limit: int | None = None,
    ) -> None:
        super().__init__(pump, {}, media_type, status)
        self.raw_headers += [
            (name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()
        ]
        self._first = first
        self._left = limit

    async def send_pieces(self, send: Send) -> None:
        piece = self._first
        if piece is NOT_YET:
            piece = await self._pump.next()
        # A refusal now ends the body short of the length told: the reader notices.
        while piece is not None:
            if self._left is not None:
                piece = piece[: self._left]
                self._left -= len(piece)
            await _send_body(send, piece)
            if self._left == 0:
                return
            piece = await self._pump.next()


async def _send_body(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
