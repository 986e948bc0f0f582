"""What stands where nothing is to be shown: why, and what to do next."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget


class EmptyState(QWidget):
    """A headline, a hint, and a button that is hidden where it has no text."""

    wanted = Signal()

    def __init__(
        self, headline: str = "", hint: str = "", button: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._headline = QLabel()
        font = QFont(self._headline.font())
        font.setPointSizeF(font.pointSizeF() * 1.3)
        font.setBold(True)
        self._headline.setFont(font)
        self._hint = QLabel()
        self.button = QPushButton()
        self.button.clicked.connect(lambda _checked=False: self.wanted.emit())
        column = QVBoxLayout(self)
        column.addStretch(2)
        for label in (self._headline, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            column.addWidget(label)
        column.addSpacing(8)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self.say(headline, hint, button)

    def say(self, headline: str, hint: str = "", button: str = "") -> None:
        """Show these words."""
        self._headline.setText(headline)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.button.setText(button)
        self.button.setVisible(bool(button))
