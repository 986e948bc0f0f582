"""The encrypted network between master and nodes."""

import ipaddress
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from app.client.calls import Calls
from app.client.methods import (
    ADD_VPN_PEER,
    DIAGNOSE_VPN,
    GET_VPN,
    RENAME_VPN_PEER,
    REVOKE_VPN_PEER,
    ROTATE_VPN_KEY,
    SET_UP_VPN,
    STOP_VPN,
    WATCH_VPN,
)
from app.common.errors import HiveMindError, Reason
from app.wireguard.configuration import Configuration, Peer, parse_endpoint, render
from app.wireguard.keys import new_private_key, public_key_of, to_bytes
from proto import nodepool_pb2 as pb


@dataclass(frozen=True, slots=True)
class Device:
    """A phone or a laptop that was taken in. Its configuration is nowhere but here."""

    membership: pb.VpnMembership
    #: The file for wg-quick and for the apps; also what a QR code carries.
    configuration: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class HubWish:
    """How a hub is to be; empty and 0 stand for the defaults that the master knows."""

    interface: str = ""
    network4: str = ""
    network6: str = ""
    endpoint_host: str = ""
    port: int = 0
    mtu: int = 0
    keepalive_seconds: int = 0


@dataclass(frozen=True, slots=True)
class PeerWish:
    """A peer of a hub that publishes its key; empty and 0 as in `HubWish`."""

    #: https://…, and the pin of the server there; "": its certificate is an authority's.
    hub_key_url: str
    hub_key_pin: str
    #: Where the hub is, and the own addresses with their networks, as its keeper says.
    endpoint_host: str
    addresses: tuple[str, ...]
    port: int = 0
    interface: str = ""
    mtu: int = 0
    keepalive_seconds: int = 0


class Vpn:
    """The calls on the encrypted network. Every failure is a HiveMindError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def get(self) -> pb.VpnInfo:
        """How it is set up and how it does, with its peers."""
        return await self._calls.ask(GET_VPN, pb.GetVpnRequest())

    def watch(self) -> AsyncGenerator[pb.VpnInfo, None]:
        """As `get`, again and again; goes on after a lost connection."""
        return self._calls.resume(lambda: self._calls.listen(WATCH_VPN, pb.WatchVpnRequest()))

    async def set_up_hub(self, wish: HubWish, *, check_only: bool = False) -> pb.VpnInfo:
        """Let the master be the hub; with `check_only` say whether it could.

        Raises INVALID_FIELD, VPN_NETWORK_OVERLAPS, VPN_PORT_IN_USE.
        """
        return await self._set_up(
            pb.SetUpVpnRequest(
                role=pb.VPN_ROLE_HUB,
                interface=wish.interface,
                network4=wish.network4,
                network6=wish.network6,
                endpoint_host=wish.endpoint_host,
                port=wish.port,
                mtu=wish.mtu,
                keepalive_seconds=wish.keepalive_seconds,
                check_only=check_only,
            ),
        )

    async def set_up_peer(
        self, configuration: str, interface: str = "", *, check_only: bool = False
    ) -> pb.VpnInfo:
        """Let the master be a peer of another's hub, by the file that hub's keeper gave.

        Raises VPN_CONFIG_INVALID, VPN_NETWORK_OVERLAPS.
        """
        return await self._set_up(
            pb.SetUpVpnRequest(
                role=pb.VPN_ROLE_PEER,
                interface=interface,
                configuration=configuration,
                check_only=check_only,
            ),
        )

    async def set_up_peer_by_key(self, wish: PeerWish, *, check_only: bool = False) -> pb.VpnInfo:
        """Let the master be a peer of another's hub, whose key it fetches over HTTPS.

        Raises INVALID_FIELD, VPN_HUB_KEY_UNAVAILABLE, PIN_MISMATCH,
        VPN_NETWORK_OVERLAPS.
        """
        return await self._set_up(
            pb.SetUpVpnRequest(
                role=pb.VPN_ROLE_PEER,
                interface=wish.interface,
                hub_key_url=wish.hub_key_url,
                hub_key_pin=wish.hub_key_pin,
                endpoint_host=wish.endpoint_host,
                addresses=wish.addresses,
                port=wish.port,
                mtu=wish.mtu,
                keepalive_seconds=wish.keepalive_seconds,
                check_only=check_only,
            ),
        )

    async def _set_up(self, request: pb.SetUpVpnRequest) -> pb.VpnInfo:
        request.request_id = self._calls.ids.new_id()
        return await self._calls.ask(SET_UP_VPN, request)

    async def stop(self) -> pb.VpnInfo:
        """End the tunnel; peers and addresses stay for another set-up."""
        request = pb.StopVpnRequest(request_id=self._calls.ids.new_id())
        return await self._calls.ask(STOP_VPN, request)

    async def add_device(self, name: str) -> Device:
        """Take in a phone or a laptop. Its private key is made here, and not kept.

        Raises VPN_NOT_SET_UP, VPN_ADDRESSES_EXHAUSTED, INVALID_FIELD.
        """
        private_key = new_private_key(self._calls.ids)
        request = pb.AddVpnPeerRequest(
            request_id=self._calls.ids.new_id(), name=name, public_key=public_key_of(private_key)
        )
        membership = await self._calls.ask(ADD_VPN_PEER, request)
        return Device(membership, render(configuration_of(private_key, membership)))

    async def rename(self, peer: str, name: str) -> pb.VpnPeer:
        """Another name for a peer. Raises VPN_PEER_NOT_FOUND."""
        request = pb.RenameVpnPeerRequest(request_id=self._calls.ids.new_id(), peer=peer, name=name)
        return await self._calls.ask(RENAME_VPN_PEER, request)

    async def revoke(self, peer: str) -> pb.VpnPeer:
        """Put a peer out for good. Raises VPN_PEER_NOT_FOUND."""
        request = pb.RevokeVpnPeerRequest(request_id=self._calls.ids.new_id(), peer=peer)
        return await self._calls.ask(REVOKE_VPN_PEER, request)

    async def rotate_key(self, peer: str = "") -> None:
        """Let a node make itself another key, or give the hub one. Raises VPN_PEER_NOT_FOUND."""
        request = pb.RotateVpnKeyRequest(request_id=self._calls.ids.new_id(), peer=peer)
        await self._calls.ask(ROTATE_VPN_KEY, request)

    async def diagnose(self) -> Sequence[pb.VpnCheck]:
        """Look for the usual faults on the master's machine."""
        return (await self._calls.ask(DIAGNOSE_VPN, pb.DiagnoseVpnRequest())).checks


def _preshared(membership: pb.VpnMembership) -> str:
    if membership.preshared_key:
        to_bytes(membership.preshared_key)
    return membership.preshared_key


def configuration_of(private_key: str, membership: pb.VpnMembership) -> Configuration:
    """A peer's whole configuration.

    Raises HiveMindError(VPN_CONFIG_INVALID) where the master's answer makes none.
    """
    try:
        to_bytes(membership.hub_public_key)
        return Configuration(
            private_key=private_key,
            addresses=tuple(map(ipaddress.ip_interface, membership.addresses)),
            mtu=membership.mtu,
            peers=(
                Peer(
                    membership.hub_public_key,
                    tuple(map(ipaddress.ip_network, membership.allowed)),
                    parse_endpoint(membership.hub_endpoint),
                    membership.keepalive_seconds,
                    _preshared(membership),
                ),
            ),
        )
    except ValueError as error:
        raise HiveMindError(
            Reason.VPN_CONFIG_INVALID,
            "The master's answer makes no configuration: its hub has no endpoint or network.",
        ) from error
