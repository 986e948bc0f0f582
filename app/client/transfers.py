"""Bytes to and from the master: in pieces, from where the last connection broke off."""

import asyncio
import hashlib
import os
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.client.calls import TOKEN_REFUSED, Calls
from app.client.methods import BEGIN_UPLOAD, DOWNLOAD, UPLOAD
from app.client.progress import Progress, no_progress
from app.common.errors import HiveMindError, Reason
from app.common.files import refusing_full_disk
from proto import nodepool_pb2 as pb

CHUNK_BYTES = 512 * 1024

_READ_BYTES = 1024 * 1024
#: An upload that ended so goes on after BeginUpload has named the offset.
_BEGIN_AGAIN = frozenset({Reason.OFFSET_MISMATCH, *TOKEN_REFUSED})
_PART_USELESS = frozenset(
    {Reason.OFFSET_MISMATCH, Reason.DIGEST_MISMATCH, Reason.ARTIFACT_TOO_LARGE}
)


def file_digest(path: Path) -> str:
    """The artifact digest of the file at `path`. Blocks."""
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Artifact:
    """Bytes that the master keeps, by their SHA-256."""

    #: "sha256:" and 64 hex digits.
    digest: str
    #: The task whose archive or result it is; empty for an archive of one's own.
    task_id: str = ""
    #: The attempt whose result a node uploads.
    attempt: int = 0


async def upload(
    calls: Calls, path: Path, artifact: Artifact, progress: Progress = no_progress
) -> None:
    """Bring the file at `path` to the master, which knows it by its digest from then on.

    Goes on at the master's offset after a lost connection. Raises the master's refusals:
    DIGEST_MISMATCH if the file is not what the digest says, QUOTA_EXCEEDED and others.
    """
    size = (await asyncio.to_thread(path.stat)).st_size
    begin = pb.BeginUploadRequest(
        digest=artifact.digest,
        size_bytes=size,
        task_id=artifact.task_id,
        attempt=artifact.attempt,
    )
    patience = calls.patience()
    reached = 0
    while True:
        start = await calls.ask(BEGIN_UPLOAD, begin)
        if start.complete:
            progress(size, size)
            return
        progress(start.offset, size)
        if start.offset > reached:
            reached = start.offset
            patience.progressed()
        first = pb.UploadChunk(digest=artifact.digest, offset=start.offset)
        try:
            if await _send(calls, path, first, progress):
                return
            error = HiveMindError(Reason.MASTER_UNREACHABLE, "The master cut the upload short.")
        except HiveMindError as failure:
            error = failure
        await patience.pause(error, also=_BEGIN_AGAIN)


async def _send(calls: Calls, path: Path, first: pb.UploadChunk, progress: Progress) -> bool:
    """Send the file from `first.offset` on; whether the master has it whole now."""
    size = (await asyncio.to_thread(path.stat)).st_size
    call = await calls.open(UPLOAD)
    try:
        with path.open("rb") as file:
            file.seek(first.offset)
            chunk = first
            while chunk.offset < size or chunk is first:
                chunk.data = await asyncio.to_thread(file.read, CHUNK_BYTES)
                if not await call.write(chunk):
                    break  # the master has answered already
                sent = chunk.offset + len(chunk.data)
                progress(sent, size)
                if not chunk.data:
                    break
                chunk = pb.UploadChunk(offset=sent)
        await call.done_writing()
        return (await call.response()).complete
    finally:
        call.cancel()


async def download(
    calls: Calls,
    artifact: Artifact,
    path: Path,
    size_bytes_max: int,
    progress: Progress = no_progress,
) -> None:
    """Fetch `artifact` to `path`, replacing what is there once the digest is right.

    What has come lies beside it with ".part" added, and a later call goes on from there.
    Raises DIGEST_MISMATCH (the part is then removed), ARTIFACT_TOO_LARGE, STORE_FULL and
    the master's refusals.
    """
    part = path.with_name(path.name + ".part")
    with refusing_full_disk(path.parent):
        had = await asyncio.to_thread(part.exists)
        try:
            await _receive(calls, artifact, part, size_bytes_max, progress)
        except HiveMindError as error:
            stale = error.reason in {Reason.OFFSET_MISMATCH, Reason.DIGEST_MISMATCH}
            if not (had and stale):
                raise
            # What lay there was another file's beginning.
            await _receive(calls, artifact, part, size_bytes_max, progress)
        await asyncio.to_thread(part.replace, path)


async def _receive(
    calls: Calls, artifact: Artifact, part: Path, size_bytes_max: int, progress: Progress
) -> None:
    """Complete `part`; it is removed where it can be of no use to a later call."""
    try:
        with part.open("a+b") as file:
            receiving = _Receiving(file, size_bytes_max)
            await asyncio.to_thread(receiving.reread)

            def begin() -> AsyncGenerator[pb.DownloadChunk, None]:
                request = pb.DownloadRequest(
                    digest=artifact.digest, task_id=artifact.task_id, offset=receiving.offset
                )
                return calls.listen(DOWNLOAD, request)

            async with aclosing(calls.resume(begin)) as chunks:
                async for chunk in chunks:
                    await asyncio.to_thread(receiving.append, chunk)
                    progress(receiving.offset, chunk.size_bytes)
            receiving.check(artifact.digest)
            await asyncio.to_thread(receiving.sync)
    except HiveMindError as error:
        if error.reason in _PART_USELESS:
            await asyncio.to_thread(part.unlink)
        raise


class _Receiving:
    """A file that grows at its end, and the hash of what is in it. Calls block."""

    def __init__(self, file: BinaryIO, size_bytes_max: int) -> None:
        self._file = file
        self._size_bytes_max = size_bytes_max
        self._hash = hashlib.sha256()
        self.offset = 0

    def reread(self) -> None:
        """Take up what is there already."""
        self._file.seek(0)
        while data := self._file.read(_READ_BYTES):
            self._hash.update(data)
            self.offset += len(data)

    def append(self, chunk: pb.DownloadChunk) -> None:
        """Add a chunk. Raises OFFSET_MISMATCH, ARTIFACT_TOO_LARGE."""
        if chunk.offset != self.offset:
            raise HiveMindError(
                Reason.OFFSET_MISMATCH, "The master sent another part than the one asked for."
            )
        if max(chunk.size_bytes, self.offset + len(chunk.data)) > self._size_bytes_max:
            raise HiveMindError(
                Reason.ARTIFACT_TOO_LARGE,
                f"The file has more than the {self._size_bytes_max} bytes allowed here.",
            )
        self._file.write(chunk.data)
        self._hash.update(chunk.data)
        self.offset += len(chunk.data)

    def check(self, digest: str) -> None:
        """Raise DIGEST_MISMATCH unless what came has `digest`."""
        if "sha256:" + self._hash.hexdigest() != digest:
            raise HiveMindError(
                Reason.DIGEST_MISMATCH, "The file came damaged: fetch it again.", expected=digest
            )

    def sync(self) -> None:
        """Make the file survive a power cut."""
        self._file.flush()
        os.fsync(self._file.fileno())
