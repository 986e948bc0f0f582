"""The log as it is seen: following, scrolling, searching, selecting, saving."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.ui.scripted_pool import ScriptedConsole, until
from ui.models.log_lines import LogText, Source
from ui.widgets.log_panel import LogPanel
from ui.widgets.log_view import LogView

LINES = 500


def numbered(count: int = LINES) -> LogText:
    text = LogText()
    for number in range(count):
        source = Source.ERROR if number % 10 == 0 else Source.OUTPUT
        text.append(source, b"line \x1b[31m%d\x1b[0m\n" % number)
    return text


@pytest.fixture
def view(qtbot) -> LogView:
    view = LogView()
    qtbot.addWidget(view)
    view.resize(500, 200)
    view.show()
    view.show_text(numbered())
    return view


@pytest.fixture
async def panel(qtbot, tmp_path):
    scripted = ScriptedConsole(tmp_path)
    panel = LogPanel(scripted.operations)
    scripted.keep(panel)
    panel.resize(700, 260)
    panel.show()
    panel.show_text(numbered(), "task.log")
    yield panel
    await scripted.close()


def seen(view: LogView) -> list[int]:
    return [laid.line.number for _, laid in view._seen()]


def search(panel: LogPanel, wanted: str) -> None:
    panel.wanted.setText(wanted)
    panel._begin_search()
    while panel._searching.isActive():
        panel._go_on()


def press(qtbot, view, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(view, key, modifier)


# -- following and scrolling


def test_the_end_is_seen_first(view):
    assert seen(view)[-1] == LINES - 1
    assert view.following


def test_what_is_appended_is_followed(view, qtbot):
    view.text.append(Source.OUTPUT, b"one more\n")
    view.appended()
    qtbot.waitUntil(lambda: seen(view)[-1] == LINES)


def test_whoever_scrolls_up_is_left_alone(view, qtbot):
    press(qtbot, view, Qt.Key.Key_PageUp)
    assert not view.following
    before = seen(view)
    view.text.append(Source.OUTPUT, b"one more\n")
    view.refresh()
    assert seen(view) == before
    press(qtbot, view, Qt.Key.Key_End)
    assert view.following
    assert seen(view)[-1] == LINES


def test_scrolling_down_to_the_end_follows_again(view, qtbot):
    press(qtbot, view, Qt.Key.Key_Up)
    assert not view.following
    press(qtbot, view, Qt.Key.Key_Down)
    assert view.following


def test_keys_wheel_and_bar_reach_every_line(view, qtbot):
    press(qtbot, view, Qt.Key.Key_Home)
    assert seen(view)[0] == 0
    press(qtbot, view, Qt.Key.Key_Down)
    assert seen(view)[0] == 1
    turn(view, -120)
    assert seen(view)[0] == 4
    view.verticalScrollBar().setValue(250)
    assert seen(view)[0] == 250
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    assert view.following


def turn(view: LogView, by: int) -> None:
    QApplication.sendEvent(
        view.viewport(),
        QWheelEvent(
            QPointF(5, 5),
            QPointF(5, 5),
            QPoint(),
            QPoint(0, by),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )


def test_long_lines_are_broken_when_that_is_wished(view, qtbot):
    text = LogText()
    text.append(Source.OUTPUT, b"word " * 300 + b"\nlast\n")
    view.show_text(text)
    assert view.horizontalScrollBar().maximum() > 0
    view.set_wrapped(wrapped=True)
    assert view.horizontalScrollBar().maximum() == 0
    assert view._layouts.of(0).rows > 10
    assert seen(view)[-1] == 1
    press(qtbot, view, Qt.Key.Key_Home)
    for _ in range(3):
        press(qtbot, view, Qt.Key.Key_Down)
    assert seen(view)[0] == 0
    assert view._above == 3
    press(qtbot, view, Qt.Key.Key_End)
    assert seen(view)[-1] == 1


def test_an_empty_log_and_an_endless_line_are_shown(view):
    view.show_text(LogText())
    view.grab()
    assert seen(view) == []
    text = LogText()
    text.append(Source.OUTPUT, b"x" * 3_000_000)
    view.show_text(text)
    view.grab()
    assert seen(view) == [0]


def test_a_line_that_grows_is_shown_as_it_is_now(view):
    text = LogText()
    view.show_text(text)
    for part, shown in ((b"10 %", "10 %"), (b"\r20 %", "20 %"), (b"\rdone\n", "done")):
        text.append(Source.OUTPUT, part)
        view.refresh()
        assert view._layouts.of(0).text == shown


# -- selecting


def middle(view: LogView, row: int, column: float) -> QPoint:
    cell = view.fontMetrics().horizontalAdvance("0")
    return QPoint(view._left() + round(column * cell), round((row + 0.5) * view._row_height()))


def test_text_is_selected_with_the_mouse_and_copied(view, qtbot):
    press(qtbot, view, Qt.Key.Key_Home)
    port, left = view.viewport(), Qt.MouseButton.LeftButton
    qtbot.mousePress(port, left, pos=middle(view, 1, 5))
    qtbot.mouseMove(port, middle(view, 2, 4))
    qtbot.mouseRelease(port, left, pos=middle(view, 2, 4))
    assert view.selected_text() == "1\nline"
    view.copy()
    assert QGuiApplication.clipboard().text() == "1\nline"


def test_a_double_click_takes_the_word(view, qtbot):
    press(qtbot, view, Qt.Key.Key_Home)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle(view, 3, 1.2))
    assert view.selected_text() == "line"


def test_everything_can_be_selected(view, qtbot):
    press(qtbot, view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    lines = view.selected_text().splitlines()
    assert lines == [f"line {number}" for number in range(LINES)]


# -- searching


async def test_what_is_searched_is_counted_and_gone_through(panel):
    search(panel, "LINE 49")
    assert panel.count.text() == "11 lines"
    panel.view.to_start()
    panel.go_next()
    assert panel.view.current_line() == 49
    assert panel.count.text() == "1 of 11"
    panel.go_next()
    assert panel.view.current_line() == 490
    assert 490 in seen(panel.view)
    panel.go_previous()
    assert panel.view.current_line() == 49
    panel.go_previous()
    assert panel.view.current_line() == 499


async def test_what_is_not_there_is_said(panel):
    search(panel, "nothing like this")
    assert panel.count.text() == "not found"
    panel.go_next()


async def test_only_the_lines_that_hold_it_are_shown(panel):
    search(panel, "line 49")
    panel.only.setChecked(True)
    while panel._searching.isActive():
        panel._go_on()
    panel.view.refresh()
    assert seen(panel.view) == [49, *range(490, 500)]
    panel.text.append(Source.OUTPUT, b"line 490 again\n")
    panel.appended()
    while panel._searching.isActive():
        panel._go_on()
    panel.view.refresh()
    assert seen(panel.view)[-1] == LINES
    panel.only.setChecked(False)
    assert panel.view._count() == LINES + 1


async def test_one_of_the_outputs_can_be_read_alone(panel):
    panel.source.setCurrentIndex(2)
    while panel._searching.isActive():
        panel._go_on()
    panel.view.refresh()
    assert all(number % 10 == 0 for number in seen(panel.view))
    assert panel.view._count() == LINES // 10


async def test_the_button_leads_back_to_the_end(panel):
    assert not panel.to_end.isVisible()
    panel.view.to_start()
    assert panel.to_end.isVisible()
    panel.to_end.click()
    assert panel.view.following
    assert not panel.to_end.isVisible()


async def test_everything_is_saved(panel, tmp_path):
    panel.save_to(tmp_path / "saved.log")
    await until(lambda: (tmp_path / "saved.log").exists() and not panel._operations._running)
    saved = (tmp_path / "saved.log").read_bytes()
    assert saved.count(b"\n") == LINES
    assert b"line \x1b[31m7\x1b[0m\n" in saved


async def test_a_place_that_cannot_be_written_is_said(panel, tmp_path):
    failures: list = []
    panel._operations.failed.connect(lambda *said: failures.append(said))
    panel.save_to(tmp_path / "no" / "folder.log")
    await until(lambda: failures)
    assert "folder.log" in failures[0][1]
