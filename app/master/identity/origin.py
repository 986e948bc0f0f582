"""Whence a call comes, as far as the master can see."""

import ipaddress
from dataclasses import dataclass
from typing import Final

CLIENT_CHARACTERS_MAX = 100
#: One machine has a whole network of this width to choose its IPv6 addresses from (RFC 6177).
_IPV6_NETWORK_BITS: Final = 64


@dataclass(frozen=True, slots=True, repr=False)
class Origin:
    """`address` is the caller's, without port; `client` is what the caller calls itself.

    `device_token` is a refresh token that the device had before; empty where it is new.
    """

    address: str = ""
    client: str = ""
    device_token: str = ""


NOWHERE: Final = Origin()


def neighbourhood(address: str) -> str:
    """What is counted as one: an IPv4 address, or an IPv6 network of 64 bits."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, _IPV6_NETWORK_BITS), strict=False))


def shown_client(text: str) -> str:
    """`text` as it is kept and shown: printable, and not long."""
    printable = "".join(character for character in text if character.isprintable())
    return printable[:CLIENT_CHARACTERS_MAX].strip()
