"""What a task is told through its environment, and which command it runs. Pure but for one look."""

from pathlib import Path

from app.common.entry_command import entry_command
from app.worker.executors.base import OUTPUT_PATH, WORK_PATH
from app.worker.orders import Order


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
    return order.command or entry_command(lambda name: (work / name).is_file())
