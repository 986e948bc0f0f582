"""What tasks print, kept on disk: one file for each stream of each attempt.

Calls block on the disk; the caller runs them on one thread of its own, in the order in
which the chunks came.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from app.common.files import private_folder


class LogStream(IntEnum):
    STDOUT = 1
    STDERR = 2


_SUFFIX = {LogStream.STDOUT: "out", LogStream.STDERR: "err"}


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes of one stream of one attempt, `offset` counted from the stream's start."""

    task_id: str
    attempt: int
    stream: LogStream
    offset: int
    data: bytes


class LogFiles:
    """Appends chunks at their offsets and reads them back.

    A chunk that came before is skipped, one that would leave a gap is refused: so a
    sender may repeat what it is not sure of, and nothing is doubled or missing.
    """

    def __init__(self, folder: Path, bytes_max: int) -> None:
        self._folder = folder
        self._bytes_max = bytes_max
        private_folder(folder)

    @property
    def bytes_max(self) -> int:
        """Kept of each stream; what follows is cut off."""
        return self._bytes_max

    def append(self, chunks: Iterable[Chunk]) -> dict[tuple[str, int], tuple[int, int]]:
        """Write `chunks`; the lengths of stdout and stderr of every attempt touched."""
        touched: dict[tuple[str, int], None] = {}
        for chunk in chunks:
            touched[chunk.task_id, chunk.attempt] = None
            self._append(chunk)
        return {key: self.lengths(*key) for key in touched}

    def lengths(self, task_id: str, attempt: int) -> tuple[int, int]:
        """Bytes kept of (stdout, stderr)."""
        return (
            self._length(self._path(task_id, attempt, LogStream.STDOUT)),
            self._length(self._path(task_id, attempt, LogStream.STDERR)),
        )

    def read(
        self, task_id: str, attempt: int, stream: LogStream, offset: int, size_max: int
    ) -> bytes:
        """At most `size_max` bytes from `offset`; empty at the end."""
        try:
            with self._path(task_id, attempt, stream).open("rb") as file:
                file.seek(offset)
                return file.read(size_max)
        except FileNotFoundError:
            return b""

    def sync(self, attempts: Iterable[tuple[str, int]]) -> None:
        """Make what was appended to these attempts survive a power cut."""
        for task_id, attempt in attempts:
            for stream in LogStream:
                self._sync(self._path(task_id, attempt, stream))

    def delete(self, task_id: str) -> None:
        """Forget what all attempts of a task printed."""
        folder = self._task_folder(task_id)
        if not folder.is_dir():
            return
        for path in folder.iterdir():
            path.unlink(missing_ok=True)
        folder.rmdir()

    def _append(self, chunk: Chunk) -> None:
        path = self._path(chunk.task_id, chunk.attempt, chunk.stream)
        length = self._length(path)
        if chunk.offset > length:
            return
        data = chunk.data[length - chunk.offset : self._bytes_max - chunk.offset]
        if not data:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(data)

    def _sync(self, path: Path) -> None:
        try:
            descriptor = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _length(self, path: Path) -> int:
        try:
            return path.stat().st_size
        except FileNotFoundError:
            return 0

    def _path(self, task_id: str, attempt: int, stream: LogStream) -> Path:
        return self._task_folder(task_id) / f"{attempt}.{_SUFFIX[stream]}"

    def _task_folder(self, task_id: str) -> Path:
        # The last characters of an id are chance: they spread the folders evenly.
        array_id = task_id.partition("-")[0]
        return self._folder / array_id[-2:] / task_id
