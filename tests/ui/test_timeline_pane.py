"""The pane of the timeline: bars by node, live, to be clicked, zoomed and dragged."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.ui.task_world import NOW, TaskWorld, task
from ui.docks.timeline import TimelinePane
from ui.feed import Feed


def ran(number: int, node: str, start: int, end: int = 0):
    made = task(number, state=4 if end else 3, node_id=node, node_name=f"lab-{node}")
    made.started_at.seconds = NOW + start
    made.ended_at.seconds = NOW + end if end else 0
    return made


@pytest.fixture
async def world(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(Feed, "now_seconds", property(lambda _feed: float(NOW)))
    made = TaskWorld(tmp_path)
    yield made
    await made.close()


@pytest.fixture
def pane(world) -> TimelinePane:
    pane = TimelinePane(world.console)
    world.keep(pane)
    pane.resize(720, 260)
    pane.show()
    return pane


def live(world, pane) -> list[str]:
    made = [ran(1, "a", -300, -100), ran(2, "b", -200)]
    world.go_live({each.task_id: each for each in made})
    pane.grab()
    return [each.task_id for each in made]


def centre(pane, task_id: str) -> QPoint:
    (area,) = [area for area, bar in pane.chart._painted if bar.task_id == task_id]
    return area.center().toPoint()


def turn(pane, by: int, x: float) -> None:
    event = QWheelEvent(
        QPointF(x, 20),
        QPointF(x, 20),
        QPoint(),
        QPoint(0, by),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(pane.chart.viewport(), event)


async def test_nothing_to_see_says_what_to_do(world, pane, qtbot):
    world.go_live({})
    with qtbot.waitSignal(pane.submit_wanted):
        pane.empty.button.click()


async def test_what_ran_stands_where_it_ran(world, pane):
    first, second = live(world, pane)
    assert pane.chart.isVisible()
    shown = {bar.task_id: area for area, bar in pane.chart._painted}
    assert shown[first].width() == pytest.approx(shown[second].width(), rel=0.02)
    assert shown[first].right() < shown[second].right()
    assert shown[first].bottom() < shown[second].top()


async def test_what_changes_is_seen_at_the_next_tick(world, pane):
    first, _ = live(world, pane)
    world.change(ran(3, "a", -50))
    pane._tick()
    pane.grab()
    assert len(pane.chart._painted) == 3
    assert "lab-a" in pane._tip_of(first)


async def test_a_click_selects_the_task(world, pane, qtbot):
    first, _ = live(world, pane)
    qtbot.mouseClick(pane.chart.viewport(), Qt.MouseButton.LeftButton, pos=centre(pane, first))
    assert world.console.selection.tasks == [first]
    assert pane.chart.selected == {first}


async def test_the_wheel_zooms_and_now_stays(world, pane):
    live(world, pane)
    span = pane.chart.span
    turn(pane, 120, 400)
    assert pane.chart.span < span
    assert pane.chart._until == NOW
    for _ in range(80):
        turn(pane, -120, 400)
    assert pane.chart.span == 6 * 3600


async def test_dragging_leads_back_in_time_and_a_button_to_now(world, pane, qtbot):
    live(world, pane)
    port, left = pane.chart.viewport(), Qt.MouseButton.LeftButton
    qtbot.mousePress(port, left, pos=QPoint(300, 150))
    qtbot.mouseMove(port, QPoint(500, 150))
    qtbot.mouseRelease(port, left, pos=QPoint(500, 150))
    assert pane.chart._until < NOW
    assert pane.to_now.isVisible()
    pane.to_now.click()
    assert pane.chart._until == NOW
    assert not pane.to_now.isVisible()


async def test_it_rests_while_hidden(world, pane):
    live(world, pane)
    pane.hide()
    assert not pane._timer.isActive()
    pane.show()
    assert pane._timer.isActive()
