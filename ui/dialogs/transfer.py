"""Paying another user, or granting from the treasury: asked once more before it is done."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCompleter,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.common.clock import SystemClock
from app.common.errors import HiveMindError, Reason
from app.common.ids import SystemIds
from proto import nodepool_pb2 as pb
from ui import formats
from ui.console import Console
from ui.models.payment import REFUSED_FIELDS, Payment, payment_faults
from ui.owned_operations import OwnedOperations
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.form_grid import FormGrid
from ui.widgets.tone_label import ToneLabel


class TransferDialog(QDialog):
    """`paid` carries the transfer's id once the money has moved."""

    paid = Signal(str)

    def __init__(
        self, console: Console, parent: QWidget | None = None, recipient: str = ""
    ) -> None:
        super().__init__(parent)
        self.console = console
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Transfer CPT"))
        self.resize(600, 300)
        self._balance: pb.GetBalanceResponse | None = None
        self._operations = OwnedOperations(console.operations, self)
        self._paying = False
        self._touched: set[str] = set()
        #: One id for what is being confirmed: a second try of it pays once.
        self._request_id = ""
        self._stack = QStackedWidget()
        self._stack.addWidget(self._make_form(recipient))
        self._stack.addWidget(self._make_confirmation())
        QVBoxLayout(self).addWidget(self._stack)
        self._show_faults()
        self._operations.start(
            self.tr("Ask for the balance"),
            console.pool.ledger.balance(),
            then=self._take_balance,
            otherwise=self._show_refusal,
        )

    # -- making

    def _make_form(self, recipient: str) -> QWidget:
        self._form = FormGrid()
        self._to, self._amount, self._memo = QLineEdit(recipient), QLineEdit(), QLineEdit()
        completer = QCompleter(self._known_names(), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._to.setCompleter(completer)
        self._amount.setPlaceholderText("12.5")
        self._own, self._treasury = (
            QRadioButton(self.tr("from &my account")),
            QRadioButton(self.tr("a &grant from the treasury")),
        )
        may_pay, may_grant = self.console.may("ACCOUNT_TRANSFER"), self.console.may("LEDGER_GRANT")
        self._own.setChecked(may_pay)
        self._treasury.setChecked(not may_pay)
        modes, group = QWidget(), QButtonGroup(self)
        row = QHBoxLayout(modes)
        row.setContentsMargins(0, 0, 0, 0)
        for button in (self._own, self._treasury):
            group.addButton(button)
            row.addWidget(button)
            button.toggled.connect(self._on_changed)
        row.addStretch(1)
        self._form.add("mode", self.tr("From:"), modes)
        self._form.show_field("mode", shown=may_grant and may_pay)
        self._form.add("to", self.tr("&To user:"), self._to)
        self._form.add("amount", self.tr("&Amount:"), self._amount, self.tr("in CPT"))
        self._form.add("memo", self.tr("M&emo:"), self._memo, self.tr("both can read it"))
        self._form.end()
        for name, line in (("to", self._to), ("amount", self._amount), ("memo", self._memo)):
            line.textChanged.connect(lambda _text, name=name: self._on_typed(name))
        self._after = ToneLabel("", Tone.QUIET)
        self._continue, cancel = QPushButton(self.tr("&Continue…")), QPushButton(self.tr("Cancel"))
        self._continue.setDefault(True)
        cancel.setAutoDefault(False)
        self._continue.clicked.connect(self._ask)
        cancel.clicked.connect(self.reject)
        return _page(self._form, self._after, None, self._continue, cancel)

    def _make_confirmation(self) -> QWidget:
        self._question = ToneLabel()
        font = self._question.font()
        font.setPointSizeF(font.pointSizeF() * 1.2)
        self._question.setFont(font)
        self._question.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._said = ToneLabel("", Tone.QUIET)
        self._pay, self._back = QPushButton(), QPushButton(self.tr("&Back"))
        self._back.setAutoDefault(False)
        self._pay.clicked.connect(self._do)
        self._back.clicked.connect(lambda: self._stack.setCurrentIndex(0))
        return _page(self._question, self._said, self._back, self._pay)

    def _known_names(self) -> list[str]:
        state = self.console.state
        names = {task.owner for task in state.tasks.values()}
        names |= {node.owner for node in state.nodes.values()}
        return sorted(names - {"", self.console.connection.user.username}, key=str.casefold)

    # -- what is typed

    def payment(self) -> Payment:
        """What stands in the fields."""
        return Payment(
            to=self._to.text().strip(),
            amount=self._amount.text().strip(),
            memo=self._memo.text().strip(),
            grant=self._treasury.isChecked(),
        )

    def _faults(self) -> dict[str, str]:
        available = self._balance.available_mcpt if self._balance is not None else None
        return payment_faults(self.payment(), self.console.connection.user.username, available)

    def _on_typed(self, name: str) -> None:
        self._touched.add(name)
        self._on_changed()

    def _on_changed(self) -> None:
        self._request_id = ""
        self._show_faults()

    def _show_faults(self) -> None:
        found = self._faults()
        for name in ("to", "amount", "memo"):
            # What was not typed into yet is not wrong yet.
            self._form.show_fault(name, found.get(name, "") if name in self._touched else "")
        self._continue.setEnabled(not found)
        self._show_after()

    def _take_balance(self, balance: pb.GetBalanceResponse) -> None:
        self._balance = balance
        self._show_faults()

    def _show_after(self) -> None:
        payment = self.payment()
        if payment.grant:
            self._after.say(
                self.tr("The treasury pays; your own account stays as it is."), Tone.QUIET
            )
        elif self._balance is not None:
            self._after.say(
                self.tr("Available: {now}; after it: {then}").format(
                    now=formats.cpt(self._balance.available_mcpt),
                    then=formats.cpt(self._balance.available_mcpt - payment.amount_mcpt),
                ),
                Tone.QUIET,
            )

    # -- doing it

    def _ask(self) -> None:
        payment = self.payment()
        amount = formats.cpt(payment.amount_mcpt)
        text = (
            self.tr("Grant {amount} from the treasury to {to}?")
            if payment.grant
            else self.tr("Pay {amount} to {to}?")
        )
        lines = [text.format(amount=amount, to=payment.to)]
        if payment.memo:
            lines.append(self.tr("Memo: “{memo}”").format(memo=payment.memo))
        self._question.say("\n".join(lines))
        self._said.say(
            self.tr("It cannot be taken back: only {to} could pay it back.").format(to=payment.to),
            Tone.QUIET,
        )
        button = self.tr("&Grant {amount}") if payment.grant else self.tr("&Pay {amount}")
        self._pay.setText(button.format(amount=amount))
        self._request_id = self._request_id or SystemIds(SystemClock()).new_id()
        self._stack.setCurrentIndex(1)
        self._pay.setDefault(True)
        self._pay.setFocus()

    def _do(self) -> None:
        payment, ledger = self.payment(), self.console.pool.ledger
        call = ledger.grant if payment.grant else ledger.transfer
        self._set_busy(busy=True)
        self._operations.start(
            self.tr("Transfer CPT"),
            call(payment.to, payment.amount_mcpt, payment.memo, self._request_id),
            then=self._done,
            otherwise=self._show_refusal,
        )

    def reject(self) -> None:
        """Close it, unless money is on its way: its outcome is waited for."""
        if not self._paying:
            super().reject()

    def _done(self, response: pb.TransferResponse) -> None:
        payment = self.payment()
        said = (
            self.tr("{amount} granted to {to}")
            if payment.grant
            else self.tr("{amount} paid to {to}")
        )
        self.console.operations.done.emit(
            said.format(amount=formats.cpt(payment.amount_mcpt), to=payment.to)
        )
        self.paid.emit(response.transfer_id)
        self.accept()

    def _show_refusal(self, error: HiveMindError) -> None:
        self._set_busy(busy=False)
        name = REFUSED_FIELDS.get(error.reason, error.details.get("field", ""))
        if name in {"to", "amount", "memo"}:
            self._stack.setCurrentIndex(0)
            self._form.show_fault(name, shown(error.message))
            return
        if error.reason is Reason.MASTER_UNREACHABLE and self._stack.currentIndex() == 1:
            self._said.say(
                self.tr("⚠ {reason} Try again: it is paid once, however often you try.").format(
                    reason=shown(error.message)
                ),
                Tone.WARNING,
            )
            return
        label = self._said if self._stack.currentIndex() == 1 else self._after
        label.say(f"⚠ {shown(error.message)}", Tone.BAD)

    def _set_busy(self, *, busy: bool) -> None:
        self._paying = busy
        self._pay.setEnabled(not busy)
        self._back.setEnabled(not busy)


def _page(
    content: QWidget, note: QWidget, left: QPushButton | None, *right: QPushButton
) -> QWidget:
    row = QHBoxLayout()
    if left is not None:
        row.addWidget(left)
    row.addStretch(1)
    for button in right:
        row.addWidget(button)
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(content)
    column.addWidget(note)
    column.addStretch(1)
    column.addLayout(row)
    return page
