"""The pane of the nodes: what it shows of the pool, its filter, its selection."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from app.common.vocabulary import NodeState
from tests.ui.node_world import AUDITOR, NodeWorld, make_node, make_pool
from ui.docks.nodes import NodesPane
from ui.feed import Link
from ui.models.standings import Standing


@pytest.fixture
def world(qapp, tmp_path):
    return NodeWorld(tmp_path)


@pytest.fixture
def pane(world, qtbot):
    return shown(world, qtbot)


def shown(world, qtbot) -> NodesPane:
    made = NodesPane(world.console)
    qtbot.addWidget(made)
    made.resize(1000, 500)
    made.show()
    return made


def test_it_shows_the_pool_but_what_is_revoked(world, pane):
    world.go_live(make_pool(100))
    assert pane.count.text() == "99 of 100"
    assert pane.table.isVisible()


def test_what_changes_is_shown(world, pane, qtbot):
    world.go_live(make_pool(10))
    world.change(make_node(2, name="renamed"), make_node(77))
    qtbot.waitUntil(lambda: pane.count.text() == "11 of 11")
    assert pane.model.row_at(pane.model.place_of("n00002")).name == "renamed"


def test_while_hidden_it_rests_and_then_catches_up(world, pane, qtbot):
    world.go_live(make_pool(10))
    pane.hide()
    world.change(make_node(77))
    assert not pane._flushing.asked
    assert not pane._tick_timer.isActive()
    pane.show()
    assert pane._tick_timer.isActive()
    qtbot.waitUntil(lambda: pane.count.text() == "11 of 11")


def test_sparklines_go_on_while_it_is_hidden(world, pane):
    world.go_live([make_node(1)])
    pane.hide()
    for percent in (10, 20, 30):
        world.hear("n00001", cpu_percent=percent)
    assert list(pane._rings.of("n00001"))[-3:] == [10, 20, 30]


def test_the_filter_counts_what_is_left(world, pane):
    world.go_live(make_pool(100))
    pane.filter.setText("node-0042")
    assert pane.count.text() == "1 of 100"


def test_chips_show_some_states(world, pane):
    world.go_live(make_pool(100))
    pane.chips.switch(Standing.PAUSED, on=True)
    pane.chips.switch(Standing.REVOKED, on=True)
    assert pane.count.text() == "5 of 100"
    assert "4" in pane.chips._buttons[Standing.PAUSED].text()


def test_a_filter_that_hides_all_says_so_and_can_be_taken_back(world, pane, qtbot):
    world.go_live(make_pool(30))
    pane.filter.setText("nothing is called so")
    assert pane.empty.isVisible()
    qtbot.mouseClick(pane.empty.button, Qt.MouseButton.LeftButton)
    assert pane.table.isVisible()
    assert pane.filter.text() == ""


def test_only_revoked_nodes_can_be_shown_too(world, pane, qtbot):
    world.go_live([make_node(1, state=int(NodeState.REVOKED), online=False)])
    assert pane.empty.isVisible()
    qtbot.mouseClick(pane.empty.button, Qt.MouseButton.LeftButton)
    assert pane.count.text() == "1 of 1"


def test_an_empty_pool_offers_to_let_a_machine_join(world, pane, qtbot):
    world.go_live([])
    with qtbot.waitSignal(pane.join_wanted):
        qtbot.mouseClick(pane.empty.button, Qt.MouseButton.LeftButton)


def test_before_the_master_has_answered_nobody_is_asked_to_join_one(world, pane):
    assert world.connection.feed.link is Link.CONNECTING
    assert not pane.empty.button.isVisible()


def test_an_auditor_is_not_offered_what_it_may_not(qtbot, tmp_path):
    world = NodeWorld(tmp_path, AUDITOR)
    pane = shown(world, qtbot)
    world.go_live([])
    assert not pane.empty.button.isVisible()


def test_selecting_tells_the_other_panes(world, pane):
    world.go_live(make_pool(10))
    pane.table.select_keys(["n00002", "n00004"])
    assert world.console.selection.nodes == ["n00002", "n00004"]


def test_it_shows_what_was_selected_elsewhere(world, pane):
    world.go_live(make_pool(10))
    world.console.selection.select_nodes(["n00004", "n00002"])
    assert pane.table.keys() == ["n00002", "n00004"]
    assert world.console.selection.nodes == ["n00004", "n00002"]


def test_the_selection_outlives_a_lost_connection(world, pane):
    world.go_live(make_pool(10))
    pane.table.select_keys(["n00004"])
    world.go_live(make_pool(12))
    assert pane.table.keys() == ["n00004"]


def test_a_double_click_wishes_for_the_details(world, pane, qtbot):
    world.go_live(make_pool(10))
    with qtbot.waitSignal(pane.pane_wanted) as wanted:
        pane.table.doubleClicked.emit(pane.model.index(0, 0))
    assert wanted.args == ["node_details"]


def test_the_menu_has_the_actions_of_the_bar(world, pane, qtbot):
    world.go_live(make_pool(10))
    pane.table.select_keys(["n00002"])
    pane._show_menu(pane.table.viewport().rect().center())
    (menu,) = [each for each in pane.findChildren(QMenu) if each.isVisible()]
    assert pane.actions_of_nodes.drain in menu.actions()
    menu.close()


def test_ctrl_f_goes_to_the_filter(world, pane, qtbot):
    world.go_live(make_pool(10))
    pane.activateWindow()
    pane.table.setFocus()
    qtbot.keyClick(pane.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(pane.filter.hasFocus)


def test_columns_that_people_arranged_are_kept(world, pane, qtbot):
    pane.table.setColumnWidth(0, 333)
    pane.table.sortByColumn(4, Qt.SortOrder.DescendingOrder)
    again = shown(world, qtbot)
    assert again.table.columnWidth(0) == 333
    assert again.table.horizontalHeader().sortIndicatorSection() == 4


def test_a_burst_of_heartbeats_repaints_each_cell_once(world, pane, qtbot):
    world.go_live([make_node(number) for number in range(5)])
    pane._tick_timer.stop()
    repaints = []
    pane.model.dataChanged.connect(lambda cell, *_: repaints.append((cell.row(), cell.column())))
    for percent in range(50):
        for number in range(5):
            world.hear(f"n{number:05}", cpu_percent=percent, memory_percent=1)
    qtbot.waitUntil(lambda: not pane._flushing.asked)
    assert {row for row, _ in repaints} == set(range(5))
    assert len(repaints) == len(set(repaints))


def test_ages_go_on_by_one_timer(world, pane, qtbot):
    world.go_live([make_node(1)])
    seen = []
    pane.model.dataChanged.connect(lambda *_: seen.append(pane.model.now))
    pane._tick_timer.timeout.emit()
    assert seen
    assert seen[-1] == pytest.approx(world.connection.feed.now_seconds, abs=5)
