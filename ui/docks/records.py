"""What the panes of the two records have in common, the ledger and the audit log."""

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from app.common.errors import HiveMindError, Reason
from app.common.exports import ExportFile, ExportKind
from ui.console import Console
from ui.docks.pane import Pane
from ui.models.paged import PagedModel
from ui.pager import Pager
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.export_menu import ask_place
from ui.widgets.table import Table
from ui.widgets.tone_label import ToneLabel

PAGE_SIZE = 200
#: Rows a request while all of them are written to a file.
EXPORT_PAGE_SIZE = 1000

RowT = TypeVar("RowT")
FilterT = TypeVar("FilterT")


class _Counts(QObject):
    """What is said of so many rows.

    Not by the pane itself: of a text with a count, Qt takes no translation of a base class's.
    """

    def rows(self, count: int) -> str:
        return self.tr("%n row(s)", "", count)

    def written(self, count: int, path: Path) -> str:
        return self.tr("✓ %n row(s) written to {path}", "", count).format(path=path)

    def so_far(self, count: int) -> str:
        return self.tr("Exporting: %n row(s)…", "", count)


class RecordsPane(Pane, Generic[RowT, FilterT]):
    """Rows that only grow, the newest first: loaded in pages as somebody scrolls, and exported.

    `unfiltered` is the filter that takes all rows. A subclass calls `_lay_out` and keeps to the
    hooks below.
    """

    def __init__(
        self,
        console: Console,
        model: PagedModel[RowT],
        unfiltered: FilterT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(console, parent)
        self.model = model
        model.setParent(self)
        self._unfiltered = self._filter = unfiltered
        self._counts = _Counts(self)
        self._exporting: asyncio.Task[None] | None = None
        self._loaded = False
        self._pager = Pager(model, self._page, self._load, self._show_loaded, self._replace)
        self.table = Table(model)
        self.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        self.table.setAccessibleName(self.title())
        self._empty = ToneLabel("", Tone.QUIET)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._foot = ToneLabel("", Tone.QUIET)
        self._more = QPushButton(self.tr("Load more"))
        self._stop = QPushButton(self.tr("Stop the export"))

    # -- hooks

    async def _ask(self, wanted: FilterT, token: str, page_size: int) -> tuple[Iterable[RowT], str]:
        """A page of the rows that `wanted` takes, and the next page's token."""
        raise NotImplementedError

    def _wanted(self) -> FilterT:
        """The filter as it is set."""
        raise NotImplementedError

    def _offer_people(self, usernames: list[str]) -> None:
        """Whom the filter can be set to; others can be typed."""
        raise NotImplementedError

    def _file(self, path: Path, kind: ExportKind) -> ExportFile[RowT]:
        """The file at `path`, for rows as they are shown now. Blocks."""
        raise NotImplementedError

    def _show_chosen(self, keys: list[str]) -> None:
        """Explain the row that is chosen."""
        raise NotImplementedError

    def _say(self, text: str, tone: Tone) -> None:
        """Say above the rows what came of what was asked for."""
        raise NotImplementedError

    def _nothing_yet(self) -> str:
        """What to say where there is no row at all."""
        raise NotImplementedError

    def _loading(self) -> str:
        """What the loading of rows is called."""
        raise NotImplementedError

    def _export_title(self) -> str:
        """What the export is called."""
        raise NotImplementedError

    # -- loading

    def refresh(self) -> None:
        """Ask for what is new."""
        if not self.console.connection.signed_in:
            return
        if self._loaded:
            self._pager.renew()
            return
        self._begin(self._wanted())
        if self.console.may("USERS_READ"):
            self._start(self.tr("List the users"), self._ask_people())

    def _begin(self, wanted: FilterT) -> None:
        self._filter, self._loaded = wanted, True
        self._pager.begin()

    def _load(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        return self._start(self._loading(), work)

    def _start(self, title: str, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        return self.operations.start(title, work, otherwise=self._show_failure)

    async def _page(self, token: str) -> tuple[Iterable[RowT], str]:
        return await self._ask(self._filter, token, PAGE_SIZE)

    def _replace(self, rows: Iterable[RowT], more: bool) -> None:
        self._put_rows(rows, more)
        # What is chosen stays so where it is among these too.
        self._show_chosen(self.table.keys())

    def _put_rows(self, rows: Iterable[RowT], more: bool) -> None:
        self.model.replace(rows, more=more)

    async def _ask_people(self) -> None:
        """The first page of them."""
        page = await self.console.pool.users.page()
        self._offer_people([user.username for user in page.users])

    def _show_loaded(self) -> None:
        count = self.model.total
        self._empty.setVisible(not count)
        self._empty.say(
            self.tr("Nothing fits the filter. Clear it to see all.")
            if self._filter != self._unfiltered
            else self._nothing_yet(),
            Tone.QUIET,
        )
        self.table.setVisible(bool(count))
        self._more.setVisible(self._pager.more)
        text = self._counts.rows(count)
        if self._pager.more:
            text = self.tr("{rows}, and more: scroll on").format(rows=text)
        self._foot.say(text, Tone.QUIET)

    def _show_failure(self, error: HiveMindError) -> None:
        self._loaded = self._loaded and bool(self.model.total)
        self._foot.say(f"⚠ {shown(error.message)}", Tone.BAD)

    def _say_failure(self, error: HiveMindError) -> None:
        self._say(f"⚠ {shown(error.message)}", Tone.BAD)

    # -- export

    def _ask_export(self, kind: ExportKind) -> None:
        ask_place(self, self._export_title(), self.name, kind, lambda path: self.export(path, kind))

    def export(self, path: Path, kind: ExportKind) -> None:
        """Write all that the filter gives to the file at `path`."""
        if self._exporting is not None:
            self._exporting.cancel()
        self._stop.show()
        self._exporting = self.operations.start(
            self._export_title(),
            self._write(path, kind),
            then=lambda count: self._say(self._counts.written(count, path), Tone.GOOD),
            otherwise=self._say_failure,
        )
        self._exporting.add_done_callback(lambda _task: self._stop.hide())

    async def _write(self, path: Path, kind: ExportKind) -> int:
        wanted, token = self._filter, ""
        try:
            with await asyncio.to_thread(self._file, path, kind) as file:
                while True:
                    rows, token = await self._ask(wanted, token, EXPORT_PAGE_SIZE)
                    count = await asyncio.to_thread(file.add, rows)
                    self._say(self._counts.so_far(count), Tone.QUIET)
                    if not token:
                        return count
        except OSError as error:
            text = self.tr("{path} cannot be written: {why}. Choose another place.")
            why = error.strerror or error
            raise HiveMindError(Reason.INVALID_FIELD, text.format(path=path, why=why)) from error

    def _stop_export(self) -> None:
        if self._exporting is not None:
            self._exporting.cancel()
            self._say(self.tr("The export was stopped: no file was written."), Tone.QUIET)

    # -- making

    def _lay_out(self, above: Sequence[QWidget], details: QWidget) -> None:
        """Stack it up: what is `above`, then the rows beside the `details` of one."""
        foot = QHBoxLayout()
        foot.addWidget(self._foot, 1)
        foot.addWidget(self._stop)
        foot.addWidget(self._more)
        for widget in (self._stop, self._more, self._empty):
            widget.hide()
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table, 1)
        column.addWidget(self._empty, 1)
        column.addLayout(foot)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(details)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        split.setSizes([700, 280])
        for each in above:
            self.column.addWidget(each)
        self.column.addWidget(split, 1)
        self._more.clicked.connect(self._pager.go_on)
        self._stop.clicked.connect(self._stop_export)
        self.table.chosen.connect(self._show_chosen)
