"""What went wrong, and what to do: one box, however many fail."""

import asyncio

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget
from shiboken6 import isValid

from app.common.errors import HiveMindError
from ui.operations import details_of
from ui.sentences import shown


class Failures(QObject):
    """Shows failures. While one is shown, further ones are added to it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.parent_window: QWidget | None = None
        self._box: QMessageBox | None = None
        self._told = 0

    def show(self, title: str, sentence: str, details: str) -> QMessageBox:
        """Say that the operation `title` failed."""
        box = self._box
        if box is None or not isValid(box):
            box = self._box = QMessageBox(self.parent_window)
            box.setIcon(QMessageBox.Icon.Warning)
            box.setWindowTitle(self.tr("That did not work"))
            box.setStandardButtons(QMessageBox.StandardButton.Ok)
            copy = box.addButton(self.tr("&Copy details"), QMessageBox.ButtonRole.ActionRole)
            # A box closes with any of its buttons: this one only copies.
            copy.clicked.disconnect()
            copy.clicked.connect(self._copy)
            box.finished.connect(self._forget)
            self._told = 0
        self._told += 1
        box.setText(f"<b>{_escaped(title)}</b>")
        more = self.tr("%n more failed.", "", self._told - 1) if self._told > 1 else ""
        box.setInformativeText(f"{sentence}\n{more}".strip())
        box.setDetailedText(f"{box.detailedText()}\n\n{details}".strip())
        box.open()
        return box

    async def tell(self, title: str, error: HiveMindError) -> None:
        """As `show`, and wait until it was read."""
        read = asyncio.Event()
        self.show(title, shown(error.message), details_of(title, error)).finished.connect(
            lambda _result: read.set()
        )
        await read.wait()

    def _copy(self) -> None:
        if self._box is not None:
            QGuiApplication.clipboard().setText(self._box.detailedText())

    def _forget(self) -> None:
        box, self._box = self._box, None
        if box is not None and isValid(box):
            box.deleteLater()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
