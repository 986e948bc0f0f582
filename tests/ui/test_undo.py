"""What can be taken back: for how long, by whom, and what the bar says."""

import asyncio

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QCursor, QEnterEvent
from PySide6.QtWidgets import QMainWindow, QPlainTextEdit, QStatusBar

from app.common.errors import HiveMindError, Reason
from tests.ui.scripted_pool import until
from ui.operations import Operations
from ui.undo import Inverse, Undo
from ui.widgets.undo_bar import UndoBar


@pytest.fixture
def window(qtbot):
    made = QMainWindow()
    made.setStatusBar(QStatusBar())
    made.setCentralWidget(QPlainTextEdit("panes"))
    qtbot.addWidget(made)
    made.resize(900, 500)
    # Whoever points at the bar holds it.
    QCursor.setPos(0, 0)
    made.show()
    made.centralWidget().setFocus()
    return made


def inverse_of(done: list[str], *names: str) -> Inverse:
    made = Inverse()

    async def call(name: str) -> None:
        done.append(name)

    for name in names:
        made.add(lambda name=name: call(name))
    return made


async def test_all_steps_are_tried_and_the_first_refusal_is_told():
    done: list[str] = []
    inverse = inverse_of(done, "one")

    async def refuse() -> None:
        raise HiveMindError(Reason.NODE_REVOKED, "It is revoked.")

    inverse.add(refuse)
    inverse.add(inverse_of(done, "three").run)
    with pytest.raises(HiveMindError, match="It is revoked"):
        await inverse.run()
    assert done == ["one", "three"]


def test_an_offer_ends_with_its_time(qtbot):
    undo = Undo()
    undo._timer.setInterval(1)
    undo.offer("Done.", inverse_of([], "it"))
    assert undo.said == "Done."
    with qtbot.waitSignal(undo.changed):
        pass
    assert undo.take() is None
    assert not undo.said


def test_a_newer_offer_takes_the_place_of_an_older(qapp):
    undo = Undo()
    older, newer = inverse_of([], "older"), inverse_of([], "newer")
    undo.offer("First.", older)
    undo.offer("Second.", newer)
    assert undo.said == "Second."
    assert undo.take() is newer
    assert undo.take() is None


async def test_an_operation_that_did_nothing_offers_nothing(qapp):
    operations, said = Operations(), []
    operations.done.connect(said.append)

    async def work() -> None:
        """Nothing is done."""

    operations.start("Work", work(), said="Done.", inverse=Inverse())
    await until(lambda: said)
    assert said == ["Done."]
    assert not operations.undo.said
    await operations.stop()


async def test_the_bar_takes_back_by_button_and_by_keys(qtbot, window):
    operations, done, told = Operations(), [], []
    operations.done.connect(told.append)
    bar = UndoBar(operations, window)
    window.addAction(bar.action)
    window.setFocus()
    assert not bar.isVisible()
    assert not bar.action.isEnabled()
    operations.undo.offer("Three nodes are paused.", inverse_of(done, "first"))
    assert bar.isVisible()
    assert "Three nodes are paused." in bar.accessibleName()
    bar.button.click()
    assert not bar.isVisible()
    await until(lambda: told)
    operations.undo.offer("Two nodes are paused.", inverse_of(done, "second"))
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: len(told) == 2)
    assert done == ["first", "second"]
    await operations.stop()


async def test_it_stays_while_somebody_looks_at_it(qtbot, window):
    operations = Operations()
    bar = UndoBar(operations, window)
    operations.undo.offer("Done.", inverse_of([], "it"))
    timer = operations.undo._timer
    assert timer.isActive()
    bar.enterEvent(QEnterEvent(QPointF(1, 1), QPointF(1, 1), QPointF(1, 1)))
    assert not timer.isActive()
    bar.leaveEvent(QEvent(QEvent.Type.Leave))
    assert timer.isActive()
    bar.close_button.click()
    assert not bar.isVisible()


async def test_it_stands_in_the_window_whatever_its_size(qtbot, window):
    operations = Operations()
    bar = UndoBar(operations, window)
    operations.undo.offer("A sentence that is rather long. " * 6, inverse_of([], "it"))
    for width in (900, 420, 1300):
        window.resize(width, 500)
        await asyncio.sleep(0)
        qtbot.waitUntil(lambda width=width: window.width() == width)
        assert 0 <= bar.x() <= bar.geometry().right() <= window.width()
        assert bar.geometry().bottom() < window.statusBar().geometry().top()
