"""The only reader of ZIP's structure: from bytes to entries that are safe to unpack.

Layout and field names follow PKWARE's APPNOTE 6.3.10, sections 4.3 to 4.5. The
file is read from its end, and each count and size is checked before anything
of that size is read or allocated. Where the format says a thing twice (central
directory and local header, 32 and 64 bits) both must agree, so that no other
reader sees another archive than we do. Not accepted: text before the first
entry or after the end, several volumes, encryption, methods but stored and deflate.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO, NamedTuple

from app.common.archive_end import Directory, find_directory
from app.common.archive_limits import (
    ArchiveLimits,
    check_size,
    check_total,
    invalid,
    refusal,
    too_many_entries,
)
from app.common.archive_names import NameTable, decode_name, name_fault
from app.common.errors import HiveMindError, Reason

STORED = 0
DEFLATED = 8

LOCAL_SIGNATURE = b"PK\x03\x04"
CENTRAL_SIGNATURE = b"PK\x01\x02"
#: Signature, version, flags, method, time, date, CRC, packed, size, name and extra lengths.
LOCAL_HEADER = struct.Struct("<4s5H3L2H")
#: Signature, made by, version, flags, method, time, date, CRC, packed, size, lengths of
#: name, extra and comment, volume, internal and external attributes, header offset.
CENTRAL_HEADER = struct.Struct("<4s6H3L5H2L")

FLAG_DESCRIPTOR = 1 << 3
FLAG_UTF8 = 1 << 11
#: Encrypted, strongly encrypted, encrypted directory.
_FLAGS_ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13
_FLAG_PATCH = 1 << 5
_DESCRIPTOR_BYTES_MIN = 12

_ZIP64_EXTRA = 0x0001
_BIG = 0xFFFFFFFF
#: Of the directory, on average: names, extra fields and comments of sane archives are short.
_DIRECTORY_BYTES_PER_ENTRY_MAX = 1024
_DIRECTORY_BYTES_FREE = 64 * 1024

_TYPE_MASK, _TYPE_FILE, _TYPE_FOLDER = 0o170000, 0o100000, 0o040000
_EXECUTABLE = 0o111


@dataclass(frozen=True, slots=True)
class Entry:
    """One file or folder of an archive, its name and claims checked."""

    #: Parts separated by "/", without a last slash.
    name: str
    is_folder: bool
    is_executable: bool
    method: int
    crc32: int
    #: Where its packed bytes start in the file, and how many they are.
    data_offset: int
    packed_bytes: int
    #: Unpacked, as declared; unpacking still counts.
    size_bytes: int


class _Central(NamedTuple):
    """A record of the central directory, before its local header was seen."""

    raw_name: bytes
    name: str
    is_folder: bool
    mode: int
    flags: int
    method: int
    crc32: int
    packed_bytes: int
    size_bytes: int
    header_offset: int


def read_entries(file: BinaryIO, limits: ArchiveLimits) -> tuple[Entry, ...]:
    """The entries of the archive in the seekable `file`, in the directory's order.

    Reads the directory and the local headers, not the content. Raises
    HiveMindError with one of the ARCHIVE_* reasons.
    """
    file_bytes = file.seek(0, os.SEEK_END)
    directory = find_directory(file, file_bytes)
    if directory.entries > limits.entries_max:
        raise too_many_entries(limits)
    bytes_max = max(_DIRECTORY_BYTES_FREE, limits.entries_max * _DIRECTORY_BYTES_PER_ENTRY_MAX)
    if directory.size_bytes > bytes_max:
        raise invalid(f"its directory is larger than {bytes_max} bytes")
    names = NameTable(limits)
    entries = []
    ranges = []
    starts: set[int] = set()
    total_bytes = 0
    for record in _central_records(file, directory):
        _check_record(record, limits)
        names.add(record.name, is_folder=record.is_folder)
        total_bytes += record.size_bytes
        check_total(total_bytes, limits)
        if record.header_offset in starts:
            raise _shared_bytes()
        starts.add(record.header_offset)
        data_offset = _check_local(file, record, directory.offset)
        ranges.append((record.header_offset, data_offset + _bytes_after_header(record)))
        entries.append(_entry(record, data_offset))
    _check_ranges(ranges, directory)
    return tuple(entries)


def read_exactly(file: BinaryIO, offset: int, size_bytes: int) -> bytes:
    """`size_bytes` at `offset`; ARCHIVE_INVALID where the file is shorter."""
    file.seek(offset)
    data = file.read(size_bytes)
    if len(data) != size_bytes:
        raise invalid("it is cut short")
    return data


def _central_records(file: BinaryIO, directory: Directory) -> Iterator[_Central]:
    data = memoryview(read_exactly(file, directory.offset, directory.size_bytes))
    at = 0
    for _ in range(directory.entries):
        if at + CENTRAL_HEADER.size > len(data):
            raise invalid("its directory holds fewer entries than announced")
        fields = CENTRAL_HEADER.unpack_from(data, at)
        end = at + CENTRAL_HEADER.size + sum(fields[10:13])
        if fields[0] != CENTRAL_SIGNATURE or end > len(data):
            raise invalid("its directory is damaged")
        yield _central(fields, bytes(data[at + CENTRAL_HEADER.size : end]))
        at = end
    if at != len(data):
        raise invalid("its directory holds more than announced")


def _central(fields: tuple[int, ...], rest: bytes) -> _Central:
    flags, method, crc32, packed, size = fields[3], fields[4], *fields[7:10]
    name_bytes, extra_bytes, volume = fields[10], fields[11], fields[13]
    raw_name = rest[:name_bytes]
    spelled = decode_name(raw_name)
    extra = rest[name_bytes : name_bytes + extra_bytes]
    size, packed, offset, volume = _zip64(spelled, extra, size, packed, fields[16], volume)
    if volume != 0:
        raise invalid("it is a part of several volumes")
    return _Central(
        raw_name=raw_name,
        name=spelled.removesuffix("/"),
        is_folder=spelled.endswith("/"),
        mode=fields[15] >> 16,
        flags=flags,
        method=method,
        crc32=crc32,
        packed_bytes=packed,
        size_bytes=size,
        header_offset=offset,
    )


def _zip64(name: str, extra: bytes, *narrow: int) -> list[int]:
    """`narrow` (size, packed[, offset, volume]) with the 64-bit values put in.

    The extra field gives a value for each one that is all ones, in their order;
    where none is, it may repeat the first ones. Anything else is refused.
    """
    wide = _extra_field(name, extra)
    values = list(narrow)
    missing = [
        index for index, value in enumerate(narrow) if value == (0xFFFF if index == 3 else _BIG)
    ]
    if wide is None:
        if missing:
            raise refusal(Reason.ARCHIVE_INVALID, name, "lacks its 64-bit sizes")
        return values
    formats = ["Q", "Q", "Q", "L"]
    if missing:
        layout = struct.Struct("<" + "".join(formats[index] for index in missing))
        if len(wide) != layout.size:
            raise refusal(Reason.ARCHIVE_INVALID, name, "has contradicting 64-bit sizes")
        for index, value in zip(missing, layout.unpack(wide), strict=True):
            values[index] = value
        return values
    repeated = len(wide) // 8
    if len(wide) % 8 or list(struct.unpack(f"<{repeated}Q", wide)) != values[:3][:repeated]:
        raise refusal(Reason.ARCHIVE_INVALID, name, "has contradicting 64-bit sizes")
    return values


def _extra_field(name: str, extra: bytes) -> bytes | None:
    """The content of the zip64 field in `extra`, or None. Less than a field's head is padding."""
    found = None
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        at += 4
        if at + length > len(extra) or (kind == _ZIP64_EXTRA and found is not None):
            raise refusal(Reason.ARCHIVE_INVALID, name, "has a damaged extra field")
        if kind == _ZIP64_EXTRA:
            found = extra[at : at + length]
        at += length
    return found


def _check_record(record: _Central, limits: ArchiveLimits) -> None:
    name = record.name
    fault = name_fault(name)
    if fault is not None:
        raise refusal(Reason.ARCHIVE_UNSAFE_NAME, name, fault)
    if record.flags & _FLAGS_ENCRYPTED:
        raise refusal(Reason.ARCHIVE_INVALID, name, "is encrypted: pack without a password")
    if record.flags & _FLAG_PATCH or record.method not in {STORED, DEFLATED}:
        raise refusal(
            Reason.ARCHIVE_INVALID,
            name,
            f"is packed by method {record.method}: use deflate, ZIP's usual method",
        )
    file_type = record.mode & _TYPE_MASK
    if file_type not in {0, _TYPE_FOLDER if record.is_folder else _TYPE_FILE}:
        raise refusal(
            Reason.ARCHIVE_UNSAFE_TYPE,
            name,
            "is a link, a device or another thing that is neither file nor folder",
        )
    if record.is_folder and record.size_bytes:
        raise refusal(Reason.ARCHIVE_UNSAFE_TYPE, name, "is a folder with content of its own")
    if record.method == STORED and record.size_bytes != record.packed_bytes:
        raise refusal(Reason.ARCHIVE_INVALID, name, "is stored in another size than its own")
    check_size(name, record.size_bytes, record.packed_bytes, limits)


def _check_local(file: BinaryIO, record: _Central, end: int) -> int:
    """Where the entry's data start, its local header before `end` confirming the directory."""
    at = record.header_offset
    if at >= end:
        raise refusal(Reason.ARCHIVE_INVALID, record.name, "is not where the directory says")
    fields = LOCAL_HEADER.unpack(read_exactly(file, at, LOCAL_HEADER.size))
    signature, _, flags, method, _, _, crc32, packed, size, name_bytes, extra_bytes = fields
    if signature != LOCAL_SIGNATURE:
        raise refusal(Reason.ARCHIVE_INVALID, record.name, "is not where the directory says")
    rest = read_exactly(file, at + LOCAL_HEADER.size, name_bytes + extra_bytes)
    if rest[:name_bytes] != record.raw_name:
        raise refusal(Reason.ARCHIVE_INVALID, record.name, "has another name in its own header")
    size, packed = _zip64(record.name, rest[name_bytes:], size, packed)
    said = (size, packed, crc32)
    allowed = {(record.size_bytes, record.packed_bytes, record.crc32)}
    if record.flags & FLAG_DESCRIPTOR:
        allowed.add((0, 0, 0))
    mask = _FLAGS_ENCRYPTED | _FLAG_PATCH | FLAG_DESCRIPTOR
    if said not in allowed or method != record.method or (flags ^ record.flags) & mask:
        raise refusal(Reason.ARCHIVE_INVALID, record.name, "contradicts itself in its two headers")
    return at + LOCAL_HEADER.size + len(rest)


def _bytes_after_header(record: _Central) -> int:
    descriptor = _DESCRIPTOR_BYTES_MIN if record.flags & FLAG_DESCRIPTOR else 0
    return record.packed_bytes + descriptor


def _check_ranges(ranges: list[tuple[int, int]], directory: Directory) -> None:
    """Refuse bytes that two entries share: the 57 KB bomb of 1,000 entries on one body."""
    ranges.sort()
    first = ranges[0][0] if ranges else directory.offset
    if first != 0:
        raise invalid("something else comes before its first entry")
    ranges.append((directory.offset, directory.offset))
    for (_, end), (start, _) in pairwise(ranges):
        if end > start:
            raise _shared_bytes()


def _shared_bytes() -> HiveMindError:
    return HiveMindError(
        Reason.ARCHIVE_BOMB, "Entries of the archive share the same packed bytes: pack it again."
    )


def _entry(record: _Central, data_offset: int) -> Entry:
    return Entry(
        name=record.name,
        is_folder=record.is_folder,
        is_executable=not record.is_folder and bool(record.mode & _EXECUTABLE),
        method=record.method,
        crc32=record.crc32,
        data_offset=data_offset,
        packed_bytes=record.packed_bytes,
        size_bytes=record.size_bytes,
    )
