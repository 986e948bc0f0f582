"""Statements about sessions."""

from dataclasses import asdict, dataclass, fields

from sqlalchemy import delete, insert, or_, select, update

from app.common.vocabulary import Role
from app.master.store import Tx
from app.master.store.tables import sessions, users


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as stored: hashes of its refresh tokens, never the tokens."""

    id: str
    user_id: str
    refresh_hash: bytes
    previous_hash: bytes | None
    rotated_us: int
    created_us: int
    expires_us: int
    revoked_us: int | None
    address: str = ""
    client: str = ""


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that may make calls, with its user as they are now."""

    id: str
    user_id: str
    user_name: str
    role: Role
    expires_us: int


_COLUMNS = tuple(sessions.c[field.name] for field in fields(SessionRow))


def add(tx: Tx, session: SessionRow) -> None:
    tx.execute(insert(sessions).values(**asdict(session)))


def by_id(tx: Tx, session_id: str) -> SessionRow | None:
    row = tx.execute(select(*_COLUMNS).where(sessions.c.id == session_id)).one_or_none()
    return None if row is None else SessionRow(**row._mapping)


def rotate(
    tx: Tx, session: SessionRow, refresh_hash: bytes, at_us: int, address: str, client: str
) -> None:
    """Put a new refresh token in the place of the current one, and note that one."""
    tx.execute(
        update(sessions)
        .where(sessions.c.id == session.id)
        .values(
            refresh_hash=refresh_hash,
            previous_hash=session.refresh_hash,
            rotated_us=at_us,
            address=address,
            client=client,
        )
    )


def good_of(tx: Tx, user_id: str, at_us: int, idle_us: int) -> list[SessionRow]:
    """The sessions of a user that are good at `at_us`, the last used first."""
    good = select(*_COLUMNS).where(
        sessions.c.user_id == user_id,
        sessions.c.revoked_us.is_(None),
        sessions.c.expires_us > at_us,
        sessions.c.rotated_us > at_us - idle_us,
    )
    rows = tx.execute(good.order_by(sessions.c.rotated_us.desc(), sessions.c.id.desc()))
    return [SessionRow(**row._mapping) for row in rows]


def revoke(tx: Tx, session_id: str, at_us: int) -> None:
    tx.execute(
        update(sessions)
        .where(sessions.c.id == session_id, sessions.c.revoked_us.is_(None))
        .values(revoked_us=at_us)
    )


def revoke_all_of(tx: Tx, user_id: str, at_us: int, *, but: str = "") -> None:
    """End all sessions of a user, except the session `but`."""
    tx.execute(
        update(sessions)
        .where(
            sessions.c.user_id == user_id,
            sessions.c.id != but,
            sessions.c.revoked_us.is_(None),
        )
        .values(revoked_us=at_us)
    )


def revoke_least_used(tx: Tx, user_id: str, keep: int, at_us: int) -> list[str]:
    """End all but the `keep` most lately used sessions of a user; the ids of those ended."""
    surplus = (
        select(sessions.c.id)
        .where(
            sessions.c.user_id == user_id,
            sessions.c.revoked_us.is_(None),
            sessions.c.expires_us > at_us,
        )
        .order_by(sessions.c.rotated_us.desc(), sessions.c.id.desc())
        .offset(keep)
        .limit(1000)
    )
    ended = list(tx.execute(surplus).scalars())
    for session_id in ended:
        revoke(tx, session_id, at_us)
    return ended


def live(tx: Tx, at_us: int) -> list[LiveSession]:
    """All sessions that may make calls at `at_us`."""
    rows = tx.execute(
        select(sessions.c.id, sessions.c.user_id, users.c.name, users.c.role, sessions.c.expires_us)
        .join(users, users.c.id == sessions.c.user_id)
        .where(
            sessions.c.revoked_us.is_(None),
            sessions.c.expires_us > at_us,
            users.c.disabled == 0,
        )
    )
    return [
        LiveSession(row.id, row.user_id, row.name, Role(row.role), row.expires_us) for row in rows
    ]


def delete_ended(tx: Tx, before_us: int) -> int:
    """Forget sessions that ended before `before_us`; how many they were."""
    gone = delete(sessions).where(
        or_(sessions.c.expires_us < before_us, sessions.c.revoked_us < before_us)
    )
    return tx.execute(gone).rowcount
