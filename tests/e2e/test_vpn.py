"""The encrypted network of a whole pool: real processes and tunnels, a namespace a host."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.client.api import HiveMind
from app.client.vpn import HubWish
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import VpnState
from bench.pool import ADMIN, PASSWORD, MasterProcess
from proto import nodepool_pb2 as pb
from tests.wireguard.networks import Host, Lan, lan

SECONDS = 20


@pytest.fixture
def network() -> Iterator[Lan]:
    with lan() as made:
        made.here()
        yield made


class HubProcess:
    """A master on a host of its own."""

    def __init__(self, host: Host, folder: Path) -> None:
        self.host = host
        settings = {"GRPC_SERVER_ADDRESS": "0.0.0.0:50051"}
        folder.mkdir()
        self.process = MasterProcess(folder, settings, prefix=tuple(host.command()))
        self.tunnel = f"{host.name}w"
        self.file = folder / "data" / "vpn" / f"{self.tunnel}.conf"

    @property
    def address(self) -> str:
        return f"{self.host.address}:50051"

    async def start(self) -> None:
        await self.process.start()

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[HiveMind]:
        async with HiveMind.connect(
            self.address, pin=self.process.ready["ca_pin"], username=ADMIN, password=PASSWORD
        ) as pool:
            yield pool

    def wg(self, what: str) -> str:
        return self.host.run("wg", "show", self.tunnel, what)


@pytest.fixture
async def hub(network: Lan, tmp_path: Path) -> AsyncIterator[HubProcess]:
    made = HubProcess(network.host(), tmp_path / "hub")
    try:
        await made.start()
        yield made
    finally:
        if made.process.process is not None and made.process.process.poll() is None:
            made.process.stop()


class Phone:
    """A device on a host of its own, set up by wg-quick with the file that was exported."""

    def __init__(self, host: Host, folder: Path) -> None:
        self.host = host
        self.file = folder / f"{host.name}w.conf"

    def up(self, configuration: str) -> None:
        self.file.touch(mode=0o600)
        self.file.write_text(configuration)
        self.host.run("wg-quick", "up", str(self.file))

    def down(self) -> None:
        self.host.run("wg-quick", "down", str(self.file), check=False)


@pytest.fixture
def phones(network: Lan, tmp_path: Path) -> Iterator[list[Phone]]:
    made = [Phone(network.host(), tmp_path) for _ in range(2)]
    yield made
    for phone in made:
        phone.down()


async def refused(call: object) -> HiveMindError:
    with pytest.raises(HiveMindError) as caught:
        await call  # type: ignore[misc]
    return caught.value


async def until_up(pool: HiveMind) -> pb.VpnInfo:
    async with asyncio.timeout(SECONDS):
        async for info in pool.vpn.watch():
            if info.state == VpnState.UP:
                return info
    raise AssertionError


async def test_devices_come_and_go(hub: HubProcess, phones: list[Phone]) -> None:
    first, second = phones
    async with hub.admin() as pool:
        assert (await refused(pool.vpn.add_device("early"))).reason is Reason.VPN_NOT_SET_UP
        wish = HubWish(interface=hub.tunnel, network4="10.86.0.0/29")
        info = await pool.vpn.set_up_hub(wish)
        assert info.state == VpnState.UP, info
        assert info.endpoint == f"{hub.host.address}:51820"
        assert info.master_address == "10.86.0.1:50051"
        assert hub.file.stat().st_mode & 0o777 == 0o600

        phone = await pool.vpn.add_device("Ann's phone")
        first.up(phone.configuration)
        assert first.host.reaches("10.86.0.1")
        (peer,) = (await pool.vpn.get()).peers
        assert (peer.name, list(peer.addresses), peer.connected) == (
            "Ann's phone", ["10.86.0.2"], True,
        )  # fmt: skip
        assert peer.received_bytes > 0
        assert peer.endpoint.startswith(f"{first.host.address}:")

        # What cannot be set up changes nothing.
        for bad, reason in (
            (
                HubWish(interface=hub.tunnel, network4="198.51.100.0/25"),
                Reason.VPN_NETWORK_OVERLAPS,
            ),
            (HubWish(interface=hub.tunnel, network4="10.86.0.1/24"), Reason.INVALID_FIELD),
            (HubWish(interface=hub.tunnel, mtu=100), Reason.INVALID_FIELD),
            (HubWish(interface="a/b"), Reason.INVALID_FIELD),
        ):
            assert (await refused(pool.vpn.set_up_hub(bad))).reason is reason
        assert first.host.reaches("10.86.0.1")

        # The network is small, and a released address rests.
        for number in range(4):
            await pool.vpn.add_device(f"device {number}")
        full = await refused(pool.vpn.add_device("one too many"))
        assert full.reason is Reason.VPN_ADDRESSES_EXHAUSTED
        revoked = await pool.vpn.revoke("Ann's phone")
        assert revoked.revoked
        assert phone.membership.hub_public_key in first.file.read_text()
        assert peer.public_key not in hub.wg("peers")
        assert not first.host.reaches("10.86.0.1")
        resting = await refused(pool.vpn.add_device("one too many"))
        assert resting.reason is Reason.VPN_ADDRESSES_EXHAUSTED
        assert 0 < int(resting.details["retry_seconds"]) <= 180

        # A wider network: all move, and have to be told.
        await pool.vpn.set_up_hub(HubWish(interface=hub.tunnel, network4="10.87.0.0/24"))
        laptop = await pool.vpn.add_device("laptop")
        second.up(laptop.configuration)
        assert second.host.reaches("10.87.0.1")
        await pool.vpn.rename("laptop", "Ann's laptop")
        assert len((await pool.vpn.get()).peers) == 5

        checks = {check.name: check for check in await pool.vpn.diagnose()}
        assert {"service", "file", "tunnel", "clock", "port", "routes", "peers"} <= set(checks)
        good = pb.VpnCheck.RESULT_GOOD
        assert all(checks[name].result == good for name in ("service", "file", "tunnel", "routes"))


async def test_a_hub_comes_back(hub: HubProcess, phones: list[Phone]) -> None:
    phone, _ = phones
    async with hub.admin() as pool:
        await pool.vpn.set_up_hub(HubWish(interface=hub.tunnel, network6="fd86::/64"))
        device = await pool.vpn.add_device("phone")
        phone.up(device.configuration)
        assert phone.host.reaches("10.86.0.1")
        assert phone.host.reaches("fd86::1")

        # An edit by hand does not last: what the file says comes from the store.
        good = hub.file.read_text()
        hub.file.write_text(good.replace("[Peer]", "[Pear]"))
        async with asyncio.timeout(SECONDS):
            async for _ in pool.vpn.watch():
                if hub.file.read_text() == good:
                    break
        await until_up(pool)

        # The hub's key changes, and with it the tunnel of all who are not told.
        await pool.vpn.rotate_key()
        info = await pool.vpn.get()
        assert info.public_key != device.membership.hub_public_key
        assert info.public_key in hub.wg("public-key")

    hub.process.kill()
    await hub.start()
    async with hub.admin() as pool:
        again = await until_up(pool)
        assert again.public_key == info.public_key
        assert [peer.name for peer in again.peers] == ["phone"]
        stopped = await pool.vpn.stop()
        assert stopped.state == VpnState.UNSPECIFIED
        assert hub.tunnel not in hub.host.run("ip", "link")
        assert (await refused(pool.vpn.add_device("late"))).reason is Reason.VPN_NOT_SET_UP
        # Another program has the port meanwhile.
        taker = await asyncio.create_subprocess_exec(
            *hub.host.command("python3", "-c", TAKE_PORT), stdout=asyncio.subprocess.PIPE
        )
        assert taker.stdout is not None
        await taker.stdout.readline()
        taken = await refused(pool.vpn.set_up_hub(HubWish(interface=hub.tunnel)))
        assert taken.reason is Reason.VPN_PORT_IN_USE
        taker.kill()
        await taker.wait()
        assert (await pool.vpn.get()).role == pb.VPN_ROLE_UNSPECIFIED


TAKE_PORT = """
import socket, time
taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
taken.bind(("", 51820))
print("taken", flush=True)
time.sleep(60)
"""


async def test_a_master_is_a_peer_of_anothers_hub(
    hub: HubProcess, network: Lan, tmp_path: Path
) -> None:
    other = HubProcess(network.host(), tmp_path / "other")
    try:
        await other.start()
        async with hub.admin() as pool, other.admin() as guest:
            await pool.vpn.set_up_hub(HubWish(interface=hub.tunnel))
            given = (await pool.vpn.add_device("the other master")).configuration
            bad = await refused(guest.vpn.set_up_peer(given.replace("Peer", "Pear"), other.tunnel))
            assert bad.reason is Reason.VPN_CONFIG_INVALID
            info = await guest.vpn.set_up_peer(given, other.tunnel)
            assert info.role == pb.VPN_ROLE_PEER
            assert info.master_address == "10.86.0.2:50051"
            assert other.host.reaches("10.86.0.1")
            assert hub.host.reaches("10.86.0.2")
    finally:
        if other.process.process is not None:
            other.process.stop()
