"""Which nodes are here: streams, heartbeats, lost nodes, and what a returning node still has.

A broken stream costs a node its leases after a short grace, silence after the heartbeat
timeout. A node that returns with an attempt that was taken for lost, and that no other
node got since, goes on with it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from app.common.background import BackgroundTasks
from app.common.errors import HiveMindError, Reason
from app.common.node_facts import Capabilities, Usage
from app.common.vocabulary import AttemptOutcome, NodeState, TaskState
from app.master.events import NodeChanged
from app.master.pool.deadlines import Deadlines
from app.master.pool.orders import Order, Outbox, StateChange, Stop, StopReason
from app.master.pool.registry import Node, NodeRegistry
from app.master.scheduling.dispatcher import Dispatcher, Parts, assign_order
from app.master.scheduling.draining import Draining
from app.master.scheduling.facts import NodeFacts
from app.master.scheduling.reports import Reports
from app.master.scheduling.time_limits import TimeLimits
from app.master.store import node_records
from app.master.store import tasks as task_store
from app.master.store.after_commit import PASSING, run_patiently
from app.master.tasks.book import TaskRecord

log = structlog.get_logger(__name__)

TICK_SECONDS = 0.5
#: How often "last seen" is written for all nodes together.
TOUCH_SECONDS = 60.0
#: The node ends an attempt at its time limit itself; the master this much later.
OVERTIME_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Held:
    """An attempt that a node says it still has."""

    task_id: str
    attempt: int
    started: bool


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the master waits for a node, in seconds."""

    heartbeat_timeout: float
    lease_grace: float
    recovery_grace: float


class Attendance:
    """Connects streams to nodes and ends the leases of those that are gone.

    `measured` hears of every node that said what it can do, `sampled` of every sample of a
    node's load.
    """

    def __init__(
        self,
        parts: Parts,
        nodes: NodeRegistry,
        dispatcher: Dispatcher,
        reports: Reports,
        background: BackgroundTasks,
        patience: Patience,
        measured: Callable[[Node], None],
        sampled: Callable[[str, Usage], None],
    ) -> None:
        self._parts = parts
        self._nodes = nodes
        self._dispatcher = dispatcher
        self._reports = reports
        self._background = background
        self._measured = measured
        self._sampled = sampled
        self._draining = Draining(parts, nodes, background, self.node_changed)
        self._silent = Deadlines(patience.heartbeat_timeout)
        self._broken = Deadlines(patience.lease_grace)
        self._unseen = Deadlines(patience.recovery_grace)
        self._lease_grace = patience.lease_grace
        self._outboxes: dict[str, Outbox] = {}
        self._time_limits = TimeLimits(OVERTIME_SECONDS)
        self._touched: set[str] = set()
        self._touch_due = 0.0

    def know(self, node: Node) -> None:
        """A node that the store knows: it is not here yet."""
        self._refresh(node)

    def start(self) -> None:
        """Give the nodes of restored leases time to come back, and start the watch."""
        now = self._parts.clock.monotonic()
        for node in self._nodes:
            if self._parts.cluster.book.on_node(node.id):
                self._unseen.set(node.id, now)
        for record in self._parts.cluster.book:
            if record.started_us is not None and record.live:
                self._time_limits.watch(record, now)
        self._background.start("attendance", self._run())

    def send(self, node_id: str, order: Order) -> None:
        """Put an order into the node's outbox; without a stream it is dropped.

        What is dropped is told again when the node returns: leases are reconciled, and
        an update without its acknowledgement is repeated.
        """
        outbox = self._outboxes.get(node_id)
        if outbox is not None:
            outbox.put(order)

    def connect(self, node_id: str, capabilities: Capabilities, held: list[Held]) -> Outbox:
        """A node opened its stream; an older one of the same node ends."""
        node = self._nodes.get(node_id)
        former = self._outboxes.pop(node_id, None)
        if former is not None:
            former.close(Reason.STREAM_REPLACED)
        outbox = self._outboxes[node_id] = Outbox()
        now = self._parts.clock.monotonic()
        self._silent.set(node_id, now)
        self._broken.clear(node_id)
        self._unseen.clear(node_id)
        node.online = True
        node.leaving = False
        node.capabilities = capabilities
        self._touched.add(node_id)
        self._refresh(node)
        self._measured(node)
        self._reconcile(node, outbox, held)
        self._parts.events.publish([NodeChanged(node_id)])
        self._dispatcher.wake()
        log.info("node connected", node=node.name, leases=len(held))
        return outbox

    def disconnect(self, node_id: str, outbox: Outbox) -> None:
        """The stream that `outbox` belongs to has ended."""
        if self._outboxes.get(node_id) is not outbox:
            return
        del self._outboxes[node_id]
        self._silent.clear(node_id)
        self._broken.set(node_id, self._parts.clock.monotonic())
        node = self._nodes.get(node_id)
        node.online = False
        self._refresh(node)
        self._parts.events.publish([NodeChanged(node_id)])
        log.info("node disconnected", node=node.name)
        asyncio.get_running_loop().call_later(self._lease_grace, self._expire_broken)

    def heard(self, node_id: str, usage: Usage | None = None) -> None:
        """The node gave a sign of life, with a sample of its load or without."""
        self._silent.set(node_id, self._parts.clock.monotonic())
        self._touched.add(node_id)
        node = self._nodes.get(node_id)
        node.last_seen_us = self._parts.clock.now_us()
        if usage is not None:
            node.usage = usage
            if self._parts.cluster.table.set_usage(node_id, usage):
                self._dispatcher.wake()
            self._sampled(node_id, usage)

    def capabilities_changed(self, node_id: str, capabilities: Capabilities) -> None:
        """The node measured itself again."""
        node = self._nodes.get(node_id)
        node.capabilities = capabilities
        self._refresh(node)
        self._measured(node)
        self._dispatcher.wake()

    def drain(self, node_id: str) -> None:
        """The machine itself wants to drain."""
        self._draining.ask(node_id)

    def resume(self, node_id: str) -> None:
        """The machine itself wants tasks again."""
        self._draining.lift(node_id)

    def leaving(self, node_id: str) -> None:
        """The node is about to leave: it gets nothing new until it connects again."""
        node = self._nodes.get(node_id)
        node.leaving = True
        self._refresh(node)
        self._parts.events.publish([NodeChanged(node_id)])

    def close_all(self) -> None:
        """The master stops: end all streams. Leases stay; the nodes come back."""
        for outbox in self._outboxes.values():
            outbox.close(Reason.SHUTTING_DOWN)
        self._outboxes.clear()

    def node_changed(self, node_id: str) -> None:
        """An operator changed the node: its state, its place, its owner, its trust."""
        node = self._nodes.get(node_id)
        self._refresh(node)
        self.send(node_id, StateChange(node.state))
        if node.state is NodeState.REVOKED:
            outbox = self._outboxes.pop(node_id, None)
            if outbox is not None:
                outbox.close(Reason.NODE_REVOKED)
            node.online = False
            self._lost(node_id, "The node was revoked.")
        self._draining.settle()
        self._parts.events.publish([NodeChanged(node_id)])
        self._dispatcher.wake()

    def started(self, record: TaskRecord) -> None:
        """An attempt runs: watch its time."""
        self._time_limits.watch(record, self._parts.clock.monotonic())

    def decided(self, record: TaskRecord) -> None:
        """A unit about the record's lease is over: catch up with what waited for it.

        While another one, its cancellation, is under way, that one's end is waited for.
        """
        if record.ending:
            return
        record.undecided = False
        self._reports.release(record)
        if not record.live or record.ending:
            return
        if record.node_left:
            record.node_left = False
            self._lose(record, "The node went away.")
        elif record.state is TaskState.ASSIGNED:
            self.send(str(record.node_id), assign_order(record))

    def _refresh(self, node: Node) -> None:
        self._draining.look(node)
        facts = NodeFacts(
            node.capabilities,
            node.trust,
            node.location,
            schedulable=node.online and not node.leaving and node.state is NodeState.ACTIVE,
            closed_because=_closed_because(node),
            owner_id=node.owner_id or "",
            member=node.state not in (NodeState.PENDING, NodeState.REVOKED),
        )
        self._parts.cluster.table.upsert(node.id, facts)

    def _reconcile(self, node: Node, outbox: Outbox, held: list[Held]) -> None:
        """Make the node's leases and ours the same."""
        said = {(item.task_id, item.attempt): item for item in held}
        for key in self._parts.cluster.stopping_on(node.id):
            if key in said:
                outbox.put(Stop(*key, StopReason.CANCELLED))
                del said[key]
            else:
                self._parts.cluster.stopped(*key)
        for record in self._parts.cluster.book.on_node(node.id):
            item = said.pop((record.task_id, record.attempt), None)
            if record.undecided:
                # A placement whose commit is under way is not expected there yet.
                due = record.ending or record.state is TaskState.RUNNING
                record.node_left = item is None and due
                continue
            if record.ending:
                continue
            if item is None and record.state is TaskState.ASSIGNED:
                outbox.put(assign_order(record))
            elif item is None:
                self._lose(record, "The node started anew and had lost the task.")
        for item in said.values():
            self._resume_or_stop(node, outbox, item)

    def _resume_or_stop(self, node: Node, outbox: Outbox, item: Held) -> None:
        record = self._parts.cluster.book.get(item.task_id)
        if (
            record is not None
            and record.state is TaskState.QUEUED
            and record.resumable
            and record.attempt == item.attempt
            and record.node_id == node.id
            and self._parts.cluster.can_reopen(record)
        ):
            self._reopen(record, started=item.started)
            return
        outbox.put(Stop(item.task_id, item.attempt, StopReason.FENCED))

    def _reopen(self, record: TaskRecord, *, started: bool) -> None:
        record.losses -= 1
        record.started_us = self._parts.clock.now_us() if started else None
        self._parts.cluster.reopen(record)
        self._background.start(f"reopen {record.task_id}", self._write_reopened(record))

    async def _write_reopened(self, record: TaskRecord) -> None:
        row = (record.sequence, record.attempt, record.losses, record.started_us)
        try:
            await self._parts.writer.run(lambda tx: task_store.reopen(tx, *row))
        except HiveMindError as error:
            if error.reason not in PASSING:
                raise
            log.warning("the store cannot reopen an attempt now", reason=error.reason.name)
            record.losses += 1
            self._parts.cluster.recall(record, record.attempt)
            fenced = Stop(record.task_id, record.attempt, StopReason.FENCED)
            self.send(str(record.node_id), fenced)
        else:
            if record.started_us is not None:
                self.started(record)
        self.decided(record)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = self._parts.clock.monotonic()
            for node_id in self._silent.expired(now):
                log.warning("node silent", node=node_id)
                outbox = self._outboxes.pop(node_id, None)
                if outbox is not None:
                    outbox.close(Reason.NODE_SILENT)
                self._nodes.get(node_id).online = False
                self._lost(node_id, "The node fell silent.")
            for node_id in self._unseen.expired(now):
                self._lost(node_id, "The node did not come back after the master's restart.")
            for record in self._time_limits.expired(now):
                self._overdue(record)
            self._draining.settle()
            if now >= self._touch_due:
                self._touch_due = now + TOUCH_SECONDS
                self._background.start("last seen", self._touch())

    def _expire_broken(self) -> None:
        for node_id in self._broken.expired(self._parts.clock.monotonic()):
            self._lost(node_id, "The node's connection broke.")

    def _lost(self, node_id: str, why: str) -> None:
        self._refresh(self._nodes.get(node_id))
        self._parts.cluster.node_gone(node_id)
        for record in self._parts.cluster.book.on_node(node_id):
            if record.undecided:
                record.node_left = True
            elif not record.ending:
                self._lose(record, why)
        self._parts.events.publish([NodeChanged(node_id)])
        self._dispatcher.wake()

    def _lose(self, record: TaskRecord, why: str) -> None:
        record.resumable = True
        self._parts.cluster.vacate(self._parts.cluster.occupied(record))
        self._reports.end(record, AttemptOutcome.NODE_LOST, why)

    def _overdue(self, record: TaskRecord) -> None:
        self._parts.cluster.stop(record)
        self.send(str(record.node_id), Stop(record.task_id, record.attempt, StopReason.TIMED_OUT))
        self._reports.end(record, AttemptOutcome.TIMED_OUT, "")

    async def _touch(self) -> None:
        seen = [(node_id, self._nodes.get(node_id).last_seen_us) for node_id in self._touched]
        self._touched.clear()
        if seen:
            await run_patiently(self._parts.writer, lambda tx: node_records.touch(tx, seen))


def _closed_because(node: Node) -> str:
    """What keeps tasks from a node, to follow its name in a sentence."""
    state, reason = node.shown_state
    if state is not NodeState.ACTIVE:
        return f"is {state.name.lower()}" + (f" ({reason})" if reason else "")
    return "" if node.online else "is offline"
