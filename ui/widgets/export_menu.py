"""Taking a list along: a button with the forms there are, and the question where to."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QWidget

from app.common.exports import ExportKind

#: What people choose from; a document a line is for programs.
KINDS = (ExportKind.CSV, ExportKind.JSON)


class ExportButton(QPushButton):
    """`wanted` carries an ExportKind."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(self.tr("Export"))
        menu = QMenu(self)
        for kind in KINDS:
            menu.addAction(f"{kind.name}…").triggered.connect(
                lambda _checked=False, kind=kind: self.wanted.emit(kind)
            )
        self.setMenu(menu)


def ask_place(
    parent: QWidget, title: str, stem: str, kind: ExportKind, then: Callable[[Path], None]
) -> None:
    """Ask for a file to write, and call `then` with it once one is chosen."""
    dialog = QFileDialog(parent.window(), title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(kind.value)
    dialog.setNameFilter(f"{kind.name} (*.{kind.value})")
    dialog.selectFile(f"{stem}.{kind.value}")
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()
