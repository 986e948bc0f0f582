"""The table: what is selected and seen stays so, whatever happens to the rows."""

from operator import itemgetter

import pytest
from PySide6.QtCore import Qt

from ui.models.rows import Column, RowsModel
from ui.widgets.table import Table


@pytest.fixture
def rows() -> dict[str, tuple[str, int]]:
    return {f"k{number:03}": ("ash", number) for number in range(200)}


@pytest.fixture
def table(qtbot, rows) -> Table:
    model = RowsModel(
        [
            Column("name", "Name", itemgetter(0)),
            Column("size", "Size", lambda row: str(row[1]), key=itemgetter(1)),
            Column("last", "Last", lambda _: ""),
        ]
    )
    model.set_rows(rows)
    table = Table(model)
    qtbot.addWidget(table)
    table.resize(300, 200)
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    table.show()
    return table


@pytest.fixture
def told(table: Table) -> list[list[str]]:
    told: list[list[str]] = []
    table.chosen.connect(told.append)
    return told


def test_rows_are_selected_by_key_in_one_go(table, told):
    table.select_keys(["k005", "k003", "k004", "k100", "gone"])
    assert table.keys() == ["k003", "k004", "k005", "k100"]
    assert told == [["k003", "k004", "k005", "k100"]]


def test_everything_can_be_selected(table, rows, told):
    table.selectAll()
    assert told == [list(rows)]


def test_sorting_keeps_the_selection(table, told):
    table.select_keys(["k003", "k100"])
    table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert table.keys() == ["k100", "k003"]


def test_all_selected_and_filtered_means_what_is_left(table, rows, told):
    table.selectAll()
    table.model().set_filter("", lambda row: row[1] in {7, 50, 51})
    assert table.keys() == ["k007", "k050", "k051"]
    assert told[-1] == ["k007", "k050", "k051"]


def test_what_the_filter_hides_is_no_longer_selected(table, told):
    table.select_keys(["k003"])
    table.model().set_filter("", lambda row: row[1] == 7)
    assert told[-1] == []


def test_a_row_that_moves_stays_selected(table, rows, told):
    table.selectionModel().setCurrentIndex(
        table.model().index(3, 0), table.selectionModel().SelectionFlag.NoUpdate
    )
    table.select_keys(["k003"])
    rows["k003"] = ("ash", 1000)
    table.model().update(["k003"])
    assert table.keys() == ["k003"]
    assert table.currentIndex().row() == 199


def test_a_new_row_between_selected_ones_is_not_selected(table, rows, told):
    table.select_keys(["k003", "k004"])
    rows["new"] = ("ash", 3)
    table.model().update(["new"])
    assert table.keys() == ["k003", "k004"]


def test_a_row_that_goes_is_no_longer_selected(table, rows, told):
    table.select_keys(["k003", "k004"])
    del rows["k003"]
    table.model().update(["k003"])
    assert told[-1] == ["k004"]


def test_what_is_seen_does_not_slide_away(table, rows):
    table.scrollTo(table.model().index(100, 0), table.ScrollHint.PositionAtTop)
    top = table.model().key_at(table.rowAt(0))
    assert top == "k100"
    rows |= {f"new{number}": ("ash", -number) for number in range(30)}
    table.model().update([f"new{number}" for number in range(30)])
    assert table.model().key_at(table.rowAt(0)) == top
    rows["k000"] = ("ash", 1000)
    table.model().update(["k000"])
    assert table.model().key_at(table.rowAt(0)) == top


def test_at_the_top_new_rows_are_seen_as_they_come(table, rows):
    rows["new"] = ("ash", -1)
    table.model().update(["new"])
    assert table.model().key_at(table.rowAt(0)) == "new"


def test_the_arrangement_is_kept(table, qtbot):
    kept: dict[str, str] = {}
    table.keep_arrangement(kept, "table")
    table.setColumnWidth(0, 77)
    table.horizontalHeader().moveSection(0, 1)
    again = Table(table.model())
    qtbot.addWidget(again)
    again.keep_arrangement(kept, "table")
    assert again.columnWidth(0) == 77
    assert again.horizontalHeader().visualIndex(0) == 1
    table.model().set_filter("k")
    assert table.columnWidth(0) == 77


def test_many_selected_rows_stay_selected_while_others_move(table, rows, told, monkeypatch):
    monkeypatch.setattr("ui.widgets.table.KEPT_BY_QT_MAX", 2)
    chosen = [f"k{number:03}" for number in range(3, 190, 2)]
    table.select_keys(chosen)
    rows |= {"k003": ("ash", 1000), "k004": ("ash", 1001), "new": ("ash", 7)}
    table.model().update(["k003", "k004", "new"])
    assert table.keys() == [*chosen[1:], "k003"]
    table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert sorted(table.keys()) == chosen
    assert told == [chosen]


def test_a_selection_that_is_scattered_too_far_is_let_go_and_told(table, rows, told, monkeypatch):
    monkeypatch.setattr("ui.widgets.table.KEPT_BY_QT_MAX", 2)
    monkeypatch.setattr("ui.widgets.table.MOVED_RUNS_MAX", 3)
    table.select_keys(["k003", "k005", "k007", "k009"])
    rows["k100"] = ("ash", 1000)
    table.model().update(["k100"])
    assert table.keys() == []
    assert told[-1] == []
