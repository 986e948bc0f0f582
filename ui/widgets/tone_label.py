"""A label whose colour says something, on light and on dark ground."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from ui.theme import Tone


class ToneLabel(QLabel):
    """Text in the colour of a tone, which follows the theme. Wraps its lines."""

    def __init__(
        self, text: str = "", tone: Tone | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self._tone = tone
        self.setWordWrap(True)
        self._paint_tone()

    def say(self, text: str, tone: Tone | None = None) -> None:
        """Show `text` in `tone`, or in the colour of plain text."""
        self.setText(text)
        if tone is not self._tone:
            self._tone = tone
            self._paint_tone()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self._paint_tone()

    def _paint_tone(self) -> None:
        palette = QPalette()
        if self._tone is not None:
            palette.setColor(QPalette.ColorRole.WindowText, self._tone.color())
        else:
            palette = QApplication.palette(self)
        self.setPalette(palette)
