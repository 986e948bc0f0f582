"""Statements about codes for forgotten passwords."""

from dataclasses import asdict, dataclass, fields

from sqlalchemy import delete, insert, select

from app.master.store import Tx
from app.master.store.tables import reset_codes


@dataclass(frozen=True, slots=True)
class ResetCodeRow:
    """A code as stored: its hash, never the code."""

    user_id: str
    code_id: str
    code_hash: bytes
    expires_us: int


_COLUMNS = tuple(reset_codes.c[field.name] for field in fields(ResetCodeRow))


def put(tx: Tx, code: ResetCodeRow) -> None:
    """Keep the code in place of the user's one before."""
    forget(tx, code.user_id)
    tx.execute(insert(reset_codes).values(**asdict(code)))


def of_user(tx: Tx, user_id: str) -> ResetCodeRow | None:
    row = tx.execute(select(*_COLUMNS).where(reset_codes.c.user_id == user_id)).one_or_none()
    return None if row is None else ResetCodeRow(**row._mapping)


def forget(tx: Tx, user_id: str) -> None:
    tx.execute(delete(reset_codes).where(reset_codes.c.user_id == user_id))


def delete_expired(tx: Tx, before_us: int) -> int:
    """Forget codes whose time was over before `before_us`; how many they were."""
    return tx.execute(delete(reset_codes).where(reset_codes.c.expires_us < before_us)).rowcount
