"""Asks before something is done, and says what it reaches."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from ui.mnemonics import without_mnemonic


class ConfirmDialog(QDialog):
    """A headline, sentences, and a button called `verb`, upon which `act` is done.

    `final`: it cannot be undone, so a hasty Enter does nothing.
    """

    def __init__(
        self,
        verb: str,
        headline: str,
        sentences: Sequence[str],
        act: Callable[[], None],
        parent: QWidget | None = None,
        *,
        final: bool = False,
    ) -> None:
        super().__init__(parent)
        self._act = act
        self.setWindowTitle(without_mnemonic(verb))
        self.setMinimumWidth(420)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        self.labels = [QLabel(text) for text in (headline, *sentences) if text]
        font = QFont(self.labels[0].font())
        font.setBold(True)
        self.labels[0].setFont(font)
        for label in self.labels:
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            column.addWidget(label)
        column.addSpacing(6)
        buttons = QDialogButtonBox()
        self.confirm = buttons.addButton(verb, QDialogButtonBox.ButtonRole.AcceptRole)
        leave = buttons.addButton(self.tr("&Leave it"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        # Outside its dialog a button cannot be made the default one.
        (leave if final else self.confirm).setDefault(True)

    def accept(self) -> None:
        """Do it."""
        super().accept()
        self._act()
