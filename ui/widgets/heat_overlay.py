"""What is drawn over the cells of a heatmap: lines between them, marks, names, the selection.

Imports pyqtgraph: see `ui/widgets/heatmap.py`.
"""

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPalette, QPen, QTransform
from PySide6.QtWidgets import QApplication, QStyleOptionGraphicsItem, QWidget

from ui.models.heat_cells import MARKS, Block, HeatCells

#: Below these sizes of a cell there are no lines between them, and no marks.
_LINES_PX = 5.0
_MARKS_PX = 4.0
WIDE_STROKES_MAX = 4000


def strokes(
    cells: npt.NDArray[np.int64], mark: tuple[tuple[float, float, float, float], ...]
) -> QPainterPath:
    """A path with the strokes of a mark in each of `cells`: two lines, rows and columns."""
    rows, columns = cells
    x = [columns + at for x0, _, x1, _ in mark for at in (x0, x1)]
    y = [rows + at for _, y0, _, y1 in mark for at in (y0, y1)]
    return _path(np.stack(x, axis=1), np.stack(y, axis=1))


def outline(mask: npt.NDArray[np.bool_]) -> QPainterPath:
    """The border of the cells in `mask`, without the lines between two of them."""
    wide = np.pad(mask, 1)
    left_of = wide[1:-1, 1:] != wide[1:-1, :-1]
    above = wide[1:, 1:-1] != wide[:-1, 1:-1]
    rows, columns = np.nonzero(left_of)
    rows_above, columns_above = np.nonzero(above)
    x = np.concatenate(
        [np.stack([columns, columns], 1), np.stack([columns_above, columns_above + 1], 1)]
    )
    y = np.concatenate([np.stack([rows, rows + 1], 1), np.stack([rows_above, rows_above], 1)])
    return _path(x, y)


def _path(x: npt.NDArray[np.generic], y: npt.NDArray[np.generic]) -> QPainterPath:
    if not x.size:
        return QPainterPath()
    path: QPainterPath = pg.arrayToQPath(
        x.ravel().astype(float), y.ravel().astype(float), connect="pairs", finiteCheck=False
    )
    return path


class HeatOverlay(pg.GraphicsObject):  # type: ignore[misc]
    """In the coordinates of the cells; what is written is as large as all text."""

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF()
        self._grid = QPainterPath()
        self._marks: list[QPainterPath] = []
        self._blocks: tuple[Block, ...] = ()
        self._titles: dict[str, str] = {}
        self._selection = QPainterPath()
        self._hovered: tuple[int, int] | None = None
        self._current: tuple[int, int] | None = None
        self._palette = QPalette()

    def set_cells(self, cells: HeatCells) -> None:
        """Where the cells lie, and how their nodes stand."""
        self.prepareGeometryChange()
        rows, columns = cells.layout.cells.shape
        self._rect = QRectF(0, 0, columns, rows)
        self._blocks = cells.layout.blocks
        self._grid = _grid(rows, columns)
        self._marks = [strokes(cells.cells_standing(which), mark) for which, mark in MARKS.items()]
        self.update()

    def set_titles(self, titles: dict[str, str]) -> None:
        """The names of the groups by their keys."""
        self._titles = titles
        self.update()

    def set_selection(self, mask: npt.NDArray[np.bool_]) -> None:
        """Which cells are selected."""
        self._selection = outline(mask)
        self.update()

    def set_hovered(self, cell: tuple[int, int] | None) -> None:
        """The cell under the pointer."""
        self._hovered = cell
        self.update()

    def set_current(self, cell: tuple[int, int] | None) -> None:
        """The cell that the keyboard is at."""
        self._current = cell
        self.update()

    def set_palette(self, palette: QPalette) -> None:
        """The colours of the window."""
        self._palette = palette
        self.update()

    def boundingRect(self) -> QRectF:
        # A selection's border is drawn on the edge.
        return self._rect.adjusted(-1, -1, 1, 1)

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        """Qt's own name."""
        transform = painter.worldTransform()
        cell_px = transform.m11()
        ground = self._palette.color(QPalette.ColorRole.Base)
        text = self._palette.color(QPalette.ColorRole.Text)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if cell_px >= _LINES_PX:
            painter.setPen(_pen(ground))
            painter.drawPath(self._grid)
        # On dark and on bright cells alike: a dark stroke with a bright one beside it.
        for path in self._marks if cell_px >= _MARKS_PX else ():
            painter.setPen(_pen(QColor(Qt.GlobalColor.white)))
            painter.drawPath(path)
            painter.setWorldTransform(transform * QTransform.fromTranslate(1, 0))
            painter.setPen(_pen(QColor(Qt.GlobalColor.black)))
            painter.drawPath(path)
            painter.setWorldTransform(transform)
        self._paint_selection(painter, text)
        self._paint_titles(painter, transform, text)

    def _paint_selection(self, painter: QPainter, text: QColor) -> None:
        if not self._selection.isEmpty():
            # A wide stroke takes its time: the border of thousands is thin.
            many = self._selection.elementCount() > WIDE_STROKES_MAX
            painter.setPen(_pen(text, 1 if many else 2))
            painter.drawPath(self._selection)
        for cell, width in ((self._hovered, 1), (self._current, 3)):
            if cell is not None:
                painter.setPen(_pen(text, width))
                painter.drawRect(QRectF(cell[1], cell[0], 1, 1))

    def _paint_titles(self, painter: QPainter, transform: QTransform, text: QColor) -> None:
        if not self._titles:
            return
        painter.save()
        painter.resetTransform()
        painter.setPen(text)
        metrics = QFontMetricsF(QApplication.font())
        painter.setFont(QApplication.font())
        for block in self._blocks:
            title = self._titles.get(block.key)
            if not title:
                continue
            corner = transform.map(QPointF(block.column, block.row))
            width = max(block.columns, block.label_columns) * transform.m11()
            shown = metrics.elidedText(title, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QPointF(corner.x(), corner.y() - metrics.descent() - 1), shown)
        painter.restore()


def _grid(rows: int, columns: int) -> QPainterPath:
    across, down = np.arange(columns + 1), np.arange(rows + 1)
    x = np.concatenate([np.stack([across, across], 1), np.stack([0 * down, 0 * down + columns], 1)])
    y = np.concatenate([np.stack([0 * across, 0 * across + rows], 1), np.stack([down, down], 1)])
    return _path(x, y)


def _pen(color: QColor, width: int = 1) -> QPen:
    pen = QPen(color, width)
    pen.setCosmetic(True)
    return pen
