"""Following all that a caller may see: a snapshot, then what changed, a few messages a second."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from app.common.clock import Clock
from app.common.page_tokens import PAGE_SIZE_MAX
from app.master.events import (
    BalanceChanged,
    Event,
    EventBus,
    NodeChanged,
    NodeHeard,
    PoolMeasured,
    TaskChanged,
)
from app.master.ledger.requests import Balance
from app.master.pool_gauge import PoolGauge
from app.master.rpc.messages import balance_out, task_out, timestamp, usage_out
from app.master.rpc.node_service import NodeDirectory, node_out
from app.master.scheduling.cluster import Cluster
from app.master.store.task_views import TaskView
from app.master.tasks.catalogue import Catalogue
from proto import nodepool_pb2 as pb

#: Between two messages at least, in seconds: five a second.
INTERVAL_SECONDS = 0.2
#: Tasks and nodes in one message at most: it stays far below the 4 MiB of a message.
BATCH_MAX = 1000
SAMPLES_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Sight:
    """What a caller may see, and wants to.

    `pool`: nodes and the pool's numbers. `owner_id`: whose tasks, None for everybody's.
    `account_of`: whose balance and transfers, None for nobody's.
    """

    pool: bool
    tasks: bool
    owner_id: str | None
    sees_node: Callable[[str], bool]
    account_of: str | None
    all_transfers: bool


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a watch reads."""

    events: EventBus
    catalogue: Catalogue
    cluster: Cluster
    nodes: NodeDirectory
    gauge: PoolGauge
    clock: Clock
    balance: Callable[[str], Awaitable[Balance]]


KeyT = TypeVar("KeyT", int, str)


class PoolWatch:
    """One caller's stream of updates."""

    def __init__(self, sources: Sources, sight: Sight, tasks_max: int) -> None:
        self._sources = sources
        self._sight = sight
        self._tasks_max = tasks_max
        self._tasks: dict[int, None] = {}
        self._nodes: dict[str, None] = {}
        self._samples: dict[str, None] = {}
        self._wake = asyncio.Event()
        self._number = 0
        self._stats_us = 0
        self._balance_moved = sight.account_of is not None
        self._transfers_changed = False

    async def updates(self) -> AsyncIterator[pb.WatchUpdate]:
        """The snapshot's messages, then changes for ever."""
        # Listen first: what changes while the snapshot is read is sent after it.
        unlisten = self._sources.events.listen(self._notice)
        try:
            async for update in self._snapshot():
                yield update
            while True:
                changes = await self._changes()
                if changes is not None:
                    yield changes
                await asyncio.sleep(INTERVAL_SECONDS)
        finally:
            unlisten()

    async def _snapshot(self) -> AsyncIterator[pb.WatchUpdate]:
        ids = [node.id for node in self._sources.nodes.nodes()] if self._sight.pool else []
        for batch in _batches(filter(self._sight.sees_node, ids), BATCH_MAX):
            yield self._update(snapshot=True, nodes=self._nodes_out(batch))
        token, left = "", self._tasks_max if self._sight.tasks else 0
        while left > 0:
            views, token = await self._sources.catalogue.page(
                owner_id=self._sight.owner_id,
                states=[],
                array_id="",
                page_size=min(left, PAGE_SIZE_MAX),
                page_token=token,
            )
            yield self._update(snapshot=True, tasks=self._tasks_out(views))
            left = left - len(views) if token else 0
        yield self._update(
            snapshot=True,
            snapshot_end=True,
            stats=self._stats(),
            balance=await self._balance(),
        )

    async def _changes(self) -> pb.WatchUpdate | None:
        """What changed since the last message, once something has."""
        moved = self._balance_moved or self._transfers_changed
        if not (self._tasks or self._nodes or self._samples or moved or self._is_measured()):
            self._wake.clear()
            await self._wake.wait()
        tasks = _take(self._tasks, BATCH_MAX)
        nodes = _take(self._nodes, BATCH_MAX)
        samples = [
            node_id
            for node_id in _take(self._samples, SAMPLES_MAX)
            if node_id not in nodes and self._sight.sees_node(node_id)
        ]
        views = await self._sources.catalogue.by_sequences(tasks) if tasks else []
        transfers_changed, self._transfers_changed = self._transfers_changed, False
        stats, balance = self._stats(), await self._balance()
        if not (views or nodes or samples or stats or balance or transfers_changed):
            return None
        return self._update(
            tasks=self._tasks_out(views),
            nodes=self._nodes_out(filter(self._sight.sees_node, nodes)),
            samples=[self._sample_out(node_id) for node_id in samples],
            stats=stats,
            balance=balance,
            transfers_changed=transfers_changed,
        )

    def _update(
        self,
        *,
        snapshot: bool = False,
        snapshot_end: bool = False,
        tasks: Iterable[pb.TaskInfo] = (),
        nodes: Iterable[pb.NodeInfo] = (),
        samples: Iterable[pb.NodeSample] = (),
        stats: pb.PoolStats | None = None,
        balance: pb.GetBalanceResponse | None = None,
        transfers_changed: bool = False,
    ) -> pb.WatchUpdate:
        self._number += 1
        return pb.WatchUpdate(
            number=self._number,
            snapshot=snapshot,
            snapshot_end=snapshot_end,
            at=timestamp(self._sources.clock.now_us()),
            tasks=tasks,
            nodes=nodes,
            samples=samples,
            stats=stats,
            balance=balance,
            transfers_changed=transfers_changed,
        )

    def _is_measured(self) -> bool:
        return self._sight.pool and self._sources.gauge.now["at_us"] != self._stats_us

    def _stats(self) -> pb.PoolStats | None:
        if not self._is_measured():
            return None
        now = self._sources.gauge.now
        self._stats_us = now["at_us"]
        return stats_out(now)

    async def _balance(self) -> pb.GetBalanceResponse | None:
        """The balance, if it was moved since it was last told."""
        if not self._balance_moved or self._sight.account_of is None:
            return None
        # Before it is read: what moves meanwhile is told next.
        self._balance_moved = False
        return balance_out(await self._sources.balance(self._sight.account_of))

    def _tasks_out(self, views: Iterable[TaskView]) -> list[pb.TaskInfo]:
        progress = self._sources.cluster.progress
        return [task_out(view, progress(view.task_id)) for view in views]

    def _nodes_out(self, node_ids: Iterable[str]) -> list[pb.NodeInfo]:
        nodes = self._sources.nodes
        return [node_out(nodes.find(node_id), nodes.load(node_id)) for node_id in node_ids]

    def _sample_out(self, node_id: str) -> pb.NodeSample:
        node = self._sources.nodes.find(node_id)
        return pb.NodeSample(
            node_id=node_id, usage=usage_out(node.usage), at=timestamp(node.last_seen_us)
        )

    def _notice(self, event: Event) -> None:
        match event:
            case TaskChanged(sequence=sequence, owner_id=owner_id):
                if not self._sight.tasks or self._sight.owner_id not in (None, owner_id):
                    return
                self._tasks[sequence] = None
            case NodeChanged(node_id=node_id) if self._sight.pool:
                self._nodes[node_id] = None
            case NodeHeard(node_id=node_id) if self._sight.pool:
                self._samples[node_id] = None
            case PoolMeasured() if self._sight.pool:
                pass
            case BalanceChanged(user_id=user_id):
                own = user_id == self._sight.account_of
                if not (own or self._sight.all_transfers):
                    return
                self._transfers_changed = True
                self._balance_moved = self._balance_moved or own
            case _:
                return
        self._wake.set()


def stats_out(row: dict[str, int]) -> pb.PoolStats:
    """The pool's numbers of one moment, as the wire has them."""
    values = {name: value for name, value in row.items() if name != "at_us"}
    return pb.PoolStats(at=timestamp(row["at_us"]), **values)


def _take(waiting: dict[KeyT, None], limit: int) -> list[KeyT]:
    taken = list(islice(waiting, limit))
    for key in taken:
        del waiting[key]
    return taken


def _batches(items: Iterable[str], size: int) -> Iterator[list[str]]:
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch
