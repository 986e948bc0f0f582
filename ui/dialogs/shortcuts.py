"""All shortcuts at a glance."""

from collections.abc import Iterable

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QWidget

from ui.mnemonics import bare


class ShortcutsDialog(QDialog):
    """Lists the actions that have keys."""

    def __init__(self, actions: Iterable[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Shortcuts"))
        form = QFormLayout(self)
        form.setHorizontalSpacing(32)
        for action in actions:
            keys = _native(action.shortcut())
            if keys:
                form.addRow(plain_text(action), QLabel(f"<b>{keys}</b>"))
        for text, standard in (
            (self.tr("Take the last change back"), QKeySequence.StandardKey.Undo),
            (self.tr("Find in the pane that has the focus"), QKeySequence.StandardKey.Find),
        ):
            form.addRow(text, QLabel(f"<b>{_native(QKeySequence(standard))}</b>"))
        form.addRow(self.tr("The panes in the order of the View menu"), QLabel("<b>Alt+1 … 9</b>"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)


def _native(keys: QKeySequence) -> str:
    return keys.toString(QKeySequence.SequenceFormat.NativeText)


def plain_text(action: QAction) -> str:
    """An action's text without its mnemonic."""
    return bare(action.text())
