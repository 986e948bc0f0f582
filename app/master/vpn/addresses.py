"""Which address a new peer gets: the first that is free and has rested. Pure."""

import ipaddress
from collections.abc import Mapping

from app.common.clock import MICROSECONDS
from app.common.errors import HiveMindError, Reason
from app.wireguard.configuration import Address, Network
from app.wireguard.status import HANDSHAKE_SECONDS_MAX

#: A released address rests until no session of its former owner can live any more.
QUARANTINE_US = HANDSHAKE_SECONDS_MAX * MICROSECONDS


def next_address(network: Network, released: Mapping[str, int | None], now_us: int) -> Address:
    """The first address of `network` for a peer.

    `released` has every address that was ever leased, with the time it was released (None:
    in use). The first host of a network is the hub's. Raises
    HiveMindError(VPN_ADDRESSES_EXHAUSTED), which says when one will have rested.
    """
    first, last = _hosts(network)
    make = ipaddress.IPv4Address if network.version == 4 else ipaddress.IPv6Address
    rests_until: int | None = None
    for number in range(first, last + 1):
        address = make(number)
        text = str(address)
        if text not in released:
            return address
        at_us = released[text]
        if at_us is None:
            continue
        until = at_us + QUARANTINE_US
        if until <= now_us:
            return address
        rests_until = until if rests_until is None else min(rests_until, until)
    raise _exhausted(network, rests_until, now_us)


def _hosts(network: Network) -> tuple[int, int]:
    """The first and the last number that a peer may have."""
    start, end = int(network.network_address), int(network.broadcast_address)
    # The last one of IPv4 is for broadcasts.
    return start + 2, end - 1 if network.version == 4 else end


def _exhausted(network: Network, rests_until: int | None, now_us: int) -> HiveMindError:
    if rests_until is None:
        return HiveMindError(
            Reason.VPN_ADDRESSES_EXHAUSTED,
            f"All addresses of {network} are leased: revoke peers, or set up a wider network.",
        )
    seconds = -(-(rests_until - now_us) // MICROSECONDS)
    return HiveMindError(
        Reason.VPN_ADDRESSES_EXHAUSTED,
        f"All addresses of {network} are leased; one is free in {seconds} s.",
        retry_seconds=str(seconds),
    )
