"""Archives judged and unpacked by a process of their own: as good as here, and it has limits."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import master_node
from app.common import archive_child, archive_guard, archives, bundled
from app.common.archives import ArchiveLimits
from app.common.errors import HiveMindError, Reason
from tests.common.test_archives_hostile import HOSTILE, LIMITS, everything_below
from tests.zip_bytes import Member
from tests.zip_bytes import zip_of as hand_made

MIB = 1 << 20


@pytest.fixture
def nothing_is_light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_guard, "LIGHT_DIRECTORY_BYTES", -1)


def written(folder: Path, data: bytes) -> Path:
    path = folder / "in.zip"
    path.write_bytes(data)
    return path


def many_entries(count: int) -> bytes:
    return hand_made(*(Member(b"%040d" % number, b"") for number in range(count)))


def test_small_archives_start_no_process(tmp_path, children):
    path = written(tmp_path, many_entries(700))
    with path.open("rb") as file:
        assert archive_guard.inspect(file, ArchiveLimits()).entries == 700
    assert archive_guard.extract(path, tmp_path / "out", ArchiveLimits()).entries == 700
    assert children == []


def test_a_large_directory_is_read_by_a_child(tmp_path, children):
    path = written(tmp_path, many_entries(10_000))
    with path.open("rb") as file:
        assert archive_guard.inspect(file, ArchiveLimits()) == archives.inspect(
            file, ArchiveLimits()
        )
    assert len(children) == 1


def test_much_content_is_unpacked_by_a_child(tmp_path, children):
    content = os.urandom(1000) * 20_000
    members = (Member(b"bin/run.sh", b"#!/bin/sh", attributes=0o100755 << 16),)
    path = written(tmp_path, hand_made(*members, Member(b"data", content)))
    summary = archive_guard.extract(path, tmp_path / "out", ArchiveLimits())
    assert len(children) == 1
    assert (summary.entries, summary.top_files) == (2, frozenset({"data"}))
    assert (tmp_path / "out" / "data").read_bytes() == content
    assert os.access(tmp_path / "out" / "bin" / "run.sh", os.X_OK)


ONE_OF_EACH = list({case.values[0]: case for case in HOSTILE}.values())


@pytest.mark.usefixtures("nothing_is_light")
@pytest.mark.parametrize(("reason", "data"), ONE_OF_EACH)
def test_a_child_refuses_as_this_process_does(tmp_path, children, reason, data):
    path = written(tmp_path, data)
    with pytest.raises(HiveMindError) as here:
        archives.extract(path, tmp_path / "out", LIMITS)
    with pytest.raises(HiveMindError) as there:
        archive_guard.extract(path, tmp_path / "out", LIMITS)
    told = [(e.value.reason, e.value.message, e.value.details) for e in (here, there)]
    assert told[0] == told[1]
    assert everything_below(tmp_path) == ["in.zip"]


@pytest.mark.usefixtures("nothing_is_light")
def test_an_error_of_the_disk_stays_one(tmp_path):
    path = written(tmp_path, hand_made(Member()))
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotADirectoryError):
        archive_guard.extract(path, tmp_path / "file" / "out", LIMITS)


@pytest.mark.usefixtures("nothing_is_light")
def test_a_child_without_memory_is_the_archives_fault(tmp_path, monkeypatch):
    path = written(tmp_path, many_entries(10_000))
    monkeypatch.setattr(archive_guard, "_MEMORY_BYTES", 2 * MIB)
    with path.open("rb") as file, pytest.raises(HiveMindError) as refused:
        archive_guard.inspect(file, ArchiveLimits())
    assert refused.value.reason is Reason.ARCHIVE_BOMB
    assert "more time or memory" in refused.value.message


#: What is done in a child with limits, and how that ends.
EXCESSES = {
    "time": ("while True: pass", -9),
    "a file": (f"open('big', 'wb').write(bytes({2 * MIB}))", 1),
    "memory": (f"bytes({512 * MIB})", 1),
    "files": ("kept = [open('/dev/null') for _ in range(100)]", 1),
}


@pytest.mark.parametrize(("code", "status"), EXCESSES.values(), ids=EXCESSES)
def test_a_child_cannot_take_more_than_its_limits(tmp_path, code, status):
    limited = f"from app.common.archive_child import limit_self; limit_self({64 * MIB}, 1, {MIB})"
    done = subprocess.run(
        [sys.executable, "-c", f"{limited}\n{code}"],
        cwd=tmp_path,
        env=bundled.child_environment(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == status


@pytest.mark.usefixtures("nothing_is_light")
def test_a_child_that_is_ended_half_way_leaves_nothing(tmp_path, monkeypatch):
    out = tmp_path / "out"
    half = (
        f"import os; os.mkdir({str(out)!r}); open({str(out / 'a')!r}, 'w'); os.kill(os.getpid(), 9)"
    )
    monkeypatch.setattr(archive_guard, "child_command", lambda *_: [sys.executable, "-c", half])
    path = written(tmp_path, hand_made(Member()))
    with pytest.raises(HiveMindError) as refused:
        archive_guard.extract(path, out, LIMITS)
    assert refused.value.reason is Reason.ARCHIVE_BOMB
    assert everything_below(tmp_path) == ["in.zip"]


@pytest.mark.usefixtures("nothing_is_light")
def test_a_child_that_fails_is_our_fault_not_the_archives(tmp_path, monkeypatch):
    monkeypatch.setattr(
        archive_guard, "child_command", lambda *_: [sys.executable, "-c", "import no_such"]
    )
    path = written(tmp_path, hand_made(Member()))
    with path.open("rb") as file, pytest.raises(RuntimeError, match="no_such"):
        archive_guard.inspect(file, LIMITS)


def test_a_child_sees_no_secret_of_its_parent(monkeypatch):
    monkeypatch.setenv("HIVEMIND_DATABASE_URL", "postgresql://someone:secret@localhost/pool")
    assert "secret" not in json.dumps(bundled.child_environment())


@pytest.mark.parametrize("program", ["hivemind_master", "hivemind-worker"])
def test_the_program_of_a_bundle_is_its_own_child(tmp_path, monkeypatch, program):
    """Whatever name it goes by: `sys.argv` is what the bundle's starter makes of the command."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / program))
    command = bundled.child_command(archive_guard.NAME, archive_guard.MODULE)
    assert command[0] == str(tmp_path / program)
    asked = []
    monkeypatch.setattr(archive_child, "main", lambda arguments: asked.append(arguments) or 0)
    monkeypatch.setattr(sys, "argv", [*command, "{}"])
    assert master_node.main() == 0
    assert asked == [["{}"]]
    (tmp_path / "hivemind_master_cli").touch()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "hivemind_master"))
    twin = bundled.child_command(archive_guard.NAME, archive_guard.MODULE)
    assert Path(twin[0]).name == "hivemind_master_cli"


def test_the_bundle_of_the_worker_is_its_own_child(tmp_path):
    path = written(tmp_path, many_entries(3))
    with zipfile.ZipFile(path) as archive:
        assert len(archive.namelist()) == 3
    order = {
        "folder": "",
        "limits": {},
        "memory_bytes": 64 * MIB,
        "cpu_seconds": 10,
        "file_bytes": 0,
    }
    with path.open("rb") as file:
        done = subprocess.run(
            [sys.executable, "-m", "app.worker", archive_guard.NAME, json.dumps(order)],
            stdin=file,
            capture_output=True,
            check=True,
            env=bundled.child_environment(),
        )
    assert json.loads(done.stdout)["entries"] == 3
