"""What may be asked of the ledger, and what it answers. Plain values.

Tuples where a unit handles them by the thousand: they are made in half the time.
"""

from dataclasses import dataclass
from typing import NamedTuple

from app.master.store.ledger_rows import AccountRow


@dataclass(frozen=True, slots=True)
class Payment:
    """Move `amount_mcpt` between two accounts at once: a payment or a grant."""

    id: str
    from_account: str
    to_account: str
    amount_mcpt: int
    memo: str = ""


class HoldRequest(NamedTuple):
    """Reserve `amount_mcpt` of the user `owner_id` for the task `task_id`; one hold a task.

    A task whose price changed is held for anew: `instead_of` is the sequence of the hold
    before, which is refunded.
    """

    owner_id: str
    task_id: str
    amount_mcpt: int
    instead_of: int = 0

    @property
    def transfer_id(self) -> str:
        return f"hold:{self.task_id}" + (f"+{self.instead_of}" if self.instead_of else "")


class Share(NamedTuple):
    """What part of the work `user_id`'s nodes did, as a weight against the other shares.

    `user_id` None: a node without an owner; what it earns goes to the pool (the fees).
    """

    user_id: str | None
    weight: int = 1


class Settlement(NamedTuple):
    """Charge a hold and pay those who did the work.

    `charge_mcpt` None charges the whole hold; less than it refunds the rest. The
    share of a payer who did part of the work on a node of his own is not charged.
    """

    hold_sequence: int
    shares: tuple[Share, ...]
    charge_mcpt: int | None = None


class Refund(NamedTuple):
    """Release the whole of a hold; `memo` says why."""

    hold_sequence: int
    memo: str = ""


class Resolution(NamedTuple):
    """How a hold was resolved: charged + refunded is the amount held.

    `charged_mcpt` = the sum of `earnings` + `fee_mcpt`. `earnings` by user id.
    """

    hold_sequence: int
    charged_mcpt: int
    refunded_mcpt: int
    fee_mcpt: int = 0
    earnings: tuple[tuple[str, int], ...] = ()

    @property
    def earned_mcpt(self) -> int:
        """What all contributors got together."""
        return self.charged_mcpt - self.fee_mcpt


@dataclass(frozen=True, slots=True)
class Balance:
    """A user's money in mCPT."""

    balance_mcpt: int
    held_mcpt: int

    @property
    def available_mcpt(self) -> int:
        return self.balance_mcpt - self.held_mcpt

    @classmethod
    def of(cls, account: AccountRow) -> "Balance":
        """The balance that `account`'s columns amount to."""
        return cls(account.balance_mcpt, account.debits_pending)


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """`fee_permille` of a charge goes to the pool; a new user gets `grant_mcpt`."""

    fee_permille: int = 0
    grant_mcpt: int = 100_000
