"""Makes this node a peer of the pool's hub, keeps it one, and says which way to go.

At the start it looks for the tunnel's file. Where there is none and the master offers a hub,
it makes a private key, has the hub take its public key in over the pinned connection, writes
the file and starts the tunnel. The tunnel is used once it is verified.
"""

import asyncio
import ipaddress
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import structlog

from app.client.address import MasterAddress
from app.client.vpn import configuration_of
from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason
from app.common.files import atomic_write
from app.common.ids import IdSource
from app.common.vocabulary import VpnState
from app.wireguard.backends.base import BackendKind
from app.wireguard.choice import Choice, choose_here
from app.wireguard.commands import Commands, SystemCommands
from app.wireguard.configuration import Configuration, checked_name
from app.wireguard.file import read_configuration, write_configuration
from app.wireguard.keys import new_private_key, public_key_of
from app.wireguard.routes import addresses_of_this_machine, check_free, networks_in_use
from app.wireguard.supervisor import Standing, Supervisor, answers
from app.worker.tunnel.link import SwitchingLink
from proto import nodepool_pb2 as pb

log = structlog.get_logger(__name__)

INTERFACE_DEFAULT = "wg0"
FOLDER = "tunnel"
_STATE = "tunnel.json"
#: How long a start waits for a tunnel that is set up already, before it goes without.
PATIENCE_SECONDS = 8.0
#: Failed looks after which the tunnel is not used any more, and after which the hub is asked
#: anew: its key, its address or this node's may be others by now.
FALL_BACK_AFTER, ASK_AFTER, ASK_EVERY = 2, 4, 20
_RETRY_SECONDS = 10.0
#: After the time that a hub named for its other key: it needs a moment as well, and a first
#: packet that comes before is answered only after 5 s, the protocol's REKEY_TIMEOUT.
HANDOVER_SECONDS = 0.3


class TunnelWish(StrEnum):
    """What the worker's keeper wants of the tunnel."""

    OFF = "off"
    #: Use it where there is one; go without, with a warning, where it does not work.
    PREFER = "prefer"
    #: Never go without.
    REQUIRE = "require"


@dataclass(frozen=True, slots=True)
class TunnelStanding:
    """What `status` shows."""

    state: str = ""
    used: bool = False
    problem: str = ""


class TunnelKeeper:
    """Runs beside the agent. `link` goes where this says."""

    def __init__(
        self,
        folder: Path,
        wish: TunnelWish,
        interface: str,
        link: SwitchingLink,
        direct: MasterAddress,
        clock: Clock,
        ids: IdSource,
        choose: Callable[[], Choice] = choose_here,
    ) -> None:
        self.path = folder / FOLDER / f"{checked_name(interface)}.conf"
        self._state_path = folder / FOLDER / _STATE
        self._wish = wish
        self._link = link
        self._direct = direct
        self._clock = clock
        self._ids = ids
        self._choose = choose
        self._goal: MasterAddress | None = None
        self._made_here = False
        self._supervisor: Supervisor | None = None
        self._running: asyncio.Task[None] | None = None
        self._asked: asyncio.Event = asyncio.Event()
        self._notice: pb.TunnelNotice | None = None
        self._up = asyncio.Event()
        self._problem = ""
        link.on_notice = self._noticed

    @property
    def standing(self) -> TunnelStanding:
        """How it does now."""
        if self._supervisor is None:
            return TunnelStanding(problem=self._problem)
        standing = self._supervisor.standing
        state = standing.state.name.lower().replace("_", " ")
        return TunnelStanding(state, self._used, standing.problem or self._problem)

    @property
    def _used(self) -> bool:
        return self._goal is not None and self._link.address == self._goal

    async def start(self) -> None:
        """Start what an earlier run set up, and wait a moment for it."""
        if self._wish is TunnelWish.REQUIRE:
            self._link.use(None)
        await asyncio.to_thread(self._remember)
        if self._goal is not None and self.path.exists():
            await self._begin()
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await self._up.wait()

    async def run(self) -> None:
        """Do what notices ask for, until cancelled."""
        if self._wish is TunnelWish.REQUIRE and self._goal is None:
            self._asked.set()
        while True:
            await self._asked.wait()
            self._asked.clear()
            try:
                await self._follow()
            except HiveMindError as error:
                self._problem = error.message
                log.warning("no tunnel", reason=error.reason.name, message=error.message)
                if self._wish is TunnelWish.REQUIRE or error.reason.category.name == "UNAVAILABLE":
                    asyncio.get_running_loop().call_later(_RETRY_SECONDS, self._asked.set)
            else:
                self._problem = ""

    async def stop(self) -> None:
        """End the tunnel."""
        await self._halt()
        if self._supervisor is not None:
            await self._supervisor.stop()

    # What the master says

    def _noticed(self, notice: pb.TunnelNotice) -> None:
        self._notice = notice
        self._asked.set()

    async def _follow(self) -> None:
        notice, self._notice = self._notice, None
        if notice is None or notice.offered:
            anew = notice is not None and notice.rotate_key
            await self._join(anew=anew, in_ms=notice.hub_key_in_ms if notice is not None else 0)
        elif self._made_here:
            await self._leave()
        elif notice.master_address and self.path.exists():
            # A file of somebody else's hub: the master says where it is in there.
            await self._aim(notice.master_address)
            await self._begin()

    async def _join(self, *, anew: bool, in_ms: int = 0) -> None:
        due = asyncio.get_running_loop().time() + in_ms / 1000
        if self.path.exists() and not self._made_here and not anew:
            log.info("the tunnel's file is not this program's: it is used as it is")
            if self._goal is not None and self._supervisor is None:
                await self._begin()
            return
        choice = await asyncio.to_thread(self._choose)
        if choice.backend.kind is BackendKind.EXPORT:
            raise _no_way(choice)
        private_key = await asyncio.to_thread(self._private_key, anew)
        membership = await self._link.join_tunnel(public_key_of(private_key))
        configuration = configuration_of(private_key, membership)
        await asyncio.to_thread(_require_elsewhere, configuration, self.path.stem, SystemCommands())
        if in_ms:
            # The hub's other key is good from then on, and not before.
            await asyncio.sleep(due + HANDOVER_SECONDS - asyncio.get_running_loop().time())
        await asyncio.to_thread(write_configuration, self.path, configuration)
        self._made_here = True
        await self._aim(membership.master_address)
        if self._supervisor is None:
            await self._begin(choice)
        else:
            self._supervisor.wake()

    async def _leave(self) -> None:
        """The hub is gone, and with it the tunnel that was made for it."""
        await self.stop()
        self._supervisor = None
        self._made_here = False
        await self._aim("")
        self._fall_back("The pool has no encrypted network any more.")
        await asyncio.to_thread(self.path.unlink, True)  # noqa: FBT003 - missing_ok

    async def _aim(self, master_address: str) -> None:
        """Where the master is through the tunnel; "": it does not listen there."""
        self._goal = MasterAddress.parse(master_address) if master_address else None
        state = {"master_address": master_address, "made_here": self._made_here}
        await asyncio.to_thread(atomic_write, self._state_path, json.dumps(state).encode())

    def _remember(self) -> None:
        """What an earlier run knew. Blocks."""
        try:
            state = json.loads(self._state_path.read_text("utf-8"))
            self._made_here = bool(state["made_here"])
            address = str(state["master_address"])
            self._goal = MasterAddress.parse(address) if address else None
        except (OSError, ValueError, LookupError, TypeError, HiveMindError):
            self._goal = None

    def _private_key(self, anew: bool) -> str:
        """The key in the file, or a new one. Blocks."""
        if not anew:
            with suppress(HiveMindError):
                return read_configuration(self.path).private_key
        return new_private_key(self._ids)

    # The tunnel as it runs

    async def _begin(self, choice: Choice | None = None) -> None:
        if self._supervisor is not None:
            self._supervisor.wake()
            return
        if choice is None:
            choice = await asyncio.to_thread(self._choose)
        self._supervisor = Supervisor(
            self.path, choice.backend, self._clock, self._probe, self._looked
        )
        self._running = asyncio.create_task(self._supervisor.run(), name="tunnel")

    async def _halt(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = None

    async def _probe(self) -> bool:
        goal = self._goal
        return goal is not None and await answers(goal.host, goal.port)

    def _looked(self, standing: Standing) -> None:
        if standing.state is VpnState.UP and self._goal is not None:
            self._link.use(self._goal)
            self._up.set()
            return
        failures = standing.failures
        if failures >= FALL_BACK_AFTER and self._used:
            self._fall_back(standing.problem or "Nobody answers through the tunnel.")
        if self._made_here and failures >= ASK_AFTER and (failures - ASK_AFTER) % ASK_EVERY == 0:
            self._asked.set()

    def _fall_back(self, why: str) -> None:
        if self._wish is TunnelWish.REQUIRE:
            log.warning("the tunnel is down: this worker waits for it", why=why)
            self._link.use(None)
        else:
            log.warning("the tunnel is down: this worker goes without it", why=why)
            self._link.use(self._direct)


def _no_way(choice: Choice) -> HiveMindError:
    lacking = next((each for _, each in choice.missing if each.remedy), None)
    if lacking is None:
        return HiveMindError(Reason.VPN_BACKEND_FAILED, "This machine cannot run a tunnel.")
    return HiveMindError(Reason.VPN_BACKEND_FAILED, f"{lacking.why} {lacking.remedy}")


def _require_elsewhere(configuration: Configuration, name: str, commands: Commands) -> None:
    """Refuse a tunnel from a machine to itself, or across a network it uses. Blocks."""
    here = set(addresses_of_this_machine(name)) | {"127.0.0.1", "::1"}
    for peer in configuration.peers:
        for network in peer.allowed:
            inside = [text for text in here if ipaddress.ip_address(text) in network]
            if inside or (peer.endpoint is not None and peer.endpoint.host in here):
                raise HiveMindError(
                    Reason.VPN_NETWORK_OVERLAPS,
                    f"This machine is in the network {network} already, or the hub itself: "
                    "it needs no tunnel.",
                )
    check_free(configuration.networks, networks_in_use(commands, name))
