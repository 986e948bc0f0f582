"""The enums everything shares. Members carry the numbers of `proto/nodepool.proto`.

A test compares both, so a value passes between wire, store and code unchanged.
"""

from enum import IntEnum, StrEnum


class Priority(IntEnum):
    NORMAL = 1
    HIGH = 2
    URGENT = 3


class TaskState(IntEnum):
    """How far a task has come. The ended states are the highest."""

    QUEUED = 1
    ASSIGNED = 2
    RUNNING = 3
    SUCCEEDED = 4
    FAILED = 5
    CANCELLED = 6

    @property
    def ended(self) -> bool:
        return self >= TaskState.SUCCEEDED


class AttemptOutcome(IntEnum):
    """How an attempt ended; see the proto for each meaning."""

    SUCCEEDED = 1
    EXITED_NONZERO = 2
    TIMED_OUT = 3
    OUT_OF_MEMORY = 4
    OUTPUT_TOO_LARGE = 5
    REJECTED = 6
    NODE_LOST = 7
    RELEASED = 8
    CANCELLED = 9
    BAD_ARCHIVE = 10


class ResultCheck(IntEnum):
    """What became of an attempt's result when others were compared with it."""

    #: Nothing was compared: there was no need, or it brought no result.
    NONE = 0
    #: It waits for another node's result.
    WAITING = 1
    #: Another node's result, or the known one, is the same.
    AGREED = 2
    #: Others agreed on another result.
    WRONG = 3
    #: The task ended before any two results agreed.
    UNDECIDED = 4


class ResultComparer(IntEnum):
    """When two results of a task are the same."""

    #: The same files with the same bytes.
    EXACT = 1
    #: Text may differ in blanks and line ends.
    WHITESPACE = 2
    #: Numbers in text may differ by the task's tolerance, and blanks as above.
    NUMBERS = 3
    #: Any two differ, as when chance is used: the results are not compared.
    NONE = 4


class NodeState(IntEnum):
    PENDING = 1
    ACTIVE = 2
    PAUSED = 3
    DRAINING = 4
    REVOKED = 5


class TrustLevel(IntEnum):
    LOW = 1
    NORMAL = 2
    HIGH = 3


class IsolationClass(IntEnum):
    NONE = 0
    SANDBOX = 1
    CONTAINER = 2


class Continent(IntEnum):
    UNSPECIFIED = 0
    AFRICA = 1
    ANTARCTICA = 2
    ASIA = 3
    EUROPE = 4
    NORTH_AMERICA = 5
    OCEANIA = 6
    SOUTH_AMERICA = 7


class LogLevel(IntEnum):
    DEBUG = 1
    INFO = 2
    WARNING = 3
    ERROR = 4
    CRITICAL = 5


class VpnRole(IntEnum):
    """What the master is in the encrypted network; UNSPECIFIED: there is none."""

    UNSPECIFIED = 0
    HUB = 1
    PEER = 2


class VpnState(IntEnum):
    """How far a tunnel is; UNSPECIFIED: off."""

    UNSPECIFIED = 0
    STARTING = 1
    UP = 2
    #: It runs, and nobody has answered through it yet, or any more.
    NOT_VERIFIED = 3
    BROKEN = 4
    #: The file is written; nothing on this machine runs it.
    EXPORTED = 5


class TransferKind(IntEnum):
    GRANT = 1
    PAYMENT = 2
    HOLD = 3
    SETTLE = 4
    REFUND = 5
    FEE = 6


class Memo(StrEnum):
    """What the master itself writes into a row of the ledger: why money moved."""

    WELCOME = "Welcome"
    FAILED = "failed"
    CANCELLED = "cancelled"
    PRIORITY = "another priority"


class Role(IntEnum):
    """Stored by number, shown and sent by name in lower case."""

    USER = 1
    WORKER = 2
    OPERATOR = 3
    AUDITOR = 4
    ADMIN = 5

    @property
    def label(self) -> str:
        return self.name.lower()
