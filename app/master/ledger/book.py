"""The accounts a unit touches, while it is being decided. Pure.

The balances of a unit's accounts are read once, moved here as its transfers are
drafted, and written once. Nothing here refuses: what may be refused was refused
before the first posting, so a rule broken here is a programmer's error.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.common.invariant import invariant
from app.common.vocabulary import TransferKind
from app.master.ledger.chain import Draft
from app.master.store.ledger_rows import ESCROW, AccountRow, HoldRow

#: Far above what can be granted, and far below what a 64-bit column holds.
TOTAL_MCPT_MAX = 2**62

# Plain numbers: the database's driver takes an enum's member by a slower way.
_HOLD = TransferKind.HOLD.value
_REFUND = TransferKind.REFUND.value


@dataclass(frozen=True, slots=True)
class Entries:
    """A decision: rows to append, in order, and the accounts as they are after them."""

    drafts: list[Draft]
    accounts: list[AccountRow]


class Standing:
    """An account's balances in mCPT, moving. Made from an AccountRow, ends as one."""

    __slots__ = (
        "credits_pending",
        "credits_posted",
        "debits_pending",
        "debits_posted",
        "id",
        "row",
    )

    def __init__(self, row: AccountRow) -> None:
        self.row = row
        self.id = row.id
        self.debits_posted = row.debits_posted
        self.credits_posted = row.credits_posted
        self.debits_pending = row.debits_pending
        self.credits_pending = row.credits_pending

    @property
    def available_mcpt(self) -> int:
        return self.credits_posted - self.debits_posted - self.debits_pending

    def after(self) -> AccountRow:
        """The account as it is now."""
        return AccountRow(
            self.id,
            self.row.name,
            self.row.unlimited,
            self.debits_posted,
            self.credits_posted,
            self.debits_pending,
            self.credits_pending,
        )


class Book:
    """The accounts of one unit by name, and the transfers drafted so far."""

    def __init__(self, accounts: Iterable[AccountRow]) -> None:
        self._standings = {row.name: Standing(row) for row in accounts}
        self._drafts: list[Draft] = []

    def find(self, name: str) -> Standing | None:
        """The account `name`, or None if there is none."""
        return self._standings.get(name)

    def get(self, name: str) -> Standing:
        """The account `name`, which must be there."""
        standing = self._standings.get(name)
        if standing is None:
            raise KeyError(f"the account {name} was not read for this unit")
        return standing

    def pay(
        self,
        kind: int,
        id_: str,
        payer: Standing,
        payee: Standing,
        amount_mcpt: int,
        pending_sequence: int | None = None,
        part: int = 0,
        task_id: str | None = None,
        memo: str = "",
    ) -> None:
        """Post `amount_mcpt` from one account to another."""
        payer.debits_posted += amount_mcpt
        payee.credits_posted += amount_mcpt
        self._draft(kind, id_, payer, payee, amount_mcpt, pending_sequence, part, task_id, memo)

    def hold(self, id_: str, payer: Standing, amount_mcpt: int, task_id: str) -> None:
        """Reserve `amount_mcpt` of an account: nothing is posted."""
        escrow = self.get(ESCROW)
        payer.debits_pending += amount_mcpt
        escrow.credits_pending += amount_mcpt
        self._draft(_HOLD, id_, payer, escrow, amount_mcpt, None, 0, task_id, "")

    def release(self, hold: HoldRow) -> Standing:
        """End a reservation: part 0 of its resolution stands for it. Returns the payer."""
        payer, escrow = self.get(hold.payer_name), self.get(ESCROW)
        payer.debits_pending -= hold.amount_mcpt
        escrow.credits_pending -= hold.amount_mcpt
        return payer

    def refund(
        self, id_: str, hold: HoldRow, payer: Standing, amount_mcpt: int, part: int, memo: str
    ) -> None:
        """Record that `amount_mcpt` of a released hold is the payer's again."""
        escrow = self.get(ESCROW)
        self._draft(
            _REFUND, id_, escrow, payer, amount_mcpt, hold.sequence, part, hold.task_id, memo
        )

    def close(self) -> Entries:
        """The decision, after a last look at the rules that hold for every one.

        Raises InvariantViolated if money would appear, vanish or be overspent.
        """
        changed = []
        posted = held = 0
        for standing in self._standings.values():
            now, then = standing.after(), standing.row
            if now == then:
                continue
            changed.append(now)
            posted += now.balance_mcpt - then.balance_mcpt
            held += now.debits_pending - now.credits_pending
            held -= then.debits_pending - then.credits_pending
            invariant(now.unlimited == 1 or now.available_mcpt >= 0, "no account is overdrawn")
            invariant(min(now[3:]) >= 0, "a total is never negative")
        invariant(posted == 0, "what one account pays another one gets")
        invariant(held == 0, "each hold reserves what it awaits")
        return Entries(self._drafts, changed)

    def _draft(
        self,
        kind: int,
        id_: str,
        payer: Standing,
        payee: Standing,
        amount_mcpt: int,
        pending_sequence: int | None,
        part: int,
        task_id: str | None,
        memo: str,
    ) -> None:
        invariant(amount_mcpt > 0 and payer is not payee, "a transfer moves between two accounts")
        self._drafts.append(
            (
                id_,
                kind,
                payer.id,
                payee.id,
                amount_mcpt,
                pending_sequence,
                part,
                task_id,
                memo,
                payer.credits_posted - payer.debits_posted,
                payee.credits_posted - payee.debits_posted,
            )
        )
