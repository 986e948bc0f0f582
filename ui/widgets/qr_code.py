"""A text as a QR code (ISO/IEC 18004), for a camera to read."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

#: Modules left white around it, as the standard asks.
QUIET_ZONE = 4
_SMALLEST_MODULE = 3


def qr_image(text: str) -> QImage:
    """The code of `text`, one pixel a module, with its quiet zone; empty for no text."""
    if not text:
        return QImage()
    # Seldom wanted, and a quarter of a second that the window's start does not pay.
    import segno  # noqa: PLC0415

    matrix = segno.make(text, error="m", micro=False).matrix
    side = len(matrix) + 2 * QUIET_ZONE
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                image.setPixel(x + QUIET_ZONE, y + QUIET_ZONE, 0xFF000000)
    return image


class QrCode(QWidget):
    """Black on white in every theme: a camera wants the contrast. Modules are whole pixels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixmap = QPixmap()
        self.setAccessibleName(self.tr("QR code"))

    def show_text(self, text: str) -> None:
        """Show the code of `text`."""
        self._pixmap = QPixmap.fromImage(qr_image(text))
        self.setMinimumSize(self.sizeHint())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        side = max(self._pixmap.width() * _SMALLEST_MODULE, 60)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._pixmap.isNull():
            return
        scale = max(1, min(self.width(), self.height()) // self._pixmap.width())
        side = self._pixmap.width() * scale
        target = QRect((self.width() - side) // 2, (self.height() - side) // 2, side, side)
        QPainter(self).drawPixmap(target, self._pixmap)
