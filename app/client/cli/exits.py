"""What a command's exit status means."""

from enum import IntEnum

from app.common.errors import Category, HiveMindError, Reason


class Exit(IntEnum):
    """Exit statuses; scripts rely on them."""

    OK = 0
    #: A task waited for has failed or was cancelled.
    TASK_FAILED = 1
    #: The command line, or a value in it, is wrong.
    USAGE = 2
    #: Not signed in, or not allowed.
    DENIED = 3
    NOT_FOUND = 4
    #: The pool's state does not permit it: balance too small, task ended, name taken.
    REFUSED = 5
    #: No answer from the master, or it is not the master it should be.
    UNREACHABLE = 6
    #: Too much at once, storage full, or the time to wait is over.
    BUSY = 7
    #: The master failed, or data came damaged.
    FAILED = 8
    INTERRUPTED = 130


_BY_CATEGORY = {
    Category.INVALID_ARGUMENT: Exit.USAGE,
    Category.UNAUTHENTICATED: Exit.DENIED,
    Category.PERMISSION_DENIED: Exit.DENIED,
    Category.NOT_FOUND: Exit.NOT_FOUND,
    Category.ALREADY_EXISTS: Exit.REFUSED,
    Category.FAILED_PRECONDITION: Exit.REFUSED,
    Category.ABORTED: Exit.REFUSED,
    Category.RESOURCE_EXHAUSTED: Exit.BUSY,
    Category.UNAVAILABLE: Exit.UNREACHABLE,
    Category.DATA_LOSS: Exit.FAILED,
    Category.INTERNAL: Exit.FAILED,
}


def exit_status(error: HiveMindError) -> Exit:
    """The exit status of a command that ended with `error`."""
    if error.reason is Reason.PIN_MISMATCH:
        return Exit.UNREACHABLE
    return _BY_CATEGORY[error.reason.category]


def describe_exits() -> str:
    """The table for the help text."""
    meanings = {
        Exit.OK: "done",
        Exit.TASK_FAILED: "a task waited for has failed",
        Exit.USAGE: "wrong usage or value",
        Exit.DENIED: "not signed in, or not allowed",
        Exit.NOT_FOUND: "not found",
        Exit.REFUSED: "refused as things stand",
        Exit.UNREACHABLE: "no answer, or not the right master",
        Exit.BUSY: "busy, full, or time is over: try later",
        Exit.FAILED: "the master failed, or data is damaged",
        Exit.INTERRUPTED: "interrupted",
    }
    return "Exit status: " + "; ".join(f"{status:d} {said}" for status, said in meanings.items())
