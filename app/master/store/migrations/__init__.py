"""Bringing a store to the schema of this version, at every start.

Each file in `versions` is one step. `migrate` runs those that are missing in one
transaction, so a store is either as before or as this version needs it.
"""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.master.store.engine import Engines
from app.master.store.errors import translate

#: The folder of the steps.
STEPS = Path(__file__).parent / "versions"


@dataclass(frozen=True, slots=True)
class Migrated:
    """What `migrate` did. Revisions are names like "0001"; `before` is None for a new store."""

    before: str | None
    after: str
    #: The copy of an older SQLite file, made before it was changed.
    backup: Path | None = None


def migrate(engines: Engines) -> Migrated:
    """Create the store's schema, or bring an older one up to date.

    A SQLite file of an older version is first copied beside itself, as
    "<name>.before-<revision>". Raises HiveMindError: STORE_TOO_NEW for a store that a
    newer version wrote, STORE_LOCKED, STORE_FULL, and STORE_UNAVAILABLE for a database
    that holds something else.
    """
    newest = newest_revision()
    try:
        with engines.write.connect() as connection:
            before = current_revision(connection)
            if before == newest:
                return Migrated(before, newest)
            # Alembic is a tenth of a start: most find nothing to do.
            from app.master.store.migrations.upgrade import upgrade  # noqa: PLC0415

            return Migrated(before, newest, upgrade(engines, connection, before, newest))
    except DBAPIError as error:
        refusal = translate(error)
        if refusal is None:
            raise
        raise refusal from error


def newest_revision() -> str:
    """The revision that this version needs: the last of the files in `versions`."""
    steps = sorted(STEPS.glob("v[0-9]*.py"))
    if not steps:
        raise FileNotFoundError("the migrations are missing from this installation")
    return steps[-1].stem.removeprefix("v")


def current_revision(connection: Connection) -> str | None:
    """The revision that the store is at, or None for an empty one."""
    if not sa.inspect(connection).has_table(_TABLE.name):
        return None
    return connection.execute(sa.select(_TABLE.c.version_num)).scalar_one_or_none()


#: Where Alembic keeps it.
_TABLE = sa.table("alembic_version", sa.column("version_num", sa.String))
