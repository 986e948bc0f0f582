"""How a pool's encrypted network is set up: what was chosen, checked, kept. Pure."""

import ipaddress
import json
import re
from dataclasses import asdict, dataclass, replace

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import VpnRole
from app.wireguard.configuration import (
    KEEPALIVE_DEFAULT,
    MTU_DEFAULT,
    MTU_MAX,
    MTU_MIN,
    PORT_DEFAULT,
    Configuration,
    Endpoint,
    Interface,
    Network,
    Peer,
    checked_name,
)
from app.wireguard.hub_key import KeySource, checked_source
from app.wireguard.keys import public_key_of

INTERFACE_DEFAULT = "wg0"
#: Of one peer.
ADDRESSES_MAX = 8
NETWORK_DEFAULT = "10.86.0.0/24"
#: The widest and the narrowest network of each version, by the length of its prefix.
_PREFIXES = {4: (16, 30), 6: (48, 126)}
_HOST = re.compile(r"[A-Za-z0-9._:%-]{1,253}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Setup:
    """What was chosen. Networks as text, "" for none; of a peer they are in its file."""

    role: VpnRole = VpnRole.UNSPECIFIED
    interface: str = INTERFACE_DEFAULT
    network4: str = ""
    network6: str = ""
    endpoint_host: str = ""
    port: int = PORT_DEFAULT
    mtu: int = MTU_DEFAULT
    keepalive: int = KEEPALIVE_DEFAULT
    #: Of a peer whose hub publishes its key: where, and the pin of the server there.
    hub_key_url: str = ""
    hub_key_pin: str = ""
    #: Of such a peer: its own, with their networks.
    addresses: tuple[str, ...] = ()

    @property
    def key_source(self) -> KeySource | None:
        return KeySource(self.hub_key_url, self.hub_key_pin) if self.hub_key_url else None

    @property
    def networks(self) -> tuple[Network, ...]:
        texts = (self.network4, self.network6)
        return tuple(ipaddress.ip_network(text) for text in texts if text)

    @property
    def hub_addresses(self) -> tuple[Interface, ...]:
        """The hub's own: the first of each network."""
        return tuple(
            ipaddress.ip_interface((int(network.network_address) + 1, network.prefixlen))
            if network.version == 4
            else ipaddress.IPv6Interface((int(network.network_address) + 1, network.prefixlen))
            for network in self.networks
        )

    @property
    def endpoint(self) -> Endpoint | None:
        return Endpoint(self.endpoint_host, self.port) if self.endpoint_host else None

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str | None) -> "Setup":
        """What `to_json` made; nothing set up for None."""
        if text is None:
            return cls()
        body = json.loads(text)
        body |= {"role": VpnRole(body["role"]), "addresses": tuple(body.get("addresses", ()))}
        return cls(**body)


def checked_setup(wanted: Setup) -> Setup:
    """`wanted` with its defaults filled in. Raises HiveMindError(INVALID_FIELD)."""
    if wanted.role is VpnRole.UNSPECIFIED:
        raise _refusal("role", "The field role must be that of a hub or of a peer.")
    try:
        checked_name(wanted.interface or INTERFACE_DEFAULT)
    except HiveMindError as error:
        raise _refusal("interface", error.message) from error
    host = wanted.endpoint_host.strip("[]")
    if host and not _HOST.fullmatch(host):
        raise _refusal("endpoint_host", "The field endpoint_host must be a name or an address.")
    mtu = wanted.mtu or MTU_DEFAULT
    if not MTU_MIN <= mtu <= MTU_MAX:
        raise _refusal("mtu", f"The field mtu may be from {MTU_MIN} to {MTU_MAX}.")
    port, keepalive = wanted.port or PORT_DEFAULT, wanted.keepalive or KEEPALIVE_DEFAULT
    if port > 65535 or keepalive > 65535:
        raise _refusal("port", "A port and a time between packets may be 65535 at most.")
    hub = wanted.role is VpnRole.HUB
    setup = Setup(
        role=wanted.role,
        interface=wanted.interface or INTERFACE_DEFAULT,
        network4=_network(wanted.network4 or NETWORK_DEFAULT, 4, "network4") if hub else "",
        network6=_network(wanted.network6, 6, "network6") if hub else "",
        endpoint_host=host,
        port=port,
        mtu=mtu,
        keepalive=keepalive,
    )
    return _with_key_source(setup, wanted) if wanted.hub_key_url and not hub else setup


def peer_configuration(setup: Setup, private_key: str, hub_key: str) -> Configuration:
    """The file of a peer whose hub's key was fetched.

    Raises HiveMindError(VPN_CONFIG_INVALID) where that key is the peer's own.
    """
    if public_key_of(private_key) == hub_key:
        raise HiveMindError(
            Reason.VPN_CONFIG_INVALID,
            "The key at the hub's address is this master's own: name another address.",
        )
    addresses = tuple(map(ipaddress.ip_interface, setup.addresses))
    allowed = tuple(dict.fromkeys(address.network for address in addresses))
    hub = Peer(hub_key, allowed, setup.endpoint, setup.keepalive)
    return Configuration(private_key, addresses, mtu=setup.mtu, peers=(hub,))


def _with_key_source(setup: Setup, wanted: Setup) -> Setup:
    source = checked_source(wanted.hub_key_url, wanted.hub_key_pin)
    if not setup.endpoint_host:
        raise _refusal("endpoint_host", "The field endpoint_host must name the hub.")
    if not 1 <= len(wanted.addresses) <= ADDRESSES_MAX:
        raise _refusal(
            "addresses", "The field addresses must have the peer's own, as 10.0.0.18/24."
        )
    return replace(
        setup,
        hub_key_url=source.url,
        hub_key_pin=source.pin,
        addresses=tuple(map(_address, wanted.addresses)),
    )


def _address(text: str) -> str:
    try:
        interface = ipaddress.ip_interface(text.strip())
    except ValueError as error:
        raise _refusal("addresses", "The field addresses has what is no address.") from error
    ip = interface.ip
    alone = interface.network.prefixlen in (0, interface.max_prefixlen)
    if alone or ip.is_multicast or ip.is_loopback or ip.is_unspecified:
        raise _refusal(
            "addresses", "The field addresses must have addresses with a network, as 10.0.0.18/24."
        )
    return str(interface)


def _network(text: str, version: int, field: str) -> str:
    if not text:
        return ""
    try:
        network = ipaddress.ip_network(text.strip())
    except ValueError as error:
        raise _refusal(field, f"The field {field} is no network, like 10.86.0.0/24.") from error
    widest, narrowest = _PREFIXES[network.version]
    usable = not (network.is_multicast or network.is_loopback or network.is_link_local)
    if network.version != version or not usable or not widest <= network.prefixlen <= narrowest:
        widest, narrowest = _PREFIXES[version]
        raise _refusal(
            field,
            f"The field {field} must be a network of IPv{version} from /{widest} to /{narrowest}.",
        )
    return str(network)


def _refusal(field: str, message: str) -> HiveMindError:
    return HiveMindError(Reason.INVALID_FIELD, message, field=field)
