"""What the database's refusals mean to the rest of the program."""

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from app.common.errors import HiveMindError, Reason

#: Constraint (PostgreSQL's name, and the columns by which SQLite names it) -> reason.
_CONSTRAINTS = {
    "uq_users_name_key": (Reason.USER_EXISTS, "That user name is taken."),
    "users.name_key": (Reason.USER_EXISTS, "That user name is taken."),
    "uq_transfers_pending": (Reason.HOLD_RESOLVED, "That hold was already settled or refunded."),
    "transfers.pending_sequence, transfers.part": (
        Reason.HOLD_RESOLVED,
        "That hold was already settled or refunded.",
    ),
    "ck_accounts_not_overdrawn": (Reason.INSUFFICIENT_BALANCE, "The balance is too small."),
}


class StoreFailed(HiveMindError):
    """The database may or may not have committed: the process must re-read it from the start."""


def translate(error: DBAPIError) -> HiveMindError | None:
    """The refusal that `error` stands for, or None if it is a bug that should surface."""
    text = str(error.orig)
    if isinstance(error, IntegrityError):
        for name, (reason, message) in _CONSTRAINTS.items():
            if name in text:
                return HiveMindError(reason, message)
        return None
    if not isinstance(error, OperationalError):
        return None
    lowered = text.lower()
    if "disk is full" in lowered or "no space left" in lowered:
        return HiveMindError(Reason.STORE_FULL, "The master's disk is full: nothing was changed.")
    if "database is locked" in lowered or "database table is locked" in lowered:
        return HiveMindError(Reason.STORE_LOCKED, "Another process holds the store.")
    return StoreFailed(Reason.STORE_UNAVAILABLE, f"The store failed: {text.splitlines()[0]}")
