"""Bytes over HTTP: archives come in and go on where they broke off, results go out in parts."""

import re
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from app.common.errors import HiveMindError, Reason
from app.master.rpc.calls import Calls, path_of
from app.master.web.streaming import NOT_YET, ByteStream, Pump, ahead
from app.master.web.visitor import Visitor
from proto import nodepool_pb2 as pb

#: What is handed on at once; the wire takes no more in one message.
CHUNK_BYTES = 1024 * 1024
OFFSET_HEADER = "upload-offset"

_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})")


class NotSatisfiable(HiveMindError):
    """A range that begins beyond the end: HTTP has a status of its own for it."""

    def __init__(self, size_bytes: int) -> None:
        super().__init__(
            Reason.INVALID_FIELD, f"The range must begin before byte {size_bytes}.", field="range"
        )
        self.size_bytes = size_bytes


async def receive(calls: Calls, visitor: Visitor, request: Request, digest: str) -> Any:
    """Take in the body as the bytes of `digest` from Upload-Offset on.

    Raises HiveMindError: INVALID_FIELD, and what the call Upload raises.
    """
    text = request.headers.get(OFFSET_HEADER, "0")
    if not text.isascii() or not text.isdigit() or len(text) > 19:
        raise HiveMindError(
            Reason.INVALID_FIELD,
            "The field Upload-Offset must be a whole number.",
            field="Upload-Offset",
        )
    # Closed here and now, not when the collector comes by: an upload may end before its bytes do.
    async with aclosing(ahead(upload_chunks(pieces_of(request), digest, int(text)))) as chunks:  # type: ignore[type-var] # a generator
        return await calls.ask("ArtifactService/Upload", chunks, visitor)


async def upload_chunks(
    pieces: AsyncIterator[bytes], digest: str, offset: int
) -> AsyncIterator[pb.UploadChunk]:
    """`pieces` of any size as messages of the wire; one at least."""
    waiting = bytearray()
    sent = False
    async for piece in pieces:
        waiting += piece
        while len(waiting) >= CHUNK_BYTES:
            data = bytes(memoryview(waiting)[:CHUNK_BYTES])
            del waiting[:CHUNK_BYTES]
            yield pb.UploadChunk(digest=digest, offset=offset, data=data)
            offset += len(data)
            sent = True
    if waiting or not sent:
        yield pb.UploadChunk(digest=digest, offset=offset, data=bytes(waiting))


async def pieces_of(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes; it ends where the connection does."""
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect:
        return


async def result(calls: Calls, visitor: Visitor, request: Request, task_id: str) -> Response:
    """The result of a task. Raises HiveMindError(RESULT_NOT_FOUND | TASK_NOT_FOUND | …)."""
    await calls.require(path_of("ArtifactService/Download"), visitor)
    task = await calls.ask("TaskService/GetTask", pb.GetTaskRequest(task_id=task_id), visitor)
    if not task.result_digest:
        raise HiveMindError(Reason.RESULT_NOT_FOUND, "There is no result of this task.")
    name = f"{task.name or task.task_id}.zip"
    return await send(calls, visitor, request, task.result_digest, name)


async def send(
    calls: Calls, visitor: Visitor, request: Request, digest: str, name: str
) -> Response:
    """The bytes of `digest`, or the part that Range asks for.

    Raises NotSatisfiable, and what the call Download raises.
    """
    pump = Pump(_bytes(calls, visitor, digest, 0))
    try:
        first = await pump.next()
        size_bytes, data = (first.size_bytes, first.data) if first is not None else (0, b"")
        headers = {
            "Accept-Ranges": "bytes",
            "ETag": f'"{digest}"',
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "Cache-Control": "private, no-cache",
        }
        if request.headers.get("if-none-match") in (headers["ETag"], "*"):
            await pump.close()
            return Response(status_code=304, headers=headers)
        part = _part(request, headers["ETag"], size_bytes)
        if part is None:
            start, length, status = 0, size_bytes, 200
        else:
            start, length, status = part[0], part[1] - part[0] + 1, 206
            headers["Content-Range"] = f"bytes {part[0]}-{part[1]}/{size_bytes}"
        if start:
            await pump.close()
            pump = Pump(_bytes(calls, visitor, digest, start))
            data = (await pump.next()).data
    except BaseException:
        await pump.close()
        raise
    headers["Content-Length"] = str(length)
    pieces = DataPump(pump)
    return ByteStream(pieces, data, headers, "application/zip", status=status, limit=length)


class DataPump(Pump):
    """The bytes of the messages that another pump draws."""

    def __init__(self, pump: Pump) -> None:
        self._messages = pump

    async def next(self, timeout_seconds: float | None = None) -> Any:
        return self.data(await self._messages.next(timeout_seconds))

    def data(self, message: Any) -> Any:
        """The bytes of what the other pump gave."""
        return message if message is None or message is NOT_YET else message.data

    async def close(self) -> None:
        await self._messages.close()


async def _bytes(
    calls: Calls, visitor: Visitor, digest: str, offset: int
) -> AsyncIterator[pb.DownloadChunk]:
    asked = pb.DownloadRequest(digest=digest, offset=offset)
    async with aclosing(calls.follow("ArtifactService/Download", asked, visitor)) as chunks:  # type: ignore[type-var] # a generator
        async for chunk in chunks:
            yield chunk


def _part(request: Request, etag: str, size_bytes: int) -> tuple[int, int] | None:
    """First and last byte of the part that is asked for; None: all (RFC 9110, 14.2)."""
    found = _RANGE.fullmatch(request.headers.get("range", ""))
    condition = request.headers.get("if-range")
    if found is None or found.group(0) == "bytes=-" or condition not in (None, etag):
        return None
    first, last = found.groups()
    if not first:
        if int(last) == 0:
            raise NotSatisfiable(size_bytes)
        return max(0, size_bytes - int(last)), size_bytes - 1
    if int(first) >= size_bytes:
        raise NotSatisfiable(size_bytes)
    end = min(int(last), size_bytes - 1) if last else size_bytes - 1
    return (int(first), end) if int(first) <= end else None
