"""Opening the database: SQLite by default, PostgreSQL by URL.

SQLite runs in WAL mode with `synchronous=FULL`: NORMAL survives a crash of the
process, but loses acknowledged commits in a power cut (see docs/decisions).
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool, StaticPool

from app.common.errors import HiveMindError, Reason
from app.master.store.prepared import run_text

_SQLITE_CACHE_KIB = 64 * 1024


@dataclass(frozen=True, slots=True)
class Engines:
    """`write` has one connection, for the writer's thread; `read` a few that cannot write."""

    write: Engine
    read: Engine

    @property
    def is_sqlite(self) -> bool:
        return self.write.dialect.name == "sqlite"

    def dispose(self) -> None:
        self.read.dispose()
        self.write.dispose()


def sqlite_url(path: Path) -> str:
    """The database URL of a SQLite file."""
    return f"sqlite:///{path.as_posix()}"


def open_engines(url: str) -> Engines:
    """Engines for `url` ("sqlite:///…", "sqlite://" for memory, "postgresql://…").

    Raises HiveMindError(CONFIG_INVALID) for any other kind of URL and
    HiveMindError(STORE_UNAVAILABLE) if nothing answers there.
    """
    if url == "sqlite://":
        engine = _memory_engine()
        return Engines(write=engine, read=engine)
    if url.startswith("sqlite:"):
        return Engines(
            write=_sqlite_engine(url, 1, read_only=False),
            read=_sqlite_engine(url, 4, read_only=True),
        )
    if url.startswith(("postgresql:", "postgresql+psycopg:", "postgres:")):
        return _postgres_engines("postgresql+psycopg:" + url.partition(":")[2])
    raise HiveMindError(
        Reason.CONFIG_INVALID, "The store's address must begin with sqlite: or postgresql:."
    )


def _sqlite_engine(url: str, pool_size: int, *, read_only: bool) -> Engine:
    engine = create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": 10.0, "cached_statements": 512},
    )

    def configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA cache_size=-{_SQLITE_CACHE_KIB}")
        connection.execute("PRAGMA temp_store=MEMORY")
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    event.listen(engine, "connect", configure)
    return engine


def _memory_engine() -> Engine:
    engine = create_engine(
        "sqlite://",
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        poolclass=StaticPool,
        connect_args={"check_same_thread": False, "cached_statements": 512},
    )
    event.listen(engine, "connect", _enforce_foreign_keys)
    return engine


def _enforce_foreign_keys(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys=ON")


def _postgres_engines(url: str) -> Engines:
    write = create_engine(
        url, isolation_level="AUTOCOMMIT", hide_parameters=True, pool_size=1, max_overflow=0
    )
    read = create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        pool_size=4,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"options": "-c default_transaction_read_only=on"},
    )
    try:
        write.connect().close()
    except OperationalError as error:
        raise HiveMindError(
            Reason.STORE_UNAVAILABLE, f"PostgreSQL does not answer: {error.orig}"
        ) from error
    return Engines(write=write, read=read)


def begin(connection: Connection) -> None:
    """Open a transaction that may write.

    The engines run in autocommit and the writer states its transactions itself:
    one way for both databases, without the driver's own idea of when to begin.
    """
    if connection.dialect.name == "sqlite":
        run_text(connection, "BEGIN IMMEDIATE")
    else:
        run_text(connection, "BEGIN")
