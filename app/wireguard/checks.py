"""The usual faults of a tunnel, each looked for: what a diagnosis shows. All calls block."""

import ipaddress
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from app.common.errors import HiveMindError
from app.wireguard.backends.base import BackendKind, resolve
from app.wireguard.choice import Choice
from app.wireguard.commands import Commands
from app.wireguard.configuration import Configuration
from app.wireguard.file import open_to_others, read_configuration
from app.wireguard.ports import port_is_free
from app.wireguard.status import DeviceStatus

#: 2024-01-01: a clock before that was never set. A handshake carries the time, and a peer
#: takes none that is older than the last.
_CLOCK_LEAST_S = 1_704_067_200


class Result(IntEnum):
    """How a check came out; the numbers are the wire's."""

    GOOD = 1
    WARNING = 2
    BAD = 3
    NOT_TRIED = 4


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what was found, and what to do about it ("": nothing)."""

    name: str
    result: Result
    found: str
    remedy: str = ""


def check_tunnel(path: Path, choice: Choice, commands: Commands, now_s: int) -> Iterator[Check]:
    """The whole list for the tunnel whose file is at `path`, in the order of the causes."""
    yield check_service(choice)
    configuration: Configuration | None = None
    try:
        configuration = read_configuration(path)
        yield _mode(path)
    except HiveMindError as error:
        yield Check("file", Result.BAD, error.message, "Set the tunnel up anew.")
    device = choice.backend.status(path)
    yield _running(choice, device)
    yield _clock(now_s)
    if configuration is None:
        return
    yield _port(configuration, device)
    yield from _endpoints(configuration)
    yield from _routes(configuration, commands, path.stem)
    if device is not None:
        yield _handshakes(configuration, device, now_s)


def check_service(choice: Choice) -> Check:
    """Whether something here can run a tunnel."""
    if choice.backend.kind is not BackendKind.EXPORT:
        return Check("service", Result.GOOD, f"WireGuard is here: {choice.backend.kind.value}.")
    _, lacking = next((each for each in choice.missing if each[1].remedy), (None, None))
    return Check(
        "service",
        Result.BAD,
        lacking.why if lacking is not None else "WireGuard is not installed.",
        lacking.remedy if lacking is not None else "",
    )


def _mode(path: Path) -> Check:
    if open_to_others(path):
        return Check(
            "file",
            Result.WARNING,
            f"Others may read the private key in {path}.",
            f"Close it with: chmod 600 {path}",
        )
    return Check("file", Result.GOOD, f"{path} is whole, and only its owner may read it.")


def _running(choice: Choice, device: DeviceStatus | None) -> Check:
    if device is not None:
        return Check("tunnel", Result.GOOD, "The tunnel runs.")
    if choice.backend.kind is BackendKind.EXPORT:
        return Check(
            "tunnel",
            Result.WARNING,
            "This program cannot run the tunnel here.",
            "Remove the cause above, or start the file yourself with wg-quick.",
        )
    return Check(
        "tunnel", Result.BAD, "The tunnel does not run.", "The log of this program says why."
    )


def _clock(now_s: int) -> Check:
    if now_s >= _CLOCK_LEAST_S:
        return Check("clock", Result.GOOD, "The clock is set.")
    return Check(
        "clock",
        Result.BAD,
        "The clock of this machine was never set: peers refuse its handshakes.",
        "Set the clock, and keep it so with NTP.",
    )


def _port(configuration: Configuration, device: DeviceStatus | None) -> Check:
    port = configuration.listen_port
    if not port:
        return Check("port", Result.GOOD, "The tunnel dials out from any UDP port.")
    if device is not None and device.listen_port == port:
        return Check(
            "port",
            Result.GOOD,
            f"The tunnel listens on UDP port {port}. Firewalls and routers must let it in.",
        )
    if port_is_free(port):
        return Check("port", Result.WARNING, f"Nothing listens on UDP port {port}.")
    return Check(
        "port",
        Result.BAD,
        f"Another program uses UDP port {port}.",
        "End it, or set the tunnel up with another port.",
    )


def _endpoints(configuration: Configuration) -> Iterator[Check]:
    for peer in configuration.peers:
        if peer.endpoint is None:
            continue
        address = resolve(peer.endpoint)
        if address is None:
            yield Check(
                "DNS",
                Result.BAD,
                f"The name {peer.endpoint.host} has no address now.",
                "Look at this machine's DNS, or name the hub by its address.",
            )
        else:
            yield Check("DNS", Result.GOOD, f"The hub is looked for at {address}.")


def _routes(configuration: Configuration, commands: Commands, name: str) -> Iterator[Check]:
    for network in configuration.networks:
        goal = next(iter(network.hosts()), network.network_address)
        own = [address.ip for address in configuration.addresses]
        if goal in own:
            goal = ipaddress.ip_address(int(goal) + 1)
        done = commands.run(("ip", "-json", "route", "get", str(goal)))
        try:
            device = json.loads(done.output)[0]["dev"]
        except (ValueError, LookupError):
            yield Check("routes", Result.NOT_TRIED, f"The route to {network} is not known.")
            continue
        if device == name:
            yield Check("routes", Result.GOOD, f"{network} is reached through the tunnel.")
        else:
            yield Check(
                "routes",
                Result.BAD,
                f"{network} is reached through {device}, past the tunnel.",
                "End the other network of this range, or choose another one for the tunnel.",
            )


def _handshakes(configuration: Configuration, device: DeviceStatus, now_s: int) -> Check:
    wanted = [peer.public_key for peer in configuration.peers]
    here = [key for key in wanted if key in device.peers and device.peers[key].verified(now_s)]
    if not wanted:
        return Check("peers", Result.WARNING, "The tunnel has no peers yet.")
    if len(here) == len(wanted):
        return Check("peers", Result.GOOD, f"All {len(wanted)} peers are connected.")
    dials = any(peer.endpoint is not None for peer in configuration.peers)
    return Check(
        "peers",
        Result.BAD if dials and not here else Result.WARNING,
        f"{len(here)} of {len(wanted)} peers are connected.",
        "See that the hub runs, that its UDP port is let in by firewalls and routers, "
        "and that its keeper has not revoked this peer."
        if dials
        else "",
    )
