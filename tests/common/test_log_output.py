"""Where log records go."""

import json
import sys

import pytest
import structlog

from app.common.log_output import configure_logs


@pytest.fixture
def no_console(monkeypatch, tmp_path):
    """As in a program with a window, on Windows."""
    monkeypatch.setenv("HIVEMIND_LOG_DIR", str(tmp_path / "logs"))
    monkeypatch.setattr(sys, "executable", "C:/program/hivemind_master.exe")
    import logging

    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield tmp_path / "logs" / "hivemind_master.log"
    for handler in root.handlers:
        handler.close()
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_without_a_console_records_go_to_a_file(no_console, monkeypatch):
    # Here, not in the fixture: pytest gives each of a test's phases an output of its own.
    monkeypatch.setattr(sys, "stderr", None)
    configure_logs("INFO")
    structlog.get_logger("of the test").info("it happened", password="hunter2")
    record = json.loads(no_console.read_text())
    assert record["event"] == "it happened"
    assert "hunter2" not in no_console.read_text()
