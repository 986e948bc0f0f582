"""Which networks this machine uses already. Blocks."""

import ipaddress
import json
import socket
from collections.abc import Iterable, Iterator

import psutil

from app.common.errors import HiveMindError, Reason
from app.wireguard.commands import Commands
from app.wireguard.configuration import Network

_FAMILIES = (socket.AF_INET, socket.AF_INET6)


def networks_in_use(commands: Commands, but: str) -> list[Network]:
    """Networks of this machine's interfaces and routes, without those of the interface `but`."""
    found = set(_of_interfaces(but))
    for version in ("-4", "-6"):
        found.update(_of_routes(commands.run(("ip", "-json", version, "route")).output, but))
    return sorted(found, key=str)


def addresses_of_this_machine(but: str = "") -> list[str]:
    """Addresses by which others may reach this machine, IPv4 first."""
    found = [
        interface.ip
        for interface in _interfaces(but)
        if not interface.ip.is_loopback and not interface.ip.is_link_local
    ]
    return [str(ip) for ip in sorted(found, key=lambda ip: (ip.version, int(ip)))]


def check_free(networks: Iterable[Network], used: Iterable[Network]) -> None:
    """Raise HiveMindError(VPN_NETWORK_OVERLAPS) if one lies across a network in use here."""
    routes = [route for route in used if route.prefixlen > 0]
    for network in networks:
        for route in routes:
            if route.version == network.version and route.overlaps(network):
                raise HiveMindError(
                    Reason.VPN_NETWORK_OVERLAPS,
                    f"The network {network} overlaps {route}, which this machine uses: "
                    "choose another one.",
                )


def plain_address(address: str) -> str:
    """`address`, of IPv4 also where a socket of both versions has it mapped."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    mapped = ip.ipv4_mapped if ip.version == 6 else None
    return str(mapped if mapped is not None else ip)


def _of_interfaces(but: str) -> Iterator[Network]:
    for interface in _interfaces(but):
        if not interface.ip.is_loopback and not interface.ip.is_link_local:
            yield interface.network


def _interfaces(but: str) -> Iterator[ipaddress.IPv4Interface | ipaddress.IPv6Interface]:
    for name, addresses in psutil.net_if_addrs().items():
        for each in addresses:
            if name == but or each.family not in _FAMILIES:
                continue
            address = each.address.partition("%")[0]
            prefix = _prefix(each.netmask) if each.netmask else ""
            yield ipaddress.ip_interface(f"{address}{prefix}")


def _prefix(netmask: str) -> str:
    return f"/{int(ipaddress.ip_address(netmask)).bit_count()}"


def _of_routes(output: str, but: str) -> Iterator[Network]:
    try:
        routes = json.loads(output or "[]")
    except ValueError:
        return
    for route in routes:
        if route.get("dev") != but and route.get("dst", "default") != "default":
            network = ipaddress.ip_network(route["dst"], strict=False)
            if not network.is_link_local and not network.is_multicast:
                yield network
