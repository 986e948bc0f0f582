"""The pane of the ledger: one's balance, every transfer, and what each was for."""

import asyncio
from collections.abc import Coroutine, Iterable
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from app.client.exports import ExportKind
from app.common.errors import HiveMindError
from app.common.vocabulary import TaskState
from proto import nodepool_pb2 as pb
from ui.console import Console
from ui.docks.pane import Pane
from ui.models.ledger_export import LedgerFile, refused_file
from ui.models.submission import draft_of_task, task_fields
from ui.models.transfers import LedgerFilter, TransfersModel, flows_of
from ui.pager import Pager
from ui.pool_state import Delta
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.export_menu import ask_place
from ui.widgets.flow_chart import FlowChart
from ui.widgets.ledger_filter import LedgerFilterBar
from ui.widgets.ledger_head import LedgerHead
from ui.widgets.table import Table
from ui.widgets.tone_label import ToneLabel
from ui.widgets.transfer_details import TransferDetails

PAGE_SIZE = 200
#: After a task of one's own ended.
REFRESH_MILLISECONDS = 1000
#: Rows looked through for the one before another.
_NEAR_ROWS = 200


class LedgerPane(Pane):
    """Loads pages as somebody scrolls; asks again when a task of one's own has ended."""

    name = "ledger"
    needs = ("ACCOUNT_READ",)

    transfer_wanted = Signal()
    pane_wanted = Signal(str)

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(console, parent)
        self._filter = LedgerFilter()
        self._explaining: asyncio.Task[None] | None = None
        self._exporting: asyncio.Task[None] | None = None
        self._loaded = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MILLISECONDS)
        self._timer.timeout.connect(self.refresh)
        self.model = TransfersModel(self)
        self._pager = Pager(self.model, self._page, self._load, self._show_loaded, self._replace)
        audits = console.may("LEDGER_READ")
        self._head = LedgerHead(
            pays=console.may("ACCOUNT_TRANSFER") or console.may("LEDGER_GRANT"), audits=audits
        )
        self._bar = LedgerFilterBar(others=audits)
        self._chart, self._details = FlowChart(), TransferDetails()
        self.table = Table(self.model)
        self.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        self.table.setAccessibleName(self.title())
        self._empty = ToneLabel("", Tone.QUIET)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._foot = ToneLabel("", Tone.QUIET)
        self._more = QPushButton(self.tr("Load &more"))
        self._stop = QPushButton(self.tr("&Stop the export"))
        self._lay_out()
        self._connect()

    def title(self) -> str:
        return self.tr("Ledger")

    def take(self, delta: Delta) -> None:
        if delta.reset or not self._loaded:
            self._timer.stop()
            self.refresh()
        elif not self._timer.isActive() and any(map(self._ended, delta.tasks)):
            self._timer.start()

    def refresh(self) -> None:
        """Ask for what is new."""
        if not self.console.connection.signed_in:
            return
        self._start(self.tr("Ask for the balance"), self._ask_balance())
        if self._loaded:
            self._pager.renew()
        else:
            self._begin(self._bar.value())
            if self.console.may("LEDGER_READ") and self.console.may("USERS_READ"):
                self._start(self.tr("List the users"), self._offer_users())

    def show_task(self, task_id: str) -> None:
        """Show what was paid for a task."""
        self._bar.show_task(task_id)

    # -- loading

    def _begin(self, wanted: LedgerFilter) -> None:
        self._filter, self._loaded = wanted, True
        self._pager.begin()

    def _load(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        return self._start(self.tr("Load the ledger"), work)

    def _start(self, title: str, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        return self.operations.start(title, work, otherwise=self._show_failure)

    async def _page(self, token: str) -> tuple[Iterable[pb.TransferInfo], str]:
        page = await self.console.pool.ledger.page(
            token, page_size=PAGE_SIZE, **self._filter.arguments()
        )
        return page.transfers, page.next_page_token

    def _replace(self, transfers: Iterable[pb.TransferInfo], more: bool) -> None:
        self.model.show(transfers, self._account(), more=more)
        # What is chosen stays so where it is among these too.
        self._explain(self.table.keys())

    async def _ask_balance(self) -> None:
        ledger = self.console.pool.ledger
        self._head.show_balance(await ledger.balance())
        if self.console.may("LEDGER_READ"):
            self._head.show_summary(await ledger.summary())

    async def _offer_users(self) -> None:
        """The first page of them: another one can be typed."""
        page = await self.console.pool.users.page()
        self._bar.offer_users([user.username for user in page.users])

    def _account(self) -> str:
        if self._filter.all_users:
            return ""
        return self._filter.username or self.console.connection.user.username

    def _show_loaded(self) -> None:
        count = self.model.total
        self._empty.setVisible(not count)
        self._empty.say(
            self.tr("Nothing fits the filter. Clear it to see all.")
            if self._filter != LedgerFilter()
            else self.tr("No transfers yet: submit a task, or lend a machine and earn."),
            Tone.QUIET,
        )
        self.table.setVisible(bool(count))
        self._more.setVisible(self._pager.more)
        text = self.tr("%n row(s)", "", count)
        if self._pager.more:
            text = self.tr("{rows}, and more: scroll on").format(rows=text)
        self._foot.say(text, Tone.QUIET)
        account = self._account()
        # Of some kinds only, the days would not add up to the balance.
        self._chart.setVisible(bool(account) and bool(count) and self._filter.kind is None)
        if account:
            self._chart.show_flows(flows_of(self.model.loaded, account))

    def _show_failure(self, error: HiveMindError) -> None:
        self._loaded = self._loaded and bool(self.model.total)
        self._foot.say(f"⚠ {shown(error.message)}", Tone.BAD)

    def _ended(self, task_id: str) -> bool:
        task = self.console.state.tasks.get(task_id)
        mine = self.console.connection.user.username
        return task is not None and task.owner == mine and TaskState(task.state).ended

    # -- a row explained

    def _explain(self, keys: list[str]) -> None:
        if self._explaining is not None:
            self._explaining.cancel()
            self._explaining = None
        place = self.model.place_of(keys[0]) if len(keys) == 1 else None
        if place is None:
            self._details.show_nothing()
            return
        transfer = self.model.row_at(place)
        hold = self.model.by_id(transfer.pending_id) if transfer.pending_id else None
        self._details.show_transfer(transfer, self._account(), hold)
        self._explaining = self.operations.start(
            self.tr("Explain a transfer"),
            self._ask_about(transfer),
            otherwise=lambda error: self._details.show_previous(shown(error.message)),
        )

    async def _ask_about(self, transfer: pb.TransferInfo) -> None:
        await self._ask_previous(transfer)
        if transfer.task_id and self.console.may("TASKS_READ"):
            task = await self.console.pool.tasks.get(transfer.task_id)
            self._details.show_task(task)
            if self.console.may("TASKS_SUBMIT"):
                fields = task_fields(draft_of_task(task)) | {"count": 1}
                quote = await self.console.pool.tasks.quote(**fields)
                self._details.show_formula(shown(quote.formula))

    async def _ask_previous(self, transfer: pb.TransferInfo) -> None:
        if transfer.sequence <= 1:
            self._details.show_previous(self.tr("none: it is the first row"))
            return
        if not self.console.may("LEDGER_READ"):
            self._details.show_previous(self.tr("shown to those who may read the whole ledger"))
            return
        until = transfer.at.ToDatetime(UTC) + timedelta(microseconds=1)
        page = await self.console.pool.ledger.page(
            page_size=_NEAR_ROWS, all_users=True, until=until
        )
        before = [one for one in page.transfers if one.sequence == transfer.sequence - 1]
        self._details.show_previous(before[0].hash if before else self.tr("not found nearby"))

    def _show_hold(self, transfer_id: str) -> None:
        hold = self.model.by_id(transfer_id)
        if hold is not None:
            self.table.select_keys([str(hold.sequence)])

    def _show_task(self, task_id: str) -> None:
        self.console.selection.select_tasks([task_id])
        self.pane_wanted.emit("tasks")

    # -- verify and export

    def _verify(self) -> None:
        self._head.say(self.tr("Verifying every row…"), Tone.QUIET)
        self.operations.start(
            self.tr("Verify the ledger"),
            self.console.pool.ledger.verify(),
            then=self._head.show_verification,
            otherwise=lambda error: self._head.say(f"⚠ {shown(error.message)}", Tone.BAD),
        )

    def _ask_export(self, kind: ExportKind) -> None:
        title = self.tr("Export the ledger")
        ask_place(self, title, "ledger", kind, lambda path: self.export(path, kind))

    def export(self, path: Path, kind: ExportKind) -> None:
        """Write all that the filter gives to the file at `path`."""
        if self._exporting is not None:
            self._exporting.cancel()
        self._stop.show()
        self._exporting = self.operations.start(
            self.tr("Export the ledger"),
            self._export(path, kind),
            then=lambda count: self._head.say(
                self.tr("✓ %n row(s) written to {path}", "", count).format(path=path), Tone.GOOD
            ),
            otherwise=lambda error: self._head.say(f"⚠ {shown(error.message)}", Tone.BAD),
        )
        self._exporting.add_done_callback(lambda _task: self._stop.hide())

    async def _export(self, path: Path, kind: ExportKind) -> int:
        count, wanted, account = 0, self._filter.arguments(), self._account()
        try:
            file = await asyncio.to_thread(LedgerFile, path, kind, account)
            with file:
                token = ""
                while True:
                    page = await self.console.pool.ledger.page(token, page_size=1000, **wanted)
                    count = await asyncio.to_thread(file.add, page.transfers)
                    self._head.say(self.tr("Exporting: %n row(s)…", "", count), Tone.QUIET)
                    token = page.next_page_token
                    if not token:
                        return count
        except OSError as error:
            raise refused_file(path, error) from error

    def _stop_export(self) -> None:
        if self._exporting is not None:
            self._exporting.cancel()
            self._head.say(self.tr("The export was stopped: no file was written."), Tone.QUIET)

    # -- making

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.addWidget(self._foot, 1)
        foot.addWidget(self._stop)
        foot.addWidget(self._more)
        self._stop.hide()
        self._more.hide()
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table, 1)
        column.addWidget(self._empty, 1)
        column.addLayout(foot)
        self._empty.hide()
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(self._details)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        split.setSizes([700, 280])
        self.column.addWidget(self._head)
        self.column.addWidget(self._chart)
        self.column.addWidget(self._bar)
        self.column.addWidget(split, 1)

    def _connect(self) -> None:
        self._more.clicked.connect(self._pager.go_on)
        self._stop.clicked.connect(self._stop_export)
        self._bar.changed.connect(self._begin)
        self._head.transfer_wanted.connect(self.transfer_wanted)
        self._head.verify_wanted.connect(self._verify)
        self._head.export_wanted.connect(self._ask_export)
        self.table.chosen.connect(self._explain)
        self._details.task_wanted.connect(self._show_task)
        self._details.row_wanted.connect(self._show_hold)
