"""VpnService: the encrypted network between master and nodes, as people and nodes see it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeAlias

from google.protobuf.message import Message

from app.common.clock import MICROSECONDS, Clock
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import VpnRole
from app.master.pool.registry import NodeRegistry
from app.master.rpc.door import caller
from app.master.rpc.errors import Context
from app.master.rpc.idempotency import Idempotency, checked_request_id
from app.master.rpc.messages import timestamp, wire_enum
from app.master.store import Tx
from app.master.store.vpn import VpnPeerRow
from app.master.vpn.diagnosis import Diagnosis
from app.master.vpn.hub import MasterTunnel
from app.master.vpn.membership import Membership
from app.master.vpn.setup import Setup
from app.wireguard.checks import Check
from app.wireguard.configuration import Configuration
from app.wireguard.routes import addresses_of_this_machine
from app.wireguard.status import PeerStatus
from proto import nodepool_pb2 as pb
from proto import nodepool_pb2_grpc as pb_grpc

WATCH_SECONDS = 2.0
_Unit: TypeAlias = Callable[[Tx], VpnPeerRow]


class VpnServicer(pb_grpc.VpnServiceServicer):
    """Translates; the peers decide, and the tunnel follows."""

    def __init__(
        self,
        tunnel: MasterTunnel,
        diagnosis: Diagnosis,
        nodes: NodeRegistry,
        clock: Clock,
        idempotency: Idempotency,
    ) -> None:
        self._tunnel = tunnel
        self._diagnosis = diagnosis
        self._nodes = nodes
        self._clock = clock
        self._once = idempotency

    async def GetVpn(self, request: pb.GetVpnRequest, context: Context) -> pb.VpnInfo:
        """What there is, with the peers as the device has them now."""
        return await self._info()

    async def WatchVpn(
        self, request: pb.WatchVpnRequest, context: Context
    ) -> AsyncIterator[pb.VpnInfo]:
        """As GetVpn, again and again."""
        while True:
            yield await self._info()
            await asyncio.sleep(WATCH_SECONDS)

    async def SetUpVpn(self, request: pb.SetUpVpnRequest, context: Context) -> pb.VpnInfo:
        """Be a hub, or a peer of another's. What was running stays until this is checked."""
        if not request.check_only:
            checked_request_id(request)
        setup, given = await self._tunnel.check(_setup_in(request), request.configuration)
        if request.check_only:
            info = pb.VpnInfo(
                role=wire_enum(setup.role),
                interface=setup.interface,
                networks=map(str, setup.networks),
                endpoint=str(setup.endpoint or ""),
                port=setup.port,
                mtu=setup.mtu,
                keepalive_seconds=setup.keepalive,
                hub_key_url=setup.hub_key_url,
            )
            if given is not None:
                info.addresses.extend(map(str, given.addresses))
                _tell_hub(info, given)
            return info
        peers: list[VpnPeerRow] = []

        def unit(tx: Tx) -> pb.VpnInfo:
            peers.extend(self._tunnel.write_setup(tx, setup))
            return pb.VpnInfo()

        await self._once.run(
            request, pb.VpnInfo, unit, lambda _: self._tunnel.set_up(setup, given, peers)
        )
        return await self._info_when_settled()

    async def StopVpn(self, request: pb.StopVpnRequest, context: Context) -> pb.VpnInfo:
        """Nodes go back to the direct way."""

        def unit(tx: Tx) -> pb.VpnInfo:
            self._tunnel.write_off(tx)
            return pb.VpnInfo()

        await self._once.run(request, pb.VpnInfo, unit, lambda _: self._tunnel.set_off())
        return await self._info_when_settled()

    async def AddVpnPeer(self, request: pb.AddVpnPeerRequest, context: Context) -> pb.VpnMembership:
        """A phone or a laptop; its private key stays with whoever asks."""
        return await self._take_in(
            request, lambda tx: self._tunnel.peers.add(tx, request.name, request.public_key)
        )

    async def JoinVpn(self, request: pb.JoinVpnRequest, context: Context) -> pb.VpnMembership:
        """The calling node with its public key."""
        node = self._nodes.get(caller().id)
        return await self._take_in(
            request,
            lambda tx: self._tunnel.peers.join(tx, node.id, node.name, request.public_key),
        )

    async def RenameVpnPeer(self, request: pb.RenameVpnPeerRequest, context: Context) -> pb.VpnPeer:
        """Another name for people."""
        peer = self._tunnel.find(request.peer)
        return await self._change(
            request, lambda tx: self._tunnel.peers.rename(tx, peer.id, request.name)
        )

    async def RevokeVpnPeer(self, request: pb.RevokeVpnPeerRequest, context: Context) -> pb.VpnPeer:
        """Out for good; it is cut off when this is answered."""
        peer = self._tunnel.find(request.peer)
        return await self._change(request, lambda tx: self._tunnel.peers.revoke(tx, peer.id))

    async def RotateVpnKey(
        self, request: pb.RotateVpnKeyRequest, context: Context
    ) -> pb.RotateVpnKeyResponse:
        """The hub's key at once, a node's by asking the node."""
        first: list[bool] = []
        node_id = ""
        if request.peer:
            node_id = self._tunnel.find(request.peer).node_id or ""
            if not node_id:
                raise HiveMindError(
                    Reason.INVALID_FIELD,
                    "This peer is no node: revoke it, and add it anew with another key.",
                    field="peer",
                )
        await self._once.run(
            request,
            pb.RotateVpnKeyResponse,
            lambda _: pb.RotateVpnKeyResponse(),
            lambda _: first.append(True),
        )
        if first and node_id:
            self._tunnel.ask_to_rotate(node_id)
        elif first:
            await self._tunnel.rotate()
        return pb.RotateVpnKeyResponse()

    async def DiagnoseVpn(
        self, request: pb.DiagnoseVpnRequest, context: Context
    ) -> pb.DiagnoseVpnResponse:
        """The usual faults, each looked for."""
        return pb.DiagnoseVpnResponse(checks=map(check_out, await self._diagnosis.run()))

    async def _take_in(self, request: Message, unit: _Unit) -> pb.VpnMembership:
        rows: list[VpnPeerRow] = []

        def once(tx: Tx) -> pb.VpnMembership:
            rows.append(unit(tx))
            return pb.VpnMembership(peer_id=rows[-1].id)

        answer = await self._once.run(
            request, pb.VpnMembership, once, lambda _: self._tunnel.committed(rows[-1])
        )
        await self._tunnel.settled()
        return membership_out(self._tunnel.membership(answer.peer_id))

    async def _change(self, request: Message, unit: _Unit) -> pb.VpnPeer:
        rows: list[VpnPeerRow] = []

        def once(tx: Tx) -> pb.VpnPeer:
            rows.append(unit(tx))
            return self._peer_out(rows[-1], None)

        answer = await self._once.run(
            request, pb.VpnPeer, once, lambda _: self._tunnel.committed(rows[-1])
        )
        await self._tunnel.settled()
        return answer

    async def _info_when_settled(self) -> pb.VpnInfo:
        await self._tunnel.idle()
        return await self._info()

    async def _info(self) -> pb.VpnInfo:
        tunnel, setup = self._tunnel, self._tunnel.setup
        standing = tunnel.standing
        found = await asyncio.to_thread(addresses_of_this_machine, setup.interface)
        info = pb.VpnInfo(
            role=wire_enum(setup.role),
            state=wire_enum(standing.state),
            problem=standing.problem,
            interface=setup.interface,
            found_addresses=found,
            file=str(tunnel.path) if setup.role is not VpnRole.UNSPECIFIED else "",
        )
        if (configuration := standing.configuration) is not None:
            info.networks.extend(map(str, configuration.networks))
            info.addresses.extend(map(str, configuration.addresses))
            info.public_key = configuration.public_key
            info.port = configuration.listen_port
            info.mtu = configuration.mtu
            if setup.role is VpnRole.PEER:
                _tell_hub(info, configuration)
        info.hub_key_url = setup.hub_key_url
        if setup.role is VpnRole.HUB:
            info.endpoint = str(setup.endpoint or "")
            info.keepalive_seconds = setup.keepalive
        info.master_address = tunnel.master_address if setup.role is not VpnRole.UNSPECIFIED else ""
        if tunnel.choice is not None:
            info.backend = tunnel.choice.backend.kind.value
            info.missing.extend(
                pb.VpnBackend(name=backend.kind.value, why=lacking.why, remedy=lacking.remedy)
                for backend, lacking in tunnel.choice.missing
            )
        device = await tunnel.device()
        known = device.peers if device is not None else {}
        if setup.role is VpnRole.PEER and info.hub_public_key in known:
            info.hub.public_key = info.hub_public_key
            self._tell_status(info.hub, known[info.hub_public_key])
        info.peers.extend(self._peer_out(row, known.get(row.public_key)) for row in tunnel.rows)
        return info

    def _peer_out(self, row: VpnPeerRow, status: PeerStatus | None) -> pb.VpnPeer:
        peer = pb.VpnPeer(
            peer_id=row.id,
            name=row.name,
            node_id=row.node_id or "",
            public_key=row.public_key,
            addresses=row.addresses,
            created_at=timestamp(row.created_us),
            revoked=row.revoked_us is not None,
            past_tunnel=self._tunnel.goes_past(row),
        )
        if status is not None:
            self._tell_status(peer, status)
        return peer

    def _tell_status(self, peer: pb.VpnPeer, status: PeerStatus) -> None:
        peer.endpoint = status.endpoint
        peer.received_bytes = status.received_bytes
        peer.sent_bytes = status.sent_bytes
        peer.connected = status.verified(self._clock.now_us() // MICROSECONDS)
        if status.handshake_s:
            peer.last_handshake.FromSeconds(status.handshake_s)


def _tell_hub(info: pb.VpnInfo, configuration: Configuration) -> None:
    """Of a peer: its hub, the first it dials."""
    for hub in configuration.peers[:1]:
        info.hub_public_key = hub.public_key
        info.endpoint = str(hub.endpoint or "")


def _setup_in(request: pb.SetUpVpnRequest) -> Setup:
    return Setup(
        role=VpnRole(request.role),
        interface=request.interface,
        network4=request.network4,
        network6=request.network6,
        endpoint_host=request.endpoint_host,
        port=request.port,
        mtu=request.mtu,
        keepalive=request.keepalive_seconds,
        hub_key_url=request.hub_key_url,
        hub_key_pin=request.hub_key_pin,
        addresses=tuple(request.addresses),
    )


def membership_out(membership: Membership) -> pb.VpnMembership:
    """What a peer needs to know."""
    return pb.VpnMembership(
        peer_id=membership.peer.id,
        name=membership.peer.name,
        addresses=membership.addresses,
        hub_public_key=membership.hub_public_key,
        hub_endpoint=membership.hub_endpoint,
        allowed=membership.allowed,
        mtu=membership.mtu,
        keepalive_seconds=membership.keepalive,
        master_address=membership.master_address,
        interface=membership.interface,
        preshared_key=membership.preshared_key,
    )


def check_out(check: Check) -> pb.VpnCheck:
    """One line of a diagnosis."""
    return pb.VpnCheck(
        name=check.name, result=wire_enum(check.result), found=check.found, remedy=check.remedy
    )
