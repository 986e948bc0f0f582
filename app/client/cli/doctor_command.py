"""doctor: what is wrong with this pool."""

from typing import Annotated

import typer

from app.client.cli.exits import Exit
from app.client.cli.frame import Cli, command
from app.client.cli.output import json_line
from app.client.cli.vpn_commands import show_checks, verdict
from proto import nodepool_pb2 as pb

app = typer.Typer()


@command(app, "doctor")
async def doctor(
    cli: Cli,
    web_port: Annotated[
        int,
        typer.Option(min=1, max=65535, envvar="UI_PORT", help="Of the web page; default 5001."),
    ] = 5001,
) -> Exit:
    """Look for the usual faults: address, port, service, sign-in, tunnel, web page, log."""
    from app.client.doctor import examine  # noqa: PLC0415  (gRPC: not for --help)

    checks = []
    async for check in examine(cli.profiles, cli.master, web_port):
        checks.append(check)
        if not cli.output.as_json:
            show_checks(cli.output, [check])
    if cli.output.as_json:
        cli.output.line(json_line(pb.DiagnoseVpnResponse(checks=checks)))
    return verdict(checks)
