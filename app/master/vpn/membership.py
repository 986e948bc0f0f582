"""What a peer is told of the network it is in. Pure."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.common.errors import HiveMindError, Reason
from app.master.store.vpn import VpnPeerRow
from app.master.vpn.setup import Setup


@dataclass(frozen=True, slots=True)
class Membership:
    """All of a peer's configuration but its private key."""

    peer: VpnPeerRow
    addresses: tuple[str, ...]
    hub_public_key: str
    hub_endpoint: str
    allowed: tuple[str, ...]
    mtu: int
    keepalive: int
    master_address: str
    interface: str
    preshared_key: str = field(default="", repr=False)


def membership_of(
    peer: VpnPeerRow, setup: Setup, hub_public_key: str, preshared_key: str, master_address: str
) -> Membership:
    """What `peer` needs for its configuration."""
    return Membership(
        peer=peer,
        addresses=tuple(_with_prefix(address, setup) for address in peer.addresses),
        hub_public_key=hub_public_key,
        hub_endpoint=str(setup.endpoint or ""),
        allowed=tuple(map(str, setup.networks)),
        mtu=setup.mtu,
        keepalive=setup.keepalive,
        master_address=master_address,
        interface=setup.interface,
        preshared_key=preshared_key,
    )


def find_peer(peers: Iterable[VpnPeerRow], named: str) -> VpnPeerRow:
    """The peer of that id or name. Raises HiveMindError(VPN_PEER_NOT_FOUND)."""
    found = [peer for peer in peers if named in (peer.id, peer.name, peer.node_id)]
    exact = [peer for peer in found if peer.id == named]
    if len(exact or found) != 1:
        raise HiveMindError(
            Reason.VPN_PEER_NOT_FOUND,
            "There is no such peer."
            if not found
            else "Several peers are called so: name one's id.",
        )
    return (exact or found)[0]


def _with_prefix(address: str, setup: Setup) -> str:
    ip = ipaddress.ip_address(address)
    fitting = [network.prefixlen for network in setup.networks if ip in network]
    return f"{address}/{fitting[0]}" if fitting else address
