"""Telling the local network that a pool is here (DNS-SD over mDNS, RFC 6763)."""

import asyncio
import ipaddress
import socket

import psutil
import structlog
from zeroconf import Error, InterfaceChoice, IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from app.common.announcing import SERVICE_TYPE, announced_properties

log = structlog.get_logger(__name__)

#: Hosts that mean every address of this machine; the first of IPv4, the others of both versions.
_EVERY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104 - compared, not bound


def local_addresses(*families: socket.AddressFamily) -> list[str]:
    """This machine's addresses of `families` (IPv4 if none is named), without the loopback's."""
    found = (
        ipaddress.ip_address(address.address.partition("%")[0])
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family in (families or (socket.AF_INET,))
    )
    return sorted(str(address) for address in found if not address.is_loopback)


class Announcement:
    """Registers the service; a network that does not allow it is no reason not to start.

    It names the addresses that the master listens on, and is told only where they are:
    a master on the loopback address is found on its own machine alone.
    """

    def __init__(self, pool_id: str, pool_name: str, ca_pin: str, host: str, port: int) -> None:
        self._name = f"{pool_id}.{SERVICE_TYPE}"
        self._properties = announced_properties(pool_name, ca_pin)
        self._host = host
        self._port = port
        self._zeroconf: AsyncZeroconf | None = None

    async def start(self) -> None:
        """Announce until `stop`. Returns once the name was found to be free, after a second."""
        try:
            addresses = await self._addresses()
            self._zeroconf = self._open(addresses)
            info = ServiceInfo(
                SERVICE_TYPE,
                self._name,
                port=self._port,
                parsed_addresses=addresses,
                properties=self._properties,
            )
            await self._zeroconf.async_register_service(info)
        except (OSError, RuntimeError, Error) as error:
            log.warning("cannot announce the pool on this network", error=repr(error))

    async def stop(self) -> None:
        """Tell the network that the pool is gone, and be silent."""
        if self._zeroconf is not None:
            await self._zeroconf.async_close()
            self._zeroconf = None

    async def _addresses(self) -> list[str]:
        if self._host == _EVERY_ADDRESS[0]:
            return local_addresses()
        if self._host in _EVERY_ADDRESS:
            return local_addresses(socket.AF_INET, socket.AF_INET6)
        found = await asyncio.get_running_loop().getaddrinfo(
            self._host, self._port, type=socket.SOCK_STREAM
        )
        return sorted({str(each[4][0]).partition("%")[0] for each in found})

    def _open(self, addresses: list[str]) -> AsyncZeroconf:
        if self._host == _EVERY_ADDRESS[0]:
            return AsyncZeroconf(InterfaceChoice.All, ip_version=IPVersion.V4Only)
        if self._host in _EVERY_ADDRESS:
            return AsyncZeroconf(InterfaceChoice.All, ip_version=IPVersion.All)
        return AsyncZeroconf(addresses)
