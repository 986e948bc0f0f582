"""user list, create, set-role, disable, enable, password, reset-code."""

from typing import Annotated

import typer

from app.client.cli.frame import Cli, command, noun
from app.client.cli.output import Column
from app.client.cli.quantities import show_time
from app.client.cli.session_commands import ask_password
from app.common.vocabulary import Role
from proto import nodepool_pb2 as pb

app = noun("Administer the pool's users.")

_NAME = Annotated[str, typer.Argument(metavar="USER", help="The user's name.")]


def _role(text: str) -> Role:
    try:
        return Role[text.upper()]
    except KeyError as error:
        names = ", ".join(role.label for role in Role)
        raise typer.BadParameter(f"{text!r} is none of: {names}.") from error


_ROLES = "user|worker|operator|auditor|admin"


@command(app, "list")
async def list_users(cli: Cli) -> None:
    """List the users."""
    async with cli.pool() as pool:
        users = [user async for user in pool.users.iterate()]
    cli.output.show(pb.ListUsersResponse(users=users), lambda: _show(cli, *users))


@command(app, "create")
async def create(
    cli: Cli,
    name: _NAME,
    role: Annotated[str, typer.Option(metavar=_ROLES, help="What the user may do.")] = "user",
) -> None:
    """Make a user. The password comes from a prompt or standard input."""
    wanted = _role(role)
    password = ask_password(twice=True, prompt=f"Password for {name}")
    async with cli.pool() as pool:
        user = await pool.users.create(name, password, wanted)
    cli.output.show(user, lambda: _show(cli, user))


@command(app, "set-role")
async def set_role(
    cli: Cli,
    name: _NAME,
    role: Annotated[str, typer.Argument(metavar=_ROLES, help="What the user may do.")],
) -> None:
    """Give a user another role; it bites at once."""
    wanted = _role(role)
    async with cli.pool() as pool:
        user = await pool.users.set_role(name, wanted)
    cli.output.show(user, lambda: _show(cli, user))


@command(app, "disable")
async def disable(cli: Cli, name: _NAME) -> None:
    """Shut a user out; sessions end at once."""
    await _set_disabled(cli, name, disabled=True)


@command(app, "enable")
async def enable(cli: Cli, name: _NAME) -> None:
    """Let a user in again."""
    await _set_disabled(cli, name, disabled=False)


@command(app, "password")
async def password(cli: Cli, name: _NAME) -> None:
    """Set a user's password, from a prompt or standard input; it ends their sessions."""
    new = ask_password(twice=True, prompt=f"New password for {name}")
    async with cli.pool() as pool:
        user = await pool.users.set_password(name, new)
    cli.output.show(user, lambda: _show(cli, user))


@command(app, "reset-code")
async def reset_code(cli: Cli, name: _NAME) -> None:
    """Make a code by which a user sets a new password, once; shown here and nowhere else."""
    async with cli.pool() as pool:
        made = await pool.users.reset_code(name)
    until = show_time(made.info.expires_at)
    cli.output.show(
        made,
        lambda: cli.output.say(
            f"{made.reset_code}\n\nTell it to {made.info.username}, who types: "
            f"hivemind reset-password. It is good once, until {until}."
        ),
    )


async def _set_disabled(cli: Cli, name: str, *, disabled: bool) -> None:
    async with cli.pool() as pool:
        user = await pool.users.set_disabled(name, disabled=disabled)
    cli.output.show(user, lambda: _show(cli, user))


def _show(cli: Cli, *users: pb.UserInfo) -> None:
    cli.output.table(
        [Column("USER", width_max=30), Column("ROLE"), Column("STATE"), Column("SINCE")],
        [
            (
                user.username,
                user.role,
                "disabled" if user.disabled else "enabled",
                show_time(user.created_at),
            )
            for user in users
        ],
    )
