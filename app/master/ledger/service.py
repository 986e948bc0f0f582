"""The ledger's door: unit parts that move money, and questions about it.

Unit parts take the transaction first and are combined with others in one unit of
the writer, so that a task's change of state and its money are committed together.
Each reads what it touches once, decides by the pure modules beside this one, and
writes once.
"""

from collections.abc import Sequence

from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource
from app.common.invariant import invariant
from app.common.vocabulary import Memo, TransferKind
from app.master.events import BalanceChanged
from app.master.ledger import chain
from app.master.ledger.book import Entries
from app.master.ledger.chain import NewRow
from app.master.ledger.requests import (
    Balance,
    HoldRequest,
    LedgerSettings,
    Payment,
    Refund,
    Resolution,
    Settlement,
)
from app.master.ledger.settlement import decide_resolutions, payee_account
from app.master.ledger.transfers import check_repeat, decide_holds, decide_payment
from app.master.store import Tx
from app.master.store import ledger as statements
from app.master.store.announcements import announce
from app.master.store.ledger_rows import (
    ESCROW,
    FEES,
    TREASURY,
    AccountRow,
    TransferRow,
    account_user,
    user_account,
)
from app.master.store.reader import Reader


class LedgerService:
    """All money of the pool. Every method that takes a `tx` belongs inside a writer's unit."""

    def __init__(
        self,
        reader: Reader,
        clock: Clock,
        ids: IdSource,
        settings: LedgerSettings | None = None,
    ) -> None:
        self._reader = reader
        self._clock = clock
        self._ids = ids
        self._settings = settings or LedgerSettings()

    def prepare(self, tx: Tx) -> None:
        """Make the pool's own accounts where they are missing: once at every start."""
        statements.open_system_accounts(tx)

    def open_account(self, tx: Tx, user_id: str) -> int:
        """Open the account of a new user and pay the grant; returns the grant in mCPT."""
        invariant(not self._accounts(tx, user_account(user_id)), "a user has one account")
        statements.open_user_account(tx, user_id)
        granted_mcpt = self._settings.grant_mcpt
        if granted_mcpt:
            self.grant(
                tx, user_id, granted_mcpt, Memo.WELCOME.value, transfer_id=f"grant:{user_id}"
            )
        return granted_mcpt

    def grant(
        self,
        tx: Tx,
        to_user_id: str,
        amount_mcpt: int,
        memo: str,
        *,
        transfer_id: str | None = None,
    ) -> TransferRow:
        """Pay a user from the treasury.

        A repeat with the same `transfer_id` gives the first row. Raises HiveMindError
        as `decide_payment` says, and TRANSFER_EXISTS.
        """
        payment = Payment(
            transfer_id or self._ids.new_id(),
            TREASURY,
            user_account(to_user_id),
            amount_mcpt,
            memo,
        )
        return self._pay(tx, TransferKind.GRANT, payment)

    def transfer(
        self,
        tx: Tx,
        from_user_id: str,
        to_user_id: str,
        amount_mcpt: int,
        memo: str = "",
        *,
        transfer_id: str | None = None,
    ) -> TransferRow:
        """Pay one user from another's account.

        A repeat with the same `transfer_id` gives the first row. Raises HiveMindError
        as `decide_payment` says, and TRANSFER_EXISTS.
        """
        payment = Payment(
            transfer_id or self._ids.new_id(),
            user_account(from_user_id),
            user_account(to_user_id),
            amount_mcpt,
            memo,
        )
        return self._pay(tx, TransferKind.PAYMENT, payment)

    def hold_many(self, tx: Tx, requests: Sequence[HoldRequest]) -> list[int]:
        """Reserve the price of each task: all of them, or none.

        Returns the sequences of the holds, in the order of `requests`. A repeat gives
        the first sequence. Raises HiveMindError as `decide_holds` says, and
        TRANSFER_EXISTS if a task's hold exists with another owner or amount.
        """
        if not requests:
            return []
        ids = {request.transfer_id: request for request in requests}
        invariant(len(ids) == len(requests), "a task is held for once")
        existing = self._repeats(tx, ids)
        new = [request for request in requests if request.transfer_id not in existing]
        owners = {user_account(request.owner_id) for request in new}
        rows = self._write(tx, decide_holds(new, statements.find_accounts(tx, [ESCROW, *owners])))
        if not existing:
            return [row[0] for row in rows]
        sequences = {row.id: row.sequence for row in (*existing.values(), *map(_row, rows))}
        return [sequences[id_] for id_ in ids]

    def settle_many(self, tx: Tx, settlements: Sequence[Settlement]) -> list[Resolution]:
        """Charge holds and pay the contributors; see `resolve_many`."""
        return self.resolve_many(tx, settlements, ())

    def refund_many(self, tx: Tx, refunds: Sequence[Refund]) -> list[Resolution]:
        """Release holds; see `resolve_many`."""
        return self.resolve_many(tx, (), refunds)

    def resolve_many(
        self, tx: Tx, settlements: Sequence[Settlement], refunds: Sequence[Refund]
    ) -> list[Resolution]:
        """Settle and refund holds in one pass: all of them, or none.

        The resolutions come in the order asked, settlements first. Raises
        HiveMindError as `decide_resolutions` says.
        """
        if not settlements and not refunds:
            return []
        wanted = [settlement.hold_sequence for settlement in settlements]
        wanted += [refund.hold_sequence for refund in refunds]
        holds = statements.find_holds(tx, wanted)
        payees = {share.user_id for settlement in settlements for share in settlement.shares}
        names = {ESCROW, FEES, *map(payee_account, payees)}
        names.update([hold.payer_name for hold in holds.values()])
        entries, resolutions = decide_resolutions(
            settlements,
            refunds,
            holds,
            statements.find_accounts(tx, names),
            self._settings.fee_permille,
        )
        self._write(tx, entries)
        return resolutions

    def balance_in(self, tx: Tx, user_id: str) -> Balance:
        """What a user has, as this transaction sees it. Raises ACCOUNT_NOT_FOUND."""
        found = self._accounts(tx, user_account(user_id))
        if not found:
            raise HiveMindError(Reason.ACCOUNT_NOT_FOUND, "There is no account for that user.")
        return Balance.of(found[0])

    async def balance(self, user_id: str) -> Balance:
        """What a user has. Raises HiveMindError(ACCOUNT_NOT_FOUND)."""
        return await self._reader.run(lambda tx: self.balance_in(tx, user_id))

    def _pay(self, tx: Tx, kind: TransferKind, payment: Payment) -> TransferRow:
        existing = self._repeats(tx, {payment.id: payment})
        if existing:
            return existing[payment.id]
        found = self._accounts(tx, payment.from_account, payment.to_account)
        return _row(self._write(tx, decide_payment(kind, payment, found))[0])

    def _repeats(
        self, tx: Tx, asked: dict[str, HoldRequest] | dict[str, Payment]
    ) -> dict[str, TransferRow]:
        existing = statements.find_transfers(tx, asked)
        if existing:
            names = statements.account_names(tx, existing.values())
            for id_, row in existing.items():
                check_repeat(row, names, asked[id_])
        return existing

    def _accounts(self, tx: Tx, *names: str) -> list[AccountRow]:
        return statements.find_accounts(tx, names)

    def _write(self, tx: Tx, entries: Entries) -> list[NewRow]:
        if not entries.drafts:
            return []
        rows = chain.append(statements.find_head(tx), entries.drafts, self._clock.now_us())
        statements.append_transfers(tx, rows)
        statements.write_accounts(tx, entries.accounts)
        for account in entries.accounts:
            user_id = account_user(account.name)
            if user_id is not None:
                announce(tx, BalanceChanged(user_id))
        return rows


def _row(row: NewRow) -> TransferRow:
    return TransferRow._make(row)
