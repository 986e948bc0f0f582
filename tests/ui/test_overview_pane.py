"""The overview: tiles, graphs, history."""

import pytest
from PySide6.QtCore import Qt

from app.common.errors import HiveMindError, Reason
from proto import nodepool_pb2 as pb
from tests.ui.node_world import NOW, NodeWorld, make_stats
from ui.docks.overview import OverviewPane
from ui.models.pool_series import DAY_SECONDS


@pytest.fixture
def world(qapp, tmp_path):
    return NodeWorld(tmp_path)


@pytest.fixture
def pane(world, qtbot):
    made = OverviewPane(world.console)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    return made


def figures(pane) -> dict[str, str]:
    return {name: tile.figure() for name, tile in pane.tiles.items()}


def test_tiles_tell_the_newest_numbers(world, pane):
    world.go_live([])
    for second in range(3500, 3600):
        world.measure(make_stats(second))
    assert figures(pane) == {
        "nodes": "930",
        "queued": "4010",
        "running": "1548",
        "finished": "180",
        "failed": "3.0",
        "charged": "270 CPT",
        "cpu": "64 %",
        "memory": "31 %",
        "gpu": "40 %",
    }
    assert pane.tiles["nodes"].note() == "of 1000 known"
    assert pane.tiles["gpu"].note() == "120 of 300"


def test_the_hour_before_is_asked_for_once(world, pane):
    world.pool.console.answers["pool_history"] = [make_stats(second) for second in range(3000)]
    world.go_live([])
    world.measure(make_stats(3001))
    world.measure(make_stats(3002))
    assert len(world.pool.console.named("pool_history")) == 1
    ((since,),) = world.pool.console.named("pool_history")
    assert NOW - 3602 <= since.timestamp() <= NOW - 3599
    assert len(pane.hour.times) == 3002


def test_what_was_known_live_is_not_shown_twice(world, pane):
    world.measure(make_stats(10))
    world.pool.console.answers["pool_history"] = [make_stats(second) for second in range(15)]
    world.go_live([])
    world.measure(make_stats(16))
    assert len(pane.hour.times) == 16


def test_the_day_is_fetched_when_it_is_wanted(world, pane):
    world.go_live([])
    world.measure(make_stats(1))
    pane.span.setCurrentIndex(pane.span.findData(DAY_SECONDS))
    name, _, choices = world.pool.console.calls[-1]
    assert (name, choices) == ("pool_history", {"by_minute": True})
    pane.span.setCurrentIndex(0)
    assert len(world.pool.console.named("pool_history")) == 2


def test_the_graphs_have_the_curves(world, pane):
    world.go_live([])
    for second in range(100):
        world.measure(make_stats(second))
    drawn = pane.plots["tasks"]._lines["tasks_queued"].getOriginalDataset()[1]
    assert len(drawn) > 90
    assert drawn[0] == 4000


def test_after_a_lost_connection_the_gap_is_filled(world, pane):
    world.go_live([])
    world.measure(make_stats(1))
    world.pool.console.answers["pool_history"] = [make_stats(second) for second in range(60)]
    world.go_live([])
    assert len(pane.hour.times) == 60


def test_while_hidden_it_rests_and_then_catches_up(world, pane):
    world.go_live([])
    pane.hide()
    for second in range(20):
        world.measure(make_stats(second))
    assert len(pane.hour.times) == 0
    pane.show()
    assert len(pane.hour.times) == 20


def test_without_history_it_says_so_and_goes_on(world, pane):
    refusal = HiveMindError(Reason.MASTER_UNREACHABLE, "It is away.")
    world.pool.console.answers["pool_history"] = refusal
    world.go_live([])
    world.measure(make_stats(1))
    assert "It is away." in pane.notice.text()
    assert figures(pane)["nodes"] == "930"


def test_an_empty_pool_offers_to_let_a_machine_join(world, pane, qtbot):
    world.go_live([])
    world.measure(pb.PoolStats(at=make_stats(1).at))
    with qtbot.waitSignal(pane.join_wanted):
        qtbot.mouseClick(pane.empty.button, Qt.MouseButton.LeftButton)
