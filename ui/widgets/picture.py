"""An image in the room there is."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel


class Picture(QLabel):
    """An image as large as there is room, never larger than it is."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMinimumSize(1, 1)

    def show_image(self, image: QImage) -> None:
        """Show another image."""
        self._image = image
        self._scale()

    def _scale(self) -> None:
        if self._image.isNull():
            return
        size = self._image.size()
        room = self.size()
        if size.width() > room.width() or size.height() > room.height():
            size = size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        smooth = Qt.TransformationMode.SmoothTransformation
        keep = Qt.AspectRatioMode.KeepAspectRatio
        self.setPixmap(QPixmap.fromImage(self._image.scaled(size, keep, smooth)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._scale()
