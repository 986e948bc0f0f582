"""A table model over plain rows by key, with sorting and filtering inside.

QSortFilterProxyModel asks a Python model for every comparison: a hundred thousand rows
take it forty seconds to sort, and this a tenth of one. So the order of what is shown is
a list of keys here, sorted and filtered by plain Python values.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

RowT = TypeVar("RowT")

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

#: The row itself, for delegates and actions.
ROW_ROLE = int(Role.UserRole)

_NO_PARENT = QModelIndex()
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True, slots=True)
class Column(Generic[RowT]):
    """One column: how a row reads in it, and what it is sorted by."""

    #: Stable, for saved layouts; not shown.
    name: str
    title: str
    text: Callable[[RowT], str]
    #: Comparable; the text where none is given.
    key: Callable[[RowT], Any] | None = None
    tip: str = ""
    tooltip: Callable[[RowT], str] | None = None
    color: Callable[[RowT], QColor | None] | None = None
    right: bool = False
    width: int = 120
    #: Not shown until somebody asks for it.
    hidden: bool = False
    #: Whether its text is looked through by the filter.
    searched: bool = True


class RowsModel(QAbstractTableModel, Generic[RowT]):
    """Rows by key. `set_rows` replaces all, `update` changes some; both keep order and filter."""

    def __init__(self, columns: Iterable[Column[RowT]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = list(columns)
        self._rows: Mapping[str, RowT] = {}
        self._shown: list[str] = []
        self._places: dict[str, int] | None = {}
        self._texts: dict[str, str] = {}
        self._words: list[str] = []
        self._accepts: Callable[[RowT], bool] | None = None
        self._sort_column = -1
        self._sort_descending = False

    # -- what it holds

    @property
    def total(self) -> int:
        """All rows, shown or not."""
        return len(self._rows)

    def row_at(self, place: int) -> RowT:
        """The row shown at `place`."""
        return self._rows[self._shown[place]]

    def key_at(self, place: int) -> str:
        """The key of the row shown at `place`."""
        return self._shown[place]

    def place_of(self, key: str) -> int | None:
        """Where the row is shown; None if it is not."""
        if self._places is None:
            self._places = {each: place for place, each in enumerate(self._shown)}
        return self._places.get(key)

    def set_rows(self, rows: Mapping[str, RowT]) -> None:
        """Show `rows`, which this model reads and never changes."""
        self.beginResetModel()
        self._rows = rows
        self._texts.clear()
        self._shown = self._order()
        self._places = None
        self.endResetModel()

    def update(self, keys: Iterable[str]) -> None:
        """Rows of these keys changed, came or went. New ones go where the sorting puts them."""
        changed = list(keys)
        for key in changed:
            self._texts.pop(key, None)
        before = [self.place_of(key) for key in changed]
        after = [key in self._rows and self._passes(key) for key in changed]
        stays = all(
            (place is not None) == there for place, there in zip(before, after, strict=True)
        )
        if stays and not self._moves(changed):
            self._repaint([place for place in before if place is not None])
            return
        self._rearrange()

    # -- order and filter

    def set_filter(self, text: str, accepts: Callable[[RowT], bool] | None = None) -> None:
        """Show the rows that `accepts` takes and in which every word of `text` occurs, in
        whichever column that is searched.
        """
        self._words = text.casefold().split()
        self._accepts = accepts
        self._rearrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 is the order in which the rows were given."""
        self._sort_column = column
        self._sort_descending = order == Qt.SortOrder.DescendingOrder
        self._rearrange()

    def _order(self) -> list[str]:
        rows = self._rows
        keys: list[str] = list(rows)
        if self._accepts is not None:
            accepts = self._accepts
            keys = [key for key in keys if accepts(rows[key])]
        if self._words:
            keys = [key for key in keys if self._matches(key)]
        if 0 <= self._sort_column < len(self.columns):
            column = self.columns[self._sort_column]
            sort_key = column.key or column.text
            keys.sort(key=lambda key: sort_key(rows[key]), reverse=self._sort_descending)
        return keys

    def _passes(self, key: str) -> bool:
        if self._accepts is not None and not self._accepts(self._rows[key]):
            return False
        return not self._words or self._matches(key)

    def _matches(self, key: str) -> bool:
        text = self._texts.get(key)
        if text is None:
            row = self._rows[key]
            searched = (column.text(row) for column in self.columns if column.searched)
            text = "\n".join(searched).casefold()
            self._texts[key] = text
        return all(word in text for word in self._words)

    def _moves(self, keys: list[str]) -> bool:
        """Whether one of the shown rows stands no longer where the sorting wants it."""
        if not 0 <= self._sort_column < len(self.columns):
            return False
        column = self.columns[self._sort_column]
        sort_key = column.key or column.text
        shown, rows = self._shown, self._rows
        for key in keys:
            place = self.place_of(key)
            if place is None:
                continue
            mine = sort_key(rows[key])
            first = sort_key(rows[shown[place - 1]]) if place else mine
            last = sort_key(rows[shown[place + 1]]) if place + 1 < len(shown) else mine
            ordered = first >= mine >= last if self._sort_descending else first <= mine <= last
            if not ordered:
                return True
        return False

    def _rearrange(self) -> None:
        self.layoutAboutToBeChanged.emit()
        indexes = self.persistentIndexList()
        keys = [(self._shown[index.row()], index.column()) for index in indexes]
        self._shown = self._order()
        self._places = None
        moved = []
        for key, column in keys:
            place = self.place_of(key)
            moved.append(QModelIndex() if place is None else self.index(place, column))
        self.changePersistentIndexList(indexes, moved)
        self.layoutChanged.emit()

    def _repaint(self, places: list[int]) -> None:
        if places:
            last = len(self.columns) - 1
            self.dataChanged.emit(self.index(min(places), 0), self.index(max(places), last))

    # -- Qt's questions

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if role not in _ANSWERED or not index.isValid():
            return None
        row = self._rows.get(self._shown[index.row()])
        if row is None:
            return None
        column = self.columns[index.column()]
        if role == Role.DisplayRole:
            return column.text(row)
        if role == Role.TextAlignmentRole:
            return _RIGHT if column.right else _LEFT
        if role == Role.ForegroundRole:
            return column.color(row) if column.color else None
        if role == Role.ToolTipRole:
            return column.tooltip(row) if column.tooltip else None
        return row

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Role.DisplayRole:
            return column.title
        if role == Role.ToolTipRole:
            return column.tip or None
        if role == Role.TextAlignmentRole:
            return _RIGHT if column.right else _LEFT
        return None


_ANSWERED = frozenset(
    {
        int(Role.DisplayRole),
        int(Role.TextAlignmentRole),
        int(Role.ForegroundRole),
        int(Role.ToolTipRole),
        ROW_ROLE,
    }
)
