"""The programs that a test's own process starts."""

import subprocess

import pytest


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands of the children that were started."""
    run, commands = subprocess.run, []

    def counted(command, **how):
        commands.append(command)
        return run(command, **how)

    monkeypatch.setattr(subprocess, "run", counted)
    return commands
