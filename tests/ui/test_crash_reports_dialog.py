"""What was written down at a failure: shown once, kept or deleted by a person."""

import pytest
from PySide6.QtGui import QGuiApplication

from app.common.crash import CrashHandler, reports
from tests.sources import ManualClock
from ui.dialogs.crash_reports import CrashReportsDialog


@pytest.fixture
def two(tmp_path):
    clock = ManualClock()
    handler = CrashHandler("of-the-test", tmp_path, clock)
    for word in ("first", "second"):
        handler.note(ValueError(word), "a test")
        clock.advance(1)
    return tmp_path


def test_the_newest_is_read_first_and_can_be_copied(qtbot, two):
    dialog = CrashReportsDialog(reports(two))
    qtbot.addWidget(dialog)
    text = dialog.text.toPlainText()
    assert text.index("ValueError: second") < text.index("ValueError: first")
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == text


def test_closed_it_keeps_them(qtbot, two):
    dialog = CrashReportsDialog(reports(two))
    qtbot.addWidget(dialog)
    dialog.reject()
    assert len(reports(two)) == 2


def test_they_are_deleted_when_that_is_chosen(qtbot, two):
    dialog = CrashReportsDialog(reports(two))
    qtbot.addWidget(dialog)
    dialog.remove.click()
    assert reports(two) == []
