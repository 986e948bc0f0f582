"""Nodes as coloured cells: a picture with marks, names of groups, and what is selected.

Imports pyqtgraph: import this module when a heatmap is shown, not before.
"""

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent, MouseDragEvent
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.models.heat_cells import CELL_PX_MAX, EMPTY, FIRST, LAST, MARGIN_PX, NO_VALUE, HeatCells
from ui.widgets.heat_overlay import HeatOverlay

COLOR_MAP = "cividis"

# Pyqtgraph drops what moves within ten milliseconds, and with it where the pointer came to rest.
pg.setConfigOption("mouseRateLimit", 0)

_KEYS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


def lookup_table(ground: QColor, no_value: QColor) -> npt.NDArray[np.uint8]:
    """The colour of each level, RGB: nothing, no value, and cividis (Nuñez et al. 2018), which
    people who see colours differently read alike. Opaque: a frame is drawn in half the time.
    """
    table = np.zeros((256, 3), np.uint8)
    table[EMPTY] = ground.red(), ground.green(), ground.blue()
    table[NO_VALUE] = no_value.red(), no_value.green(), no_value.blue()
    table[FIRST:] = pg.colormap.get(COLOR_MAP).getLookupTable(nPts=LAST - FIRST + 1, alpha=False)
    return table


def _channels(one: QColor, other: QColor) -> list[tuple[int, int]]:
    return [
        (one.red(), other.red()),
        (one.green(), other.green()),
        (one.blue(), other.blue()),
    ]


class _View(pg.ViewBox):  # type: ignore[misc]
    """Dragging draws a rubber band, the wheel zooms, the middle button moves."""

    banded = Signal(QRectF, object)
    clicked = Signal(QPointF, object)
    double_clicked = Signal()

    def __init__(self) -> None:
        super().__init__(invertY=True, lockAspect=True, enableMenu=False, defaultPadding=0)

    def mouseDragEvent(self, event: MouseDragEvent, axis: int | None = None) -> None:
        """Pyqtgraph's own name."""
        if event.button() == Qt.MouseButton.MiddleButton:
            super().mouseDragEvent(event, axis)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        event.accept()
        start, end = event.buttonDownPos(), event.pos()
        if not event.isFinish():
            self.updateScaleBox(start, end)
            return
        self.rbScaleBox.hide()
        rect = self.childGroup.mapRectFromParent(QRectF(QPointF(start), QPointF(end)).normalized())
        self.banded.emit(rect, event.modifiers())

    def mouseClickEvent(self, event: MouseClickEvent) -> None:
        """Pyqtgraph's own name."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        event.accept()
        if event.double():
            self.double_clicked.emit()
        else:
            self.clicked.emit(self.mapSceneToView(event.scenePos()), event.modifiers())


class _Cells(pg.ImageItem):  # type: ignore[misc]
    """The picture, in the form that Qt enlarges fastest: from Indexed8 it takes twice as long."""

    qimage: QImage | None

    def render(self) -> None:
        """Pyqtgraph's own name."""
        super().render()
        if self.qimage is not None:
            self.qimage = self.qimage.convertToFormat(QImage.Format.Format_RGB32)


class Heatmap(QWidget):
    """Shows `cells`. Selecting is told by `chosen` (ids), the node under the pointer by `hovered`
    (its id, or nothing); `opened` when one was double-clicked or Enter was pressed.
    """

    chosen = Signal(object)
    hovered = Signal(str)
    opened = Signal()
    #: `lookup` is another.
    palette_changed = Signal()

    def __init__(self, cells: HeatCells, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells = cells
        self._selected: list[str] = []
        self._current = ""
        self._hovered = ""
        self._fitted = True
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view = pg.GraphicsView(self)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.box = _View()
        self.view.setCentralItem(self.box)
        self.image = _Cells(axisOrder="row-major")
        self.overlay = HeatOverlay()
        self.box.addItem(self.image, ignoreBounds=True)
        self.box.addItem(self.overlay, ignoreBounds=True)
        self.lookup = lookup_table(QColor(), QColor())
        # The window's own menu, not the scene's.
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self.box.clicked.connect(self._on_clicked)
        self.box.banded.connect(self._on_banded)
        self.box.double_clicked.connect(self.opened)
        self.box.sigRangeChangedManually.connect(self._on_zoomed)
        self.view.scene().sigMouseMoved.connect(self._on_moved)
        self._paint_palette()

    # -- showing

    def rearrange(self) -> None:
        """The cells lie elsewhere, or have other marks or names."""
        self.overlay.set_cells(self._cells)
        self._show_selection()
        if self._fitted:
            self.fit()

    def set_groups(self, titles: dict[str, str]) -> None:
        """The names of the groups by their keys."""
        self.overlay.set_titles(titles)

    def repaint_cells(self, now: float) -> None:
        """Show the values as they are `now`."""
        self.image.setImage(
            self._cells.picture(now), autoLevels=False, levels=(0, 255), lut=self.lookup
        )

    def fit(self) -> None:
        """Show all cells, as large as they can be."""
        self._fitted = True
        rows, columns = self._cells.layout.cells.shape
        width, height = max(1, self.view.width()), max(1, self.view.height())
        cell_px = min(
            (width - 2 * MARGIN_PX) / columns, (height - 2 * MARGIN_PX) / rows, CELL_PX_MAX
        )
        margin = MARGIN_PX / max(cell_px, 0.1)
        rect = QRectF(-margin, -margin, width / max(cell_px, 0.1), height / max(cell_px, 0.1))
        self.box.setRange(rect, padding=0, disableAutoRange=True)

    def select(self, node_ids: list[str]) -> None:
        """Show these as selected."""
        self._selected = node_ids
        if node_ids and self._current not in node_ids:
            self._current = node_ids[0]
        self._show_selection()

    def _show_selection(self) -> None:
        self.overlay.set_selection(self._cells.mask_of(self._selected))
        self.overlay.set_current(self._cells.place_of(self._current) if self.hasFocus() else None)

    def _paint_palette(self) -> None:
        palette = self.palette()
        base, text = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
        # Close to the ground: the middle of cividis is grey as well.
        grey = QColor(*((7 * low + high) // 8 for low, high in _channels(base, text)))
        self.lookup = lookup_table(base, grey)
        self.view.setBackground(base)
        self.overlay.set_palette(palette)
        highlight = palette.color(QPalette.ColorRole.Highlight)
        self.box.rbScaleBox.setPen(pg.mkPen(highlight, width=1))
        highlight.setAlpha(60)
        self.box.rbScaleBox.setBrush(pg.mkBrush(highlight))
        if self.image.image is not None:
            self.image.setLookupTable(self.lookup)
        self.palette_changed.emit()

    # -- what people do

    def _on_moved(self, at: QPointF) -> None:
        inside = self.box.sceneBoundingRect().contains(at)
        node_id = self._node_at(self.box.mapSceneToView(at)) if inside else ""
        self._hover(node_id)

    def _hover(self, node_id: str) -> None:
        if node_id != self._hovered:
            self._hovered = node_id
            self.overlay.set_hovered(self._cells.place_of(node_id))
            self.hovered.emit(node_id)

    def _node_at(self, point: QPointF) -> str:
        return self._cells.node_at(int(point.y() // 1), int(point.x() // 1)) or ""

    def _on_clicked(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        node_id = self._node_at(point)
        self._current = node_id or self._current
        self._choose([node_id] if node_id else [], modifiers)

    def _on_banded(self, rect: QRectF, modifiers: Qt.KeyboardModifier) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        found = self._cells.nodes_within(rect.top(), rect.left(), rect.bottom(), rect.right())
        self._choose(found, modifiers)

    def _choose(self, node_ids: list[str], modifiers: Qt.KeyboardModifier) -> None:
        """Select these; with Shift added to what is selected, with Ctrl turned over."""
        chosen = dict.fromkeys(self._selected)
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            for node_id in node_ids:
                if node_id in chosen:
                    del chosen[node_id]
                else:
                    chosen[node_id] = None
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            chosen |= dict.fromkeys(node_ids)
        else:
            chosen = dict.fromkeys(node_ids)
        self.select(list(chosen))
        self.chosen.emit(list(chosen))

    def _on_zoomed(self) -> None:
        self._fitted = False

    # -- Qt's own

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _KEYS:
            self._step(*_KEYS[key], event.modifiers())
        elif key == Qt.Key.Key_Space and self._current:
            self._choose([self._current], Qt.KeyboardModifier.ControlModifier)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._current:
            self.opened.emit()
        elif key == Qt.Key.Key_Home:
            self.fit()
        elif key == Qt.Key.Key_Escape:
            self._choose([], Qt.KeyboardModifier.NoModifier)
        elif key == Qt.Key.Key_A and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._choose(list(self._cells.ids), Qt.KeyboardModifier.NoModifier)
        else:
            super().keyPressEvent(event)

    def _step(self, down: int, right: int, modifiers: Qt.KeyboardModifier) -> None:
        """Go to the next cell with a node, that way."""
        place = self._cells.place_of(self._current)
        rows, columns = self._cells.layout.cells.shape
        if place is None:
            found = self._cells.ids[0] if self._cells.ids else None
        else:
            row, column = place[0] + down, place[1] + right
            while 0 <= row < rows and 0 <= column < columns:
                if self._cells.node_at(row, column):
                    break
                row, column = row + down, column + right
            found = self._cells.node_at(row, column)
        if found is not None:
            self._current = found
            self._choose([found], modifiers & Qt.KeyboardModifier.ShiftModifier)
            self._hover(found)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_selection()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_selection()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitted:
            self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_palette()
