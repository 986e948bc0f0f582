"""The store as a master's process sees it: it answers late, and what was not committed dies."""

import asyncio
import sqlite3
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any, TypeVar

from sqlalchemy import Connection

from app.common.errors import HiveMindError, Reason
from app.master.store.engine import open_engines
from app.master.store.migrations import migrate
from app.master.store.reader import InlineReader
from app.master.store.writer import run_group
from tests.simulation.plan import Plan

T = TypeVar("T")


@cache
def _empty_image() -> bytes:
    engines = open_engines("sqlite://")
    migrate(engines)
    with engines.write.connect() as connection:
        image = _driver(connection).serialize()
    engines.dispose()
    return image


def _driver(connection: Connection) -> sqlite3.Connection:
    return connection.connection.driver_connection


class SharedStore:
    """One database in memory with the real schema. It outlives every master."""

    def __init__(self) -> None:
        self.engines = open_engines("sqlite://")
        self.connection = self.engines.write.connect()
        _driver(self.connection).deserialize(_empty_image())
        #: Digests of the artifacts that are complete on the master's disk.
        self.artifacts: set[str] = set()
        #: What the result with a digest says: of one task, equal results say the same.
        self.meanings: dict[str, str] = {}

    def rows(self, sql: str, *values: Any) -> list[tuple]:
        """A question put to the database itself, past all code of the master."""
        return _driver(self.connection).execute(sql, values).fetchall()

    def close(self) -> None:
        self.connection.close()
        self.engines.dispose()


class _Pending:
    def __init__(self, unit: Callable[[Connection], Any], future: asyncio.Future) -> None:
        self.unit = unit
        self.future = future
        self.result: Any = None
        self.error: BaseException | None = None


class LateWriter:
    """The group commit in virtual time: units gather, are committed, and are told later.

    A `kill` between these moments loses what gathered and leaves what was committed
    unacknowledged, as the end of a process does.
    """

    def __init__(self, store: SharedStore, plan: Plan, random: Random) -> None:
        self._store = store
        self._plan = plan
        self._random = random
        self._gathered: list[_Pending] = []
        self._untold: list[_Pending] = []
        self._committing = False
        self._told_at = 0.0
        self._dead = False
        self.lost = 0
        self.unacknowledged = 0

    async def run(self, unit: Callable[[Connection], T]) -> T:
        if self._dead:
            raise asyncio.CancelledError
        loop = asyncio.get_running_loop()
        pending = _Pending(unit, loop.create_future())
        self._gathered.append(pending)
        if not self._committing:
            self._committing = True
            loop.call_later(self._plan.commit_seconds(self._random), self._commit)
        return await pending.future

    def kill(self) -> None:
        """The process is gone."""
        self._dead = True
        self.lost = len(self._gathered)
        self.unacknowledged = len(self._untold)
        for pending in [*self._untold, *self._gathered]:
            pending.future.cancel()
        self._gathered.clear()
        self._untold.clear()

    def _commit(self) -> None:
        if self._dead:
            return
        group, self._gathered = self._gathered, []
        if self._plan.store_is_full(self._random):
            for pending in group:
                pending.error = HiveMindError(Reason.STORE_FULL, "The disk is full.")
        else:
            run_group(self._store.connection, group)
        self._untold += group
        loop = asyncio.get_running_loop()
        self._told_at = max(self._told_at, loop.time() + self._plan.tell_seconds(self._random))
        loop.call_at(self._told_at, self._tell, len(group))
        self._committing = False

    def _tell(self, count: int) -> None:
        if self._dead:
            return
        group, self._untold = self._untold[:count], self._untold[count:]
        for pending in group:
            if pending.future.done():
                continue
            if pending.error is not None:
                pending.future.set_exception(pending.error)
            else:
                pending.future.set_result(pending.result)


class LateReader:
    """Answers from the committed state, of some moment between the question and the answer."""

    def __init__(self, store: SharedStore, plan: Plan, random: Random) -> None:
        self._reader = InlineReader(store.engines)
        self._plan = plan
        self._random = random

    async def run(self, query: Callable[[Connection], T]) -> T:
        await asyncio.sleep(self._plan.read_seconds(self._random))
        answer = await self._reader.run(query)
        await asyncio.sleep(self._plan.read_seconds(self._random))
        return answer
