"""Where a ZIP file's central directory lies: the record at its end, 32 or 64 bits wide."""

import os
import struct
from typing import BinaryIO, NamedTuple

from app.common.archive_limits import invalid
from app.common.errors import HiveMindError

END_SIGNATURE = b"PK\x05\x06"
#: Signature, volume, directory's volume, entries here, entries, size, offset, comment length.
END_RECORD = struct.Struct("<4s4H2LH")
COMMENT_BYTES_MAX = 0xFFFF

_LOCATOR_SIGNATURE = b"PK\x06\x07"
#: Signature, volume of the 64-bit record, its offset, number of volumes.
_LOCATOR = struct.Struct("<4sLQL")
_END64_SIGNATURE = b"PK\x06\x06"
#: Signature, size of the rest, made by, version, volume, directory's volume, entries here,
#: entries, size, offset.
_END64_RECORD = struct.Struct("<4sQ2H2L4Q")
_END64_REST = _END64_RECORD.size - 12


class Directory(NamedTuple):
    """Place and size of the central directory, as announced."""

    entries: int
    size_bytes: int
    offset: int


def find_directory(file: BinaryIO, file_bytes: int) -> Directory:
    """The directory's place, which ends where the end record starts.

    Reads at most 64 KiB and a record from the end of `file`. Raises ARCHIVE_INVALID.
    """
    at, fields = _end_record(file, file_bytes)
    _, volume, start_volume, entries_here, entries, size_bytes, offset, _ = fields
    directory = Directory(entries, size_bytes, offset)
    if directory.offset + directory.size_bytes != at:
        return _wide_directory(file, at, fields)
    if volume or start_volume or entries_here != entries:
        raise _several_volumes()
    return directory


def _end_record(file: BinaryIO, file_bytes: int) -> tuple[int, tuple[int, ...]]:
    """The one end record whose comment reaches exactly to the file's end."""
    start = max(0, file_bytes - END_RECORD.size - COMMENT_BYTES_MAX)
    file.seek(start, os.SEEK_SET)
    tail = file.read(END_RECORD.size + COMMENT_BYTES_MAX)
    found = []
    at = tail.find(END_SIGNATURE)
    while 0 <= at <= len(tail) - END_RECORD.size:
        fields = END_RECORD.unpack_from(tail, at)
        if at + END_RECORD.size + fields[-1] == len(tail):
            found.append((start + at, fields))
        at = tail.find(END_SIGNATURE, at + 1)
    if not found:
        raise invalid("its end is missing, or something follows it")
    if len(found) > 1:
        raise invalid("it has more than one end")
    return found[0]


def _wide_directory(file: BinaryIO, end: int, narrow: tuple[int, ...]) -> Directory:
    """The place given by the 64-bit record, which `narrow` values below all ones confirm."""
    start = end - _LOCATOR.size - _END64_RECORD.size
    misplaced = invalid("its directory is not where its end says")
    if start < 0:
        raise misplaced
    file.seek(start)
    data = file.read(_END64_RECORD.size + _LOCATOR.size)
    if len(data) != _END64_RECORD.size + _LOCATOR.size:
        raise misplaced
    wide = _END64_RECORD.unpack_from(data)
    locator = _LOCATOR.unpack_from(data, _END64_RECORD.size)
    if (wide[0], wide[1], locator[0], locator[2]) != (
        _END64_SIGNATURE,
        _END64_REST,
        _LOCATOR_SIGNATURE,
        start,
    ):
        raise misplaced
    volumes = (locator[1], locator[3], wide[4], wide[5])
    if volumes not in {(0, 1, 0, 0), (0, 0, 0, 0)} or wide[6] != wide[7]:
        raise _several_volumes()
    for said, meant, unsaid in zip(
        narrow[1:7], wide[4:10], (0xFFFF,) * 4 + (0xFFFFFFFF,) * 2, strict=True
    ):
        if said not in {meant, unsaid}:
            raise invalid("its two ends contradict each other")
    directory = Directory(entries=wide[7], size_bytes=wide[8], offset=wide[9])
    if directory.offset + directory.size_bytes != start:
        raise misplaced
    return directory


def _several_volumes() -> HiveMindError:
    return invalid("it is a part of several volumes")
