"""vpn status, setup, stop, peer …, export, qr, rotate, doctor."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from app.client.cli.exits import Exit
from app.client.cli.frame import Cli, command, noun
from app.client.cli.output import Column, Output
from app.client.cli.quantities import show_time
from app.common.errors import HiveMindError, Reason
from app.common.files import atomic_write
from app.common.vocabulary import VpnRole, VpnState
from proto import nodepool_pb2 as pb

app = noun("Set up the encrypted network between master and nodes, and see how it does.")
peers = noun("The nodes, phones and laptops in the encrypted network.")
app.add_typer(peers, name="peer")

_PEER = Annotated[str, typer.Argument(metavar="PEER", help="Its name or its id.")]
_NAME = Annotated[str, typer.Argument(metavar="NAME", help="What people call it.")]
_YES = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
_MARKS = {
    pb.VpnCheck.RESULT_GOOD: "ok",
    pb.VpnCheck.RESULT_WARNING: "warning",
    pb.VpnCheck.RESULT_BAD: "BAD",
    pb.VpnCheck.RESULT_NOT_TRIED: "not tried",
}


@command(app, "status")
async def status(cli: Cli) -> None:
    """Show how the encrypted network is set up, and its peers."""
    async with cli.pool() as pool:
        info = await pool.vpn.get()
    cli.output.show(info, lambda: _show(cli.output, info))


@command(app, "setup")
async def setup(
    cli: Cli,
    network: Annotated[
        str, typer.Option(metavar="CIDR", help="Its addresses; default 10.86.0.0/24.")
    ] = "",
    network6: Annotated[str, typer.Option(metavar="CIDR", help="Of IPv6 as well.")] = "",
    endpoint: Annotated[
        str,
        typer.Option(
            metavar="HOST",
            help="Where peers find the master; default: found. With --hub-key-url: the hub.",
        ),
    ] = "",
    port: Annotated[int, typer.Option(min=0, max=65535, help="UDP; default 51820.")] = 0,
    mtu: Annotated[int, typer.Option(min=0, help="Default 1420.")] = 0,
    keepalive: Annotated[
        int, typer.Option(min=0, max=65535, metavar="SECONDS", help="Of peers; default 25.")
    ] = 0,
    interface: Annotated[str, typer.Option(metavar="NAME", help="Default wg0.")] = "",
    peer_of: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Be a peer of another's hub, by the file its keeper gave."
        ),
    ] = None,
    hub_key_url: Annotated[
        str,
        typer.Option(
            metavar="URL",
            help="Be a peer of another's hub, whose key is at this https:// address.",
        ),
    ] = "",
    hub_key_pin: Annotated[
        str, typer.Option(metavar="PIN", help="Of the server there, if it signs its own.")
    ] = "",
    address: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CIDR", help="With --hub-key-url: the master's own in there, as 10.0.0.18/24."
        ),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Only say whether it would do.")] = False,
) -> None:
    """Make the master the hub of an encrypted network. Nodes join it by themselves."""
    from app.client.vpn import HubWish, PeerWish  # noqa: PLC0415  (gRPC: not for --help)

    async with cli.pool() as pool:
        if peer_of is not None:
            configuration = peer_of.read_text("utf-8")
            info = await pool.vpn.set_up_peer(configuration, interface, check_only=check)
        elif hub_key_url:
            guest = PeerWish(
                hub_key_url, hub_key_pin, endpoint, tuple(address or ()),
                port, interface, mtu, keepalive,
            )  # fmt: skip
            info = await pool.vpn.set_up_peer_by_key(guest, check_only=check)
        else:
            wish = HubWish(interface, network, network6, endpoint, port, mtu, keepalive)
            info = await pool.vpn.set_up_hub(wish, check_only=check)
    if check:
        cli.output.show(info, lambda: cli.output.say("It would do."))
    else:
        cli.output.show(info, lambda: _show(cli.output, info))
        if hub_key_url:
            cli.output.note(f"give the hub's keeper this master's public key: {info.public_key}")


@command(app, "stop")
async def stop(cli: Cli, yes: _YES = False) -> None:
    """End the encrypted network; its peers and their addresses are kept."""
    _ask(yes, "End the encrypted network?")
    async with cli.pool() as pool:
        info = await pool.vpn.stop()
    cli.output.show(info, lambda: _show(cli.output, info))


@command(peers, "list")
async def list_peers(cli: Cli) -> None:
    """List the peers."""
    async with cli.pool() as pool:
        info = await pool.vpn.get()
    cli.output.show(info, lambda: _show_peers(cli.output, info.peers))


@command(peers, "add")
async def add(cli: Cli, name: _NAME) -> None:
    """Take in a phone or a laptop, and print its configuration, this once."""
    async with cli.pool() as pool:
        device = await pool.vpn.add_device(name)
    cli.output.show(device.membership, lambda: None)
    cli.output.say(device.configuration.rstrip())
    cli.output.note("its private key was made here and is kept nowhere else.")


@command(peers, "revoke")
async def revoke(cli: Cli, peer: _PEER, yes: _YES = False) -> None:
    """Put a peer out for good; it is cut off at once."""
    _ask(yes, f"Put {peer} out for good?")
    async with cli.pool() as pool:
        revoked = await pool.vpn.revoke(peer)
    cli.output.show(revoked, lambda: cli.output.say(f"{revoked.name} is out."))


@command(peers, "rename")
async def rename(cli: Cli, peer: _PEER, name: _NAME) -> None:
    """Give a peer another name."""
    async with cli.pool() as pool:
        renamed = await pool.vpn.rename(peer, name)
    cli.output.show(renamed, lambda: _show_peers(cli.output, [renamed]))


@command(app, "export")
async def export(
    cli: Cli,
    name: _NAME,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="For wg-quick and the apps.")],
) -> None:
    """Take in a phone or a laptop, and write its configuration into a new file."""
    if file.exists():
        raise HiveMindError(Reason.INVALID_FIELD, f"{file} exists: name a new file.")
    async with cli.pool() as pool:
        device = await pool.vpn.add_device(name)
    atomic_write(file, device.configuration.encode())
    cli.output.show(device.membership, lambda: cli.output.say(f"Written to {file}."))


@command(app, "qr")
async def qr(
    cli: Cli,
    name: _NAME,
    image: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Into a .png or .svg file instead.")
    ] = None,
) -> None:
    """Take in a phone, and show its configuration as a QR code for WireGuard's app."""
    import segno  # noqa: PLC0415  (not for --help)

    if image is not None and image.exists():
        raise HiveMindError(Reason.INVALID_FIELD, f"{image} exists: name a new file.")
    async with cli.pool() as pool:
        device = await pool.vpn.add_device(name)
    code = segno.make(device.configuration, error="l")
    if image is not None:
        image.touch(mode=0o600)
        code.save(str(image), scale=6)
    elif not cli.output.as_json:
        code.terminal(sys.stdout, compact=True)
    cli.output.show(device.membership, lambda: None)
    cli.output.note("it is shown this once: it carries the private key.")


@command(app, "rotate")
async def rotate(
    cli: Cli,
    peer: Annotated[
        str, typer.Argument(metavar="[NODE]", help="A node; without one: the hub itself.")
    ] = "",
) -> None:
    """Give the hub or a node another key. Phones and laptops must be exported anew after."""
    async with cli.pool() as pool:
        await pool.vpn.rotate_key(peer)
    cli.output.show(
        pb.RotateVpnKeyResponse(),
        lambda: cli.output.say(
            f"{peer} is asked to make another key." if peer else "The hub has another key."
        ),
    )


@command(app, "doctor")
async def doctor(cli: Cli) -> Exit:
    """Look for the usual faults of the tunnel on the master's machine."""
    async with cli.pool() as pool:
        checks = await pool.vpn.diagnose()
    answer = pb.DiagnoseVpnResponse(checks=checks)
    cli.output.show(answer, lambda: show_checks(cli.output, checks))
    return verdict(checks)


def show_checks(output: Output, checks: Sequence[pb.VpnCheck]) -> None:
    """A line for each check, and below it what to do."""
    for check in checks:
        output.say(f"{_MARKS.get(check.result, ''):9}  {check.name:8}  {check.found}")
        if check.remedy:
            output.say(f"{'':21}→ {check.remedy}")


def verdict(checks: Sequence[pb.VpnCheck]) -> Exit:
    """Whether something is bad."""
    bad = any(check.result == pb.VpnCheck.RESULT_BAD for check in checks)
    return Exit.REFUSED if bad else Exit.OK


def _show(output: Output, info: pb.VpnInfo) -> None:
    if not info.role:
        output.say("No encrypted network is set up: hivemind vpn setup")
        return
    state = VpnState(info.state).name.lower().replace("_", " ") if info.state else "off"
    output.facts(
        [
            ("Role", VpnRole(info.role).name.lower()),
            ("State", state + (f": {info.problem}" if info.problem else "")),
            ("Backend", info.backend),
            ("Network", ", ".join(info.networks)),
            ("Addresses", ", ".join(info.addresses)),
            ("Endpoint", info.endpoint),
            ("Master", info.master_address),
            ("Public key", info.public_key),
            ("Hub's key", info.hub_public_key),
            ("fetched from", info.hub_key_url),
            ("File", info.file),
            *((each.name, f"{each.why} {each.remedy}") for each in info.missing if each.remedy),
        ]
    )
    peers = [info.hub] if info.HasField("hub") else info.peers
    if peers:
        output.line("")
        _show_peers(output, peers)


def _show_peers(output: Output, found: Sequence[pb.VpnPeer]) -> None:
    output.table(
        [
            Column("PEER", width_max=20),
            Column("KIND"),
            Column("ADDRESS"),
            Column("STATE"),
            Column("HANDSHAKE"),
            Column("RECEIVED", right=True),
            Column("SENT", right=True),
            Column("ENDPOINT"),
        ],
        [
            (
                peer.name or "the hub",
                _kind(peer),
                ", ".join(peer.addresses),
                _peer_state(peer),
                show_time(peer.last_handshake) if peer.HasField("last_handshake") else "never",
                f"{peer.received_bytes:,}",
                f"{peer.sent_bytes:,}",
                peer.endpoint,
            )
            for peer in found
        ],
    )


def _kind(peer: pb.VpnPeer) -> str:
    if not peer.peer_id:
        return "hub"
    return "node" if peer.node_id else "device"


def _peer_state(peer: pb.VpnPeer) -> str:
    if peer.past_tunnel:
        return "PAST TUNNEL"
    return "connected" if peer.connected else "away"


def _ask(yes: bool, question: str) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise HiveMindError(Reason.INVALID_FIELD, "This asks first: add --yes.")
    typer.confirm(question, abort=True, err=True)
