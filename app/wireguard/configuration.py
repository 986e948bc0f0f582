"""What a tunnel is to be, as data, and as the file that wg-quick(8) reads.

Commands in such a file (PostUp and its like) are refused: a configuration can come from
elsewhere, and nothing in it is to be run by a program with the rights to make interfaces.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from app.common.errors import HiveMindError, Reason
from app.wireguard.keys import public_key_of, to_bytes

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Interface: TypeAlias = ipaddress.IPv4Interface | ipaddress.IPv6Interface
Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

PORT_DEFAULT = 51820
#: 1500 less the overhead over IPv6: 80 bytes.
MTU_DEFAULT = 1420
#: The least that IPv6 allows, and the most that makes sense.
MTU_MIN, MTU_MAX = 1280, 8920
#: For peers behind NAT: less than the shortest usual time that a router remembers.
KEEPALIVE_DEFAULT = 25
#: An interface's name, and so the file's: what Linux and wg-quick take.
NAME = re.compile(r"[a-zA-Z0-9_=+.-]{1,15}", re.ASCII)
FILE_BYTES_MAX = 256 * 1024


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a peer listens: a name or an address, and a UDP port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Peer:
    """Another end of the tunnel. `allowed` is what it may send from, and what goes to it."""

    public_key: str
    allowed: tuple[Network, ...]
    endpoint: Endpoint | None = None
    keepalive: int = 0
    preshared_key: str = field(default="", repr=False)
    #: Written as a comment.
    name: str = ""


@dataclass(frozen=True, slots=True)
class Configuration:
    """One interface with its peers. Zero: the system chooses."""

    private_key: str = field(repr=False)
    addresses: tuple[Interface, ...]
    listen_port: int = 0
    mtu: int = 0
    dns: tuple[str, ...] = ()
    peers: tuple[Peer, ...] = ()

    @property
    def public_key(self) -> str:
        return public_key_of(self.private_key)

    @property
    def networks(self) -> tuple[Network, ...]:
        """What lies behind the tunnel: the own networks, and what peers are allowed beside."""
        own = tuple(address.network for address in self.addresses)
        beside = [
            allowed
            for peer in self.peers
            for allowed in peer.allowed
            if not any(_within(allowed, network) for network in own)
        ]
        return own + tuple(beside)


def checked_name(name: str) -> str:
    """`name` as an interface's. Raises HiveMindError(VPN_CONFIG_INVALID)."""
    if not NAME.fullmatch(name):
        raise HiveMindError(
            Reason.VPN_CONFIG_INVALID,
            "The name of a tunnel has 1 to 15 letters, digits and _ = + . -",
        )
    return name


def parse_endpoint(text: str) -> Endpoint:
    """The endpoint that "HOST:PORT" or "[IPV6]:PORT" names. Raises ValueError."""
    host, _, port = text.strip().rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or re.search(r"\s", host) or not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise ValueError("it must be HOST:PORT")
    return Endpoint(host, int(port))


def render(configuration: Configuration) -> str:
    """The file for wg-quick."""
    lines = ["[Interface]", f"PrivateKey = {configuration.private_key}"]
    lines += [f"Address = {address}" for address in configuration.addresses]
    if configuration.listen_port:
        lines.append(f"ListenPort = {configuration.listen_port}")
    if configuration.mtu:
        lines.append(f"MTU = {configuration.mtu}")
    if configuration.dns:
        lines.append(f"DNS = {', '.join(configuration.dns)}")
    for peer in configuration.peers:
        lines += ["", "[Peer]"]
        if peer.name:
            lines.append(f"# {_one_line(peer.name)}")
        lines.append(f"PublicKey = {peer.public_key}")
        if peer.preshared_key:
            lines.append(f"PresharedKey = {peer.preshared_key}")
        if peer.endpoint is not None:
            lines.append(f"Endpoint = {peer.endpoint}")
        lines.append(f"AllowedIPs = {', '.join(map(str, peer.allowed))}")
        if peer.keepalive:
            lines.append(f"PersistentKeepalive = {peer.keepalive}")
    return "\n".join(lines) + "\n"


def parse(text: str) -> Configuration:
    """The configuration in a file's `text`.

    Raises HiveMindError(VPN_CONFIG_INVALID) with the line and what is wrong there; of a
    key it repeats nothing.
    """
    interface: _Section | None = None
    peers: list[_Section] = []
    section: _Section | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        content = line.partition("#")[0].strip()
        if not content:
            continue
        if content.startswith("["):
            section = _Section(number)
            match content.lower():
                case "[interface]" if interface is None:
                    interface = section
                case "[peer]":
                    peers.append(section)
                case _:
                    raise _wrong(number, "begins neither the one [Interface] nor a [Peer]")
            continue
        key, mark, value = (part.strip() for part in content.partition("="))
        if not mark or section is None:
            raise _wrong(number, "is not KEY = VALUE below [Interface] or [Peer]")
        table = _INTERFACE if section is interface else _PEER
        section.put(number, key.lower(), value, table)
    if interface is None:
        raise HiveMindError(
            Reason.VPN_CONFIG_INVALID, "The configuration has no [Interface]: it is damaged."
        )
    return _whole(interface, peers)


class _Section:
    def __init__(self, line: int) -> None:
        self.line = line
        self.values: dict[str, object] = {}

    def put(
        self, number: int, key: str, value: str, table: dict[str, Callable[[str], object]]
    ) -> None:
        if key in _COMMANDS:
            raise _wrong(number, f"sets {_COMMANDS[key]}, which is not carried out here")
        read = table.get(key)
        if read is None:
            raise _wrong(number, "sets what a tunnel does not have")
        try:
            found = read(value)
        except (ValueError, HiveMindError) as error:
            raise _wrong(number, f"has no usable value for {key}") from error
        if isinstance(found, tuple) and key in self.values:
            found = (*_tuple(self.values[key]), *found)
        elif key in self.values:
            raise _wrong(number, f"sets {key} a second time")
        self.values[key] = found


def _tuple(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def _whole(interface: _Section, peers: list[_Section]) -> Configuration:
    values = interface.values
    if "privatekey" not in values or "address" not in values:
        raise _wrong(interface.line, "begins an [Interface] without PrivateKey or Address")
    whole = Configuration(
        private_key=values["privatekey"],  # type: ignore[arg-type]
        addresses=values["address"],  # type: ignore[arg-type]
        listen_port=values.get("listenport", 0),  # type: ignore[arg-type]
        mtu=values.get("mtu", 0),  # type: ignore[arg-type]
        dns=values.get("dns", ()),  # type: ignore[arg-type]
    )
    return replace(whole, peers=_peers(peers, whole.public_key))


def _peers(sections: list[_Section], own_key: str) -> tuple[Peer, ...]:
    found: list[Peer] = []
    taken: dict[Network, int] = {}
    for section in sections:
        values = section.values
        if "publickey" not in values or "allowedips" not in values:
            raise _wrong(section.line, "begins a [Peer] without PublicKey or AllowedIPs")
        peer = Peer(
            public_key=values["publickey"],  # type: ignore[arg-type]
            allowed=values["allowedips"],  # type: ignore[arg-type]
            endpoint=values.get("endpoint"),  # type: ignore[arg-type]
            keepalive=values.get("persistentkeepalive", 0),  # type: ignore[arg-type]
            preshared_key=values.get("presharedkey", ""),  # type: ignore[arg-type]
        )
        if peer.public_key == own_key or any(o.public_key == peer.public_key for o in found):
            raise _wrong(section.line, "begins a [Peer] whose key is another's, or the own one")
        for allowed in peer.allowed:
            # WireGuard would take the address from the first peer without a word.
            if taken.setdefault(allowed, section.line) != section.line:
                raise _wrong(section.line, f"begins a [Peer] that shares {allowed} with another")
        found.append(peer)
    return tuple(found)


def _wrong(line: int, what: str) -> HiveMindError:
    return HiveMindError(
        Reason.VPN_CONFIG_INVALID, f"Line {line} of the configuration {what}.", line=str(line)
    )


def _key(value: str) -> str:
    to_bytes(value)
    return value


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        number = int(value)
        if not least <= number <= most:
            raise ValueError(value)
        return number

    return read


def _keepalive(value: str) -> int:
    return 0 if value.lower() == "off" else _number(0, 65535)(value)


def _parts(value: str) -> Iterable[str]:
    return (part.strip() for part in value.split(",") if part.strip())


def _addresses(value: str) -> tuple[Interface, ...]:
    found = tuple(ipaddress.ip_interface(part) for part in _parts(value))
    if not found:
        raise ValueError(value)
    return found


def _allowed(value: str) -> tuple[Network, ...]:
    found = tuple(ipaddress.ip_network(part, strict=False) for part in _parts(value))
    if not found or any(network.prefixlen == 0 for network in found):
        # All of the machine's traffic: that needs rules of routing, which are wg-quick's trade.
        raise ValueError(value)
    return found


def _names(value: str) -> tuple[str, ...]:
    return tuple(_parts(value))


def _within(inner: Network, outer: Network) -> bool:
    return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]


def _one_line(text: str) -> str:
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


_INTERFACE: dict[str, Callable[[str], object]] = {
    "privatekey": _key,
    "address": _addresses,
    "listenport": _number(0, 65535),
    "mtu": _number(576, 65535),
    "dns": _names,
}
_PEER: dict[str, Callable[[str], object]] = {
    "publickey": _key,
    "presharedkey": _key,
    "allowedips": _allowed,
    "endpoint": parse_endpoint,
    "persistentkeepalive": _keepalive,
}
_COMMANDS = {
    name.lower(): name
    for name in ("PreUp", "PostUp", "PreDown", "PostDown", "Table", "FwMark", "SaveConfig")
}
