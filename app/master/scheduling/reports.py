"""What nodes report of their attempts: fenced, decided, committed in groups, acknowledged.

An acknowledgement leaves after the commit. An update of an old attempt is refused with
its reason and changes nothing, whatever it says.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import NamedTuple

import structlog

from app.common.background import BackgroundTasks
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import AttemptOutcome, TaskState
from app.master.events import TaskChanged
from app.master.ledger.service import LedgerService
from app.master.pool.orders import Ack, Stop, StopReason, UpdateKind
from app.master.scheduling.dispatcher import Dispatcher, Parts, changed
from app.master.scheduling.result_checks import ResultChecks
from app.master.store import Tx
from app.master.store import tasks as task_store
from app.master.store.after_commit import PASSING, RETRY_SECONDS
from app.master.tasks.book import TaskRecord
from app.master.tasks.checking import Candidate, Verdict, decide
from app.master.tasks.completion import AttemptEnd, end_attempts
from app.master.tasks.state import EndDecision, Fault, decide_end

log = structlog.get_logger(__name__)

#: Ends in one unit at most.
FLUSH_MAX = 512
#: Between two looks at ends that are being committed, in seconds.
SETTLE_SECONDS = 0.005


class Update(NamedTuple):
    """One report of a node about an attempt; times in microseconds."""

    task_id: str
    attempt: int
    kind: UpdateKind
    outcome: AttemptOutcome | None = None
    exit_code: int | None = None
    detail: str = ""
    result_digest: str = ""
    result_bytes: int = 0
    cpu_milliseconds: int = 0
    memory_peak_mib: int = 0
    progress_percent: int = 0


class _Started(NamedTuple):
    record: TaskRecord
    attempt: int
    node_id: str
    started_us: int


class Reports:
    """Turns updates into committed ends.

    `owner_of` gives the user a node earns for; `has_result` whether the bytes of a
    digest were received whole; `checks` whether a result is believed; `started` hears of
    every start, `ended` of every committed end.
    """

    def __init__(
        self,
        parts: Parts,
        ledger: LedgerService,
        dispatcher: Dispatcher,
        background: BackgroundTasks,
        *,
        owner_of: Callable[[str], str | None],
        has_result: Callable[[str], bool],
        checks: ResultChecks,
        started: Callable[[TaskRecord], None],
        ended: Callable[[list[AttemptEnd]], None],
        paid: Callable[[Mapping[str, int]], None],
        result_seconds: int,
    ) -> None:
        self._parts = parts
        self._ledger = ledger
        self._dispatcher = dispatcher
        self._background = background
        self._owner_of = owner_of
        self._has_result = has_result
        self._checks = checks
        #: Results that are being compared, by task.
        self._comparing: set[str] = set()
        self._on_start = started
        self._ended = ended
        self._paid = paid
        self._result_us = result_seconds * 1_000_000
        self._started: list[_Started] = []
        self._ends: list[AttemptEnd] = []
        #: What was said of attempts whose lease is undecided, by task.
        self._waiting: dict[str, list[tuple[str, Update]]] = {}
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def start(self) -> None:
        self._background.start("reports", self._run())

    async def drain(self) -> None:
        """Wait until everything taken in so far is committed."""
        await self._idle.wait()

    async def drain_while(self, unsettled: Callable[[], bool]) -> None:
        """Wait until `unsettled` says no; nothing has happened since when this returns."""
        while unsettled():  # noqa: ASYNC110 - several parts may settle it
            await asyncio.sleep(SETTLE_SECONDS)

    def take(self, node_id: str, updates: list[Update]) -> None:
        """Updates from a node's stream, in the order in which it sent them."""
        for update in updates:
            record = self._parts.cluster.book.get(update.task_id)
            refusal = _refusal(record, node_id, update)
            if record is not None and _waits(record, node_id, update):
                self._waiting.setdefault(record.task_id, []).append((node_id, update))
            elif record is None or refusal is not None:
                self._refuse(node_id, update, refusal or Reason.ALREADY_ENDED)
            elif update.kind is UpdateKind.STARTED:
                self._on_started(record, node_id)
            elif update.kind is UpdateKind.PROGRESS:
                self._on_progress(record, update)
            else:
                self._on_ended(record, node_id, update)

    def release(self, record: TaskRecord) -> None:
        """The record is no longer undecided: take what waited for that."""
        for node_id, update in self._waiting.pop(record.task_id, []):
            self.take(node_id, [update])

    def end(self, record: TaskRecord, outcome: AttemptOutcome, detail: str) -> None:
        """The master itself ends an attempt: its node is lost, or its time is over."""
        update = Update("", 0, UpdateKind.ENDED, outcome=outcome, detail=detail)
        self._push_end(record, update, reported=False)

    def _on_started(self, record: TaskRecord, node_id: str) -> None:
        now_us = self._parts.clock.now_us()
        if record.state is TaskState.ASSIGNED:
            record.step(TaskState.RUNNING)
            record.started_us = now_us
            self._started.append(_Started(record, record.attempt, node_id, now_us))
            self._on_start(record)
            self._notify()
            return
        self._parts.send(node_id, Ack(record.task_id, record.attempt, UpdateKind.STARTED))

    def _on_progress(self, record: TaskRecord, update: Update) -> None:
        record.progress_percent = min(update.progress_percent, 100)
        self._parts.events.publish(
            [
                TaskChanged(
                    record.sequence,
                    record.array_id,
                    record.task_id,
                    record.owner_id,
                    record.progress_percent,
                )
            ]
        )

    def _on_ended(self, record: TaskRecord, node_id: str, update: Update) -> None:
        if update.result_digest and not self._has_result(update.result_digest):
            log.warning("result never arrived", task=record.task_id, node=node_id)
            lost = "The node reported a result that it did not send."
            update = Update(
                update.task_id,
                update.attempt,
                UpdateKind.ENDED,
                AttemptOutcome.REJECTED,
                detail=lost,
            )
        self._parts.cluster.vacate(self._parts.cluster.occupied(record))
        self._push_end(record, update, reported=True)
        self._dispatcher.wake()

    def _push_end(self, record: TaskRecord, update: Update, *, reported: bool) -> None:
        record.ending = True
        outcome = update.outcome or AttemptOutcome.REJECTED
        decision = decide_end(
            outcome,
            failures=record.failures,
            losses=record.losses,
            retry_max=record.spec.retry_max,
            exit_code=update.exit_code,
            detail=update.detail,
        )
        fresh = Candidate(
            record.attempt,
            str(record.node_id),
            self._owner_of(str(record.node_id)) or "",
            update.result_digest,
            update.exit_code,
            failed=decision.fault is Fault.PROGRAM,
        )
        verdict = self._checks.at_once(record, fresh, decision)
        if verdict is None:
            self._comparing.add(record.task_id)
            self._idle.clear()
            work = self._compare(record, fresh, update, decision)
            self._background.start(f"compare results of {record.task_id}", work)
        else:
            self._judged(record, update, outcome, decision, verdict, reported=reported)

    async def _compare(
        self, record: TaskRecord, fresh: Candidate, update: Update, ordinary: EndDecision
    ) -> None:
        """Results differ in their bytes: see whether they differ in what they say."""
        try:
            verdict = await self._checks.look(record, fresh)
        finally:
            self._comparing.discard(record.task_id)
        outcome = update.outcome or AttemptOutcome.REJECTED
        self._judged(record, update, outcome, ordinary, verdict, reported=True)

    def _judged(
        self,
        record: TaskRecord,
        update: Update,
        outcome: AttemptOutcome,
        ordinary: EndDecision,
        verdict: Verdict,
        *,
        reported: bool,
    ) -> None:
        self._ends.append(
            AttemptEnd(
                record=record,
                attempt=record.attempt,
                node_id=str(record.node_id),
                node_owner_id=self._owner_of(str(record.node_id)),
                outcome=outcome,
                decision=decide(verdict, ordinary, len(record.candidates) + 1),
                verdict=verdict,
                ended_us=self._parts.clock.now_us(),
                started_us=record.started_us,
                exit_code=update.exit_code,
                attempt_detail=update.detail,
                cpu_milliseconds=update.cpu_milliseconds,
                memory_peak_mib=update.memory_peak_mib,
                result_digest=update.result_digest,
                result_bytes=update.result_bytes,
                reported=reported,
            )
        )
        self._notify()

    def _refuse(self, node_id: str, update: Update, reason: Reason) -> None:
        if update.kind is UpdateKind.ENDED:
            if self._parts.cluster.stopped(update.task_id, update.attempt):
                self._dispatcher.wake()
        else:
            stop = Stop(update.task_id, update.attempt, StopReason.FENCED)
            self._parts.send(node_id, stop)
        self._parts.send(node_id, Ack(update.task_id, update.attempt, update.kind, reason.name))

    def _notify(self) -> None:
        self._idle.clear()
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._ends or self._started:
                await self._flush()
            if not self._comparing:
                self._idle.set()

    async def _flush(self) -> None:
        ends, self._ends = self._ends[:FLUSH_MAX], self._ends[FLUSH_MAX:]
        started, self._started = self._started, []
        # An attempt that started and ended in one flush is written once, as ended.
        over = {(end.record.sequence, end.attempt) for end in ends}
        alive = [item for item in started if (item.record.sequence, item.attempt) not in over]

        def unit(tx: Tx) -> dict[str, int]:
            if alive:
                task_store.start(
                    tx, [(item.record.sequence, item.attempt, item.started_us) for item in alive]
                )
            if not ends:
                return {}
            expires_us = self._parts.clock.now_us() + self._result_us
            return end_attempts(tx, self._ledger, ends, expires_us)

        try:
            earned = await self._parts.writer.run(unit)
        except HiveMindError as error:
            if error.reason not in PASSING:
                raise
            log.warning("the store cannot take results now", reason=error.reason.name)
            self._ends[:0] = ends
            self._started[:0] = started
            await asyncio.sleep(RETRY_SECONDS)
            return
        self._paid(earned)
        self._committed(started, ends)

    def _committed(self, started: list[_Started], ends: list[AttemptEnd]) -> None:
        for item in started:
            ack = Ack(item.record.task_id, item.attempt, UpdateKind.STARTED)
            self._parts.send(item.node_id, ack)
        for end in ends:
            end.record.failures = end.failures
            end.record.losses = end.losses
            end.record.candidates = end.verdict.waiting
            self._parts.cluster.conclude(end.record, end.decision)
            if end.reported:
                ack = Ack(end.record.task_id, end.attempt, UpdateKind.ENDED)
                self._parts.send(end.node_id, ack)
            elif end.outcome is AttemptOutcome.NODE_LOST:
                # The node may be back already: then it must let go of the attempt.
                fenced = Stop(end.record.task_id, end.attempt, StopReason.FENCED)
                self._parts.send(end.node_id, fenced)
        self._ended(ends)
        if self._parts.events.heard:
            records = {item.record.sequence: item.record for item in started}
            records |= {end.record.sequence: end.record for end in ends}
            self._parts.events.publish(changed(record) for record in records.values())
        self._dispatcher.wake()


def _waits(record: TaskRecord, node_id: str, update: Update) -> bool:
    """Whether the update is of an attempt about which a unit is under way."""
    ours = update.attempt == record.attempt and record.node_id == node_id
    return record.undecided and ours


def _refusal(record: TaskRecord | None, node_id: str, update: Update) -> Reason | None:
    """Why an update is refused: the fence."""
    if record is None:
        return Reason.ALREADY_ENDED
    if update.attempt != record.attempt:
        return Reason.STALE_ATTEMPT
    if record.node_id != node_id:
        return Reason.NOT_LEASE_HOLDER
    if record.ending or not record.live:
        return Reason.ALREADY_ENDED
    return None
