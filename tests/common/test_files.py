"""Durable writes and private folders."""

import os
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from app.common.errors import HiveMindError, Reason
from app.common.files import (
    atomic_write,
    fsync_folder,
    own_folder,
    private_folder,
    refusing_full_disk,
)


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_write_replaces_the_whole_and_sets_the_mode(tmp_path):
    path = tmp_path / "key.pem"
    path.write_bytes(b"old and longer")
    path.chmod(0o644)
    atomic_write(path, b"new")
    assert (path.read_bytes(), mode_of(path)) == (b"new", 0o600)
    atomic_write(path, b"public", 0o644)
    assert (path.read_bytes(), mode_of(path)) == (b"public", 0o644)
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_is_never_wider_than_its_mode_while_under_way(tmp_path, monkeypatch):
    modes = []
    synced = os.fsync

    def look_and_sync(descriptor):
        modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        synced(descriptor)

    monkeypatch.setattr(os, "fsync", look_and_sync)
    old_umask = os.umask(0)
    try:
        atomic_write(tmp_path / "key.pem", b"secret")
    finally:
        os.umask(old_umask)
    assert modes[0] == 0o600


def test_a_write_replaces_a_link_instead_of_following_it(tmp_path):
    (tmp_path / "other").write_bytes(b"kept")
    (tmp_path / "link").symlink_to(tmp_path / "other")
    atomic_write(tmp_path / "link", b"new")
    assert (tmp_path / "other").read_bytes() == b"kept"
    assert not (tmp_path / "link").is_symlink()


def test_a_failed_write_leaves_the_old_content_and_nothing_else(full_disk):
    path = full_disk / "state"
    atomic_write(path, b"old")
    with pytest.raises(HiveMindError) as refused:
        atomic_write(path, bytes(4 << 20))
    assert refused.value.reason is Reason.STORE_FULL
    assert path.read_bytes() == b"old"
    assert list(full_disk.iterdir()) == [path]


def test_only_a_full_disk_becomes_a_refusal(tmp_path):
    with pytest.raises(FileNotFoundError), refusing_full_disk(tmp_path):
        (tmp_path / "missing").read_bytes()
    with pytest.raises(FileNotFoundError):
        atomic_write(tmp_path / "missing" / "file", b"")


def test_the_order_is_write_sync_rename_sync(tmp_path):
    """As the system sees it: a rename before the sync could leave an empty file."""
    program = textwrap.dedent(
        """
        import os, sys
        from pathlib import Path
        from app.common.files import atomic_write
        order = []
        def audit(event, arguments):
            if event == "os.rename":
                order.append("rename")
        sys.addaudithook(audit)
        fsync = os.fsync
        def recorded(descriptor):
            order.append("sync folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "sync")
            fsync(descriptor)
        os.fsync = recorded
        atomic_write(Path(sys.argv[1]), b"x")
        print(*order, sep=",")
        """
    )
    command = [sys.executable, "-c", program, str(tmp_path / "file")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "sync,rename,sync folder"


def test_a_private_folder_and_its_new_parents_are_private(tmp_path):
    folder = tmp_path / "a" / "b"
    assert private_folder(folder) == folder
    assert (mode_of(tmp_path / "a"), mode_of(folder)) == (0o700, 0o700)


def test_a_folder_that_was_open_to_others_is_closed_and_its_parent_is_not_touched(tmp_path):
    tmp_path.chmod(0o755)
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    (folder / "kept").write_text("kept")
    private_folder(folder)
    assert (mode_of(folder), mode_of(tmp_path)) == (0o700, 0o755)
    assert (folder / "kept").read_text() == "kept"


def test_a_file_is_no_private_folder(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError):
        private_folder(tmp_path / "file")
    with pytest.raises(NotADirectoryError):
        private_folder(tmp_path / "file" / "below")


def test_only_folders_are_synced_as_folders(tmp_path):
    fsync_folder(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError):
        fsync_folder(tmp_path / "file")


def test_a_folder_with_other_things_in_it_is_left_as_it_is(tmp_path):
    folder = tmp_path / "shared"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    (folder / "theirs").write_text("")
    with pytest.raises(HiveMindError) as refused:
        own_folder(folder, ("mark",))
    assert refused.value.reason is Reason.CONFIG_INVALID
    assert str(folder) in refused.value.message
    assert mode_of(folder) == 0o755
    (folder / "mark").write_text("")
    own_folder(folder, ("mark",))
    assert mode_of(folder) == 0o700


def test_a_new_or_an_empty_folder_becomes_ones_own(tmp_path):
    for names in ((), ("lost+found",), ("spared",)):
        folder = tmp_path / ("empty" + "".join(names))
        folder.mkdir()
        for name in names:
            (folder / name).mkdir()
        assert mode_of(own_folder(folder, ("mark",), spared=("spared",))) == 0o700
    assert mode_of(own_folder(tmp_path / "new" / "folder", ("mark",))) == 0o700


def test_a_folder_that_cannot_be_used_is_a_setting_that_is_not_usable(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/x")):
        with pytest.raises(HiveMindError) as refused:
            own_folder(path, ("mark",))
        assert refused.value.reason is Reason.CONFIG_INVALID


def test_a_folder_may_keep_its_width(tmp_path):
    """What is private in it is so by itself."""
    tmp_path.chmod(0o755)
    private_folder(tmp_path, narrow=False)
    assert mode_of(tmp_path) == 0o755
