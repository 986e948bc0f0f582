"""Packing a folder that somebody else's program wrote."""

import io
import os
import socket
import stat
import zipfile

import pytest

from app.common import archive_pack
from app.common.archives import ArchiveLimits, ArchiveSummary, extract, inspect, pack
from app.common.errors import HiveMindError, Reason

LIMITS = ArchiveLimits(entries_max=100, total_bytes_max=8 << 20, entry_bytes_max=4 << 20)


@pytest.fixture(params=["relative to open folders", "by path"])
def source(request, tmp_path, monkeypatch):
    """An empty folder to pack, by each of the two ways to reach what is in it."""
    if request.param == "by path":
        monkeypatch.setattr(archive_pack, "_HAS_FOLDER_DESCRIPTORS", False)
    folder = tmp_path / "source"
    folder.mkdir()
    return folder


@pytest.fixture
def packed(source):
    return source.with_name("packed.zip")


def names(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_the_same_content_gives_the_same_bytes(source, packed):
    (source / "b").mkdir()
    (source / "b" / "z").write_text("z")
    (source / "a").write_text("a" * 1000)
    os.utime(source / "a", (1, 1))
    pack(source, packed, LIMITS)
    first = packed.read_bytes()
    (source / "a").unlink()
    (source / "a").write_text("a" * 1000)
    pack(source, packed, LIMITS)
    assert packed.read_bytes() == first
    assert names(packed) == ["a", "b/z"]
    with zipfile.ZipFile(packed) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.getinfo("a").compress_size < 100


def test_an_empty_folder_is_an_empty_archive(source, packed):
    assert pack(source, packed, LIMITS) == ArchiveSummary(0, 0)
    assert inspect(io.BytesIO(packed.read_bytes()), LIMITS) == ArchiveSummary(0, 0)


def test_executables_and_empty_folders_are_kept(source, packed, tmp_path):
    (source / "empty" / "deeper").mkdir(parents=True)
    (source / "run.sh").write_text("#!/bin/sh")
    (source / "run.sh").chmod(0o700)
    (source / "text").write_text("")
    assert pack(source, packed, LIMITS) == ArchiveSummary(3, 9)
    extract(packed, tmp_path / "out", LIMITS)
    assert (tmp_path / "out" / "empty" / "deeper").is_dir()
    assert (tmp_path / "out" / "run.sh").stat().st_mode & stat.S_IXUSR
    assert not (tmp_path / "out" / "text").stat().st_mode & stat.S_IXUSR


def test_links_pipes_and_sockets_are_left_out_and_counted(source, packed, tmp_path, monkeypatch):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key").write_text("TOP SECRET")
    (source / "kept").write_text("kept")
    (source / "to_file").symlink_to(secret / "key")
    (source / "to_folder").symlink_to(secret)
    (source / "to_nothing").symlink_to("nowhere")
    (source / "to_itself").symlink_to("to_itself")
    os.mkfifo(source / "pipe")
    monkeypatch.chdir(source)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
    assert pack(source, packed, LIMITS) == ArchiveSummary(1, 4, skipped=6)
    assert names(packed) == ["kept"]


def swap_after_the_look(monkeypatch, victim, swap):
    """Call `swap` between the look at `victim` and its opening: the race itself."""
    look = archive_pack._Folder.status

    def look_then_swap(folder, name):
        status = look(folder, name)
        if name == victim.name:
            victim.rename(victim.parent.with_name("aside"))
            swap()
        return status

    monkeypatch.setattr(archive_pack._Folder, "status", look_then_swap)


@pytest.fixture
def secret(tmp_path):
    """A folder that must not be read, with the file `x`."""
    folder = tmp_path / "secret"
    folder.mkdir()
    (folder / "x").write_text("TOP SECRET")
    return folder


@pytest.mark.parametrize("swapped_for", ["link", "hard link", "pipe"])
def test_a_file_swapped_after_the_look_is_not_read(
    source, packed, secret, monkeypatch, swapped_for
):
    victim = source / "victim"
    victim.write_text("mine")
    swaps = {
        "link": lambda: victim.symlink_to(secret / "x"),
        "hard link": lambda: victim.hardlink_to(secret / "x"),
        "pipe": lambda: os.mkfifo(victim),
    }
    swap_after_the_look(monkeypatch, victim, swaps[swapped_for])
    assert pack(source, packed, LIMITS).skipped == 1
    assert b"SECRET" not in packed.read_bytes()
    assert names(packed) == []


@pytest.mark.other_platform
@pytest.mark.skipif(
    not archive_pack._HAS_FOLDER_DESCRIPTORS, reason="needs calls relative to an open folder"
)
def test_a_folder_swapped_for_a_link_after_the_look_is_not_entered(tmp_path, secret, monkeypatch):
    victim = tmp_path / "source" / "victim"
    victim.mkdir(parents=True)
    (victim / "x").write_text("mine")
    swap_after_the_look(monkeypatch, victim, lambda: victim.symlink_to(secret))
    assert pack(victim.parent, tmp_path / "packed.zip", LIMITS).skipped == 1
    assert names(tmp_path / "packed.zip") == []


def test_a_very_tight_file_is_stored_so_that_it_is_no_bomb(source, packed):
    (source / "zeros").write_bytes(bytes(3 << 20))
    (source / "few").write_bytes(bytes(1 << 20))
    summary = pack(source, packed, LIMITS)
    assert inspect(io.BytesIO(packed.read_bytes()), LIMITS) == summary
    with zipfile.ZipFile(packed) as archive:
        assert archive.testzip() is None
        assert archive.getinfo("zeros").compress_type == zipfile.ZIP_STORED
        assert archive.getinfo("few").compress_type == zipfile.ZIP_DEFLATED


def test_names_no_other_system_can_hold_are_escaped(source, packed):
    for name in ("run 12:30.csv", "NUL", "what?", "dot.", "line\nbreak", "back\\slash"):
        (source / name).write_text("x")
    (source / os.fsdecode(b"caf\xe9")).write_text("x")
    summary = pack(source, packed, LIMITS)
    assert (summary.entries, summary.renamed, summary.skipped) == (7, 7, 0)
    assert sorted(names(packed)) == [
        "%4EUL",
        "back%5Cslash",
        "caf%E9",
        "dot%2E",
        "line%0Abreak",
        "run 12%3A30.csv",
        "what%3F",
    ]
    assert inspect(io.BytesIO(packed.read_bytes()), LIMITS).entries == 7


def test_names_that_differ_by_case_alone_are_told_apart(source, packed):
    for name in ("Data.csv", "data.csv", "DATA.csv", "data~2.csv"):
        (source / name).write_text("x")
    (source / "A").mkdir()
    (source / "a").mkdir()
    (source / "a" / "x").write_text("x")
    listed = len(list(source.iterdir()))  # fewer where the disk takes capitals for the same
    summary = pack(source, packed, LIMITS)
    assert (summary.entries, summary.skipped) == (listed, 0)
    assert inspect(io.BytesIO(packed.read_bytes()), LIMITS).entries == listed


def test_names_too_long_or_too_deep_are_left_out(source, packed):
    (source / (":" * 200)).write_text("x")
    (source / "/".join("d" * 64)).mkdir(parents=True)
    (source / "/".join("d" * 64) / "deep").write_text("x")
    (source / "kept").write_text("x")
    summary = pack(source, packed, ArchiveLimits(entries_max=100))
    assert summary.skipped == 2
    assert names(packed) == ["kept"]


OVER_THE_LIMIT = {
    "entries": (Reason.ARCHIVE_TOO_MANY_ENTRIES, {f"f{n}": 0 for n in range(101)}),
    "one file": (Reason.ARCHIVE_BOMB, {"f": (4 << 20) + 1}),
    "all files": (Reason.ARCHIVE_BOMB, {"a": 4 << 20, "b": 4 << 20, "c": 1}),
    "a hole of a terabyte": (Reason.ARCHIVE_BOMB, {"f": 1 << 40}),
}


@pytest.mark.parametrize(("reason", "sizes"), OVER_THE_LIMIT.values(), ids=OVER_THE_LIMIT)
def test_a_folder_above_the_limits_is_refused_and_leaves_no_archive(source, packed, reason, sizes):
    for name, size in sizes.items():
        with (source / name).open("wb") as file:
            file.truncate(size)
    with pytest.raises(HiveMindError) as refused:
        pack(source, packed, LIMITS)
    assert refused.value.reason is reason
    assert not packed.exists()


def test_links_count_against_the_limit_of_entries(source, packed):
    for number in range(101):
        (source / str(number)).symlink_to("nowhere")
    with pytest.raises(HiveMindError) as refused:
        pack(source, packed, LIMITS)
    assert refused.value.reason is Reason.ARCHIVE_TOO_MANY_ENTRIES


def test_a_file_that_grows_while_it_is_packed_gives_what_it_had(source, packed, monkeypatch):
    (source / "log").write_text("first")
    look = archive_pack._Packing._add_record

    def grow_then_add(packing, name, attributes, file=None, size_bytes_max=0):
        with (source / "log").open("a") as log:
            log.write(", second" * 1000)
        return look(packing, name, attributes, file, size_bytes_max)

    monkeypatch.setattr(archive_pack._Packing, "_add_record", grow_then_add)
    assert pack(source, packed, LIMITS).total_bytes == 5
    with zipfile.ZipFile(packed) as archive:
        assert archive.read("log") == b"first"


def test_a_full_disk_is_refused_and_leaves_no_archive(source, full_disk):
    (source / "noise").write_bytes(os.urandom(3 << 20))
    with pytest.raises(HiveMindError) as refused:
        pack(source, full_disk / "packed.zip", LIMITS)
    assert refused.value.reason is Reason.STORE_FULL
    assert list(full_disk.iterdir()) == []


def test_packing_tells_how_far_it_is_and_ends_when_told_to(source, packed):
    (source / "a").write_bytes(bytes(300_000))
    (source / "b").write_bytes(bytes(1000))
    told = []
    pack(source, packed, LIMITS, told.append)
    assert told == sorted(told)
    assert told[-1] == 301_000

    def stop(done: int) -> None:
        if done > 100_000:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        pack(source, packed, LIMITS, stop)
    assert not packed.exists()
