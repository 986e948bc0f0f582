"""Statements of the hot paths: text made once, for both databases.

Composing a Core expression and looking up its compiled form costs more than SQLite
needs to run it. These few statements are text, with every value bound.
"""

import json
from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection

Row: TypeAlias = tuple[Any, ...]


class Prepared:
    """One statement. In its text `?` is a value and `IN ??` is followed by a list as one value."""

    __slots__ = ("_postgres", "_sqlite")

    def __init__(self, text: str) -> None:
        self._sqlite = text.replace("IN ??", "IN (SELECT value FROM json_each(?))")
        self._postgres = text.replace("IN ??", "= ANY(%s)").replace("?", "%s")

    def rows(self, tx: Connection, *values: object) -> Sequence[Row]:
        """All rows for `values`; a list among them is the right side of an `IN ??`."""
        if tx.dialect.name == "sqlite":
            bound = tuple(json.dumps(v) if isinstance(v, list) else v for v in values)
            result = tx.exec_driver_sql(self._sqlite, bound)
        else:
            result = tx.exec_driver_sql(self._postgres, values)
        return result.fetchall()

    def run_many(self, tx: Connection, rows: Sequence[Row]) -> None:
        """Run once for each of `rows`."""
        if rows:
            text = self._sqlite if tx.dialect.name == "sqlite" else self._postgres
            tx.exec_driver_sql(text, list(rows))
