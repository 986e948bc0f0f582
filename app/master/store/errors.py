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
    "uq_transfers_id": (Reason.TRANSFER_EXISTS, "A transfer of that id exists."),
    "transfers.id": (Reason.TRANSFER_EXISTS, "A transfer of that id exists."),
    "uq_vpn_peers_public_key": (
        Reason.VPN_KEY_IN_USE,
        "Another peer has this public key: make a new key.",
    ),
    "vpn_peers.public_key": (
        Reason.VPN_KEY_IN_USE,
        "Another peer has this public key: make a new key.",
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
    kind = str(getattr(error.orig, "sqlite_errorname", ""))
    damaged = kind.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
    # "SQLITE_ERROR" is a statement that SQLite cannot run: PostgreSQL calls it a programming error.
    if not damaged and (not isinstance(error, OperationalError) or kind == "SQLITE_ERROR"):
        return None
    lowered = text.lower()
    if "disk is full" in lowered or "no space left" in lowered:
        return HiveMindError(Reason.STORE_FULL, "The master's disk is full: nothing was changed.")
    if "database is locked" in lowered or "database table is locked" in lowered:
        return HiveMindError(Reason.STORE_LOCKED, "Another process holds the store.")
    return StoreFailed(Reason.STORE_UNAVAILABLE, f"The store failed: {text.splitlines()[0]}")
