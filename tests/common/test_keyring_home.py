"""The key in a real Secret Service, on a session bus that the test starts."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.common.errors import HiveMindError, Reason
from app.common.key_homes import KeyringHome

CHILD = """
import sys
from pathlib import Path
from app.common.clock import SystemClock
from app.common.ids import SystemIds
from app.common.key_homes import KeyringHome
from app.common.vault import open_vault

folder = Path(sys.argv[1])
ids = SystemIds(SystemClock())
open_vault(folder, ids, KeyringHome("pool")).write("one", b"canary")
again = open_vault(folder, ids, KeyringHome("pool"))
again.rekey()
print(open_vault(folder, ids, KeyringHome("pool")).read("one", bytes).decode())
"""


@pytest.fixture
def session(tmp_path: Path):
    """Runs a Python program beside an unlocked keyring; what it printed."""
    if not shutil.which("dbus-run-session") or not shutil.which("gnome-keyring-daemon"):
        assert not os.environ.get("CI"), "install gnome-keyring and dbus"
        pytest.skip("no gnome-keyring or no dbus on this machine")

    def run(program: str, *arguments: str) -> str:
        unlocked = (
            "printf '\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
            ' && exec "$@"'
        )
        line = ["dbus-run-session", "--", "sh", "-c", unlocked, "sh", sys.executable, "-c", program]
        environment = os.environ | {
            "HOME": str(tmp_path / "home"),
            "XDG_DATA_HOME": str(tmp_path / "home" / "data"),
            "XDG_RUNTIME_DIR": str(tmp_path / "home"),
        }
        (tmp_path / "home").mkdir(mode=0o700)
        done = subprocess.run(  # noqa: PLW1510 - its status is looked at
            [*line, *arguments], env=environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_the_key_lives_in_the_keyring_and_nowhere_else(session, tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    assert session(CHILD, str(folder)).splitlines()[-1] == "canary"
    assert [path.name for path in folder.iterdir()] == ["one"]


def test_without_a_keyring_the_refusal_says_what_to_do(monkeypatch) -> None:
    import keyring
    from keyring.backends.fail import Keyring

    monkeypatch.setattr(keyring.core, "_keyring_backend", Keyring())
    for call in (KeyringHome("pool").load, lambda: KeyringHome("pool").save("x")):
        with pytest.raises(HiveMindError) as caught:
            call()
        assert caught.value.reason is Reason.KEY_STORE_FAILED
        assert "key_store" in caught.value.message
