"""Nodes as cells: where each lies, how bright it is, which are meant by a place."""

import subprocess
import sys

import numpy as np
import pytest

from app.common.vocabulary import NodeState
from tests.ui.node_world import NOW, make_node, make_pool
from ui.models.heat_cells import (
    CELL_PX_MAX,
    EMPTY,
    FIRST,
    LAST,
    NO_VALUE,
    Grouping,
    HeatCells,
    Metric,
    arrange,
)
from ui.models.standings import Standing


def cells_of(nodes, **choices) -> HeatCells:
    cells = HeatCells()
    cells.metric = choices.get("metric", Metric.CPU)
    cells.grouping = choices.get("grouping", Grouping.NONE)
    cells.set_nodes({node.node_id: node for node in nodes})
    return cells


def level_of(cells: HeatCells, node_id: str, now: float = NOW) -> int:
    return int(cells.picture(now)[cells.place_of(node_id)])


@pytest.mark.parametrize("count", [1, 2, 7, 100, 9_999])
@pytest.mark.parametrize("size", [(900, 600), (300, 900), (1, 1)], ids=["wide", "high", "tiny"])
def test_each_node_has_one_cell(count, size):
    layout = arrange([("", range(count))], *size)
    numbers = layout.cells[layout.cells >= 0]
    assert sorted(numbers) == list(range(count))
    assert list(layout.cells.ravel()[layout.places]) == list(range(count))


def test_ten_thousand_fill_the_picture():
    rows, columns = arrange([("", range(10_000))], 900, 600).cells.shape
    assert rows * columns < 10_000 * 1.05
    assert columns / rows == pytest.approx(1.5, rel=0.1)


def test_few_nodes_do_not_become_huge():
    _, columns = arrange([("", range(3))], 960, 600).cells.shape
    assert columns <= 960 / CELL_PX_MAX


def test_groups_do_not_touch_and_have_room_for_their_names():
    groups = [("a", range(50)), ("b", range(50, 53)), ("c", range(53, 300))]
    layout = arrange(groups, 900, 600)
    taken = np.zeros(layout.cells.shape, int)
    cell_px = min(900 / layout.cells.shape[1], 600 / layout.cells.shape[0])
    for block in layout.blocks:
        assert block.row * cell_px >= 12
        assert block.label_columns * cell_px >= 60
        taken[
            block.row - 1 : block.row + block.rows, block.column : block.column + block.columns
        ] += 1
    assert taken.max() == 1
    assert [block.key for block in layout.blocks] == ["a", "b", "c"]
    assert [block.count for block in layout.blocks] == [50, 3, 247]


def test_no_nodes_are_an_empty_picture():
    cells = cells_of([])
    assert cells.picture(NOW).tolist() == [[EMPTY]]
    assert cells.node_at(0, 0) is None


def test_a_cell_names_its_node_and_a_node_its_cell():
    cells = cells_of(make_pool(500), grouping=Grouping.LOCATION)
    for node_id in cells.ids:
        assert cells.node_at(*cells.place_of(node_id)) == node_id
    assert cells.node_at(-1, 0) is None
    assert cells.node_at(10_000, 0) is None


def test_revoked_nodes_are_left_out():
    nodes = [make_node(1), make_node(2, state=int(NodeState.REVOKED))]
    assert cells_of(nodes).ids == ["n00001"]


def test_a_rectangle_takes_every_cell_it_touches():
    cells = cells_of([make_node(number) for number in range(100)])
    row, column = cells.place_of("n00042")
    assert cells.nodes_within(row + 0.2, column + 0.2, row + 0.8, column + 0.8) == ["n00042"]
    assert len(cells.nodes_within(-5, -5, 1000, 1000)) == 100
    assert cells.nodes_within(-5, -5, -1, -1) == []


def test_levels_span_the_whole_scale():
    nodes = [make_node(number) for number in range(3)]
    for node, percent in zip(nodes, (0, 50, 100), strict=True):
        node.usage.cpu_percent = percent
    cells = cells_of(nodes)
    levels = [level_of(cells, node.node_id) for node in nodes]
    assert levels[0] == FIRST
    assert levels[1] == pytest.approx((FIRST + LAST) / 2, abs=1)
    assert levels[2] == LAST


@pytest.mark.parametrize("metric", [Metric.CPU, Metric.MEMORY, Metric.LOAD, Metric.TASKS])
def test_a_node_that_is_not_heard_has_no_load(metric):
    assert level_of(cells_of([make_node(1, online=False)], metric=metric), "n00001") == NO_VALUE


def test_a_node_without_gpu_has_no_value_for_it():
    cells = cells_of([make_node(0), make_node(1)], metric=Metric.GPU)
    assert level_of(cells, "n00000") == NO_VALUE
    assert level_of(cells, "n00001") >= FIRST


def test_load_is_the_larger_of_cpu_and_memory():
    node = make_node(1)
    node.usage.cpu_percent, node.usage.memory_percent = 10, 100
    assert level_of(cells_of([node], metric=Metric.LOAD), "n00001") == LAST


def test_ages_grow_with_the_clock():
    node = make_node(1)
    node.last_seen_at.seconds = NOW
    cells = cells_of([node], metric=Metric.AGE)
    assert level_of(cells, "n00001", NOW) == FIRST
    assert FIRST < level_of(cells, "n00001", NOW + 30) < LAST
    assert level_of(cells, "n00001", NOW + 3600) == LAST


def test_running_tasks_reach_to_the_busiest_node():
    cells = cells_of(
        [make_node(1, running_tasks=7), make_node(2, running_tasks=0)], metric=Metric.TASKS
    )
    assert cells.top() == 7
    assert level_of(cells, "n00001") == LAST
    assert level_of(cells, "n00002") == FIRST


def test_a_heartbeat_changes_the_level_only():
    nodes = [make_node(number) for number in range(20)]
    cells = cells_of(nodes)
    before = cells.layout
    nodes[5].usage.cpu_percent = 100
    cells.update_loads(["n00005", "gone"])
    assert level_of(cells, "n00005") == LAST
    assert cells.layout is before
    assert not cells.stale


def test_a_change_of_state_changes_the_mark():
    nodes = [make_node(number) for number in range(20)]
    cells = cells_of(nodes)
    nodes[5].state = int(NodeState.PAUSED)
    assert cells.update(["n00005"])
    assert not cells.stale
    assert cells.cells_standing(Standing.PAUSED).T.tolist() == [list(cells.place_of("n00005"))]
    assert not cells.update(["n00005"])


def test_nodes_that_come_go_or_move_are_laid_out_anew():
    known = {node.node_id: node for node in (make_node(1), make_node(2))}
    cells = HeatCells()
    cells.grouping = Grouping.OWNER
    cells.set_nodes(known)
    known["n00003"] = make_node(3)
    cells.update(["n00003"])
    assert cells.stale
    cells.set_nodes(known)
    assert not cells.stale
    assert cells.place_of("n00003") is not None
    known["n00001"].owner = "eve"
    cells.update(["n00001"])
    assert cells.stale
    cells.set_nodes(known)
    known["n00002"].state = int(NodeState.REVOKED)
    cells.update(["n00002"])
    assert cells.stale


def test_groups_by_trust_begin_with_the_highest():
    cells = cells_of(make_pool(60), grouping=Grouping.TRUST)
    assert [block.key for block in cells.layout.blocks] == ["3", "2", "1", "0"]


def test_groups_by_owner_begin_with_the_largest():
    nodes = [make_node(number, owner="bob" if number else "ada") for number in range(9)]
    cells = cells_of(nodes, grouping=Grouping.OWNER)
    assert [(block.key, block.count) for block in cells.layout.blocks] == [("bob", 8), ("ada", 1)]
    assert cells.example("ada").node_id == "n00000"


def test_a_mask_covers_the_nodes_that_are_known():
    cells = cells_of([make_node(number) for number in range(9)])
    mask = cells.mask_of(["n00001", "n00002", "gone"])
    assert mask.sum() == 2
    assert mask[cells.place_of("n00001")]


def test_cells_need_no_window():
    code = "import sys; import ui.models.heat_cells; sys.exit('PySide6.QtCore' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
