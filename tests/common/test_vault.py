"""Secrets at rest: sealed, opened only for what they are, and sealed anew."""

import stat
import sys

import pytest

from app.common.errors import HiveMindError, Reason
from app.common.files import atomic_write
from app.common.key_homes import FileHome
from app.common.sealing import is_sealed
from app.common.vault import KEY_FILE, open_vault
from tests.sources import SeededIds

CANARY = b"canary-1f6e0c5a9b"
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "secrets"


@pytest.fixture
def vault(folder):
    return open_vault(folder, SeededIds())


def reason_of(call, *arguments):
    with pytest.raises(HiveMindError) as caught:
        call(*arguments)
    return caught.value.reason


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_written_is_read_and_lies_there_sealed(vault, folder):
    vault.write("one", CANARY)
    assert vault.read("one", bytes) == CANARY
    assert open_vault(folder, SeededIds(1)).read("one", bytes) == CANARY
    assert CANARY not in (folder / "one").read_bytes()
    assert vault.read("none", bytes) is None


def test_equal_secrets_look_different(vault, folder):
    vault.write("one", CANARY)
    first = (folder / "one").read_bytes()
    vault.write("one", CANARY)
    assert (folder / "one").read_bytes() != first


def test_a_secret_is_good_under_its_own_name_alone(vault, folder):
    vault.write("one", CANARY)
    (folder / "two").write_bytes((folder / "one").read_bytes())
    assert reason_of(vault.read, "two", bytes) is Reason.SECRET_UNREADABLE


@pytest.mark.parametrize("place", range(0, 79, 6))
def test_a_changed_byte_is_found(vault, folder, place):
    vault.write("one", CANARY)
    blob = bytearray((folder / "one").read_bytes())
    blob[place % len(blob)] ^= 1
    (folder / "one").write_bytes(blob)
    found = None
    try:
        found = vault.read("one", bytes)
    except HiveMindError as error:
        found = error.reason
    # A first byte that is changed makes it a file that is not sealed: it is what it is then.
    assert found is Reason.SECRET_UNREADABLE or (place < 18 and found == bytes(blob))


def test_what_lay_there_unsealed_is_sealed_when_it_is_good(vault, folder):
    def parse(data):
        if data != CANARY:
            raise ValueError
        return data

    (folder / "old").write_bytes(b"damaged")
    with pytest.raises(ValueError):  # noqa: PT011 - the parser's own
        vault.read("old", parse)
    assert (folder / "old").read_bytes() == b"damaged"
    (folder / "old").write_bytes(CANARY)
    assert vault.read("old", parse) == CANARY
    assert is_sealed((folder / "old").read_bytes())


@posix
def test_what_others_could_read_is_closed_to_them(vault, folder):
    vault.write("one", CANARY)
    for path, mode in ((folder, 0o755), (folder / "one", 0o644), (folder / KEY_FILE, 0o640)):
        path.chmod(mode)
    open_vault(folder, SeededIds(1)).read("one", bytes)
    assert [mode_of(path) for path in (folder, folder / "one", folder / KEY_FILE)] == [
        0o700,
        0o600,
        0o600,
    ]


@posix
def test_what_cannot_be_closed_is_refused(vault, folder, monkeypatch):
    vault.write("one", CANARY)
    (folder / "one").chmod(0o644)
    monkeypatch.setattr("pathlib.Path.chmod", lambda *_: None)
    assert reason_of(vault.read, "one", bytes) is Reason.CONFIG_INVALID


@posix
def test_another_users_file_is_refused(vault, folder, monkeypatch):
    vault.write("one", CANARY)
    monkeypatch.setattr("os.geteuid", lambda: 12345)
    assert reason_of(vault.read, "one", bytes) is Reason.CONFIG_INVALID


def test_without_its_key_nothing_is_opened_and_no_new_key_made(vault, folder):
    vault.write("one", CANARY)
    kept = (folder / KEY_FILE).read_bytes()
    (folder / KEY_FILE).unlink()
    assert reason_of(open_vault, folder, SeededIds(1)) is Reason.SECRET_UNREADABLE
    assert not (folder / KEY_FILE).exists()
    (folder / KEY_FILE).write_bytes(kept)
    assert open_vault(folder, SeededIds(1)).read("one", bytes) == CANARY


@pytest.mark.parametrize("text", ["", "{}", '{"current": "x", "keys": {"x": "00"}}', "[]"])
def test_a_damaged_key_is_refused(vault, folder, text):
    vault.write("one", CANARY)
    (folder / KEY_FILE).write_text(text)
    assert reason_of(open_vault, folder, SeededIds(1)) is Reason.SECRET_UNREADABLE


def test_the_key_may_live_elsewhere(folder, tmp_path):
    home = FileHome(tmp_path / "other disk" / "key")
    open_vault(folder, SeededIds(), home).write("one", CANARY)
    assert not (folder / KEY_FILE).exists()
    assert open_vault(folder, SeededIds(1), home).read("one", bytes) == CANARY
    assert reason_of(open_vault, folder, SeededIds(1)) is Reason.SECRET_UNREADABLE


def test_a_new_key_seals_everything_anew(vault, folder):
    for name in ("one", "two"):
        vault.write(name, CANARY)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    vault.rekey()
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert before.keys() == after.keys()
    assert all(before[name] != after[name] for name in before)
    # The old key alone opens nothing any more.
    (folder / KEY_FILE).write_bytes(before[KEY_FILE])
    assert reason_of(open_vault(folder, SeededIds(1)).read, "one", bytes) is (
        Reason.SECRET_UNREADABLE
    )


@pytest.mark.parametrize("steps", range(5))
def test_a_change_of_keys_may_be_cut_off_anywhere(vault, folder, steps, monkeypatch):
    """It writes the ring, three secrets, the ring: each of the five is once the last."""
    names = ["one", "two", "three"]
    for name in names:
        vault.write(name, name.encode())
    left = steps

    def cut(path, data, *rest):
        nonlocal left
        if left == 0:
            raise KeyboardInterrupt
        left -= 1
        atomic_write(path, data, *rest)

    with monkeypatch.context() as patched:
        for module in ("vault", "key_homes"):
            patched.setattr(f"app.common.{module}.atomic_write", cut)
        with pytest.raises(KeyboardInterrupt):
            vault.rekey()
    again = open_vault(folder, SeededIds(1))
    assert [again.read(name, bytes) for name in names] == [name.encode() for name in names]
    assert len(again._keys.keys) == 1
