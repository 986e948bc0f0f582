"""One number that matters, with what it is above it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ui.theme import Tone
from ui.widgets.tone_label import ToneLabel


class Figure(QWidget):
    """A caption and a large value."""

    def __init__(self, caption: str, tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        head = ToneLabel(caption, Tone.QUIET)
        head.setWordWrap(False)
        self._value = QLabel("–")
        font = self._value.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        font.setBold(True)
        self._value.setFont(font)
        self._value.setAccessibleName(caption)
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setToolTip(tip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 18, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._value)

    def say(self, value: str) -> None:
        """Show this value."""
        self._value.setText(value)
