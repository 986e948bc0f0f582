"""Whether the hub's UDP port is reached from outside, as the peers' own handshakes tell. Pure.

WireGuard answers nobody but its peers, so no probe of a stranger can tell an open port from
a closed one. A peer can: its first handshake is the test.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.common.clock import MICROSECONDS
from app.master.store.vpn import VpnPeerRow
from app.wireguard.checks import Check, Result
from app.wireguard.configuration import Endpoint
from app.wireguard.status import DeviceStatus

#: A peer that has had this long without an answer does not just begin.
PATIENCE_US = 30 * MICROSECONDS
NAME = "outside"
_NAMES_MAX = 3


@dataclass(frozen=True, slots=True)
class Knocker:
    """A peer, and whether it is a node that is online and works past its tunnel."""

    row: VpnPeerRow
    past: bool


def outside_check(
    knockers: Iterable[Knocker], device: DeviceStatus, endpoint: Endpoint | None, now_us: int
) -> Check:
    """What the peers have found out so far."""
    heard: list[str] = []
    unheard: list[str] = []
    for each in knockers:
        status = device.peers.get(each.row.public_key)
        if status is not None and status.handshake_s:
            heard.append(each.row.name)
        elif each.past and now_us - each.row.keyed_us > PATIENCE_US:
            unheard.append(each.row.name)
    if unheard:
        return Check(
            NAME,
            Result.WARNING if heard else Result.BAD,
            f"Online, and no answer at {endpoint} over UDP: {_some(unheard)}.",
            "Let that UDP port in at this machine's firewall, and have the router pass it on; see "
            "that the address is the one by which they find this machine.",
        )
    if heard:
        return Check(
            NAME,
            Result.GOOD,
            f"Came in by the UDP port, each from where it is: {_some(heard)}.",
        )
    return Check(
        NAME,
        Result.NOT_TRIED,
        "No peer has come in yet: whether the UDP port is reached from outside is not known.",
        "Start a node, or a phone in another network: only a peer can tell.",
    )


def _some(names: list[str]) -> str:
    shown = ", ".join(sorted(names)[:_NAMES_MAX])
    return f"{shown} …" if len(names) > _NAMES_MAX else shown
