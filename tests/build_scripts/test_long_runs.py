"""The long forms of the tests: each exists, is told to do more, and is reported on."""

import sys
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from build_scripts import long_runs
from build_scripts.long_runs import LONG_RUNS, LongRun

ROOT = Path(__file__).resolve().parents[2]
BEGAN = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize("run", LONG_RUNS, ids=lambda run: run.name)
def test_what_is_run_exists_and_has_a_long_form(run):
    assert run.arguments[0] == "-m"
    assert find_spec(run.arguments[1]) is not None
    files = [ROOT / each for each in run.arguments if each.endswith(".py")]
    assert all(path.is_file() for path in files)
    if files:
        assert any("long_form(" in path.read_text(encoding="utf-8") for path in files)


def test_a_report_is_written_whatever_happens(monkeypatch, tmp_path, capsys):
    code = "import os; print('1,234 tried', os.environ['HIVEMIND_LONG']); raise SystemExit({})"
    runs = (
        LongRun("good", "what is good", ("-c", code.format(0))),
        LongRun("bad", "what is bad", ("-c", code.format(3))),
    )
    monkeypatch.setattr(long_runs, "LONG_RUNS", runs)
    monkeypatch.setattr(long_runs, "REPORTS", tmp_path / "reports")
    assert long_runs.main(["good"]) == 0
    assert long_runs.main([]) == 1
    newest = max((tmp_path / "reports").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    text = newest.read_text(encoding="utf-8")
    assert f"Python {sys.version_info[0]}." in text
    assert "| good | what is good |" in text
    assert "FAILED (3)" in text
    assert text.count("1,234 tried 1") == 2
    with pytest.raises(SystemExit):
        long_runs.main(["unknown"])
    assert long_runs.main(["--list"]) == 0
    assert "what is bad" in capsys.readouterr().out


def test_a_report_says_when_and_where():
    finding = long_runs.Finding(LONG_RUNS[0], 0, 61.4, "all well")
    text = long_runs.report([finding], BEGAN)
    assert text.startswith("# Long forms of the tests, 2026-02-03\n")
    assert "begun 04:05 UTC" in text
    assert "| 61 | passed |" in text
