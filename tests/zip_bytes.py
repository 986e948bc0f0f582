"""ZIP files written byte by byte, so that a test can lie in any field.

Shares no code with the product: layouts are from PKWARE's APPNOTE 6.3.10.
"""

import struct
import zlib
from dataclasses import dataclass, field, replace

DEFLATED = 8
STORED = 0


@dataclass(frozen=True)
class Member:
    """One entry. What is None is told truthfully; `local_*` lie in the local header only."""

    name: bytes = b"a.txt"
    content: bytes = b"hello"
    method: int = STORED
    flags: int = 0x800
    made_by: int = 3 << 8 | 20
    attributes: int = 0o100644 << 16
    crc32: int | None = None
    size: int | None = None
    packed_size: int | None = None
    packed: bytes | None = None
    extra: bytes = b""
    volume: int = 0
    offset: int | None = None
    local_name: bytes | None = None
    local_size: int | None = None
    local_packed_size: int | None = None
    local_crc32: int | None = None
    local_method: int | None = None
    local_flags: int | None = None
    local_extra: bytes | None = None
    #: Bytes after the packed content: a data descriptor, or a gap.
    after: bytes = b""


def zip64_extra(*values: int) -> bytes:
    """The extra field that carries 64-bit sizes."""
    return struct.pack(f"<2H{len(values)}Q", 1, 8 * len(values), *values)


def _packed(member: Member) -> bytes:
    if member.packed is not None:
        return member.packed
    if member.method != DEFLATED:
        return member.content
    stream = zlib.compressobj(9, wbits=-15)
    return stream.compress(member.content) + stream.flush()


def _or(value, otherwise):
    return otherwise if value is None else value


def _told(member: Member) -> Member:
    """`member` with every central field filled in."""
    packed = _packed(member)
    return replace(
        member,
        packed=packed,
        crc32=_or(member.crc32, zlib.crc32(member.content)),
        size=_or(member.size, len(member.content)),
        packed_size=_or(member.packed_size, len(packed)),
    )


def local_part(member: Member) -> bytes:
    """The local header, the packed content and what comes after."""
    told = _told(member)
    name = _or(member.local_name, member.name)
    extra = _or(member.local_extra, member.extra)
    head = struct.pack(
        "<4s5H3L2H",
        b"PK\x03\x04",
        20,
        _or(member.local_flags, member.flags),
        _or(member.local_method, member.method),
        0,
        33,
        _or(member.local_crc32, told.crc32),
        _or(member.local_packed_size, told.packed_size),
        _or(member.local_size, told.size),
        len(name),
        len(extra),
    )
    return head + name + extra + told.packed + member.after


def central_part(member: Member, offset: int) -> bytes:
    """The record of the central directory."""
    told = _told(member)
    head = struct.pack(
        "<4s6H3L5H2L",
        b"PK\x01\x02",
        member.made_by,
        20,
        member.flags,
        member.method,
        0,
        33,
        told.crc32,
        told.packed_size,
        told.size,
        len(member.name),
        len(member.extra),
        0,
        member.volume,
        0,
        member.attributes,
        _or(member.offset, offset),
    )
    return head + member.name + member.extra


@dataclass(frozen=True)
class End:
    """The end of the file. What is None is told truthfully."""

    entries: int | None = None
    entries_here: int | None = None
    size: int | None = None
    offset: int | None = None
    volume: int = 0
    comment: bytes = b""
    comment_length: int | None = None
    #: Field values of the 64-bit record, by name; None: there is no such record.
    wide: dict[str, int] | None = field(default=None)


def end_part(end: End, count: int, size: int, offset: int) -> bytes:
    """The end record, with the 64-bit one before it where asked for."""
    data = b""
    if end.wide is not None:
        told = {"size": 44, "volume": 0, "here": count, "entries": count}
        told |= {"bytes": size, "offset": offset, "at": offset + size, "volumes": 1} | end.wide
        data += struct.pack(
            "<4sQ2H2L4Q",
            b"PK\x06\x06",
            told["size"],
            45,
            45,
            told["volume"],
            0,
            told["here"],
            told["entries"],
            told["bytes"],
            told["offset"],
        )
        data += struct.pack("<4sLQL", b"PK\x06\x07", 0, told["at"], told["volumes"])
    entries = _or(end.entries, count)
    data += struct.pack(
        "<4s4H2LH",
        b"PK\x05\x06",
        end.volume,
        0,
        _or(end.entries_here, entries),
        entries,
        _or(end.size, size),
        _or(end.offset, offset),
        _or(end.comment_length, len(end.comment)),
    )
    return data + end.comment


def zip_of(*members: Member, end: End | None = None, prefix: bytes = b"") -> bytes:
    """A whole file: `prefix`, the members, their directory, the end."""
    body, directory = bytearray(prefix), bytearray()
    for member in members:
        directory += central_part(member, len(body))
        body += local_part(member)
    closing = end_part(end or End(), len(members), len(directory), len(body))
    return bytes(body + directory) + closing
