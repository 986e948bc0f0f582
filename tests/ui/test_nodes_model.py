"""The nodes as a table."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.common.vocabulary import NodeState
from tests.ui.node_world import NOW, make_node, make_pool
from ui.models.node_words import NodeWords
from ui.models.nodes import NodesModel
from ui.models.standings import Standing, standing

STRICT = QAbstractItemModelTester.FailureReportingMode.Fatal


@pytest.fixture
def nodes():
    return {node.node_id: node for node in make_pool(60)}


@pytest.fixture
def model(qapp, nodes):
    made = NodesModel()
    made.now = float(NOW)
    made.set_rows(nodes)
    return made


def column(model: NodesModel, name: str) -> int:
    return [each.name for each in model.columns].index(name)


def shown(model: NodesModel, node_id: str, name: str) -> str:
    return model.index(model.place_of(node_id), column(model, name)).data()


def test_it_is_a_model(model, nodes):
    QAbstractItemModelTester(model, STRICT)
    model.sort(column(model, "load"), Qt.SortOrder.DescendingOrder)
    nodes["n00099"] = make_node(99)
    model.update(["n00099"])
    model.set_filter("node")
    model.tick(0, model.rowCount() - 1)
    model.update_loads(list(nodes), set(nodes))


def test_every_cell_has_a_text(model):
    for place in range(model.rowCount()):
        for number in range(model.columnCount()):
            assert isinstance(model.index(place, number).data(), str)


@pytest.fixture
def repainted(model):
    cells: list[tuple[int, int]] = []

    def note(first, last, _roles):
        rows, columns = range(first.row(), last.row() + 1), range(first.column(), last.column() + 1)
        cells.extend((row, column) for row in rows for column in columns)

    model.dataChanged.connect(note)
    return cells


def test_ages_follow_the_clock(model, nodes, repainted):
    nodes["n00001"].last_seen_at.seconds = NOW - 2
    assert shown(model, "n00001", "heard") == "2 s"
    model.now = NOW + 70.0
    model.tick(3, 5)
    assert shown(model, "n00001", "heard") == "1 min 12 s"
    assert repainted == [(row, column(model, "heard")) for row in (3, 4, 5)]


def test_what_is_not_heard_shows_no_load(model):
    assert shown(model, "n00003", "cpu") == ""
    assert shown(model, "n00003", "load") == ""


def test_a_node_without_gpu_shows_none(model, nodes):
    assert shown(model, "n00000", "gpu") == ""
    assert shown(model, "n00001", "gpu") == f"{nodes['n00001'].usage.gpu_percent} %"
    assert shown(model, "n00002", "gpus") == "2 × NVIDIA RTX 4090"


def test_a_heartbeat_repaints_the_live_columns_of_what_is_seen(model, repainted):
    model.update_loads(["n00001", "n00002", "gone"], {"n00001", "gone"})
    live = range(column(model, "load"), column(model, "heard") + 1)
    assert repainted == [(model.place_of("n00001"), each) for each in live]


def test_sorted_by_load_a_heartbeat_moves_its_row(model, nodes):
    model.sort(column(model, "cpu"), Qt.SortOrder.DescendingOrder)
    nodes["n00001"].usage.cpu_percent = 101
    model.update_loads(["n00001"], set())
    assert model.place_of("n00001") == 0


def test_the_filter_looks_at_words_not_at_figures(model, nodes):
    nodes["n00001"].usage.cpu_percent = 77
    model.set_rows(nodes)
    model.set_filter("77 %")
    assert model.rowCount() == 0
    model.set_filter("陈小明 lyon")
    assert model.rowCount()
    assert all(nodes[model.key_at(place)].owner == "陈小明" for place in range(model.rowCount()))


@pytest.mark.parametrize(
    ("state", "online", "expected", "text"),
    [
        (NodeState.PENDING, False, Standing.WAITING, "Waiting for approval"),
        (NodeState.ACTIVE, True, Standing.ONLINE, "Online"),
        (NodeState.ACTIVE, False, Standing.OFFLINE, "Offline"),
        (NodeState.PAUSED, True, Standing.PAUSED, "Paused"),
        (NodeState.PAUSED, False, Standing.PAUSED, "Paused, offline"),
        (NodeState.DRAINING, False, Standing.DRAINING, "Draining, offline"),
        (NodeState.REVOKED, False, Standing.REVOKED, "Revoked"),
    ],
)
def test_a_node_stands_in_one_way(state, online, expected, text):
    node = make_node(1, state=int(state), online=online)
    assert standing(node) is expected
    assert NodeWords().standing(node).split(" ", 1)[1] == text


def test_a_place_is_written_as_far_as_it_is_known():
    words = NodeWords()
    assert words.place(make_node(0).location) == "Europe · DE · room 204"
    node = make_node(0)
    node.location.Clear()
    assert words.place(node.location) == ""
    node.location.site = "attic"
    assert words.place(node.location) == "attic"
