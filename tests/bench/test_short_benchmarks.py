"""Every benchmark runs in its short form to its end."""

import subprocess
import sys
from pathlib import Path

import pytest

from build_scripts.commands import benchmarks

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.bench
@pytest.mark.timeout(300)
@pytest.mark.xdist_group("bench")
@pytest.mark.parametrize("name", benchmarks())
def test_a_benchmark_runs_in_its_short_form(name):
    command = [sys.executable, "-m", f"bench.{name}", "--short"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip(), "a benchmark prints what it measured"
