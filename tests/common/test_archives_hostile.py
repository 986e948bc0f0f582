"""Each archive here attacks or lies; each is refused for the right reason, and leaves nothing."""

import io
import os
import struct
import subprocess
import sys
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.common import archive_guard
from app.common.archives import ArchiveLimits, extract, inspect
from app.common.errors import HiveMindError, Reason
from tests.zip_bytes import DEFLATED, End, Member, central_part, end_part, local_part, zip64_extra
from tests.zip_bytes import zip_of as hand_made

LIMITS = ArchiveLimits(entries_max=1000, total_bytes_max=16 << 20, entry_bytes_max=8 << 20)
SENTINEL = 0xFFFFFFFF
MIB = 1 << 20


def shared_body(count: int) -> bytes:
    """`count` entries on one packed body, told truthfully but for the overlap."""
    packed = zlib.compress(bytes(90_000), 9, wbits=-15)
    member = Member(b"f0", bytes(90_000), DEFLATED, packed=packed)
    body = local_part(member)
    records = b"".join(
        central_part(replace(member, name=b"f%d" % number), 0) for number in range(count)
    )
    return body + records + end_part(End(), count, len(records), len(body))


def quoted_headers(count: int) -> bytes:
    """The better bomb: each entry's body quotes the next entry's header and shares its body."""
    content = bytes(MIB // 2)
    packed = zlib.compress(content, 9, wbits=-15)
    members = []
    for number in range(count):
        member = Member(b"%04d" % number, content, DEFLATED, packed=packed)
        members.append(member)
        part = local_part(member)
        header = part.removesuffix(packed)
        content = header + content
        packed = struct.pack("<BHH", 0, len(header), len(header) ^ 0xFFFF) + part
    records = b"".join(
        central_part(member, len(part) - len(local_part(member))) for member in reversed(members)
    )
    return part + records + end_part(End(), count, len(records), len(part))


def gap_before_wide_end(gap: bytes) -> bytes:
    body, record = local_part(Member()), central_part(Member(), 0)
    end = End(wide={"at": len(body + record + gap)})
    return body + record + gap + end_part(end, 1, len(record), len(body))


def named(*names: str | bytes) -> bytes:
    raw = [name if isinstance(name, bytes) else name.encode() for name in names]
    return hand_made(
        *(
            Member(name, b"", attributes=0o040755 << 16) if name.endswith(b"/") else Member(name)
            for name in raw
        )
    )


GOOD = hand_made(Member(b"a.txt"), Member(b"b/c.txt", b"x" * 1000, DEFLATED))

INVALID = {
    "empty file": b"",
    "no ZIP": b"hello, this is text" * 10,
    "a tar header": b"a.txt" + bytes(252) + b"ustar" + bytes(1000),
    "end record cut": GOOD[:-1],
    "directory missing": GOOD[-22:],
    "local part missing": GOOD[20:],
    "junk before": b"#!/bin/sh\n" + GOOD,
    "junk before, offsets right": hand_made(Member(), prefix=b"MZ" + bytes(100)),
    "junk before an empty archive": b"junk" + end_part(End(), 0, 0, 4),
    "junk after": GOOD + b"x",
    "comment too short": hand_made(Member(), end=End(comment=b"abc", comment_length=2)),
    "comment too long": hand_made(Member(), end=End(comment=b"abc", comment_length=4)),
    "an end inside the comment": hand_made(Member(), end=End(comment=end_part(End(), 0, 0, 0))),
    "second volume": hand_made(Member(), end=End(volume=1)),
    "entries on another volume": hand_made(Member(), end=End(entries_here=0)),
    "entry on another volume": hand_made(Member(volume=1)),
    "too few announced": hand_made(Member(), Member(b"b"), end=End(entries=1)),
    "too many announced": hand_made(Member(), end=End(entries=2)),
    "none announced": hand_made(Member(), end=End(entries=0)),
    "directory size a lie": hand_made(Member(), end=End(size=10)),
    "directory offset a lie": hand_made(Member(), end=End(offset=1)),
    "directory offset beyond": hand_made(Member(), end=End(offset=SENTINEL)),
    "wide end elsewhere": hand_made(Member(), end=End(wide={"at": 0})),
    "wide end too long": hand_made(Member(), end=End(wide={"size": 45})),
    "wide count contradicts": hand_made(
        Member(), end=End(entries=1, wide={"entries": 2, "here": 2})
    ),
    "narrow count contradicts": hand_made(Member(), end=End(entries=7, wide={})),
    "wide count half on another volume": hand_made(
        Member(), end=End(entries_here=0xFFFF, wide={"here": 0})
    ),
    "a gap before the wide end": gap_before_wide_end(b"gap"),
    "wide count on other volume": hand_made(Member(), end=End(wide={"here": 0})),
    "wide offset contradicts": hand_made(Member(), end=End(wide={"offset": 1})),
    "wide size contradicts": hand_made(Member(), end=End(wide={"bytes": 2**63})),
    "wide end of two volumes": hand_made(Member(), end=End(wide={"volumes": 2})),
    "encrypted": hand_made(Member(flags=0x801)),
    "strongly encrypted": hand_made(Member(flags=0x841)),
    "encrypted directory": hand_made(Member(flags=0x2800)),
    "encrypted in the local header only": hand_made(Member(local_flags=0x801)),
    "patch data": hand_made(Member(flags=0x820)),
    "bzip2": hand_made(Member(method=12)),
    "LZMA": hand_made(Member(method=14)),
    "method of its own": hand_made(Member(method=99)),
    "local method": hand_made(Member(content=b"", local_method=DEFLATED)),
    "local name": hand_made(Member(b"a.txt", local_name=b"../xx")),
    "local name shorter": hand_made(Member(b"a.txt", local_name=b"a")),
    "local size": hand_made(Member(local_size=4)),
    "local packed size": hand_made(Member(local_packed_size=4)),
    "local CRC": hand_made(Member(local_crc32=1)),
    "local sizes left out without a flag": hand_made(
        Member(local_size=0, local_packed_size=0, local_crc32=0)
    ),
    "offset into the content": hand_made(Member(content=b"x" * 100, offset=40)),
    "offset beyond the file": hand_made(Member(offset=10_000)),
    "stored in another size": hand_made(Member(size=10)),
    "sizes missing": hand_made(Member(size=SENTINEL)),
    "wide size of wrong length": hand_made(Member(size=SENTINEL, extra=zip64_extra(5, 5))),
    "wide sizes contradict": hand_made(Member(extra=zip64_extra(6, 6))),
    "wide sizes twice": hand_made(Member(extra=zip64_extra(5) + zip64_extra(5))),
    "wide local sizes contradict": hand_made(
        Member(local_size=SENTINEL, local_packed_size=SENTINEL, local_extra=zip64_extra(4, 5))
    ),
    "extra field too long": hand_made(Member(extra=struct.pack("<2H", 1, 9) + b"abc")),
    "wide offset beyond the file": hand_made(Member(offset=SENTINEL, extra=zip64_extra(2**62))),
}

BOMBS = {
    "1,000 entries on one body": shared_body(1000),
    "each header quoted by the one before": quoted_headers(5),
    "two entries share their end": hand_made(
        Member(b"a", b"x" * 100 + local_part(Member(b"b"))),
        Member(b"b", b"hello", offset=30 + 1 + 100),
    ),
    "1 GiB in 1 MiB": hand_made(Member(size=1 << 30, method=DEFLATED, packed_size=5)),
    "one too large": hand_made(Member(size=8 * MIB + 1, method=DEFLATED)),
    "ratio": hand_made(Member(content=bytes(2 * MIB), method=DEFLATED)),
    "all together": hand_made(*(Member(b"%d" % n, bytes(MIB), DEFLATED) for n in range(17))),
    "wide size": hand_made(
        Member(size=SENTINEL, method=DEFLATED, extra=zip64_extra(2**63), packed=b"hello")
    ),
    "sizes that wrap around": hand_made(
        Member(b"a", size=SENTINEL, method=DEFLATED, extra=zip64_extra(2**64 - 1), packed=b"hello")
    ),
}

UNSAFE_NAMES = {
    name: named(name)
    for name in (
        *("", "/", "..", "../evil", "a/../b", "a/..", "./a", ".", "a//b", "a/./b"),
        *("/abs", "//host/share", "C:/x", "C:x", "c:\\windows\\x", "\\\\host\\share"),
        *("a\\b", "..\\evil", "file:stream", "a\x00b", "a\nb", "a\x1b[2J", "a\x7f", "a\x85b"),
        *("a\u2028b", "CON", "con", "nul.txt", "NUL", "a/aux/b", "COM1", "com9.tar.gz", "LPT¹"),
        *("CONIN$", "PRN .txt", "a.", "a /b", "a ", "a.../b", "x" * 256, "ü" * 128),
        *("/".join(["abcdefghi"] * 120), "/".join("a" * 65)),
        *("what?", "a*b", '"q"', "a|b", "<a>"),
    )
} | {
    "not UTF-8": named(b"caf\xe9.txt"),
    "not UTF-8, unflagged": hand_made(Member(b"caf\xe9.txt", flags=0)),
    "overlong slash": named(b"a\xc0\xafb"),
    "surrogate": named(b"a\xed\xa0\x80"),
    "folder": named(b"../evil/"),
    "no name in the directory": hand_made(Member(b"", local_name=b"")),
}

UNSAFE_TYPES = {
    "symbolic link": hand_made(Member(content=b"/etc/passwd", attributes=0o120777 << 16)),
    "symbolic link from DOS": hand_made(Member(made_by=20, attributes=0o120777 << 16)),
    "symbolic link to a folder": hand_made(Member(b"a/", b"", attributes=0o120777 << 16)),
    "character device": hand_made(Member(attributes=0o020666 << 16)),
    "block device": hand_made(Member(attributes=0o060666 << 16)),
    "pipe": hand_made(Member(attributes=0o010666 << 16)),
    "socket": hand_made(Member(attributes=0o140666 << 16)),
    "type of its own": hand_made(Member(attributes=0o170666 << 16)),
    "folder without a slash": hand_made(Member(attributes=0o040755 << 16)),
    "file with a slash": hand_made(Member(b"a/", b"", attributes=0o100644 << 16)),
    "folder with content": hand_made(Member(b"a/", b"x", attributes=0o040755 << 16)),
}

DUPLICATES = {
    "the same": named("a", "a"),
    "capitals": named("readme", "README"),
    "capitals in a folder": named("A/x", "a/X"),
    "composed and decomposed": named("caf\u00e9", "cafe\u0301"),
    "marks in another order": named("\u03b1\u0345\u0301", "\u1fb4"),
    "sharp s": named("straße", "STRASSE"),
    "Kelvin": named("k", "\u212a"),
    "folder twice": named("a/", "A/"),
    "file and folder": named("a", "a/"),
    "folder and file": named("a/", "A"),
    "file, then below it": named("a", "a/b"),
    "below it, then file": named("A/b", "a"),
    "file, then far below it": named("a/b", "A/B/c/d"),
}

TOO_MANY = {
    "20,000 entries": hand_made(*(Member(b"%d" % n, b"") for n in range(20_000))),
    "count in the wide end": hand_made(
        Member(), end=End(entries=0xFFFF, offset=SENTINEL, wide={"entries": 2**63, "here": 2**63})
    ),
    "count is a lie": hand_made(Member(), end=End(entries=60_000)),
    "folders in folders": named(*(f"{n}/" + "/".join("abcdefghij") for n in range(100))),
}

HOSTILE = [
    pytest.param(reason, data, id=f"{reason.name}: {title}".encode("ascii", "replace").decode())
    for reason, archives in (
        (Reason.ARCHIVE_INVALID, INVALID),
        (Reason.ARCHIVE_BOMB, BOMBS),
        (Reason.ARCHIVE_UNSAFE_NAME, UNSAFE_NAMES),
        (Reason.ARCHIVE_UNSAFE_TYPE, UNSAFE_TYPES),
        (Reason.ARCHIVE_DUPLICATE_NAME, DUPLICATES),
        (Reason.ARCHIVE_TOO_MANY_ENTRIES, TOO_MANY),
    )
    for title, data in archives.items()
]


def everything_below(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


#: What it may cost to refuse one, here and in a child: processor time, and memory at the peak.
CPU_SECONDS_MAX = 1.0
MEMORY_BYTES_MAX = 64 * MIB


def cpu_seconds() -> float:
    """Of this process and of the children that it waited for."""
    took = os.times()
    return took.user + took.system + took.children_user + took.children_system


def memory_bytes(name: str) -> int:
    """A line of /proc/self/status: "VmRSS", or its peak "VmHWM"."""
    text = Path("/proc/self/status").read_text("ascii")
    return int(text.partition(f"{name}:")[2].split()[0]) * 1024


@contextmanager
def little_work(cpu_seconds_max: float = CPU_SECONDS_MAX) -> Iterator[None]:
    """What is done within takes no more than an archive may; a child has a limit of its own."""
    assert archive_guard._MEMORY_BYTES <= MEMORY_BYTES_MAX
    linux = sys.platform == "linux"
    if linux:
        # The peak is counted anew from here (proc(5)).
        Path("/proc/self/clear_refs").write_text("5", "ascii")
        memory = memory_bytes("VmRSS")
    start = cpu_seconds()
    yield
    assert cpu_seconds() - start <= cpu_seconds_max
    if linux:
        assert memory_bytes("VmHWM") - memory <= MEMORY_BYTES_MAX


def test_a_measure_that_sees_what_is_too_much():
    with pytest.raises(AssertionError), little_work():
        bytes(b"x" * (MEMORY_BYTES_MAX + 16 * MIB))
    busy = "import time\nwhile time.process_time() < 1.2: pass"
    with pytest.raises(AssertionError), little_work():
        subprocess.run([sys.executable, "-S", "-c", busy], check=True)


@pytest.mark.parametrize(("reason", "data"), HOSTILE)
def test_a_hostile_archive_is_refused_and_leaves_nothing(tmp_path, reason, data):
    with pytest.raises(HiveMindError) as inspected:
        inspect(io.BytesIO(data), LIMITS)
    assert inspected.value.reason is reason
    path = tmp_path / "in.zip"
    path.write_bytes(data)
    for unpack in (extract, archive_guard.extract):
        with little_work(), pytest.raises(HiveMindError) as extracted:
            unpack(path, tmp_path / "here" / "out", LIMITS)
        assert extracted.value.reason is reason
        assert everything_below(tmp_path) == ["in.zip"]


#: What takes long to judge: many folders, long names, marks that have to be put in their order.
HEAVY_NAMES = {
    "deep": "/".join("abcdefghijklmnop"),
    "Greek": "\u0390" * 60,
    "marks": "/".join(["a" + "".join(chr(0x300 + n * 37 % 78) for n in range(100))] * 4),
}


@pytest.mark.parametrize("name", HEAVY_NAMES.values(), ids=HEAVY_NAMES)
def test_the_most_that_can_be_asked_before_the_last_entry_is_refused(tmp_path, name):
    """About as many entries as are allowed, in a child; the last one is there twice."""
    members = [Member(f"{name}{number}".encode(), b"") for number in range(9_900)]
    path = tmp_path / "in.zip"
    path.write_bytes(hand_made(*members, members[0]))
    with little_work(2 * CPU_SECONDS_MAX), pytest.raises(HiveMindError) as refused:
        archive_guard.extract(path, tmp_path / "out", ArchiveLimits())
    assert refused.value.reason is Reason.ARCHIVE_DUPLICATE_NAME


LYING_CONTENT = {
    "declares 10 bytes, holds 10 MiB": (
        Reason.ARCHIVE_BOMB,
        Member(content=bytes(10 * MIB), method=DEFLATED, size=10),
    ),
    "declares more than it holds": (Reason.ARCHIVE_INVALID, Member(method=DEFLATED, size=6)),
    "CRC of something else": (Reason.ARCHIVE_INVALID, Member(crc32=1)),
    "not deflate": (Reason.ARCHIVE_INVALID, Member(method=DEFLATED, packed=b"\xff" * 9)),
    "deflate cut short": (
        Reason.ARCHIVE_INVALID,
        Member(method=DEFLATED, packed=zlib.compress(b"hello", 9, wbits=-15)[:-1]),
    ),
    "deflate of nothing": (Reason.ARCHIVE_INVALID, Member(method=DEFLATED, packed=b"")),
    "more after the deflate": (
        Reason.ARCHIVE_INVALID,
        Member(method=DEFLATED, packed=zlib.compress(b"hello", 9, wbits=-15) + bytes(200_000)),
    ),
}


@pytest.mark.parametrize(("reason", "liar"), LYING_CONTENT.values(), ids=LYING_CONTENT)
@pytest.mark.parametrize("folder_was_there", [False, True])
def test_what_only_unpacking_shows_is_refused_and_cleaned_up(
    tmp_path, reason, liar, folder_was_there
):
    path = tmp_path / "in.zip"
    path.write_bytes(hand_made(Member(b"first/good", b"x"), liar, Member(b"z")))
    if folder_was_there:
        (tmp_path / "out").mkdir()
    with little_work(), pytest.raises(HiveMindError) as refused:
        archive_guard.extract(path, tmp_path / "out", LIMITS)
    assert refused.value.reason is reason
    assert "a.txt" in refused.value.message
    assert everything_below(tmp_path) == (["in.zip", "out"] if folder_was_there else ["in.zip"])


def test_unpacking_a_bomb_stops_early_and_keeps_memory_small(tmp_path):
    path = tmp_path / "in.zip"
    bomb = Member(content=bytes(64 * MIB), method=DEFLATED, size=MIB, local_size=MIB)
    path.write_bytes(hand_made(bomb))
    tracemalloc.start()
    try:
        with pytest.raises(HiveMindError):
            extract(path, tmp_path / "out", LIMITS)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 2 * MIB


class CountingFile(io.BytesIO):
    """Counts the bytes read from it."""

    bytes_read = 0

    def read(self, size=-1):
        data = super().read(size)
        self.bytes_read += len(data)
        return data


def test_200_000_entries_are_refused_by_the_end_of_the_file_alone():
    file = CountingFile()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(200_000):
            archive.writestr(zipfile.ZipInfo(str(number)), b"")
    file.bytes_read = 0
    with pytest.raises(HiveMindError) as refused:
        inspect(file, ArchiveLimits())
    assert refused.value.reason is Reason.ARCHIVE_TOO_MANY_ENTRIES
    assert file.bytes_read < 70_000


def test_a_directory_too_large_for_its_entries_is_refused_unread():
    fat = [
        Member(b"%d" % n, b"", extra=struct.pack("<2H", 9, 60_000) + bytes(60_000))
        for n in range(40)
    ]
    file = CountingFile(hand_made(*fat))
    with pytest.raises(HiveMindError) as refused:
        inspect(file, LIMITS)
    assert refused.value.reason is Reason.ARCHIVE_INVALID
    assert file.bytes_read < 70_000


def test_a_refusal_names_the_entry_without_its_control_characters():
    with pytest.raises(HiveMindError) as refused:
        inspect(io.BytesIO(named("safe", "a\x1b[2Jb")), LIMITS)
    assert "'a\\x1b[2Jb'" in refused.value.message
    assert "\x1b" not in refused.value.details["entry"]


def test_an_archive_that_shrinks_meanwhile_is_refused(tmp_path):
    class Shrinking(io.BytesIO):
        def read(self, size=-1):
            data = super().read(size)
            self.truncate(0)
            return data

    with pytest.raises(HiveMindError) as refused:
        inspect(Shrinking(GOOD), LIMITS)
    assert refused.value.reason is Reason.ARCHIVE_INVALID
