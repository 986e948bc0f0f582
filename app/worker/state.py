"""The agent's mind: events go in by one door, instructions come out.

Pure: no I/O, no clock, no tasks. `agent.py` carries the instructions out and
brings what came of them back as events, so every story a lease can live
through is a list of events in a test.
"""

from dataclasses import dataclass, replace
from enum import IntEnum

from app.common.errors import Reason
from app.common.invariant import invariant
from app.common.vocabulary import AttemptOutcome, NodeState
from app.worker.capacity import Capacity
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
    Progressed,
    Report,
    Restored,
    RestoredLease,
    ResultRefused,
    ResultStored,
    ResumeRequested,
    ShutdownRequested,
    Start,
    Started,
    Stop,
    StopRequested,
    StoreResult,
    Wish,
    Withdraw,
)
from app.worker.orders import AttemptId, Ending, Order, StopReason, Update, UpdateKind

#: Refusals that mean "this lease is not yours": everything of it is dropped.
FENCING = frozenset({Reason.STALE_ATTEMPT, Reason.NOT_LEASE_HOLDER, Reason.ALREADY_ENDED})
#: Refusals of a result for its size.
_TOO_LARGE = frozenset({Reason.ARTIFACT_TOO_LARGE, Reason.QUOTA_EXCEEDED})


class Phase(IntEnum):
    """How far a lease is. Only grows."""

    ACCEPTED = 1
    RUNNING = 2
    STORING = 3
    REPORTED = 4


@dataclass(slots=True)
class Lease:
    """One attempt this node answers for. `order` is missing after a restart."""

    id: AttemptId
    order: Order | None
    phase: Phase
    started: bool = False
    stopping: StopReason | None = None
    ending: Ending | None = None


@dataclass(frozen=True, slots=True)
class HeldLease:
    """A lease as the master is told of it when the stream opens."""

    id: AttemptId
    started: bool


class WorkerState:
    """Leases, capacity, drain and exit of one agent."""

    def __init__(self, capacity: Capacity) -> None:
        self._capacity = capacity
        self._leases: dict[AttemptId, Lease] = {}
        self._draining = False
        self._leaving = False
        self._stopping = False
        self._exited = False

    @property
    def draining(self) -> bool:
        """Whether new assignments are given back."""
        return self._draining or self._stopping

    def held(self) -> list[HeldLease]:
        """Leases the master must know of: started, waiting, or ended and not acknowledged."""
        return [HeldLease(lease.id, lease.started) for lease in self._leases.values()]

    def running(self) -> int:
        """How many attempts hold resources."""
        return len(self._open_orders())

    def gpus_held(self) -> frozenset[str]:
        """The uuids of the GPUs that attempts hold."""
        return frozenset(uuid for order in self._open_orders() for uuid in order.gpu_uuids)

    def handle(self, *events: Event) -> list[Instruction]:
        """Take `events` in order and say what is to be done, in order."""
        instructions: list[Instruction] = []
        for event in events:
            instructions += self._handle(event)
        if self._may_exit():
            self._exited = True
            instructions.append(Exit())
        return instructions

    def _handle(self, event: Event) -> list[Instruction]:
        match event:
            case Restored():
                return self._restored(event)
            case Assigned():
                return self._assigned(event)
            case StopRequested():
                return self._stop_requested(event)
            case Acked():
                return self._acked(event)
            case Started():
                return self._started(event)
            case Progressed():
                return self._progressed(event)
            case Finished():
                return self._finished(event)
            case ResultStored():
                return self._result_stored(event)
            case ResultRefused():
                return self._result_refused(event)
            case NodeStateChanged():
                return self._node_state_changed(event)
            case DrainRequested() | ResumeRequested():
                return self._wished(event)
            case ShutdownRequested():
                self._stopping = True
                # Said first: what is given back must not come straight back.
                return [Announce(Wish.LEAVE), *self._release(include_running=True)]

    # What the journal held

    def _restored(self, event: Restored) -> list[Instruction]:
        instructions: list[Instruction] = []
        for found in event.leases:
            invariant(found.id not in self._leases, f"{found.id} restored twice")
            self._leases[found.id] = Lease(
                found.id, None, Phase.ACCEPTED, started=found.started, ending=None
            )
            ending = found.ending or _lost_with_process(found, event.at_us)
            instructions += self._end(found.id, ending, journalled=found.ending is not None)
        return instructions

    # The master's wishes

    def _assigned(self, event: Assigned) -> list[Instruction]:
        order = event.order
        if order.id in self._leases:
            return []
        instructions: list[Instruction] = []
        for other in [one for one in self._leases if one.task_id == order.id.task_id]:
            if other.number > order.id.number:
                return []
            instructions += self._stop(self._leases[other], StopReason.CANCELLED)
        refusal = self._refusal(order)
        self._leases[order.id] = Lease(order.id, order, Phase.ACCEPTED)
        if refusal is not None:
            outcome, detail = refusal
            ending = Ending(outcome, event.at_us, detail)
            return instructions + self._end(order.id, ending, journalled=False)
        return [*instructions, Journal(LeaseTaken(order.id)), Start(order)]

    def _refusal(self, order: Order) -> tuple[AttemptOutcome, str] | None:
        if self.draining:
            return AttemptOutcome.RELEASED, "The node takes no more tasks: it is draining."
        detail = self._capacity.refusal(order, self._open_orders())
        return None if detail is None else (AttemptOutcome.REJECTED, detail)

    def _stop_requested(self, event: StopRequested) -> list[Instruction]:
        lease = self._leases.get(event.id)
        if event.reason is StopReason.FENCED:
            return [] if lease is None else self._fence(event.id)
        if lease is None:
            ending = Ending(AttemptOutcome.NODE_LOST, event.at_us, "The node does not have it.")
            return [Report(_ended(event.id, ending))]
        return self._stop(lease, event.reason)

    def _stop(self, lease: Lease, reason: StopReason) -> list[Instruction]:
        if lease.stopping not in (None, StopReason.FENCED):
            return []
        # Over a fence too: the master keeps the resources until it hears of the end.
        stopped_already = lease.stopping is not None or lease.phase >= Phase.STORING
        lease.stopping = reason
        return [] if stopped_already else [Stop(lease.id, reason)]

    def _fence(self, attempt: AttemptId) -> list[Instruction]:
        """Drop everything of a lease that is another's; its program is ended first.

        One that is being stopped ends by its report all the same: the master waits for it.
        """
        lease = self._leases[attempt]
        if lease.stopping is not None:
            return []
        if lease.phase >= Phase.STORING:
            return self._forget(attempt)
        lease.stopping = StopReason.FENCED
        return [Stop(attempt, StopReason.FENCED)]

    def _acked(self, event: Acked) -> list[Instruction]:
        lease = self._leases.get(event.id)
        if event.kind is UpdateKind.ENDED:
            if lease is None:
                return [Withdraw(event.id)]
            return self._forget(event.id) if lease.phase is Phase.REPORTED else []
        if lease is None:
            return []
        fenced = event.refused in {reason.name for reason in FENCING}
        return self._fence(event.id) if fenced else []

    def _node_state_changed(self, event: NodeStateChanged) -> list[Instruction]:
        if event.state is NodeState.REVOKED:
            self._stopping = True
            self._exited = True
            return [*self._release(include_running=True), Exit(revoked=True)]
        if event.state is NodeState.DRAINING:
            return self._release(include_running=False)
        if event.state is NodeState.ACTIVE and not self._leaving:
            self._draining = False
        if event.state is NodeState.ACTIVE and self.draining:
            # Called back by an operator who does not know that it is leaving.
            return [Announce(Wish.LEAVE)]
        return []

    # What came of the attempts

    def _started(self, event: Started) -> list[Instruction]:
        lease = self._leases.get(event.id)
        if lease is None or lease.phase is not Phase.ACCEPTED:
            return []
        lease.phase = Phase.RUNNING
        lease.started = True
        update = Update(event.id, UpdateKind.STARTED, event.at_us)
        return [Journal(LeaseStarted(event.id)), Report(update)]

    def _progressed(self, event: Progressed) -> list[Instruction]:
        lease = self._leases.get(event.id)
        if lease is None or lease.phase is not Phase.RUNNING:
            return []
        update = Update(event.id, UpdateKind.PROGRESS, event.at_us, progress_percent=event.percent)
        return [Report(update)]

    def _finished(self, event: Finished) -> list[Instruction]:
        lease = self._leases.get(event.id)
        if lease is None:
            return [Withdraw(event.id)]
        if lease.stopping is StopReason.FENCED:
            return self._forget(event.id)
        return self._end(event.id, event.ending, journalled=False)

    def _end(self, attempt: AttemptId, ending: Ending, *, journalled: bool) -> list[Instruction]:
        lease = self._leases[attempt]
        invariant(lease.phase <= Phase.RUNNING, f"{attempt} ended twice")
        lease.ending = ending
        instructions: list[Instruction] = []
        if not journalled:
            instructions.append(Journal(LeaseEnded(attempt, ending)))
        if ending.result_digest:
            lease.phase = Phase.STORING
            return [*instructions, StoreResult(attempt, ending)]
        lease.phase = Phase.REPORTED
        return [*instructions, Report(_ended(attempt, ending))]

    def _result_stored(self, event: ResultStored) -> list[Instruction]:
        lease = self._leases.get(event.id)
        if lease is None or lease.phase is not Phase.STORING or lease.ending is None:
            return []
        lease.phase = Phase.REPORTED
        return [Report(_ended(event.id, lease.ending))]

    def _result_refused(self, event: ResultRefused) -> list[Instruction]:
        lease = self._leases.get(event.id)
        if lease is None or lease.phase is not Phase.STORING or lease.ending is None:
            return []
        # Also of a lease that is another's now: the master may wait for the end of this one.
        too_large = event.reason in _TOO_LARGE
        lease.ending = replace(
            lease.ending,
            outcome=AttemptOutcome.OUTPUT_TOO_LARGE if too_large else AttemptOutcome.REJECTED,
            detail=f"The result could not be stored: {event.message}",
            result_digest="",
            result_bytes=0,
        )
        lease.phase = Phase.REPORTED
        return [
            Journal(LeaseEnded(event.id, lease.ending)),
            Report(_ended(event.id, lease.ending)),
        ]

    # Leaving

    def _wished(self, event: DrainRequested | ResumeRequested) -> list[Instruction]:
        if isinstance(event, ResumeRequested):
            self._draining = False
            return [] if self._leaving else [Announce(Wish.RESUME)]
        self._draining = True
        self._leaving = self._leaving or event.leave
        wish = Wish.LEAVE if event.leave else Wish.DRAIN
        return [Announce(wish), *self._release(include_running=False)]

    def _release(self, *, include_running: bool) -> list[Instruction]:
        last = Phase.RUNNING if include_running else Phase.ACCEPTED
        instructions: list[Instruction] = []
        for lease in self._leases.values():
            if lease.phase <= last:
                instructions += self._stop(lease, StopReason.RELEASED)
        return instructions

    def _forget(self, attempt: AttemptId) -> list[Instruction]:
        del self._leases[attempt]
        return [Journal(LeaseForgotten(attempt)), Withdraw(attempt)]

    def _may_exit(self) -> bool:
        leaving = self._leaving or self._stopping
        return leaving and not self._exited and not self._leases

    def _open_orders(self) -> list[Order]:
        return [
            lease.order
            for lease in self._leases.values()
            if lease.phase <= Phase.RUNNING and lease.order is not None
        ]

    def validate(self) -> None:
        """Check what must hold between any two events; raises InvariantViolated."""
        for attempt, lease in self._leases.items():
            invariant(attempt == lease.id, f"{attempt} is filed under another id")
            ended = lease.phase >= Phase.STORING
            invariant(ended == (lease.ending is not None), f"{attempt}: phase against ending")
            if lease.phase is Phase.STORING:
                invariant(
                    lease.ending is not None and lease.ending.result_digest != "",
                    f"{attempt} stores a result it does not have",
                )
        orders = self._open_orders()
        for index, order in enumerate(orders):
            invariant(
                self._capacity.refusal(order, orders[:index]) is None,
                f"{order.id} was accepted beyond the node's capacity",
            )


def _ended(attempt: AttemptId, ending: Ending) -> Update:
    return Update(attempt, UpdateKind.ENDED, ending.at_us, ending=ending)


def _lost_with_process(found: RestoredLease, at_us: int) -> Ending:
    if found.started:
        return Ending(
            AttemptOutcome.NODE_LOST, at_us, "The worker's process ended while the task ran."
        )
    return Ending(
        AttemptOutcome.RELEASED, at_us, "The worker's process ended before the task started."
    )
