"""Figures at a glance: tiles that stand in as many columns as there is room for."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.theme import Tone
from ui.widgets.live_label import LiveLabel

TILE_WIDTH = 148


class Tile(QFrame):
    """A name, a large figure and a line of small print; with a bar where it is a share."""

    def __init__(self, title: str, *, bar: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = title
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._title = QLabel(title)
        self._title.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._figure = LiveLabel("–")
        font = QFont(self._figure.font())
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        self._figure.setFont(font)
        self._note = LiveLabel()
        self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setFixedHeight(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 8)
        column.setSpacing(1)
        for label in (self._title, self._figure, self._note):
            # A long figure is cut off rather than the tiles pushed apart.
            label.setMinimumWidth(1)
            column.addWidget(label)
        column.addWidget(self._bar)
        self._bar.setVisible(bar)
        column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def say(
        self, figure: str, note: str = "", *, share: float = 0.0, tone: Tone | None = None
    ) -> None:
        """Show a figure and its small print; `share` of the bar from 0 to 1."""
        self._figure.setText(figure)
        self._note.setText(note)
        self._bar.setValue(round(min(1.0, max(0.0, share)) * 1000))
        self._figure.set_tone(tone)
        self.setAccessibleName(f"{self._name}: {figure} {note}".strip())

    def figure(self) -> str:
        """What it shows."""
        return self._figure.text()

    def note(self) -> str:
        """Its small print."""
        return self._note.text()

    def sizeHint(self) -> QSize:
        return QSize(TILE_WIDTH, super().sizeHint().height())


class Tiles(QWidget):
    """Tiles in rows."""

    def __init__(self, tiles: Sequence[Tile], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles = list(tiles)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(6)
        self._across = 0
        self._arrange(len(self._tiles))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fitting = max(1, (event.size().width() + 6) // (TILE_WIDTH + 6))
        count = len(self._tiles)
        rows = -(-count // fitting)
        # As many in each row, so that no tile is left alone.
        self._arrange(-(-count // rows))

    def minimumSizeHint(self) -> QSize:
        return QSize(TILE_WIDTH, super().minimumSizeHint().height())

    def _arrange(self, across: int) -> None:
        if across == self._across:
            return
        self._across = across
        for place, tile in enumerate(self._tiles):
            self._grid.addWidget(tile, place // across, place % across, Qt.AlignmentFlag(0))
        for column in range(len(self._tiles)):
            self._grid.setColumnStretch(column, 1 if column < across else 0)
