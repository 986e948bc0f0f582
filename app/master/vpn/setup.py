"""How a pool's encrypted network is set up: what was chosen, checked, kept. Pure."""

import ipaddress
import json
import re
from dataclasses import asdict, dataclass

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import VpnRole
from app.wireguard.configuration import (
    KEEPALIVE_DEFAULT,
    MTU_DEFAULT,
    MTU_MAX,
    MTU_MIN,
    PORT_DEFAULT,
    Endpoint,
    Interface,
    Network,
    checked_name,
)

INTERFACE_DEFAULT = "wg0"
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
        return cls(**{**body, "role": VpnRole(body["role"])})


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
    return Setup(
        role=wanted.role,
        interface=wanted.interface or INTERFACE_DEFAULT,
        network4=_network(wanted.network4 or NETWORK_DEFAULT, 4, "network4") if hub else "",
        network6=_network(wanted.network6, 6, "network6") if hub else "",
        endpoint_host=host,
        port=port,
        mtu=mtu,
        keepalive=keepalive,
    )


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
