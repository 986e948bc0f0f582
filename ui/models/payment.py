"""A payment as it is typed, and what is wrong with it. Pure, but for the language."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.common.errors import Reason
from app.common.money import AMOUNT_MCPT_MAX, parse_cpt

translate = QCoreApplication.translate

MEMO_CHARACTERS_MAX = 200

#: The field that shows a refusal of the master.
REFUSED_FIELDS = {
    Reason.ACCOUNT_NOT_FOUND: "to",
    Reason.USER_NOT_FOUND: "to",
    Reason.TRANSFER_TO_SELF: "to",
    Reason.INSUFFICIENT_BALANCE: "amount",
    Reason.AMOUNT_NOT_POSITIVE: "amount",
    Reason.AMOUNT_TOO_LARGE: "amount",
}


@dataclass(frozen=True, slots=True)
class Payment:
    """What stands in the fields. `grant`: from the treasury instead of one's own account."""

    to: str
    amount: str
    memo: str
    grant: bool = False

    @property
    def amount_mcpt(self) -> int:
        """The amount; zero where none can be read."""
        try:
            return parse_cpt(self.amount)
        except ValueError:
            return 0


def payment_faults(payment: Payment, me: str, available_mcpt: int | None) -> dict[str, str]:
    """What is wrong, by field: "to", "amount", "memo". Empty when it can be paid."""
    found: dict[str, str] = {}
    if not payment.to:
        found["to"] = translate("Payment", "Who gets it?")
    elif payment.to.casefold() == me.casefold() and not payment.grant:
        found["to"] = translate("Payment", "That is you.")
    try:
        amount = parse_cpt(payment.amount)
    except ValueError:
        found["amount"] = translate("Payment", "Write it like 12.5, with three decimals at most.")
    else:
        if amount <= 0:
            found["amount"] = translate("Payment", "It must be above zero.")
        elif amount > AMOUNT_MCPT_MAX:
            found["amount"] = translate("Payment", "That is more than the ledger holds.")
        elif not payment.grant and available_mcpt is not None and amount > available_mcpt:
            found["amount"] = translate("Payment", "That is more than you have available.")
    if len(payment.memo) > MEMO_CHARACTERS_MAX:
        found["memo"] = translate("Payment", "{count} characters at most.").format(
            count=MEMO_CHARACTERS_MAX
        )
    elif not payment.memo.isprintable():
        found["memo"] = translate("Payment", "It may hold no control characters.")
    elif payment.grant and not payment.memo:
        found["memo"] = translate("Payment", "Say why: it is recorded.")
    return found
