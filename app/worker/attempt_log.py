"""What a task prints: kept in files up to a cap until the master has it.

A program that prints without end costs the node no disk: what comes after the
cap is counted as cut off, not kept.
"""

import os
import re
from enum import IntEnum
from pathlib import Path
from typing import BinaryIO

#: Used until a master names its own cap.
LOG_BYTES_MAX_DEFAULT = 1024 * 1024

_PROGRESS = re.compile(rb"::progress (100|[0-9]{1,2})\r?")
#: Longer than any progress line.
_LINE_BYTES_MAX = 32


class LogStream(IntEnum):
    """The numbers are the proto's."""

    STDOUT = 1
    STDERR = 2


class StreamLog:
    """One of stdout and stderr of one attempt."""

    def __init__(self, path: Path, bytes_max: int) -> None:
        self._file: BinaryIO = path.open("r+b" if path.exists() else "w+b")
        self._bytes_max = bytes_max
        self.size_bytes = self._file.seek(0, os.SEEK_END)
        #: Something was printed that is not kept.
        self.truncated = False

    def append(self, data: bytes) -> None:
        """Keep as much of `data` as the cap leaves room for."""
        kept = data[: self._bytes_max - self.size_bytes]
        if len(kept) < len(data):
            self.truncated = True
        if not kept:
            return
        try:
            self._file.seek(self.size_bytes)
            self._file.write(kept)
            self._file.flush()
        except OSError:
            # A full disk must not end a task that goes on well without its log.
            self._bytes_max = self.size_bytes
            self.truncated = True
        else:
            self.size_bytes += len(kept)

    def read(self, offset: int, bytes_max: int) -> bytes:
        """At most `bytes_max` bytes from `offset` on; empty at the end."""
        self._file.seek(offset)
        return self._file.read(min(bytes_max, self.size_bytes - offset))

    def close(self) -> None:
        self._file.close()


class AttemptLog:
    """Both streams of one attempt, in files below `folder`; what is there already is kept."""

    def __init__(self, folder: Path, bytes_max: int) -> None:
        self.streams = {
            stream: StreamLog(folder / f"{stream.name.lower()}.log", bytes_max)
            for stream in LogStream
        }

    def append(self, stream: LogStream, data: bytes) -> bool:
        """Keep what the cap leaves room for; whether anything after it would be kept."""
        log = self.streams[stream]
        log.append(data)
        return not log.truncated

    def close(self) -> None:
        for stream in self.streams.values():
            stream.close()


class ProgressReader:
    """Finds `::progress N` lines in a stream of chunks."""

    def __init__(self) -> None:
        self._line = b""

    def feed(self, data: bytes) -> int | None:
        """The last progress (0 to 100) reported in `data`, or None."""
        *ended, rest = (self._line + data).split(b"\n")
        self._line = rest[: _LINE_BYTES_MAX + 1]
        found = None
        for line in ended:
            if len(line) <= _LINE_BYTES_MAX and (match := _PROGRESS.fullmatch(line)):
                found = int(match.group(1))
        return found
