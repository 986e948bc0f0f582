"""Statements of the ledger: accounts and the journal of transfers."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from app.common.hash_chain import Head
from app.master.store.ledger_rows import (
    SYSTEM_ACCOUNTS,
    TREASURY,
    AccountLabel,
    AccountRow,
    HistoryFilter,
    HoldRow,
    Totals,
    TransferRow,
    user_account,
)
from app.master.store.prepared import Prepared, Row
from app.master.store.tables import accounts, transfers, users

_ACCOUNT_COLUMNS = (
    "id, name, unlimited, debits_posted, credits_posted, debits_pending, credits_pending"
)
_TRANSFER_COLUMNS = ", ".join(TransferRow._fields)

_ACCOUNTS_BY_NAME = Prepared(f"SELECT {_ACCOUNT_COLUMNS} FROM accounts WHERE name IN ??")  # noqa: S608
_HEAD = Prepared("SELECT sequence, hash FROM transfers ORDER BY sequence DESC LIMIT 1")
_TRANSFERS_BY_ID = Prepared(f"SELECT {_TRANSFER_COLUMNS} FROM transfers WHERE id IN ??")  # noqa: S608
_HOLDS = Prepared(
    "SELECT hold.sequence, hold.kind, hold.debit_account, payer.name, hold.amount_mcpt,"
    " hold.task_id, part.sequence, hold.id"
    " FROM transfers AS hold"
    " JOIN accounts AS payer ON payer.id = hold.debit_account"
    " LEFT JOIN transfers AS part ON part.pending_sequence = hold.sequence AND part.part = 0"
    " WHERE hold.sequence IN ??"
)
_INSERT_TRANSFER = Prepared(
    f"INSERT INTO transfers ({_TRANSFER_COLUMNS})"  # noqa: S608
    f" VALUES ({', '.join('?' * len(TransferRow._fields))})"
)
_UPDATE_ACCOUNT = Prepared(
    "UPDATE accounts SET debits_posted = ?, credits_posted = ?, debits_pending = ?,"
    " credits_pending = ? WHERE id = ?"
)
_INSERT_ACCOUNT = Prepared("INSERT INTO accounts (id, name, unlimited) VALUES (?, ?, ?)")
_LAST_ACCOUNT_ID = Prepared("SELECT max(id) FROM accounts")


def open_system_accounts(tx: Connection) -> None:
    """Make the pool's own accounts where they are missing."""
    present = {row.name for row in find_accounts(tx, SYSTEM_ACCOUNTS)}
    missing = [
        (id_, name, int(name == TREASURY))
        for name, id_ in SYSTEM_ACCOUNTS.items()
        if name not in present
    ]
    _INSERT_ACCOUNT.run_many(tx, missing)


def open_user_account(tx: Connection, user_id: str) -> AccountRow:
    """A new account, empty, for a user who has none."""
    ((last_id,),) = _LAST_ACCOUNT_ID.rows(tx)
    row = AccountRow(last_id + 1, user_account(user_id), 0, 0, 0, 0, 0)
    _INSERT_ACCOUNT.run_many(tx, [row[:3]])
    return row


def find_accounts(tx: Connection, names: Iterable[str]) -> list[AccountRow]:
    """Those of the accounts `names` that exist."""
    return [AccountRow(*row) for row in _ACCOUNTS_BY_NAME.rows_in(tx, list(names))]


def all_accounts(tx: Connection) -> list[AccountRow]:
    """Every account, by id."""
    statement = select(*(accounts.c[name] for name in AccountRow._fields))
    return [AccountRow(*row) for row in tx.execute(statement.order_by(accounts.c.id))]


def find_head(tx: Connection) -> Head | None:
    """The end of the journal, or None while it is empty."""
    rows = _HEAD.rows(tx)
    return Head(*rows[0]) if rows else None


def find_transfers(tx: Connection, ids: Collection[str]) -> dict[str, TransferRow]:
    """Those of the transfers `ids` that exist, by id."""
    rows = map(TransferRow._make, _TRANSFERS_BY_ID.rows_in(tx, list(ids)))
    return {row.id: row for row in rows}


def find_holds(tx: Connection, sequences: Collection[int]) -> dict[int, HoldRow]:
    """The rows `sequences` and whether a resolution exists, by sequence."""
    return {row[0]: HoldRow._make(row) for row in _HOLDS.rows_in(tx, list(sequences))}


def append_transfers(tx: Connection, rows: Sequence[Row]) -> None:
    """Add `rows`, each with the fields of a TransferRow, to the journal."""
    _INSERT_TRANSFER.run_many(tx, rows)


def write_accounts(tx: Connection, rows: Iterable[AccountRow]) -> None:
    """Set the balances of `rows`."""
    _UPDATE_ACCOUNT.run_many(tx, [(*row[3:], row[0]) for row in rows])


def transfers_after(tx: Connection, sequence: int, last: int, limit: int) -> list[TransferRow]:
    """The rows after `sequence` up to and including `last`, oldest first, `limit` at most."""
    statement = (
        select(*(transfers.c[name] for name in TransferRow._fields))
        .where(transfers.c.sequence > sequence, transfers.c.sequence <= last)
        .order_by(transfers.c.sequence)
        .limit(limit)
    )
    return [TransferRow(*row) for row in tx.execute(statement)]


def history(tx: Connection, wanted: HistoryFilter, limit: int) -> list[TransferRow]:
    """The newest `limit` rows that `wanted` lets through, newest first."""
    columns = [transfers.c[name] for name in TransferRow._fields]
    rules = _rules(wanted)
    if wanted.account_id is None:
        statement = (
            select(*columns).where(*rules).order_by(transfers.c.sequence.desc()).limit(limit)
        )
        return [TransferRow(*row) for row in tx.execute(statement)]
    # Two walks down two indexes, each no longer than the page: an OR would sort all rows.
    found: set[TransferRow] = set()
    for side in (transfers.c.debit_account, transfers.c.credit_account):
        statement = (
            select(*columns)
            .where(side == wanted.account_id, *rules)
            .order_by(transfers.c.sequence.desc())
            .limit(limit)
        )
        found.update(TransferRow(*row) for row in tx.execute(statement))
    return sorted(found, key=lambda row: -row.sequence)[:limit]


def _rules(wanted: HistoryFilter) -> list[ColumnElement[bool]]:
    rules: list[ColumnElement[bool]] = []
    if wanted.task_id is not None:
        rules.append(transfers.c.task_id == wanted.task_id)
    if wanted.kinds:
        rules.append(transfers.c.kind.in_([int(kind) for kind in wanted.kinds]))
    if wanted.since_us is not None:
        rules.append(transfers.c.at_us >= wanted.since_us)
    if wanted.until_us is not None:
        rules.append(transfers.c.at_us < wanted.until_us)
    if wanted.before_sequence is not None:
        rules.append(transfers.c.sequence < wanted.before_sequence)
    return rules


def account_labels(tx: Connection, account_ids: Collection[int]) -> dict[int, AccountLabel]:
    """Whose the accounts are, by account id."""
    owner = and_(
        accounts.c.name.like("user:%"), users.c.id == func.substr(accounts.c.name, len("user:") + 1)
    )
    statement = (
        select(accounts.c.id, accounts.c.name, users.c.name)
        .outerjoin_from(accounts, users, owner)
        .where(accounts.c.id.in_(account_ids))
    )
    return {id_: AccountLabel(name, user) for id_, name, user in tx.execute(statement)}


def account_names(tx: Connection, rows: Iterable[TransferRow]) -> dict[int, str]:
    """The names of all accounts in `rows`, by id."""
    wanted = {row.debit_account for row in rows} | {row.credit_account for row in rows}
    statement = select(accounts.c.id, accounts.c.name).where(accounts.c.id.in_(wanted))
    return {row.id: row.name for row in tx.execute(statement)}


def transfer_ids(tx: Connection, sequences: Collection[int]) -> dict[int, str]:
    """The ids of the transfers `sequences`, by sequence."""
    statement = select(transfers.c.sequence, transfers.c.id).where(
        transfers.c.sequence.in_(sequences)
    )
    return {row.sequence: row.id for row in tx.execute(statement)}


def totals(tx: Connection) -> list[Totals]:
    """Each of the pool's accounts, and "users" for all others together."""
    name = case((accounts.c.id.in_(SYSTEM_ACCOUNTS.values()), accounts.c.name), else_="users")
    statement = (
        select(
            name.label("label"),
            func.sum(accounts.c.credits_posted - accounts.c.debits_posted),
            func.sum(accounts.c.debits_pending),
        )
        .group_by("label")
        .order_by(func.min(accounts.c.id))
    )
    return [
        Totals(label, int(balance), int(held)) for label, balance, held in tx.execute(statement)
    ]


def count_transfers(tx: Connection) -> int:
    """The number of rows in the journal."""
    return int(tx.execute(select(func.coalesce(func.max(transfers.c.sequence), 0))).scalar_one())
