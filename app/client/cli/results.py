"""Waiting for tasks and fetching what they left, for one task or a whole array."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from app.client.cli.exits import Exit
from app.client.cli.frame import Cli
from app.client.cli.output import json_line
from app.client.cli.progress import bytes_bar, tasks_bar
from app.client.cli.task_tables import show_tasks
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import TaskState
from proto import nodepool_pb2 as pb

if TYPE_CHECKING:
    from app.client.api import HiveMind


async def wait_for(
    cli: Cli, pool: "HiveMind", task_ids: list[str], timeout_seconds: int | None = None
) -> Exit:
    """Wait until the tasks have ended; shows each change as JSON, or a table at the end.

    TASK_FAILED where one did not succeed, BUSY where the time is over.
    """
    with tasks_bar(cli.output) as bar:

        def changed(task: pb.TaskInfo) -> None:
            bar(task)
            if cli.output.as_json:
                cli.output.line(json_line(task))

        try:
            async with asyncio.timeout(timeout_seconds):
                tasks = await pool.tasks.wait(*task_ids, on_change=changed)
        except TimeoutError:
            cli.output.note(f"not ended within {timeout_seconds} s; the tasks go on.")
            return Exit.BUSY
    if not cli.output.as_json:
        show_tasks(cli.output, tasks)
        for task in tasks:
            if TaskState(task.state) is not TaskState.SUCCEEDED and task.detail:
                cli.output.note(f"{task.task_id}: {task.detail}")
    succeeded = all(TaskState(task.state) is TaskState.SUCCEEDED for task in tasks)
    return Exit.OK if succeeded else Exit.TASK_FAILED


async def fetch_results(cli: Cli, pool: "HiveMind", task_id: str, folder: Path) -> None:
    """Unpack a task's result into `folder`, or each of an array's into a folder of its own.

    Raises RESULT_NOT_FOUND where there is none at all.
    """
    members = [task async for task in pool.tasks.iterate(array_id=task_id)]
    if len(members) <= 1:
        await _fetch(cli, pool, task_id, folder)
        return
    with_result = [task for task in reversed(members) if task.result_digest]
    if not with_result:
        raise HiveMindError(Reason.RESULT_NOT_FOUND, f"No task of {task_id} has left a result.")
    for task in sorted(with_result, key=lambda each: each.array_index):
        await _fetch(cli, pool, task.task_id, folder / str(task.array_index))
    if len(with_result) < len(members):
        missing = len(members) - len(with_result)
        cli.output.note(f"{missing} of {len(members)} tasks have left no result.")


async def _fetch(cli: Cli, pool: "HiveMind", task_id: str, folder: Path) -> None:
    with bytes_bar(cli.output, "fetching") as progress:
        task = await pool.tasks.fetch_into(task_id, folder, progress)
    cli.output.show(task, lambda: cli.output.say(f"Result of {task_id} is in {folder}"))
