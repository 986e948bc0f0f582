"""Listening for the masters that announce themselves on the local network (mDNS, RFC 6762)."""

import asyncio
import ipaddress
import socket
from collections.abc import Sequence

import psutil
from zeroconf import (  # type: ignore[attr-defined]
    DNSOutgoing,
    DNSPointer,
    DNSQuestion,
    DNSQuestionType,
    Error,
    InterfaceChoice,
    IPVersion,
    RecordUpdate,
    RecordUpdateListener,
    Zeroconf,
)
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from app.client.discovery import FoundMaster, Heard, Interface, masters_of
from app.common.announcing import SERVICE_TYPE
from app.common.errors import HiveMindError, Reason

#: How long one look takes.
LOOK_SECONDS = 3.0
#: Announcements that are looked into; a network that is flooded with them shows the first ones.
ANNOUNCEMENTS_MAX = 200

#: A question for pointers, class IN (RFC 1035, section 3.2).
_QUERY, _PTR, _IN = 0, 12, 1
_ASK_AFTER_SECONDS = (0.0, 0.25, 1.0)
_DETAILS_MILLISECONDS = 1000


async def find_masters(
    seconds: float = LOOK_SECONDS, interfaces: Sequence[str] | None = None
) -> list[FoundMaster]:
    """The masters heard within `seconds`, by name; nothing of them is proven.

    `interfaces` are the addresses of this machine on whose networks to ask; None: on all.
    Raises HiveMindError(MASTER_UNREACHABLE) where this machine cannot ask.
    """
    return masters_of(await _listen(seconds, interfaces), own_interfaces())


def own_interfaces() -> list[Interface]:
    """This machine's addresses, each with its network where the system tells it."""
    found = []
    for addresses in psutil.net_if_addrs().values():
        for each in addresses:
            if each.family in (socket.AF_INET, socket.AF_INET6):
                address = each.address.partition("%")[0]
                found.append(ipaddress.ip_interface(f"{address}{_prefix(each.netmask)}"))
    return found


def _prefix(netmask: str | None) -> str:
    if netmask is None:
        return ""
    return f"/{int(ipaddress.ip_address(netmask)).bit_count()}"


class _Instances(RecordUpdateListener):
    """The names of the services that answered."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, None] = {}

    def async_update_records(
        self,
        zc: Zeroconf,  # noqa: ARG002 - the caller's signature
        now: float,
        records: list[RecordUpdate],
    ) -> None:
        for record in (each.new for each in records):
            if not isinstance(record, DNSPointer) or record.key != SERVICE_TYPE:
                continue
            if record.is_expired(now):
                self.names.pop(record.alias, None)
            elif len(self.names) < ANNOUNCEMENTS_MAX:
                self.names[record.alias] = None


async def _listen(seconds: float, interfaces: Sequence[str] | None) -> list[Heard]:
    """What was announced.

    zeroconf's own browser is not used: it repeats the names it heard in its next question, and
    one that cannot be spelled again ends it.
    """
    zeroconf = _open(interfaces)
    instances = _Instances()
    try:
        await zeroconf.zeroconf.async_wait_for_start()
        zeroconf.zeroconf.async_add_listener(instances, None)
        asked = 0.0
        for after in _ASK_AFTER_SECONDS:
            await asyncio.sleep(min(after, seconds) - asked)
            asked = min(after, seconds)
            zeroconf.zeroconf.async_send(_question())
        await asyncio.sleep(seconds - asked)
        details = [_details(zeroconf.zeroconf, name) for name in instances.names]
        return [heard for heard in await asyncio.gather(*details) if heard is not None]
    finally:
        await zeroconf.async_close()


def _open(interfaces: Sequence[str] | None) -> AsyncZeroconf:
    if interfaces is not None:
        return AsyncZeroconf(list(interfaces))
    try:
        return AsyncZeroconf(InterfaceChoice.All, ip_version=IPVersion.All)
    except (OSError, RuntimeError):
        pass  # No IPv6 here.
    try:
        return AsyncZeroconf(InterfaceChoice.All, ip_version=IPVersion.V4Only)
    except (OSError, RuntimeError) as error:
        raise HiveMindError(
            Reason.MASTER_UNREACHABLE,
            f"This machine cannot look for masters ({error}): name the master, HOST:PORT.",
        ) from error


def _question() -> DNSOutgoing:
    question = DNSOutgoing(_QUERY)
    question.add_question(DNSQuestion(SERVICE_TYPE, _PTR, _IN))
    return question


async def _details(zeroconf: Zeroconf, name: str) -> Heard | None:
    """What the service `name` says of itself; None where it says nothing that can be read."""
    try:
        info = AsyncServiceInfo(SERVICE_TYPE, name)
        # Answers to all: one to this port alone may reach another program of this machine.
        if not await info.async_request(zeroconf, _DETAILS_MILLISECONDS, DNSQuestionType.QM):
            return None
        return Heard(tuple(info.parsed_scoped_addresses()), info.port, info.properties)
    except Error:
        return None
