"""The journal told again from its first row: what verification and audits rest on. Pure.

A replay takes rows in the order of their sequence and rebuilds every balance from
nothing, checking each row against the hash chain and against the rules that the
ledger wrote it by. It knows the rules, not the code that wrote: a mistake there is
found here.
"""

from collections.abc import Iterable, Sequence

from app.common.hash_chain import ChainWalk, Fault
from app.common.vocabulary import TransferKind
from app.master.ledger.chain import CHAIN
from app.master.store.ledger_rows import SYSTEM_ACCOUNTS, AccountRow, TransferRow

_TREASURY, _FEES, _ESCROW = SYSTEM_ACCOUNTS.values()
_LAST_SYSTEM_ACCOUNT = max(SYSTEM_ACCOUNTS.values())
_RESOLVING = (TransferKind.SETTLE, TransferKind.FEE, TransferKind.REFUND)


class _Account:
    __slots__ = ("credits_pending", "credits_posted", "debits_pending", "debits_posted")

    def __init__(self) -> None:
        self.debits_posted = 0
        self.credits_posted = 0
        self.debits_pending = 0
        self.credits_pending = 0

    @property
    def balance_mcpt(self) -> int:
        return self.credits_posted - self.debits_posted

    def totals(self) -> tuple[int, int, int, int]:
        return (
            self.debits_posted,
            self.credits_posted,
            self.debits_pending,
            self.credits_pending,
        )


class _Wrong(Exception):
    """A row breaks a rule; the text says which."""


class Replay:
    """The state of the books after the rows fed so far."""

    def __init__(self) -> None:
        self._walk = ChainWalk(CHAIN)
        self._accounts: dict[int, _Account] = {}
        #: Holds that nothing has resolved yet, by sequence.
        self._open: dict[int, TransferRow] = {}
        #: The hold whose parts are being read, the part awaited, and what is left of it.
        self._resolving: tuple[TransferRow, int, int] | None = None

    @property
    def sequence(self) -> int:
        """The last row that was good."""
        return self._walk.sequence

    @property
    def head_hash(self) -> bytes:
        """The hash of the last row that was good."""
        return self._walk.head_hash

    @property
    def open_holds(self) -> Sequence[TransferRow]:
        """Holds that are not resolved, oldest first."""
        return list(self._open.values())

    def feed(self, rows: Iterable[TransferRow]) -> Fault | None:
        """Take the next rows; the first fault, or None. After a fault the replay is over."""
        for row in rows:
            fault = self._walk.fault_of(row)
            if fault is not None:
                return fault
            try:
                self._apply(row)
            except _Wrong as wrong:
                return Fault(row.sequence, f"Row {row.sequence} {wrong}.")
            self._walk.step(row)
        return None

    def finish(self, accounts: Iterable[AccountRow]) -> Fault | None:
        """After the last row: compare with the accounts as they are kept."""
        following = self.sequence + 1
        try:
            self._check_whole()
        except _Wrong as wrong:
            return Fault(
                following, f"Row {following} is missing: the resolution before it {wrong}."
            )
        kept = list(accounts)
        for account in kept:
            replayed = self._accounts.get(account.id, _Account()).totals()
            if account[3:] != replayed:
                return Fault(
                    following,
                    f"The account {account.name} is not what the {self.sequence} rows add up to:"
                    " rows after the last one are missing, or its balance was changed by hand.",
                )
        missing = self._accounts.keys() - {account.id for account in kept}
        if missing:
            return Fault(following, f"The account with the number {min(missing)} is missing.")
        if sum(account.balance_mcpt for account in kept):
            return Fault(following, "The balances of all accounts do not add up to zero.")
        return None

    def _apply(self, row: TransferRow) -> None:
        if row.amount_mcpt <= 0:
            raise _Wrong("moves nothing")
        if row.kind in _RESOLVING:
            self._resolve(row)
        else:
            self._check_whole()
            if row.pending_sequence is not None or row.part:
                raise _Wrong("claims to resolve a hold and is of a kind that does not")
            self._originate(row)
        payer, payee = self._account(row.debit_account), self._account(row.credit_account)
        if (payer.balance_mcpt, payee.balance_mcpt) != (
            row.debit_balance_mcpt,
            row.credit_balance_mcpt,
        ):
            raise _Wrong("does not show the balances that the rows add up to")
        if row.debit_account != _TREASURY and payer.balance_mcpt < payer.debits_pending:
            raise _Wrong("overdraws the account of its payer")

    def _originate(self, row: TransferRow) -> None:
        payer, payee = row.debit_account, row.credit_account
        match row.kind:
            case TransferKind.GRANT:
                self._require(payer == _TREASURY and _is_user(payee))
            case TransferKind.PAYMENT:
                self._require(_is_user(payer) and _is_user(payee) and payer != payee)
            case TransferKind.HOLD:
                self._require(_is_user(payer) and payee == _ESCROW and bool(row.task_id))
                self._account(payer).debits_pending += row.amount_mcpt
                self._account(payee).credits_pending += row.amount_mcpt
                self._open[row.sequence] = row
                return
            case _:
                raise _Wrong("is of an unknown kind")
        self._post(row)

    def _resolve(self, row: TransferRow) -> None:
        if row.part == 0:
            self._check_whole()
            hold = self._release(row.pending_sequence)
            part, left_mcpt = 0, hold.amount_mcpt
        elif self._resolving is None or self._resolving[0].sequence != row.pending_sequence:
            raise _Wrong("is a later part of a resolution that did not begin before it")
        else:
            hold, part, left_mcpt = self._resolving
        if row.part != part or row.task_id != hold.task_id:
            raise _Wrong("is not the part that its resolution goes on with")
        if row.amount_mcpt > left_mcpt:
            raise _Wrong("takes more than was held")
        if row.kind == TransferKind.REFUND:
            self._require(row.debit_account == _ESCROW and row.credit_account == hold.debit_account)
        else:
            fee = row.kind == TransferKind.FEE
            self._require(row.debit_account == hold.debit_account)
            self._require(row.credit_account == _FEES if fee else _is_user(row.credit_account))
            self._post(row)
        left_mcpt -= row.amount_mcpt
        self._resolving = (hold, part + 1, left_mcpt) if left_mcpt else None

    def _release(self, hold_sequence: int | None) -> TransferRow:
        hold = self._open.pop(hold_sequence or 0, None)
        if hold is None:
            raise _Wrong("resolves a hold that does not exist or was resolved before")
        self._account(hold.debit_account).debits_pending -= hold.amount_mcpt
        self._account(_ESCROW).credits_pending -= hold.amount_mcpt
        return hold

    def _check_whole(self) -> None:
        if self._resolving is not None:
            hold, _, left_mcpt = self._resolving
            raise _Wrong(f"leaves {left_mcpt} mCPT of the hold {hold.sequence} unaccounted for")

    def _post(self, row: TransferRow) -> None:
        self._account(row.debit_account).debits_posted += row.amount_mcpt
        self._account(row.credit_account).credits_posted += row.amount_mcpt

    def _account(self, account_id: int) -> _Account:
        account = self._accounts.get(account_id)
        if account is None:
            account = self._accounts[account_id] = _Account()
        return account

    @staticmethod
    def _require(condition: bool) -> None:
        if not condition:
            raise _Wrong("joins accounts that its kind does not join")


def _is_user(account_id: int) -> bool:
    return account_id > _LAST_SYSTEM_ACCOUNT
