"""Nodes kept for tasks that waited too long, so that smaller ones cannot starve them.

A task whose bucket got nothing for a long time, that fits no node now but would fit an
empty one, gets the node that lacks the least. Nobody else is placed there until the
task starts. A bucket that is served now and then gets none: a long queue is no starvation.
"""

import numpy as np

from app.master.scheduling.buckets import QueuedTask
from app.master.scheduling.feasibility import (
    asked_rules,
    fits_now,
    passing,
    settle_exclusions,
)
from app.master.scheduling.nodes import NodeTable
from app.master.scheduling.queue import TaskQueue
from app.master.scheduling.rules import Ask, When

#: Looks at what waits, in the time after which something starves.
_REVIEWS = 60
#: Of the NOW rules, those that a kept node must pass while it empties.
_STANDING = {"online", "excluded", "reserved"}


class Reservations:
    """Gives and ends the table's reservations."""

    def __init__(
        self, table: NodeTable, queue: TaskQueue, reserve_after: float, reservations_max: int
    ) -> None:
        self._table = table
        self._queue = queue
        self._reserve_after = reserve_after
        self._reservations_max = reservations_max
        self._review_at = float("-inf")
        #: The table's version up to which kept nodes are known to have no room yet.
        self._looked = table.dynamic.version
        #: Nodes that had room when a round had none left.
        self._unserved: set[str] = set()

    def due(self, limit: int) -> list[tuple[QueuedTask, str]]:
        """The tasks whose kept nodes have room now. Reservations without sense end here.

        A node is looked at again only when it changed.
        """
        ready: list[tuple[QueuedTask, str]] = []
        changed = self._changed()
        for node_id, task_id in self._table.reservations.items():
            task = self._queue.get(task_id)
            if task is None:
                self._table.unreserve(node_id)
                continue
            if not task.excluded_nodes and changed is not None and node_id not in changed:
                continue
            ask = self._ask(task)
            if not self._stands(node_id, ask):
                self._table.unreserve(node_id)
            elif fits_now(self._table, node_id, ask):
                ready.append((task, node_id))
        self._unserved = {node_id for _, node_id in ready[limit:]}
        return ready[:limit]

    def _changed(self) -> set[str] | None:
        """The nodes to look at; None: all of them."""
        table = self._table
        looked, self._looked = self._looked, table.dynamic.version
        rows = table.dynamic.since(looked)
        if rows is None:
            return None
        return {table.node_id(row) for row in rows.tolist()} | self._unserved

    def end(self, task_id: str) -> None:
        """The task was placed: its node is kept no longer."""
        for node_id, holder in self._table.reservations.items():
            if holder == task_id:
                self._table.unreserve(node_id)

    def review(self, deferred: list[QueuedTask], now: float) -> None:
        """Keep nodes for parked heads and `deferred` that starve, the longest waiting first.

        Looks at them once in a while only, since starving takes long.
        """
        kept = self._table.reservations
        room = self._reservations_max - len(kept)
        if room <= 0 or now < self._review_at:
            return
        self._review_at = now + self._reserve_after / _REVIEWS
        waiting = [*self._queue.parked_heads(), *deferred]
        starving = [task for task in waiting if self._starves(task, now)]
        starving.sort(key=lambda task: (task.queued_at, task.sequence))
        holders = set(kept.values())
        for task in starving:
            if task.task_id in holders:
                continue
            if room == 0:
                return
            node_id = self._least_lacking(self._ask(task))
            if node_id is not None:
                self._table.reserve(node_id, task.task_id)
                room -= 1

    def _ask(self, task: QueuedTask) -> Ask:
        ask = Ask(task.requirements, task.excluded_nodes, task.task_id)
        return settle_exclusions(self._table, ask)

    def _starves(self, task: QueuedTask, now: float) -> bool:
        bucket = self._queue.bucket_of(task.task_id)
        served_at = task.queued_at if bucket is None else bucket.served_at
        return now - max(task.queued_at, served_at) >= self._reserve_after

    def _stands(self, node_id: str, ask: Ask) -> bool:
        slot = self._table.slot_of(node_id)
        rules = tuple(
            rule for rule in asked_rules(ask) if rule.when is When.EMPTY or rule.name in _STANDING
        )
        return slot is not None and bool(passing(self._table, ask, rules, np.array([slot]))[0])

    def _least_lacking(self, ask: Ask) -> str | None:
        table, wanted = self._table, ask.requirements
        rules = tuple(
            rule for rule in asked_rules(ask) if rule.when is When.EMPTY or rule.name in _STANDING
        )
        rows = np.flatnonzero(passing(table, ask, rules, table.slots))
        if len(rows) == 0:
            return None
        columns = table.columns
        lacking = np.zeros(len(rows))
        for free, want in (
            (columns.cpu_free, wanted.cpu_millicores),
            (columns.memory_free, wanted.memory_mib),
            (columns.disk_free, wanted.disk_mib),
        ):
            lacking = np.maximum(lacking, (want - free[rows]) / want)
        if wanted.wants_gpu:
            free_gpus = ask.matching_gpus(table, rows) & columns.gpu_free[rows]
            lacking = np.maximum(lacking, free_gpus == 0)
        return table.node_id(int(rows[lacking.argmin()]))
