"""Statements about the peers of the encrypted network and their addresses."""

from collections import defaultdict
from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, select, update

from app.master.store import Tx
from app.master.store.tables import vpn_leases, vpn_peers


@dataclass(frozen=True, slots=True)
class NewVpnPeer:
    """A peer at its birth; `node_id` is None for a device that is no node."""

    id: str
    name: str
    node_id: str | None
    public_key: str
    created_us: int


@dataclass(frozen=True, slots=True)
class VpnPeerRow:
    """A peer as stored, with its addresses."""

    id: str
    name: str
    node_id: str | None
    public_key: str
    created_us: int
    revoked_us: int | None
    #: Since when it has its key.
    keyed_us: int = 0
    addresses: tuple[str, ...] = ()


def add(tx: Tx, peer: NewVpnPeer) -> None:
    tx.execute(insert(vpn_peers).values(**asdict(peer), keyed_us=peer.created_us))


def all_peers(tx: Tx) -> list[VpnPeerRow]:
    """Every peer there ever was, oldest first."""
    return _rows(tx)


def by_id(tx: Tx, peer_id: str) -> VpnPeerRow | None:
    return next(iter(_rows(tx, vpn_peers.c.id == peer_id)), None)


def of_node(tx: Tx, node_id: str) -> VpnPeerRow | None:
    """The node's newest peer."""
    return next(reversed(_rows(tx, vpn_peers.c.node_id == node_id)), None)


def set_key(tx: Tx, peer_id: str, public_key: str, at_us: int) -> None:
    tx.execute(
        update(vpn_peers)
        .where(vpn_peers.c.id == peer_id)
        .values(public_key=public_key, keyed_us=at_us)
    )


def set_name(tx: Tx, peer_id: str, name: str) -> None:
    tx.execute(update(vpn_peers).where(vpn_peers.c.id == peer_id).values(name=name))


def revoke(tx: Tx, peer_id: str, at_us: int) -> None:
    """End a peer; its addresses begin to rest."""
    tx.execute(
        update(vpn_peers)
        .where(vpn_peers.c.id == peer_id, vpn_peers.c.revoked_us.is_(None))
        .values(revoked_us=at_us)
    )
    release(tx, peer_id, at_us)


def release(tx: Tx, peer_id: str, at_us: int) -> None:
    """The peer's addresses begin to rest."""
    tx.execute(
        update(vpn_leases)
        .where(vpn_leases.c.peer_id == peer_id, vpn_leases.c.released_us.is_(None))
        .values(released_us=at_us)
    )


def released(tx: Tx) -> dict[str, int | None]:
    """Every address that was leased, with the time of its release; None: in use."""
    found = tx.execute(select(vpn_leases.c.address, vpn_leases.c.released_us))
    return {address: at_us for address, at_us in found}  # noqa: C416 - rows are no pairs to mypy


def lease(tx: Tx, address: str, peer_id: str) -> None:
    """Give a free address away. A second owner of a leased one breaks the primary key."""
    tx.execute(
        delete(vpn_leases).where(
            vpn_leases.c.address == address, vpn_leases.c.released_us.is_not(None)
        )
    )
    tx.execute(insert(vpn_leases).values(address=address, peer_id=peer_id))


def _rows(tx: Tx, *conditions: object) -> list[VpnPeerRow]:
    peers = tx.execute(
        select(vpn_peers)
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(vpn_peers.c.created_us, vpn_peers.c.id)
    ).all()
    owners = {row.id for row in peers}
    query = select(vpn_leases.c.peer_id, vpn_leases.c.address).where(
        vpn_leases.c.released_us.is_(None)
    )
    if conditions:
        query = query.where(vpn_leases.c.peer_id.in_(owners))
    addresses: defaultdict[str, list[str]] = defaultdict(list)
    for peer_id, address in tx.execute(query):
        addresses[peer_id].append(address)
    return [
        VpnPeerRow(**row._mapping, addresses=tuple(sorted(addresses[row.id], key=_order)))
        for row in peers
    ]


def _order(address: str) -> tuple[bool, str]:
    """IPv4 before IPv6."""
    return ":" in address, address
