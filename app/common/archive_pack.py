"""Packs what a task left behind, without trusting it.

The folder was written by somebody's program, so a link may point at the host's
secrets and be put there at any moment. Each thing is therefore opened relative
to the open folder above it, never through a link, and judged after it was
opened. Where the system has no such calls (Windows) it is compared with what
was listed. The same folder gives the same bytes: sorted names, one fixed time.
"""

import errno
import os
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeAlias

from app.common.archive_directory import (
    CENTRAL_HEADER,
    CENTRAL_SIGNATURE,
    DEFLATED,
    FLAG_UTF8,
    LOCAL_HEADER,
    LOCAL_SIGNATURE,
    STORED,
)
from app.common.archive_end import END_RECORD, END_SIGNATURE
from app.common.archive_limits import (
    ArchiveLimits,
    ArchiveSummary,
    check_total,
    exceeds_ratio,
    refusal,
    too_many_entries,
)
from app.common.archive_names import PortableNames, name_fault
from app.common.errors import HiveMindError, Reason
from app.common.files import refusing_full_disk

_CHUNK_BYTES = 64 * 1024
#: Above these the format needs 64-bit records, which no task's result should.
_ARCHIVE_BYTES_MAX = 0xFFFFFFFF
_ENTRIES_MAX = 0xFFFF

_TIME = 0
#: 1980-01-01, the first day the format knows: month << 5 | day.
_DATE = 1 << 5 | 1
_VERSION = 20
_MADE_ON_UNIX = 3 << 8 | _VERSION
_FILE_ATTRIBUTES = (stat.S_IFREG | 0o644) << 16
_EXECUTABLE_ATTRIBUTES = (stat.S_IFREG | 0o755) << 16
_FOLDER_ATTRIBUTES = (stat.S_IFDIR | 0o755) << 16 | 0x10

_HAS_FOLDER_DESCRIPTORS = (
    os.open in os.supports_dir_fd and os.stat in os.supports_dir_fd and os.scandir in os.supports_fd
)
#: Gone, forbidden, or swapped for a link, pipe or file since it was listed.
_NOT_TO_BE_HAD = {
    errno.ENOENT,
    errno.EACCES,
    errno.EPERM,
    errno.ELOOP,
    errno.ENOTDIR,
    errno.ENXIO,
}
_READ = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


#: Told how many bytes of files were packed so far. What it raises ends the packing.
Told: TypeAlias = Callable[[int], None]


def tell_nobody(_packed_bytes: int) -> None:
    """Shows nothing."""


def pack(
    folder: Path, path: Path, limits: ArchiveLimits, told: Told = tell_nobody
) -> ArchiveSummary:
    """Write the files below `folder` as a ZIP archive to `path`, which lies outside it.

    Regular files with their executable bit, and empty folders. Links, devices,
    pipes and what cannot be read are left out and counted as `skipped`; names
    that some system cannot hold are escaped and counted as `renamed`, so that
    `inspect` and `extract` accept every archive made here under the same limits.
    Raises ARCHIVE_TOO_MANY_ENTRIES, ARCHIVE_BOMB where the folder exceeds
    `limits` (or 4 GiB), STORE_FULL; then nothing is left at `path`. Blocks.
    """
    try:
        with refusing_full_disk(path.parent), path.open("w+b") as output:
            packing = _Packing(output, limits, told)
            with _open_top(folder) as top:
                packing.add_folder(top, prefix="")
            packing.finish()
    except BaseException:
        with suppress(FileNotFoundError):
            path.unlink()
        raise
    return ArchiveSummary(
        len(packing.directory), packing.total_bytes, packing.skipped, packing.renamed
    )


@dataclass(frozen=True, slots=True)
class _Folder:
    """An open folder: a descriptor where the system can work relative to one, else a path."""

    path: Path
    descriptor: int | None

    def names(self, count_max: int) -> list[str]:
        """Its first `count_max` names, sorted as bytes."""
        names = []
        with os.scandir(self.path if self.descriptor is None else self.descriptor) as listing:
            for item in listing:
                names.append(item.name)
                if len(names) == count_max:
                    break
        return sorted(names, key=os.fsencode)

    def status(self, name: str) -> os.stat_result:
        return os.stat(self._at(name), dir_fd=self.descriptor, follow_symlinks=False)

    @contextmanager
    def folder(self, name: str) -> Iterator["_Folder"]:
        if self.descriptor is None:
            yield _Folder(self.path / name, None)
            return
        descriptor = os.open(name, _READ | os.O_DIRECTORY, dir_fd=self.descriptor)
        try:
            yield _Folder(self.path / name, descriptor)
        finally:
            os.close(descriptor)

    @contextmanager
    def file(self, name: str) -> Iterator[BinaryIO]:
        descriptor = os.open(self._at(name), _READ, dir_fd=self.descriptor)
        with os.fdopen(descriptor, "rb") as file:
            yield file

    def _at(self, name: str) -> str:
        return name if self.descriptor is not None else str(self.path / name)


@contextmanager
def _open_top(folder: Path) -> Iterator[_Folder]:
    if not _HAS_FOLDER_DESCRIPTORS:
        yield _Folder(folder, None)
        return
    descriptor = os.open(folder, _READ | os.O_DIRECTORY)
    try:
        yield _Folder(folder, descriptor)
    finally:
        os.close(descriptor)


def _is_link(status: os.stat_result) -> bool:
    """Whether it is a symbolic link, or on Windows any reparse point (junctions too)."""
    reparse = getattr(stat, "FILE_ATTRIBUTE_REPARSE_POINT", 0)
    attributes: int = getattr(status, "st_file_attributes", 0)
    return stat.S_ISLNK(status.st_mode) or bool(attributes & reparse)


@dataclass(slots=True)
class _Packing:
    """An archive being written."""

    output: BinaryIO
    limits: ArchiveLimits
    told: Told
    directory: list[bytes] = field(default_factory=list)
    seen: int = 0
    total_bytes: int = 0
    skipped: int = 0
    renamed: int = 0

    def add_folder(self, folder: _Folder, prefix: str) -> None:
        """Add all below `folder`; `prefix` is its name in the archive, with a slash."""
        left = min(self.limits.entries_max, _ENTRIES_MAX) - self.seen
        names = folder.names(left + 1)
        if len(names) > left:
            raise too_many_entries(self.limits)
        self.seen += len(names)
        portable = PortableNames()
        for name in names:
            portable_name = portable.take(name)
            if self._add(folder, name, prefix + portable_name):
                self.renamed += portable_name != name
            else:
                self.skipped += 1
        if not names and prefix:
            self._add_record(prefix, _FOLDER_ATTRIBUTES)

    def _add(self, folder: _Folder, name: str, entry_name: str) -> bool:
        """Add one thing and what is below it; False where it must be left out."""
        if name_fault(entry_name) is not None:
            return False
        try:
            status = folder.status(name)
            if _is_link(status):
                return False
            if stat.S_ISDIR(status.st_mode):
                with folder.folder(name) as below:
                    self.add_folder(below, entry_name + "/")
                return True
            if not stat.S_ISREG(status.st_mode):
                return False
            with folder.file(name) as file:
                opened = os.fstat(file.fileno())
                if (opened.st_dev, opened.st_ino) != (status.st_dev, status.st_ino):
                    return False
                self._add_file(file, opened, entry_name)
                return True
        except OSError as error:
            if error.errno not in _NOT_TO_BE_HAD:
                raise
            return False

    def _add_file(self, file: BinaryIO, status: os.stat_result, name: str) -> None:
        if status.st_size > self.limits.entry_bytes_max:
            raise refusal(
                Reason.ARCHIVE_BOMB,
                name,
                f"has {status.st_size} bytes; {self.limits.entry_bytes_max} are allowed",
            )
        check_total(self.total_bytes + status.st_size, self.limits)
        attributes = _EXECUTABLE_ATTRIBUTES if status.st_mode & 0o111 else _FILE_ATTRIBUTES
        self.total_bytes += self._add_record(name, attributes, file, status.st_size)

    def _add_record(
        self, name: str, attributes: int, file: BinaryIO | None = None, size_bytes_max: int = 0
    ) -> int:
        """Write one entry; the bytes of `file` that went in."""
        raw_name = name.encode()
        offset = self.output.tell()
        self.output.write(_local_header(raw_name, STORED, (0, 0, 0)) + raw_name)
        data_offset = self.output.tell()
        method, sums = STORED, (0, 0, 0)
        if file is not None and size_bytes_max:
            method, sums = DEFLATED, self._copy(file, size_bytes_max, packed=True)
            if sums[1] >= sums[2] or exceeds_ratio(sums[2], sums[1], self.limits):
                self.output.seek(data_offset)
                self.output.truncate()
                file.seek(0)
                method, sums = STORED, self._copy(file, size_bytes_max, packed=False)
        end = self.output.tell()
        self.output.seek(offset)
        self.output.write(_local_header(raw_name, method, sums))
        self.output.seek(end)
        self.directory.append(_central_record(raw_name, method, sums, attributes, offset))
        self._check_end(end)
        return sums[2]

    def _copy(self, file: BinaryIO, size_bytes_max: int, *, packed: bool) -> tuple[int, int, int]:
        """Copy at most `size_bytes_max` of `file`: (CRC-32, bytes written, bytes read)."""
        stream = zlib.compressobj(wbits=-zlib.MAX_WBITS) if packed else None
        crc32 = written = size = 0
        while chunk := file.read(min(_CHUNK_BYTES, size_bytes_max - size)):
            crc32 = zlib.crc32(chunk, crc32)
            size += len(chunk)
            written += self.output.write(stream.compress(chunk) if stream else chunk)
            self._check_end(max(written, size))
            self.told(self.total_bytes + size)
        if stream:
            written += self.output.write(stream.flush())
        return crc32, written, size

    def _check_end(self, end: int) -> None:
        if end > _ARCHIVE_BYTES_MAX:
            raise HiveMindError(
                Reason.ARCHIVE_BOMB, "The files packed are more than 4 GiB: leave out some."
            )

    def finish(self) -> None:
        """Write the central directory and the end record."""
        start = self.output.tell()
        for record in self.directory:
            self.output.write(record)
        size_bytes = self.output.tell() - start
        self._check_end(start + size_bytes)
        count = len(self.directory)
        self.output.write(END_RECORD.pack(END_SIGNATURE, 0, 0, count, count, size_bytes, start, 0))


def _local_header(raw_name: bytes, method: int, sums: tuple[int, int, int]) -> bytes:
    return LOCAL_HEADER.pack(
        LOCAL_SIGNATURE, _VERSION, FLAG_UTF8, method, _TIME, _DATE, *sums, len(raw_name), 0
    )


def _central_record(
    raw_name: bytes, method: int, sums: tuple[int, int, int], attributes: int, offset: int
) -> bytes:
    head = (CENTRAL_SIGNATURE, _MADE_ON_UNIX, _VERSION, FLAG_UTF8, method, _TIME, _DATE)
    tail = (len(raw_name), 0, 0, 0, 0, attributes, offset)
    return CENTRAL_HEADER.pack(*head, *sums, *tail) + raw_name
