"""A table for many rows: fixed heights, selection by ranges, columns that people arrange."""

from collections.abc import Iterator

from PySide6.QtCore import QByteArray, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from ui.models.rows import RowsModel

ROW_PADDING = 8


class Table(QTableView):
    """Shows a RowsModel. `chosen` carries the keys of the selected rows whenever they change."""

    chosen = Signal(list)

    def __init__(self, model: "RowsModel[object]", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSortingEnabled(True)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + ROW_PADDING)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        # With the table's own selection the header asks of each of a hundred thousand rows
        # whether it is selected.
        header.setSelectionModel(QItemSelectionModel(model, header))
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._ask_columns)
        for number, column in enumerate(model.columns):
            self.setColumnWidth(number, column.width)
            self.setColumnHidden(number, column.hidden)
        self.selectionModel().selectionChanged.connect(self._on_selection)

    def keys(self) -> list[str]:
        """The keys of the selected rows, in the order shown."""
        return [self._model.key_at(place) for place in self._selected_places()]

    def select_keys(self, keys: list[str]) -> None:
        """Select these rows, those of them that are shown, and show the first."""
        selection = self.selectionModel()
        selection.clearSelection()
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        places = [place for key in keys if (place := self._model.place_of(key)) is not None]
        for place in places:
            selection.select(self._model.index(place, 0), flags)
        if places:
            self.scrollTo(self._model.index(min(places), 0))

    def arrangement(self) -> str:
        """Widths, order and visibility of the columns, and the sorting, as base64."""
        return bytes(self.horizontalHeader().saveState().toBase64().data()).decode()

    def arrange(self, arrangement: str) -> None:
        """Restore what `arrangement` gave; nothing happens with what cannot be read."""
        if arrangement:
            state = QByteArray.fromBase64(QByteArray(arrangement.encode()))
            self.horizontalHeader().restoreState(state)

    def _selected_places(self) -> Iterator[int]:
        # By ranges: asking for the rows one by one takes seconds for many.
        seen: set[int] = set()
        selection = self.selectionModel().selection()
        for number in range(selection.count()):
            ranged = selection.at(number)
            seen.update(range(ranged.top(), ranged.bottom() + 1))
        return iter(sorted(seen))

    def _on_selection(self) -> None:
        self.chosen.emit(self.keys())

    def _ask_columns(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number, column in enumerate(self._model.columns):
            action = QAction(column.title, menu)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(number))
            action.toggled.connect(
                lambda shown, number=number: self.setColumnHidden(number, not shown)
            )
            menu.addAction(action)
        menu.popup(self.horizontalHeader().mapToGlobal(position))
