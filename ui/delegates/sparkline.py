"""A row's last figures as a small line, with the newest written beside it."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QPointF, QRect
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.models.rows import ROW_ROLE, Index
from ui.theme import Tone

#: As many samples as fill the width.
SAMPLES = 60
#: What the text takes at the right: "100 %".
_TEXT_EMS = 5
_MARGIN = 4


class SparklineDelegate(QStyledItemDelegate):
    """Paints what `samples_of` gives of a row: bytes from 0 to 100, oldest first."""

    def __init__(
        self,
        samples_of: Callable[[Any], bytes | bytearray],
        parent: QObject | None = None,
        *,
        text_ems: int = _TEXT_EMS,
    ) -> None:
        super().__init__(parent)
        self._text_ems = text_ems
        self._samples_of = samples_of

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        row = index.data(ROW_ROLE)
        samples = self._samples_of(row) if row is not None else b""
        if len(samples) < 2:
            return
        rect: QRect = option.rect
        text_width = option.fontMetrics.averageCharWidth() * (self._text_ems + 1)
        area = rect.adjusted(_MARGIN, _MARGIN, -text_width - _MARGIN, -_MARGIN)
        if area.width() < 10:
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(_color(selected), 1.3))
        painter.drawPolyline(_line(samples, area))
        painter.restore()


def _line(samples: bytes | bytearray, area: QRect) -> QPolygonF:
    step = area.width() / (SAMPLES - 1)
    left = area.right() - step * (len(samples) - 1)
    bottom, scale = area.bottom(), area.height() / 100
    return QPolygonF(
        [
            QPointF(left + step * place, bottom - value * scale)
            for place, value in enumerate(samples)
        ]
    )


def _color(selected: bool) -> QColor:
    if selected:
        palette = QApplication.palette()
        return palette.color(QPalette.ColorRole.HighlightedText)
    return Tone.BUSY.color()
