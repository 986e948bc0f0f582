"""What must change for a device to be what its configuration says. Nothing here does it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from app.wireguard.configuration import Configuration, Endpoint, Peer
from app.wireguard.keys import to_bytes
from app.wireguard.status import DeviceStatus, PeerStatus

#: The numeric address that a host's name stands for now, as HOST:PORT; None: it has none.
Resolve: TypeAlias = Callable[[Endpoint], str | None]


@dataclass(frozen=True, slots=True)
class Changes:
    """The difference between two states of a device; empty where they are equal."""

    private_key: str = ""
    listen_port: int | None = None
    removed: tuple[str, ...] = ()
    put: tuple[Peer, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.private_key or self.removed or self.put) or self.listen_port is not None


def changes(wanted: Configuration, found: DeviceStatus, *, anew: bool = False) -> Changes:
    """What leads from `found` to `wanted`.

    An endpoint is set for a new peer only: a peer that roams is where it was heard last.
    With `anew` every peer is taken away and put back, which ends its session and begins
    another at once: else WireGuard notices a peer that restarted after 15 s only.
    """
    keys = {peer.public_key for peer in wanted.peers}
    put = [
        peer for peer in wanted.peers if anew or not _same(peer, found.peers.get(peer.public_key))
    ]
    port = wanted.listen_port
    return Changes(
        private_key="" if wanted.public_key == found.public_key else wanted.private_key,
        listen_port=port if port and port != found.listen_port else None,
        removed=tuple(key for key in found.peers if anew or key not in keys),
        put=tuple(put),
    )


def _same(wanted: Peer, found: PeerStatus | None) -> bool:
    return (
        found is not None
        and found.allowed == frozenset(wanted.allowed)
        and found.keepalive == wanted.keepalive
        and found.preshared_key == wanted.preshared_key
    )


def uapi_request(wanted: Changes, resolve: Resolve) -> str:
    """`wanted` as the text of a "set=1" (wireguard.com/xplatform).

    What is removed comes first, so that an address may pass from one peer to another.
    """
    lines = ["set=1"]
    if wanted.private_key:
        lines.append(f"private_key={to_bytes(wanted.private_key).hex()}")
    if wanted.listen_port is not None:
        lines.append(f"listen_port={wanted.listen_port}")
    for key in wanted.removed:
        lines += [f"public_key={to_bytes(key).hex()}", "remove=true"]
    for peer in wanted.put:
        lines.append(f"public_key={to_bytes(peer.public_key).hex()}")
        preshared = to_bytes(peer.preshared_key).hex() if peer.preshared_key else "0" * 64
        lines.append(f"preshared_key={preshared}")
        address = resolve(peer.endpoint) if peer.endpoint is not None else None
        if address is not None:
            lines.append(f"endpoint={address}")
        lines.append(f"persistent_keepalive_interval={peer.keepalive}")
        lines.append("replace_allowed_ips=true")
        lines += [f"allowed_ip={allowed}" for allowed in peer.allowed]
    return "\n".join(lines) + "\n\n"


def wg_arguments(wanted: Changes, resolve: Resolve) -> tuple[list[str], dict[str, str]]:
    """`wanted` as arguments of `wg set NAME`, and the secrets that go by file: name to content.

    The names stand in the arguments where the files' paths belong.
    """
    words: list[str] = []
    secrets: dict[str, str] = {}
    if wanted.private_key:
        words += ["private-key", "private"]
        secrets["private"] = wanted.private_key
    if wanted.listen_port is not None:
        words += ["listen-port", str(wanted.listen_port)]
    for key in wanted.removed:
        words += ["peer", key, "remove"]
    for number, peer in enumerate(wanted.put):
        words += ["peer", peer.public_key]
        if peer.preshared_key:
            words += ["preshared-key", f"preshared{number}"]
            secrets[f"preshared{number}"] = peer.preshared_key
        address = resolve(peer.endpoint) if peer.endpoint is not None else None
        if address is not None:
            words += ["endpoint", address]
        words += ["persistent-keepalive", str(peer.keepalive)]
        words += ["allowed-ips", ",".join(map(str, peer.allowed))]
    return words, secrets
