"""How far a row says it is: a bar with the percentage written into it."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from ui.delegates.cells import BY_STYLE, CellDelegate
from ui.models.rows import Index, RowsModel
from ui.theme import Tone

_MARGIN = 4
_RADIUS = 3.0


class ProgressDelegate(CellDelegate):
    """Paints what `percent_of` gives of a row, 0 to 100; nothing for None."""

    def __init__(
        self,
        model: RowsModel[Any],
        percent_of: Callable[[Any], int | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(model, parent)
        self._percent_of = percent_of

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        # Painted by the bar itself.
        option.text = ""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if option.state.value & BY_STYLE:
            super().paint(painter, option, index)
        row = self._model.row_or_none(index.row())
        percent = None if row is None else self._percent_of(row)
        if percent is None:
            return
        area = QRectF(option.rect).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        group = QPalette.ColorGroup.Normal
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        text = option.palette.color(group, role)
        bar = text if selected else Tone.BUSY.color()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_faint(bar, 40))
        painter.drawRoundedRect(area, _RADIUS, _RADIUS)
        if percent > 0:
            filled = QRectF(area)
            filled.setWidth(max(2 * _RADIUS, area.width() * min(percent, 100) / 100))
            painter.setBrush(_faint(bar, 110))
            painter.drawRoundedRect(filled, _RADIUS, _RADIUS)
        painter.setPen(text)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, f"{percent} %")
        painter.restore()


def _faint(color: QColor, alpha: int) -> QColor:
    faint = QColor(color)
    faint.setAlpha(alpha)
    return faint
