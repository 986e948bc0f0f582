"""Names and values below each other; the values can be marked and copied."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QScrollArea, QWidget


class Facts(QScrollArea):
    """Shows pairs of a name and a value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: list[tuple[str, str]] = []
        self._values: list[QLabel] = []
        page = QWidget()
        self._form = QFormLayout(page)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show these; those that are shown already keep what is marked in them."""
        if [name for name, _ in facts] != [name for name, _ in self._shown]:
            self._make_rows(facts)
        for label, (_, value), (_, before) in zip(self._values, facts, self._shown, strict=True):
            if value != before:
                label.setText(value)
        self._shown = list(facts)

    def _make_rows(self, facts: Sequence[tuple[str, str]]) -> None:
        while self._form.rowCount():
            self._form.removeRow(0)
        self._values = []
        for name, value in facts:
            title = QLabel(name)
            title.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            label = QLabel(value)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setAccessibleName(name)
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            self._form.addRow(title, label)
            self._values.append(label)
        self._shown = list(facts)
