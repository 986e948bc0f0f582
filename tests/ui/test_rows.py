"""The model for many rows: against filtering and sorting everything anew."""

from operator import itemgetter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from ui.models.rows import CHANGES_MAX, ROW_ROLE, Column, RowsModel

Row = tuple[str, int]

ASCENDING, DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
COLUMNS = [
    Column("name", "Name", itemgetter(0)),
    Column("size", "Size", lambda row: str(row[1]), key=itemgetter(1), right=True),
]
KEYS = st.sampled_from([f"k{number}" for number in range(12)])
ROWS = st.tuples(st.sampled_from(["ash", "Ash tree", "birch", "elm"]), st.integers(0, 4))
CHANGES = st.lists(st.dictionaries(KEYS, st.none() | ROWS, max_size=4), max_size=6)
#: The application is the same for all examples, and the machine may be busy.
SUPPRESSED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def model_of(rows: dict[str, Row]) -> RowsModel[Row]:
    model = RowsModel(COLUMNS)
    model.set_rows(rows)
    return model


def shown(model: RowsModel[Row]) -> list[str]:
    return [model.key_at(place) for place in range(model.rowCount())]


@settings(suppress_health_check=SUPPRESSED)
@given(
    st.dictionaries(KEYS, ROWS),
    CHANGES,
    st.sampled_from([-1, 0, 1]),
    st.sampled_from([ASCENDING, DESCENDING]),
    st.sampled_from(["", "ash", "a h"]),
)
def test_changes_leave_what_arranging_anew_gives(qapp, rows, changes, column, order, words):
    model = model_of(rows)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_filter(words)
    model.sort(column, order)
    for change in changes:
        held = {
            key: QPersistentModelIndex(model.index(place, 0))
            for place, key in enumerate(shown(model))
        }
        for key, row in change.items():
            if row is None:
                rows.pop(key, None)
            else:
                rows[key] = row
        model.update(change)
        fresh = model_of(rows)
        fresh.set_filter(words)
        fresh.sort(column, order)
        assert sorted(shown(model)) == sorted(shown(fresh))
        texts = [model.row_at(place)[max(column, 0)] for place in range(model.rowCount())]
        assert column < 0 or texts == sorted(texts, reverse=order == DESCENDING)
        assert [model.place_of(key) for key in shown(model)] == list(range(model.rowCount()))
        for key, index in held.items():
            if index.isValid():
                assert model.key_at(index.row()) == key
            else:
                assert key not in shown(model)
    del tester


@settings(suppress_health_check=SUPPRESSED)
@given(
    st.dictionaries(KEYS, ROWS),
    st.lists(
        st.tuples(
            st.dictionaries(KEYS, st.none() | ROWS, max_size=4),
            st.sampled_from(["", "ash", "a h", "birch"]),
            st.booleans(),
        ),
        max_size=6,
    ),
    st.sampled_from([-1, 0, 1]),
    st.sampled_from([ASCENDING, DESCENDING]),
)
def test_another_filter_shows_the_same_in_the_same_order(qapp, rows, steps, column, order):
    """What a filter hid has kept its place while rows changed, told or not told yet."""
    model = model_of(rows)
    model.sort(column, order)
    for change, words, told in steps:
        for key, row in change.items():
            if row is None:
                rows.pop(key, None)
            else:
                rows[key] = row
        if told:
            model.update(change)
        model.set_filter(words)
        wanted = {
            key for key, row in rows.items() if all(w in row[0].lower() for w in words.split())
        }
        if told:
            assert set(shown(model)) == wanted
            texts = [model.row_at(place)[max(column, 0)] for place in range(model.rowCount())]
            assert column < 0 or texts == sorted(texts, reverse=order == DESCENDING)
        assert set(shown(model)) <= set(rows)
        model.update(change)
        assert set(shown(model)) == wanted


def test_rows_of_one_value_keep_their_order_through_a_filter(qapp):
    rows = {"a": ("ash", 1), "b": ("birch", 1), "c": ("ash", 1), "d": ("elm", 1)}
    model = model_of(rows)
    model.sort(1, ASCENDING)
    model.set_filter("ash")
    rows["e"] = ("birch", 1)
    rows["b"] = ("ash", 1)
    model.update(["e", "b"])
    assert shown(model) == ["a", "b", "c"]
    model.set_filter("")
    assert shown(model) == list("abcde")


def test_equal_rows_stay_in_the_order_given(qapp):
    rows = dict.fromkeys("abc", ("ash", 1))
    model = model_of(rows)
    model.sort(1)
    rows["b"] = ("elm", 1)
    rows["d"] = ("elm", 1)
    model.update(["b", "d"])
    assert shown(model) == ["a", "b", "c", "d"]


def test_few_changes_are_told_row_by_row(qapp, qtbot):
    rows = {f"k{number:03}": ("ash", number) for number in range(100)}
    model = model_of(rows)
    model.sort(1, DESCENDING)
    told = []
    model.modelReset.connect(lambda: told.append("reset"))
    model.rowsInserted.connect(lambda _, first, last: told.append(("in", first, last)))
    model.rowsRemoved.connect(lambda _, first, last: told.append(("out", first, last)))
    model.dataChanged.connect(lambda top, low: told.append(("changed", top.row(), low.row())))
    rows |= {"new": ("elm", 1000), "newer": ("elm", 1001), "k050": ("elm", 50)}
    del rows["k099"]
    model.update(["new", "newer", "k050", "k099"])
    assert told == [("out", 0, 0), ("in", 0, 1), ("changed", 50, 50)]


def test_many_changes_are_told_at_once(qapp, qtbot):
    rows = {f"k{number}": ("ash", number) for number in range(CHANGES_MAX + 1)}
    model = model_of({})
    model.set_rows(rows)
    with qtbot.waitSignal(model.modelReset):
        model.update(rows)


def test_every_word_of_the_filter_must_occur_in_some_column(qapp):
    model = model_of({"a": ("Ash tree", 7), "b": ("ash", 8)})
    model.set_filter("ASH 7")
    assert shown(model) == ["a"]
    model.set_filter("", lambda row: row[1] == 8)
    assert shown(model) == ["b"]
    assert (model.total, model.rowCount()) == (2, 1)


def test_a_changed_row_is_searched_by_its_new_text(qapp):
    rows = {"a": ("ash", 1)}
    model = model_of(rows)
    assert not model.warm(10)
    model.set_filter("ash")
    rows["a"] = ("elm", 1)
    model.update(["a"])
    assert shown(model) == []


@pytest.mark.parametrize("order", [ASCENDING, DESCENDING])
def test_keys_between_are_those_of_the_places(qapp, order):
    model = model_of({f"k{number}": ("ash", number) for number in range(9)})
    model.sort(1, order)
    assert model.keys_between(2, 4) == shown(model)[2:5]
    assert model.places_of(["k3", "k8", "gone"]) == sorted(
        place for place in (model.place_of("k3"), model.place_of("k8")) if place is not None
    )


def test_cells_answer_what_is_asked(qapp):
    model = model_of({"a": ("ash", 7)})
    size = model.index(0, 1)
    assert size.data() == "7"
    assert size.data(ROW_ROLE) == ("ash", 7)
    assert Qt.AlignmentFlag(size.data(Qt.ItemDataRole.TextAlignmentRole)) & (
        Qt.AlignmentFlag.AlignRight
    )
    assert size.data(Qt.ItemDataRole.DecorationRole) is None
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Size"
    assert model.headerData(1, Qt.Orientation.Vertical) is None
