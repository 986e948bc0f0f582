"""Plain cells of a RowsModel, painted with as little to ask and to lay out as can be."""

from math import ceil
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QPainter, QPalette, QStaticText
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.models.rows import Index, RowsModel

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_HAS_TEXT = QStyleOptionViewItem.ViewItemFeature.HasDisplay
#: What the style has to paint: a ground, a frame, an icon behind the text.
BY_STYLE: int = (
    QStyle.StateFlag.State_Selected
    | QStyle.StateFlag.State_HasFocus
    | QStyle.StateFlag.State_MouseOver
).value
#: Between a cell's edge and its text, as the Fusion style has it.
_MARGIN = 3
#: Laid-out texts that are kept: some screens full of cells.
_LAID_OUT_MAX = 4096


class _LaidOut(NamedTuple):
    text: QStaticText
    width: int
    height: int


class CellDelegate(QStyledItemDelegate):
    """Takes text, side and colour of a cell at once, where Qt asks the model seven times.

    A table that changes several times a second is painted as often. The style lays out each
    text anew each time; here a text that was laid out once is painted from that.
    """

    def __init__(self, model: RowsModel[Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._laid_out: dict[tuple[str, int], _LaidOut] = {}

    def forget(self) -> None:
        """Lay out all texts anew: the font has changed."""
        self._laid_out.clear()

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        row = self._model.row_or_none(index.row())
        if row is None:
            return
        column = self._model.columns[index.column()]
        option.features = _HAS_TEXT
        option.text = column.text(row)
        option.displayAlignment = _RIGHT if column.right else _LEFT
        color = column.color(row) if column.color else None
        if color is not None:
            palette = option.palette
            palette.setColor(QPalette.ColorRole.Text, color)
            option.palette = palette

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if option.state.value & BY_STYLE:
            super().paint(painter, option, index)
            return
        row = self._model.row_or_none(index.row())
        if row is None:
            return
        column = self._model.columns[index.column()]
        text = column.text(row)
        if not text:
            return
        area: tuple[int, int, int, int] = option.rect.getRect()  # type: ignore[assignment]
        left, top, width, height = area
        room = width - 2 * _MARGIN
        laid_out = self._laid_out.get((text, room)) or self._lay_out(text, room, option)
        color = column.color(row) if column.color else None
        painter.setPen(option.palette.text().color() if color is None else color)
        left += room + _MARGIN - laid_out.width if column.right else _MARGIN
        painter.drawStaticText(left, top + (height - laid_out.height) // 2, laid_out.text)

    def _lay_out(self, text: str, room: int, option: QStyleOptionViewItem) -> _LaidOut:
        if len(self._laid_out) >= _LAID_OUT_MAX:
            self._laid_out.clear()
        line = text.replace("\n", " ")
        shown = option.fontMetrics.elidedText(line, Qt.TextElideMode.ElideRight, room)
        static = QStaticText(shown)
        static.setTextFormat(Qt.TextFormat.PlainText)
        static.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        static.prepare(font=option.font)
        size = static.size()
        made = _LaidOut(static, ceil(size.width()), ceil(size.height()))
        self._laid_out[text, room] = made
        return made
