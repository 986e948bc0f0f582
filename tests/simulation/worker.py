"""A machine with its agent: the agent's real mind and reporter, everything around them made up.

The mind (`WorkerState`) and the reporter are the product's own and pure. The journal, the
programs, the uploads and the stream are simulated here, and die or survive as they should:
a crash loses what was decided and not journalled, and every program.
"""

import asyncio
from random import Random
from typing import TYPE_CHECKING

from app.common.errors import HiveMindError
from app.common.ids import sha256_digest
from app.common.node_facts import Capabilities, Usage
from app.common.vocabulary import AttemptOutcome, NodeState, Role
from app.master.identity.principal import Principal, PrincipalKind
from app.worker.capacity import Capacity
from app.worker.drain_notice import DrainNotice
from app.worker.events import (
    Acked,
    Announce,
    Assigned,
    DrainRequested,
    Event,
    Exit,
    Finished,
    Instruction,
    Journal,
    LeaseEnded,
    LeaseForgotten,
    LeaseStarted,
    LeaseTaken,
    NodeStateChanged,
    Record,
    Report,
    Restored,
    RestoredLease,
    ResultRefused,
    ResultStored,
    ShutdownRequested,
    Start,
    Started,
    Stop,
    StopRequested,
    StoreResult,
    Withdraw,
)
from app.worker.orders import AttemptId, Ending, Order, StopReason, UpdateKind
from app.worker.reporter import Reporter
from app.worker.results import _is_final
from app.worker.session import FINAL
from app.worker.state import WorkerState
from app.worker.wire import (
    capabilities_to,
    held_to,
    node_state_from,
    order_from,
    stop_reason_from,
    usage_to,
    wishes_to,
)
from proto import nodepool_pb2 as pb
from tests.simulation.clockwork import Owner
from tests.simulation.network import Connection
from tests.simulation.programs import Course, answer_to, course_of

if TYPE_CHECKING:
    from tests.simulation.world import World

WELCOME_SECONDS = 10.0


class _DurableJournal:
    """What `LeaseJournal` keeps, without the file."""

    def __init__(self) -> None:
        self._leases: dict[AttemptId, RestoredLease] = {}

    def leases(self) -> tuple[RestoredLease, ...]:
        return tuple(self._leases.values())

    def append(self, record: Record) -> None:
        match record:
            case LeaseTaken():
                self._leases[record.id] = RestoredLease(record.id, started=False, ending=None)
            case LeaseStarted():
                self._leases[record.id] = RestoredLease(record.id, started=True, ending=None)
            case LeaseEnded():
                before = self._leases.get(record.id)
                started = before is not None and before.started
                self._leases[record.id] = RestoredLease(record.id, started, record.ending)
            case LeaseForgotten():
                self._leases.pop(record.id, None)


class SimulatedWorker:
    """One machine of the pool."""

    def __init__(
        self, world: "World", node_id: str, capabilities: Capabilities, *, liar: bool = False
    ) -> None:
        self.world = world
        self.node_id = node_id
        self.capabilities = capabilities
        self.liar = liar
        self.principal = Principal(PrincipalKind.NODE, node_id, node_id, Role.WORKER)
        self.connection: Connection | None = None
        self.up = False
        #: Taken out of the pool for good.
        self.out = False
        self._random = Random(f"{world.seed}:worker:{node_id}")
        self._journal = _DurableJournal()
        self._lives = 0
        self._thawed = asyncio.Event()
        self._thawed.set()
        self._events: asyncio.Queue[Event] = asyncio.Queue()

    def start(self) -> None:
        """Start the agent's process."""
        if self.up or self.out:
            return
        self.up = True
        self._lives += 1
        self._owner = Owner(f"{self.node_id} {self._lives}", self.world.fail)
        own = self.capabilities
        self._state = WorkerState(
            Capacity(
                own.cpu_millicores,
                own.memory_mib,
                own.disk_mib,
                frozenset(gpu.uuid for gpu in own.gpus),
            )
        )
        self._reporter = Reporter()
        self._drain = DrainNotice()
        self._events = asyncio.Queue()
        self._stops: dict[AttemptId, asyncio.Future[StopReason]] = {}
        self._uploads: dict[AttemptId, asyncio.Task] = {}
        self._post(Restored(self._journal.leases(), self._now_us()))
        self._owner.start(self._door())
        self._owner.start(self._stay_connected())
        self.world.note("worker up", self.node_id)

    def crash(self, *, unseen: bool = False) -> None:
        """The process, and every program with it, is gone; `unseen`: nobody tells the master."""
        if not self.up:
            return
        self.up = False
        self._owner.end()
        if self.connection is not None:
            self.connection.cut(None if unseen else self.world.plan.latency, None)
            self.connection = None
        self.thaw()
        self.world.note("worker down", self.node_id)

    def freeze(self) -> None:
        """Nothing of the agent moves; its programs and its connection stay."""
        self._thawed.clear()

    def thaw(self) -> None:
        self._thawed.set()

    def leave(self, *, at_once: bool) -> None:
        """Somebody at the machine ends the agent."""
        if self.up:
            wish = ShutdownRequested() if at_once else DrainRequested(True, self._now_us())
            self._post(wish)

    def disconnect(self, master_notices: float | None, node_notices: float | None) -> None:
        """Cut the stream, if there is one."""
        if self.connection is not None:
            self.connection.cut(master_notices, node_notices)

    def send(self, message: pb.WorkerMessage) -> None:
        """Say something on the stream that the agent itself would not."""
        if self.connection is not None:
            self.connection.up.send(message)

    # The door

    def _post(self, event: Event) -> None:
        self._events.put_nowait(event)

    async def _door(self) -> None:
        while True:
            events = [await self._events.get()]
            await self._thawed.wait()
            while not self._events.empty():
                events.append(self._events.get_nowait())
            instructions = self._state.handle(*events)
            self._state.validate()
            records = [one.record for one in instructions if isinstance(one, Journal)]
            if records:
                await asyncio.sleep(self.world.plan.commit_seconds(self._random))
                for record in records:
                    self._journal.append(record)
            for instruction in instructions:
                self._carry_out(instruction)

    def _carry_out(self, instruction: Instruction) -> None:
        match instruction:
            case Journal():
                pass
            case Start(order):
                self._stops[order.id] = asyncio.get_running_loop().create_future()
                self._owner.start(self._attempt(order))
            case Stop(attempt, reason):
                stopping = self._stops.get(attempt)
                if stopping is not None and not stopping.done():
                    stopping.set_result(reason)
            case StoreResult(attempt, ending):
                self._uploads[attempt] = self._owner.start(self._upload(attempt, ending))
            case Report(update):
                outcome = update.ending.outcome.name if update.ending else ""
                self.world.note(self.node_id, "tells", update.kind.name, update.id, outcome)
                self.world.auditor.told(self.node_id, update)
                self._reporter.report(update)
            case Withdraw(attempt):
                self._reporter.forget(attempt)
                if attempt in self._uploads:
                    self._uploads.pop(attempt).cancel()
            case Announce(wish):
                self._drain.ask(wish)
                self._reporter.nudge()
            case Exit(revoked):
                self.out = self.out or revoked
                self._owner.start(self._exit())

    async def _exit(self) -> None:
        self.crash()

    # Programs and results

    async def _attempt(self, order: Order) -> None:
        course = course_of(dict(order.environment), self._random)
        ending = await self._live(order, course)
        del self._stops[order.id]
        self._post(Finished(order.id, ending))

    async def _live(self, order: Order, course: Course) -> Ending:
        preparing = self._random.uniform(0.0, 0.3)
        if course.outcome is AttemptOutcome.BAD_ARCHIVE:
            stopped = await self._stopped_within(order, preparing)
            return stopped or self._ending(course.outcome)
        stopped = await self._stopped_within(order, preparing)
        if stopped is not None:
            return stopped
        self._post(Started(order.id, self._now_us()))
        self.world.auditor.ran(self.node_id, order.id, asyncio.get_running_loop().time())
        limit = None if course.unwatched else float(order.run_seconds_max)
        seconds = course.seconds
        if limit is not None and (seconds is None or seconds > limit):
            stopped = await self._stopped_within(order, limit)
            return stopped or self._ending(AttemptOutcome.TIMED_OUT)
        stopped = await self._stopped_within(order, seconds)
        if stopped is not None:
            return stopped
        if course.outcome is not AttemptOutcome.SUCCEEDED:
            return self._ending(course.outcome, course.exit_code)
        meaning = answer_to(order.id.task_id, dict(order.environment))
        if self.liar:
            meaning = f"what {self.node_id} made up"
        digest = ""
        if meaning:
            # Some pack the same answer into other bytes.
            packed = f"{order.id} on {self.node_id}" if self._random.random() < 0.5 else ""
            digest = sha256_digest(f"{order.id.task_id} {meaning} {packed}".encode())
            self.world.store.meanings[digest] = meaning
        self.world.auditor.answered(self.node_id, order.id, meaning)
        return self._ending(course.outcome, course.exit_code, digest)

    async def _stopped_within(self, order: Order, seconds: float | None) -> Ending | None:
        stopping = self._stops[order.id]
        await asyncio.wait([stopping], timeout=seconds)
        if not stopping.done():
            return None
        # A program takes a moment to die.
        await asyncio.sleep(self._random.uniform(0.0, 0.5))
        return self._ending(stopping.result().outcome)

    def _ending(
        self, outcome: AttemptOutcome, exit_code: int | None = None, digest: str = ""
    ) -> Ending:
        return Ending(
            outcome,
            self._now_us(),
            exit_code=exit_code,
            result_digest=digest,
            result_bytes=100 if digest else 0,
        )

    async def _upload(self, attempt: AttemptId, ending: Ending) -> None:
        request = pb.BeginUploadRequest(
            digest=ending.result_digest,
            size_bytes=ending.result_bytes,
            task_id=attempt.task_id,
            attempt=attempt.number,
        )
        while True:
            await self._thawed.wait()
            try:
                await self.world.call(self.principal, "BeginUpload", request, self._random)
            except HiveMindError as error:
                if _is_final(error):
                    self._post(ResultRefused(attempt, error.reason, error.message))
                    return
                await asyncio.sleep(self._random.uniform(0.2, 2.0))
                continue
            await asyncio.sleep(self._random.uniform(0.0, 0.5))
            if self.world.master.serving:
                self.world.store.artifacts.add(ending.result_digest)
                self._post(ResultStored(attempt))
                return

    # The stream

    async def _stay_connected(self) -> None:
        while True:
            await asyncio.sleep(self._random.uniform(0.02, 1.0))
            await self._thawed.wait()
            connection = self.world.connect(self.node_id)
            if connection is None:
                continue
            self.connection = connection
            try:
                await self._converse(connection)
            except HiveMindError as error:
                if error.reason in FINAL:
                    self._post(NodeStateChanged(NodeState.REVOKED))
                    return
            except TimeoutError:
                pass
            finally:
                if self.connection is connection:
                    self.connection = None
            if connection.open:
                connection.cut(self.world.plan.latency, None)

    async def _converse(self, connection: Connection) -> None:
        hello = pb.WorkerHello(
            capabilities=capabilities_to(self.capabilities),
            leases=[held_to(lease) for lease in self._state.held()],
        )
        held = [f"{lease.task_id}/{lease.attempt}" for lease in hello.leases]
        self.world.note(self.node_id, "says hello with", held)
        connection.up.send(pb.WorkerMessage(hello=hello))
        messages = connection.down.messages()
        speaking = None
        try:
            async with asyncio.timeout(WELCOME_SECONDS):
                first = await anext(messages, None)
            if first is None:
                return
            self._reporter.rewind()
            state = node_state_from(first.welcome.state)
            self._node_state_changed(state, lifted=self._drain.stream_opened(state))
            speaking = self._owner.start(self._speak(connection))
            async for message in messages:
                await self._thawed.wait()
                self._receive(message)
        finally:
            if speaking is not None:
                speaking.cancel()
            await messages.aclose()

    async def _speak(self, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        beat_at = loop.time()
        while True:
            await self._thawed.wait()
            if (announcement := wishes_to(self._drain.take())) is not None:
                connection.up.send(announcement)
            while (message := self._reporter.take()) is not None:
                connection.up.send(message)
            if loop.time() >= beat_at:
                connection.up.send(pb.WorkerMessage(usage=usage_to(self._usage())))
                beat_at = loop.time() + self.world.heartbeat_seconds
            try:
                async with asyncio.timeout_at(beat_at):
                    await self._reporter.wait()
            except TimeoutError:
                pass

    def _receive(self, message: pb.MasterMessage) -> None:
        now_us = self._now_us()
        for assignment in message.assignments:
            order = order_from(assignment)
            self.world.note(self.node_id, "gets", order.id)
            self.world.auditor.assigned(self.node_id, order.id)
            self._post(Assigned(order, now_us))
        for stop in message.stops:
            attempt = AttemptId(stop.task_id, stop.attempt)
            reason = stop_reason_from(stop.reason)
            self.world.note(self.node_id, "is to stop", attempt, reason.name)
            self._post(StopRequested(attempt, reason, now_us))
        for ack in message.acks:
            attempt, kind = AttemptId(ack.task_id, ack.attempt), UpdateKind(ack.kind)
            self.world.note(self.node_id, "heard", kind.name, attempt, ack.refused)
            self.world.auditor.acknowledged(self.node_id, attempt, kind, ack.refused)
            self._reporter.acked(attempt, kind)
            self._post(Acked(attempt, kind, ack.refused))
        state = node_state_from(message.state)
        self._node_state_changed(state, lifted=self._drain.state_named(state))

    def _node_state_changed(self, state: NodeState | None, *, lifted: bool) -> None:
        if state is not None and (lifted or state is not NodeState.ACTIVE):
            self._post(NodeStateChanged(state))

    def _usage(self) -> Usage:
        busy = not self.world.plan.calm and self._random.random() < 0.1
        return Usage(cpu_percent=99 if busy else 10, memory_percent=20)

    def _now_us(self) -> int:
        return self.world.clock.now_us()
