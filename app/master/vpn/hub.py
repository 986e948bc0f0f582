"""The master's tunnel as it runs: its file follows the store, its device follows the file."""

import asyncio
import ipaddress
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import structlog

from app.common.background import BackgroundTasks
from app.common.errors import HiveMindError, Reason
from app.common.vault import Vault
from app.common.vocabulary import NodeState, VpnRole
from app.master.basis import Basis
from app.master.pool.orders import Order, TunnelChange
from app.master.pool.registry import NodeRegistry
from app.master.store import Tx
from app.master.store import vpn as store
from app.master.store.after_commit import run_patiently
from app.master.store.facts import Fact, forget, get, put
from app.master.store.vpn import VpnPeerRow
from app.master.vpn.events import Tell, TunnelEvent
from app.master.vpn.hub_keys import HubKeys
from app.master.vpn.knock import Knock
from app.master.vpn.membership import Membership, find_peer, membership_of
from app.master.vpn.peers import Peers, not_set_up
from app.master.vpn.running import RunningTunnel
from app.master.vpn.setup import Setup, checked_setup, peer_configuration
from app.wireguard.choice import Choice, choose_here
from app.wireguard.commands import Commands, SystemCommands
from app.wireguard.configuration import Configuration, Endpoint, Peer, parse
from app.wireguard.hub_key import fetch_hub_key
from app.wireguard.ports import require_port
from app.wireguard.routes import (
    addresses_of_this_machine,
    check_free,
    networks_in_use,
    plain_address,
)
from app.wireguard.status import DeviceStatus
from app.wireguard.supervisor import Standing

log = structlog.get_logger(__name__)

FOLDER = "vpn"
#: A change of the hub's key is told so long before it happens: nodes fetch the next one.
HANDOVER_MS = 2000
#: Failed looks after which a peer asks for its hub's key again, and how many until the next time.
FETCH_AFTER, FETCH_EVERY = 2, 20


class MasterTunnel:
    """The tunnel of this master, hub or peer; it may be off.

    What changes peers is a unit of `Peers`; hand the row to `committed` after the commit,
    and await `settled` before saying that it is so.
    """

    def __init__(
        self,
        basis: Basis,
        nodes: NodeRegistry,
        send: Callable[[str, Order], None],
        background: BackgroundTasks,
        vault: Vault,
        tell: Tell,
        choose: Callable[[], Choice] = choose_here,
        commands: Commands | None = None,
    ) -> None:
        self._basis = basis
        self._nodes = nodes
        self._send = send
        self._background = background
        self._commands = commands if commands is not None else SystemCommands()
        self._running = RunningTunnel(basis.clock, background, choose, tell, self._looked)
        self._live: dict[str, VpnPeerRow] = {}
        self._tell = tell
        self._keys = HubKeys(vault, basis.ids)
        self._grpc: Endpoint | None = None
        #: By node: the address that its stream came from.
        self._came_from: dict[str, str] = {}
        self._beginning: set[asyncio.Task[None]] = set()
        #: Since when the hub has its key, in µs; None: this master is none.
        self.hub_keyed_us: int | None = None
        self.setup = Setup()
        self.peers = Peers(basis.clock, basis.ids)

    @property
    def path(self) -> Path:
        """The file of the tunnel."""
        return self._path_of(self.setup)

    @property
    def standing(self) -> Standing:
        return self._running.standing

    @property
    def choice(self) -> Choice | None:
        """Which way is used, and what better ones lack; None while the tunnel is off."""
        return self._running.choice

    @property
    def public_key(self) -> str:
        return self._keys.public

    @property
    def rows(self) -> list[VpnPeerRow]:
        """The peers, oldest first."""
        return sorted(self._live.values(), key=lambda peer: (peer.created_us, peer.id))

    @property
    def master_address(self) -> str:
        """Where the API is reached through the tunnel; "" if it does not listen there."""
        configuration = self._running.configuration
        if self._grpc is None or configuration is None:
            return ""
        mine = [str(address.ip) for address in configuration.addresses]
        if self._grpc.host in ("0.0.0.0", "::", ""):  # noqa: S104 - compared, not bound
            return str(Endpoint(mine[0], self._grpc.port))
        return str(self._grpc) if self._grpc.host in mine else ""

    def notice(self, *, rotate_key: bool = False, hub_key_in_ms: int = 0) -> TunnelChange:
        """What a node is told of the tunnel."""
        offered = self.setup.role is VpnRole.HUB
        address = self.master_address if self.setup.role is not VpnRole.UNSPECIFIED else ""
        return TunnelChange(offered, address, rotate_key, hub_key_in_ms)

    def greet(self, node_id: str, address: str) -> TunnelChange:
        """A node's stream came from `address`: what it is told of the tunnel."""
        self._came_from[node_id] = plain_address(address)
        return self.notice()

    def goes_past(self, peer: VpnPeerRow) -> bool:
        """Whether the peer is a node that is online and works past its tunnel."""
        node_id = peer.node_id
        if node_id is None or not self._nodes.get(node_id).online:
            return False
        return self._came_from.get(node_id, "") not in peer.addresses

    async def start(self, grpc: Endpoint) -> None:
        """Go on as the store says; the API listens at `grpc`."""
        self._grpc = grpc
        setup, peers = await self._basis.reader.run(_read)
        self._know(peers)
        for peer in peers:
            if peer.node_id is not None:
                self.node_changed(peer.node_id)
        if setup.role is not VpnRole.UNSPECIFIED:
            await self._begin(setup, None)

    async def stop(self) -> None:
        """End the tunnel; what is set up stays so."""
        async with self._running.turn:
            await self._running.end()

    async def check(self, wanted: Setup, configuration: str) -> tuple[Setup, Configuration | None]:
        """`wanted` with its defaults, and a peer's parsed configuration.

        Changes nothing. Raises HiveMindError(INVALID_FIELD | VPN_CONFIG_INVALID |
        VPN_NETWORK_OVERLAPS | VPN_PORT_IN_USE), and as `fetch_hub_key`.
        """
        setup = checked_setup(wanted)
        given = None
        if setup.key_source is not None:
            given = await asyncio.to_thread(self._fetched, setup)
        elif setup.role is VpnRole.PEER:
            given = parse(configuration)
        networks = setup.networks if given is None else tuple(a.network for a in given.addresses)
        used = await asyncio.to_thread(networks_in_use, self._commands, setup.interface)
        if self.setup.role is not VpnRole.UNSPECIFIED and self.setup.interface != setup.interface:
            own = self.standing.configuration
            used = [n for n in used if own is None or n not in own.networks]
        check_free(networks, used)
        port = setup.port if given is None else given.listen_port
        device = self.standing.device
        if port and (device is None or device.listen_port != port):
            await asyncio.to_thread(require_port, port)
        if setup.role is VpnRole.HUB and not setup.endpoint_host:
            found = await asyncio.to_thread(addresses_of_this_machine, self.setup.interface)
            setup = replace(setup, endpoint_host=found[0] if found else "")
        return setup, given

    def write_setup(self, tx: Tx, setup: Setup) -> list[VpnPeerRow]:
        """Part of a unit: what is set up from now on; the peers with their addresses there."""
        put(tx, Fact.VPN, setup.to_json())
        return self.peers.move(tx, setup) if setup.role is VpnRole.HUB else store.all_peers(tx)

    def write_off(self, tx: Tx) -> None:
        """Part of a unit: nothing is set up any more."""
        forget(tx, Fact.VPN)

    def set_up(self, setup: Setup, given: Configuration | None, peers: list[VpnPeerRow]) -> None:
        """After the commit of `write_setup`."""
        self._know(peers)
        self._note(self._background.start("vpn set-up", self._begin(setup, given)))

    def set_off(self) -> None:
        """After the commit of `write_off`."""
        self._note(self._background.start("vpn off", self._finish()))

    def committed(self, peer: VpnPeerRow) -> None:
        """A peer's change is in the store."""
        self._know([peer])
        if peer.node_id is not None:
            # It may have been revoked while it joined.
            self.node_changed(peer.node_id)
        self._background.start("vpn peers", self.settled())

    def node_changed(self, node_id: str) -> None:
        """A node that was revoked is cut off here as well."""
        if self._nodes.get(node_id).state is not NodeState.REVOKED:
            return
        for peer in [each for each in self._live.values() if each.node_id == node_id]:
            del self._live[peer.id]
            self._tell(TunnelEvent.PEER_CUT_OFF, self.setup.interface, peer.name)
            self._background.start("vpn revoke", self._revoke(peer.id))

    async def settled(self) -> None:
        """Until the device has the peers that memory has."""
        async with self._running.turn:
            if self._running.written is not None and self.setup.role is VpnRole.HUB:
                await self._running.publish(self.path, self._wanted())

    async def idle(self) -> None:
        """Until a set-up that has been committed is carried out."""
        while self._beginning:
            await asyncio.gather(*self._beginning, return_exceptions=True)

    async def device(self) -> DeviceStatus | None:
        """The device as it is at this moment."""
        return await self._running.device()

    async def rotate(self) -> None:
        """Give the hub another key, and tell the nodes. Raises HiveMindError(VPN_NOT_SET_UP)."""
        async with self._running.turn:
            if self.setup.role is not VpnRole.HUB:
                raise not_set_up()
            self._keys.prepare()
        if self._tell_nodes(hub_key_in_ms=HANDOVER_MS):
            await asyncio.sleep(HANDOVER_MS / 1000)
        async with self._running.turn:
            self._keys.follow()
            if self.setup.role is not VpnRole.HUB:
                raise not_set_up()
            await self._running.publish(self.path, self._wanted())
            await self._keyed()
        self._tell_nodes()

    async def _keyed(self) -> None:
        """Note since when the hub has its key."""
        now_us = self.hub_keyed_us = self._basis.clock.now_us()
        writer = self._basis.writer
        await run_patiently(writer, lambda tx: put(tx, Fact.VPN_KEYED, str(now_us)))

    def is_online(self, node_id: str) -> bool:
        """Whether the node can be asked for something now."""
        return self._nodes.get(node_id).online

    def age(self, node_id: str) -> None:
        """A node's key is old."""
        self._tell(TunnelEvent.KEY_AGED, self.setup.interface, self._nodes.get(node_id).name)
        self.ask_to_rotate(node_id)

    async def age_hub(self) -> None:
        """The hub's key is old."""
        self._tell(TunnelEvent.KEY_AGED, self.setup.interface, "the hub")
        with suppress(HiveMindError):
            await self.rotate()

    def ask_to_rotate(self, node_id: str) -> None:
        """Let a node make itself another key."""
        self._send(node_id, self.notice(rotate_key=True))

    def membership(self, peer_id: str) -> Membership:
        """What a live peer needs to know. Raises HiveMindError(VPN_PEER_NOT_FOUND)."""
        peer = self._live.get(peer_id)
        if peer is None:
            raise HiveMindError(Reason.VPN_PEER_NOT_FOUND, "There is no such peer.")
        hub_key = self._keys.coming
        preshared = self._keys.preshared(hub_key, peer.public_key)
        return membership_of(peer, self.setup, hub_key, preshared, self.master_address)

    def find(self, named: str) -> VpnPeerRow:
        """The live peer of that id or name. Raises HiveMindError(VPN_PEER_NOT_FOUND)."""
        return find_peer(self._live.values(), named)

    def _note(self, task: asyncio.Task[None]) -> None:
        self._beginning.add(task)
        task.add_done_callback(self._beginning.discard)

    # The device

    async def _begin(self, setup: Setup, given: Configuration | None) -> None:
        async with self._running.turn:
            if self.setup.interface != setup.interface:
                await self._running.end()
            self.setup = setup
            await self._running.choose()
            hub = setup.role is VpnRole.HUB
            if hub:
                await asyncio.to_thread(self._keys.load, self.path)
                await self._remember_age()
                await self._running.write(self.path, self._wanted())
            else:
                self._keys.forget()
                self.hub_keyed_us = None
                if given is not None:
                    await self._running.write(self.path, given)
            probe = None if hub else Knock(self._running, self._basis.clock)
            await self._running.begin(self.path, probe, owned=hub)
        self._tell_nodes()

    async def _remember_age(self) -> None:
        known = await self._basis.reader.run(lambda tx: get(tx, Fact.VPN_KEYED))
        if known is None:
            await self._keyed()
        else:
            self.hub_keyed_us = int(known)

    async def _finish(self) -> None:
        async with self._running.turn:
            await self._running.end()
            self.setup, self.hub_keyed_us = Setup(), None
        self._tell_nodes()

    def _wanted(self) -> Configuration:
        return Configuration(
            private_key=self._keys.private,
            addresses=self.setup.hub_addresses,
            listen_port=self.setup.port,
            mtu=self.setup.mtu,
            peers=tuple(
                Peer(
                    peer.public_key,
                    tuple(ipaddress.ip_network(address) for address in peer.addresses),
                    preshared_key=self._keys.preshared(self._keys.public, peer.public_key),
                    name=peer.name,
                )
                for peer in self.rows
                if peer.addresses
            ),
        )

    def _looked(self, standing: Standing) -> None:
        failures = standing.failures
        if self.setup.key_source is None or failures < FETCH_AFTER:
            return
        if (failures - FETCH_AFTER) % FETCH_EVERY == 0:
            self._background.start("vpn hub's key", self._fetch())

    async def _fetch(self) -> None:
        """The hub may have another key by now, or this peer's file is gone."""
        setup = self.setup
        try:
            fetched = await asyncio.to_thread(self._fetched, setup)
        except HiveMindError as error:
            log.warning("no hub's key", reason=error.reason.name, message=error.message)
            return
        async with self._running.turn:
            if self.setup == setup and fetched != self._running.configuration:
                self._tell(TunnelEvent.HUB_KEY_FETCHED, self.setup.interface, "")
                await self._running.write(self.path, fetched)
                self._running.wake()

    def _fetched(self, setup: Setup) -> Configuration:
        """A peer's configuration with its hub's key as it is now. Blocks."""
        assert setup.key_source is not None
        hub_key = fetch_hub_key(setup.key_source)
        return peer_configuration(setup, self._keys.kept(self._path_of(setup)), hub_key)

    def _path_of(self, setup: Setup) -> Path:
        return self._basis.settings.data_dir / FOLDER / f"{setup.interface}.conf"

    async def _revoke(self, peer_id: str) -> None:
        await self.settled()
        now_us = self._basis.clock.now_us()
        await run_patiently(self._basis.writer, lambda tx: store.revoke(tx, peer_id, now_us))

    def _know(self, peers: list[VpnPeerRow]) -> None:
        for peer in peers:
            if peer.revoked_us is None:
                self._live[peer.id] = peer
            else:
                self._live.pop(peer.id, None)

    def _tell_nodes(self, *, hub_key_in_ms: int = 0) -> bool:
        """Tell the nodes that are online; whether there is one."""
        told = [node.id for node in self._nodes if node.online]
        for node_id in told:
            self._send(node_id, self.notice(hub_key_in_ms=hub_key_in_ms))
        return bool(told)


def _read(tx: Tx) -> tuple[Setup, list[VpnPeerRow]]:
    return Setup.from_json(get(tx, Fact.VPN)), store.all_peers(tx)
