"""Which masters the local network speaks of, out of what was heard.

Anybody on the network can announce anything. So a name is only shown, and only after it was
made safe to show; a pin is a hint that sorts what was found, and whoever connects compares it
with the CA that answers; an address is tried, never trusted. This module decides;
`app/client/browsing.py` listens.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface, ip_address
from typing import TypeAlias

from app.client.address import MasterAddress
from app.common.announcing import NAME_KEY, PIN_KEY
from app.common.pki import is_pin

Address: TypeAlias = IPv4Address | IPv6Address
Interface: TypeAlias = IPv4Interface | IPv6Interface

#: Addresses of one master that are worth a try.
ADDRESSES_MAX = 4
NAME_CHARACTERS_MAX = 60
NAMELESS = "(no name)"
#: Marks on one letter that are shown; a heap of them spills over the lines around it.
_MARKS_MAX = 2
_SHORT_PIN_CHARACTERS = 8


@dataclass(frozen=True, slots=True)
class Heard:
    """One announcement as it came."""

    addresses: tuple[str, ...]
    port: int | None
    properties: Mapping[bytes, bytes | None]


@dataclass(frozen=True, slots=True)
class FoundMaster:
    """A master that was announced. Nothing of it is proven."""

    #: Safe to print, never empty.
    pool_name: str
    #: What the CA's pin should be.
    pin: str
    #: The likeliest to be reached first; at least one.
    addresses: tuple[MasterAddress, ...]

    @property
    def short_pin(self) -> str:
        """The pin's beginning, to tell pools apart in a list; too short to compare."""
        return f"{self.pin[:_SHORT_PIN_CHARACTERS]}…"


def masters_of(heard: Iterable[Heard], own: Sequence[Interface]) -> list[FoundMaster]:
    """The masters that `heard` speaks of, by name; what makes no sense is left out.

    `own` are the addresses of this machine with their networks. Announcements of the same
    name and pin are one master with all their addresses.
    """
    merged: dict[tuple[str, str], set[tuple[Address, int]]] = {}
    for each in heard:
        pin = _pin(each.properties)
        port = each.port
        if pin is None or port is None or not 0 < port < 65536:
            continue
        endpoints = {(found, port) for text in each.addresses if (found := _address(text))}
        if endpoints:
            name = plain_name(_text(each.properties, NAME_KEY))
            merged.setdefault((name, pin), set()).update(endpoints)
    return [
        FoundMaster(name, pin, _in_order(endpoints, own))
        for (name, pin), endpoints in sorted(merged.items())
    ]


def plain_name(text: str) -> str:
    """`text` on one line that a terminal shows and does not obey, of 60 characters at most."""
    shown: list[str] = []
    marks = 0
    for character in " ".join(unicodedata.normalize("NFC", text).split()):
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        if marks <= _MARKS_MAX:
            shown.append(character if character.isprintable() else "\ufffd")
    if len(shown) > NAME_CHARACTERS_MAX:
        shown[NAME_CHARACTERS_MAX - 1 :] = "…"
    return "".join(shown) or NAMELESS


def _text(properties: Mapping[bytes, bytes | None], key: str) -> str:
    return (properties.get(key.encode()) or b"").decode(errors="replace")


def _pin(properties: Mapping[bytes, bytes | None]) -> str | None:
    text = _text(properties, PIN_KEY)
    return text if is_pin(text) else None


def _address(text: str) -> Address | None:
    """The address `text` names, if one can connect to it."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        elif not _can_be_scoped(address):
            return None
    reserved = isinstance(address, IPv4Address) and address.is_reserved
    if address.is_unspecified or address.is_multicast or reserved:
        return None
    return address


def _can_be_scoped(address: IPv6Address) -> bool:
    """A link-local address says nothing without the interface it is on."""
    scope = address.scope_id
    if scope is None:
        return not address.is_link_local
    return scope.isascii() and scope.isalnum()


def _in_order(
    endpoints: Iterable[tuple[Address, int]], own: Sequence[Interface]
) -> tuple[MasterAddress, ...]:
    """Neighbours first, then this machine, then what is behind a router.

    An address of this machine may be meant for another one: each has its own 172.17.0.1.
    """

    def rank(endpoint: tuple[Address, int]) -> tuple[int, bool, int, int, int]:
        address, port = endpoint
        far = 2
        if address.is_loopback or any(address == interface.ip for interface in own):
            far = 1
        elif address.is_link_local or any(
            address.version == interface.version and address in interface.network
            for interface in own
        ):
            far = 0
        return far, address.is_link_local, address.version, int(address), port

    nearest = sorted(endpoints, key=rank)[:ADDRESSES_MAX]
    return tuple(MasterAddress(str(address), port) for address, port in nearest)
