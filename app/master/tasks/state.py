"""The task's state machine: which steps exist, and what an attempt's end leads to. Pure.

QUEUED -> ASSIGNED -> RUNNING -> SUCCEEDED | FAILED | CANCELLED
   ^         |           |
   +---------+-----------+   the node went away, or the program may try again
"""

from dataclasses import dataclass
from enum import Enum, auto

from app.common.vocabulary import AttemptOutcome, TaskState

#: Attempts that nodes may lose before the task is taken for the cause.
LOSSES_MAX = 10

STEPS: dict[TaskState, frozenset[TaskState]] = {
    TaskState.QUEUED: frozenset({TaskState.ASSIGNED, TaskState.CANCELLED}),
    TaskState.ASSIGNED: frozenset(TaskState) - {TaskState.ASSIGNED},
    TaskState.RUNNING: frozenset(TaskState) - {TaskState.ASSIGNED, TaskState.RUNNING},
    TaskState.SUCCEEDED: frozenset(),
    TaskState.FAILED: frozenset(),
    TaskState.CANCELLED: frozenset(),
}


class Fault(Enum):
    """Whose fault an attempt's end was: what trust and the limits count."""

    NONE = auto()
    PROGRAM = auto()
    NODE = auto()


@dataclass(frozen=True, slots=True)
class EndDecision:
    """What becomes of a task whose attempt ended.

    `exclude_node`: the next attempt goes elsewhere.
    """

    state: TaskState
    detail: str
    fault: Fault
    exclude_node: bool


_NODE_FAULTS = {AttemptOutcome.NODE_LOST, AttemptOutcome.REJECTED}
_PROGRAM_FAULTS = {
    AttemptOutcome.EXITED_NONZERO: "The program ended with status {exit_code}.",
    AttemptOutcome.TIMED_OUT: "The program ran longer than its time limit.",
    AttemptOutcome.OUT_OF_MEMORY: "The program needed more memory than it asked for.",
    AttemptOutcome.OUTPUT_TOO_LARGE: "The program wrote more than its disk limit.",
}


def decide_end(
    outcome: AttemptOutcome,
    *,
    failures: int,
    losses: int,
    retry_max: int,
    exit_code: int | None = None,
    detail: str = "",
) -> EndDecision:
    """What becomes of a task after `outcome`.

    `failures` and `losses` count the ends before this one by the program's and by
    nodes' fault. The program's own failures are retried `retry_max` times, lost nodes
    always, until `LOSSES_MAX` of them point at the task itself.
    """
    if outcome is AttemptOutcome.SUCCEEDED:
        return EndDecision(TaskState.SUCCEEDED, detail, Fault.NONE, exclude_node=False)
    if outcome is AttemptOutcome.CANCELLED:
        return EndDecision(
            TaskState.CANCELLED, detail or "Cancelled.", Fault.NONE, exclude_node=False
        )
    if outcome is AttemptOutcome.BAD_ARCHIVE:
        text = detail or "The archive cannot be unpacked."
        return EndDecision(TaskState.FAILED, text, Fault.PROGRAM, exclude_node=False)
    if outcome is AttemptOutcome.RELEASED:
        text = detail or "The node gave the task back."
        return EndDecision(TaskState.QUEUED, text, Fault.NONE, exclude_node=True)
    if outcome in _NODE_FAULTS:
        text = detail or "The node went away."
        if losses + 1 >= LOSSES_MAX:
            text = f"{losses + 1} nodes lost it; the last: {text}"
            return EndDecision(TaskState.FAILED, text, Fault.NODE, exclude_node=True)
        return EndDecision(TaskState.QUEUED, text, Fault.NODE, exclude_node=True)
    text = detail or _PROGRAM_FAULTS[outcome].format(exit_code=exit_code)
    if failures < retry_max:
        text = f"{text} It is tried again ({failures + 1} of {retry_max})."
        return EndDecision(TaskState.QUEUED, text, Fault.PROGRAM, exclude_node=False)
    return EndDecision(TaskState.FAILED, text, Fault.PROGRAM, exclude_node=False)
