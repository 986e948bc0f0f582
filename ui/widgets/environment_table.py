"""Variables of the environment: names and values, one a line."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

_ROWS_MIN = 3


class EnvironmentTable(QTableWidget):
    """Always has an empty row at the end to write into. `changed` whenever something was typed."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 2, parent)
        self.setHorizontalHeaderLabels([self.tr("Name"), self.tr("Value")])
        self.setAccessibleName(self.tr("Variables of the environment"))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        header = self.horizontalHeader()
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        self.setColumnWidth(0, 130)
        self.setTabKeyNavigation(False)
        self.setMinimumHeight((_ROWS_MIN + 1) * (self.fontMetrics().height() + 10))
        self.setToolTip(self.tr("Delete removes the selected lines."))
        self.itemChanged.connect(self._on_item)
        self.set_pairs([])

    def pairs(self) -> list[list[str]]:
        """Name and value of every row in which something stands."""
        found = [[self._text(row, 0).strip(), self._text(row, 1)] for row in range(self.rowCount())]
        return [pair for pair in found if pair[0] or pair[1]]

    def set_pairs(self, pairs: list[list[str]]) -> None:
        """Show these pairs, and an empty row after them."""
        with QSignalBlocker(self):
            self.setRowCount(len(pairs) + 1)
            self.clearContents()
            for row, (name, value) in enumerate(pairs):
                self.setItem(row, 0, QTableWidgetItem(name))
                self.setItem(row, 1, QTableWidgetItem(value))

    def _text(self, row: int, column: int) -> str:
        item = self.item(row, column)
        return item.text() if item is not None else ""

    def _on_item(self) -> None:
        last = self.rowCount() - 1
        if last < 0 or self._text(last, 0) or self._text(last, 1):
            self.insertRow(last + 1)
        self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            super().keyPressEvent(event)
            return
        gone = {index.row() for index in self.selectedIndexes()}
        kept = [
            [self._text(row, 0), self._text(row, 1)]
            for row in range(self.rowCount())
            if row not in gone
        ]
        self.set_pairs([pair for pair in kept if pair[0] or pair[1]])
        self.changed.emit()
