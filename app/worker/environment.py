"""What a task is told through its environment, and which command it runs. Pure but for one look."""

from pathlib import Path

from app.common.errors import HiveMindError, Reason
from app.worker.executors.base import OUTPUT_PATH, WORK_PATH
from app.worker.orders import Order

_ENTRIES = (("run.sh", ("sh", "run.sh")), ("main.py", ("python3", "main.py")))


def task_environment(order: Order) -> tuple[tuple[str, str], ...]:
    """The variables of a task. Its own come through, but cannot pose as the pool's."""
    defaults = {"HOME": WORK_PATH, "LANG": "C.UTF-8"}
    own = {name: value for name, value in order.environment if not name.startswith("HIVEMIND_")}
    pool = {
        "HIVEMIND_TASK_ID": order.id.task_id,
        "HIVEMIND_ATTEMPT": str(order.id.number),
        "HIVEMIND_ARRAY_INDEX": str(order.array_index),
        "HIVEMIND_ARRAY_COUNT": str(order.array_count),
        "HIVEMIND_OUTPUT_DIR": OUTPUT_PATH,
    }
    return tuple((defaults | own | pool).items())


def task_command(order: Order, work: Path) -> tuple[str, ...]:
    """The order's command, or the archive's entry: run.sh, else main.py.

    Raises HiveMindError(ARCHIVE_INVALID) where there is neither.
    """
    if order.command:
        return order.command
    for name, command in _ENTRIES:
        if (work / name).is_file():
            return command
    raise HiveMindError(
        Reason.ARCHIVE_INVALID,
        "The archive has neither run.sh nor main.py at its top, and no command was given.",
    )
