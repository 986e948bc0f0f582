"""Statements of the hot paths, handed to the driver itself.

What SQLAlchemy does around a statement (its context, its result with column names
and types) costs more than SQLite needs to run a small one. These few statements are
text made once, with every value bound; errors come as SQLAlchemy's all the same.
"""

import json
from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Row: TypeAlias = tuple[Any, ...]


#: Lists up to this length are spelled out; longer ones travel as one value.
_SPELLED_MAX = 16


class Prepared:
    """One statement. In its text `?` is a value, and one `IN ??` may stand for a list of values."""

    __slots__ = ("_postgres", "_spelled", "_sqlite")

    def __init__(self, text: str) -> None:
        self._sqlite = text.replace("IN ??", "IN (SELECT value FROM json_each(?))")
        self._postgres = text.replace("IN ??", "= ANY(%s)").replace("?", "%s")
        self._spelled = [
            text.replace("IN ??", f"IN ({', '.join('?' * length)})")
            for length in range(_SPELLED_MAX + 1)
        ]

    def rows(self, tx: Connection) -> list[Row]:
        """All rows of a statement without values."""
        return _execute(tx, self._sqlite, ()).fetchall()  # type: ignore[no-any-return]

    def row(self, tx: Connection, *values: Any) -> Row | None:
        """The first row; None: there is none."""
        text = self._sqlite if tx.dialect.name == "sqlite" else self._postgres
        return _execute(tx, text, values).fetchone()  # type: ignore[no-any-return]

    def rows_in(self, tx: Connection, values: list[Any]) -> list[Row]:
        """All rows of a statement whose only value is the list of its `IN ??`."""
        if tx.dialect.name != "sqlite":
            cursor = _execute(tx, self._postgres, (values,))
        elif len(values) <= _SPELLED_MAX:
            cursor = _execute(tx, self._spelled[len(values)], values)
        else:
            cursor = _execute(tx, self._sqlite, (json.dumps(values),))
        return cursor.fetchall()  # type: ignore[no-any-return]

    def run_many(self, tx: Connection, rows: Sequence[Row]) -> int:
        """Run once for each of `rows`; how many rows of the table that changed."""
        if not rows:
            return 0
        text = self._sqlite if tx.dialect.name == "sqlite" else self._postgres
        driver: Any = tx.connection.driver_connection
        try:
            cursor = driver.cursor()
            cursor.executemany(text, rows)
        except tx.dialect.loaded_dbapi.Error as error:
            raise _as_sqlalchemy(tx, text, error) from error
        return int(cursor.rowcount)


def run_text(tx: Connection, text: str) -> None:
    """Run a statement without values: BEGIN, SAVEPOINT, COMMIT and their like."""
    _execute(tx, text, ())


def in_transaction(tx: Connection) -> bool:
    """Whether the database has a transaction open, whatever SQLAlchemy believes."""
    driver: Any = tx.connection.driver_connection
    if tx.dialect.name == "sqlite":
        return bool(driver.in_transaction)
    return bool(driver.info.transaction_status)


def _execute(tx: Connection, text: str, values: Sequence[Any]) -> Any:
    driver: Any = tx.connection.driver_connection
    try:
        return driver.execute(text, values)
    except tx.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy(tx, text, error) from error


def _as_sqlalchemy(tx: Connection, text: str, error: Exception) -> BaseException:
    base: type[Exception] = tx.dialect.loaded_dbapi.Error
    # Values stay out of the message: it may end in a log.
    return DBAPIError.instance(text, None, error, base, dialect=tx.dialect)
