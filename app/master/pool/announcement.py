"""Telling the local network that a pool is here (DNS-SD over mDNS, RFC 6763)."""

import socket

import psutil
import structlog
from zeroconf import IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

log = structlog.get_logger(__name__)

SERVICE_TYPE = "_hivemind._tcp.local."


def local_addresses() -> list[str]:
    """This machine's IPv4 addresses, without the loopback's."""
    return sorted(
        address.address
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family is socket.AF_INET and not address.address.startswith("127.")
    )


class Announcement:
    """Registers the service; a network that does not allow it is no reason not to start."""

    def __init__(self, pool_id: str, pool_name: str, ca_pin: str, port: int) -> None:
        self._info = ServiceInfo(
            SERVICE_TYPE,
            f"{pool_id}.{SERVICE_TYPE}",
            port=port,
            parsed_addresses=local_addresses(),
            properties={"name": pool_name, "pin": ca_pin},
        )
        self._zeroconf: AsyncZeroconf | None = None

    async def start(self) -> None:
        try:
            self._zeroconf = AsyncZeroconf(ip_version=IPVersion.V4Only)
            await self._zeroconf.async_register_service(self._info)
        except OSError as error:
            log.warning("cannot announce the pool on this network", error=str(error))

    async def stop(self) -> None:
        if self._zeroconf is not None:
            await self._zeroconf.async_unregister_service(self._info)
            await self._zeroconf.async_close()
