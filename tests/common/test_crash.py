"""Crash reports: of a real process that fails in each way, and what is not in them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.common import crash
from app.common.crash import REPORTS_MAX, CrashHandler, reports
from tests.sources import ManualClock

ROOT = Path(__file__).resolve().parents[2]
#: Each is a secret; none may be in a report.
CANARIES = (
    "canary-password-1",
    "canary-local-2",
    "canary-environment-3",
    "canary-argument-4",
    "HMR1.canary5canary5canary5canary5",
    "eyJhbGciOiJub25l.eyJjYW5hcnkiOjZ9.canary6canary6",
    "canary-database-7",
)
RAISE = """
import sys
from app.common.crash import install
install("of-the-test")
def fail(secret="canary-local-2"):
    raise ValueError(
        "login failed: password='canary-password-1', HMR1.canary5canary5canary5canary5, "
        "eyJhbGciOiJub25l.eyJjYW5hcnkiOjZ9.canary6canary6 "
        "postgresql://hive:canary-database-7@db/pool"
    )
"""
WAYS = {
    "main thread": (RAISE + "fail()", 1, "In the main thread"),
    "other thread": (
        RAISE
        + "import threading\nt = threading.Thread(target=fail, name='t9'); t.start(); t.join()",
        0,
        "In the thread t9",
    ),
    "finaliser": (
        RAISE + "class X:\n    def __del__(self): fail()\nx = X()\ndel x",
        0,
        "In a finaliser",
    ),
}


def run(source: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", source, "canary-argument-4"],
        cwd=ROOT,
        env=os.environ | {"HIVEMIND_LOG_DIR": str(folder), "SECRET": "canary-environment-3"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("way", WAYS)
def test_a_failure_leaves_a_report_without_secrets(way, tmp_path):
    source, status, where = WAYS[way]
    done = run(source, tmp_path)
    assert done.returncode == status, done.stderr
    # Python's own words are not lost.
    assert "ValueError: login failed" in done.stderr
    (report,) = reports(tmp_path / "crashes")
    assert where in report.text
    assert "ValueError: login failed" in report.text
    assert [canary for canary in CANARIES if canary in report.text] == []
    assert list((tmp_path / "crashes").glob("*.running")) == []
    report.delete()
    assert reports(tmp_path / "crashes") == []


def test_a_sudden_end_is_reported_by_the_next_start(tmp_path):
    dies = RAISE + "import faulthandler; faulthandler._sigsegv()"
    assert run(dies, tmp_path).returncode != 0
    assert reports(tmp_path / "crashes") == []
    assert run(RAISE, tmp_path).returncode == 0
    (report,) = reports(tmp_path / "crashes")
    assert "ended suddenly" in report.text
    assert "Segmentation fault" in report.text
    assert list((tmp_path / "crashes").glob("*.running")) == []


@pytest.mark.parametrize("ending", ["sys.exit(3)", "raise KeyboardInterrupt"])
def test_an_end_that_was_meant_is_no_crash(ending, tmp_path):
    run(RAISE + ending, tmp_path)
    assert reports(tmp_path / "crashes") == []


def test_the_newest_reports_are_kept(tmp_path):
    clock = ManualClock()
    for number in range(REPORTS_MAX + 3):
        CrashHandler("of-the-test", tmp_path, clock).note(ValueError(str(number)), "a loop")
        clock.advance(1)
    kept = reports(tmp_path)
    assert len(kept) == REPORTS_MAX
    assert f"ValueError: {REPORTS_MAX + 2}\n" in kept[0].text


def test_what_fails_in_a_loop_is_reported_a_few_times(tmp_path):
    clock = ManualClock()
    handler = CrashHandler("of-the-test", tmp_path, clock)
    for _ in range(50):
        clock.advance(1)
        handler.note(ValueError("again"), "a loop")
    assert len(reports(tmp_path)) == crash.REPORTS_OF_A_PROCESS_MAX
