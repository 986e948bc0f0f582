"""What is looked at when the master's tunnel does not work."""

import asyncio

from app.common.clock import MICROSECONDS, Clock
from app.common.vocabulary import VpnRole
from app.master.vpn.hub import MasterTunnel
from app.master.vpn.outside import Knocker, outside_check
from app.wireguard.checks import Check, Result, check_tunnel
from app.wireguard.choice import choose_here
from app.wireguard.commands import SystemCommands
from app.wireguard.status import DeviceStatus


class Diagnosis:
    """Runs the list of checks on this machine."""

    def __init__(self, tunnel: MasterTunnel, clock: Clock) -> None:
        self._tunnel = tunnel
        self._clock = clock

    async def run(self) -> list[Check]:
        """The checks, in the order of the causes."""
        if self._tunnel.setup.role is VpnRole.UNSPECIFIED:
            return [
                Check(
                    "set-up",
                    Result.NOT_TRIED,
                    "No encrypted network is set up.",
                    "Set one up in the console, or with: hivemind vpn setup",
                )
            ]
        found = await asyncio.to_thread(self._look)
        device = await self._tunnel.device()
        if device is not None and self._tunnel.setup.role is VpnRole.HUB:
            found.append(self._outside(device))
        if not self._tunnel.master_address:
            found.append(
                Check(
                    "master",
                    Result.WARNING,
                    "The master does not listen in the tunnel: nodes work past it.",
                    "Let it listen on every address: GRPC_SERVER_ADDRESS=0.0.0.0:50051",
                )
            )
        return found

    def _outside(self, device: DeviceStatus) -> Check:
        tunnel = self._tunnel
        knockers = [Knocker(row, tunnel.goes_past(row)) for row in tunnel.rows]
        return outside_check(knockers, device, tunnel.setup.endpoint, self._clock.now_us())

    def _look(self) -> list[Check]:
        choice = self._tunnel.choice or choose_here()
        now_s = self._clock.now_us() // MICROSECONDS
        return list(check_tunnel(self._tunnel.path, choice, SystemCommands(), now_s))
