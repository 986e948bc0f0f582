"""Statements about the audit log."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select

from app.common.hash_chain import ChainedRow, Head
from app.master.store import Tx
from app.master.store.prepared import Prepared
from app.master.store.tables import audit_events, nodes, users

#: What the result of an act is that was done.
DONE = "OK"
#: The actor where the master itself acts, or whoever sits at it.
MASTER = "master"


class AuditRow(NamedTuple):
    """One row of the audit log; see the table for each meaning."""

    sequence: int
    at_us: int
    hash: bytes
    actor: str
    actor_name: str
    action: str
    target: str
    target_name: str
    details: str
    result: str
    peer: str
    times: int


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows to list; None and empty mean "any". Times in µs, `until_us` excluded."""

    #: Keys: "user:<id>".
    actors: tuple[str, ...] | None = None
    targets: tuple[str, ...] | None = None
    actions: tuple[str, ...] = ()
    #: Exactly these results.
    results: tuple[str, ...] = ()
    #: Only what was not done.
    refused: bool = False
    since_us: int | None = None
    until_us: int | None = None
    #: Only rows before this sequence.
    before_sequence: int | None = None


_COLUMNS = [audit_events.c[name] for name in AuditRow._fields]
_HEAD = Prepared("SELECT sequence, hash FROM audit_events ORDER BY sequence DESC LIMIT 1")
_INSERT = Prepared(
    f"INSERT INTO audit_events ({', '.join(AuditRow._fields)})"  # noqa: S608
    f" VALUES ({', '.join('?' * len(AuditRow._fields))})"
)


def find_head(tx: Tx) -> Head | None:
    """The end of the log, or None while it is empty."""
    rows = _HEAD.rows(tx)
    return Head(*rows[0]) if rows else None


def append(tx: Tx, rows: Iterable[ChainedRow]) -> None:
    """Add `rows`, each with the fields of an AuditRow."""
    _INSERT.run_many(tx, list(rows))


def rows_after(tx: Tx, sequence: int, last: int, limit: int) -> list[AuditRow]:
    """The rows after `sequence` up to and including `last`, oldest first, `limit` at most."""
    statement = (
        select(*_COLUMNS)
        .where(audit_events.c.sequence > sequence, audit_events.c.sequence <= last)
        .order_by(audit_events.c.sequence)
        .limit(limit)
    )
    return _rows(tx, statement)


def newest(tx: Tx, wanted: AuditFilter, limit: int) -> list[AuditRow]:
    """The newest `limit` rows that `wanted` lets through, newest first."""
    statement = select(*_COLUMNS).where(*_rules(wanted))
    return _rows(tx, statement.order_by(audit_events.c.sequence.desc()).limit(limit))


def keys_of(tx: Tx, name: str, name_key: str) -> tuple[str, ...]:
    """Which users and nodes are meant by `name`: a name, an id, or a key itself.

    A task or a token is named by its id.
    """
    if ":" in name or name == MASTER:
        return (name,)
    user_ids = tx.execute(select(users.c.id).where(users.c.name_key == name_key)).scalars()
    node_ids = tx.execute(select(nodes.c.id).where(nodes.c.name == name)).scalars()
    found = [f"user:{id_}" for id_ in user_ids] + [f"node:{id_}" for id_ in node_ids]
    return (*found, *(f"{kind}:{name}" for kind in ("user", "node", "task", "token")))


def user_named(tx: Tx, name_key: str) -> tuple[str, str] | None:
    """Id and name of the user whose name is compared as `name_key`."""
    return _pair(tx, select(users.c.id, users.c.name).where(users.c.name_key == name_key))


def node_named(tx: Tx, id_or_name: str) -> tuple[str, str] | None:
    """Id and name of the node that is called so, the newest where several are."""
    by_id = _pair(tx, select(nodes.c.id, nodes.c.name).where(nodes.c.id == id_or_name))
    if by_id is not None:
        return by_id
    statement = select(nodes.c.id, nodes.c.name).where(nodes.c.name == id_or_name)
    return _pair(tx, statement.order_by(nodes.c.id.desc()).limit(1))


def _pair(tx: Tx, statement: Select[Any]) -> tuple[str, str] | None:
    row = tx.execute(statement).first()
    return None if row is None else (row[0], row[1])


def _rows(tx: Tx, statement: Select[Any]) -> list[AuditRow]:
    return [AuditRow(*row) for row in tx.execute(statement)]


def _rules(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    columns = audit_events.c
    rules: list[ColumnElement[bool]] = []
    listed: list[tuple[ColumnElement[str], Collection[str] | None]] = [
        (columns.actor, wanted.actors),
        (columns.target, wanted.targets),
        (columns.action, wanted.actions or None),
        (columns.result, wanted.results or None),
    ]
    rules += [column.in_(values) for column, values in listed if values is not None]
    if wanted.refused:
        rules.append(columns.result != DONE)
    if wanted.since_us is not None:
        rules.append(columns.at_us >= wanted.since_us)
    if wanted.until_us is not None:
        rules.append(columns.at_us < wanted.until_us)
    if wanted.before_sequence is not None:
        rules.append(columns.sequence < wanted.before_sequence)
    return rules


def count(tx: Tx) -> int:
    """The number of rows."""
    return int(tx.execute(select(func.coalesce(func.max(audit_events.c.sequence), 0))).scalar_one())
