"""The installed commands: they run from anywhere, and the shell completes them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from build_scripts import launchers
from build_scripts.environment import ROOT
from tests.parts import require_part

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="launchers of Windows are others")


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    """A folder with the launchers, its path with a space in it."""
    folder = tmp_path / "bin of mine"
    folder.mkdir()
    (folder / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (folder / "python").chmod(0o755)
    launchers.provide(folder / "python", ROOT)
    return folder


def run(command: Path, *arguments: str, **extra: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], "HOME": str(command.parent)} | extra
    return subprocess.run(
        [command, *arguments],
        cwd=command.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", launchers.COMMANDS)
def test_each_command_runs_from_anywhere(commands: Path, name: str) -> None:
    arguments = ["--headless", "--help"] if name == "hivemind-master" else ["--help"]
    done = run(commands / name, *arguments)
    assert done.returncode == 0, done.stderr
    assert "usage" in done.stdout.lower()


def test_the_shell_completes_a_command(commands: Path) -> None:
    done = run(
        commands / "hivemind",
        _HIVEMIND_COMPLETE="complete_bash",
        COMP_WORDS="hivemind task su",
        COMP_CWORD="2",
    )
    assert done.stdout.split() == ["submit"], done.stderr


def test_completion_installs_itself(commands: Path) -> None:
    require_part(Path("/bin/bash").exists(), "no bash")
    # It asks its parents which shell it is for.
    script = '"$0" --install-completion; exit $?'
    command = str(commands / "hivemind")
    done = run(Path("/bin/bash"), "-c", script, command, HOME=str(commands))
    assert done.returncode == 0, done.stderr
    assert any("_HIVEMIND_COMPLETE" in path.read_text() for path in commands.rglob("*.sh"))


def test_what_is_there_already_is_left_alone(commands: Path) -> None:
    before = (commands / "hivemind").stat().st_mtime_ns
    launchers.provide(commands / "python", ROOT)
    assert (commands / "hivemind").stat().st_mtime_ns == before
