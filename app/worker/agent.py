"""Carries out what the state decides: the one place where the agent's parts meet."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import structlog

from app.common.background import BackgroundTasks
from app.common.clock import Clock
from app.common.errors import HiveMindError
from app.common.files import private_folder
from app.common.ids import IdSource
from app.common.node_facts import Capabilities, Usage
from app.common.vocabulary import NodeState
from app.worker.archive_cache import ArchiveCache
from app.worker.attempt_log import LOG_BYTES_MAX_DEFAULT, AttemptLog, LogStream
from app.worker.consumption import Meter
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
    NodeStateChanged,
    Progressed,
    Record,
    Report,
    Restored,
    ResumeRequested,
    ShutdownRequested,
    Start,
    Started,
    Stop,
    StopRequested,
    StoreResult,
    Withdraw,
)
from app.worker.executors.choice import Executors
from app.worker.journal import LeaseJournal
from app.worker.orders import AttemptId, Order
from app.worker.reporter import Reporter
from app.worker.results import ResultStore
from app.worker.runner import AttemptRunner, Notices
from app.worker.session import FINAL, MasterLink, keep_connected
from app.worker.state import WorkerState
from app.worker.telemetry import OwnUse, Telemetry
from app.worker.wire import (
    attempt_from,
    capabilities_to,
    held_to,
    kind_from,
    node_state_from,
    order_from,
    stop_reason_from,
    usage_to,
    wishes_to,
)
from app.worker.workspace import Workspace, remove_tree
from proto import nodepool_pb2 as pb

log = structlog.get_logger(__name__)

#: From the wish to end to the end, whatever still runs.
SHUTDOWN_SECONDS = 4.5
RESULT_BYTES_MAX_DEFAULT = 1024 * 1024 * 1024
_JOURNAL_RETRY_SECONDS = 2.0


class Outcome(Enum):
    """How a run of the agent ended."""

    LEFT = "left"
    REVOKED = "revoked"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Standing:
    """What `status` shows."""

    connected: bool
    node_state: str
    draining: bool
    running: int
    waiting_updates: int


class Agent:
    """The worker. `run` lives until it is told to leave or is revoked."""

    def __init__(
        self,
        folder: Path,
        state: WorkerState,
        journal: LeaseJournal,
        executors: Executors,
        cache: ArchiveCache,
        link: MasterLink,
        telemetry: Telemetry,
        capabilities: Capabilities,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._attempts = private_folder(folder / "attempts")
        self._state = state
        self._journal = journal
        self._executors = executors
        self._cache = cache
        self._link = link
        self._telemetry = telemetry
        self._capabilities = capabilities
        self._clock = clock
        self._ids = ids
        self._reporter = Reporter()
        self._results = ResultStore(link, self.post)
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._background = BackgroundTasks(self._died)
        self._runners: dict[AttemptId, AttemptRunner] = {}
        self._outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._log_bytes_max = LOG_BYTES_MAX_DEFAULT
        self._result_bytes_max = RESULT_BYTES_MAX_DEFAULT
        self._meter = Meter()
        self._drain = DrainNotice()
        self._connected = False

    async def run(self) -> Outcome:
        """Take up what an earlier process left, and work. Raises HiveMindError, OSError."""
        restored = await asyncio.to_thread(self._journal.open)
        for executor in self._executors.all:
            ended = await executor.reap()
            if ended:
                log.info("ended what an earlier process left", engine=executor.engine, count=ended)
        await asyncio.to_thread(self._tidy, {lease.id for lease in restored})
        for lease in restored:
            self._attach_old_log(lease.id)
        self.post(Restored(restored, self._clock.now_us()))
        try:
            self._background.start("door", self._door())
            self._background.start("connection", self._stay_connected())
            return await self._outcome
        finally:
            await self._background.stop()
            await self._results.stop()
            self._reporter.close()
            self._journal.close()

    def post(self, *events: Event) -> None:
        """Let the state know of `events`."""
        for event in events:
            self._events.put_nowait(event)

    def drain(self, *, leave: bool) -> None:
        """Take no more tasks; with `leave`, end once the running ones are done."""
        self.post(DrainRequested(leave, self._clock.now_us()))

    def resume(self) -> None:
        """Take tasks again after a drain that was asked for at this machine."""
        self.post(ResumeRequested())

    def shut_down(self) -> None:
        """End within 5 s, giving every lease back."""
        self.post(ShutdownRequested())
        self._background.start("deadline", self._end_by_deadline())

    def standing(self) -> Standing:
        """How it goes, for people."""
        return Standing(
            connected=self._connected,
            node_state=self._drain.state.name if self._drain.state is not None else "",
            draining=self._state.draining,
            running=self._state.running(),
            waiting_updates=self._reporter.waiting(),
        )

    # The door

    async def _door(self) -> None:
        while True:
            events = [await self._events.get()]
            while not self._events.empty():
                events.append(self._events.get_nowait())
            instructions = self._state.handle(*events)
            await self._make_durable(
                [one.record for one in instructions if isinstance(one, Journal)]
            )
            for instruction in instructions:
                self._carry_out(instruction)

    async def _make_durable(self, records: Sequence[Record]) -> None:
        """Nothing is told or started before it is on the disk, however long that takes."""
        while True:
            try:
                await asyncio.to_thread(self._journal.append, records)
            except (HiveMindError, OSError) as error:
                log.error("the journal cannot be written", error=str(error))  # noqa: TRY400
                await asyncio.sleep(_JOURNAL_RETRY_SECONDS)
            else:
                return

    def _carry_out(self, instruction: Instruction) -> None:
        match instruction:
            case Journal():
                pass
            case Start(order):
                self._start(order)
            case Stop(attempt, reason):
                if attempt in self._runners:
                    self._runners[attempt].stop(reason)
            case StoreResult(attempt, ending):
                path = Workspace(self._attempts, attempt).result
                self._results.store(attempt, path, ending.result_digest)
            case Report(update):
                self._reporter.report(update)
            case Withdraw(attempt):
                self._withdraw(attempt)
            case Announce(wish):
                self._drain.ask(wish)
                self._reporter.nudge()
            case Exit(revoked):
                self._end(Outcome.REVOKED if revoked else Outcome.LEFT)

    def _start(self, order: Order) -> None:
        attempt = order.id
        runner = AttemptRunner(
            order,
            self._executors.pick,
            Workspace(self._attempts, attempt),
            self._cache,
            self._clock,
            Notices(
                started=lambda: self.post(Started(attempt, self._clock.now_us())),
                printed=lambda: self._reporter.log_grew(attempt),
                progressed=lambda percent: self.post(
                    Progressed(attempt, percent, self._clock.now_us())
                ),
            ),
            self._result_bytes_max,
            self._meter,
        )
        self._runners[attempt] = runner
        self._background.start(f"attempt {attempt}", self._attempt(runner, attempt))

    async def _attempt(self, runner: AttemptRunner, attempt: AttemptId) -> None:
        try:
            ending = await runner.run(lambda: self._open_log(attempt))
        finally:
            del self._runners[attempt]
        log.info("attempt ended", attempt=str(attempt), outcome=ending.outcome.name)
        self.post(Finished(attempt, ending))

    def _open_log(self, attempt: AttemptId) -> AttemptLog:
        kept = AttemptLog(Workspace(self._attempts, attempt).folder, self._log_bytes_max)
        self._reporter.attach_log(attempt, kept)
        return kept

    def _withdraw(self, attempt: AttemptId) -> None:
        self._results.cancel(attempt)
        self._reporter.forget(attempt)
        folder = Workspace(self._attempts, attempt).folder
        self._background.start(f"remove {attempt}", _in_thread(folder))

    # What the session asks and tells

    def hello(self) -> pb.WorkerHello:
        """Who we are and what we still hold."""
        return pb.WorkerHello(
            capabilities=capabilities_to(self._capabilities),
            leases=[held_to(lease) for lease in self._state.held()],
        )

    def connected(self, welcome: pb.WorkerWelcome) -> None:
        """The master's terms hold for attempts that start from now on."""
        log.info("connected to the master")
        self._connected = True
        self._log_bytes_max = welcome.log_bytes_max or LOG_BYTES_MAX_DEFAULT
        self._result_bytes_max = welcome.result_bytes_max or RESULT_BYTES_MAX_DEFAULT
        state = node_state_from(welcome.state)
        self._node_state_changed(state, self._drain.stream_opened(state))

    def disconnected(self) -> None:
        """Tasks go on without the master."""
        self._connected = False

    def receive(self, message: pb.MasterMessage) -> None:
        """Turn a message into events; a part that makes no sense is left out."""
        parts: tuple[tuple[Callable[[Any], None], Iterable[Any]], ...] = (
            (self._assigned, message.assignments),
            (self._stop_wished, message.stops),
            (self._acknowledged, message.acks),
            (self._log_kept, message.log_acks),
        )
        for receive, items in parts:
            for item in items:
                try:
                    receive(item)
                except HiveMindError as error:
                    log.warning("a message makes no sense", message=error.message)
        state = node_state_from(message.state)
        self._node_state_changed(state, self._drain.state_named(state))

    def _assigned(self, assignment: pb.Assignment) -> None:
        self.post(Assigned(order_from(assignment), self._clock.now_us()))

    def _stop_wished(self, stop: pb.StopLease) -> None:
        attempt = attempt_from(stop.task_id, stop.attempt)
        reason = stop_reason_from(stop.reason)
        self.post(StopRequested(attempt, reason, self._clock.now_us()))

    def _acknowledged(self, ack: pb.UpdateAck) -> None:
        attempt = attempt_from(ack.task_id, ack.attempt)
        kind = kind_from(ack.kind)
        self._reporter.acked(attempt, kind)
        self.post(Acked(attempt, kind, ack.refused))

    def _log_kept(self, kept: pb.LogAck) -> None:
        offsets = {LogStream.STDOUT: kept.stdout_offset, LogStream.STDERR: kept.stderr_offset}
        self._reporter.log_acked(attempt_from(kept.task_id, kept.attempt), offsets)

    def _node_state_changed(self, state: NodeState | None, lifted: bool) -> None:
        # ACTIVE is news only where it calls the node back from a drain.
        if state is not None and (lifted or state is not NodeState.ACTIVE):
            log.info("the node's state", state=state.name)
            self.post(NodeStateChanged(state))

    def announcement(self) -> pb.WorkerMessage | None:
        """What this machine wants, once a stream."""
        return wishes_to(self._drain.take())

    async def usage(self) -> pb.NodeUsage:
        """A sample of the machine's load."""
        own = OwnUse(self._state.running(), self._meter.total(), self._state.gpus_held())
        sample: Usage = await asyncio.to_thread(self._telemetry.sample, own)
        return usage_to(sample)

    # Ending

    async def _stay_connected(self) -> None:
        try:
            await keep_connected(self._link, self, self._reporter, self._ids)
        except HiveMindError as error:
            if error.reason not in FINAL:
                raise
            log.error("this node is out of the pool", message=error.message)  # noqa: TRY400
            self.post(NodeStateChanged(NodeState.REVOKED))

    async def _end_by_deadline(self) -> None:
        await asyncio.sleep(SHUTDOWN_SECONDS)
        self._end(Outcome.LEFT)

    def _died(self, name: str, error: BaseException) -> None:
        log.critical("a part of the agent died", part=name, error=repr(error))
        self._end(Outcome.FAILED)

    def _end(self, outcome: Outcome) -> None:
        if not self._outcome.done():
            self._outcome.set_result(outcome)

    def _tidy(self, held: set[AttemptId]) -> None:
        """Remove folders of attempts nobody asks for any more. Blocks."""
        names = {attempt.folder_name for attempt in held}
        for folder in self._attempts.iterdir():
            if folder.name not in names:
                remove_tree(folder)

    def _attach_old_log(self, attempt: AttemptId) -> None:
        if Workspace(self._attempts, attempt).folder.is_dir():
            self._open_log(attempt)


async def _in_thread(folder: Path) -> None:
    await asyncio.to_thread(remove_tree, folder)
