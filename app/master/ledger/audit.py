"""Questions about the books: verification, history and the pool's totals."""

from dataclasses import dataclass, replace

from app.common.errors import HiveMindError, Reason
from app.common.hash_chain import Fault, Verification
from app.common.page_tokens import decode_page_token, encode_page_token
from app.master.ledger.replay import Replay
from app.master.store import Tx
from app.master.store import ledger as statements
from app.master.store.ledger_rows import HistoryFilter, Totals, TransferRow, user_account
from app.master.store.reader import Reader

#: Rows of one step of a verification: some ten milliseconds of work.
VERIFY_ROWS = 2000

_LISTING = "transfers"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One transfer as people see it. `payer` and `payee` are user names or "fees" and so on."""

    transfer: TransferRow
    payer: str
    payee: str
    #: Id of the hold that this row settles or refunds; empty if none.
    pending_id: str
    #: Of the account asked for, in mCPT, after this row; 0 where none was asked for.
    balance_after_mcpt: int


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A part of the history, newest first; `next_token` is empty on the last page."""

    entries: list[HistoryEntry]
    next_token: str


class LedgerAudit:
    """Reads the ledger off the loop; changes nothing."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def verify(self) -> Verification:
        """Recompute chain and balances from the first row; see `Replay` for the rules.

        Rows that are added while it runs are left out.
        """
        head, accounts = await self._reader.run(
            lambda tx: (statements.find_head(tx), statements.all_accounts(tx))
        )
        replay = Replay()
        last = head.sequence if head else 0

        def step(tx: Tx) -> Fault | None:
            rows = statements.transfers_after(tx, replay.sequence, last, VERIFY_ROWS)
            return replay.feed(rows)

        fault = None
        while fault is None and replay.sequence < last:
            fault = await self._reader.run(step)
        fault = fault or replay.finish(accounts)
        return Verification(replay.sequence, replay.head_hash.hex(), fault)

    async def history(
        self, wanted: HistoryFilter, user_id: str | None, size: int, page_token: str = ""
    ) -> HistoryPage:
        """A page of `size` transfers of `user_id`'s account, or of all accounts if None.

        Raises HiveMindError(ACCOUNT_NOT_FOUND | BAD_PAGE_TOKEN).
        """
        if page_token:
            before = decode_page_token(_LISTING, page_token)
            wanted = replace(wanted, before_sequence=before)
        return await self._reader.run(lambda tx: _page(tx, wanted, user_id, size))

    async def totals(self) -> list[Totals]:
        """Balance and holds of each of the pool's accounts, and of all users together."""
        return await self._reader.run(statements.totals)

    async def count(self) -> int:
        """The number of rows in the journal."""
        return await self._reader.run(statements.count_transfers)


def _page(tx: Tx, wanted: HistoryFilter, user_id: str | None, size: int) -> HistoryPage:
    account_id = None
    if user_id is not None:
        found = statements.find_accounts(tx, [user_account(user_id)])
        if not found:
            raise HiveMindError(Reason.ACCOUNT_NOT_FOUND, "There is no account for that user.")
        account_id = found[0].id
        wanted = replace(wanted, account_id=account_id)
    rows = statements.history(tx, wanted, size + 1)
    more, rows = len(rows) > size, rows[:size]
    labels = statements.account_labels(
        tx, {row.debit_account for row in rows} | {row.credit_account for row in rows}
    )
    pending = {row.pending_sequence for row in rows if row.pending_sequence is not None}
    pending_ids = statements.transfer_ids(tx, pending)
    entries = [
        HistoryEntry(
            transfer=row,
            payer=labels[row.debit_account].label,
            payee=labels[row.credit_account].label,
            pending_id=pending_ids.get(row.pending_sequence or 0, ""),
            balance_after_mcpt=_balance_after(row, account_id),
        )
        for row in rows
    ]
    return HistoryPage(entries, encode_page_token(_LISTING, rows[-1].sequence) if more else "")


def _balance_after(row: TransferRow, account_id: int | None) -> int:
    if account_id is None:
        return 0
    return row.debit_balance_mcpt if row.debit_account == account_id else row.credit_balance_mcpt
