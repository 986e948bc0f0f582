"""What memory knows of the pool, and how events change it: plain reactions, no I/O.

The store is the truth; this mirrors its open tasks (a window of the queued ones) and
the nodes' free resources. Reactions run on the loop, in the order in which the units
they belong to are handed to the writer, so memory and store see one history.
"""

from collections.abc import Iterable
from typing import NamedTuple

from app.common.clock import MICROSECONDS
from app.common.invariant import invariant
from app.common.vocabulary import TaskState
from app.master.scheduling.archives import ArchiveHolders
from app.master.scheduling.buckets import QueuedTask
from app.master.scheduling.explain import Explanation, explain, explain_requirements
from app.master.scheduling.nodes import NodeTable
from app.master.scheduling.placement import Planner
from app.master.scheduling.queue import TaskQueue
from app.master.scheduling.shares import Shares
from app.master.scheduling.windows import Windows
from app.master.tasks.book import TaskBook, TaskRecord
from app.master.tasks.requirements import Requirements
from app.master.tasks.state import EndDecision


class Placed(NamedTuple):
    """An attempt decided in memory, to be committed before its node hears of it."""

    record: TaskRecord
    attempt: int
    node_id: str
    gpu_uuids: tuple[str, ...]


class Occupied(NamedTuple):
    """Resources of a node that an attempt holds."""

    node_id: str
    owner_id: str
    requirements: Requirements
    gpu_uuids: tuple[str, ...]


class Cluster:
    """The tasks, the queue and the nodes' free resources."""

    def __init__(self, table: NodeTable) -> None:
        self.table = table
        self.queue = TaskQueue()
        self.shares = Shares()
        self._archives = ArchiveHolders()
        self._planner = Planner(
            self.table, self.queue, self.shares, archive_nodes=self._archives.nodes
        )
        self.book = TaskBook()
        self.windows = Windows()
        #: Attempts that were stopped and still run until their node confirms it.
        self._stopping: dict[tuple[str, int], Occupied] = {}

    # -- the queue

    def admit(self, records: Iterable[TaskRecord]) -> None:
        """Take in newly queued tasks; those beyond a full window stay in the store."""
        for record in records:
            if self.book.get(record.task_id) is not None:
                continue  # A refill found it first.
            if self.windows.admits(record.bucket_id, record.sequence):
                self.book.add(record)
                self._enqueue(record)

    def load(self, bucket_id: int, records: list[TaskRecord], limit: int) -> None:
        """Take in what a refill of the bucket's window read from the store."""
        fresh = [record for record in records if self.book.get(record.task_id) is None]
        for record in fresh:
            self.book.add(record)
            self._enqueue(record)
        last = records[-1].sequence if records else None
        self.windows.loaded(bucket_id, last, len(fresh), more=len(records) >= limit)

    def withdraw(self, record: TaskRecord) -> None:
        """Forget a queued task: it is being cancelled, or the store knows better."""
        invariant(record.state is TaskState.QUEUED, f"{record.task_id} is not queued")
        self.queue.remove(record.task_id)
        self.windows.left(record.bucket_id)
        self.book.remove(record)

    def refile(self, told: Iterable[TaskRecord]) -> None:
        """The store has given queued tasks another bucket: `told` is what it has of them.

        A task that was placed meanwhile keeps its lease, and is told what it costs.
        """
        for fresh in told:
            record = self.book.get(fresh.task_id)
            if record is None:
                self.admit([fresh])
            elif record.task_id in self.queue:
                self.withdraw(record)
                record.reprice(fresh)
                self.admit([record])
            else:
                record.reprice(fresh)

    def progress(self, task_id: str) -> int:
        """Percent that a running task reported last; 0 if it did not."""
        record = self.book.get(task_id)
        return 0 if record is None else record.progress_percent

    def feasible_nodes(self, requirements: Requirements) -> int:
        """How many known nodes could run such a task when empty."""
        return explain_requirements(requirements, self.table).nodes_feasible

    def explain(self, task_id: str, requirements: Requirements) -> Explanation:
        """Why a queued task waits; one beyond its bucket's window waits behind all of it."""
        task = self.queue.get(task_id)
        if task is None:
            return explain_requirements(requirements, self.table, ahead=len(self.queue))
        return explain(task, self.table, self.queue)

    # -- attempts

    def plan(self, now_us: int, seed: str, placements_max: int) -> list[Placed]:
        """Place queued tasks; memory takes the placements for made."""
        plan = self._planner.plan_round(
            now=now_us / MICROSECONDS, seed=seed, placements_max=placements_max
        )
        return [
            self._place(placement.task_id, placement.node_id, placement.gpu_uuids)
            for placement in plan.placements
        ]

    def _place(self, task_id: str, node_id: str, gpu_uuids: tuple[str, ...]) -> Placed:
        record = self.book.get(task_id)
        if record is None:
            raise KeyError(task_id)
        self.windows.left(record.bucket_id)
        record.step(TaskState.ASSIGNED)
        record.attempt += 1
        record.node_id = node_id
        record.gpu_uuids = gpu_uuids
        record.started_us = None
        record.progress_percent = 0
        record.resumable = False
        record.undecided = True
        record.node_left = False
        self.book.file_under_node(record)
        self._archives.sent(record.spec.archive_digest, node_id)
        return Placed(record, record.attempt, node_id, gpu_uuids)

    def drop(self, placed: Placed) -> None:
        """Forget a placement that the store refused: the task is no longer queued there."""
        record = placed.record
        self.recall(record, placed.attempt)
        if not record.ending:
            self.withdraw(record)

    def recall(self, record: TaskRecord, attempt: int) -> None:
        """The store could not take the record's lease in: `attempt` is its newest again.

        It is queued as before, unless its cancellation is under way: then it waits for that.
        """
        if not self.stopped(record.task_id, record.attempt):
            self.vacate(self.occupied(record))
        self.book.unfile(record)
        record.state = TaskState.QUEUED
        record.attempt = attempt
        record.undecided = record.ending
        if not record.ending:
            self.requeue(record)

    def requeue(self, record: TaskRecord) -> None:
        """Put a known task that is queued, and stands in no line, back in line."""
        self.windows.returned(record.bucket_id)
        self._enqueue(record)

    def restore(self, record: TaskRecord) -> None:
        """Take in a live task found in the store at the start."""
        self.book.add(record)
        self.occupy(self.occupied(record))

    def conclude(self, record: TaskRecord, decision: EndDecision) -> None:
        """An attempt's end is committed: the task is over, or queued again.

        Its resources were freed when the end became known (`vacate`).
        """
        self.book.unfile(record)
        record.ending = False
        record.step(decision.state)
        if decision.state is not TaskState.QUEUED:
            self.book.remove(record)
            return
        record.excluded_node_id = record.node_id if decision.exclude_node else None
        self.requeue(record)

    def can_reopen(self, record: TaskRecord) -> bool:
        """Whether nobody got the GPUs of a task's lost attempt since."""
        *_, gpus_held = self.table.held(str(record.node_id))
        return gpus_held.isdisjoint(record.gpu_uuids)

    def reopen(self, record: TaskRecord) -> None:
        """The node of a task's lost attempt is back before another got it."""
        self.queue.remove(record.task_id)
        self.windows.left(record.bucket_id)
        record.state = TaskState.RUNNING if record.started_us is not None else TaskState.ASSIGNED
        record.excluded_node_id = None
        record.resumable = False
        record.undecided = True
        record.node_left = False
        self.book.file_under_node(record)
        self.occupy(self.occupied(record))

    # -- resources

    def occupied(self, record: TaskRecord) -> Occupied:
        """What the live attempt of `record` holds."""
        invariant(record.node_id is not None, f"{record.task_id} is on no node")
        return Occupied(str(record.node_id), record.owner_id, record.requirements, record.gpu_uuids)

    def occupy(self, held: Occupied) -> None:
        """Count resources that an attempt holds already."""
        self.table.hold(held.node_id, held.requirements, held.gpu_uuids)
        self.shares.add(held.owner_id, held.requirements)

    def vacate(self, held: Occupied) -> None:
        """Free what an attempt held."""
        self.table.release(held.node_id, held.requirements, held.gpu_uuids)
        self.shares.remove(held.owner_id, held.requirements)

    def stop(self, record: TaskRecord) -> None:
        """The attempt is over for us; its resources are free when its node says so."""
        self._stopping[record.task_id, record.attempt] = self.occupied(record)

    def go_on(self, record: TaskRecord) -> None:
        """The attempt is not over after all. If its node has ended it meanwhile, it holds
        its resources until the node says hello again or its time is over.
        """
        if self._stopping.pop((record.task_id, record.attempt), None) is None:
            self.occupy(self.occupied(record))

    def stopped(self, task_id: str, attempt: int) -> bool:
        """The node confirmed the end of a stopped attempt; whether it was one."""
        held = self._stopping.pop((task_id, attempt), None)
        if held is None:
            return False
        self.vacate(held)
        return True

    def node_gone(self, node_id: str) -> None:
        """Free what stopped attempts held on a node that is gone, or started anew."""
        for key in self.stopping_on(node_id):
            self.vacate(self._stopping.pop(key))

    def stopping_on(self, node_id: str) -> list[tuple[str, int]]:
        """(task id, attempt) of what was stopped on a node for good and not confirmed."""
        return [
            key
            for key, held in self._stopping.items()
            if held.node_id == node_id and not self._undecided(*key)
        ]

    def _undecided(self, task_id: str, attempt: int) -> bool:
        record = self.book.get(task_id)
        return record is not None and record.attempt == attempt and record.undecided

    def _enqueue(self, record: TaskRecord) -> None:
        excluded = frozenset({record.excluded_node_id} if record.excluded_node_id else ())
        self.queue.add(
            QueuedTask(
                task_id=record.task_id,
                sequence=record.sequence,
                owner_id=record.owner_id,
                priority=record.priority,
                requirements=record.requirements,
                queued_at=record.submitted_us / MICROSECONDS,
                excluded_nodes=excluded,
                archive_digest=record.spec.archive_digest,
            )
        )
