"""task list, show, logs, wait, fetch, cancel, priority, retry, why, delete-result."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.client.cli import submit_commands
from app.client.cli.exits import Exit
from app.client.cli.frame import Cli, command, noun
from app.client.cli.output import json_line
from app.client.cli.progress import bytes_bar
from app.client.cli.quantities import seconds, show_ranges
from app.client.cli.results import fetch_results, wait_for
from app.client.cli.task_options import priority_named
from app.client.cli.task_tables import show_array, show_task, show_tasks, show_why
from app.common.money import format_cpt
from app.common.vocabulary import Priority, TaskState
from proto import nodepool_pb2 as pb

app = noun("Submit tasks, watch them, take what they left.")
submit_commands.add_to(app)

_TASK = Annotated[str, typer.Argument(metavar="TASK", help="A task's id.")]
_TASK_OR_ARRAY = Annotated[str, typer.Argument(metavar="TASK", help="A task's or an array's id.")]
_STREAMS = {"stdout": pb.LogStream.LOG_STREAM_STDOUT, "stderr": pb.LogStream.LOG_STREAM_STDERR}


def _state(text: str) -> TaskState:
    try:
        return TaskState[text.upper()]
    except KeyError as error:
        names = ", ".join(state.name.lower() for state in TaskState)
        raise typer.BadParameter(f"{text!r} is none of: {names}.") from error


def _stream(text: str) -> pb.LogStream:
    if text not in _STREAMS:
        raise typer.BadParameter("write stdout or stderr.")
    return _STREAMS[text]


@command(app, "list")
async def list_tasks(
    cli: Cli,
    state: Annotated[
        list[str] | None,
        typer.Option(metavar="STATE", help="queued, running, failed, …; may be repeated."),
    ] = None,
    array: Annotated[str, typer.Option(metavar="ARRAY", help="Only the tasks of this array.")] = "",
    everyone: Annotated[bool, typer.Option("--all-users", help="Of all users.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 100,
    page_token: Annotated[str, typer.Option(help="Go on after a page: its next_page_token.")] = "",
) -> None:
    """List tasks, the newest first."""
    states = [_state(text) for text in state or ()]
    async with cli.pool() as pool:
        page = await pool.tasks.page(
            page_token, page_size=limit, states=states, array_id=array, all_users=everyone
        )
    cli.output.show(page, lambda: show_tasks(cli.output, list(page.tasks)))
    if page.next_page_token:
        cli.output.note(f"there are more: add --page-token {page.next_page_token}")


@command(app, "show")
async def show(cli: Cli, task_id: _TASK_OR_ARRAY) -> None:
    """Show all about one task; of an array, which of its tasks are in which state."""
    async with cli.pool() as pool:
        task = await pool.tasks.get(task_id)
        if task.task_id == task_id:
            cli.output.show(task, lambda: show_task(cli.output, task))
            return
        members = [member async for member in pool.tasks.iterate(array_id=task_id)]
    answer = pb.GetAllTasksResponse(tasks=members)
    cli.output.show(answer, lambda: show_array(cli.output, members))


@command(app, "logs")
async def logs(
    cli: Cli,
    task_id: _TASK_OR_ARRAY,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on until the task has ended.")
    ] = False,
    stream: Annotated[
        str, typer.Option(metavar="stdout|stderr", help="Only this one; default: both.")
    ] = "",
    attempt: Annotated[int, typer.Option(min=0, help="Which attempt; default: the newest.")] = 0,
) -> None:
    """Print what a task printed: its stdout to standard output, its stderr to standard error."""
    wanted = _stream(stream) if stream else pb.LogStream.LOG_STREAM_UNSPECIFIED
    async with cli.pool() as pool:
        task = await pool.tasks.get(task_id)
        if task.task_id != task_id:
            cli.output.note(f"this is {task.task_id}, one of the array's {task.array_count} tasks.")
        async for chunk in pool.tasks.logs(
            task.task_id, stream=wanted, attempt=attempt, follow=follow
        ):
            if cli.output.as_json:
                cli.output.line(json_line(chunk))
                continue
            to_stderr = chunk.stream == pb.LogStream.LOG_STREAM_STDERR and not stream
            target = (sys.stderr if to_stderr else sys.stdout).buffer
            target.write(chunk.data)
            target.flush()
            if chunk.truncated:
                cli.output.note("the pool has not kept what the task printed after this.")


@command(app, "wait")
async def wait(
    cli: Cli,
    task_ids: Annotated[
        list[str], typer.Argument(metavar="TASK...", help="Ids of tasks or arrays.")
    ],
    give_up: Annotated[
        int | None,
        typer.Option(
            "--timeout", parser=seconds, metavar="TIME", help="Give up after this, like 10m."
        ),
    ] = None,
) -> Exit:
    """Wait until tasks have ended. The exit status is 1 where one did not succeed."""
    async with cli.pool() as pool:
        return await wait_for(cli, pool, task_ids, give_up)


@command(app, "fetch")
async def fetch(
    cli: Cli,
    task_id: _TASK_OR_ARRAY,
    folder: Annotated[
        Path | None, typer.Argument(help="A new or empty folder; default: one named by the id.")
    ] = None,
    archive: Annotated[
        Path | None,
        typer.Option("--zip", metavar="FILE", help="Keep one task's result as a ZIP archive."),
    ] = None,
) -> None:
    """Fetch what a task left. Goes on where an earlier fetch broke off."""
    async with cli.pool() as pool:
        if archive is None:
            await fetch_results(cli, pool, task_id, folder or Path(task_id))
            return
        with bytes_bar(cli.output, "fetching") as progress:
            task = await pool.tasks.fetch(task_id, archive, progress)
    cli.output.show(task, lambda: cli.output.say(f"Result of {task_id} is in {archive}"))


@command(app, "cancel")
async def cancel(cli: Cli, task_id: _TASK_OR_ARRAY) -> None:
    """Cancel a task, or all open tasks of an array; what was held comes back."""
    async with cli.pool() as pool:
        count = await pool.tasks.cancel(task_id)
    answer = pb.TaskCancelResponse(cancelled=count)
    cli.output.show(answer, lambda: cli.output.say(f"Cancelled: {count}."))


@command(app, "priority")
async def set_priority(
    cli: Cli,
    task_ids: Annotated[
        list[str], typer.Argument(metavar="TASK...", help="Ids of tasks or arrays.")
    ],
    priority: Annotated[
        Priority, typer.Argument(parser=priority_named, metavar="normal|high|urgent")
    ],
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say what it would come to.")
    ] = False,
) -> None:
    """Give tasks that still wait another priority, at its price; all of them or none."""
    async with cli.pool() as pool:
        answer = await pool.tasks.set_priority(*task_ids, priority=priority, preview=preview)
    cli.output.show(answer, lambda: cli.output.say(f"{_changed(answer)}."))
    if answer.started or answer.ended:
        cli.output.note(f"as they were: {answer.started} started, {answer.ended} ended.")


def _changed(answer: pb.SetTaskPriorityResponse) -> str:
    """What another priority came to, in words."""
    tasks = "1 task" if answer.changed == 1 else f"{answer.changed} tasks"
    more_mcpt = answer.price_change_mcpt
    if not more_mcpt:
        return f"{tasks}, at the same price"
    return f"{tasks}, {format_cpt(abs(more_mcpt))} {'more' if more_mcpt > 0 else 'less'} held"


@command(app, "retry")
async def retry(cli: Cli, task_id: _TASK_OR_ARRAY) -> None:
    """Run a failed or cancelled task again as a new one, which is charged anew.

    Of an array those that failed or were cancelled; each keeps its index.
    """
    async with cli.pool() as pool:
        submitted = await pool.tasks.retry(task_id)
    cli.output.show(submitted, lambda: cli.output.line(submitted.task_id))
    if submitted.array_indexes:
        cli.output.note(f"runs again: {show_ranges(submitted.array_indexes)} of the array.")
    cli.output.note(f"{format_cpt(submitted.price_mcpt)} held.")


@command(app, "why")
async def why(cli: Cli, task_id: _TASK) -> None:
    """Explain why a task waits: what it asks for, and what the nodes lack."""
    async with cli.pool() as pool:
        explained = await pool.tasks.why(task_id)
    cli.output.show(explained, lambda: show_why(cli.output, explained))


@command(app, "delete-result")
async def delete_result(cli: Cli, task_id: _TASK) -> None:
    """Delete what a task left; it frees your storage."""
    async with cli.pool() as pool:
        await pool.tasks.delete_result(task_id)
    answer = pb.DeleteResultResponse()
    cli.output.show(answer, lambda: cli.output.say(f"The result of {task_id} is deleted."))
