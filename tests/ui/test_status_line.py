"""The status bar: connection, rates, and how busy the loop is."""

import pytest
from PySide6.QtCore import QThread

from tests.ui.scripted_pool import ScriptedConsole
from ui.feed import Link
from ui.status_line import LAG_MILLISECONDS, TICK_MILLISECONDS, StatusLine


@pytest.fixture
async def world(tmp_path):
    scripted = ScriptedConsole(tmp_path)
    yield scripted
    await scripted.close()


@pytest.fixture
def line(qtbot, world) -> StatusLine:
    line = StatusLine(world.console)
    qtbot.addWidget(line)
    return line


def look(line: StatusLine) -> None:
    """A second has passed."""
    QThread.msleep(TICK_MILLISECONDS // 2)
    line._tick()


async def test_it_tells_who_is_signed_in_and_how_it_stands(line, world):
    line.show()
    world.console.feed.link = Link.LOST
    world.console.feed.link_changed.emit(Link.LOST, "The master is away.")
    assert "No connection" in line._link.text()
    assert line._link.toolTip() == "The master is away."
    assert "alice" in line._user.text()


async def test_calls_made_and_messages_served_are_counted_each_second(line, world):
    served = 0
    line.count_served(lambda: served)
    line.show()
    served = 10_000
    world.calls.extend([("whoami", (), {})] * 10_000)
    look(line)
    text = line._pulse.text()
    assert text.count("/s") == 2
    assert "in 0/s" not in text
    assert "out 0/s" not in text
    assert "heartbeats" in line._pulse.toolTip()
    look(line)
    assert "in 0/s · out 0/s" in line._pulse.text()


async def test_without_a_master_of_its_own_nothing_is_served(line):
    line.show()
    look(line)
    assert "in " not in line._pulse.text()
    assert "out 0/s" in line._pulse.text()
    assert "heartbeats" not in line._pulse.toolTip()


async def test_a_loop_that_stands_still_is_warned_of(line):
    line.show()
    line.stalls._late_ms.append(2.0 * LAG_MILLISECONDS)
    look(line)
    assert line._pulse.text().startswith("⚠")
    assert f"{2 * LAG_MILLISECONDS} ms" in line._pulse.text()


async def test_nobody_looks_while_it_is_hidden(line):
    line.show()
    assert line.stalls._timer.isActive()
    line.hide()
    assert not line.stalls._timer.isActive()
