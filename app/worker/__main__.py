"""The worker's command line: `python3 -m app.worker join | masters | run | …`."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.common import archive_child, archive_guard
from app.common.bundled import free_children
from app.common.clock import SystemClock
from app.common.errors import HiveMindError, Reason
from app.common.ids import SystemIds
from app.common.program import program_name
from app.common.version_option import version_option

if TYPE_CHECKING:
    from app.common.join_token import JoinToken
    from app.worker.choosing import Goal
    from app.worker.joining import Candidate
    from app.worker.service import WorkerSettings

app = typer.Typer(
    name="worker", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)

EXIT_REFUSED = 1
EXIT_REVOKED = 3


@app.callback()
def options(version: Annotated[bool, version_option("hivemind-worker")] = False) -> None:
    """Let this machine work for a HiveMind pool."""


def default_folder() -> Path:
    """Where a worker keeps its things unless told otherwise."""
    import platformdirs

    return Path(platformdirs.user_data_dir("hivemind-worker", appauthor=False))


DataDir = Annotated[
    Path,
    typer.Option(
        "--data-dir",
        envvar="HIVEMIND_WORKER_DATA",
        help="Folder of this worker's key, journal and tasks.",
        default_factory=default_folder,
        show_default="the user's data folder",
    ),
]
DefaultImage = Annotated[
    str,
    typer.Option(
        "--default-image",
        envvar="HIVEMIND_DEFAULT_IMAGE",
        help="Container image for tasks that name none, where bubblewrap is missing.",
    ),
]
AllowedImages = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-image",
        envvar="HIVEMIND_ALLOW_IMAGES",
        metavar="DIGEST",
        help="Run only images with this digest (sha256:…); may be repeated. None: all images.",
    ),
]
Engine = Annotated[
    str,
    typer.Option(
        "--engine",
        envvar="HIVEMIND_ENGINE",
        help="Address of the container engine: unix:///run/docker.sock.",
    ),
]
Tunnel = Annotated[
    str,
    typer.Option(
        "--tunnel",
        envvar="HIVEMIND_TUNNEL",
        metavar="off|prefer|require",
        help="The pool's encrypted network: never, where it works, or never without.",
    ),
]
TunnelInterface = Annotated[
    str,
    typer.Option(
        "--tunnel-interface",
        envvar="HIVEMIND_TUNNEL_INTERFACE",
        metavar="NAME",
        help="What the tunnel's interface and its file are called.",
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON document.", show_default=False)
]


@app.command()
def join(
    data_dir: DataDir,
    address: Annotated[
        str,
        typer.Argument(
            metavar="[HOST:PORT|LINK]",
            help="Where the master listens, or a link to join, which has the token in it; "
            "without either, look for a master on this network.",
            show_default=False,
        ),
    ] = "",
    token: Annotated[
        str,
        typer.Option(
            "--token", envvar="HIVEMIND_JOIN_TOKEN", help="Join token; without one, ask to join."
        ),
    ] = "",
    pin: Annotated[
        str,
        typer.Option(
            "--pin",
            metavar="PIN",
            help="The pool's pin, told by its operator; a join token has it in it.",
        ),
    ] = "",
    name: Annotated[str, typer.Option("--name", help="This node's name in the pool.")] = "",
    location: Annotated[
        str, typer.Option("--location", help="CONTINENT/CC/site: EU/DE/room 204.")
    ] = "",
    new_key: Annotated[
        bool,
        typer.Option(
            "--new-key",
            help="Join as a new node, with a new key: after this machine was revoked.",
            show_default=False,
        ),
    ] = False,
    default_image: DefaultImage = "",
    engine: Engine = "",
) -> None:
    """Make this machine a node of a pool.

    Without a token it asks to join, and an operator approves. Then you are shown the pool's
    pin and asked, unless --pin says which one is right.
    """
    from app.worker.service import WorkerSettings

    settings = WorkerSettings(data_dir, default_image, engine)

    def work() -> None:
        place, credential = _named(address, token)
        _join(place, credential, pin, name, location, settings, new_key=new_key)

    _report_refusals(work)


def _named(address: str, token: str) -> tuple[str, str]:
    """Address and token, which a link has both of."""
    from app.client.join_link import JoinLink, is_link

    if not is_link(address):
        return address, token
    link = JoinLink.parse(address)
    if token not in ("", str(link.token)):
        raise HiveMindError(Reason.INVALID_FIELD, "The link has a token: leave --token out.")
    return str(link.address), str(link.token)


def _join(
    address: str,
    token: str,
    pin: str,
    name: str,
    location: str,
    settings: "WorkerSettings",
    *,
    new_key: bool,
) -> None:
    import asyncio

    from app.common.join_token import JoinToken
    from app.worker import joining
    from app.worker.control import ControlFolder
    from app.worker.identity import IdentityStore

    clock = SystemClock()
    parsed = JoinToken.parse(token) if token else None
    place = joining.Place.parse(location)

    def say_waiting(fingerprint: str) -> None:
        typer.echo(
            f"This machine's key is {fingerprint}\n"
            "Waiting until an operator compares and approves it. Ctrl+C stops waiting; "
            f"`{program_name()} run` goes on with it later."
        )

    async def work() -> None:
        goal = await _goal(address, parsed, pin)
        candidate = await _candidate(name, place, settings)
        store = IdentityStore(settings.folder)
        if new_key:
            ControlFolder(settings.folder).require_idle()
            store.set_aside()
        membership = await joining.join(
            goal.address,
            goal.pin,
            parsed,
            candidate,
            store,
            clock,
            SystemIds(clock),
            say_waiting,
        )
        typer.echo(
            f"Joined as {membership.name} ({membership.identity.node_id}). "
            f"Start it with: {program_name()} run{_folder_option(settings.folder)}"
        )

    asyncio.run(work())


def _folder_option(folder: Path) -> str:
    """What names `folder` on a command line, where it is not the usual one."""
    from shlex import quote

    return "" if folder == default_folder() else f" --data-dir {quote(str(folder))}"


async def _goal(address: str, token: "JoinToken | None", pin: str) -> "Goal":
    from app.client.address import MasterAddress
    from app.client.browsing import find_masters
    from app.client.trust import parse_pin
    from app.worker.choosing import goal_of
    from app.worker.terminal import Terminal

    named = MasterAddress.parse(address) if address else None
    compared = parse_pin(pin) if pin else ""
    if token is not None:
        if compared not in ("", token.pin):
            raise HiveMindError(
                Reason.INVALID_FIELD, "--token and --pin name different pools: leave one out."
            )
        compared = token.pin
    return await goal_of(named, compared, find_masters, Terminal())


async def _candidate(name: str, place: object, settings: "WorkerSettings") -> "Candidate":
    import asyncio
    import platform

    from app.worker.capabilities import measure
    from app.worker.gpus import GpuProbe
    from app.worker.identity import worker_folder
    from app.worker.joining import Candidate, Place
    from app.worker.service import executors_of

    assert isinstance(place, Place)
    worker_folder(settings.folder)
    executors = await executors_of(settings, os.environ)
    gpus = GpuProbe()
    try:
        capabilities = await asyncio.to_thread(measure, settings.folder, executors, gpus)
    finally:
        gpus.close()
        await executors.close()
    return Candidate(name or platform.node() or "node", capabilities, place)


@app.command()
def masters(json_wanted: AsJson = False) -> None:
    """List the masters that announce themselves on this network. Nothing of it is proven."""

    def show() -> None:
        import asyncio

        from app.client.browsing import find_masters
        from app.worker.choosing import NONE_FOUND, as_json, listed
        from app.worker.terminal import Terminal, showable

        terminal = Terminal()
        if not json_wanted:
            terminal.say("Looking for masters on this network …")
        found = asyncio.run(find_masters())
        if json_wanted:
            typer.echo(as_json(found))
            return
        if not found:
            terminal.say(NONE_FOUND)
        for line in listed(found):
            typer.echo(showable(line, sys.stdout))

    _report_refusals(show)


@app.command()
def run(
    data_dir: DataDir,
    default_image: DefaultImage = "",
    engine: Engine = "",
    allow_image: AllowedImages = None,
    tunnel: Tunnel = "prefer",
    tunnel_interface: TunnelInterface = "wg0",
) -> None:
    """Work for the pool this machine has joined."""
    from app.common import crash
    from app.worker.service import WorkerSettings
    from app.worker.tunnel.keeper import TunnelWish

    crash.install("hivemind_worker")

    def work() -> None:
        if tunnel not in list(TunnelWish):
            raise HiveMindError(
                Reason.INVALID_FIELD, "The option --tunnel takes off, prefer or require."
            )
        settings = WorkerSettings(
            data_dir,
            default_image,
            engine,
            tuple(allow_image or ()),
            tunnel=TunnelWish(tunnel),
            tunnel_interface=tunnel_interface,
        )
        _run(settings)

    _report_refusals(work)


def _run(settings: "WorkerSettings") -> None:
    import asyncio

    from app.worker.agent import Outcome
    from app.worker.service import run_worker

    clock = SystemClock()
    outcome = asyncio.run(run_worker(settings, os.environ, clock, SystemIds(clock)))
    if outcome is Outcome.REVOKED:
        raise typer.Exit(EXIT_REVOKED)
    if outcome is Outcome.FAILED:
        raise typer.Exit(EXIT_REFUSED)


@app.command()
def drain(
    data_dir: DataDir,
    leave: Annotated[
        bool, typer.Option("--exit", help="End the worker once its running tasks are done.")
    ] = False,
) -> None:
    """Let the running worker finish what runs and take no more."""

    def ask() -> None:
        from app.worker.control import ControlFolder, Wish

        ControlFolder(data_dir).ask(Wish.DRAIN_AND_LEAVE if leave else Wish.DRAIN)
        typer.echo("The worker drains" + (" and will then end." if leave else "."))

    _report_refusals(ask)


@app.command()
def resume(data_dir: DataDir) -> None:
    """Let the running worker take tasks again after `drain`. An operator's pause stays."""

    def ask() -> None:
        from app.worker.control import ControlFolder, Wish

        ControlFolder(data_dir).ask(Wish.RESUME)
        typer.echo("The worker takes tasks again, unless an operator has paused it.")

    _report_refusals(ask)


@app.command()
def status(data_dir: DataDir, json_wanted: AsJson = False) -> None:
    """Show how the running worker does."""

    def show() -> None:
        from app.worker.control import ControlFolder, described

        control = ControlFolder(data_dir)
        found = control.read_status() if control.is_running() else None
        typer.echo(described(found, as_json=json_wanted))
        if found is None:
            raise typer.Exit(EXIT_REFUSED)

    _report_refusals(show)


@app.command()
def doctor(
    data_dir: DataDir,
    default_image: DefaultImage = "",
    engine: Engine = "",
    tunnel_interface: TunnelInterface = "wg0",
    json_wanted: AsJson = False,
) -> None:
    """Say what this machine can run tasks with, how its tunnel does, and what is missing."""
    from app.worker.service import WorkerSettings

    settings = WorkerSettings(data_dir, default_image, engine, tunnel_interface=tunnel_interface)
    _report_refusals(lambda: _examine(settings, as_json=json_wanted))


def _examine(settings: "WorkerSettings", *, as_json: bool) -> None:
    import asyncio

    from app.worker.doctor import report, report_json
    from app.worker.service import executors_of
    from app.worker.tunnel.doctor import examine_tunnel, tunnel_json, tunnel_report

    async def look() -> bool:
        executors = await executors_of(settings, os.environ, required=False)
        checks = await asyncio.to_thread(
            examine_tunnel, settings.folder, settings.tunnel_interface, SystemClock()
        )
        if as_json:
            typer.echo(report_json(executors, tunnel_json(checks)))
        else:
            typer.echo(report(executors))
            typer.echo(tunnel_report(checks))
        await executors.close()
        return bool(executors.all)

    if not asyncio.run(look()):
        raise typer.Exit(EXIT_REFUSED)


def _report_refusals(work: "object") -> None:
    """Do `work`; a refusal becomes one sentence and a status, never a traceback."""
    assert callable(work)
    try:
        work()
    except HiveMindError as error:
        typer.echo(f"{error.reason.name}: {error.message}", err=True)
        raise typer.Exit(EXIT_REFUSED) from error
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except OSError as error:
        typer.echo(f"{error.filename or 'The system'}: {error.strerror or error}", err=True)
        raise typer.Exit(EXIT_REFUSED) from error


if __name__ == "__main__":
    free_children()
    if sys.argv[1:2] == [archive_guard.NAME]:
        sys.exit(archive_child.main(sys.argv[2:]))
    sys.exit(app())
