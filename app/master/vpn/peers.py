"""Who is in the encrypted network: units of the store that take in, change and put out."""

import ipaddress

from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource
from app.common.vocabulary import VpnRole
from app.master.store import Tx
from app.master.store import vpn as store
from app.master.store.facts import Fact, get
from app.master.store.vpn import NewVpnPeer, VpnPeerRow
from app.master.vpn.addresses import next_address
from app.master.vpn.setup import Setup
from app.wireguard.keys import to_bytes

NAME_CHARACTERS_MAX = 64


class Peers:
    """Methods are parts of a unit; what they return is told to the hub after its commit."""

    def __init__(self, clock: Clock, ids: IdSource) -> None:
        self._clock = clock
        self._ids = ids

    def add(self, tx: Tx, name: str, public_key: str) -> VpnPeerRow:
        """Take in a device that is no node.

        Raises HiveMindError(VPN_NOT_SET_UP | INVALID_FIELD | VPN_KEY_IN_USE |
        VPN_ADDRESSES_EXHAUSTED).
        """
        setup = required_hub(tx)
        _check_name(name)
        _check_key(public_key)
        return self._insert(tx, setup, name, None, public_key)

    def join(self, tx: Tx, node_id: str, name: str, public_key: str) -> VpnPeerRow:
        """Take a node in, or give it another key: the old one ends with the unit.

        The same key gets the same addresses again. Raises as `add`, and PERMISSION_DENIED
        for a node whose place in the network was revoked.
        """
        setup = required_hub(tx)
        _check_key(public_key)
        known = store.of_node(tx, node_id)
        if known is None:
            return self._insert(tx, setup, name, node_id, public_key)
        if known.revoked_us is not None:
            raise HiveMindError(
                Reason.PERMISSION_DENIED,
                "This node was put out of the encrypted network: it works without it, or "
                "joins the pool anew.",
            )
        if known.public_key != public_key:
            store.set_key(tx, known.id, public_key, self._clock.now_us())
        if not known.addresses:
            self._lease(tx, setup, known.id)
        return _required(store.by_id(tx, known.id))

    def rename(self, tx: Tx, peer_id: str, name: str) -> VpnPeerRow:
        """Raises HiveMindError(VPN_PEER_NOT_FOUND | INVALID_FIELD)."""
        _check_name(name)
        _required(store.by_id(tx, peer_id))
        store.set_name(tx, peer_id, name)
        return _required(store.by_id(tx, peer_id))

    def revoke(self, tx: Tx, peer_id: str) -> VpnPeerRow:
        """Put a peer out for good. Raises HiveMindError(VPN_PEER_NOT_FOUND)."""
        _required(store.by_id(tx, peer_id))
        store.revoke(tx, peer_id, self._clock.now_us())
        return _required(store.by_id(tx, peer_id))

    def move(self, tx: Tx, setup: Setup) -> list[VpnPeerRow]:
        """Give every peer addresses of another network, where it has none of it."""
        for peer in store.all_peers(tx):
            if peer.revoked_us is not None or _fits(peer, setup):
                continue
            store.release(tx, peer.id, self._clock.now_us())
            self._lease(tx, setup, peer.id)
        return store.all_peers(tx)

    def _insert(
        self, tx: Tx, setup: Setup, name: str, node_id: str | None, public_key: str
    ) -> VpnPeerRow:
        peer_id = self._ids.new_id()
        store.add(tx, NewVpnPeer(peer_id, name, node_id, public_key, self._clock.now_us()))
        self._lease(tx, setup, peer_id)
        return _required(store.by_id(tx, peer_id))

    def _lease(self, tx: Tx, setup: Setup, peer_id: str) -> None:
        for network in setup.networks:
            address = next_address(network, store.released(tx), self._clock.now_us())
            store.lease(tx, str(address), peer_id)


def required_hub(tx: Tx) -> Setup:
    """How the network is set up, if this master is its hub. Raises VPN_NOT_SET_UP."""
    setup = Setup.from_json(get(tx, Fact.VPN))
    if setup.role is not VpnRole.HUB:
        raise not_set_up()
    return setup


def not_set_up() -> HiveMindError:
    return HiveMindError(
        Reason.VPN_NOT_SET_UP,
        "This master is no hub of an encrypted network: set one up first.",
    )


def _fits(peer: VpnPeerRow, setup: Setup) -> bool:
    """Whether the peer has one address of each network."""
    addresses = [ipaddress.ip_address(address) for address in peer.addresses]
    networks = setup.networks
    return len(addresses) == len(networks) and all(
        any(address in network for address in addresses) for network in networks
    )


def _required(row: VpnPeerRow | None) -> VpnPeerRow:
    if row is None:
        raise HiveMindError(Reason.VPN_PEER_NOT_FOUND, "There is no such peer.")
    return row


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > NAME_CHARACTERS_MAX or not name.isprintable():
        raise HiveMindError(
            Reason.INVALID_FIELD,
            f"A peer's name has 1 to {NAME_CHARACTERS_MAX} printable characters.",
            field="name",
        )


def _check_key(public_key: str) -> None:
    try:
        to_bytes(public_key)
    except HiveMindError as error:
        raise HiveMindError(Reason.INVALID_FIELD, error.message, field="public_key") from error
