"""Archives of tasks: look at one, unpack one, pack a folder. All calls block.

Unpacking uses the same reading of the file that the check used, so what was
judged is what is written. ZIP only: of the formats everybody has, it is the one
whose content can be judged without unpacking.
"""

import errno
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from app.common.archive_directory import STORED, Entry, read_entries
from app.common.archive_limits import ArchiveLimits, ArchiveSummary, invalid, refusal
from app.common.archive_pack import pack
from app.common.errors import HiveMindError, Reason
from app.common.files import refusing_full_disk
from app.common.invariant import invariant

__all__ = ["ArchiveLimits", "ArchiveSummary", "extract", "inspect", "pack", "unpacked"]

_CHUNK_BYTES = 64 * 1024
_FILE_MODE = 0o644
_EXECUTABLE_MODE = 0o755
_FOLDER_MODE = 0o755
_NAME_REFUSED = {errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL}
_CREATE = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


def inspect(file: BinaryIO, limits: ArchiveLimits) -> ArchiveSummary:
    """What the ZIP archive in the seekable `file` holds, when `extract` would begin with it.

    Judges names, types and declared sizes without unpacking: reading takes
    time and memory by the number of entries, which is bounded first. Raises
    HiveMindError with ARCHIVE_INVALID, ARCHIVE_TOO_MANY_ENTRIES, ARCHIVE_BOMB,
    ARCHIVE_UNSAFE_NAME, ARCHIVE_UNSAFE_TYPE or ARCHIVE_DUPLICATE_NAME.
    """
    return _summary(read_entries(file, limits))


def extract(path: Path, folder: Path, limits: ArchiveLimits) -> ArchiveSummary:
    """Unpack the archive at `path` into `folder`, which is empty or does not exist yet.

    Files get mode 0644, or 0755 where they were executable; nothing else of
    their attributes is kept. The bytes are counted while they are unpacked,
    whatever was declared. After a refusal `folder` is as it was before.
    Raises as `inspect`, STORE_FULL on a full disk, and OSError.
    """
    with path.open("rb") as file, emptied_on_failure(folder):
        return unpack(file, folder, limits)


def unpack(file: BinaryIO, folder: Path, limits: ArchiveLimits) -> ArchiveSummary:
    """As `extract`, of the seekable `file`; after a refusal `folder` may hold a part of it."""
    entries = read_entries(file, limits)
    with refusing_full_disk(folder):
        folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        for entry in entries:
            with _names_refused(entry):
                _write(file, entry, folder)
    return _summary(entries)


def _summary(entries: tuple[Entry, ...]) -> ArchiveSummary:
    top_files = frozenset(
        entry.name for entry in entries if not entry.is_folder and "/" not in entry.name
    )
    total_bytes = sum(entry.size_bytes for entry in entries)
    return ArchiveSummary(len(entries), total_bytes, top_files=top_files)


@contextmanager
def emptied_on_failure(folder: Path) -> Iterator[None]:
    """Unpack into `folder` within this: it is empty or absent, and so again after a failure."""
    invariant(not folder.is_symlink(), "archives are not unpacked through links")
    existed = folder.exists()
    invariant(not existed or not any(folder.iterdir()), "archives are unpacked into empty folders")
    try:
        yield
    except BaseException:
        for child in folder.iterdir() if folder.is_dir() else ():
            if child.is_dir() and not child.is_symlink():
                shutil.rmtree(child)
            else:
                child.unlink()
        if not existed and folder.is_dir():
            folder.rmdir()
        raise


@contextmanager
def _names_refused(entry: Entry) -> Iterator[None]:
    """Turn this file system's own objections to a name into refusals of the archive."""
    try:
        yield
    except FileExistsError as error:
        raise refusal(
            Reason.ARCHIVE_DUPLICATE_NAME, entry.name, "has the name of another entry here"
        ) from error
    except OSError as error:
        if error.errno not in _NAME_REFUSED:
            raise
        raise refusal(
            Reason.ARCHIVE_UNSAFE_NAME, entry.name, "has a name this machine's disk cannot hold"
        ) from error


def _write(file: BinaryIO, entry: Entry, folder: Path) -> None:
    target = folder.joinpath(*entry.name.split("/"))
    if entry.is_folder:
        target.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        return
    target.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    mode = _EXECUTABLE_MODE if entry.is_executable else _FILE_MODE
    with os.fdopen(os.open(target, _CREATE, mode), "wb") as output:
        for chunk in unpacked(file, entry):
            output.write(chunk)


def unpacked(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """The content of an entry of the archive in `file`, in chunks.

    Raises ARCHIVE_BOMB as soon as it is more than was declared, ARCHIVE_INVALID after the
    last chunk unless it was all that was.
    """
    crc32 = size_bytes = 0
    for chunk in _unpacked(file, entry):
        crc32 = zlib.crc32(chunk, crc32)
        size_bytes += len(chunk)
        if size_bytes > entry.size_bytes:
            raise refusal(Reason.ARCHIVE_BOMB, entry.name, "unpacks to more than it declares")
        yield chunk
    if size_bytes != entry.size_bytes or crc32 != entry.crc32:
        raise _damaged(entry)


def _unpacked(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """The entry's content in chunks of at most `_CHUNK_BYTES`, whatever the packed bytes do."""
    if entry.method == STORED:
        yield from _packed(file, entry)
        return
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for data in _packed(file, entry):
            pending = data
            while pending and not stream.eof:
                yield stream.decompress(pending, _CHUNK_BYTES)
                pending = stream.unconsumed_tail
            if pending or stream.unused_data:
                raise _damaged(entry)
        while not stream.eof and (chunk := stream.decompress(b"", _CHUNK_BYTES)):
            yield chunk
    except zlib.error as error:
        raise _damaged(entry) from error
    if not stream.eof:
        raise _damaged(entry)


def _damaged(entry: Entry) -> HiveMindError:
    return refusal(Reason.ARCHIVE_INVALID, entry.name, "is damaged: pack it again")


def _packed(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    file.seek(entry.data_offset)
    left = entry.packed_bytes
    while left:
        data = file.read(min(left, _CHUNK_BYTES))
        if not data:
            raise invalid("it is cut short")
        left -= len(data)
        yield data
