"""What can happen to the agent, and what its state machine asks to be done."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from app.common.errors import Reason
from app.common.vocabulary import NodeState
from app.worker.orders import AttemptId, Ending, Order, StopReason, Update, UpdateKind


@dataclass(frozen=True, slots=True)
class RestoredLease:
    """A lease found in the journal of an earlier process."""

    id: AttemptId
    started: bool
    ending: Ending | None


@dataclass(frozen=True, slots=True)
class Restored:
    """The journal was read; the programs of these leases no longer run."""

    leases: tuple[RestoredLease, ...]
    at_us: int


@dataclass(frozen=True, slots=True)
class Assigned:
    order: Order
    at_us: int


@dataclass(frozen=True, slots=True)
class StopRequested:
    id: AttemptId
    reason: StopReason
    at_us: int


@dataclass(frozen=True, slots=True)
class Acked:
    """The master has committed the update, or refuses it for good (reason code)."""

    id: AttemptId
    kind: UpdateKind
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    id: AttemptId
    at_us: int


@dataclass(frozen=True, slots=True)
class Progressed:
    id: AttemptId
    percent: int
    at_us: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The attempt's program is gone for good and its result, if any, is packed."""

    id: AttemptId
    ending: Ending


@dataclass(frozen=True, slots=True)
class ResultStored:
    id: AttemptId


@dataclass(frozen=True, slots=True)
class ResultRefused:
    id: AttemptId
    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class NodeStateChanged:
    state: NodeState


@dataclass(frozen=True, slots=True)
class DrainRequested:
    """Take no more. With `leave`, end once nothing runs."""

    leave: bool
    at_us: int


@dataclass(frozen=True, slots=True)
class ResumeRequested:
    """Take tasks again after a drain that was asked for here."""


@dataclass(frozen=True, slots=True)
class ShutdownRequested:
    """End now: give every lease back."""


Event: TypeAlias = (
    Restored
    | Assigned
    | StopRequested
    | Acked
    | Started
    | Progressed
    | Finished
    | ResultStored
    | ResultRefused
    | NodeStateChanged
    | DrainRequested
    | ResumeRequested
    | ShutdownRequested
)


@dataclass(frozen=True, slots=True)
class LeaseTaken:
    id: AttemptId


@dataclass(frozen=True, slots=True)
class LeaseStarted:
    id: AttemptId


@dataclass(frozen=True, slots=True)
class LeaseEnded:
    id: AttemptId
    ending: Ending


@dataclass(frozen=True, slots=True)
class LeaseForgotten:
    id: AttemptId


Record: TypeAlias = LeaseTaken | LeaseStarted | LeaseEnded | LeaseForgotten


@dataclass(frozen=True, slots=True)
class Journal:
    """Make `record` durable before any later instruction is carried out."""

    record: Record


@dataclass(frozen=True, slots=True)
class Start:
    order: Order


@dataclass(frozen=True, slots=True)
class Stop:
    id: AttemptId
    reason: StopReason


@dataclass(frozen=True, slots=True)
class StoreResult:
    id: AttemptId
    ending: Ending


@dataclass(frozen=True, slots=True)
class Report:
    update: Update


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Nothing more is to be told or kept of this attempt."""

    id: AttemptId


class Wish(StrEnum):
    """What the master is told that this machine wants."""

    DRAIN = "drain"
    RESUME = "resume"
    #: Takes no more, for it is about to end.
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell the master of a wish, now and after each reconnect until it knows."""

    wish: Wish


@dataclass(frozen=True, slots=True)
class Exit:
    """Nothing is left to do: the process may end. `revoked`: it must not come back."""

    revoked: bool = False


Instruction: TypeAlias = Journal | Start | Stop | StoreResult | Report | Withdraw | Announce | Exit
