"""How cells are painted: plain ones as the model tells, progress as a bar."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from ui.delegates.progress import ProgressDelegate
from ui.models.rows import Column, RowsModel
from ui.widgets.table import Table

RED = QColor("#b3261e")


@pytest.fixture
def rows() -> dict[str, int]:
    return {"a": 40, "b": 0, "c": -1}


@pytest.fixture
def table(qtbot, rows) -> Table:
    model = RowsModel(
        [
            Column("n", "N", str, right=True, color=lambda row: RED if row > 0 else None),
            Column("bar", "Bar", str),
        ]
    )
    model.set_rows(rows)
    table = Table(model)
    qtbot.addWidget(table)
    percent = ProgressDelegate(model, lambda row: row if row >= 0 else None, table)
    table.setItemDelegateForColumn(1, percent)
    table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    table.show()
    return table


def option_of(table: Table, place: int) -> QStyleOptionViewItem:
    option = QStyleOptionViewItem()
    table.itemDelegate().initStyleOption(option, table.model().index(place, 0))
    return option


def test_text_side_and_colour_are_the_columns(table):
    option = option_of(table, 0)
    assert option.text == "40"
    assert option.displayAlignment & Qt.AlignmentFlag.AlignRight
    assert option.palette.text().color() == RED
    assert option_of(table, 1).palette.text().color() != RED


def test_a_row_that_went_without_a_word_is_blank(table, rows):
    del rows["a"]
    assert option_of(table, 0).text == ""
    table.grab()


def bar_of(table: Table, place: int) -> set[int]:
    image = QImage(100, 22, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    option = QStyleOptionViewItem()
    option.rect = image.rect()
    painter = QPainter(image)
    table.itemDelegateForColumn(1).paint(painter, option, table.model().index(place, 1))
    painter.end()
    return {image.pixelColor(x, 11).rgb() for x in (8, 90)}


def test_progress_is_a_bar_as_long_as_it_has_come(table):
    assert len(bar_of(table, 0)) == 2
    assert len(bar_of(table, 1)) == 1
    assert bar_of(table, 2) == {QColor("white").rgb()}
