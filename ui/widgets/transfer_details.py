"""One row of the ledger explained: what it is, what it belongs to, how it is chained."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.common.vocabulary import AttemptOutcome, ResultCheck, TransferKind
from proto import nodepool_pb2 as pb
from ui import formats
from ui.models.transfers import (
    MARKS,
    account_word,
    amount_text,
    amount_tone,
    kind_meaning,
    kind_word,
    memo,
    payer_of,
)
from ui.widgets.record_details import RecordDetails, spaced


class TransferDetails(RecordDetails):
    """`task_wanted` and `row_wanted` carry ids that somebody wants to see."""

    task_wanted = Signal(str)
    row_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._transfer = pb.TransferInfo()
        self._show_task = QPushButton(self.tr("Show task"))
        self._show_hold = QPushButton(self.tr("Show the hold"))
        self._show_task.clicked.connect(lambda: self.task_wanted.emit(self._transfer.task_id))
        self._show_hold.clicked.connect(lambda: self.row_wanted.emit(self._transfer.pending_id))
        row = QHBoxLayout()
        row.addWidget(self._show_task)
        row.addWidget(self._show_hold)
        row.addStretch(1)
        self._begin(self._labels(), below=row)
        self.show_nothing()

    def _labels(self) -> dict[str, str]:
        return {
            "at": self.tr("When:"),
            "sides": self.tr("From, to:"),
            "amount": self.tr("Amount:"),
            "balance": self.tr("Balance after:"),
            "memo": self.tr("Memo:"),
            "task": self.tr("Task:"),
            "attempt": self.tr("Attempt:"),
            "formula": self.tr("Price:"),
            "resolves": self.tr("Resolves:"),
            "hash": self.tr("Hash:"),
            "previous": self.tr("Previous hash:"),
        }

    def show_nothing(self) -> None:
        """No row is chosen."""
        self._transfer = pb.TransferInfo()
        self._head(self.tr("No row chosen"), self.tr("Choose a row to see what it was for."))
        self._clear()
        self._show_task.hide()
        self._show_hold.hide()

    def show_transfer(
        self, transfer: pb.TransferInfo, account: str, hold: pb.TransferInfo | None
    ) -> None:
        """Show a row from the side of `account`; `hold` is the one it resolves, if it is loaded."""
        self._transfer = transfer
        kind = TransferKind(transfer.kind)
        self._head(
            self.tr("{mark} {kind}, row {number}").format(
                mark=MARKS[kind], kind=kind_word(kind), number=formats.count(transfer.sequence)
            ),
            kind_meaning(kind),
        )
        self._put("at", formats.moment(transfer.at))
        self._put("sides", f"{account_word(payer_of(transfer))} → {account_word(transfer.to)}")
        self._put("amount", amount_text(transfer, account), amount_tone(transfer, account))
        self._put("balance", formats.cpt(transfer.balance_after_mcpt) if account else "")
        self._put("memo", memo(transfer))
        self._put("task", transfer.task_id)
        self._put("attempt", "")
        self._put("formula", "")
        self._put("resolves", self._hold_text(transfer, hold))
        self._put("hash", spaced(transfer.hash))
        self._put("previous", "")
        self._show_task.setVisible(bool(transfer.task_id))
        self._show_hold.setVisible(hold is not None)

    def show_task(self, task: pb.TaskInfo) -> None:
        """What is known of the task that the row was for."""
        self._put("task", f"{task.name}\n{task.task_id}" if task.name else task.task_id)
        succeeded = int(AttemptOutcome.SUCCEEDED)
        accepted = {int(ResultCheck.NONE), int(ResultCheck.AGREED)}
        good = [
            one
            for one in task.attempts
            if int(one.outcome) == succeeded and int(one.result_check) in accepted
        ]
        paid = good[-1] if good else None
        if paid is not None:
            self._put(
                "attempt",
                self.tr("{number} of {count}, on {node}").format(
                    number=paid.number, count=len(task.attempts), node=paid.node_name
                ),
            )
        elif task.attempt:
            self._put("attempt", self.tr("%n so far", "", task.attempt))

    def show_formula(self, formula: str) -> None:
        """How the price came about."""
        self._put("formula", formula)

    def show_previous(self, text: str) -> None:
        """The hash that this row's hash goes on from, or why it is not shown."""
        self._put("previous", spaced(text) if len(text) == 64 else text)

    def _hold_text(self, transfer: pb.TransferInfo, hold: pb.TransferInfo | None) -> str:
        if not transfer.pending_id:
            return ""
        if hold is None:
            return self.tr("the hold {id}").format(id=transfer.pending_id)
        return self.tr("the hold of {amount}, row {number}, {at}").format(
            amount=formats.cpt(hold.amount_mcpt),
            number=formats.count(hold.sequence),
            at=formats.moment(hold.at),
        )
