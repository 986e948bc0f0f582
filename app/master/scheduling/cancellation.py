"""Ending tasks because their owner says so: at once, wherever they are."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from app.common.errors import HiveMindError, Reason
from app.common.invariant import invariant
from app.common.vocabulary import AttemptOutcome, Memo, TaskState
from app.master.events import TaskChanged
from app.master.ledger.requests import Refund
from app.master.ledger.service import LedgerService
from app.master.pool.orders import Stop, StopReason
from app.master.scheduling.dispatcher import Dispatcher, Parts, changed
from app.master.scheduling.reports import Reports
from app.master.store import Tx
from app.master.store import tasks as task_store
from app.master.store.task_views import TaskView
from app.master.tasks.book import TaskRecord
from app.master.tasks.completion import AttemptEnd, end_attempts
from app.master.tasks.state import decide_end

DETAIL = "Cancelled by its owner."

T = TypeVar("T")
Commit: TypeAlias = Callable[[Callable[[Tx], int], Callable[[], None]], Awaitable[T]]


@dataclass(slots=True)
class Cancellation:
    """What one request cancels: `queued` and `live` in memory, the rest in the store."""

    array_id: str
    array_index: int | None
    queued: list[TaskRecord] = field(default_factory=list)
    live: list[AttemptEnd] = field(default_factory=list)
    #: Tasks that the unit cancelled.
    count: int = 0


class Cancellations:
    """Cancels in three steps: memory first, then the unit, then what follows from it.

    Memory goes first so that no placement of the task can be handed to the writer after
    the unit; if the unit fails, everything is put back. `cancelled` hears how many
    tasks each committed unit ended.
    """

    def __init__(
        self,
        parts: Parts,
        ledger: LedgerService,
        dispatcher: Dispatcher,
        reports: Reports,
        owner_of: Callable[[str], str | None],
        cancelled: Callable[[int], None],
    ) -> None:
        self._parts = parts
        self._ledger = ledger
        self._dispatcher = dispatcher
        self._reports = reports
        self._owner_of = owner_of
        self._cancelled = cancelled

    async def cancel(self, views: list[TaskView], commit: Commit[T]) -> T:
        """Cancel the open ones of `views`, tasks of one array; what `commit` answers.

        `commit` has a unit committed, which tells how many it ended, and calls what follows.
        Raises what it raises, TASK_ENDED if none was open any more: then nothing has changed.
        """
        async with self._parts.turns.of(view.array_id for view in views):
            # What nodes reported before counts: it is committed first.
            await self._reports.drain_while(lambda: self._unsettled(views))
            found = [self._prepare(views)]
            try:
                return await commit(
                    lambda tx: self._unit(tx, found[0]), lambda: self._done(found.pop(), views)
                )
            finally:
                # Refused, or answered before: nothing was cancelled now.
                if found:
                    self._undo(found.pop())

    def _unsettled(self, views: list[TaskView]) -> bool:
        """Whether the end of one of these tasks' attempts is on its way to the store."""
        records = (self._parts.cluster.book.get(view.task_id) for view in views)
        return any(record is not None and record.ending for record in records)

    def _prepare(self, views: list[TaskView]) -> Cancellation:
        """Take the open ones of `views`, the tasks to cancel, out of the schedule.

        None of them may be `unsettled`: the unit would take it for a queued one.
        """
        first = views[0]
        alone = len(views) == 1 and first.array_count > 1
        found = Cancellation(first.array_id, first.array_index if alone else None)
        self._dispatcher.withdrawing()
        for view in views:
            record = self._parts.cluster.book.get(view.task_id)
            if record is None:
                continue
            invariant(not record.ending, f"{record.task_id} is unsettled")
            if record.state is TaskState.QUEUED:
                self._parts.cluster.withdraw(record)
                found.queued.append(record)
            else:
                # What its node says of it from here on waits for the unit.
                record.ending = record.undecided = True
                self._parts.cluster.stop(record)
                found.live.append(self._end(record))
        return found

    def _unit(self, tx: Tx, found: Cancellation) -> int:
        """Unit part: cancel and refund; how many tasks.

        Raises HiveMindError(TASK_ENDED) if none of them was open any more.
        """
        queued = [
            (sequence, hold)
            for sequence, hold, index in task_store.queued_of(tx, found.array_id)
            if found.array_index in (None, index)
        ]
        if queued:
            now_us = self._parts.clock.now_us()
            task_store.cancel_queued(tx, [sequence for sequence, _ in queued], DETAIL, now_us)
            refunds = [Refund(hold, Memo.CANCELLED.value) for _, hold in queued]
            self._ledger.resolve_many(tx, [], refunds)
        # A placement that was refused while this unit waited left its task queued.
        attempts = task_store.live_attempts(tx, found.array_id)
        live = [end for end in found.live if attempts.get(end.record.sequence) == end.attempt]
        if live:
            end_attempts(tx, self._ledger, live, None)
        found.count = len(queued) + len(live)
        if not found.count:
            raise HiveMindError(Reason.TASK_ENDED, "The task has already ended.")
        return found.count

    def _done(self, found: Cancellation, views: list[TaskView]) -> None:
        """After the commit: tell the nodes, and everybody who watches."""
        for end in found.live:
            self._conclude(end)
        self._cancelled(found.count)
        self._parts.events.publish(
            TaskChanged(view.sequence, view.array_id, view.task_id, view.owner_id) for view in views
        )
        self._dispatcher.withdrawing()
        self._dispatcher.wake()

    def _undo(self, found: Cancellation) -> None:
        """The unit failed: everything is as it was."""
        for end in found.live:
            record = end.record
            record.ending = False
            if record.live:
                self._parts.cluster.go_on(record)
            else:
                self._parts.cluster.requeue(record)
            self._parts.decided(record)
        self._parts.cluster.admit(found.queued)
        self._parts.events.publish(changed(record) for record in found.queued)
        self._dispatcher.wake()

    def _conclude(self, end: AttemptEnd) -> None:
        record = end.record
        if record.live:
            if record.node_left:
                self._parts.cluster.stopped(record.task_id, record.attempt)
            stop = Stop(record.task_id, record.attempt, StopReason.CANCELLED)
            self._parts.send(end.node_id, stop)
            self._parts.cluster.conclude(record, end.decision)
        else:
            self._parts.cluster.book.remove(record)
        self._reports.release(record)

    def _end(self, record: TaskRecord) -> AttemptEnd:
        decision = decide_end(
            AttemptOutcome.CANCELLED,
            failures=record.failures,
            losses=record.losses,
            retry_max=0,
            detail=DETAIL,
        )
        return AttemptEnd(
            record=record,
            attempt=record.attempt,
            node_id=str(record.node_id),
            node_owner_id=self._owner_of(str(record.node_id)),
            outcome=AttemptOutcome.CANCELLED,
            decision=decision,
            ended_us=self._parts.clock.now_us(),
            started_us=record.started_us,
        )
