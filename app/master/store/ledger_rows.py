"""Accounts and transfers as the store keeps them: plain values, no SQL.

Tuples, not dataclasses, where a row goes to or comes from the database by the
thousand: a tuple is what the driver takes, and is made in a third of the time.
"""

from dataclasses import dataclass
from typing import NamedTuple

from app.common.vocabulary import TransferKind

TREASURY = "treasury"
FEES = "fees"
ESCROW = "escrow"

#: Accounts that every pool has, with their ids. Users' accounts follow.
SYSTEM_ACCOUNTS = {TREASURY: 1, FEES: 2, ESCROW: 3}

_USER_PREFIX = "user:"


def user_account(user_id: str) -> str:
    """The name of the account of the user `user_id`."""
    return _USER_PREFIX + user_id


def account_user(account_name: str) -> str | None:
    """The id of the user whose account `account_name` is; None for the pool's own."""
    if account_name.startswith(_USER_PREFIX):
        return account_name[len(_USER_PREFIX) :]
    return None


class AccountRow(NamedTuple):
    """Balances in mCPT; debits leave the account, credits reach it."""

    id: int
    name: str
    #: 1: may go below zero.
    unlimited: int
    debits_posted: int
    credits_posted: int
    debits_pending: int
    credits_pending: int

    @property
    def balance_mcpt(self) -> int:
        """What was posted."""
        return self.credits_posted - self.debits_posted

    @property
    def available_mcpt(self) -> int:
        """What may still be spent: holds count as spent, expected income does not count."""
        return self.credits_posted - self.debits_posted - self.debits_pending


class TransferRow(NamedTuple):
    """One row of the journal."""

    sequence: int
    at_us: int
    hash: bytes
    id: str
    kind: int
    debit_account: int
    credit_account: int
    amount_mcpt: int
    pending_sequence: int | None
    part: int
    task_id: str | None
    memo: str
    #: Posted balance of the debit account after this row.
    debit_balance_mcpt: int
    credit_balance_mcpt: int


class HoldRow(NamedTuple):
    """A transfer asked for as a hold, and whether it was resolved."""

    sequence: int
    kind: int
    payer_account: int
    payer_name: str
    amount_mcpt: int
    task_id: str | None
    #: The first row that settled or refunded it, or None while it is open.
    resolved_by: int | None
    id: str


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which transfers to list; None and empty mean "any". Times in µs, `until_us` excluded."""

    account_id: int | None = None
    task_id: str | None = None
    kinds: tuple[TransferKind, ...] = ()
    since_us: int | None = None
    until_us: int | None = None
    #: Only rows before this sequence.
    before_sequence: int | None = None


@dataclass(frozen=True, slots=True)
class AccountLabel:
    """Whose an account is: its name, and its user's name where it is a user's."""

    account_name: str
    user_name: str | None

    @property
    def label(self) -> str:
        """What people are shown: the user's name, or "treasury", "fees", "escrow"."""
        return self.user_name or self.account_name


@dataclass(frozen=True, slots=True)
class Totals:
    """What an account, or all users together, has and has held, in mCPT."""

    name: str
    balance_mcpt: int
    held_mcpt: int
