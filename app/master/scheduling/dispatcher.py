"""From queued to sent: plans placements, commits them, and gives them to the streams.

Event-driven: whatever may make a placement possible calls `wake`. While one group of
placements is being committed the next is planned, so the disk and the plan overlap.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from app.common.background import BackgroundTasks
from app.common.clock import Clock
from app.common.errors import HiveMindError
from app.common.ids import IdSource
from app.common.turns import Turns
from app.master.events import EventBus, TaskChanged
from app.master.pool.orders import Assign, Order
from app.master.scheduling.cluster import Cluster, Placed
from app.master.store import tasks as task_store
from app.master.store.after_commit import PASSING, RETRY_SECONDS
from app.master.store.reader import Reader
from app.master.store.tasks import AssignRow, TaskRow
from app.master.store.writer import Writer
from app.master.tasks.book import TaskRecord, records_of

log = structlog.get_logger(__name__)

PLACEMENTS_MAX = 512
REFILL_MAX = 2048
#: Groups of placements that may wait for their commit at once.
COMMITS_MAX = 2
#: The queue ages: a look at it even when nothing happens, in seconds.
REVIEW_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Parts:
    """What the parts of this room share."""

    cluster: Cluster
    writer: Writer
    reader: Reader
    clock: Clock
    ids: IdSource
    events: EventBus
    #: Puts an order into a node's outbox, if the node is connected.
    send: Callable[[str, Order], None]
    #: Told when a record is no longer undecided, to catch up with what waited for that.
    decided: Callable[[TaskRecord], None]
    turns: Turns = field(default_factory=Turns)


class Dispatcher:
    """Places queued tasks whenever something changed."""

    def __init__(self, parts: Parts, background: BackgroundTasks) -> None:
        self._parts = parts
        self._background = background
        self._wake = asyncio.Event()
        self._commits = asyncio.Semaphore(COMMITS_MAX)
        #: Rises with every cancellation or change of priority: a refill that read before
        #: is read again.
        self._withdrawals = 0

    def start(self) -> None:
        self._background.start("dispatcher", self._run())

    def wake(self) -> None:
        """Something changed that may make a placement possible."""
        self._wake.set()

    def admit(self, records: list[TaskRecord]) -> None:
        """Newly submitted tasks, after their commit."""
        self._parts.cluster.admit(records)
        self._parts.events.publish(changed(record) for record in records)
        self.wake()

    def withdrawing(self) -> None:
        """Queued tasks are being cancelled, or given another bucket, in the store."""
        self._withdrawals += 1

    async def _run(self) -> None:
        while True:
            await self._wait()
            while await self._round():
                pass

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(REVIEW_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()

    async def _round(self) -> bool:
        """Plan once; whether another round is worth it at once."""
        cluster = self._parts.cluster
        for bucket_id, horizon in cluster.windows.running_low():
            self._background.start(f"refill {bucket_id}", self._refill(bucket_id, horizon))
        await self._commits.acquire()
        now_us = self._parts.clock.now_us()
        placed = cluster.plan(now_us, self._parts.ids.new_id(), PLACEMENTS_MAX)
        if not placed:
            self._commits.release()
            return False
        self._background.start("commit placements", self._commit(placed, now_us))
        # Let the loop read what came in while the plan was made.
        await asyncio.sleep(0)
        return len(placed) == PLACEMENTS_MAX

    async def _commit(self, placed: list[Placed], now_us: int) -> None:
        rows = [
            AssignRow(
                sequence=item.record.sequence,
                attempt=item.attempt,
                node_id=item.node_id,
                gpu_uuids=",".join(item.gpu_uuids),
                assigned_us=now_us,
            )
            for item in placed
        ]
        try:
            rejected = await self._parts.writer.run(lambda tx: task_store.assign(tx, rows))
        except HiveMindError as error:
            if error.reason not in PASSING:
                raise
            log.warning("the store cannot take placements now", reason=error.reason.name)
            await self._recall(placed)
            return
        finally:
            self._commits.release()
        for item in placed:
            if item.record.sequence in rejected:
                self._parts.cluster.drop(item)
            else:
                self._parts.decided(item.record)
        self._parts.events.publish(changed(item.record) for item in placed)
        if rejected:
            log.warning("placements refused by the store", count=len(rejected))
            self.wake()

    async def _recall(self, placed: list[Placed]) -> None:
        """Queue again what could not be committed, and rest before the next round."""
        for item in placed:
            self._parts.cluster.recall(item.record, item.attempt - 1)
        await asyncio.sleep(RETRY_SECONDS)
        self.wake()

    async def _refill(self, bucket_id: int, horizon: int) -> None:
        cluster = self._parts.cluster
        while True:
            withdrawals = self._withdrawals
            try:
                rows: list[TaskRow] = await self._parts.reader.run(
                    lambda tx: task_store.load_queued(tx, bucket_id, horizon, REFILL_MAX)
                )
            except BaseException:
                cluster.windows.load_failed(bucket_id)
                raise
            if withdrawals == self._withdrawals:
                break
        cluster.load(bucket_id, records_of(rows), REFILL_MAX)
        self.wake()


def assign_order(record: TaskRecord) -> Assign:
    """The order that starts the record's newest attempt on its node."""
    return Assign(
        task_id=record.task_id,
        attempt=record.attempt,
        spec=record.spec,
        array_index=record.array_index,
        array_count=record.spec.count,
        gpu_uuids=record.gpu_uuids,
    )


def changed(record: TaskRecord) -> TaskChanged:
    """The event that tells people to look at the record's task again."""
    return TaskChanged(record.sequence, record.array_id, record.task_id, record.owner_id)
