"""The ways of Linux on real tunnels between namespaces, and their supervision."""

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.common.clock import SystemClock
from app.common.errors import HiveMindError, Reason
from app.common.ids import SystemIds
from app.common.vocabulary import VpnState
from app.wireguard.backends import userspace
from app.wireguard.backends.base import Backend, BackendKind
from app.wireguard.backends.export import ExportBackend
from app.wireguard.backends.kernel import KernelBackend
from app.wireguard.backends.userspace import UserspaceBackend
from app.wireguard.commands import Done
from app.wireguard.configuration import Configuration, Endpoint, Peer, parse, render
from app.wireguard.file import write_configuration
from app.wireguard.keys import new_private_key
from app.wireguard.status import DeviceStatus, parse_dump
from app.wireguard.supervisor import Standing, Supervisor
from tests.wireguard.machines import CommandsOn, KernelOn, Recorded
from tests.wireguard.networks import Host, Lan, lan

IDS = SystemIds(SystemClock())
PORT = 51820


@pytest.fixture
def network() -> Iterator[Lan]:
    with lan() as made:
        yield made


class End:
    """One end of a tunnel on a host of its own."""

    def __init__(self, host: Host, folder: Path, kind: BackendKind, number: int) -> None:
        self.host = host
        kernel = kind is BackendKind.KERNEL
        self.commands = KernelOn(host) if kernel else CommandsOn(host)
        self.backend: Backend = (KernelBackend if kernel else UserspaceBackend)(self.commands)
        self.path = folder / f"{host.name}w.conf"
        self.address = f"10.86.0.{number}"
        self.configuration = Configuration(
            new_private_key(IDS), (ipaddress.ip_interface(f"{self.address}/24"),)
        )

    def knows(self, *others: "End", dial: bool = False) -> None:
        """Name the others as peers; `dial`: by their addresses, for the whole network."""
        peers = tuple(
            Peer(
                other.configuration.public_key,
                (ipaddress.ip_network("10.86.0.0/24" if dial else f"{other.address}/32"),),
                Endpoint(other.host.address, PORT) if dial else None,
                25 if dial else 0,
            )
            for other in others
        )
        port = 0 if dial else PORT
        self.configuration = replace(self.configuration, listen_port=port, peers=peers)
        write_configuration(self.path, self.configuration)

    def start(self) -> None:
        self.backend.apply(self.path, self.configuration)


@pytest.fixture(params=[BackendKind.USERSPACE, BackendKind.KERNEL], ids=lambda kind: kind.name)
def ends(network: Lan, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[list[End]]:
    made = [End(network.host(), tmp_path, request.param, number) for number in (1, 2, 3)]
    hub, node, other = made
    hub.knows(node, other)
    node.knows(hub, dial=True)
    other.knows(hub, dial=True)
    yield made
    for each in made:
        each.commands.end()


def status_at_rest(end: End) -> DeviceStatus:
    """What the backend reports at a moment at which `wg` reports the same before and after.

    Keepalives and handshakes come unasked and are counted, so that one look before or after
    may rightly differ.
    """

    def said() -> DeviceStatus | None:
        return parse_dump(end.host.run("wg", "show", end.path.stem, "dump"))

    for _ in range(20):
        before, found, after = said(), end.backend.status(end.path), said()
        if before == after:
            break
    assert found is not None
    assert found == before
    return found


def test_a_way_carries_traffic_changes_peers_and_reports_what_wg_reports(ends: list[End]):
    hub, node, other = ends
    for each in ends:
        assert each.backend.status(each.path) is None
        each.start()
    assert node.host.gets_through(hub.address)
    assert other.host.gets_through(hub.address)
    found = status_at_rest(hub)
    assert found.peers[node.configuration.public_key].handshake_s > 0

    hub.knows(other)
    hub.start()
    assert not node.host.reaches(hub.address)
    assert other.host.reaches(hub.address)

    hub.backend.stop(hub.path)
    assert hub.backend.status(hub.path) is None
    hub.backend.stop(hub.path)


def test_what_the_system_refuses_is_told_and_leaves_nothing(ends: list[End]):
    hub = ends[0]
    hub.host.run("ip", "link", "add", hub.path.stem, "type", "bridge")
    with pytest.raises(HiveMindError) as refusal:
        hub.start()
    assert refusal.value.reason is Reason.VPN_BACKEND_FAILED
    hub.host.run("ip", "link", "delete", hub.path.stem)
    hub.start()


def test_the_daemon_of_an_earlier_process_has_ended_once_its_tunnel_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Until then it has the port, and what is set up next would be told so."""
    monkeypatch.setattr(userspace, "SOCKETS", tmp_path)
    place, ended = tmp_path / "wgx.sock", threading.Event()

    def daemon() -> None:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(place))
            listening.listen()
            there.set()
            asking, _ = listening.accept()
        with asking:
            asking.recv(100)
            asking.sendall(b"errno=0\n\n")
            while place.exists():
                ended.wait(0.02)
            # It is slow to end.
            ended.wait(0.3)
            ended.set()

    there = threading.Event()
    thread = threading.Thread(target=daemon)
    thread.start()
    there.wait(20)
    UserspaceBackend(Recorded({("ip",): Done(1)})).stop(tmp_path / "wgx.conf")
    assert ended.is_set()
    thread.join()


def test_wg_quick_takes_the_file_as_it_is(network: Lan, tmp_path: Path):
    hub, phone = (End(network.host(), tmp_path, BackendKind.USERSPACE, n) for n in (1, 2))
    hub.knows(phone)
    phone.knows(hub, dial=True)
    try:
        hub.start()
        said = phone.host.run("wg-quick", "up", str(phone.path))
        assert "Warning" not in said
        assert phone.host.gets_through(hub.address)
        phone.host.run("wg-quick", "down", str(phone.path))
    finally:
        hub.commands.end()


class Watched:
    """A supervised end, and a way to wait for what it tells."""

    def __init__(self, end: End, goal: str = "") -> None:
        self.end = end
        self._news = asyncio.Event()

        async def probe() -> bool:
            return await asyncio.to_thread(end.host.reaches, goal)

        self.supervisor = Supervisor(
            end.path, end.backend, SystemClock(), probe if goal else None, self._told
        )

    def _told(self, _: Standing) -> None:
        self._news.set()

    async def until(self, state: VpnState, *, repaired: bool = False) -> Standing:
        """Wait until the standing is `state`; with `repaired`, after it was something else."""
        async with asyncio.timeout(20):
            while repaired and self.supervisor.standing.state is state:
                await self._next()
            while self.supervisor.standing.state is not state:
                await self._next()
        return self.supervisor.standing

    async def _next(self) -> None:
        self._news.clear()
        await self._news.wait()


@pytest.mark.parametrize("ends", [BackendKind.USERSPACE], indirect=True, ids=["userspace"])
async def test_a_tunnel_is_verified_followed_and_repaired(ends: list[End]):
    """Each of these is verified again within 20 s, the time that `until` allows."""
    hub, node, _ = ends
    watched_hub = Watched(hub)
    watched = Watched(node, hub.address)
    running = [asyncio.create_task(each.supervisor.run()) for each in (watched_hub, watched)]
    try:
        await watched_hub.until(VpnState.UP)
        first = await watched.until(VpnState.UP)
        assert first.handshake
        assert first.answered

        # The daemon is killed.
        daemon = node.commands.daemons[-1]
        daemon.kill()
        await asyncio.to_thread(daemon.wait)
        await _until_other_daemon(watched, daemon.pid)
        await watched.until(VpnState.UP)

        # The file is damaged: the tunnel goes on. It is whole again, with another address.
        good = node.path.read_text()
        node.path.write_text(good.replace("PublicKey", "PublicKee"))
        watched.supervisor.wake()
        while not watched.supervisor.standing.problem:
            await watched._next()
        # A single look may miss an answer.
        assert "Line" in (await watched.until(VpnState.UP)).problem
        assert node.host.reaches(hub.address)
        moved = replace(parse(good), addresses=(ipaddress.ip_interface("10.86.0.9/24"),))
        hub_peers = (
            replace(hub.configuration.peers[0], allowed=(ipaddress.ip_network("10.86.0.9/32"),)),
        )
        write_configuration(hub.path, replace(hub.configuration, peers=hub_peers))
        write_configuration(node.path, moved)
        await watched_hub.supervisor.look()
        watched.supervisor.wake()
        while watched.supervisor.standing.configuration != moved:
            await watched._next()
        await watched.until(VpnState.UP)
        assert "10.86.0.9/24" in node.host.run("ip", "address", "show", "dev", node.path.stem)

        # The hub is gone and comes back, knowing no session.
        await watched_hub.supervisor.stop()
        await watched.until(VpnState.NOT_VERIFIED)
        await watched_hub.until(VpnState.UP)
        await watched.until(VpnState.UP)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _until_other_daemon(watched: Watched, pid: int) -> None:
    async with asyncio.timeout(20):
        while watched.end.commands.daemons[-1].pid == pid:
            await watched._next()


def test_a_stranger_is_not_let_in(ends: list[End]):
    hub, node, stranger = ends
    hub.knows(node)
    hub.start()
    node.start()
    stranger.start()
    assert node.host.gets_through(hub.address)
    assert not stranger.host.reaches(hub.address)
    # Nor with a peer's address from outside of the tunnel.
    stranger.backend.stop(stranger.path)
    stranger.host.run("ip", "address", "add", f"{node.address}/24", "dev", "eth0")
    assert not stranger.host.reaches(hub.address)


def test_the_file_is_for_its_owner_alone(tmp_path: Path):
    configuration = Configuration(new_private_key(IDS), (ipaddress.ip_interface("10.9.0.1/24"),))
    path = tmp_path / "new" / "wg0.conf"
    write_configuration(path, configuration)
    assert path.stat().st_mode & 0o777 == 0o600
    assert parse(render(configuration)) == configuration


async def test_a_file_that_others_may_read_is_closed_to_them(tmp_path: Path):
    path = tmp_path / "wg0.conf"
    write_configuration(
        path, Configuration(new_private_key(IDS), (ipaddress.ip_interface("10.86.0.1/24"),))
    )
    path.chmod(0o644)
    await Supervisor(path, ExportBackend(), SystemClock()).look()
    assert path.stat().st_mode & 0o777 == 0o600
