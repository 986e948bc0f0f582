"""A hundred thousand tasks in their pane, beside a bare QTableView over the same texts."""

import gc
import tempfile
from functools import partial
from operator import itemgetter
from pathlib import Path
from statistics import median
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView
from shiboken6 import delete

from app.common.garbage import set_aside
from bench.console_parts import sample
from bench.console_parts.qt import Stopwatch, application, lone_console, paint, ratio
from proto import nodepool_pb2 as pb
from ui.console import Console
from ui.docks.tasks import TasksPane
from ui.pool_state import Delta

SIZE = (1280, 720)
ROUNDS = 3
PAGES = 20
#: A word of some rows, one that is nowhere, and two words: as people type.
FILTERS = ("resnet", "no-such-word", "lab-01 word")

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
_NO_PARENT = QModelIndex()


class PlainModel(QAbstractTableModel):
    """Texts made before, sorted and filtered by the plainest means."""

    def __init__(self, titles: list[str], rows: list[tuple[str, ...]]) -> None:
        super().__init__()
        self._titles, self._all = titles, rows
        self._rows = list(rows)
        self._texts = ["\n".join(row).casefold() for row in rows]

    def rowCount(self, parent: Index = _NO_PARENT) -> int:  # noqa: N802 - Qt's name
        """Qt's own."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:  # noqa: N802 - Qt's name
        """Qt's own."""
        return 0 if parent.isValid() else len(self._titles)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Qt's own."""
        return self._rows[index.row()][index.column()] if role == Role.DisplayRole else None

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Qt's own."""
        shown = role == Role.DisplayRole and orientation == Qt.Orientation.Horizontal
        return self._titles[section] if shown else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column's text."""
        self.layoutAboutToBeChanged.emit()
        self._rows.sort(key=itemgetter(column), reverse=order == Qt.SortOrder.DescendingOrder)
        self.layoutChanged.emit()

    def show_only(self, words: str) -> None:
        """Show the rows in which all words occur."""
        self.beginResetModel()
        wanted = words.split()
        self._rows = [
            row
            for row, text in zip(self._all, self._texts, strict=True)
            if all(word in text for word in wanted)
        ]
        self.endResetModel()


def bare_view(model: PlainModel) -> QTableView:
    """A QTableView as it comes, with the fixed heights without which nobody could use it."""
    view = QTableView()
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.resize(*SIZE)
    view.setModel(model)
    view.show()
    paint(view.viewport())
    return view


class Ours:
    """The tasks' pane in the same steps."""

    def __init__(self, console: Console) -> None:
        self.pane = TasksPane(console)
        self.pane.resize(*SIZE)
        self.pane.show()
        self.viewport = self.pane.table.viewport()
        paint(self.viewport)

    def sort(self, column: int, order: Qt.SortOrder) -> None:
        self.pane.table.sortByColumn(column, order)
        paint(self.viewport)

    def filter(self, words: str) -> None:
        self.pane.filter.setText(words)
        self.pane._apply_filter()
        QApplication.processEvents()
        if self.pane.model.rowCount():
            paint(self.viewport)

    def filter_unprepared(self, words: str, turns: Stopwatch) -> None:
        """Filter before the words are known; the turns that Qt has until it is done."""
        self.pane.filter.setText(words)
        turns.take(self.pane._apply_filter)
        while self.pane._filter_waits:
            turns.take(QApplication.processEvents)
        paint(self.viewport)

    def select_all(self) -> None:
        self.pane.table.selectAll()
        paint(self.viewport)

    def close(self) -> None:
        self.pane.hide()
        delete(self.pane)


def measure(short: bool) -> dict[str, float]:
    """Figures of the tasks' pane with 100,000 tasks (2,000 where it is to be short)."""
    application()
    count, rounds = (2_000, 1) if short else (100_000, ROUNDS)
    with tempfile.TemporaryDirectory(prefix="hivemind-bench-") as name:
        console = lone_console(Path(name))
        state = console.state
        state.tasks, state.at_seconds = sample.tasks(count), float(sample.NOW)
        unset, set_apart = Stopwatch(), Stopwatch()
        unset.take(gc.collect)
        # As the feed does with a snapshot.
        set_apart.take(set_aside)
        figures = unset.figures("garbage_not_set_aside") | set_apart.figures("garbage_set_aside")
        collected = Stopwatch()
        collected.take(gc.collect)
        figures |= collected.figures("garbage_collection")
        found, watches = _measure_pane(console, rounds)
        figures |= found
    figures |= _measure_bare(console, rounds, watches)
    return {"tasks": count, **figures}


def _measure_pane(console: Console, rounds: int) -> tuple[dict[str, float], dict[str, Stopwatch]]:
    watches = {
        name: Stopwatch()
        for name in ("open", "sort", "filter_unprepared", "filter", "select_all", "scroll", "reset")
    }
    by_column: dict[str, Stopwatch] = {}
    stalls_ms: list[float] = []
    for _ in range(rounds):
        made: list[Ours] = []
        watches["open"].take(partial(_open, console, made))
        (ours,) = made
        turns = Stopwatch()
        watches["filter_unprepared"].take(partial(ours.filter_unprepared, "resnet", turns))
        stalls_ms.append(max(turns.wall_ms))
        for words in FILTERS:
            watches["filter"].take(partial(ours.filter, words))
            watches["filter"].take(partial(ours.filter, ""))
        for number, column in enumerate(ours.pane.model.columns):
            watch = by_column.setdefault(column.name, Stopwatch())
            for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
                watch.take(partial(ours.sort, number, order))
        watches["select_all"].take(ours.select_all)
        ours.pane.table.clearSelection()
        bar = ours.pane.table.verticalScrollBar()
        for page in range(PAGES):
            bar.setValue(bar.maximum() * page // PAGES)
            watches["scroll"].take(partial(paint, ours.viewport))
        bar.setValue(0)
        watches["reset"].take(partial(_reset, console, ours))
        ours.close()
    figures = {"filter_unprepared_stall_ms": median(stalls_ms)}
    for column_name, watch in by_column.items():
        figures |= watch.figures(f"sort_{column_name}")
    watches["sort"] = max(by_column.values(), key=lambda watch: watch.figures("")["_cpu_ms"])
    for name, watch in watches.items():
        figures |= watch.figures(name)
    return figures, watches


def _open(console: Console, made: list[Ours]) -> None:
    made.append(Ours(console))


def _reset(console: Console, ours: Ours) -> None:
    console.feed.changed.emit(Delta(reset=True))
    paint(ours.viewport)


def _texts(console: Console) -> tuple[list[str], list[tuple[str, ...]]]:
    pane = TasksPane(console)
    columns = pane.model.columns
    rows = [tuple(column.text(task) for column in columns) for task in _all(console)]
    titles = [column.title for column in columns]
    delete(pane)
    return titles, rows


def _all(console: Console) -> list[pb.TaskInfo]:
    return list(console.state.tasks.values())


def _measure_bare(console: Console, rounds: int, ours: dict[str, Stopwatch]) -> dict[str, float]:
    titles, rows = _texts(console)
    bare = {name: Stopwatch() for name in ("open", "sort", "filter", "select_all", "scroll")}
    for number in range(rounds):
        made: list[tuple[PlainModel, QTableView]] = []

        def begin(made: list[tuple[PlainModel, QTableView]] = made) -> None:
            model = PlainModel(titles, rows)
            made.append((model, bare_view(model)))

        bare["open"].take(begin)
        ((model, view),) = made
        _use_bare(model, view, bare)
        if number == 0:
            bare["select_all"].take(view.selectAll, partial(paint, view.viewport()))
        delete(view)
        delete(model)
    figures: dict[str, float] = {}
    for name, watch in bare.items():
        figures |= watch.figures(f"bare_{name}")
        figures[f"{name}_ratio"] = ratio(ours[name], watch)
    return figures


def _use_bare(model: PlainModel, view: QTableView, bare: dict[str, Stopwatch]) -> None:
    viewport, bar = view.viewport(), view.verticalScrollBar()
    for words in FILTERS:
        for each in (words, ""):
            bare["filter"].take(partial(model.show_only, each), partial(paint, viewport))
    for column in range(model.columnCount()):
        for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
            bare["sort"].take(partial(model.sort, column, order), partial(paint, viewport))
    for page in range(PAGES):
        bar.setValue(bar.maximum() * page // PAGES)
        bare["scroll"].take(partial(paint, viewport))
