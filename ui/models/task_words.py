"""What people call the states, priorities and ends of tasks; no view."""

from enum import IntEnum

from PySide6.QtCore import QCoreApplication

from app.common.vocabulary import AttemptOutcome, Priority, ResultCheck
from proto import nodepool_pb2 as pb
from ui.theme import Tone

translate = QCoreApplication.translate


class Phase(IntEnum):
    """How far a task has come, as people see it, in the order of its life.

    The numbers of the states, and one more between: a cancellation that is on its way.
    """

    QUEUED = 10
    ASSIGNED = 20
    RUNNING = 30
    CANCELLING = 35
    SUCCEEDED = 40
    FAILED = 50
    CANCELLED = 60

    @property
    def ended(self) -> bool:
        return self >= Phase.SUCCEEDED


_PHASES = {0: Phase.QUEUED} | {phase // 10: phase for phase in Phase if phase % 10 == 0}

_OPEN = frozenset({Phase.QUEUED, Phase.ASSIGNED, Phase.RUNNING})

PHASE_TONES = {
    Phase.QUEUED: Tone.WAITING,
    Phase.ASSIGNED: Tone.BUSY,
    Phase.RUNNING: Tone.BUSY,
    Phase.CANCELLING: Tone.WARNING,
    Phase.SUCCEEDED: Tone.GOOD,
    Phase.FAILED: Tone.BAD,
    Phase.CANCELLED: Tone.QUIET,
}

#: Beside the word and the colour, to be told apart at a glance.
PHASE_MARKS = {
    Phase.QUEUED: "○",
    Phase.ASSIGNED: "◐",
    Phase.RUNNING: "▶",
    Phase.CANCELLING: "◌",
    Phase.SUCCEEDED: "✓",
    Phase.FAILED: "✕",
    Phase.CANCELLED: "–",
}

CHECK_TONES: dict[int, Tone] = {
    ResultCheck.WAITING: Tone.BUSY,
    ResultCheck.AGREED: Tone.GOOD,
    ResultCheck.WRONG: Tone.BAD,
    ResultCheck.UNDECIDED: Tone.WARNING,
}

OUTCOME_TONES = {
    0: Tone.BUSY,
    AttemptOutcome.SUCCEEDED: Tone.GOOD,
    AttemptOutcome.NODE_LOST: Tone.WARNING,
    AttemptOutcome.RELEASED: Tone.QUIET,
    AttemptOutcome.CANCELLED: Tone.QUIET,
}


def phase(task: pb.TaskInfo) -> Phase:
    """How far `task` has come."""
    found = _PHASES[task.state]
    return Phase.CANCELLING if found in _OPEN and task.cancel_requested else found


def phase_labels() -> dict[Phase, str]:
    """Each phase's name."""
    return {
        Phase.QUEUED: translate("Tasks", "Queued"),
        Phase.ASSIGNED: translate("Tasks", "Assigned"),
        Phase.RUNNING: translate("Tasks", "Running"),
        Phase.CANCELLING: translate("Tasks", "Cancelling"),
        Phase.SUCCEEDED: translate("Tasks", "Succeeded"),
        Phase.FAILED: translate("Tasks", "Failed"),
        Phase.CANCELLED: translate("Tasks", "Cancelled"),
    }


def marked_labels() -> dict[Phase, str]:
    """Each phase's name with its mark before it."""
    return {each: f"{PHASE_MARKS[each]} {label}" for each, label in phase_labels().items()}


def priority_labels() -> dict[int, str]:
    """Each priority's name; nothing said is normal."""
    normal = translate("Tasks", "Normal")
    return {
        0: normal,
        int(Priority.NORMAL): normal,
        int(Priority.HIGH): translate("Tasks", "High"),
        int(Priority.URGENT): translate("Tasks", "Urgent"),
    }


def outcome_label(outcome: int) -> str:
    """How an attempt ended; 0 is one that has not."""
    if not outcome:
        return translate("Tasks", "Under way")
    return {
        AttemptOutcome.SUCCEEDED: translate("Tasks", "Succeeded"),
        AttemptOutcome.EXITED_NONZERO: translate("Tasks", "Failed"),
        AttemptOutcome.TIMED_OUT: translate("Tasks", "Ran too long"),
        AttemptOutcome.OUT_OF_MEMORY: translate("Tasks", "Out of memory"),
        AttemptOutcome.OUTPUT_TOO_LARGE: translate("Tasks", "Output too large"),
        AttemptOutcome.REJECTED: translate("Tasks", "Node could not start it"),
        AttemptOutcome.NODE_LOST: translate("Tasks", "Node lost"),
        AttemptOutcome.RELEASED: translate("Tasks", "Given back"),
        AttemptOutcome.CANCELLED: translate("Tasks", "Cancelled"),
        AttemptOutcome.BAD_ARCHIVE: translate("Tasks", "Archive cannot be unpacked"),
    }[AttemptOutcome(outcome)]


def check_label(check: int) -> str:
    """What became of an attempt's result when others were compared with it."""
    return {
        ResultCheck.NONE: "",
        ResultCheck.WAITING: translate("Tasks", "Waits for another"),
        ResultCheck.AGREED: translate("Tasks", "Checked: right"),
        ResultCheck.WRONG: translate("Tasks", "Checked: wrong"),
        ResultCheck.UNDECIDED: translate("Tasks", "Undecided"),
    }[ResultCheck(check)]


def task_name(task: pb.TaskInfo) -> str:
    """The name, and of a member of an array its place in it: "render [3]"."""
    return f"{task.name} [{task.array_index}]" if task.array_count > 1 else task.name
