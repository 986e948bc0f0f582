"""The whole pool in numbers: read once a second, kept for an hour and a day."""

import asyncio
from collections.abc import Iterable

import numpy as np

from app.common.clock import Clock
from app.common.node_facts import Usage
from app.common.vocabulary import AttemptOutcome, TaskState
from app.master.events import EventBus, NodeHeard, PoolMeasured
from app.master.pool.history import NodeHistory, Row, Track
from app.master.pool.registry import NodeRegistry
from app.master.scheduling.cluster import Cluster
from app.master.store import tasks as task_store
from app.master.store.reader import Reader
from app.master.store.writer import Writer
from app.master.tasks.completion import AttemptEnd

INTERVAL_SECONDS = 1.0

#: The numbers of one moment, named as in the message PoolStats.
FIELDS: dict[str, type[np.generic]] = {
    "nodes_online": np.uint32,
    "nodes_known": np.uint32,
    "tasks_queued": np.uint64,
    "tasks_assigned": np.uint32,
    "tasks_running": np.uint32,
    "tasks_succeeded": np.uint64,
    "tasks_failed": np.uint64,
    "tasks_cancelled": np.uint64,
    "attempts_lost": np.uint64,
    "charged_mcpt": np.uint64,
    "cpu_millicores": np.uint64,
    "cpu_millicores_held": np.uint64,
    "memory_mib": np.uint64,
    "memory_mib_held": np.uint64,
    "gpus": np.uint32,
    "gpus_held": np.uint32,
    "cpu_percent": np.uint8,
    "memory_percent": np.uint8,
    "gpu_percent": np.uint8,
}

_COUNTED = ("tasks_succeeded", "tasks_failed", "tasks_cancelled", "attempts_lost", "charged_mcpt")
_ENDED = {
    TaskState.SUCCEEDED: "tasks_succeeded",
    TaskState.FAILED: "tasks_failed",
    TaskState.CANCELLED: "tasks_cancelled",
}


class PoolGauge:
    """Measures the pool, and remembers what it and its nodes were like."""

    def __init__(
        self,
        cluster: Cluster,
        nodes: NodeRegistry,
        events: EventBus,
        reader: Reader,
        writer: Writer,
        clock: Clock,
    ) -> None:
        self._cluster = cluster
        self._nodes = nodes
        self._events = events
        self._reader = reader
        self._writer = writer
        #: The queued tasks that were counted, after so many commits.
        self._queued, self._counted_after = 0, -1
        self._clock = clock
        self._counted = dict.fromkeys(_COUNTED, 0)
        self._track = Track(FIELDS)
        self.nodes = NodeHistory()
        #: The newest numbers, with their time as `at_us`.
        self.now: Row = {"at_us": 0, **dict.fromkeys(FIELDS, 0)}

    def heard(self, node_id: str, usage: Usage) -> None:
        """A node told its load."""
        self.nodes.put(node_id, self._clock.now_us(), usage)
        self._events.publish([NodeHeard(node_id)])

    def count_ends(self, ends: Iterable[AttemptEnd]) -> None:
        """Attempts ended, and with some of them their tasks."""
        for end in ends:
            name = _ENDED.get(end.decision.state)
            if name is not None:
                self._counted[name] += 1
            if end.outcome is AttemptOutcome.NODE_LOST:
                self._counted["attempts_lost"] += 1
            # One's own node costs nothing.
            paid = end.node_owner_id != end.record.owner_id
            if end.decision.state is TaskState.SUCCEEDED and paid:
                self._counted["charged_mcpt"] += end.record.price_mcpt

    def count_cancelled(self, count: int) -> None:
        """Queued tasks were cancelled: they had no attempt that ended."""
        self._counted["tasks_cancelled"] += count

    async def run(self) -> None:
        """Measure, for ever."""
        while True:
            await self.measure()
            await asyncio.sleep(INTERVAL_SECONDS)

    async def measure(self) -> None:
        """Read the numbers of this moment and keep them."""
        await self._count_queued()
        queued = {"tasks_queued": self._queued}
        values = self._counted | self._of_nodes() | self._of_tasks() | queued
        at_us = self._clock.now_us()
        self._track.put(at_us, [values[name] for name in FIELDS])
        self.now = {"at_us": at_us, **values}
        self._events.publish([PoolMeasured()])

    async def _count_queued(self) -> None:
        # Before the count: what is committed meanwhile is counted the next time.
        commits = self._writer.commits
        if commits != self._counted_after:
            self._queued = await self._reader.run(task_store.count_queued)
            self._counted_after = commits

    def since(self, at_us: int, *, by_minute: bool) -> list[Row]:
        """The pool's numbers from `at_us` on, oldest first."""
        return self._track.since(at_us, by_minute=by_minute)

    def _of_tasks(self) -> Row:
        live = self._cluster.book.count_live()
        return {
            "tasks_assigned": live[TaskState.ASSIGNED],
            "tasks_running": live[TaskState.RUNNING],
        }

    def _of_nodes(self) -> Row:
        online = [node for node in self._nodes if node.online]
        equipped = [node for node in online if node.capabilities.gpus]
        cpu = sum(node.capabilities.cpu_millicores for node in online)
        memory = sum(node.capabilities.memory_mib for node in online)
        held = self._cluster.shares.total()
        return {
            "nodes_online": len(online),
            "nodes_known": len(self._nodes),
            "cpu_millicores": cpu,
            "cpu_millicores_held": held.cpu_millicores,
            "memory_mib": memory,
            "memory_mib_held": held.memory_mib,
            "gpus": sum(len(node.capabilities.gpus) for node in online),
            "gpus_held": held.gpus,
            "cpu_percent": _mean(
                (node.usage.cpu_percent, node.capabilities.cpu_millicores) for node in online
            ),
            "memory_percent": _mean(
                (node.usage.memory_percent, node.capabilities.memory_mib) for node in online
            ),
            "gpu_percent": _mean(
                (node.usage.gpu_percent, len(node.capabilities.gpus)) for node in equipped
            ),
        }


def _mean(weighted: Iterable[tuple[int, int]]) -> int:
    """The mean of (value, weight) pairs; 0 of none."""
    total = weights = 0
    for value, weight in weighted:
        total += value * weight
        weights += weight
    return round(total / weights) if weights else 0
