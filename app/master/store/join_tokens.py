"""Statements about join tokens."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select, update

from app.master.store import Tx
from app.master.store.tables import join_tokens, users


@dataclass(frozen=True, slots=True)
class NewJoinToken:
    """A token at its birth; of its secret only the SHA-256."""

    id: str
    secret_hash: bytes
    owner_id: str
    created_by: str
    note: str
    created_us: int
    expires_us: int
    uses_left: int


@dataclass(frozen=True, slots=True)
class JoinTokenRow:
    """A token as stored, with its owner's name."""

    id: str
    secret_hash: bytes
    owner_id: str
    owner_name: str
    note: str
    created_us: int
    expires_us: int
    uses_left: int
    revoked: bool


_STORED = [field.name for field in fields(JoinTokenRow) if field.name != "owner_name"]
_SELECT: Select[Any] = select(
    *(join_tokens.c[name] for name in _STORED), users.c.name.label("owner_name")
).join(users, users.c.id == join_tokens.c.owner_id)


def add(tx: Tx, token: NewJoinToken) -> None:
    tx.execute(insert(join_tokens).values(**asdict(token)))


def by_id(tx: Tx, token_id: str) -> JoinTokenRow | None:
    row = tx.execute(_SELECT.where(join_tokens.c.id == token_id)).one_or_none()
    return None if row is None else _token(row)


def newest(tx: Tx, limit: int) -> list[JoinTokenRow]:
    """At most `limit` tokens, newest first."""
    ordered = _SELECT.order_by(join_tokens.c.created_us.desc(), join_tokens.c.id).limit(limit)
    return [_token(row) for row in tx.execute(ordered)]


def use_once(tx: Tx, token_id: str, at_us: int) -> bool:
    """Take one of the token's uses; False if it has none that is good at `at_us`.

    One statement decides and counts, so that of many who come at once no one too many wins.
    """
    taken = tx.execute(
        update(join_tokens)
        .where(
            join_tokens.c.id == token_id,
            join_tokens.c.uses_left > 0,
            join_tokens.c.revoked == 0,
            join_tokens.c.expires_us > at_us,
        )
        .values(uses_left=join_tokens.c.uses_left - 1)
    )
    return taken.rowcount == 1


def revoke(tx: Tx, token_id: str) -> bool:
    """Make the token useless; False if there is none of that id."""
    changed = update(join_tokens).where(join_tokens.c.id == token_id).values(revoked=1)
    return tx.execute(changed).rowcount == 1


def delete_expired(tx: Tx, before_us: int) -> int:
    """Forget tokens that expired before `before_us`; how many they were."""
    return tx.execute(delete(join_tokens).where(join_tokens.c.expires_us < before_us)).rowcount


def _token(row: Row[Any]) -> JoinTokenRow:
    return JoinTokenRow(**dict(row._mapping) | {"revoked": bool(row.revoked)})
