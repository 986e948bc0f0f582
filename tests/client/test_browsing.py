"""Real announcements on the loopback interface: nothing leaves this machine.

Other tests announce there at the same time, so each looks for its own pool's pin.
"""

import asyncio
import os
import socket
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_interface

import pytest
from zeroconf import ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from app.client.browsing import find_masters, own_interfaces
from app.client.discovery import FoundMaster
from app.common.announcing import SERVICE_TYPE, announced_properties
from app.common.clock import SystemClock
from app.common.ids import SystemIds
from app.master.pool.announcement import Announcement
from tests.client.fake_pool import Authority

LOOPBACK = "127.0.0.1"
MDNS = ("224.0.0.251", 5353)
SERVICE_LABELS = (b"_hivemind", b"_tcp", b"local")


@pytest.fixture(scope="module")
def pin() -> str:
    return Authority().pin


def new_id() -> str:
    return SystemIds(SystemClock()).new_id()


async def found_with(pin: str, count: int = 1, seconds: float = 1.5) -> list[FoundMaster]:
    """The masters with `pin`, once so many are heard: a loaded machine may answer too late."""
    async with asyncio.timeout(60):
        while True:
            heard = await find_masters(seconds, [LOOPBACK])
            found = [each for each in heard if each.pin == pin]
            if len(found) >= count:
                return found


@asynccontextmanager
async def announced(info: ServiceInfo) -> AsyncIterator[None]:
    zeroconf = AsyncZeroconf([LOOPBACK])
    try:
        await zeroconf.async_register_service(info, cooperating_responders=True)
        yield
    finally:
        await zeroconf.async_close()


def service(pin: str, **changes: object) -> ServiceInfo:
    values: dict[str, object] = {
        "port": 50051,
        "parsed_addresses": ["10.9.0.1"],
        "properties": announced_properties("lab", pin),
    }
    return ServiceInfo(SERVICE_TYPE, f"{new_id()}.{SERVICE_TYPE}", **(values | changes))


async def test_a_masters_announcement_is_found_until_it_stops(pin: str) -> None:
    announcement = Announcement(new_id(), "the lab", pin, LOOPBACK, 4711)
    await announcement.start()
    try:
        (found,) = await found_with(pin)
        assert found.pool_name == "the lab"
        assert [str(address) for address in found.addresses] == ["127.0.0.1:4711"]
    finally:
        await announcement.stop()
    assert await found_with(pin, 0, 0.5) == []


async def test_a_master_that_was_named_and_not_numbered_is_found(pin: str) -> None:
    announcement = Announcement(new_id(), "the lab", pin, "localhost", 4711)
    announcement._open = lambda addresses: AsyncZeroconf([LOOPBACK])  # no ::1 for multicast
    await announcement.start()
    try:
        (found,) = await found_with(pin)
        assert "127.0.0.1:4711" in map(str, found.addresses)
    finally:
        await announcement.stop()


async def test_a_master_starts_though_its_name_is_taken_or_its_host_unknown(pin: str) -> None:
    """Anybody on the network can take a name; that must not end a master."""
    taken = new_id()
    first = Announcement(taken, "the lab", pin, LOOPBACK, 4711)
    second = Announcement(taken, "the lab", pin, LOOPBACK, 4712)
    nowhere = Announcement(new_id(), "the lab", pin, "no-such-host.invalid", 4713)
    try:
        for each in (first, second, nowhere):
            await each.start()
        (found,) = await found_with(pin)
        assert [address.port for address in found.addresses] == [4711]
    finally:
        for each in (first, second, nowhere):
            await each.stop()


async def test_announcements_that_make_no_sense_are_passed_over(pin: str) -> None:
    async with (
        announced(service(pin, port=0)),
        announced(service(pin, parsed_addresses=["224.0.0.1"])),
        announced(service(pin, properties=b"\xff\xffname")),
        announced(service(pin, properties={"name": "\x1b[2J", "pin": pin})),
        announced(service(pin)),
    ):
        found = await found_with(pin, 2)
    assert [each.pool_name for each in found] == ["lab", "\ufffd[2J"]


def pointer(instance: Sequence[bytes]) -> bytes:
    """An answer that names one more service: its labels as bytes, which need be no text."""
    names = [
        b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
        for labels in (SERVICE_LABELS, instance)
    ]
    header = struct.pack("!6H", 0, 0x8400, 0, 1, 0, 0)
    return header + names[0] + struct.pack("!HHIH", 12, 1, 4500, len(names[1])) + names[1]


async def test_names_that_cannot_be_spelled_do_not_hide_a_master(
    pin: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Bytes that are no text grow when they are decoded: too long to be asked for again."""
    hostile = [
        (b"\xff" * 63, *SERVICE_LABELS),
        (b"evil",),
        (b"a\x1b[2J", *SERVICE_LABELS),
        (b"x" * 63, b"x" * 63, b"x" * 63, *SERVICE_LABELS),
    ]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(LOOPBACK))
        looking = asyncio.create_task(found_with(pin, seconds=2.0))
        await asyncio.sleep(0)
        async with announced(service(pin)):
            for labels in hostile:
                sender.sendto(pointer(labels), MDNS)
            for junk in (b"", b"\0" * 12, os.urandom(64), pointer([b"x"])[:-3]):
                sender.sendto(junk, MDNS)
            found = await looking
    assert [each.pool_name for each in found] == ["lab"]
    assert caplog.records == []


def test_this_machines_addresses_come_with_their_networks() -> None:
    assert ip_interface("127.0.0.1/8") in own_interfaces()
