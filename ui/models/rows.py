"""A table model over plain rows by key, with sorting and filtering inside.

QSortFilterProxyModel asks a Python model for every comparison: a hundred thousand rows
take it forty seconds to sort, and this a tenth of one. So the order of what is shown is
a list of keys here, in which a row is found, taken out and put in by bisection: a change
costs the same in a long table as in a short one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor

from ui.models.row_filter import RowFilter
from ui.models.sorted_keys import Placed, SortedKeys, runs_of

RowT = TypeVar("RowT")

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

#: The row itself, for delegates and actions.
ROW_ROLE = int(Role.UserRole)

#: Above this many changes at once, or runs of rows, everything is arranged anew.
CHANGES_MAX = 1000
RUNS_MAX = 200
#: Above this many runs of changed rows all that lies between is painted again.
PAINTED_RUNS_MAX = 50

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
    #: Whether the filter looks into it.
    searched: bool = True


class RowsModel(QAbstractTableModel, Generic[RowT]):
    """Rows by key. `set_rows` replaces all, `update` changes some; both keep order and filter.

    The filter looks into what `haystack` gives of a row, or `haystacks` of many at once, where
    that is quicker than to ask the columns one by one. What they leave out, such as words that
    many rows share, `word_test` may find: of a word it gives a test of rows, or None.
    """

    #: Before `layoutAboutToBeChanged`, when Qt still asks for no index to be kept.
    about_to_move = Signal()

    def __init__(
        self,
        columns: Iterable[Column[RowT]],
        parent: QObject | None = None,
        *,
        haystack: Callable[[RowT], str] | None = None,
        haystacks: Callable[[Iterable[RowT]], Iterable[str]] | None = None,
        word_test: Callable[[str], Callable[[RowT], bool] | None] | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = list(columns)
        one = haystack or self._joined_texts
        self._filter: RowFilter[RowT] = RowFilter(
            haystacks or (lambda rows: map(one, rows)), word_test or (lambda _word: None)
        )
        self._rows: Mapping[str, RowT] = {}
        self._next_rank = 0
        #: Always ascending; a descending table is read from its end.
        self._shown = SortedKeys()
        #: All rows in that order, from which a filter takes what is shown; where nothing is
        #: hidden the same object. None: not known.
        self._all: SortedKeys | None = None
        self._sort_column = -1
        self._descending = False
        #: While somebody has it sorted, and not as rows move by themselves.
        self.sorting = False

    # -- what it holds

    @property
    def total(self) -> int:
        """All rows, shown or not."""
        return len(self._rows)

    def row_at(self, place: int) -> RowT:
        """The row shown at `place`."""
        return self._rows[self.key_at(place)]

    def row_or_none(self, place: int) -> RowT | None:
        """The row shown at `place`; None where it has gone and nobody has told."""
        if not 0 <= place < len(self._shown.keys):
            return None
        return self._rows.get(self.key_at(place))

    def key_at(self, place: int) -> str:
        """The key of the row shown at `place`."""
        return self._shown.keys[~place if self._descending else place]

    def keys_between(self, first: int, last: int) -> list[str]:
        """The keys of the rows shown from `first` to `last`, both included."""
        start, end = self._turned(first, last, len(self._shown))
        keys = self._shown.keys[start : end + 1]
        return keys[::-1] if self._descending else keys

    def place_of(self, key: str) -> int | None:
        """Where the row is shown; None if it is not."""
        at = self._shown.find(key)
        if at is None:
            return None
        return len(self._shown) - 1 - at if self._descending else at

    def places_of(self, keys: Iterable[str]) -> list[int]:
        """Where those of `keys` are shown that are, ascending."""
        wanted = set(keys)
        if len(wanted) < CHANGES_MAX:
            places = [place for key in wanted if (place := self.place_of(key)) is not None]
            return sorted(places)
        if wanted.issuperset(self._shown.keys):
            return list(range(len(self._shown)))
        ordered = reversed(self._shown.keys) if self._descending else iter(self._shown.keys)
        return [place for place, key in enumerate(ordered) if key in wanted]

    def set_rows(self, rows: Mapping[str, RowT]) -> None:
        """Show `rows`, which this model reads and never changes."""
        self._rows = rows
        self._filter.set_rows(rows)
        self._all = None
        self._reset()

    def update(self, keys: Iterable[str]) -> None:
        """Rows of these keys changed, came or went. New ones go where the sorting puts them."""
        changed = dict.fromkeys(keys)
        for key in changed:
            self._filter.forget(key)
        if len(changed) > CHANGES_MAX:
            self._all = None
            self._reset()
            return
        self._keep_all(changed)
        shown, sort_key = self._shown, self._sort_key()
        same: list[str] = []
        came: list[str] = []
        gone: list[str] = []
        moved: list[str] = []
        for key in changed:
            row = self._rows.get(key)
            there = key in shown.values
            if row is None or not self._filter.passes(key, row):
                if there:
                    gone.append(key)
            elif not there:
                came.append(key)
            elif sort_key is None or shown.revalue(key, sort_key(row)):
                same.append(key)
            else:
                moved.append(key)
        if not (self._remove(gone) and self._insert(came)):
            if self._all is self._shown:
                self._all = None
            self._reset()
            return
        self._move(moved)
        self._repaint(same + moved)

    def warm(self, count: int) -> bool:
        """Prepare the filter for `count` more rows; whether any are left."""
        return self._filter.warm(count)

    # -- order and filter

    def set_filter(self, text: str, accepts: Callable[[RowT], bool] | None = None) -> None:
        """Show the rows that `accepts` takes and in which every word of `text` occurs."""
        self._filter.set(text, accepts)
        self._reset()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 is the order in which the rows were given."""
        descending = order == Qt.SortOrder.DescendingOrder and column >= 0
        keys = None if column == self._sort_column else self._shown_in_order()
        self._all = self._all if keys is None else None
        if keys is not None and len(keys) != len(self._shown):
            # Some went without a word: who holds an index must hear of it.
            self._sort_column, self._descending = column, descending
            self._reset()
            return
        self.sorting = True
        self.about_to_move.emit()
        self.layoutAboutToBeChanged.emit()
        kept = self._persistent()
        self._sort_column, self._descending = column, descending
        if keys is not None:
            self._shown = self._arranged(keys)
            if len(keys) == len(self._rows):
                self._all = self._shown
        self._restore(kept)
        self.layoutChanged.emit()
        self.sorting = False

    def _shown_in_order(self) -> list[str]:
        """The keys that are shown, in the order in which the rows were given."""
        if len(self._shown) == len(self._rows):
            return list(self._rows)
        shown = set(self._shown.keys)
        return [key for key in self._rows if key in shown]

    def _sort_key(self) -> Callable[[RowT], Any] | None:
        """By what a row is sorted; None for the order in which the rows were given."""
        if not 0 <= self._sort_column < len(self.columns):
            return None
        column = self.columns[self._sort_column]
        return column.key or column.text

    def _reset(self) -> None:
        """Filter everything anew, and sort it unless all rows stand in order already."""
        self.beginResetModel()
        rows, shown = self._rows, self._all
        # Rows may have come or gone of which nobody has told yet.
        if shown is None or len(shown) != len(rows) or not all(key in rows for key in shown.keys):
            shown = self._all = self._arranged(list(rows))
        hides = self._filter.hides
        self._shown = shown.only(self._filter.wanted(shown.keys)) if hides else shown
        self.endResetModel()

    def _arranged(self, keys: list[str]) -> SortedKeys:
        """These keys, which come in the order in which the rows were given, sorted."""
        sort_key, rows = self._sort_key(), self._rows
        there = rows.values() if len(keys) == len(rows) else map(rows.__getitem__, keys)
        made = SortedKeys()
        made.arrange(keys, None if sort_key is None else list(map(sort_key, there)))
        self._next_rank = len(rows)
        return made

    def _keep_all(self, changed: Iterable[str]) -> None:
        """Let the order of all rows follow what changed, where a filter hides some of them."""
        if self._all is None or self._all is self._shown:
            return
        sort_key = self._sort_key()
        for key in changed:
            row = self._rows.get(key)
            if row is None:
                self._all.drop(key)
            elif not self._all.follow(key, sort_key(row) if sort_key else 0, self._next_rank):
                self._next_rank += 1

    def _joined_texts(self, row: RowT) -> str:
        return "\n".join(column.text(row) for column in self.columns if column.searched)

    # -- changes in place

    def _remove(self, keys: list[str]) -> bool:
        runs = runs_of(sorted(self._shown.position(key) for key in keys))
        if len(runs) > RUNS_MAX:
            return False
        for first, last in reversed(runs):
            places = self._turned(first, last, len(self._shown))
            self.beginRemoveRows(_NO_PARENT, *places)
            self._shown.take_out(first, last)
            self.endRemoveRows()
        return True

    def _move(self, keys: list[str]) -> None:
        sort_key = self._sort_key()
        if not keys or sort_key is None:
            return
        self.about_to_move.emit()
        self.layoutAboutToBeChanged.emit()
        kept = self._persistent()
        for key in keys:
            at, rank = self._shown.position(key), self._shown.ranks[key]
            self._shown.take_out(at, at)
            placed = Placed(sort_key(self._rows[key]), rank, key)
            self._shown.put_in(self._shown.gap(placed.value, rank), [placed])
        self._restore(kept)
        self.layoutChanged.emit()

    def _insert(self, keys: list[str]) -> bool:
        sort_key = self._sort_key()
        runs: dict[int, list[Placed]] = {}
        for key in keys:
            value = 0 if sort_key is None else sort_key(self._rows[key])
            placed = Placed(value, self._rank_of(key), key)
            runs.setdefault(self._shown.gap(placed.value, placed.rank), []).append(placed)
        if len(runs) > RUNS_MAX:
            return False
        for gap, run in sorted(runs.items(), reverse=True):
            last = gap + len(run) - 1
            places = self._turned(gap, last, len(self._shown) + len(run))
            self.beginInsertRows(_NO_PARENT, *places)
            self._shown.put_in(gap, sorted(run, key=lambda placed: placed[:2]))
            self.endInsertRows()
        return True

    def _rank_of(self, key: str) -> int:
        """The rank of a row that was not shown: its own, or that of a new one."""
        if self._all is not None and self._all is not self._shown:
            return self._all.ranks[key]
        self._next_rank += 1
        return self._next_rank - 1

    def _turned(self, first: int, last: int, count: int) -> tuple[int, int]:
        """Between places and ascending positions of `count` rows, either way."""
        return (count - 1 - last, count - 1 - first) if self._descending else (first, last)

    def _persistent(self) -> list[tuple[QModelIndex, str, int]]:
        return [
            (index, self.key_at(index.row()), index.column())
            for index in self.persistentIndexList()
        ]

    def _restore(self, kept: list[tuple[QModelIndex, str, int]]) -> None:
        moved = [
            QModelIndex() if (place := self.place_of(key)) is None else self.index(place, column)
            for _, key, column in kept
        ]
        self.changePersistentIndexList([index for index, _, _ in kept], moved)

    def _repaint(self, keys: list[str]) -> None:
        runs = runs_of(self.places_of(keys))
        if len(runs) > PAINTED_RUNS_MAX:
            runs = [(runs[0][0], runs[-1][1])]
        last = len(self.columns) - 1
        for top, bottom in runs:
            self.dataChanged.emit(self.index(top, 0), self.index(bottom, last))

    # -- Qt's questions

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if role not in _ANSWERED or not index.isValid():
            return None
        place = index.row()
        row = self._rows.get(self._shown.keys[~place if self._descending else place])
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
