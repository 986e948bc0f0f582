"""What stands above the ledger: the balance, the pool's accounts, and what can be done."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from proto import nodepool_pb2 as pb
from ui import formats
from ui.models.transfers import account_word
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.export_menu import ExportButton
from ui.widgets.figure import Figure
from ui.widgets.tone_label import ToneLabel


class LedgerHead(QWidget):
    """`pays`: whether the user may pay or grant; `audits`: whether they may see it all."""

    transfer_wanted = Signal()
    verify_wanted = Signal()
    #: Carries an ExportKind.
    export_wanted = Signal(object)

    def __init__(self, *, pays: bool, audits: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._balance = Figure(self.tr("Balance"), self.tr("What the account has."))
        self._held = Figure(self.tr("Held"), self.tr("Reserved for tasks that have not ended yet."))
        self._available = Figure(self.tr("Available"), self.tr("What can be spent now."))
        self._summary, self._said = ToneLabel("", Tone.QUIET), ToneLabel("", Tone.QUIET)
        self._transfer = QPushButton(self.tr("Transfer…"))
        self._verify = QPushButton(self.tr("Verify"))
        self._verify.setToolTip(
            self.tr("Compute every row's hash and every balance anew, and compare.")
        )
        self._export = ExportButton()
        self._export.wanted.connect(self.export_wanted)
        self._transfer.setVisible(pays)
        self._verify.setVisible(audits)
        self._transfer.clicked.connect(self.transfer_wanted)
        self._verify.clicked.connect(self.verify_wanted)
        row = QHBoxLayout()
        for figure in (self._balance, self._held, self._available):
            row.addWidget(figure)
        row.addStretch(1)
        for button in (self._transfer, self._export, self._verify):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self._summary)
        column.addWidget(self._said)
        self._summary.hide()
        self._said.hide()

    def show_balance(self, balance: pb.GetBalanceResponse) -> None:
        """Show one's own account."""
        self._balance.say(formats.cpt(balance.balance_mcpt))
        self._held.say(formats.cpt(balance.held_mcpt))
        self._available.say(formats.cpt(balance.available_mcpt))

    def show_summary(self, summary: pb.LedgerSummaryResponse) -> None:
        """Show all accounts of the pool, and that they add up to nothing."""
        # What tasks hold is told below: it moves nothing, so the account for it is empty.
        accounts = [
            f"{account_word(one.name)} {formats.cpt(one.balance_mcpt)}"
            for one in summary.accounts
            if one.balance_mcpt or one.name != "escrow"
        ]
        total = (
            self.tr("✓ together 0")
            if summary.total_mcpt == 0
            else self.tr("⚠ together {total}: verify the ledger").format(
                total=formats.cpt(summary.total_mcpt)
            )
        )
        held = self.tr("{held} held").format(held=formats.cpt(summary.held_mcpt))
        rows = self.tr("{count} rows").format(count=formats.count(summary.transfers))
        parts = " · ".join([*accounts, total, held, rows])
        tone = Tone.QUIET if summary.total_mcpt == 0 else Tone.BAD
        self._summary.say(self.tr("The pool: {accounts}").format(accounts=parts), tone)
        self._summary.show()

    def show_verification(self, found: pb.VerifyLedgerResponse) -> None:
        """Say what a verification found."""
        if found.ok:
            self.say(
                self.tr(
                    "✓ The ledger is sound: {rows} rows, each follows from the one before. "
                    "The last hash begins with {head}."
                ).format(rows=formats.count(found.rows), head=found.head_hash[:16]),
                Tone.GOOD,
            )
        else:
            self.say(
                self.tr(
                    "⚠ The ledger was changed at row {row}: {fault} "
                    "Stop the master and compare with a backup."
                ).format(row=formats.count(found.first_bad_sequence), fault=shown(found.fault)),
                Tone.BAD,
            )

    def say(self, text: str, tone: Tone) -> None:
        """Say how something went."""
        self._said.say(text, tone)
        self._said.setVisible(bool(text))
