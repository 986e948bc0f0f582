"""What every way of running a task must offer, and the rules all of them keep.

Five verbs: prepare, start, wait, stop, remove. Steps only grow. Trouble before
the start is either temporary (try again) or final (the attempt is rejected);
how a started program ended is never an exception but an `ExitReport`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Protocol, TypeAlias

from app.common.errors import HiveMindError, Reason
from app.common.invariant import invariant
from app.common.vocabulary import AttemptOutcome, IsolationClass
from app.worker.attempt_log import LogStream
from app.worker.consumption import Consumption
from app.worker.orders import Order

#: Where a task finds its files, whatever runs it.
WORK_PATH = "/work"
OUTPUT_PATH = "/output"

PIDS_MAX = 256
OPEN_FILES_MAX = 1024
TMP_MIB = 64
SHARED_MEMORY_MIB = 64
#: "nobody" by convention: owns nothing on the host.
UNPRIVILEGED_ID = 65534

SIGNAL_EXIT_BASE = 128
EXIT_FILE_TOO_LARGE = SIGNAL_EXIT_BASE + 25
EXIT_KILLED = SIGNAL_EXIT_BASE + 9

#: Takes what the program prints. False: the cap is reached, there is no hurry to read on.
OutputSink: TypeAlias = Callable[[LogStream, bytes], bool]


class TemporaryFailure(HiveMindError):
    """It did not work this time: the same call may work later."""

    def __init__(self, message: str) -> None:
        super().__init__(Reason.ENGINE_FAILED, message)


class FinalFailure(HiveMindError):
    """It will never work on this node: the attempt is rejected."""

    def __init__(self, message: str) -> None:
        super().__init__(Reason.ENGINE_FAILED, message)


@dataclass(frozen=True, slots=True)
class Job:
    """One attempt ready to be run: its folders are there, its archive is unpacked."""

    order: Order
    #: Host folders that become /work and /output.
    work: Path
    output: Path
    #: Private to the agent.
    scratch: Path
    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ExitReport:
    """How a program ended by itself or was ended. `exit_code` is 128 + N after signal N."""

    outcome: AttemptOutcome
    exit_code: int | None
    detail: str = ""
    cpu_milliseconds: int = 0
    memory_peak_mib: int = 0


class Controller(Protocol):
    """Runs one job. Each verb once, in order; `stop` and `remove` at any time."""

    async def prepare(self) -> None:
        """Get ready to start. Raises TemporaryFailure (call again) or FinalFailure."""
        ...

    async def start(self) -> None:
        """Start the program. Raises FinalFailure; then nothing runs."""
        ...

    async def wait(self) -> ExitReport:
        """Until the program has ended and all it printed was delivered."""
        ...

    async def stop(self, grace_seconds: float) -> None:
        """Ask the program to end, and end it after `grace_seconds`."""
        ...

    def consumption(self) -> Consumption:
        """What the program uses, from its start until `remove`. Does not wait."""
        ...

    async def remove(self) -> None:
        """Leave nothing behind: no process, container or control group."""
        ...


class Executor(Protocol):
    """One way of running tasks on this machine."""

    @property
    def isolation(self) -> IsolationClass: ...

    @property
    def engine(self) -> str:
        """Name and version: "bubblewrap 0.8.0"."""
        ...

    @property
    def features(self) -> tuple[str, ...]:
        """What the isolation consists of, in single words."""
        ...

    @property
    def owner(self) -> tuple[int, int] | None:
        """User and group that a job's folders must belong to; None: the agent's own."""
        ...

    def controller(self, job: Job, sink: OutputSink) -> Controller:
        """What runs `job` and gives what it prints to `sink`."""
        ...

    async def reap(self) -> int:
        """End whatever an earlier process of this agent left running; how many there were."""
        ...

    async def close(self) -> None:
        """Release the connection to the engine, if there is one."""
        ...


class Step(IntEnum):
    """How far a controller is."""

    NEW = 0
    PREPARED = 1
    STARTED = 2
    EXITED = 3
    REMOVED = 4


class Ladder:
    """Holds a controller to its order: steps only grow."""

    def __init__(self) -> None:
        self.step = Step.NEW

    def climb(self, step: Step) -> None:
        """Go up to `step`; a step back or to the side is a programmer's error."""
        invariant(step > self.step, f"a controller went from {self.step.name} to {step.name}")
        self.step = step


def report_exit(
    exit_code: int, *, out_of_memory: bool, cpu_milliseconds: int = 0, memory_peak_mib: int = 0
) -> ExitReport:
    """Name the way a program ended. Pure; the same for every engine.

    A program that ends with 0 succeeded, even if the kernel ended a child of it.
    """
    outcome, detail = AttemptOutcome.EXITED_NONZERO, _describe(exit_code)
    if exit_code == 0:
        outcome, detail = AttemptOutcome.SUCCEEDED, ""
    elif out_of_memory:
        outcome, detail = AttemptOutcome.OUT_OF_MEMORY, "It used more memory than it asked for."
    elif exit_code == EXIT_FILE_TOO_LARGE:
        outcome = AttemptOutcome.OUTPUT_TOO_LARGE
        detail = "It wrote a file larger than the disk space it asked for."
    return ExitReport(outcome, exit_code, detail, cpu_milliseconds, memory_peak_mib)


def _describe(exit_code: int) -> str:
    if exit_code > SIGNAL_EXIT_BASE:
        return f"The program was ended by signal {exit_code - SIGNAL_EXIT_BASE}."
    return f"The program ended with status {exit_code}."
