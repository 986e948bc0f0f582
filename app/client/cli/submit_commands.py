"""task submit, task quote."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from app.client.cli.exits import Exit
from app.client.cli.frame import Cli, command
from app.client.cli.output import Output
from app.client.cli.progress import submission_bars
from app.client.cli.results import fetch_results, wait_for
from app.client.cli.task_options import TaskOptions
from app.common.errors import HiveMindError, Reason
from app.common.money import format_cpt
from proto import nodepool_pb2 as pb

if TYPE_CHECKING:
    from app.client.api import HiveMind

_COMMAND = "command after --"


class WithCommand(TyperCommand):
    """A command whose arguments after "--" are another program's command line.

    The parser by itself would add them to the arguments before.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if "--" in args:
            at = args.index("--")
            args, ctx.meta[_COMMAND] = args[:at], args[at + 1 :]
        rest: list[str] = super().parse_args(ctx, args)
        return rest

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        pieces: list[str] = super().collect_usage_pieces(ctx)
        return [*pieces, "[-- COMMAND...]"]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the noun `task`."""
    command(app, "submit", cls=WithCommand)(submit)
    command(app, "quote")(quote)


async def submit(
    cli: Cli,
    ctx: typer.Context,
    options: TaskOptions,
    sources: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FOLDER | ARCHIVE.zip | FILES...]", help="What the task works on."),
    ] = None,
    require_feasible: Annotated[
        bool, typer.Option("--require-feasible", help="Refuse what no known node could run.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", "-w", help="Wait until it has ended.")] = False,
    fetch: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Wait, and unpack the result into this folder."),
    ] = None,
) -> Exit:
    """Submit a task; after -- comes its command. Default: run.sh or main.py of the archive.

    Its price is held until it has ended. For example:
    hivemind task submit simulation/ --cpu 2 --memory 2GiB --wait -- python3 main.py --fast
    """
    after: list[str] = ctx.meta.get(_COMMAND, [])
    if not sources and not after:
        raise HiveMindError(Reason.INVALID_FIELD, "Name a folder or files, or a command after --.")
    async with cli.pool() as pool:
        with submission_bars(cli.output) as (packing, progress):
            submitted = await pool.tasks.submit(
                *(sources or ()),
                require_feasible=require_feasible,
                progress=progress,
                packing=packing,
                on_note=cli.output.note,
                **options.fields(after),
            )
        cli.output.show(submitted, lambda: _say_submitted(cli.output, submitted))
        if not require_feasible and not cli.output.as_json:
            await _warn_if_impossible(cli, pool, submitted.task_id)
        if not wait and fetch is None:
            return Exit.OK
        status = await wait_for(cli, pool, [submitted.task_id])
        if fetch is not None:
            await fetch_results(cli, pool, submitted.task_id, fetch)
        return status


async def _warn_if_impossible(cli: Cli, pool: "HiveMind", task_id: str) -> None:
    why = await pool.tasks.why(task_id)
    if why.state == pb.TASK_STATE_QUEUED and not why.nodes_feasible:
        cli.output.note(f"{why.summary} It waits for one that can.")


async def quote(cli: Cli, options: TaskOptions) -> None:
    """Show what a task would cost, and how many nodes could run it."""
    async with cli.pool() as pool:
        quoted = await pool.tasks.quote(**options.fields([]))
    each = f" ({format_cpt(quoted.price_each_mcpt)} each)" if options.count > 1 else ""
    cli.output.show(
        quoted,
        lambda: cli.output.facts(
            [
                ("Price", format_cpt(quoted.price_mcpt) + each),
                ("Formula", quoted.formula),
                ("Nodes", f"{quoted.feasible_nodes} could run it when empty"),
            ]
        ),
    )


def _say_submitted(output: Output, submitted: pb.UploadTaskResponse) -> None:
    tasks = f"{submitted.count} tasks" if submitted.count > 1 else "one task"
    if output.is_terminal:
        output.note(f"{tasks}, {format_cpt(submitted.price_mcpt)} held.")
    output.line(submitted.task_id)
