"""update: whether there is a newer release."""

import json
from typing import Annotated

import typer

from app import __version__
from app.client.cli.exits import Exit
from app.client.cli.frame import Cli, command
from app.common.clock import SystemClock

app = typer.Typer()


@command(app, "update")
async def update(
    cli: Cli,
    address: Annotated[
        str,
        typer.Option(envvar="HIVEMIND_UPDATE_ADDRESS", help="Where releases are announced."),
    ] = "",
) -> Exit:
    """Ask whether there is a newer release; nothing is fetched or installed."""
    from app.client.updates import UpdateCheck  # noqa: PLC0415  (an HTTP client: not for --help)

    folder = cli.profiles.folder
    found = await UpdateCheck(address, folder, SystemClock()).newer()
    if cli.output.as_json:
        told = {"version": found.version, "page": found.page} if found else None
        cli.output.line(json.dumps({"running": __version__, "newer": told}))
    elif found:
        cli.output.line(f"Version {found.version} is there; this is {__version__}: {found.page}")
    else:
        cli.output.line(f"This is the newest release: {__version__}.")
    return Exit.OK
