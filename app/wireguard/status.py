"""What a WireGuard device says of itself: `wg show NAME dump`, and the answer to the UAPI's get."""

import ipaddress
from dataclasses import dataclass, field

from app.common.errors import HiveMindError, Reason
from app.wireguard.configuration import Network
from app.wireguard.keys import from_hex, public_key_of, to_bytes

#: A session is refused at this age (the protocol's REJECT_AFTER_TIME): a tunnel in use has
#: a younger one. Seconds.
HANDSHAKE_SECONDS_MAX = 180

_NO_KEY = "0" * 64


@dataclass(frozen=True, slots=True)
class PeerStatus:
    """A peer as the device has it now. `endpoint` is "" while it is not known."""

    public_key: str
    endpoint: str
    allowed: frozenset[Network]
    #: Seconds since 1970, 0: never.
    handshake_s: int
    received_bytes: int
    sent_bytes: int
    keepalive: int
    #: In base64; "": none.
    preshared_key: str = field(default="", repr=False)

    def verified(self, now_s: int) -> bool:
        """Whether there is a session that the protocol still takes."""
        return self.handshake_s > 0 and now_s - self.handshake_s < HANDSHAKE_SECONDS_MAX


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """A device as it is now; its peers by public key. The private key is left out."""

    public_key: str
    listen_port: int
    peers: dict[str, PeerStatus] = field(default_factory=dict)


def parse_dump(text: str) -> DeviceStatus:
    """What `wg show NAME dump` printed. Raises HiveMindError(VPN_BACKEND_FAILED)."""
    try:
        first, *rest = [line.split("\t") for line in text.splitlines() if line]
        _private, public_key, port, _mark = first
        peers = [_peer_of(row) for row in rest]
        return DeviceStatus(
            "" if public_key == "(none)" else public_key,
            int(port),
            {peer.public_key: peer for peer in peers},
        )
    except (ValueError, HiveMindError) as error:
        raise _unreadable() from error


def parse_uapi(text: str) -> DeviceStatus:
    """The answer to "get=1" (wireguard.com/xplatform). Raises HiveMindError(VPN_BACKEND_FAILED)."""
    own: dict[str, str] = {}
    peers: list[tuple[dict[str, str], list[str]]] = []
    try:
        for line in text.splitlines():
            name, mark, value = line.partition("=")
            if not mark:
                continue
            if name == "public_key":
                peers.append(({name: value}, []))
            elif name == "allowed_ip" and peers:
                peers[-1][1].append(value)
            else:
                (peers[-1][0] if peers else own)[name] = value
        private = own.get("private_key", _NO_KEY)
        public = "" if private == _NO_KEY else public_key_of(from_hex(private))
        found = [_peer_from(values, allowed) for values, allowed in peers]
        port = int(own.get("listen_port", "0"))
        return DeviceStatus(public, port, {peer.public_key: peer for peer in found})
    except (ValueError, KeyError, HiveMindError) as error:
        raise _unreadable() from error


def _peer_of(row: list[str]) -> PeerStatus:
    key, preshared, endpoint, allowed, handshake, received, sent, keepalive = row
    to_bytes(key)
    return PeerStatus(
        public_key=key,
        endpoint="" if endpoint == "(none)" else endpoint,
        allowed=_networks([] if allowed == "(none)" else allowed.split(",")),
        handshake_s=int(handshake),
        received_bytes=int(received),
        sent_bytes=int(sent),
        keepalive=0 if keepalive == "off" else int(keepalive),
        preshared_key="" if preshared == "(none)" else preshared,
    )


def _peer_from(values: dict[str, str], allowed: list[str]) -> PeerStatus:
    return PeerStatus(
        public_key=from_hex(values["public_key"]),
        endpoint=values.get("endpoint", ""),
        allowed=_networks(allowed),
        handshake_s=int(values.get("last_handshake_time_sec", "0")),
        received_bytes=int(values.get("rx_bytes", "0")),
        sent_bytes=int(values.get("tx_bytes", "0")),
        keepalive=int(values.get("persistent_keepalive_interval", "0")),
        preshared_key=_present(values.get("preshared_key", _NO_KEY)),
    )


def _present(digits: str) -> str:
    return "" if digits == _NO_KEY else from_hex(digits)


def _networks(texts: list[str]) -> frozenset[Network]:
    return frozenset(ipaddress.ip_network(text, strict=False) for text in texts)


def _unreadable() -> HiveMindError:
    return HiveMindError(
        Reason.VPN_BACKEND_FAILED, "WireGuard's answer about its state cannot be read."
    )
