"""Artifact files: whole or not there, resumable, and one user's bytes never another's."""

import hashlib
import os
import signal
import stat
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from app.common.errors import HiveMindError, Reason
from app.common.ids import sha256_digest
from app.master.tasks.artifacts import ArtifactFiles
from tests.sources import START_US, ManualClock

SIZE_MAX = 8 << 20
DATA = bytes(range(256)) * 1000
DIGEST = sha256_digest(DATA)
HALF = len(DATA) // 2
HOUR_US = 3_600_000_000


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def files(tmp_path, clock):
    return ArtifactFiles(tmp_path / "artifacts", clock, SIZE_MAX)


def refused(reason):
    return pytest.raises(HiveMindError, check=lambda error: error.reason is reason)


def stored(files, digest=DIGEST):
    with files.open(digest) as file:
        return file.read()


def incoming(tmp_path):
    return list((tmp_path / "artifacts" / "incoming").iterdir())


def upload_all(files, owner, data=DATA, chunk_bytes=10_000):
    digest = sha256_digest(data)
    with files.begin(digest, len(data), owner) as upload:
        while upload.offset < len(data):
            upload.append(upload.offset, data[upload.offset : upload.offset + chunk_bytes])
        upload.finish()
    return digest


def test_an_upload_in_chunks_is_there_afterwards_under_its_digest(files, tmp_path):
    assert not files.is_complete(DIGEST)
    upload_all(files, "ann")
    assert files.is_complete(DIGEST)
    assert stored(files) == DATA
    digits = DIGEST.removeprefix("sha256:")
    path = tmp_path / "artifacts" / "sha256" / digits[:2] / digits
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700
    assert incoming(tmp_path) == []


def test_an_upload_is_not_there_before_it_is_finished(files):
    with files.begin(DIGEST, len(DATA), "ann") as upload:
        upload.append(0, DATA)
        assert not files.is_complete(DIGEST)
        with refused(Reason.ARTIFACT_NOT_FOUND):
            files.open(DIGEST)


def test_an_upload_goes_on_where_it_was_cut_also_in_another_process(files, tmp_path, clock):
    with files.begin(DIGEST, len(DATA), "ann") as upload:
        upload.append(0, DATA[:HALF])
    assert files.offset(DIGEST, "ann") == HALF
    again = ArtifactFiles(tmp_path / "artifacts", clock, SIZE_MAX)
    assert again.offset(DIGEST, "ann") == HALF
    assert again.offset(DIGEST, "bob") == 0
    with again.begin(DIGEST, len(DATA), "ann") as upload:
        assert upload.offset == HALF
        upload.append(HALF, DATA[HALF:])
        upload.finish()
    assert stored(again) == DATA
    assert again.offset(DIGEST, "ann") == 0


@pytest.mark.parametrize("offset", [0, HALF - 1, HALF + 1])
def test_a_chunk_that_does_not_go_on_is_refused_with_the_place_to_go_on(files, offset):
    with files.begin(DIGEST, len(DATA), "ann") as upload:
        upload.append(0, DATA[:HALF])
        with refused(Reason.OFFSET_MISMATCH) as mismatch:
            upload.append(offset, DATA[offset : offset + 10])
        assert mismatch.value.details["offset"] == str(HALF)
        upload.append(HALF, DATA[HALF:])
        upload.finish()
    assert stored(files) == DATA


def test_finishing_with_bytes_missing_is_refused_and_may_go_on(files):
    with files.begin(DIGEST, len(DATA), "ann") as upload:
        upload.append(0, DATA[:HALF])
        with refused(Reason.OFFSET_MISMATCH):
            upload.finish()
        upload.append(HALF, DATA[HALF:])
        upload.finish()
    assert files.is_complete(DIGEST)


def test_wrong_bytes_are_refused_and_removed(files, tmp_path):
    with files.begin(DIGEST, len(DATA), "ann") as upload:
        upload.append(0, bytes(len(DATA)))
        with refused(Reason.DIGEST_MISMATCH):
            upload.finish()
    assert incoming(tmp_path) == []
    assert not files.is_complete(DIGEST)
    upload_all(files, "ann")
    assert stored(files) == DATA


def test_a_part_spoilt_on_the_disk_is_found_out(files, tmp_path):
    with files.begin(DIGEST, len(DATA), "ann") as upload:
        upload.append(0, DATA[:HALF])
    (part,) = incoming(tmp_path)
    part.write_bytes(bytes(HALF))
    with files.begin(DIGEST, len(DATA), "ann") as upload:
        upload.append(HALF, DATA[HALF:])
        with refused(Reason.DIGEST_MISMATCH):
            upload.finish()
    assert incoming(tmp_path) == []


def test_sizes_are_bounded(files):
    with refused(Reason.ARTIFACT_TOO_LARGE):
        files.begin(DIGEST, SIZE_MAX + 1, "ann")
    with refused(Reason.ARTIFACT_TOO_LARGE):
        files.put(bytes(SIZE_MAX + 1))
    with files.begin(DIGEST, HALF, "ann") as upload, refused(Reason.ARTIFACT_TOO_LARGE):
        upload.append(0, DATA)


def test_a_part_longer_than_the_size_named_now_is_started_anew(files):
    with files.begin(DIGEST, SIZE_MAX, "ann") as upload:
        upload.append(0, DATA + DATA)
    with files.begin(DIGEST, len(DATA), "ann") as upload:
        assert upload.offset == 0
        upload.append(0, DATA)
        upload.finish()
    assert stored(files) == DATA


@pytest.mark.parametrize(
    "digest", ["", "sha256:", "sha256:../../etc/passwd", "sha256:" + "A" * 64, "md5:" + "0" * 64]
)
def test_what_is_no_digest_reaches_no_file(files, digest):
    for call in (
        lambda: files.is_complete(digest),
        lambda: files.offset(digest, "ann"),
        lambda: files.begin(digest, 1, "ann"),
        lambda: files.open(digest),
        lambda: files.delete(digest),
    ):
        with refused(Reason.BAD_ID):
            call()


def test_put_stores_small_data_at_once_and_twice_is_once(files, tmp_path):
    assert files.put(DATA) == DIGEST == files.put(DATA)
    assert stored(files) == DATA
    assert files.put(b"") == sha256_digest(b"")
    assert stored(files, sha256_digest(b"")) == b""
    assert incoming(tmp_path) == []


def test_deleting_removes_the_file_and_says_whether_it_was_there(files):
    files.put(DATA)
    assert files.delete(DIGEST)
    assert not files.delete(DIGEST)
    assert not files.is_complete(DIGEST)


def test_a_reader_keeps_what_it_opened(files):
    files.put(DATA)
    with files.open(DIGEST) as file:
        files.delete(DIGEST)
        assert file.read() == DATA


@pytest.mark.parametrize("renew", ["is_complete", "put", "finish"])
def test_what_somebody_just_brought_again_is_not_deleted_as_old(files, clock, renew):
    """Between "nobody has it" and the deletion another user may bring the same bytes."""
    files.put(DATA)
    clock.advance(7200)
    cutoff_us = START_US + HOUR_US
    assert list(files.digests(cutoff_us)) == [DIGEST]
    if renew == "is_complete":
        files.is_complete(DIGEST)
    elif renew == "put":
        files.put(DATA)
    else:
        upload_all(files, "bob")
    assert not files.delete(DIGEST, older_than_us=cutoff_us)
    assert stored(files) == DATA
    assert list(files.digests(cutoff_us)) == []
    assert files.delete(DIGEST, older_than_us=clock.now_us() + 1)


def test_stale_parts_are_discarded_but_not_open_or_fresh_ones(files, tmp_path, clock):
    for owner in ("old", "open", "fresh"):
        with files.begin(DIGEST, len(DATA), owner) as upload:
            upload.append(0, DATA[:10])
    still_open = files.begin(DIGEST, len(DATA), "open")
    clock.advance(7200)
    with files.begin(DIGEST, len(DATA), "fresh") as upload:
        upload.append(10, DATA[10:20])
    assert files.discard_stale(START_US + HOUR_US) == 1
    still_open.close()
    assert [files.offset(DIGEST, owner) for owner in ("old", "open", "fresh")] == [0, 10, 20]
    assert files.discard_stale(clock.now_us() + 1) == 2
    assert incoming(tmp_path) == []


def test_two_owners_upload_the_same_bytes_and_the_liar_spoils_nothing(files, tmp_path):
    liar = files.begin(DIGEST, len(DATA), "liar")
    honest = files.begin(DIGEST, len(DATA), "honest")
    liar.append(0, bytes(HALF))
    honest.append(0, DATA[:HALF])
    liar.append(HALF, bytes(HALF))
    honest.append(HALF, DATA[HALF:])
    honest.finish()
    with refused(Reason.DIGEST_MISMATCH):
        liar.finish()
    assert stored(files) == DATA
    assert incoming(tmp_path) == []


def test_the_second_to_finish_the_same_bytes_succeeds_too(files, tmp_path):
    first, second = (files.begin(DIGEST, len(DATA), owner) for owner in ("ann", "bob"))
    for upload in (first, second):
        upload.append(0, DATA)
    first.finish()
    second.finish()
    assert stored(files) == DATA
    assert incoming(tmp_path) == []


def test_knowing_the_digest_is_not_having_the_bytes(files):
    """Else a digest seen in a log would open another's file."""
    files.put(DATA)
    with files.begin(DIGEST, len(DATA), "thief") as upload, refused(Reason.OFFSET_MISMATCH):
        upload.finish()


def test_a_new_connection_takes_over_from_one_that_hangs(files):
    hanging = files.begin(DIGEST, len(DATA), "ann")
    hanging.append(0, DATA[:HALF])
    with files.begin(DIGEST, len(DATA), "ann") as upload:
        assert upload.offset == HALF
        with refused(Reason.OFFSET_MISMATCH):
            hanging.append(HALF, b"late")
        with refused(Reason.OFFSET_MISMATCH):
            hanging.finish()
        hanging.discard()
        hanging.close()
        upload.append(HALF, DATA[HALF:])
        upload.finish()
    assert stored(files) == DATA


def test_many_threads_upload_delete_and_sweep_and_no_file_is_ever_wrong(files, tmp_path, clock):
    contents = [bytes([number]) * 50_000 for number in range(3)]
    threads = 8
    start = Barrier(threads)

    def work(number):
        start.wait()
        for turn in range(30):
            data = contents[(number + turn) % len(contents)]
            # Two threads each share an owner: they take uploads over from each other.
            try:
                upload_all(files, f"owner {number // 2}", data, chunk_bytes=7_000)
            except HiveMindError as error:
                if error.reason is not Reason.OFFSET_MISMATCH:
                    return error.reason
            if turn % 5 == number % 5:
                files.delete(sha256_digest(data))
            files.discard_stale(clock.now_us())
            for digest in files.digests(clock.now_us() + 1):
                try:
                    found = sha256_digest(stored(files, digest))
                except HiveMindError:
                    continue
                if found != digest:
                    return digest
        return None

    with ThreadPoolExecutor(threads) as pool:
        assert list(pool.map(work, range(threads))) == [None] * threads
    files.discard_stale(clock.now_us() + 1)
    assert incoming(tmp_path) == []


def test_each_byte_is_hashed_once(files, monkeypatch):
    hashed = 0
    real = hashlib.sha256

    class Counting:
        def __init__(self, data=b""):
            self.real = real(data)

        def update(self, data):
            nonlocal hashed
            hashed += len(data)
            self.real.update(data)

        def hexdigest(self):
            return self.real.hexdigest()

    monkeypatch.setattr("app.master.tasks.artifacts.hashlib.sha256", Counting)
    upload_all(files, "ann", chunk_bytes=1000)
    assert hashed == len(DATA)


def test_a_full_disk_keeps_the_part_as_it_was_and_the_upload_goes_on_later(full_disk, clock):
    files = ArtifactFiles(full_disk / "artifacts", clock, SIZE_MAX)
    data = os.urandom(600_000)
    ballast = full_disk / "ballast"
    with files.begin(sha256_digest(data), len(data), "ann") as upload:
        upload.append(0, data[:300_000])
        ballast.write_bytes(bytes(500_000))
        with refused(Reason.STORE_FULL):
            upload.append(300_000, data[300_000:])
        assert upload.offset == 300_000
        with refused(Reason.STORE_FULL):
            upload.append(300_000, data[300_000:])
    assert files.offset(upload.digest, "ann") == 300_000
    ballast.unlink()
    with files.begin(sha256_digest(data), len(data), "ann") as upload:
        upload.append(300_000, data[300_000:500_000])
        ballast.write_bytes(bytes(450_000))
        with refused(Reason.STORE_FULL):
            upload.append(500_000, data[500_000:])
        ballast.unlink()
        upload.append(500_000, data[500_000:])
        upload.finish()
    assert stored(files, sha256_digest(data)) == data


def test_put_on_a_full_disk_leaves_nothing(full_disk, clock):
    files = ArtifactFiles(full_disk / "artifacts", clock, SIZE_MAX)
    with refused(Reason.STORE_FULL):
        files.put(os.urandom(2 << 20))
    assert list((full_disk / "artifacts" / "incoming").iterdir()) == []
    assert list(files.digests(clock.now_us() + 1)) == []


def test_a_failed_sync_gives_the_part_up(files, tmp_path, monkeypatch):
    """After it nobody knows what the disk holds: a second sync would claim success."""

    def fail(descriptor):
        raise OSError(5, "Input/output error")

    with files.begin(DIGEST, len(DATA), "ann") as upload:
        upload.append(0, DATA)
        with monkeypatch.context() as patched:
            patched.setattr("app.master.tasks.artifacts.os.fsync", fail)
            with pytest.raises(OSError, match="Input/output"):
                upload.finish()
    assert incoming(tmp_path) == []
    assert not files.is_complete(DIGEST)
    upload_all(files, "ann")
    assert stored(files) == DATA


CRASHING = textwrap.dedent(
    """
    import os, signal, sys
    from pathlib import Path
    from app.common.ids import sha256_digest
    from app.master.tasks import artifacts
    from tests.sources import ManualClock
    folder, moment = Path(sys.argv[1]), sys.argv[2]
    data = bytes(range(256)) * 1000
    def die(*arguments):
        os.kill(os.getpid(), signal.SIGKILL)
    files = artifacts.ArtifactFiles(folder, ManualClock(), 1 << 20)
    upload = files.begin(sha256_digest(data), len(data), "ann")
    upload.append(0, data[:1000])
    if moment == "after append":
        die()
    upload.append(1000, data[1000:])
    if moment == "before sync":
        artifacts.os.fsync = die
    if moment == "before rename":
        Path.replace = die
    if moment == "after rename":
        artifacts.fsync_folder = die
    upload.finish()
    """
)


@pytest.mark.parametrize(
    ("moment", "offset"),
    [
        ("after append", 1000),
        ("before sync", len(DATA)),
        ("before rename", len(DATA)),
        ("after rename", None),
    ],
)
def test_a_kill_at_any_moment_leaves_all_or_a_part_to_go_on_from(tmp_path, clock, moment, offset):
    command = [sys.executable, "-c", CRASHING, str(tmp_path / "artifacts"), moment]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    files = ArtifactFiles(tmp_path / "artifacts", clock, SIZE_MAX)
    assert files.is_complete(DIGEST) == (offset is None)
    if offset is not None:
        assert files.offset(DIGEST, "ann") == offset
        with files.begin(DIGEST, len(DATA), "ann") as upload:
            upload.append(offset, DATA[offset:])
            upload.finish()
    assert stored(files) == DATA
    assert incoming(tmp_path) == []
