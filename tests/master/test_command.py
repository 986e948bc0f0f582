"""Starting and stopping the master by its command: what goes wrong is a sentence."""

import asyncio
import io
import logging
import os
import pty
import sys
from pathlib import Path

import pytest
import structlog

from app.common.clock import SystemClock
from app.common.ids import SystemIds
from app.master import command
from app.master.master import Master, locked_data
from app.master.settings import Settings


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run the command, which is told to stop as soon as it serves; (status, stderr)."""

    async def at_once(_master: Master, _stop: asyncio.Event) -> None:
        pass

    monkeypatch.setenv("HIVEMIND_ANNOUNCE", "false")
    monkeypatch.setenv("GRPC_SERVER_ADDRESS", "127.0.0.1:0")
    monkeypatch.setenv("UI_PORT", "0")
    monkeypatch.setattr(Master, "run_until", at_once)
    root = logging.getLogger()
    before = root.handlers, root.level, structlog.get_config()
    configure = structlog.configure
    # Loggers that are kept would go on to write as this test's command wants it.
    monkeypatch.setattr(
        structlog,
        "configure",
        lambda **settings: configure(**settings | {"cache_logger_on_first_use": False}),
    )

    def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        folder = () if "--data-dir" in arguments else ("--data-dir", str(tmp_path / "data"))
        status = command.main(["--headless", *folder, *arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    yield run
    root.handlers, level, config = before
    root.setLevel(level)
    configure(**config)


def test_a_folder_that_cannot_be_used_is_told(start, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "theirs").write_text("")
    for folder in (str(tmp_path / "file"), "/proc/x", str(tmp_path / "other")):
        status, _, error = start("--data-dir", folder)
        assert status == 1
        last = error.splitlines()[-1]
        assert last.startswith(f"error: The folder {folder} ")
        assert last.endswith(" [CONFIG_INVALID]")


def test_an_address_of_another_machine_is_not_a_port_in_use(start, monkeypatch) -> None:
    for address in ("192.0.2.1:0", "no-such-host.invalid:0"):
        monkeypatch.setenv("GRPC_SERVER_ADDRESS", address)
        status, _, error = start()
        assert status == 1
        assert f"Cannot listen on {address}" in error
        assert "[CONFIG_INVALID]" in error


def test_a_weak_password_opens_nothing(start, tmp_path: Path) -> None:
    status, _, error = start("--init-admin", "admin", stdin="short\n")
    assert status == 1
    assert "[WEAK_PASSWORD]" in error
    assert not (tmp_path / "data").exists()
    assert start("--init-admin", "admin", stdin="an unlikely phrase\n")[0] == 0


def test_a_password_typed_on_a_terminal_is_not_shown() -> None:
    program = "from app.master.command import _admin_password as ask; print(len(ask('admin')))"
    pid, terminal = pty.fork()
    if not pid:
        os.execv(sys.executable, [sys.executable, "-c", program])
    seen = b""
    for prompt in (b"Password for admin: ", b"Again: "):
        while prompt not in seen:
            seen += os.read(terminal, 1024)
        os.write(terminal, b"an unlikely phrase\n")
    try:
        while data := os.read(terminal, 1024):
            seen += data
    except OSError:
        pass  # how a terminal says that its program has ended
    os.waitpid(pid, 0)
    os.close(terminal)
    assert b"18" in seen
    assert b"unlikely" not in seen


def test_a_master_that_hangs_at_its_stop_is_told_in_a_sentence(start, monkeypatch) -> None:
    stop = Master.stop

    async def at_once(master: Master, _stop: asyncio.Event) -> None:
        """All that it has ends before its time to stop begins."""
        await stop(master)

    async def hang(_master: Master) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Master, "run_until", at_once)
    monkeypatch.setattr(Master, "stop", hang)
    monkeypatch.setattr(command, "STOP_SECONDS", 1.0)
    status, _, error = start()
    assert status == 1
    assert "did not stop within 1 s" in error
    assert "Traceback" not in error


def test_what_a_newcomer_is_shown_can_be_used(start, monkeypatch) -> None:
    monkeypatch.setenv("GRPC_SERVER_ADDRESS", "0.0.0.0:0")
    _, said, _ = start()
    assert "cli register" in said
    assert "0.0.0.0" not in said


def test_a_master_on_one_address_names_it() -> None:
    clock = SystemClock()
    master = Master(Settings(grpc_server_address="127.0.0.1:7"), clock, SystemIds(clock))
    master.grpc_address = "127.0.0.1:7"
    assert master.reachable_address == "127.0.0.1:7"


def test_keys_are_changed_while_the_master_rests(start, tmp_path: Path) -> None:
    status, out, _ = start()
    assert status == 0
    pin = next(line for line in out.splitlines() if "pin of this pool" in line).split()[-1]
    sealed = (tmp_path / "data" / "secrets" / "ca.pem").read_bytes()
    assert start("--rekey")[0] == 0
    assert (tmp_path / "data" / "secrets" / "ca.pem").read_bytes() != sealed
    status, out, _ = start("--rotate-ca")
    assert status == 0
    assert pin not in out
    status, again, _ = start()
    assert out.split()[-1] in again
    assert start("--forget-former-ca")[0] == 0
    assert not (tmp_path / "data" / "secrets" / "ca-former.pem").exists()


def test_keys_are_not_changed_under_a_running_master(start, tmp_path: Path) -> None:
    start()
    with locked_data(tmp_path / "data"):
        status, _, error = start("--rekey")
    assert status == 1
    assert "[STORE_LOCKED]" in error
