"""Any story of leases: placed, started, ended, lost, reopened, cancelled, refused by the store.

The rules call `Cluster` as the dispatcher, the reports, attendance and cancellation do; a unit
that these hand to the writer is an entry of `units`, decided in order by `the_store_decides`.
"""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.common.vocabulary import AttemptOutcome, Priority, TaskState
from app.master.scheduling.cluster import Cluster, Placed
from app.master.scheduling.nodes import NodeTable
from app.master.scheduling.validate import Lease, validate
from app.master.tasks.book import TaskRecord
from app.master.tasks.requirements import Requirements
from app.master.tasks.spec import TaskSpec
from app.master.tasks.state import decide_end
from tests.scheduling_world import RTX, facts

NODES = ("gpu", "small", "large")
PLAIN = TaskSpec("", requirements=Requirements(cpu_millicores=1000, memory_mib=512), retry_max=1)
WITH_GPU = TaskSpec("", requirements=Requirements(gpu_name="rtx", memory_mib=512), retry_max=1)
OUTCOMES = (AttemptOutcome.SUCCEEDED, AttemptOutcome.EXITED_NONZERO, AttemptOutcome.RELEASED)

#: Called with whether the store took the unit in.
Unit = Callable[[bool], None]


class Leases(RuleBasedStateMachine):
    """Memory alone, with a store that takes units in or refuses them."""

    def __init__(self) -> None:
        super().__init__()
        table = NodeTable()
        for name, cores in zip(NODES, (2, 1, 3), strict=True):
            gpus = (RTX,) if name in {"gpu", "large"} else ()
            table.upsert(name, facts(cores=cores, memory_mib=4096, gpus=gpus))
        self.cluster = Cluster(table)
        self.units: list[Unit] = []
        self.made = 0
        #: Tasks whose change of priority is under way.
        self.repriced: set[str] = set()

    def records(self, wanted: Callable[[TaskRecord], bool]) -> list[TaskRecord]:
        return [record for record in self.cluster.book if wanted(record)]

    # What people and the dispatcher do

    @rule(with_gpu=st.booleans(), owner=st.sampled_from(["ada", "bob"]))
    def submit(self, with_gpu: bool, owner: str) -> None:
        self.made += 1
        record = TaskRecord(
            sequence=self.made,
            task_id=f"task-{self.made}",
            array_id=f"task-{self.made}",
            array_index=0,
            owner_id=owner,
            bucket_id=2 * (owner == "ada") + with_gpu,
            priority=Priority.NORMAL,
            spec=WITH_GPU if with_gpu else PLAIN,
            price_mcpt=0,
            hold_sequence=0,
            submitted_us=0,
        )
        self.cluster.admit([record])

    @rule()
    def place(self) -> None:
        for placed in self.cluster.plan(1_000_000, f"seed-{self.made}", 100):
            self.units.append(lambda taken, placed=placed: self._placed(placed, taken))

    def _placed(self, placed: Placed, taken: bool) -> None:
        if taken:
            self._decided(placed.record)
        else:
            self.cluster.recall(placed.record, placed.attempt - 1)

    def _decided(self, record: TaskRecord) -> None:
        if record.ending:
            return
        record.undecided = False
        if record.live and record.node_left:
            record.node_left = False
            self._lose(record)

    @rule(data=st.data(), priority=st.sampled_from(Priority))
    def change_priority(self, data: st.DataObject, priority: Priority) -> None:
        """A change and a cancellation of the same task take turns."""
        queued = self.records(
            lambda one: (
                one.state is TaskState.QUEUED
                and not one.ending
                and one.task_id not in self.repriced
            )
        )
        if queued:
            record = data.draw(st.sampled_from(queued))
            self.repriced.add(record.task_id)
            self.units.append(lambda taken: self._repriced(record, priority, taken))

    def _repriced(self, record: TaskRecord, priority: Priority, taken: bool) -> None:
        self.repriced.discard(record.task_id)
        # Whether the unit found it queued: what is undecided was handed in after it.
        waits = record.state is TaskState.QUEUED or record.undecided
        if not taken or record.ending or not waits:
            return
        told = replace(
            record, priority=priority, bucket_id=record.bucket_id % 4 + 4 * priority, price_mcpt=7
        )
        self.cluster.refile([told])
        known = self.cluster.book.get(record.task_id)
        assert known is record
        assert (known.priority, known.bucket_id) == (priority, told.bucket_id)
        waiting = self.cluster.queue.get(record.task_id)
        assert waiting is None or waiting.priority is priority

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        open_ = self.records(
            lambda record: not record.ending and record.task_id not in self.repriced
        )
        if not open_:
            return
        record = data.draw(st.sampled_from(open_))
        if record.state is TaskState.QUEUED:
            self.cluster.withdraw(record)
            return
        record.ending = record.undecided = True
        self.cluster.stop(record)
        self.units.append(lambda taken: self._cancelled(record, taken))

    def _cancelled(self, record: TaskRecord, taken: bool) -> None:
        if not taken:
            record.ending = False
            if record.live:
                self.cluster.go_on(record)
            else:
                self.cluster.requeue(record)
            self._decided(record)
        elif record.live:
            if record.node_left:
                self.cluster.stopped(record.task_id, record.attempt)
            self._conclude(record, AttemptOutcome.CANCELLED)
        else:
            self.cluster.book.remove(record)

    # What nodes do

    @rule(data=st.data())
    def start(self, data: st.DataObject) -> None:
        ready = self.records(lambda record: record.state is TaskState.ASSIGNED and _settled(record))
        if ready:
            record = data.draw(st.sampled_from(ready))
            record.step(TaskState.RUNNING)
            record.started_us = 1

    @rule(data=st.data(), outcome=st.sampled_from(OUTCOMES))
    def end(self, data: st.DataObject, outcome: AttemptOutcome) -> None:
        live = self.records(lambda record: record.live and _settled(record))
        if live:
            record = data.draw(st.sampled_from(live))
            self.cluster.vacate(self.cluster.occupied(record))
            self._push_end(record, outcome)

    @rule(data=st.data())
    def confirm_a_stop(self, data: st.DataObject) -> None:
        keys = [key for name in NODES for key in self.cluster.stopping_on(name)]
        if keys:
            assert self.cluster.stopped(*data.draw(st.sampled_from(keys)))

    @rule(data=st.data())
    def overrun(self, data: st.DataObject) -> None:
        running = self.records(lambda record: record.live and _settled(record))
        if running:
            record = data.draw(st.sampled_from(running))
            self.cluster.stop(record)
            self._push_end(record, AttemptOutcome.TIMED_OUT)

    @rule(data=st.data())
    def forget(self, data: st.DataObject) -> None:
        """The node says hello without an attempt that it had: it is here, and takes others."""
        running = self.records(lambda record: record.live and _settled(record))
        if running:
            self._lose(data.draw(st.sampled_from(running)))

    @rule(name=st.sampled_from(NODES))
    def go_away(self, name: str) -> None:
        self.cluster.table.set_schedulable(name, schedulable=False)
        self.cluster.node_gone(name)
        for record in self.cluster.book.on_node(name):
            if record.undecided:
                record.node_left = True
            elif not record.ending:
                self._lose(record)

    @rule(name=st.sampled_from(NODES))
    def come_back(self, name: str) -> None:
        self.cluster.table.set_schedulable(name, schedulable=True)

    @rule(data=st.data())
    def claim_a_lost_attempt(self, data: st.DataObject) -> None:
        """The node says hello with an attempt that was taken for lost."""
        lost = self.records(lambda one: one.state is TaskState.QUEUED and one.resumable)
        if not lost:
            return
        record = data.draw(st.sampled_from(lost))
        if not self.cluster.can_reopen(record):
            return
        self.cluster.table.set_schedulable(str(record.node_id), schedulable=True)
        record.losses -= 1
        self.cluster.reopen(record)
        self.units.append(lambda taken: self._reopened(record, taken))

    def _reopened(self, record: TaskRecord, taken: bool) -> None:
        if not taken:
            record.losses += 1
            self.cluster.recall(record, record.attempt)
        self._decided(record)

    def _lose(self, record: TaskRecord) -> None:
        record.resumable = True
        self.cluster.vacate(self.cluster.occupied(record))
        self._push_end(record, AttemptOutcome.NODE_LOST)

    def _push_end(self, record: TaskRecord, outcome: AttemptOutcome) -> None:
        record.ending = True

        def unit(taken: bool) -> None:
            if taken:
                self._conclude(record, outcome)
            else:  # Reports are tried again until they are in.
                self.units.append(unit)

        self.units.append(unit)

    def _conclude(self, record: TaskRecord, outcome: AttemptOutcome) -> None:
        decision = decide_end(
            outcome,
            failures=record.failures,
            losses=record.losses,
            retry_max=record.spec.retry_max,
            exit_code=1,
        )
        record.losses += outcome is AttemptOutcome.NODE_LOST
        record.failures += outcome in {AttemptOutcome.EXITED_NONZERO, AttemptOutcome.TIMED_OUT}
        self.cluster.conclude(record, decision)

    @precondition(lambda self: self.units)
    @rule(taken=st.sampled_from([True, True, True, False]))
    def the_store_decides(self, taken: bool) -> None:
        self.units.pop(0)(taken)

    @invariant()
    def memory_agrees_with_the_leases(self) -> None:
        cluster = self.cluster
        stopping = {
            key: Lease(f"stopping {key}", *held[1::-1], *held[2:])
            for key, held in cluster._stopping.items()
        }
        leases = [
            Lease(
                record.task_id,
                record.owner_id,
                str(record.node_id),
                record.requirements,
                record.gpu_uuids,
            )
            for record in self.records(lambda record: record.live and not record.ending)
            if (record.task_id, record.attempt) not in stopping
        ]
        validate(cluster.table, cluster.queue, cluster.shares, [*leases, *stopping.values()])
        queued = self.records(lambda one: one.state is TaskState.QUEUED and not one.ending)
        assert all(one.task_id in cluster.queue for one in queued)
        assert len(cluster.queue) == len(queued)


def _settled(record: TaskRecord) -> bool:
    return not record.undecided and not record.ending


TestLeases = Leases.TestCase
TestLeases.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


class First:
    """Draws the first there is."""

    def draw(self, strategy: st.SearchStrategy) -> TaskRecord:
        """As `st.data()`."""
        return strategy.elements[0]  # type: ignore[attr-defined]


def test_a_task_placed_while_its_priority_is_changed_is_told_its_price() -> None:
    leases = Leases()
    leases.submit(with_gpu=False, owner="ada")
    leases.change_priority(First(), Priority.HIGH)
    leases.place()
    (record,) = leases.records(lambda one: one.state is TaskState.ASSIGNED)
    leases.the_store_decides(True)
    assert (record.priority, record.price_mcpt) == (Priority.HIGH, 7)
    # The store refuses the placement: it waits where it is filed now.
    leases.the_store_decides(False)
    waiting = leases.cluster.queue.get(record.task_id)
    assert waiting is not None
    assert waiting.priority is Priority.HIGH
    leases.memory_agrees_with_the_leases()
