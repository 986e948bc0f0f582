"""What the agent is asked to do, and how it ended, as plain data."""

import re
from dataclasses import dataclass
from enum import IntEnum

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import AttemptOutcome

CPU_MILLICORES_DEFAULT = 1000
MEMORY_MIB_DEFAULT = 512
DISK_MIB_DEFAULT = 1024
RUN_SECONDS_DEFAULT = 3600

_TASK_ID = re.compile(r"[0-9a-z]{1,64}(-[0-9]{1,10})?")


@dataclass(frozen=True, slots=True, order=True)
class AttemptId:
    """One placement of a task. `number` counts from 1 and fences older ones."""

    task_id: str
    number: int

    def __str__(self) -> str:
        return f"{self.task_id}/{self.number}"

    @property
    def folder_name(self) -> str:
        """The attempt's name where a file name is needed."""
        return f"{self.task_id}.{self.number}"

    def checked(self) -> "AttemptId":
        """Itself, if it is safe as a file name; raises HiveMindError(BAD_ID) otherwise."""
        if not _TASK_ID.fullmatch(self.task_id) or self.number < 1:
            raise HiveMindError(Reason.BAD_ID, f"{self.task_id!r} is no task id")
        return self


@dataclass(frozen=True, slots=True)
class Order:
    """An assignment with every default filled in."""

    id: AttemptId
    archive_digest: str = ""
    command: tuple[str, ...] = ()
    #: Container image; empty: the node's own choice.
    image: str = ""
    environment: tuple[tuple[str, str], ...] = ()
    cpu_millicores: int = CPU_MILLICORES_DEFAULT
    memory_mib: int = MEMORY_MIB_DEFAULT
    #: Limit of the working and the output folder together.
    disk_mib: int = DISK_MIB_DEFAULT
    run_seconds_max: int = RUN_SECONDS_DEFAULT
    network: bool = False
    array_index: int = 0
    array_count: int = 1
    gpu_uuids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended. `at_us` is microseconds since 1970 UTC."""

    outcome: AttemptOutcome
    at_us: int
    detail: str = ""
    exit_code: int | None = None
    result_digest: str = ""
    result_bytes: int = 0
    cpu_milliseconds: int = 0
    memory_peak_mib: int = 0


class StopReason(IntEnum):
    """Why a running attempt is stopped. The first three are the master's."""

    CANCELLED = 1
    FENCED = 2
    TIMED_OUT = 3
    #: The agent gives the lease back: it is draining or ends.
    RELEASED = 4

    @property
    def outcome(self) -> AttemptOutcome:
        return _OUTCOME_OF_STOP[self]


_OUTCOME_OF_STOP = {
    StopReason.CANCELLED: AttemptOutcome.CANCELLED,
    StopReason.FENCED: AttemptOutcome.CANCELLED,
    StopReason.TIMED_OUT: AttemptOutcome.TIMED_OUT,
    StopReason.RELEASED: AttemptOutcome.RELEASED,
}


class UpdateKind(IntEnum):
    """The numbers are the proto's TaskUpdate.Kind."""

    STARTED = 1
    PROGRESS = 2
    ENDED = 3


@dataclass(frozen=True, slots=True)
class Update:
    """What the master is told about an attempt. `ending` comes with ENDED only."""

    id: AttemptId
    kind: UpdateKind
    at_us: int
    progress_percent: int = 0
    ending: Ending | None = None
