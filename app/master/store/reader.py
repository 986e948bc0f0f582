"""Queries off the event loop, on connections that cannot write."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from app.master.store.engine import Engines

T = TypeVar("T")

READERS = 3


class Reader(Protocol):
    """Runs read-only queries against the committed state."""

    async def run(self, query: Callable[[Connection], T]) -> T:
        """What `query` returned."""
        ...


class PooledReader:
    """A few threads, each query with a connection of its own."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")

    async def run(self, query: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._query, query)

    async def stop(self) -> None:
        """Wait for running queries and end the threads."""
        await asyncio.to_thread(self._pool.shutdown)

    def _query(self, query: Callable[[Connection], T]) -> T:
        with self._engines.read.connect() as connection:
            # One snapshot for all the statements of a query; SQLite knows no other way.
            level = "" if self._engines.is_sqlite else " ISOLATION LEVEL REPEATABLE READ"
            connection.exec_driver_sql(f"BEGIN{level}")
            try:
                return query(connection)
            finally:
                connection.exec_driver_sql("ROLLBACK")


class InlineReader:
    """Answers at once on the caller's thread: for simulations."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def run(self, query: Callable[[Connection], T]) -> T:
        with self._engines.read.connect() as connection:
            return query(connection)
