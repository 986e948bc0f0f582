"""Whether the hub of a peer is there, which need not answer anything but WireGuard itself."""

import asyncio
from contextlib import suppress

from app.common.clock import Clock
from app.master.vpn.running import RunningTunnel
from app.wireguard.configuration import Peer
from app.wireguard.supervisor import answers

#: A peer that has data and nothing to answer sends a keepalive after 10 s (the protocol's
#: KEEPALIVE_TIMEOUT); what is silent longer has no session with this one.
SILENCE_SECONDS_MAX = 12.0
_KNOCK_SECONDS = 1.0
#: Discard: nobody minds a connection there.
_PORT = 9


class Knock:
    """A probe that sends something through and looks whether the hub was heard since."""

    def __init__(self, running: RunningTunnel, clock: Clock) -> None:
        self._running = running
        self._clock = clock
        self._received = 0
        self._heard_at = float("-inf")

    async def __call__(self) -> bool:
        """Whether the hub was heard lately."""
        configuration = self._running.configuration
        if configuration is None or not configuration.peers:
            return True
        hub = configuration.peers[0]
        if await _answered(hub):
            return True
        device = await self._running.device()
        status = device.peers.get(hub.public_key) if device is not None else None
        received = status.received_bytes if status is not None else 0
        if received > self._received:
            self._heard_at = self._clock.monotonic()
        self._received = received
        return self._clock.monotonic() - self._heard_at < SILENCE_SECONDS_MAX


async def _answered(hub: Peer) -> bool:
    network = hub.allowed[0]
    goal = next(iter(network.hosts()), network.network_address)
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(_KNOCK_SECONDS):
            return await answers(str(goal), _PORT)
    return False
