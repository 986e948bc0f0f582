"""Lint and tests: which commands, over which folders."""

import os
import subprocess
from pathlib import Path

from build_scripts.console import say
from build_scripts.environment import ROOT

CODE = ("app", "ui", "tests", "build_scripts", "bench", "resources", "master_node.py")
TYPED = ("app", "ui", "build_scripts", "bench", "master_node.py")


def _existing(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if (ROOT / name).exists()]


def linters(python: Path) -> dict[str, list[str]]:
    """Each check's name and command, the quick ones first."""
    ruff = [str(python), "-m", "ruff"]
    contracts = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return {
        "ruff check": [*ruff, "check", *_existing(CODE)],
        "ruff format": [*ruff, "format", "--check", *_existing(CODE)],
        "import contracts": [str(python), "-c", contracts],
        "mypy": [str(python), "-m", "mypy", *_existing(TYPED)],
    }


def lint(python: Path) -> list[str]:
    """Run every check, show what fails, and return the names of those that failed."""
    failed = []
    for name, command in linters(python).items():
        done = subprocess.run(
            command, cwd=ROOT, text=True, capture_output=True, check=False, stdin=subprocess.DEVNULL
        )
        if done.returncode == 0:
            say(f"{name}: passed")
            continue
        failed.append(name)
        say(f"{name}: FAILED")
        print(done.stdout + done.stderr, flush=True)
    return failed


def test_command(python: Path, arguments: list[str]) -> list[str]:
    """The pytest command. Tests that share a costly part share a worker."""
    # One more than cores: many tests wait for a network, a process or a timeout.
    workers = max(2, min(8, (os.cpu_count() or 1) + 1))
    # After a crash xdist's groups wait for ever (pytest-dev/pytest-xdist#1323): none begins anew.
    spread = ["-n", str(workers), "--dist", "loadgroup", "--max-worker-restart=0"]
    return [str(python), "-m", "pytest", *spread, *arguments]
