"""Running the steps that a store lacks, by Alembic."""

import sqlite3
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from app.common.errors import HiveMindError, Reason
from app.master.store.engine import Engines, begin
from app.master.store.tables import metadata

log = structlog.get_logger(__name__)


def upgrade(
    engines: Engines, connection: Connection, before: str | None, newest: str
) -> Path | None:
    """Bring the store from one revision to another; returns the copy made of it before.

    Raises HiveMindError: STORE_TOO_NEW, and STORE_UNAVAILABLE where it holds something else.
    """
    _check_known(connection, before, ScriptDirectory.from_config(config()))
    backup = _back_up(engines, newest) if before else None
    _upgrade(connection)
    log.info("store migrated", before=before, after=newest, backup=backup and str(backup))
    return backup


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration: everything is inside this package."""
    made = Config()
    made.set_main_option("script_location", Path(__file__).parent.as_posix().replace("%", "%%"))
    made.set_main_option("file_template", "v%%(rev)s")
    made.attributes["connection"] = connection
    return made


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
