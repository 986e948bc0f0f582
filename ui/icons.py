"""Icons of actions: outlines in the colour of the text beside them, sharp at every size."""

from functools import cache

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication

from ui.resources import resource

_PROPERTY = "icon_name"
#: Pixels, for screens of one to three times the common density.
_SIZES = (16, 20, 24, 32, 48)


def dress(target: QAction | QAbstractButton, name: str) -> None:
    """Give `target` the icon `name` of resources/icons/actions. `redress` keeps its colour right.

    Raises FileNotFoundError where there is none.
    """
    target.setProperty(_PROPERTY, name)
    target.setIcon(_icon(name))


def redress(root: QObject) -> None:
    """The palette has changed: draw the icons of all actions and buttons below `root` anew."""
    targets: list[QAction | QAbstractButton] = root.findChildren(QAction)
    targets += root.findChildren(QAbstractButton)
    for target in targets:
        if name := target.property(_PROPERTY):
            target.setIcon(_icon(str(name)))


def _icon(name: str) -> QIcon:
    palette = QApplication.palette()
    role, group = QPalette.ColorRole.ButtonText, QPalette.ColorGroup
    icon = QIcon()
    for mode, color in (
        (QIcon.Mode.Normal, palette.color(group.Active, role)),
        (QIcon.Mode.Disabled, palette.color(group.Disabled, role)),
        (QIcon.Mode.Selected, palette.color(group.Active, QPalette.ColorRole.HighlightedText)),
    ):
        for size in _SIZES:
            icon.addPixmap(_pixmap(name, color.name(), size), mode)
    return icon


@cache
def _pixmap(name: str, color: str, size: int) -> QPixmap:
    svg = resource(f"icons/actions/{name}.svg").read_bytes()
    renderer = QSvgRenderer(QByteArray(svg.replace(b"currentColor", color.encode())))
    pixmap = QPixmap(size, size)
    pixmap.fill(QColor(Qt.GlobalColor.transparent))
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
