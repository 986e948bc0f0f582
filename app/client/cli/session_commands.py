"""login, logout, register, password, reset-password, sessions, whoami."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from app.client.address import MasterAddress
from app.client.cli.frame import PATIENCE_SECONDS, Cli, command
from app.client.cli.output import Column
from app.client.cli.quantities import show_time
from app.client.profiles import Profile
from app.common.errors import HiveMindError, Reason
from app.common.money import format_cpt
from proto import nodepool_pb2 as pb

if TYPE_CHECKING:
    from app.client.api import HiveMind
    from app.client.session import MemoryTokens

app = typer.Typer()

_ADDRESS = Annotated[
    str | None, typer.Argument(metavar="[HOST:PORT]", help="The master; default: the last one.")
]
_PIN = Annotated[
    str,
    typer.Option(
        metavar="PIN",
        help="The pool's pin (52 characters, or a whole join token), told by its operator.",
    ),
]
_USER = Annotated[str | None, typer.Option("--user", "-u", help="User name; asked for if missing.")]


@command(app, "login")
async def login(cli: Cli, address: _ADDRESS = None, user: _USER = None, pin: _PIN = "") -> None:
    """Sign in to a master, and remember it. The password comes from a prompt or standard input.

    The first time, the pool is trusted by its --pin; without one you are shown the pool's
    pin and asked. Afterwards only this pool's master is accepted at the address.
    """
    profile = await _trusted(cli, address, pin)
    username = user or _ask("User name", profile.username)
    await _sign_in(cli, profile, username, ask_password())


@command(app, "register")
async def register(
    cli: Cli,
    address: _ADDRESS = None,
    user: _USER = None,
    pin: _PIN = "",
    setup_code: Annotated[
        str, typer.Option(help="Makes the pool's first admin; the new master shows it.")
    ] = "",
) -> None:
    """Make an account, where the pool allows it, and sign in with it."""
    profile = await _trusted(cli, address, pin)
    username = user or _ask("User name", "")
    password = ask_password(twice=True)
    async with _opened(profile) as (pool, _):
        registered = await pool.register(username, password, setup_code)
    granted = format_cpt(registered.granted_mcpt)
    cli.output.show(
        registered,
        lambda: cli.output.say(f"Registered {username} as {registered.role}, with {granted}."),
    )
    await _sign_in(cli, profile, username, password, quietly=True)


@command(app, "logout")
async def logout(cli: Cli) -> None:
    """End the session, at the master and here. The pool stays trusted."""
    async with cli.pool() as pool:
        try:
            await pool.sign_out()
        except HiveMindError as error:
            if error.reason is not Reason.NOT_SIGNED_IN:
                cli.output.note("forgotten here, but the master could not be told.")
                raise
    cli.output.show(pb.SignOutResponse(), lambda: cli.output.say("Signed out."))


@command(app, "password")
async def password(cli: Cli) -> None:
    """Change your password: asks for the current one and the new one, two lines of input."""
    current = ask_password(prompt="Current password")
    new = ask_password(twice=True, prompt="New password")
    async with cli.pool() as pool:
        await pool.change_password(current, new)
    cli.output.show(
        pb.ChangePasswordResponse(),
        lambda: cli.output.say("The password is changed; your other sessions have ended."),
    )


@command(app, "reset-password")
async def reset_password(
    cli: Cli, address: _ADDRESS = None, user: _USER = None, pin: _PIN = ""
) -> None:
    """Set a forgotten password with a code from an admin, and sign in.

    Asks for the code and the new password: two lines of input. The code is good once.
    """
    profile = await _trusted(cli, address, pin)
    username = user or _ask("User name", profile.username)
    code = ask_password(prompt="Reset code")
    new = ask_password(twice=True, prompt="New password")
    async with _opened(profile) as (pool, _):
        await pool.reset_password(username, code, new)
    await _sign_in(cli, profile, username, new)


@command(app, "sessions")
async def sessions(
    cli: Cli,
    user: Annotated[str, typer.Option("--user", "-u", help="Another user's, for admins.")] = "",
    end: Annotated[
        list[str] | None, typer.Option("--end", metavar="ID", help="End this one; may be repeated.")
    ] = None,
    end_others: Annotated[
        bool, typer.Option("--end-others", help="End all but the one of this command.")
    ] = False,
) -> None:
    """List where you are signed in, or end sessions."""
    if end and end_others:
        raise typer.BadParameter("Give either --end or --end-others.")
    async with cli.pool() as pool:
        if end or end_others:
            ended = await pool.end_sessions(*(end or ()), username=user)
            cli.output.show(
                pb.EndSessionsResponse(ended=ended),
                lambda: cli.output.say(f"Ended sessions: {ended}."),
            )
            return
        found = await pool.sessions(user)
    cli.output.show(
        pb.ListSessionsResponse(sessions=found),
        lambda: cli.output.table(
            [
                Column("SESSION"),
                Column("FROM"),
                Column("WITH", width_max=50),
                Column("SINCE"),
                Column("USED"),
                Column(""),
            ],
            [
                (
                    each.session_id,
                    each.address,
                    each.client,
                    show_time(each.signed_in_at),
                    show_time(each.used_at),
                    "this one" if each.current else "",
                )
                for each in found
            ],
        ),
    )


@command(app, "whoami")
async def whoami(cli: Cli) -> None:
    """Show who is signed in, and where."""
    profile = cli.profiles.find(cli.master)
    async with cli.pool() as pool:
        user = await pool.whoami()
    cli.output.show(
        user,
        lambda: cli.output.table(
            [Column("USER"), Column("ROLE"), Column("MASTER"), Column("POOL")],
            [(user.username, user.role, str(profile.address), profile.pool_name)],
        ),
    )


def ask_password(*, twice: bool = False, prompt: str = "Password") -> str:
    """A password from the terminal without echo, or the first line of standard input."""
    if sys.stdin.isatty():
        answer: str = typer.prompt(prompt, hide_input=True, confirmation_prompt=twice, err=True)
        return answer
    line = sys.stdin.readline()
    if not line:
        raise HiveMindError(Reason.INVALID_FIELD, "Give the password on standard input.")
    return line.rstrip("\r\n")


def _ask(prompt: str, default: str) -> str:
    if not sys.stdin.isatty():
        if default:
            return default
        raise HiveMindError(Reason.INVALID_FIELD, f"{prompt} is missing: add --user.")
    answer: str = typer.prompt(prompt, default=default or None, err=True)
    return answer


async def _trusted(cli: Cli, address: str | None, pin: str) -> Profile:
    """The profile of a master whose CA is trusted; nobody is signed in by that."""
    from app.client.trust import parse_pin, pool_with_pin  # noqa: PLC0415  (gRPC: not for --help)

    named = address or cli.master
    if named is None:
        known: Profile | None = cli.profiles.find(None)
    else:
        known = cli.profiles.load(MasterAddress.parse(named))
    if known is not None and not pin:
        return known
    master = known.address if known is not None else MasterAddress.parse(named or "")
    if pin:
        info = await pool_with_pin(master, parse_pin(pin))
    else:
        info = await _trusted_on_first_use(cli, master)
    return Profile(
        address=master,
        ca_certificate_pem=info.ca_certificate_pem,
        pool_id=info.pool_id,
        pool_name=info.pool_name,
        username=known.username if known is not None else "",
        device_token=known.device_token if known is not None else "",
    )


async def _trusted_on_first_use(cli: Cli, master: MasterAddress) -> pb.GetPoolInfoResponse:
    from app.client.channel import fetch_pool_info  # noqa: PLC0415  (gRPC: not for --help)
    from app.common.pki import ca_pin  # noqa: PLC0415

    info = await fetch_pool_info(master)
    found = ca_pin(info.ca_certificate_pem.encode())
    if not sys.stdin.isatty() or cli.output.as_json:
        raise HiveMindError(
            Reason.INVALID_FIELD,
            f"{master} is not known here yet: ask the pool's operator for its pin and add --pin.",
        )
    cli.output.errors.print(
        f"{master} says it is the pool “{info.pool_name}”, with the pin\n\n  {found}\n\n"
        "Compare it with what the pool's operator told you.",
        markup=False,
    )
    typer.confirm("Trust this pool from now on?", abort=True, err=True)
    return info


@asynccontextmanager
async def _opened(profile: Profile) -> AsyncIterator["tuple[HiveMind, MemoryTokens]"]:
    """The pool of `profile` as a stranger sees it, and where the tokens of a sign-in go."""
    from app.client.api import open_pool  # noqa: PLC0415  (gRPC: not for --help)
    from app.client.session import MemoryTokens  # noqa: PLC0415

    store = MemoryTokens()
    async with open_pool(
        profile.address,
        profile.ca_certificate_pem.encode(),
        store,
        patience_seconds=PATIENCE_SECONDS,
    ) as pool:
        yield pool, store


async def _sign_in(
    cli: Cli, profile: Profile, username: str, password: str, *, quietly: bool = False
) -> None:
    async with _opened(profile) as (pool, store):
        response = await pool.sign_in(username, password, device_token=profile.device_token)
        user = await pool.whoami()
        authority = (await pool.info()).ca_certificate_pem
    signed_in = (
        replace(profile, username=username, role=response.role)
        .with_tokens(await store.load())
        .with_authority(authority)
    )
    cli.profiles.save(signed_in)
    cli.profiles.make_current(profile.address)
    if not quietly:
        where = f"{profile.pool_name} at {profile.address}".lstrip()
        cli.output.show(
            user, lambda: cli.output.say(f"Signed in to {where} as {username} ({user.role}).")
        )
