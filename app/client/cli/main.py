"""The program `hivemind`."""

import os
import sys
from typing import Annotated

import typer
from typer.exceptions import TyperException

from app.client.cli import (
    audit_commands,
    doctor_command,
    money_commands,
    node_commands,
    session_commands,
    task_commands,
    update_command,
    user_commands,
    vpn_commands,
)
from app.client.cli.exits import Exit, describe_exits
from app.client.cli.output import Output
from app.common.errors import HiveMindError, Reason
from app.common.version_option import version_option

app = typer.Typer(
    name="hivemind",
    help="Use a HiveMind pool: submit tasks, watch them, see nodes and money.",
    epilog=describe_exits(),
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
app.add_typer(session_commands.app)
app.add_typer(task_commands.app, name="task")
app.add_typer(node_commands.app, name="node")
app.add_typer(node_commands.tokens, name="token")
app.add_typer(money_commands.app)
app.add_typer(money_commands.ledger, name="ledger")
app.add_typer(user_commands.app, name="user")
app.add_typer(audit_commands.app, name="audit")
app.add_typer(audit_commands.server, name="server")
app.add_typer(vpn_commands.app, name="vpn")
app.add_typer(doctor_command.app)
app.add_typer(update_command.app)


@app.callback()
def options(version: Annotated[bool, version_option("hivemind")] = False) -> None:
    """What may stand before a command."""


def main() -> None:
    """Run the command line of this process."""
    # gRPC writes its own account of a failed connection to standard error; ours follows.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    ours, _, _theirs = " ".join(sys.argv[1:]).partition(" -- ")
    as_json = "--json" in ours.split()
    try:
        sys.exit(app(prog_name="hivemind", standalone_mode=not as_json))
    except TyperException as error:
        # Only with --json: else typer has shown it, in a frame for people.
        Output(as_json=True).fail(HiveMindError(Reason.INVALID_FIELD, error.format_message()))
        sys.exit(Exit.USAGE)
    except typer.Abort:
        sys.exit(Exit.INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has enough: end as other programs in a pipe do.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.OK)
