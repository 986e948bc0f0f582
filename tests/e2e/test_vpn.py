"""The encrypted network of a whole pool: real processes and tunnels, a namespace a host."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.client.api import HiveMind
from app.client.vpn import HubWish, PeerWish
from app.common.errors import Reason
from app.common.vocabulary import NodeState, VpnState
from app.master.vpn.knock import SILENCE_SECONDS_MAX
from app.wireguard.configuration import parse
from proto import nodepool_pb2 as pb
from tests.e2e.vpn_world import (
    HANDSHAKE_SECONDS,
    SECONDS,
    START_SECONDS,
    Desk,
    HubProcess,
    NodeProcess,
    Phone,
    PlainHub,
    Traffic,
    nodes_of,
    refused,
    streams_by_tunnel,
    until_connected,
    until_event,
    until_up,
)
from tests.wireguard.key_server import KeyServer, key_server
from tests.wireguard.networks import Lan, lan

#: This process's own namespace is on the network: two at once would be in each other's way.
pytestmark = pytest.mark.xdist_group("network")


@pytest.fixture
def network() -> Iterator[Lan]:
    with lan() as made:
        made.here()
        yield made


@pytest.fixture
async def hub(network: Lan, tmp_path: Path) -> AsyncIterator[HubProcess]:
    made = HubProcess(network.host(), tmp_path / "hub")
    try:
        await made.start()
        yield made
    finally:
        if made.process.process is not None and made.process.process.poll() is None:
            made.process.stop()


@pytest.fixture
def phones(network: Lan, tmp_path: Path) -> Iterator[list[Phone]]:
    made = [Phone(network.host(), tmp_path) for _ in range(2)]
    yield made
    for phone in made:
        phone.down()


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
        (preshared,) = re.findall(r"PresharedKey = (\S+)", phone.configuration)
        assert preshared in hub.wg("preshared-keys")
        assert first.file.stat().st_mode & 0o777 == 0o600
        assert first.host.gets_through("10.86.0.1")
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
        assert second.host.gets_through("10.87.0.1")
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
        assert phone.host.gets_through("10.86.0.1")
        assert phone.host.reaches("fd86::1")

        # An edit by hand does not last: what the file says comes from the store.
        good = hub.file.read_text()
        hub.file.write_text(good.replace("[Peer]", "[Pear]"))
        async with asyncio.timeout(SECONDS):
            async for _ in pool.vpn.watch():
                if hub.file.read_text() == good:
                    break
        await until_up(pool)
        assert (await until_event(pool, "Vpn/FileRestored")).actor == "master"

        # The daemon is killed: an admin reads that it broke and that it runs again.
        hub.host.run("pkill", "-KILL", "-f", f"wireguard-go -f {hub.tunnel}")
        await until_event(pool, "Vpn/TunnelRepaired")

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


async def test_what_people_type(hub: HubProcess, phones: list[Phone], tmp_path: Path) -> None:
    desk = Desk(hub, tmp_path)
    await desk.sign_in()
    assert "No encrypted network" in (await desk.run("vpn", "status"))[1]
    status, said = await desk.run("vpn", "setup", "--network", "198.51.100.0/24")
    assert (status, "VPN_NETWORK_OVERLAPS" in said) == (5, True)
    at = ("--interface", hub.tunnel)
    assert (await desk.run("vpn", "setup", "--check", *at))[1].strip() == "It would do."
    assert hub.tunnel not in hub.host.run("ip", "link")
    status, said = await desk.run("vpn", "setup", *at)
    assert status == 0, said
    assert "wireguard-go" in said

    exported = tmp_path / "phone.conf"
    assert (await desk.run("vpn", "export", "phone", str(exported)))[0] == 0
    assert exported.stat().st_mode & 0o777 == 0o600
    again = await desk.run("vpn", "export", "phone", str(exported))
    assert "name a new file" in again[1]
    phone, _ = phones
    phone.up(exported.read_text())
    assert phone.host.gets_through("10.86.0.1")
    drawn = (await desk.run("vpn", "qr", "tablet"))[1]
    assert "\N{FULL BLOCK}" in drawn or "\N{LOWER HALF BLOCK}" in drawn
    status, printed = await desk.run("vpn", "peer", "add", "laptop")
    assert parse(printed.partition("note:")[0]).peers[0].endpoint is not None

    listed = json.loads((await desk.run("vpn", "peer", "list", "--json"))[1])["peers"]
    assert [peer["connected"] for peer in listed] == [True, False, False]
    assert (await desk.run("vpn", "peer", "rename", "laptop", "Ann's"))[0] == 0
    assert "add --yes" in (await desk.run("vpn", "peer", "revoke", "phone"))[1]
    assert (await desk.run("vpn", "peer", "revoke", "phone", "--yes"))[0] == 0
    assert not phone.host.reaches("10.86.0.1")

    status, said = await desk.run("doctor", "--web-port", "1")
    assert status == 0, said
    for word in ("port", "service", "sign-in", "vpn routes", "web", "log"):
        assert word in said
    assert (await desk.run("vpn", "stop", "--yes"))[0] == 0
    hub.process.stop()
    status, said = await desk.run("doctor")
    assert (status, "nothing listens on port 50051" in said) == (5, True)


@pytest.mark.timeout(240)
async def test_five_nodes_set_themselves_up_and_work_over_the_tunnel(
    hub: HubProcess, network: Lan, tmp_path: Path, job: Path
) -> None:
    async with hub.admin() as pool:
        await pool.vpn.set_up_hub(HubWish(interface=hub.tunnel))
        async with nodes_of(hub, network, tmp_path, 5) as nodes:
            peers = await until_connected(pool, 5)
            assert {peer.name for peer in peers} == {node.name for node in nodes}
            assert len({peer.addresses[0] for peer in peers}) == 5
            for node in nodes:
                await node.until("tunnel   up, used", " connected")
                assert node.file.stat().st_mode & 0o777 == 0o600
            assert streams_by_tunnel(hub) >= 5
            assert not any(peer.past_tunnel for peer in (await pool.vpn.get()).peers)

            submitted = await pool.tasks.submit(job, count=10)
            ended = await pool.tasks.wait(submitted.task_id)
            assert {task.state for task in ended} == {pb.TASK_STATE_SUCCEEDED}

            # Who may not use the tunnel is seen to go past it.
            first, second, third, fourth, fifth = nodes
            fifth.worker.stop()
            fifth.worker.options = ["--tunnel", "off"]
            fifth.worker.start()
            async with asyncio.timeout(SECONDS):
                async for info in pool.vpn.watch():
                    past = [peer.name for peer in info.peers if peer.past_tunnel]
                    if past:
                        break
            assert past == [fifth.name]
            by_name = {peer.name: peer for peer in peers}

            await _keys_change_under_traffic(pool, first, third)

            # A node is revoked: its tunnel is cut as well.
            await pool.nodes.set_state(second.name, NodeState.REVOKED)
            async with asyncio.timeout(SECONDS):
                async for _ in pool.vpn.watch():
                    if by_name[second.name].public_key not in hub.wg("peers"):
                        break
            assert not second.host.reaches("10.86.0.1")
            assert second.name in str(await until_event(pool, "Vpn/PeerCutOff"))

            # A daemon is killed and the hub's key changes, which nodes learn past the tunnel.
            fourth.host.run("pkill", "-KILL", "-f", f"wireguard-go -f {fourth.tunnel}")
            await pool.vpn.rotate_key()
            for node in (first, third, fourth):
                await node.until("tunnel   up, used", " connected")
            submitted = await pool.tasks.submit(job, count=4)
            ended = await pool.tasks.wait(submitted.task_id)
            assert {task.state for task in ended} == {pb.TASK_STATE_SUCCEEDED}

            # Without the hub they go on past it, and say so.
            await pool.vpn.stop()
            await third.until("tunnel   none", " connected")
            await third.until_no_file()
            submitted = await pool.tasks.submit(job, count=4)
            ended = await pool.tasks.wait(submitted.task_id)
            assert {task.state for task in ended} == {pb.TASK_STATE_SUCCEEDED}
            log = third.worker.folder.parent / f"{third.name}.log"
            assert "this worker goes without it" in log.read_text()


async def _keys_change_under_traffic(
    pool: HiveMind, first: NodeProcess, other: NodeProcess
) -> None:
    """No gap is longer than a handshake, and every address stays."""
    before = await pool.vpn.get()
    (old,) = (peer for peer in before.peers if peer.name == first.name)
    traffic = Traffic(first.host, "10.86.0.1")
    await pool.vpn.rotate_key(first.name)
    async with asyncio.timeout(SECONDS):
        async for info in pool.vpn.watch():
            (found,) = (peer for peer in info.peers if peer.name == first.name)
            if found.public_key != old.public_key and found.connected:
                break
    assert list(found.addresses) == list(old.addresses)
    await first.until("tunnel   up, used")
    assert traffic.longest_gap() < HANDSHAKE_SECONDS

    # Of the hub's next key the nodes are told before.
    traffic = Traffic(other.host, "10.86.0.1")
    await pool.vpn.rotate_key()
    after = await pool.vpn.get()
    assert after.public_key != before.public_key
    await other.until_hub_key(after.public_key)
    await other.until("tunnel   up, used", " connected")
    assert traffic.longest_gap() < HANDSHAKE_SECONDS


@pytest.mark.timeout(120)
async def test_a_node_that_must_not_go_without_waits_for_the_tunnel(
    hub: HubProcess, network: Lan, tmp_path: Path
) -> None:
    async with (
        hub.admin() as pool,
        nodes_of(hub, network, tmp_path, 1, "--tunnel", "require") as (node,),
    ):
        await node.until("NOT connected", "no hub", seconds=START_SECONDS)
        await pool.vpn.set_up_hub(HubWish(interface=hub.tunnel))
        await node.until("tunnel   up, used", " connected")
        assert streams_by_tunnel(hub) >= 1


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
            await until_up(guest)
            assert other.host.reaches("10.86.0.1")
            assert hub.host.reaches("10.86.0.2")
            with key_server(tmp_path, "198.51.100.254") as server:
                await _refused_by_key(guest, other, server)
                # The old tunnel keeps running, until its peer is revoked.
                assert other.host.reaches("10.86.0.1")
                await pool.vpn.revoke("the other master")
                assert not other.host.reaches("10.86.0.1")
                plain = PlainHub(network.host(), tmp_path)
                try:
                    await _by_fetched_key(guest, other, plain, server)
                finally:
                    plain.end()
    finally:
        if other.process.process is not None:
            other.process.stop()


def _wish(server: KeyServer, endpoint: str, other: HubProcess) -> PeerWish:
    return PeerWish(server.url, server.pin, endpoint, ("10.99.0.2/24",), interface=other.tunnel)


async def _refused_by_key(guest: HiveMind, other: HubProcess, server: KeyServer) -> None:
    before = other.file.read_text()
    wish = _wish(server, "198.51.100.1", other)
    for reason, answer, changed in (
        (Reason.VPN_HUB_KEY_UNAVAILABLE, b"no key", {}),
        (Reason.PIN_MISMATCH, b"", {"hub_key_pin": "0" * 52}),
        (Reason.VPN_HUB_KEY_UNAVAILABLE, b"", {"hub_key_pin": ""}),
        (Reason.INVALID_FIELD, b"", {"endpoint_host": ""}),
        (Reason.INVALID_FIELD, b"", {"addresses": ("10.99.0.2",)}),
    ):
        server.answer = answer
        error = await refused(guest.vpn.set_up_peer_by_key(replace(wish, **changed)))
        assert error.reason is reason
    assert other.file.read_text() == before


async def _by_fetched_key(
    guest: HiveMind, other: HubProcess, hub: PlainHub, server: KeyServer
) -> None:
    """The hub's keeper publishes the key, is told the peer's, and no private key leaves either."""
    server.answer = hub.public_key.encode()
    info = await guest.vpn.set_up_peer_by_key(_wish(server, hub.host.address, other))
    assert (info.hub_public_key, info.hub_key_url) == (hub.public_key, server.url)
    hub.take(info.public_key, "10.99.0.2/32")
    await until_up(guest)
    assert other.host.gets_through("10.99.0.1")

    # The hub has another key: the peer asks for it by itself, once the silence has been too long.
    hub.rekey()
    server.answer = hub.public_key.encode()
    async with asyncio.timeout(SILENCE_SECONDS_MAX + SECONDS):
        async for info in guest.vpn.watch():
            if info.hub_public_key == hub.public_key and info.state == VpnState.UP:
                break
    assert other.host.reaches("10.99.0.1")
    assert (await until_event(guest, "Vpn/HubKeyFetched")).actor == "master"
