"""What runs where a task names no command: a file at the top of its archive."""

from collections.abc import Callable

from app.common.errors import HiveMindError, Reason

_ENTRIES = (("run.sh", ("sh", "run.sh")), ("main.py", ("python3", "main.py")))
#: Names of files that may be an entry.
ENTRY_FILES = frozenset(name for name, _ in _ENTRIES)


def entry_command(is_file: Callable[[str], bool]) -> tuple[str, ...]:
    """The command of an archive of which `is_file` tells the files: run.sh, else main.py.

    Raises HiveMindError(ARCHIVE_INVALID) where there is neither.
    """
    for name, command in _ENTRIES:
        if is_file(name):
            return command
    raise HiveMindError(
        Reason.ARCHIVE_INVALID,
        "The archive has neither run.sh nor main.py at its top, and no command was given.",
    )
