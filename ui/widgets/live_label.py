"""A label whose text changes all the time: it is painted anew, and nothing is laid out for it."""

from math import ceil

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import Tone


class LiveLabel(QWidget):
    """A line of text, cut off at its end where there is no room for it.

    A QLabel tells each new text to the layouts around it, up to the window's own: with docks of
    many labels that costs more than their painting. This one speaks up only when it must grow,
    and keeps the width of the longest text it had, so that what is beside it does not dance.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._longest = 0
        self._tone: Tone | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def text(self) -> str:
        """What it says."""
        return self._text

    def setText(self, text: str) -> None:
        """Say this."""
        if text == self._text:
            return
        self._text = text
        self.setAccessibleName(text)
        self._measure()
        self.update()

    def set_tone(self, tone: Tone | None) -> None:
        """Say it in this colour; None: in the one of the other texts."""
        if tone is not self._tone:
            self._tone = tone
            self.update()

    def clear(self) -> None:
        """Say nothing."""
        self.setText("")

    def sizeHint(self) -> QSize:
        margins = self.contentsMargins()
        return QSize(
            self._longest + margins.left() + margins.right(),
            self.fontMetrics().height() + margins.top() + margins.bottom(),
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(1, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        area = self.contentsRect()
        shown = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, area.width())
        painter = QPainter(self)
        plain = self.palette().color(self.foregroundRole())
        painter.setPen(plain if self._tone is None else self._tone.color())
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._longest = 0
            self._measure()
            self.updateGeometry()

    def _measure(self) -> None:
        # On a screen of a high resolution texts have widths between two pixels.
        wanted = ceil(QFontMetricsF(self.font()).horizontalAdvance(self._text))
        if wanted > self._longest:
            self._longest = wanted
            self.updateGeometry()
