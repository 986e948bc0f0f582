"""The encrypted network for people: its state in words, its peers as rows, what they carry."""

from collections import deque
from collections.abc import Callable, Iterable

from PySide6.QtCore import QCoreApplication

from app.common.vocabulary import VpnRole, VpnState
from proto import nodepool_pb2 as pb
from ui import formats
from ui.models.natural import natural_key
from ui.models.rows import Column
from ui.theme import Tone

translate = QCoreApplication.translate

#: Samples kept of each peer.
SAMPLES = 60

_TONES = {
    VpnState.UNSPECIFIED: Tone.QUIET,
    VpnState.STARTING: Tone.BUSY,
    VpnState.UP: Tone.GOOD,
    VpnState.NOT_VERIFIED: Tone.WARNING,
    VpnState.BROKEN: Tone.BAD,
    VpnState.EXPORTED: Tone.WAITING,
}


def state_tone(info: pb.VpnInfo) -> Tone:
    """The colour that goes with the state."""
    return _TONES[VpnState(info.state)]


def state_text(info: pb.VpnInfo) -> str:
    """How the tunnel does, with a mark."""
    if not info.role:
        return translate("Vpn", "○ off")
    return {
        VpnState.UNSPECIFIED: translate("Vpn", "○ off"),
        VpnState.STARTING: translate("Vpn", "◔ starting"),
        VpnState.UP: translate("Vpn", "✓ up"),
        VpnState.NOT_VERIFIED: translate("Vpn", "⚠ not verified"),
        VpnState.BROKEN: translate("Vpn", "✕ broken"),
        VpnState.EXPORTED: translate("Vpn", "● only exported"),
    }[VpnState(info.state)]


def role_text(info: pb.VpnInfo) -> str:
    """What the master is in it."""
    if info.role == int(VpnRole.HUB):
        return translate("Vpn", "This master is the hub.")
    if info.role == int(VpnRole.PEER):
        return translate("Vpn", "This master is a peer of another's hub.")
    return translate("Vpn", "No encrypted network is set up.")


def check_mark(check: pb.VpnCheck) -> str:
    """The mark before a check."""
    return {1: "✓", 2: "⚠", 3: "✕"}.get(int(check.result), "○")


def check_tone(check: pb.VpnCheck) -> Tone:
    """The colour of a check."""
    tones = {1: Tone.GOOD, 2: Tone.WARNING, 3: Tone.BAD}
    return tones.get(int(check.result), Tone.QUIET)


def check_name(check: pb.VpnCheck) -> str:
    """What a check looks at, in words; one that has none by its name."""
    return {
        "set-up": translate("Vpn", "Set-up"),
        "service": translate("Vpn", "WireGuard"),
        "file": translate("Vpn", "File"),
        "tunnel": translate("Vpn", "Tunnel"),
        "clock": translate("Vpn", "Clock"),
        "port": translate("Vpn", "Port"),
        "DNS": translate("Vpn", "Endpoint"),
        "outside": translate("Vpn", "From outside"),
        "routes": translate("Vpn", "Routes"),
        "peers": translate("Vpn", "Peers"),
        "master": translate("Vpn", "Master"),
    }.get(check.name, check.name)


class Traffic:
    """What each peer carried between two looks, for small graphs."""

    def __init__(self) -> None:
        self._before: dict[str, tuple[int, float]] = {}
        self._rates: dict[str, deque[float]] = {}

    def take(self, peers: Iterable[pb.VpnPeer], now: float) -> None:
        """Another look, at `now` in seconds."""
        for peer in peers:
            total = peer.received_bytes + peer.sent_bytes
            before, at = self._before.get(peer.peer_id, (total, now))
            self._before[peer.peer_id] = (total, now)
            if now > at:
                rates = self._rates.setdefault(peer.peer_id, deque(maxlen=SAMPLES))
                # A tunnel that began anew counts from nothing.
                rates.append(max(0, total - before) / (now - at))

    def rate(self, peer_id: str) -> float:
        """Bytes a second at the last look."""
        rates = self._rates.get(peer_id)
        return rates[-1] if rates else 0.0

    def samples(self, peer_id: str) -> bytes:
        """The last looks, from 0 to 100: the most of them is 100."""
        rates = self._rates.get(peer_id)
        if not rates:
            return b""
        most = max(*rates, 1.0)
        return bytes(round(rate * 100 / most) for rate in rates)


def peer_columns(now: Callable[[], float], traffic: Traffic) -> list[Column[pb.VpnPeer]]:
    """The columns of the table of peers; `now` gives seconds since 1970."""
    return [
        Column(
            "name",
            translate("Vpn", "Peer"),
            lambda peer: peer.name or translate("Vpn", "the hub"),
            key=lambda peer: natural_key(peer.name),
            width=150,
        ),
        Column("kind", translate("Vpn", "Kind"), _kind, width=80),
        Column(
            "state",
            translate("Vpn", "State"),
            _state,
            tooltip=_state_tip,
            color=lambda peer: _state_tone(peer).color(),
            width=130,
        ),
        Column(
            "address",
            translate("Vpn", "Address"),
            lambda peer: ", ".join(peer.addresses),
            width=130,
        ),
        Column(
            "handshake",
            translate("Vpn", "Handshake"),
            lambda peer: formats.age(peer.last_handshake, now())
            or translate("Vpn", "never"),
            key=lambda peer: peer.last_handshake.seconds,
            tip=translate("Vpn", "How long ago the peer proved its key; at most two minutes."),
            right=True,
            width=100,
        ),
        Column(
            "traffic",
            translate("Vpn", "Traffic"),
            lambda peer: formats.rate(traffic.rate(peer.peer_id)),
            key=lambda peer: traffic.rate(peer.peer_id),
            right=True,
            width=190,
        ),
        Column(
            "received",
            translate("Vpn", "Received"),
            lambda peer: formats.size(peer.received_bytes),
            key=lambda peer: peer.received_bytes,
            right=True,
            width=90,
        ),
        Column(
            "sent",
            translate("Vpn", "Sent"),
            lambda peer: formats.size(peer.sent_bytes),
            key=lambda peer: peer.sent_bytes,
            right=True,
            width=90,
        ),
        Column("endpoint", translate("Vpn", "Heard at"), lambda peer: peer.endpoint, width=160),
        Column(
            "key", translate("Vpn", "Public key"), lambda peer: peer.public_key, width=330,
            hidden=True,
        ),
    ]  # fmt: skip


def _kind(peer: pb.VpnPeer) -> str:
    if not peer.peer_id:
        return translate("Vpn", "hub")
    return translate("Vpn", "node") if peer.node_id else translate("Vpn", "device")


def _state(peer: pb.VpnPeer) -> str:
    if peer.past_tunnel:
        return translate("Vpn", "⚠ past it")
    return translate("Vpn", "✓ connected") if peer.connected else translate("Vpn", "○ away")


def _state_tone(peer: pb.VpnPeer) -> Tone:
    if peer.past_tunnel:
        return Tone.WARNING
    return Tone.GOOD if peer.connected else Tone.QUIET


def _state_tip(peer: pb.VpnPeer) -> str:
    if peer.past_tunnel:
        return translate("Vpn", "The node is online, and works past its tunnel. Its log says why.")
    return ""
