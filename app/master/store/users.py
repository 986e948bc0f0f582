"""Statements about users."""

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from app.common.vocabulary import Role
from app.master.store import Tx
from app.master.store.tables import users


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user as stored; `name_key` is the name as it is compared."""

    id: str
    name: str
    name_key: str
    password_hash: str
    role: Role
    disabled: bool
    created_us: int


_COLUMNS = tuple(users.c[field.name] for field in fields(UserRow))


def add(tx: Tx, user: UserRow) -> None:
    """Insert. Raises HiveMindError(USER_EXISTS), through the writer, if the name is taken."""
    tx.execute(
        insert(users).values(
            id=user.id,
            name=user.name,
            name_key=user.name_key,
            password_hash=user.password_hash,
            role=int(user.role),
            disabled=int(user.disabled),
            created_us=user.created_us,
        )
    )


def by_id(tx: Tx, user_id: str) -> UserRow | None:
    return _one(tx.execute(select(*_COLUMNS).where(users.c.id == user_id)).one_or_none())


def by_name_key(tx: Tx, name_key: str) -> UserRow | None:
    return _one(tx.execute(select(*_COLUMNS).where(users.c.name_key == name_key)).one_or_none())


def page(tx: Tx, offset: int, limit: int) -> list[UserRow]:
    """At most `limit` users, oldest first, without the first `offset`."""
    by_age = select(*_COLUMNS).order_by(users.c.created_us, users.c.id)
    rows = tx.execute(by_age.offset(offset).limit(limit))
    return [_user(row) for row in rows]


def set_access(tx: Tx, user_id: str, role: Role, *, disabled: bool) -> None:
    """Set what a user may do."""
    tx.execute(
        update(users).where(users.c.id == user_id).values(role=int(role), disabled=int(disabled))
    )


def set_password(tx: Tx, user_id: str, password_hash: str) -> None:
    tx.execute(update(users).where(users.c.id == user_id).values(password_hash=password_hash))


def replace_password(tx: Tx, user_id: str, old_hash: str, new_hash: str) -> None:
    """Set the hash where it still is `old_hash`: the same password, hashed anew."""
    tx.execute(
        update(users)
        .where(users.c.id == user_id, users.c.password_hash == old_hash)
        .values(password_hash=new_hash)
    )


def count_enabled(tx: Tx, role: Role) -> int:
    """How many users have `role` and may sign in."""
    query = select(func.count()).where(users.c.role == int(role), users.c.disabled == 0)
    return int(tx.execute(query).scalar_one())


def _one(row: Row[Any] | None) -> UserRow | None:
    return None if row is None else _user(row)


def _user(row: Row[Any]) -> UserRow:
    values = dict(row._mapping)
    return UserRow(**values | {"role": Role(row.role), "disabled": bool(row.disabled)})
