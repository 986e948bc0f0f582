"""Plain cells of a RowsModel, painted by the style with a third less to ask."""

from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from ui.models.rows import Index, RowsModel

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_HAS_TEXT = QStyleOptionViewItem.ViewItemFeature.HasDisplay


class CellDelegate(QStyledItemDelegate):
    """Takes text, side and colour of a cell at once, where Qt asks the model seven times."""

    def __init__(self, model: RowsModel[Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model

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
