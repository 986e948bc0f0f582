"""The pane of the audit log: who did what to what, and whether nobody changed the record."""

import asyncio
from collections.abc import Coroutine, Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from app.client.audit_export import AUDIT_SHAPE
from app.client.audit_filter import ALL, AuditFilter
from app.client.exports import ExportFile, ExportKind
from app.common.errors import HiveMindError
from proto import nodepool_pb2 as pb
from ui import formats
from ui.console import Console
from ui.docks.pane import Pane
from ui.icons import dress
from ui.models.audit import AuditModel
from ui.models.ledger_export import refused_file
from ui.pager import Pager
from ui.pool_state import Delta
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.audit_details import AuditDetails
from ui.widgets.audit_filter import AuditFilterBar
from ui.widgets.export_menu import ExportButton, ask_place
from ui.widgets.table import Table
from ui.widgets.tone_label import ToneLabel

PAGE_SIZE = 200
#: Rows a request while all of them are written to a file.
EXPORT_PAGE_SIZE = 1000


class AuditPane(Pane):
    """Loads pages as somebody scrolls. The watch does not tell of acts: asked for when shown."""

    name = "audit"
    needs = ("AUDIT_READ",)

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(console, parent)
        self._filter = ALL
        self._exporting: asyncio.Task[None] | None = None
        self._loaded = False
        self.model = AuditModel(self)
        self._pager = Pager(self.model, self._page, self._load, self._show_loaded)
        self.table = Table(self.model)
        self.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        self.table.setAccessibleName(self.title())
        self._bar, self._details = AuditFilterBar(), AuditDetails()
        self._refresh = QPushButton(self.tr("Re&fresh"))
        dress(self._refresh, "refresh")
        self._verify = QPushButton(self.tr("&Verify"))
        self._verify.setToolTip(self.tr("Compute every row's hash anew, and compare."))
        self._export = ExportButton()
        self._said = ToneLabel(self.tr("Who did what to what, the newest first."), Tone.QUIET)
        self._empty = ToneLabel("", Tone.QUIET)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._foot = ToneLabel("", Tone.QUIET)
        self._more = QPushButton(self.tr("Load &more"))
        self._stop = QPushButton(self.tr("&Stop the export"))
        self._lay_out()
        self._connect()

    def title(self) -> str:
        return self.tr("Audit")

    def take(self, delta: Delta) -> None:
        if delta.reset or not self._loaded:
            self.refresh()

    def refresh(self) -> None:
        """Ask for what is new."""
        if not self.console.connection.signed_in:
            return
        if self._loaded:
            self._pager.renew()
            return
        self._begin(self._bar.value())
        if self.console.may("USERS_READ"):
            self.operations.start(
                self.tr("List the users"), self._offer_people(), otherwise=self._show_failure
            )

    # -- loading

    def _begin(self, wanted: AuditFilter) -> None:
        self._filter, self._loaded = wanted, True
        self._pager.begin()

    def _load(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        return self.operations.start(
            self.tr("Load the audit log"), work, otherwise=self._show_failure
        )

    async def _page(self, token: str) -> tuple[Iterable[pb.AuditEvent], str]:
        page = await self.console.pool.audit.page(self._filter, token, page_size=PAGE_SIZE)
        return page.events, page.next_page_token

    async def _offer_people(self) -> None:
        """The first page of them: another one can be typed."""
        page = await self.console.pool.users.page()
        self._bar.offer_people([user.username for user in page.users])

    def _show_loaded(self) -> None:
        count = self.model.total
        self._empty.setVisible(not count)
        self._empty.say(
            self.tr("Nothing fits the filter. Clear it to see all.")
            if self._filter != ALL
            else self.tr("Nothing has been done yet: what people do from now on is seen here."),
            Tone.QUIET,
        )
        self.table.setVisible(bool(count))
        self._more.setVisible(self._pager.more)
        text = self.tr("%n row(s)", "", count)
        if self._pager.more:
            text = self.tr("{rows}, and more: scroll on").format(rows=text)
        self._foot.say(text, Tone.QUIET)
        self._show_chosen(self.table.keys())

    def _show_failure(self, error: HiveMindError) -> None:
        self._loaded = self._loaded and bool(self.model.total)
        self._foot.say(f"⚠ {shown(error.message)}", Tone.BAD)

    def _show_chosen(self, keys: list[str]) -> None:
        place = self.model.place_of(keys[0]) if len(keys) == 1 else None
        if place is None:
            self._details.show_nothing()
        else:
            self._details.show_event(self.model.row_at(place))

    # -- verify and export

    def _ask_verification(self) -> None:
        self._say(self.tr("Verifying every row…"), Tone.QUIET)
        self.operations.start(
            self.tr("Verify the audit log"),
            self.console.pool.audit.verify(),
            then=self._show_verification,
            otherwise=self._say_failure,
        )

    def _show_verification(self, found: pb.VerifyAuditResponse) -> None:
        if found.ok:
            text = self.tr(
                "✓ The audit log is sound: {rows} rows, each follows from the one before. "
                "Note the last hash to prove it later: {head}"
            ).format(rows=formats.count(found.rows), head=found.head_hash)
            self._say(text, Tone.GOOD)
            return
        text = self.tr(
            "⚠ The audit log was changed at row {row}: {fault} "
            "Stop the master and compare with a backup."
        ).format(row=formats.count(found.first_bad_sequence), fault=shown(found.fault))
        self._say(text, Tone.BAD)

    def _ask_export(self, kind: ExportKind) -> None:
        title = self.tr("Export the audit log")
        ask_place(self, title, "audit", kind, lambda path: self.export(path, kind))

    def export(self, path: Path, kind: ExportKind) -> None:
        """Write all that the filter gives to the file at `path`."""
        if self._exporting is not None:
            self._exporting.cancel()
        self._stop.show()
        self._exporting = self.operations.start(
            self.tr("Export the audit log"),
            self._write(path, kind),
            then=lambda count: self._say(
                self.tr("✓ %n row(s) written to {path}", "", count).format(path=path), Tone.GOOD
            ),
            otherwise=self._say_failure,
        )
        self._exporting.add_done_callback(lambda _task: self._stop.hide())

    async def _write(self, path: Path, kind: ExportKind) -> int:
        count, token, wanted = 0, "", self._filter
        try:
            with await asyncio.to_thread(ExportFile, path, kind, AUDIT_SHAPE) as file:
                while True:
                    page = await self.console.pool.audit.page(
                        wanted, token, page_size=EXPORT_PAGE_SIZE
                    )
                    count = await asyncio.to_thread(file.add, page.events)
                    self._say(self.tr("Exporting: %n row(s)…", "", count), Tone.QUIET)
                    token = page.next_page_token
                    if not token:
                        return count
        except OSError as error:
            raise refused_file(path, error) from error

    def _stop_export(self) -> None:
        if self._exporting is not None:
            self._exporting.cancel()
            self._say(self.tr("The export was stopped: no file was written."), Tone.QUIET)

    def _say_failure(self, error: HiveMindError) -> None:
        self._say(f"⚠ {shown(error.message)}", Tone.BAD)

    def _say(self, text: str, tone: Tone) -> None:
        self._said.say(text, tone)

    # -- making

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._said, 1)
        for button in (self._refresh, self._export, self._verify):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
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
        split.addWidget(self._details)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        split.setSizes([720, 260])
        self.column.addLayout(head)
        self.column.addWidget(self._bar)
        self.column.addWidget(split, 1)

    def _connect(self) -> None:
        self._more.clicked.connect(self._pager.go_on)
        self._stop.clicked.connect(self._stop_export)
        self._refresh.clicked.connect(self.refresh)
        self._verify.clicked.connect(self._ask_verification)
        self._export.wanted.connect(self._ask_export)
        self._bar.changed.connect(self._begin)
        self.table.chosen.connect(self._show_chosen)
        again = QShortcut(QKeySequence(QKeySequence.StandardKey.Refresh), self)
        again.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        again.activated.connect(self.refresh)
