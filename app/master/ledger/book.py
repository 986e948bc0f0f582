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
from app.master.store.ledger_rows import ESCROW, FEES, AccountRow, HoldRow

#: Far above what can be granted, and far below what a 64-bit column holds.
TOTAL_MCPT_MAX = 2**62


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
        return self.row._replace(
            debits_posted=self.debits_posted,
            credits_posted=self.credits_posted,
            debits_pending=self.debits_pending,
            credits_pending=self.credits_pending,
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
        kind: TransferKind,
        id_: str,
        debit: str,
        credit: str,
        amount_mcpt: int,
        *,
        memo: str = "",
        task_id: str | None = None,
        pending_sequence: int | None = None,
        part: int = 0,
    ) -> None:
        """Post `amount_mcpt` from the account `debit` to the account `credit`."""
        payer, payee = self.get(debit), self.get(credit)
        payer.debits_posted += amount_mcpt
        payee.credits_posted += amount_mcpt
        self._draft(
            kind,
            id_,
            payer,
            payee,
            amount_mcpt,
            pending_sequence=pending_sequence,
            part=part,
            task_id=task_id,
            memo=memo,
        )

    def hold(self, id_: str, payer_name: str, amount_mcpt: int, task_id: str) -> None:
        """Reserve `amount_mcpt` of the account `payer_name`: nothing is posted."""
        payer, escrow = self.get(payer_name), self.get(ESCROW)
        payer.debits_pending += amount_mcpt
        escrow.credits_pending += amount_mcpt
        self._draft(TransferKind.HOLD, id_, payer, escrow, amount_mcpt, task_id=task_id)

    def release(self, hold: HoldRow) -> None:
        """End a reservation: part 0 of its resolution stands for it in the journal."""
        payer, escrow = self.get(hold.payer_name), self.get(ESCROW)
        payer.debits_pending -= hold.amount_mcpt
        escrow.credits_pending -= hold.amount_mcpt

    def refund(self, id_: str, hold: HoldRow, amount_mcpt: int, part: int, memo: str) -> None:
        """Record that `amount_mcpt` of a released hold is the payer's again."""
        self._draft(
            TransferKind.REFUND,
            id_,
            self.get(ESCROW),
            self.get(hold.payer_name),
            amount_mcpt,
            pending_sequence=hold.sequence,
            part=part,
            task_id=hold.task_id,
            memo=memo,
        )

    def fee(self, id_: str, hold: HoldRow, amount_mcpt: int, part: int) -> None:
        """Post the pool's share of a charge."""
        self.pay(
            TransferKind.FEE,
            id_,
            hold.payer_name,
            FEES,
            amount_mcpt,
            task_id=hold.task_id,
            pending_sequence=hold.sequence,
            part=part,
        )

    def close(self) -> Entries:
        """The decision, after a last look at the rules that hold for every one.

        Raises InvariantViolated if money would appear, vanish or be overspent.
        """
        accounts = [standing.after() for standing in self._standings.values()]
        before = [standing.row for standing in self._standings.values()]
        invariant(
            sum(row.balance_mcpt for row in accounts) == sum(row.balance_mcpt for row in before),
            "what one account pays another one gets",
        )
        invariant(_unmatched(accounts) == _unmatched(before), "each hold reserves what it awaits")
        for row in accounts:
            invariant(bool(row.unlimited) or row.available_mcpt >= 0, "no account is overdrawn")
            invariant(min(row[3:]) >= 0, "a total is never negative")
        changed = [now for now, then in zip(accounts, before, strict=True) if now != then]
        return Entries(self._drafts, changed)

    def _draft(
        self,
        kind: TransferKind,
        id_: str,
        payer: Standing,
        payee: Standing,
        amount_mcpt: int,
        *,
        pending_sequence: int | None = None,
        part: int = 0,
        task_id: str | None = None,
        memo: str = "",
    ) -> None:
        invariant(amount_mcpt > 0, "a transfer moves something")
        invariant(payer is not payee, "a transfer has two accounts")
        self._drafts.append(
            Draft(
                id_,
                kind.value,
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


def _unmatched(accounts: list[AccountRow]) -> int:
    return sum(row.debits_pending - row.credits_pending for row in accounts)
