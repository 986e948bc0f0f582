"""A bar of actions, each with its icon and its name."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolBar, QWidget

_ICON_SIZE = 16


class ToolBar(QToolBar):
    """What does not fit is behind its arrow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(_ICON_SIZE, _ICON_SIZE))
