"""Lines over time, with the values beside their names; pyqtgraph is imported when one is shown."""

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QPainter, QPalette, QPen, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import Tone
from ui.widgets.live_label import LiveLabel

Floats = npt.NDArray[np.float64]

_SAMPLE_WIDTH = 22
_AXIS_SPACE = 12
_TWO_COLUMNS_WIDTH = 560
_DAY_SECONDS = 86400
_SHORTEST_SPAN_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Curve:
    """One line: its figure's name, what people call it, and how it is told from others.

    Colour and stroke say the same, so that nothing is told by colour alone.
    """

    name: str
    label: str
    tone: Tone
    stroke: Qt.PenStyle = Qt.PenStyle.SolidLine


class TimePlot(QWidget):
    """A title, each curve's name with its newest value, and the curves.

    `show` writes a value; `widest` is as long as what it writes. `top` fixes the upper end;
    without it the largest value does. `binary`: round numbers are powers of two, as of bytes.
    With the pointer over the curves the values are those of that time.
    """

    def __init__(
        self,
        title: str,
        curves: Sequence[Curve],
        show: Callable[[float], str],
        *,
        top: float | None = None,
        binary: bool = False,
        widest: str = "1,000 %",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._curves = list(curves)
        self._show = show
        self._top = top
        self._binary = binary
        self._widest = widest
        self._times: Floats = np.empty(0)
        self._values: dict[str, Floats] = {}
        self._span = 3600.0
        self._hovered: float | None = None
        self._plot: Any = None
        self._lines: dict[str, Any] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._title = QLabel(title)
        font = QFont(self._title.font())
        font.setBold(True)
        self._title.setFont(font)
        self._when = LiveLabel()
        self._when.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        heading = QHBoxLayout()
        heading.addWidget(self._title)
        heading.addStretch(1)
        heading.addWidget(self._when)
        self._column.addLayout(heading)
        self._samples = {curve.name: QLabel() for curve in curves}
        self._texts = {curve.name: LiveLabel() for curve in curves}
        self._column.addLayout(self._make_legend())
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(360, 190)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 96)

    def set_data(
        self,
        times: Floats,
        values: Mapping[str, Floats],
        span_seconds: float,
        *,
        draw: bool = True,
    ) -> None:
        """Show the last `span_seconds`, or what there is of them.

        `times` in seconds since 1970, NaN in a value is a gap.

        Without `draw` only the newest values are written: drawing the curves takes twenty
        milliseconds, and a second is less than a pixel of an hour.
        """
        self._times, self._span = times, span_seconds
        self._values = {
            curve.name: values[curve.name] for curve in self._curves if curve.name in values
        }
        if draw:
            self._draw()
        else:
            self._tell()

    # -- making

    def _make_legend(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        for curve in self._curves:
            text = self._texts[curve.name]
            row.addWidget(self._samples[curve.name])
            row.addWidget(text)
            row.addSpacing(8)
        row.addStretch(1)
        return row

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if "pyqtgraph" in sys.modules:
            self._begin_plot()
        else:
            # It takes half a second to import: the window is painted first.
            QTimer.singleShot(0, self, self._begin_plot)

    def _begin_plot(self) -> None:
        if self._plot is None:
            self._make_plot()
            self._paint_palette()
            self._draw()

    def _make_plot(self) -> None:
        import pyqtgraph as pg  # noqa: PLC0415

        axis = pg.AxisItem("left")
        axis.enableAutoSIPrefix(enable=False)
        # Labels that do not fit are left out.
        axis.setWidth(self.fontMetrics().horizontalAdvance(self._widest) + _AXIS_SPACE)
        axis.tickStrings = lambda values, _scale, _spacing: [self._show(each) for each in values]
        if self._binary:
            axis.tickSpacing = _powers_of_two
        clock = pg.DateAxisItem("bottom")
        its_texts = clock.tickStrings
        # Its own word for a day is English.
        clock.tickStrings = lambda values, scale, spacing: (
            [f"{datetime.fromtimestamp(each).astimezone():%m-%d}" for each in values]
            if spacing == _DAY_SECONDS
            else its_texts(values, scale, spacing)
        )
        self._plot = plot = pg.PlotWidget(axisItems={"left": axis, "bottom": clock})
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(x=False, y=False)
        plot.setFrameShape(pg.QtWidgets.QFrame.Shape.NoFrame)
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.viewport().setMouseTracking(True)
        for curve in self._curves:
            line = plot.plot(connect="finite", autoDownsample=True, downsampleMethod="peak")
            line.setClipToView(True)
            self._lines[curve.name] = line
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._cursor.hide()
        plot.addItem(self._cursor, ignoreBounds=True)
        plot.scene().sigMouseMoved.connect(self._on_moved)
        self._column.addWidget(plot, 1)

    # -- showing

    def _draw(self) -> None:
        self._tell()
        if self._plot is None:
            return
        times = self._times
        for curve in self._curves:
            values = self._values.get(curve.name)
            if values is None or not len(times):
                self._lines[curve.name].setData([], [])
            else:
                # Copies: a ring moves what it keeps.
                self._lines[curve.name].setData(times.copy(), values.copy())
        end = float(times[-1]) if len(times) else 0.0
        begin = self._begin(end)
        if end:
            self._plot.setXRange(begin, end, padding=0)
        self._plot.setYRange(0, self._top or self._largest(begin) or 1.0, padding=0.08)

    def _begin(self, end: float) -> float:
        """Where the time axis begins: while little is known, it is not stretched over nothing."""
        first = float(self._times[0]) if len(self._times) else end
        return max(end - self._span, min(first, end - _SHORTEST_SPAN_SECONDS))

    def _largest(self, since: float) -> float:
        first = int(np.searchsorted(self._times, since))
        tops = [
            float(np.nanmax(values[first:]))
            for values in self._values.values()
            if len(values) > first and not np.isnan(values[first:]).all()
        ]
        return max(tops, default=0.0)

    def _tell(self) -> None:
        """Write the newest values, or those under the pointer."""
        place = len(self._times) - 1
        if self._hovered is not None and len(self._times):
            place = min(int(np.searchsorted(self._times, self._hovered)), place)
            at = datetime.fromtimestamp(float(self._times[place])).astimezone()
            self._when.setText(f"{at:%H:%M:%S}")
        else:
            self._when.clear()
        for curve in self._curves:
            values = self._values.get(curve.name)
            value = float(values[place]) if values is not None and place >= 0 else math.nan
            text = "–" if math.isnan(value) else self._show(value)
            self._texts[curve.name].setText(f"{curve.label} {text}")

    def _on_moved(self, at: QPointF) -> None:
        view = self._plot.getPlotItem().vb
        inside = view.sceneBoundingRect().contains(at) and len(self._times)
        self._hovered = float(view.mapSceneToView(at).x()) if inside else None
        self._cursor.setVisible(self._hovered is not None)
        if self._hovered is not None:
            self._cursor.setPos(self._hovered)
        self._tell()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hovered = None
        if self._plot is not None:
            self._cursor.hide()
        self._tell()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._plot is not None:
            self._paint_palette()

    def _paint_palette(self) -> None:
        palette = self.palette()
        text = palette.color(QPalette.ColorRole.Text)
        faint = QColor(text)
        faint.setAlpha(90)
        self._plot.setBackground(palette.color(QPalette.ColorRole.Base))
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(faint)
            axis.setTextPen(text)
            axis.setStyle(tickLength=-4)
        self._plot.showGrid(x=False, y=True, alpha=0.15)
        self._cursor.setPen(faint)
        for curve in self._curves:
            pen = _pen(curve)
            self._lines[curve.name].setPen(pen)
            self._samples[curve.name].setPixmap(_sample(pen, self.devicePixelRatioF()))


class PlotGrid(QWidget):
    """Plots in two columns, in one where it is narrow."""

    def __init__(self, plots: Sequence[TimePlot], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plots = list(plots)
        self._across = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(10)
        self._arrange(2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(2 if event.size().width() >= _TWO_COLUMNS_WIDTH else 1)

    def minimumSizeHint(self) -> QSize:
        # One column wide, so that it can become narrow.
        return QSize(self._plots[0].minimumSizeHint().width(), super().minimumSizeHint().height())

    def _arrange(self, across: int) -> None:
        if across == self._across:
            return
        self._across = across
        for place, plot in enumerate(self._plots):
            self._grid.addWidget(plot, place // across, place % across)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1 if across == 2 else 0)


def _powers_of_two(low: float, high: float, _size: float) -> list[tuple[float, float]]:
    """Two to four lines, at multiples of a power of two."""
    return [(2.0 ** max(0, math.floor(math.log2(max(high - low, 1.0) / 2))), 0.0)]


def _pen(curve: Curve) -> QPen:
    pen = QPen(curve.tone.color(), 1, curve.stroke)
    pen.setCosmetic(True)
    return pen


def _sample(pen: QPen, ratio: float) -> QPixmap:
    """A piece of the line, for the legend."""
    size = QSize(_SAMPLE_WIDTH, 12)
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    thick = QPen(pen)
    thick.setWidthF(2)
    painter.setPen(thick)
    painter.drawLine(QPoint(0, 6), QPoint(size.width(), 6))
    painter.end()
    return pixmap
