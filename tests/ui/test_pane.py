"""Panes rest while nobody sees them, and catch up."""

import pytest
from PySide6.QtWidgets import QMainWindow

from tests.ui.scripted_pool import ScriptedConsole
from ui.docks.pane import Pane
from ui.pool_state import Delta


class Noting(Pane):
    """Notes what it is told."""

    def __init__(self, *arguments) -> None:
        self.taken: list[Delta] = []
        super().__init__(*arguments)

    def take(self, delta: Delta) -> None:
        self.taken.append(delta)


@pytest.fixture
async def world(tmp_path):
    scripted = ScriptedConsole(tmp_path)
    yield scripted
    await scripted.close()


@pytest.fixture
def window(qtbot, world) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(Noting(world.console))
    window.show()
    window.centralWidget().taken.clear()
    return window


def change(world, task_id: str) -> None:
    world.console.feed.changed.emit(Delta(tasks={task_id}))


async def test_what_is_seen_is_shown_at_once(window, world):
    change(world, "a")
    assert [delta.tasks for delta in window.centralWidget().taken] == [{"a"}]


@pytest.mark.parametrize("rest", [QMainWindow.hide, QMainWindow.showMinimized])
async def test_what_nobody_sees_is_gathered(window, world, rest):
    pane = window.centralWidget()
    rest(window)
    assert not pane.seen
    change(world, "a")
    change(world, "b")
    assert pane.taken == []
    window.showNormal()
    assert pane.seen
    assert [delta.tasks for delta in pane.taken] == [{"a", "b"}]
