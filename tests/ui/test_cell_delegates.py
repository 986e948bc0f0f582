"""How cells are painted: plain ones as the model tells, progress as a bar."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.delegates.cells import CellDelegate
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


WORDS = ["short", "蛋白质折叠模拟 1234", "a much longer text that is cut off somewhere", "12.5 CPT"]


@pytest.fixture
def words(qtbot) -> Table:
    columns = [
        Column("right", "R", str, right=True),
        Column("left", "L", str),
        Column("red", "C", str, color=lambda _row: RED),
    ]
    model = RowsModel(columns)
    model.set_rows({str(number): word for number, word in enumerate(WORDS)})
    table = Table(model)
    qtbot.addWidget(table)
    table.show()
    return table


def painted(table: Table, delegate, place: int, column: int, width: int, flags=0) -> QImage:
    image = QImage(width, 24, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    option = QStyleOptionViewItem()
    table.initViewItemOption(option)
    option.rect = image.rect()
    option.state |= QStyle.StateFlag(flags)
    painter = QPainter(image)
    painter.setFont(table.font())
    delegate.paint(painter, option, table.model().index(place, column))
    painter.end()
    return image


def ink(image: QImage) -> tuple[int, ...]:
    """The box that the painted pixels fill."""
    spots = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y) != QColor("white")
    ]
    xs, ys = [x for x, _ in spots], [y for _, y in spots]
    return min(xs), max(xs), min(ys), max(ys)


class ByStyle(CellDelegate):
    """Paints as Qt's style does."""

    def paint(self, *what) -> None:
        QStyledItemDelegate.paint(self, *what)


@pytest.mark.parametrize("width", [60, 101, 320])
@pytest.mark.parametrize("place", range(len(WORDS)))
@pytest.mark.parametrize("column", range(3))
def test_a_cell_looks_as_the_style_would_paint_it(words, place, column, width):
    ours = ink(painted(words, words.itemDelegate(), place, column, width))
    styles = ink(painted(words, ByStyle(words.model(), words), place, column, width))
    assert all(abs(mine - its) <= 1 for mine, its in zip(ours, styles, strict=True))


def test_what_is_selected_is_painted_by_the_style(words):
    selected = QStyle.StateFlag.State_Selected.value
    ours = painted(words, words.itemDelegate(), 0, 1, 100, selected)
    assert ours == painted(words, ByStyle(words.model(), words), 0, 1, 100, selected)
    assert ours != painted(words, words.itemDelegate(), 0, 1, 100)


def test_another_font_is_laid_out_anew(words):
    before = ink(painted(words, words.itemDelegate(), 2, 1, 200))
    font = words.font()
    font.setPointSizeF(font.pointSizeF() * 1.5)
    words.setFont(font)
    after = ink(painted(words, words.itemDelegate(), 2, 1, 200))
    assert after != before
    assert after[1] < 200


def test_lines_of_a_cell_become_one(words):
    words.model().set_rows({"a": "one\ntwo"})
    _, _, top, bottom = ink(painted(words, words.itemDelegate(), 0, 1, 200))
    assert bottom - top < words.fontMetrics().height()
