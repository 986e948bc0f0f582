"""The group-commit writer: many units of work, one transaction, one fsync.

A unit is a plain function of the connection. It runs on the writer's thread inside
a savepoint of its own, so a refused unit undoes itself and no other. What it
returned reaches its caller only after the commit: acknowledged means committed.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.common.errors import Category, HiveMindError, Reason
from app.master.store.announcements import begin_unit, end_unit
from app.master.store.engine import Engines, begin
from app.master.store.errors import StoreFailed, translate
from app.master.store.prepared import in_transaction, run_text

log = structlog.get_logger(__name__)

T = TypeVar("T")

#: Units in one transaction at most: bounds how long the first waits for the last.
GROUP_MAX = 512


class Writer(Protocol):
    """Commits units of work, in the order in which they were handed in."""

    @property
    def commits(self) -> int:
        """Transactions so far: while it stays the same, so does what the store holds."""
        ...

    async def run(self, unit: Callable[[Connection], T]) -> T:
        """What `unit` returned, after it was committed.

        Raises what the unit raised, and then nothing of it was written;
        HiveMindError(STORE_FULL | STORE_LOCKED) when the commit was refused;
        StoreFailed when the outcome is unknown.
        """
        ...


@dataclass(slots=True)
class _Pending(Generic[T]):
    unit: Callable[[Connection], T]
    future: asyncio.Future[T]
    result: T | None = field(default=None)
    error: BaseException | None = None
    #: What the unit announced; worth nothing where there is an error.
    announced: list[Hashable] = field(default_factory=list)


class GroupCommitWriter:
    """Owns the one writing connection and the thread that uses it.

    `on_failure` is called on the loop when the store may be inconsistent with
    what the process believes; the process must then end and start anew.
    `on_committed` is called on the loop with what a transaction's units announced, each once,
    before their callers go on; it must not raise.
    """

    def __init__(
        self,
        engines: Engines,
        on_failure: Callable[[StoreFailed], None],
        on_committed: Callable[[Iterable[Any]], None] = lambda _told: None,
    ) -> None:
        self._engines = engines
        self._on_failure = on_failure
        self._on_committed = on_committed
        self._queue: queue.SimpleQueue[_Pending[Any] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._failed: StoreFailed | None = None
        self._stopped = False
        self.commits = 0

    def start(self) -> None:
        """Start the thread; to be called inside the running loop."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def run(self, unit: Callable[[Connection], T]) -> T:
        if self._loop is None or self._stopped:
            raise HiveMindError(Reason.SHUTTING_DOWN, "The store is closed.")
        if self._failed is not None:
            raise self._failed
        future: asyncio.Future[T] = self._loop.create_future()
        self._queue.put(_Pending(unit, future))
        # A caller who is cancelled cancels this future, and nothing of what the thread commits.
        return await future

    async def stop(self) -> None:
        """Commit what was handed in, then end the thread."""
        if self._stopped or self._loop is None:
            return
        self._stopped = True
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        connection = self._engines.write.connect()
        try:
            running = True
            while running:
                group, running = self._next_group()
                if group:
                    self._commit(connection, group)
                    self._deliver(group)
        finally:
            connection.close()

    def _next_group(self) -> tuple[list[_Pending[Any]], bool]:
        group: list[_Pending[Any]] = []
        item = self._queue.get()
        while item is not None:
            group.append(item)
            if len(group) >= GROUP_MAX:
                return group, True
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return group, True
        return group, False

    def _commit(self, connection: Connection, group: list[_Pending[Any]]) -> None:
        if self._failed is not None:
            _fail_all(group, self._failed)
            return
        self._failed = commit_group(connection, group)
        self.commits += 1

    def _deliver(self, group: list[_Pending[Any]]) -> None:
        if self._loop is None or self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._resolve, group)

    def _resolve(self, group: list[_Pending[Any]]) -> None:
        told = dict.fromkeys(
            event for pending in group if pending.error is None for event in pending.announced
        )
        if told:
            self._on_committed(told)
        for pending in group:
            if pending.future.done():
                continue
            if pending.error is not None:
                pending.future.set_exception(pending.error)
            else:
                pending.future.set_result(pending.result)
        if self._failed is not None:
            self._on_failure(self._failed)


class InlineWriter:
    """Commits each unit at once on the caller's thread: for simulations and benchmarks."""

    def __init__(self, engines: Engines) -> None:
        self._connection = engines.write.connect()
        self.commits = 0

    async def run(self, unit: Callable[[Connection], T]) -> T:
        pending: _Pending[T] = _Pending(unit, asyncio.get_running_loop().create_future())
        commit_group(self._connection, [pending])
        self.commits += 1
        if pending.error is not None:
            raise pending.error
        return pending.result  # type: ignore[return-value]

    def close(self) -> None:
        self._connection.close()


def commit_group(connection: Connection, group: list[_Pending[Any]]) -> StoreFailed | None:
    """Run every unit of `group` in one transaction and commit it.

    Each unit's result, or why it was refused, is kept in it. Returns the failure after
    which nobody knows what the store holds, if that is how it ended.
    """
    try:
        run_group(connection, group)
    except Exception as error:
        # The thread must answer its callers, whatever it is.
        refusal = translate(error) if isinstance(error, DBAPIError) else None
        refusal = refusal or StoreFailed(Reason.STORE_UNAVAILABLE, f"The store failed: {error}")
        log.exception("commit failed", units=len(group), reason=refusal.reason.name)
        for pending in group:
            pending.error = refusal
        if isinstance(refusal, StoreFailed):
            return refusal
        _roll_back(connection)
    return None


def run_group(connection: Connection, group: list[_Pending[Any]]) -> None:
    """Run every unit of `group` in one transaction and commit it.

    A unit's own exception is kept in it. Raises what ends the transaction itself; it may
    then still be open.
    """
    begin(connection)
    alone = len(group) == 1
    for pending in group:
        if not alone:
            run_text(connection, "SAVEPOINT unit")
        begin_unit(connection)
        try:
            pending.result = pending.unit(connection)
            pending.announced = end_unit(connection)
        except Exception as error:  # noqa: BLE001 - kept for its caller, whatever it is
            pending.error = _meaning(error)
            if alone:
                run_text(connection, "ROLLBACK")
                return
            run_text(connection, "ROLLBACK TO SAVEPOINT unit")
        if not alone:
            run_text(connection, "RELEASE SAVEPOINT unit")
    run_text(connection, "COMMIT")


def _meaning(error: Exception) -> BaseException:
    """What a unit's `error` is to its caller. Raises what concerns the whole transaction."""
    if not isinstance(error, DBAPIError):
        return error
    refusal = translate(error)
    if refusal is None:
        return error
    # On a full disk SQLite has already undone the transaction, every unit's part of it.
    if refusal.reason.category in (Category.UNAVAILABLE, Category.RESOURCE_EXHAUSTED):
        raise error
    refusal.__cause__ = error
    return refusal


def _roll_back(connection: Connection) -> None:
    if in_transaction(connection):
        run_text(connection, "ROLLBACK")


def _fail_all(group: list[_Pending[Any]], error: BaseException) -> None:
    for pending in group:
        pending.error = error
