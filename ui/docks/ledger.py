"""The pane of the ledger: one's balance, every transfer, and what each was for."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, timedelta
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.common.exports import ExportKind
from proto import nodepool_pb2 as pb
from ui.console import Console
from ui.docks.records import RecordsPane
from ui.models.ledger_export import LedgerFile
from ui.models.submission import draft_of_task, task_fields
from ui.models.transfers import LedgerFilter, TransfersModel, flows_of
from ui.pool_state import Delta
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.flow_chart import FlowChart
from ui.widgets.ledger_filter import LedgerFilterBar
from ui.widgets.ledger_head import LedgerHead
from ui.widgets.transfer_details import TransferDetails

#: After money was moved.
REFRESH_MILLISECONDS = 1000
#: Rows looked through for the one before another.
_NEAR_ROWS = 200


class LedgerPane(RecordsPane[pb.TransferInfo, LedgerFilter]):
    """Asks again when there are transfers that it would show."""

    name = "ledger"
    needs = ("ACCOUNT_READ",)

    transfer_wanted = Signal()
    pane_wanted = Signal(str)

    model: TransfersModel

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(console, TransfersModel(), LedgerFilter(), parent)
        self._explaining: asyncio.Task[None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MILLISECONDS)
        self._timer.timeout.connect(self.refresh)
        audits = console.may("LEDGER_READ")
        self._head = LedgerHead(
            pays=console.may("ACCOUNT_TRANSFER") or console.may("LEDGER_GRANT"), audits=audits
        )
        self._bar = LedgerFilterBar(others=audits)
        self._chart, self._details = FlowChart(), TransferDetails()
        self._lay_out([self._head, self._chart, self._bar], self._details)
        self._connect()

    def title(self) -> str:
        return self.tr("Ledger")

    def take(self, delta: Delta) -> None:
        balance = self.console.state.balance
        if balance is not None and (delta.balance or delta.reset):
            self._head.show_balance(balance)
        grew = delta.balance or (delta.transfers and self._shows_others)
        if delta.reset or not self._loaded:
            self._timer.stop()
            self.refresh()
        elif grew and not self._timer.isActive():
            self._timer.start()

    def refresh(self) -> None:
        if self.console.connection.signed_in and self.console.may("LEDGER_READ"):
            self._start(self.tr("Sum the ledger up"), self._ask_summary())
        super().refresh()

    def show_task(self, task_id: str) -> None:
        """Show what was paid for a task."""
        self._bar.show_task(task_id)

    # -- its rows

    async def _ask(
        self, wanted: LedgerFilter, token: str, page_size: int
    ) -> tuple[Iterable[pb.TransferInfo], str]:
        page = await self.console.pool.ledger.page(token, page_size=page_size, **wanted.arguments())
        return page.transfers, page.next_page_token

    def _wanted(self) -> LedgerFilter:
        return self._bar.value()

    def _offer_people(self, usernames: list[str]) -> None:
        self._bar.offer_users(usernames)

    def _file(self, path: Path, kind: ExportKind) -> LedgerFile:
        return LedgerFile(path, kind, self._account())

    def _say(self, text: str, tone: Tone) -> None:
        self._head.say(text, tone)

    def _nothing_yet(self) -> str:
        return self.tr("No transfers yet: submit a task, or lend a machine and earn.")

    def _loading(self) -> str:
        return self.tr("Load the ledger")

    def _export_title(self) -> str:
        return self.tr("Export the ledger")

    def _put_rows(self, rows: Iterable[pb.TransferInfo], more: bool) -> None:
        self.model.show(rows, self._account(), more=more)

    def _show_loaded(self) -> None:
        super()._show_loaded()
        account = self._account()
        # Of some kinds only, the days would not add up to the balance.
        whole = bool(account) and self._filter.kind is None
        self._chart.setVisible(whole and bool(self.model.total))
        if account:
            self._chart.show_flows(flows_of(self.model.loaded, account))

    def _account(self) -> str:
        if self._filter.all_users:
            return ""
        return self._filter.username or self.console.connection.user.username

    @property
    def _shows_others(self) -> bool:
        return bool(self._filter.all_users or self._filter.username)

    async def _ask_summary(self) -> None:
        self._head.show_summary(await self.console.pool.ledger.summary())

    # -- a row explained

    def _show_chosen(self, keys: list[str]) -> None:
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

    # -- verify

    def _verify(self) -> None:
        self._head.say(self.tr("Verifying every row…"), Tone.QUIET)
        self.operations.start(
            self.tr("Verify the ledger"),
            self.console.pool.ledger.verify(),
            then=self._head.show_verification,
            otherwise=self._say_failure,
        )

    def _connect(self) -> None:
        self._bar.changed.connect(self._begin)
        self._head.transfer_wanted.connect(self.transfer_wanted)
        self._head.verify_wanted.connect(self._verify)
        self._head.export_wanted.connect(self._ask_export)
        self._details.task_wanted.connect(self._show_task)
        self._details.row_wanted.connect(self._show_hold)
