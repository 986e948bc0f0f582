"""Keys that are old are changed: which of them, and when. `due` is pure."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from app.common.clock import MICROSECONDS, Clock
from app.master.store.vpn import VpnPeerRow

DAY_US = 24 * 60 * 60 * MICROSECONDS
INTERVAL_SECONDS = 60.0
#: Nodes that are asked in one look: each makes the hub write its file once more.
NODES_MAX = 10


@dataclass(frozen=True, slots=True)
class DueKeys:
    """Whose keys are to be changed now: the hub's, and of nodes by their ids."""

    hub: bool = False
    node_ids: tuple[str, ...] = ()


def due(peers: Iterable[VpnPeerRow], hub_us: int, now_us: int, days: int) -> DueKeys:
    """What is older than `days` (0: nothing ever is). Times in µs.

    Of a phone or a laptop nobody here has the private key, and another key of the hub's
    would cut it off: while there is one the hub keeps its own.
    """
    if not days:
        return DueKeys()
    old_us = now_us - days * DAY_US
    rows = list(peers)
    devices = any(peer.node_id is None for peer in rows)
    old = [peer for peer in rows if peer.node_id is not None and peer.keyed_us <= old_us]
    old.sort(key=lambda peer: (peer.keyed_us, peer.id))
    return DueKeys(
        hub=not devices and hub_us <= old_us,
        node_ids=tuple(peer.node_id for peer in old if peer.node_id is not None),
    )


class AgingTunnel(Protocol):
    """What has the keys: `MasterTunnel`."""

    hub_keyed_us: int | None

    @property
    def rows(self) -> list[VpnPeerRow]: ...

    def is_online(self, node_id: str) -> bool: ...

    def age(self, node_id: str) -> None: ...

    async def age_hub(self) -> None: ...


class KeyAges:
    """Looks again and again, and has old keys changed."""

    def __init__(self, tunnel: AgingTunnel, clock: Clock, days: int) -> None:
        self._tunnel = tunnel
        self._clock = clock
        self._days = days

    async def run(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(INTERVAL_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Once: ask the nodes that are online and whose keys are old, and change the hub's."""
        tunnel = self._tunnel
        if tunnel.hub_keyed_us is None:
            return
        found = due(tunnel.rows, tunnel.hub_keyed_us, self._clock.now_us(), self._days)
        online = [node_id for node_id in found.node_ids if tunnel.is_online(node_id)]
        for node_id in online[:NODES_MAX]:
            tunnel.age(node_id)
        if found.hub:
            await tunnel.age_hub()
