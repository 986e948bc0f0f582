"""Many wishes, few deeds."""

import pytest
from PySide6.QtCore import QObject

from ui.throttle import Throttle

LONG_MILLISECONDS = 3_600_000


@pytest.fixture
def owner(qapp) -> QObject:
    return QObject()


def test_the_first_wish_need_not_wait_for_the_pause(owner, qtbot):
    done: list[int] = []
    throttle = Throttle(LONG_MILLISECONDS, lambda: done.append(1), owner)
    throttle.ask()
    assert throttle.asked
    assert done == []
    qtbot.waitUntil(lambda: done == [1])
    assert not throttle.asked


def test_the_next_ones_wait_together(owner, qtbot):
    done: list[int] = []
    throttle = Throttle(LONG_MILLISECONDS, lambda: done.append(1), owner)
    throttle.ask()
    qtbot.waitUntil(lambda: done == [1])
    throttle.ask()
    remaining = throttle._timer.remainingTime()
    assert remaining > LONG_MILLISECONDS / 2
    throttle.ask()
    assert throttle._timer.remainingTime() <= remaining
    throttle.cancel()
    assert not throttle.asked


def test_each_wish_after_a_pause_is_fulfilled(owner, qtbot):
    done: list[int] = []
    throttle = Throttle(1, lambda: done.append(1), owner)
    for number in range(1, 4):
        throttle.ask()
        qtbot.waitUntil(lambda number=number: len(done) == number)
