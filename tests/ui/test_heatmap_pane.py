"""The heatmap: what a click, a rubber band and the keys select, what is shown of a node."""

import subprocess
import sys

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QMenu

from app.common.vocabulary import NodeState
from tests.ui.node_world import NodeWorld, make_node, make_pool
from ui.docks.heatmap import HeatmapPane
from ui.models.heat_cells import FIRST, LAST, NO_VALUE, Grouping, Metric

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def world(qapp, tmp_path):
    return NodeWorld(tmp_path)


@pytest.fixture
def pane(world, qtbot):
    made = HeatmapPane(world.console)
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    return made


def drawn(pane, qtbot) -> HeatmapPane:
    qtbot.waitUntil(lambda: pane.map is not None and not pane._frame_timer.isActive())
    return pane


def point_of(pane, node_id: str, x: float = 0.5, y: float = 0.5) -> QPoint:
    """Where the node's cell is, in pixels of what people click on."""
    row, column = pane.cells.place_of(node_id)
    scene = pane.map.box.mapViewToScene(QPointF(column + x, row + y))
    return pane.map.view.mapFromScene(scene)


def click(pane, qtbot, node_id: str, modifier=Qt.KeyboardModifier.NoModifier):
    at = point_of(pane, node_id)
    qtbot.mouseMove(pane.map.view.viewport(), at)
    qtbot.mouseClick(pane.map.view.viewport(), LEFT, modifier, at)


def band(pane, qtbot, start: QPoint, end: QPoint, modifier=Qt.KeyboardModifier.NoModifier):
    viewport = pane.map.view.viewport()
    qtbot.mouseMove(viewport, start)
    qtbot.mousePress(viewport, LEFT, modifier, start)
    for step in range(1, 5):
        qtbot.mouseMove(viewport, start + (end - start) * step / 4)
    qtbot.mouseRelease(viewport, LEFT, modifier, end)


def choose(combo, value) -> None:
    combo.setCurrentIndex(combo.findData(value))


def test_a_click_selects_a_node(world, pane, qtbot):
    world.go_live(make_pool(60))
    drawn(pane, qtbot)
    click(pane, qtbot, "n00042")
    assert world.console.selection.nodes == ["n00042"]


def test_ctrl_adds_and_takes_away(world, pane, qtbot):
    world.go_live(make_pool(60))
    drawn(pane, qtbot)
    click(pane, qtbot, "n00042")
    click(pane, qtbot, "n00020", Qt.KeyboardModifier.ControlModifier)
    assert world.console.selection.nodes == ["n00042", "n00020"]
    click(pane, qtbot, "n00042", Qt.KeyboardModifier.ControlModifier)
    assert world.console.selection.nodes == ["n00020"]


def test_a_click_beside_the_cells_selects_nothing(world, pane, qtbot):
    world.go_live(make_pool(3))
    drawn(pane, qtbot)
    click(pane, qtbot, "n00001")
    corner = pane.map.view.viewport().rect().bottomRight() - QPoint(3, 3)
    qtbot.mouseClick(pane.map.view.viewport(), LEFT, pos=corner)
    assert world.console.selection.nodes == []


def test_a_rubber_band_selects_what_it_touches(world, pane, qtbot):
    world.go_live([make_node(number, name=f"{number:03}") for number in range(60)])
    drawn(pane, qtbot)
    columns = pane.cells.layout.cells.shape[1]
    first, last = "n00000", f"n{columns + 2:05}"
    band(pane, qtbot, point_of(pane, first, 0.3, 0.3), point_of(pane, last, 0.7, 0.7))
    expected = {f"n{row * columns + column:05}" for row in (0, 1) for column in (0, 1, 2)}
    assert set(world.console.selection.nodes) == expected


def test_with_shift_a_rubber_band_adds(world, pane, qtbot):
    world.go_live(make_pool(60))
    drawn(pane, qtbot)
    click(pane, qtbot, "n00042")
    start, end = point_of(pane, "n00030", 0.2, 0.2), point_of(pane, "n00030", 0.8, 0.8)
    band(pane, qtbot, start, end, Qt.KeyboardModifier.ShiftModifier)
    assert set(world.console.selection.nodes) == {"n00042", "n00030"}


def test_what_was_selected_elsewhere_is_outlined(world, pane, qtbot):
    world.go_live(make_pool(60))
    drawn(pane, qtbot)
    assert pane.map.overlay._selection.isEmpty()
    world.console.selection.select_nodes(["n00042"])
    row, column = pane.cells.place_of("n00042")
    outline = pane.map.overlay._selection.boundingRect()
    assert (outline.x(), outline.y(), outline.width(), outline.height()) == (column, row, 1, 1)


def test_the_pointer_shows_the_node(world, pane, qtbot):
    world.go_live(make_pool(60))
    drawn(pane, qtbot)
    assert "60" not in pane.info.text()

    def told() -> bool:
        # A pointer that rests where it was makes no event, as after another test.
        qtbot.mouseMove(pane.map.view.viewport(), point_of(pane, "n00000"))
        qtbot.mouseMove(pane.map.view.viewport(), point_of(pane, "n00042"))
        return "node-0042" in pane.info.text()

    qtbot.waitUntil(told)
    assert "Online" in pane.info.text()
    assert f"CPU {world.state.nodes['n00042'].usage.cpu_percent} %" in pane.info.text()


def test_arrows_go_from_node_to_node(world, pane, qtbot):
    world.go_live([make_node(number, name=f"{number:03}") for number in range(60)])
    drawn(pane, qtbot)
    click(pane, qtbot, "n00000")
    qtbot.keyClick(pane.map, Qt.Key.Key_Right)
    qtbot.keyClick(pane.map, Qt.Key.Key_Down)
    columns = pane.cells.layout.cells.shape[1]
    assert world.console.selection.nodes == [f"n{columns + 1:05}"]
    qtbot.keyClick(pane.map, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(world.console.selection.nodes) == 60
    qtbot.keyClick(pane.map, Qt.Key.Key_Escape)
    assert world.console.selection.nodes == []


def test_enter_wishes_for_the_details(world, pane, qtbot):
    world.go_live(make_pool(9))
    drawn(pane, qtbot)
    click(pane, qtbot, "n00001")
    with qtbot.waitSignal(pane.pane_wanted) as wanted:
        qtbot.keyClick(pane.map, Qt.Key.Key_Return)
    assert wanted.args == ["node_details"]


def test_heartbeats_are_drawn_with_the_next_frame(world, pane, qtbot):
    world.go_live([make_node(number) for number in range(9)])
    choose(pane.colour_by, Metric.CPU)
    drawn(pane, qtbot)
    place = pane.cells.place_of("n00004")
    frames = []
    pane.map.image.sigImageChanged.connect(lambda: frames.append(pane.map.image.image[place]))
    for percent in (10, 50, 100):
        world.hear("n00004", cpu_percent=percent)
    qtbot.waitUntil(lambda: len(frames) == 1)
    assert frames == [LAST]


def test_nothing_is_drawn_while_it_is_hidden(world, pane, qtbot):
    world.go_live(make_pool(9))
    drawn(pane, qtbot)
    choose(pane.colour_by, Metric.AGE)
    assert pane._age_timer.isActive()
    pane.hide()
    frames = []
    pane.map.image.sigImageChanged.connect(lambda: frames.append(1))
    world.hear("n00001", cpu_percent=100)
    assert not pane._age_timer.isActive()
    assert not pane._frame_timer.isActive()
    assert frames == []
    pane.show()
    qtbot.waitUntil(lambda: bool(frames))
    assert pane._age_timer.isActive()


def test_groups_bear_their_names(world, pane, qtbot):
    world.go_live([make_node(number, owner="ada" if number < 3 else "") for number in range(9)])
    choose(pane.group_by, Grouping.OWNER)
    drawn(pane, qtbot)
    assert pane.map.overlay._titles == {"ada": "ada (3)", "": "No owner (6)"}


def test_a_node_that_pauses_gets_its_mark(world, pane, qtbot):
    world.go_live([make_node(number) for number in range(9)])
    drawn(pane, qtbot)
    assert all(path.isEmpty() for path in pane.map.overlay._marks)
    world.change(make_node(4, state=int(NodeState.PAUSED)))
    qtbot.waitUntil(lambda: not all(path.isEmpty() for path in pane.map.overlay._marks))


def test_a_machine_that_joins_gets_a_cell(world, pane, qtbot):
    world.go_live([make_node(number) for number in range(9)])
    drawn(pane, qtbot)
    world.change(make_node(20))
    qtbot.waitUntil(lambda: pane.cells.place_of("n00020") is not None)


def test_a_machine_without_gpu_has_no_value(world, pane, qtbot):
    world.go_live([make_node(0), make_node(1)])
    choose(pane.colour_by, Metric.GPU)
    drawn(pane, qtbot)
    assert pane.map.image.image[pane.cells.place_of("n00000")] == NO_VALUE
    assert pane.map.image.image[pane.cells.place_of("n00001")] >= FIRST


@pytest.mark.parametrize(
    ("metric", "ends"),
    [
        (Metric.LOAD, ("0 %", "100 %")),
        (Metric.TASKS, ("0", "9")),
        (Metric.AGE, ("now", "1 min or more")),
    ],
)
def test_the_legend_names_the_ends_of_the_scale(world, pane, qtbot, metric, ends):
    world.go_live([make_node(1, running_tasks=9)])
    choose(pane.colour_by, metric)
    drawn(pane, qtbot)
    assert (pane.legend._low.text(), pane.legend._high.text()) == ends


def test_the_legend_of_trust_has_steps(world, pane, qtbot):
    world.go_live(make_pool(9))
    choose(pane.colour_by, Metric.TRUST)
    drawn(pane, qtbot)
    assert [level for _, level in pane.legend._step_swatches] == [FIRST, (FIRST + LAST) // 2, LAST]
    choose(pane.colour_by, Metric.CPU)
    assert pane.legend._step_swatches == []


def test_an_empty_pool_offers_to_let_a_machine_join(world, pane, qtbot):
    world.go_live([])
    with qtbot.waitSignal(pane.join_wanted):
        qtbot.mouseClick(pane.empty.button, LEFT)
    assert pane.map is None


def test_zooming_stays_until_all_is_wanted_again(world, pane, qtbot):
    world.go_live(make_pool(60))
    drawn(pane, qtbot)
    whole = pane.map.box.viewRect()
    pane.map.box.scaleBy((0.5, 0.5))
    pane.map.box.sigRangeChangedManually.emit([True, True])
    world.change(make_node(3, state=int(NodeState.PAUSED)))
    drawn(pane, qtbot)
    assert pane.map.box.viewRect().width() == pytest.approx(whole.width() / 2)
    qtbot.keyClick(pane.map, Qt.Key.Key_Home)
    assert pane.map.box.viewRect().width() == pytest.approx(whole.width())


def test_the_menu_acts_on_the_selection(world, pane, qtbot):
    world.go_live(make_pool(9))
    drawn(pane, qtbot)
    click(pane, qtbot, "n00001")
    pane._show_menu(QPoint(5, 5))
    (menu,) = [each for each in pane.findChildren(QMenu) if each.isVisible()]
    assert pane.actions_of_nodes.drain in menu.actions()
    assert pane.actions_of_nodes.drain.isEnabled()
    menu.close()


def test_pyqtgraph_waits_until_a_pane_needs_it():
    code = (
        "import sys; import ui.docks.heatmap, ui.docks.overview, ui.docks.node_details; "
        "sys.exit('pyqtgraph' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
