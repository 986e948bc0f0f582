"""One round of placement: which queued task goes to which node, decided and allocated.

Pure: equal tables, queues, shares, times and seeds give equal plans. What the commit
refuses is given back by `rollback`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import NamedTuple

from app.common.invariant import unreachable
from app.master.scheduling.buckets import QueuedTask
from app.master.scheduling.class_scores import NO_SLOT, ClassCache, ClassScores
from app.master.scheduling.feasibility import settle_exclusions
from app.master.scheduling.nodes import NodeTable
from app.master.scheduling.order import RoundOrder
from app.master.scheduling.queue import TaskQueue
from app.master.scheduling.reservations import Reservations
from app.master.scheduling.rules import Ask
from app.master.scheduling.runs import Run
from app.master.scheduling.scoring import WEIGHTS
from app.master.scheduling.shares import Shares
from app.master.tasks.requirements import Requirements


class WhyStopped(Enum):
    """Why a round placed no more."""

    DRAINED = "nothing is queued any more"
    NO_CAPACITY = "no node has room for what is queued"
    LIMIT = "the round was as long as allowed"


@dataclass(frozen=True, slots=True)
class PlacementSettings:
    """The scheduler's knobs. Times in seconds."""

    #: A task passed over for so long, and longer than its bucket was served, gets a node kept.
    reserve_after: float = 1800.0
    #: Nodes kept at once.
    reservations_max: int = 8
    #: From so many nodes on, a class seen for the first time looks at a sample only.
    sample_from: int = 4096
    sample_size: int = 256
    #: Heads of a round that may be passed over because their node is excluded.
    deferred_max: int = 64


class Placement(NamedTuple):
    """A task and the node whose resources now are its own."""

    task: QueuedTask
    node_id: str
    gpu_uuids: tuple[str, ...]

    @property
    def task_id(self) -> str:
        return self.task.task_id


@dataclass(frozen=True, slots=True)
class Plan:
    """What a round decided, in the order of the decisions."""

    placements: tuple[Placement, ...]
    why_stopped: WhyStopped
    #: Requirements that no node has room for.
    blocked: frozenset[Requirements]


#: Digest of an archive to the ids of nodes known to have it; empty where none is.
ArchiveNodes = Callable[[str], Collection[str]]


def _nowhere(_digest: str) -> Collection[str]:
    return ()


class Planner:
    """Plans rounds over one table, queue and shares. Between rounds it keeps only caches."""

    def __init__(
        self,
        table: NodeTable,
        queue: TaskQueue,
        shares: Shares,
        settings: PlacementSettings = PlacementSettings(),
        archive_nodes: ArchiveNodes = _nowhere,
    ) -> None:
        self._table = table
        self._queue = queue
        self._shares = shares
        self._settings = settings
        self._archive_nodes = archive_nodes
        self._cache = ClassCache(table)
        self._run = Run(table)
        #: The table's version up to which parked requirements are known to fit nowhere.
        self._looked = table.dynamic.version
        self._reservations = Reservations(
            table, queue, settings.reserve_after, settings.reservations_max
        )

    def plan_round(self, *, now: float, seed: str, placements_max: int) -> Plan:
        """Place up to `placements_max` tasks; `now` in the seconds of `QueuedTask.queued_at`.

        Placed tasks have left the queue, hold their resources in the table and count
        in the shares. `seed`, the round's id, decides between equal nodes.
        """
        placements = [
            self._take(task, node_id) for task, node_id in self._reservations.due(placements_max)
        ]
        self._unpark()
        order = RoundOrder(self._queue, self._shares, self._table.totals, now)
        self._place(order, Random(f"{seed}"), placements, placements_max)
        deferred = list(order.deferred)
        order.close()
        self._reservations.review(deferred, now)
        if len(placements) >= placements_max:
            why = WhyStopped.LIMIT
        else:
            why = WhyStopped.NO_CAPACITY if len(self._queue) else WhyStopped.DRAINED
        return Plan(tuple(placements), why, frozenset(self._queue.parked))

    def _place(
        self,
        order: RoundOrder,
        random: Random,
        placements: list[Placement],
        placements_max: int,
    ) -> None:
        while len(placements) < placements_max and (bucket := order.next()) is not None:
            head = bucket.head
            if head is None:
                unreachable("an empty bucket stood in line")
            slot = self._run.slot_for(head)
            if slot != NO_SLOT:
                order.placed(bucket)
                placements.append(self._take(head, self._table.node_id(slot)))
                self._run.go_on()
                continue
            slot = self._find(head, random, order)
            if slot != NO_SLOT:
                order.placed(bucket)
                placements.append(self._take(head, self._table.node_id(slot)))
                if head.requirements in self._cache:
                    self._run.begin(head, slot)
            elif head.requirements in order.blocked:
                continue
            elif len(order.deferred) < self._settings.deferred_max:
                order.defer(head)
            else:
                order.block(head.requirements, full=False)

    def _unpark(self) -> None:
        """Put those parked buckets in line for which a node that changed has room."""
        table, columns = self._table, self._table.columns
        looked, self._looked = self._looked, table.dynamic.version
        if not self._queue.parked or looked == self._looked:
            return
        changed = table.dynamic.since(looked)
        if changed is not None:
            changed = changed[columns.open[changed]]
            if len(changed) == 0:
                return
        rows = slice(None) if changed is None else changed
        cpu, memory = columns.cpu_free[rows].max(), columns.memory_free[rows].max()
        gpus = columns.gpu_free_count[rows].max()
        for requirements in list(self._queue.parked):
            if (
                requirements.cpu_millicores <= cpu
                and requirements.memory_mib <= memory
                and int(requirements.wants_gpu) <= gpus
                and self._cache.make(requirements).best(0) != NO_SLOT
            ):
                self._queue.unpark(requirements)

    def rollback(self, placement: Placement, *, requeue: bool = True) -> None:
        """Undo a placement that was not committed; the task gets its place back if `requeue`."""
        task = placement.task
        self._table.release(placement.node_id, task.requirements, placement.gpu_uuids)
        self._shares.remove(task.owner_id, task.requirements)
        if requeue:
            self._queue.add(task)

    def _take(self, task: QueuedTask, node_id: str) -> Placement:
        allocation = self._table.allocate(node_id, task.requirements)
        self._shares.add(task.owner_id, task.requirements)
        self._queue.remove(task.task_id)
        self._reservations.end(task.task_id)
        return Placement(task, node_id, allocation.gpu_uuids)

    def _find(self, task: QueuedTask, random: Random, order: RoundOrder) -> int:
        """The row for the task, or NO_SLOT; a class that fits nowhere is blocked."""
        rows = self._table.slots.stop
        if rows == 0:
            order.block(task.requirements)
            return NO_SLOT
        start = random.randrange(rows)
        scores = self._cache.get(task.requirements)
        if scores is None:
            if rows >= self._settings.sample_from and not task.excluded_nodes:
                size = self._settings.sample_size
                slot = self._cache.sample(task.requirements, start, size)
                if slot != NO_SLOT:
                    return slot
            scores = self._cache.make(task.requirements)
        slot = self._best_elsewhere(task, scores, start)
        if slot == NO_SLOT and (not task.excluded_nodes or scores.best(start) == NO_SLOT):
            order.block(task.requirements)
        return self._prefer_cached(task, scores, slot)

    def _best_elsewhere(self, task: QueuedTask, scores: ClassScores, start: int) -> int:
        """The best row but the excluded ones, where these are not all there is."""
        if not task.excluded_nodes:
            return scores.best(start)
        slot = scores.best_without(start, self._rows_of(task.excluded_nodes))
        if slot == NO_SLOT:
            ask = Ask(task.requirements, task.excluded_nodes)
            if not settle_exclusions(self._table, ask).excluded:
                return scores.best(start)
        return slot

    def _prefer_cached(self, task: QueuedTask, scores: ClassScores, slot: int) -> int:
        """A node that has the task's archive, if what that saves is worth it."""
        nodes = self._archive_nodes(task.archive_digest) if slot != NO_SLOT else ()
        rows = self._rows_of(set(nodes) - task.excluded_nodes)
        if not rows:
            return slot
        there = scores.scores(rows)
        nearest = int(there.argmax())
        gained = float(there[nearest]) + WEIGHTS.archive
        return rows[nearest] if gained > float(scores.scores([slot])[0]) else slot

    def _rows_of(self, node_ids: Collection[str]) -> list[int]:
        rows = (self._table.slot_of(node_id) for node_id in sorted(node_ids))
        return [row for row in rows if row is not None]
