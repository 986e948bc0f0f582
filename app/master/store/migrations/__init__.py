"""Bringing a store to the schema of this version, at every start.

Each file in `versions` is one step. `migrate` runs those that are missing in one
transaction, so a store is either as before or as this version needs it.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from app.common.errors import HiveMindError, Reason
from app.master.store.engine import Engines, begin
from app.master.store.errors import translate
from app.master.store.tables import metadata

log = structlog.get_logger(__name__)


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
    scripts = ScriptDirectory.from_config(config())
    newest = scripts.get_current_head()
    if newest is None:
        raise FileNotFoundError("the migrations are missing from this installation")
    try:
        with engines.write.connect() as connection:
            before = current_revision(connection)
            if before == newest:
                return Migrated(before, newest)
            _check_known(connection, before, scripts)
            backup = _back_up(engines, newest) if before else None
            _upgrade(connection)
    except DBAPIError as error:
        refusal = translate(error)
        if refusal is None:
            raise
        raise refusal from error
    log.info("store migrated", before=before, after=newest, backup=backup and str(backup))
    return Migrated(before, newest, backup)


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration: everything is inside this package."""
    made = Config()
    made.set_main_option("script_location", Path(__file__).parent.as_posix().replace("%", "%%"))
    made.set_main_option("file_template", "v%%(rev)s")
    made.attributes["connection"] = connection
    return made


def current_revision(connection: Connection) -> str | None:
    """The revision that the store is at, or None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def _check_known(connection: Connection, before: str | None, scripts: ScriptDirectory) -> None:
    if before is None:
        foreign = set(inspect(connection).get_table_names()) & set(metadata.tables)
        if foreign:
            raise HiveMindError(
                Reason.STORE_UNAVAILABLE,
                "The database already holds tables that this program did not make:"
                f" {', '.join(sorted(foreign)[:3])}. Name another one.",
            )
    elif before not in {script.revision for script in scripts.walk_revisions()}:
        raise HiveMindError(
            Reason.STORE_TOO_NEW,
            f"The store was written by a newer version (schema {before}):"
            " install that version or a later one.",
            schema=before,
        )


def _upgrade(connection: Connection) -> None:
    begin(connection)
    try:
        command.upgrade(config(connection), "head")
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")


def _back_up(engines: Engines, newest: str) -> Path | None:
    """Copy an SQLite file as it is now, whole and on disk before anything changes."""
    name = engines.write.url.database
    if not engines.is_sqlite or not name or name == ":memory:":
        return None
    source = Path(name)
    target = source.with_name(f"{source.name}.before-{newest}")
    unfinished = target.with_name(target.name + ".part")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    # Two plain connections: the copy is one read transaction, the write-ahead log included.
    reading, writing = sqlite3.connect(source), sqlite3.connect(unfinished)
    try:
        reading.backup(writing)
        writing.execute("PRAGMA synchronous=FULL")
        writing.execute("PRAGMA journal_mode=DELETE")
    finally:
        writing.close()
        reading.close()
    unfinished.replace(target)
    return target
