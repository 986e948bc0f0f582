"""Triggers that refuse to change or delete a row of the journal.

They stop a mistake and a careless hand, not an attacker who owns the file: that is
what the hash chain shows.
"""

from alembic import op

_MESSAGE = "transfers are append-only"

_SQLITE = tuple(
    f"CREATE TRIGGER transfers_no_{change.lower()} BEFORE {change} ON transfers"
    f" BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    for change in ("UPDATE", "DELETE")
)

_POSTGRES = (
    f"""
    CREATE FUNCTION refuse_transfer_change() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION '{_MESSAGE}'; END $$
    """,
    """
    CREATE TRIGGER transfers_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON transfers
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_transfer_change()
    """,
)


def protect_transfers() -> None:
    """Add the triggers; to be called inside a migration."""
    statements = _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRES
    for statement in statements:
        op.execute(statement)
