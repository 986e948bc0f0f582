"""What the colours and marks of a heatmap mean."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ui.models.heat_cells import FIRST, LAST, MARKS
from ui.models.node_words import standing_labels
from ui.models.standings import Standing

_SWATCH = 16
_BAR_HEIGHT = 12


class HeatLegend(QWidget):
    """The scale with its end values, or its steps, and a swatch for each mark."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lookup: npt.NDArray[np.uint8] = np.zeros((256, 3), np.uint8)
        self._told: tuple[object, ...] = ()
        self._title, self._low, self._high = QLabel(), QLabel(), QLabel()
        self._bar = _Bar()
        self._steps = QHBoxLayout()
        self._step_swatches: list[tuple[QLabel, int]] = []
        self._swatches = {standing: QLabel() for standing in MARKS}
        self._no_value, self._no_value_text = QLabel(), QLabel()
        scale = QHBoxLayout()
        for widget in (self._title, self._low, self._bar, self._high):
            scale.addWidget(widget, 1 if widget is self._bar else 0)
        scale.addLayout(self._steps)
        scale.addStretch(1)
        marks = QHBoxLayout()
        labels = standing_labels()
        for standing, swatch in self._swatches.items():
            self._add_swatch(marks, swatch, QLabel(labels[standing]))
        self._add_swatch(marks, self._no_value, self._no_value_text)
        marks.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(scale)
        column.addLayout(marks)

    def set_lookup(self, lookup: npt.NDArray[np.uint8]) -> None:
        """The colours of the levels."""
        self._lookup = lookup
        self._paint()

    def set_scale(
        self,
        title: str,
        low: str,
        high: str,
        *,
        no_value: str,
        steps: Sequence[tuple[int, str]] = (),
    ) -> None:
        """What the colours tell: their two ends, or `steps`: levels with their names."""
        told = (title, low, high, no_value, tuple(steps))
        if told == self._told:
            return
        self._told = told
        self._title.setText(title)
        self._low.setText(low)
        self._high.setText(high)
        self._no_value_text.setText(no_value)
        for widget in (self._low, self._bar, self._high):
            widget.setVisible(not steps)
        while (item := self._steps.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._step_swatches.clear()
        for level, label in steps:
            swatch = QLabel()
            self._step_swatches.append((swatch, level))
            self._add_swatch(self._steps, swatch, QLabel(label))
        self.setAccessibleName(f"{title}: {low} – {high}" if not steps else title)
        self._paint()

    def _add_swatch(self, row: QHBoxLayout, swatch: QLabel, text: QLabel) -> None:
        text.setMinimumWidth(1)
        row.addWidget(swatch)
        row.addWidget(text)
        row.addSpacing(8)

    def _color(self, level: int) -> QColor:
        red, green, blue = (int(each) for each in self._lookup[level])
        return QColor(red, green, blue)

    def _paint(self) -> None:
        self._bar.show_colors(self._lookup[FIRST : LAST + 1])
        grey = self._color(1)
        text = self.palette().color(QPalette.ColorRole.Text)
        for standing, swatch in self._swatches.items():
            swatch.setPixmap(self._swatch(grey, text, standing))
        self._no_value.setPixmap(self._swatch(grey, text))
        for swatch, level in self._step_swatches:
            swatch.setPixmap(self._swatch(self._color(level), text))

    def _swatch(self, fill: QColor, text: QColor, mark: Standing | None = None) -> QPixmap:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(QSize(_SWATCH, _SWATCH) * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(fill)
        painter = QPainter(pixmap)
        painter.setPen(QPen(text, 1))
        side = _SWATCH - 1
        painter.drawRect(0, 0, side, side)
        for x0, y0, x1, y1 in MARKS[mark] if mark else ():
            painter.drawLine(QLineF(x0 * side, y0 * side, x1 * side, y1 * side))
        painter.end()
        return pixmap

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()


class _Bar(QWidget):
    """The scale from its lowest to its highest level."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_colors(self, colors: npt.NDArray[np.uint8]) -> None:
        """One colour beside the other."""
        line = np.ascontiguousarray(colors)
        self._image = QImage(
            line.tobytes(), len(line), 1, len(line) * 3, QImage.Format.Format_RGB888
        ).copy()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, _BAR_HEIGHT)

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        rect = QRectF(0, (self.height() - _BAR_HEIGHT) / 2, self.width(), _BAR_HEIGHT)
        painter.drawImage(rect, self._image)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(0, 0, -1, -1))
        painter.end()
