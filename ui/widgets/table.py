"""A table for many rows: fixed heights, selection by ranges, columns that people arrange."""

from typing import Any

from PySide6.QtCore import (
    QByteArray,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from ui.delegates.cells import CellDelegate
from ui.models.rows import RowsModel
from ui.models.sorted_keys import runs_of

ROW_PADDING = 8
#: So many selected rows at most are left to Qt to keep selected while rows move.
KEPT_BY_QT_MAX = 500
#: Qt's time for a selection grows with the square of its runs: with more of them nothing is
#: selected; fewer where rows move by themselves several times a second.
RUNS_MAX = 4000
MOVED_RUNS_MAX = 1000


class Table(QTableView):
    """Shows a RowsModel. `chosen` carries the keys of the selected rows whenever they change.

    What is selected and what stands at the top stays so while rows come, go and move.
    """

    #: A list of keys; as `list` Qt would copy each of a hundred thousand.
    chosen = Signal(object)

    def __init__(self, model: RowsModel[Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._chosen: list[str] = []
        self._current = ""
        self._anchor: tuple[str, int] | None = None
        self._resetting = False
        self.setModel(model)
        self.setItemDelegate(CellDelegate(model, self))
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
        self._follow_model()

    def _follow_model(self) -> None:
        # The view's own slots were connected first: these put right what it then shows.
        model = self._model
        model.modelAboutToBeReset.connect(self._before_reset)
        model.modelReset.connect(self._after_reset)
        model.rowsAboutToBeInserted.connect(self._keep_top)
        model.rowsInserted.connect(self._restore_top)
        model.rowsAboutToBeRemoved.connect(self._keep_top)
        model.rowsRemoved.connect(self._restore_top)
        model.about_to_move.connect(self._before_move)
        model.layoutChanged.connect(self._after_move)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            for delegate in self.findChildren(CellDelegate):
                delegate.forget()

    def keys(self) -> list[str]:
        """The keys of the selected rows, in the order shown."""
        runs = self._selected_runs()
        if len(runs) == 1:
            return self._model.keys_between(*runs[0])
        return [key for run in runs for key in self._model.keys_between(*run)]

    def select_keys(self, keys: list[str]) -> None:
        """Select these rows, those of them that are shown, and show the first."""
        places = self._model.places_of(keys)
        self._select_places(places)
        if places:
            self.scrollTo(self._model.index(places[0], 0))

    def arrangement(self) -> str:
        """Widths, order and visibility of the columns, and the sorting, as base64."""
        return bytes(self.horizontalHeader().saveState().toBase64().data()).decode()

    def arrange(self, arrangement: str) -> None:
        """Restore what `arrangement` gave; nothing happens with what cannot be read."""
        if arrangement:
            state = QByteArray.fromBase64(QByteArray(arrangement.encode()))
            self.horizontalHeader().restoreState(state)

    def keep_arrangement(self, kept: dict[str, str], name: str) -> None:
        """Arrange it as `kept[name]` tells, and keep there how people arrange it from now on."""
        self.arrange(kept.get(name, ""))
        header = self.horizontalHeader()

        def keep() -> None:
            kept[name] = self.arrangement()

        header.sectionResized.connect(keep)
        header.sectionMoved.connect(keep)
        header.sortIndicatorChanged.connect(keep)

    def _select_places(self, places: list[int], runs_max: int = RUNS_MAX) -> None:
        """Select the rows at these places, or none where they are too scattered for Qt."""
        runs = runs_of(places)
        flags = QItemSelectionModel.SelectionFlag
        wanted = QItemSelection()
        last = self._model.columnCount() - 1
        # By ranges: row by row takes seconds for many.
        for top, bottom in runs if len(runs) <= runs_max else ():
            wanted.append(
                QItemSelectionRange(self._model.index(top, 0), self._model.index(bottom, last))
            )
        self.selectionModel().select(wanted, flags.ClearAndSelect | flags.Rows)

    def _selected_runs(self) -> list[tuple[int, int]]:
        """The selected rows as runs, ascending. Asking row by row takes seconds for many."""
        selection = self.selectionModel().selection()
        ranges = [selection.at(number) for number in range(selection.count())]
        runs: list[tuple[int, int]] = []
        for first, last in sorted((each.top(), each.bottom()) for each in ranges):
            if runs and first <= runs[-1][1] + 1:
                runs[-1] = (runs[-1][0], max(last, runs[-1][1]))
            else:
                runs.append((first, last))
        return runs

    def _on_selection(self) -> None:
        if not self._resetting:
            self._tell(self.keys())

    def _tell(self, keys: list[str]) -> None:
        if keys != self._chosen:
            self._chosen = keys
            self.chosen.emit(keys)

    # -- while the model changes

    def _before_reset(self) -> None:
        self._resetting = True
        current = self.currentIndex()
        self._current = self._model.key_at(current.row()) if current.isValid() else ""
        self._keep_top()

    def _after_reset(self) -> None:
        # A reset forgets what is selected, and does not tell.
        place = self._model.place_of(self._current)
        if place is not None:
            flags = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(self._model.index(place, 0), flags)
        if self._chosen:
            self._select_places(self._model.places_of(self._chosen))
        self._resetting = False
        self._tell(self.keys())
        self._restore_top()

    def _before_move(self) -> None:
        self._keep_top()
        if len(self._chosen) > KEPT_BY_QT_MAX:
            # Qt would keep each selected row by itself, which takes seconds for all of them.
            self._resetting = True
            self.selectionModel().clearSelection()

    def _after_move(self) -> None:
        if self._resetting:
            self._select_places(self._model.places_of(self._chosen), MOVED_RUNS_MAX)
            self._resetting = False
            if not self.selectionModel().hasSelection():
                self._tell([])
        self._restore_top()

    def _keep_top(self) -> None:
        """Note which row stands at the top, unless it is the first of all: that may change."""
        self._anchor = None
        if self.verticalScrollBar().value() and not self._model.sorting:
            top = self.rowAt(0)
            if 0 <= top < self._model.rowCount():
                self._anchor = (self._model.key_at(top), self.rowViewportPosition(top))

    def _restore_top(self) -> None:
        anchor, self._anchor = self._anchor, None
        if anchor is None:
            return
        place = self._model.place_of(anchor[0])
        if place is None:
            return
        self.updateGeometries()
        height = self.verticalHeader().defaultSectionSize()
        self.verticalScrollBar().setValue(place * height - anchor[1])

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
