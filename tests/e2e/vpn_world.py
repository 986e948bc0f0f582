"""Hubs, nodes, phones and people of an encrypted network, each on a host of its own."""

import asyncio
import ipaddress
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.client.api import HiveMind
from app.client.audit_filter import AuditFilter
from app.common.errors import HiveMindError
from app.common.vocabulary import VpnState
from app.wireguard.backends.userspace import UserspaceBackend
from app.wireguard.configuration import Configuration, Peer
from app.wireguard.keys import new_private_key
from app.worker.control import AgentStatus, described
from bench.pool import ADMIN, PASSWORD, ROOT, MasterProcess
from proto import nodepool_pb2 as pb
from tests.e2e.pool import WorkerProcess
from tests.sources import SeededIds
from tests.wireguard.machines import CommandsOn
from tests.wireguard.networks import Host, Lan

#: Verified again within so long, whatever was done to the tunnel.
SECONDS = 20
#: Of processes that start, five at once: a loaded machine needs long for that.
START_SECONDS = 120


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


class Desk:
    """`hivemind` as a person runs it, signed in to a hub."""

    def __init__(self, hub: HubProcess, folder: Path) -> None:
        self._hub = hub
        self.folder = folder
        dropped = ("COLUMNS", "HIVEMIND_MASTER", "FORCE_COLOR")
        self._environment = {k: v for k, v in os.environ.items() if k not in dropped} | {
            "HIVEMIND_CONFIG_DIR": str(folder / "config"),
            "PYTHONPATH": str(ROOT),
        }

    async def sign_in(self) -> None:
        pin = self._hub.process.ready["ca_pin"]
        status, _ = await self.run(
            "login", self._hub.address, "--user", ADMIN, "--pin", pin, stdin=PASSWORD
        )
        assert status == 0

    async def run(self, *arguments: str, stdin: str = "") -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app.client", *arguments),
            cwd=self.folder,
            env=self._environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate(f"{stdin}\n".encode())
        return process.returncode or 0, said.decode()


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


class PlainHub:
    """A hub that is none of this program's: wireguard-go and a configuration."""

    def __init__(self, host: Host, folder: Path) -> None:
        self.host = host
        self._ids = SeededIds(8)
        self._commands = CommandsOn(host)
        self._backend = UserspaceBackend(self._commands)
        self._path = folder / f"{host.name}w.conf"
        address = ipaddress.ip_interface("10.99.0.1/24")
        self._is = Configuration(new_private_key(self._ids), (address,), 51820)
        self._apply()

    @property
    def public_key(self) -> str:
        return self._is.public_key

    def take(self, public_key: str, allowed: str) -> None:
        """Let a peer in."""
        peer = Peer(public_key, (ipaddress.ip_network(allowed),))
        self._is = replace(self._is, peers=(peer,))
        self._apply()

    def rekey(self) -> None:
        """Have another key."""
        self._is = replace(self._is, private_key=new_private_key(self._ids))
        self._apply()

    def end(self) -> None:
        self._commands.end()

    def _apply(self) -> None:
        self._backend.apply(self._path, self._is)


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


async def until_event(pool: HiveMind, action: str) -> pb.AuditEvent:
    """What the audit log has of `action`, once it has it, and it alone."""
    async with asyncio.timeout(SECONDS):
        while True:
            wanted = AuditFilter(actions=(action,))
            found = [event async for event in pool.audit.iterate(wanted)]
            if found:
                (event,) = found
                return event
            await asyncio.sleep(0.1)


class NodeProcess:
    """A worker on a host of its own."""

    def __init__(self, host: Host, folder: Path, number: int, *options: str) -> None:
        self.host = host
        self.name = f"node-{number}"
        self.tunnel = f"{host.name}w"
        self.worker = WorkerProcess(
            folder / self.name,
            ["--tunnel-interface", self.tunnel, *options],
            prefix=tuple(host.command()),
        )
        self.file = self.worker.folder / "tunnel" / f"{self.tunnel}.conf"

    async def join(self, hub: HubProcess, token: str) -> None:
        await self.worker.join(hub.address, token, self.name)
        self.worker.start()

    async def until_hub_key(self, hub_key: str) -> None:
        """Wait until the tunnel's file has this key of the hub's."""
        async with asyncio.timeout(SECONDS):
            while True:
                if hub_key in self.file.read_text():
                    return
                await asyncio.sleep(0.1)

    async def until_no_file(self) -> None:
        """Wait until the tunnel's file is gone: that is said before it is done."""
        async with asyncio.timeout(SECONDS):
            while True:
                if not self.file.exists():
                    return
                await asyncio.sleep(0.1)

    async def until(self, *words: str, seconds: float = SECONDS) -> None:
        """Wait until `status` says all of these words."""
        async with asyncio.timeout(seconds):
            while True:
                told = self._status()
                if all(word in told for word in words):
                    return
                await asyncio.sleep(0.1)

    def _status(self) -> str:
        try:
            body = json.loads((self.worker.folder / "status.json").read_text())
        except (OSError, ValueError):
            return ""
        return described(AgentStatus(**body), as_json=False)


class Traffic:
    """Knocks through a tunnel ten times a second, and knows the longest time without answer."""

    def __init__(self, host: Host, address: str) -> None:
        self._process = subprocess.Popen(
            host.command(sys.executable, "-c", _KNOCK, address),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "answered\n"

    def longest_gap(self) -> float:
        """End it; seconds."""
        said, _ = self._process.communicate("end\n")
        return float(said)


#: A SYN that is not answered is not sent again by the system, but by the next round.
_KNOCK = """
import select, socket, sys, time
last, longest, told = time.monotonic(), 0.0, False
while not select.select([sys.stdin], [], [], 0.1)[0]:
    with socket.socket() as knock:
        knock.settimeout(0.25)
        try:
            knock.connect((sys.argv[1], 9))
        except ConnectionRefusedError:
            now = time.monotonic()
            longest, last = max(longest, now - last) if told else 0.0, now
            if not told:
                print("answered", flush=True)
            told = True
        except OSError:
            pass
print(max(longest, time.monotonic() - last))
"""
#: A handshake that is not answered is tried again after so many seconds (REKEY_TIMEOUT).
HANDSHAKE_SECONDS = 5.0


@asynccontextmanager
async def nodes_of(
    hub: HubProcess, network: Lan, folder: Path, count: int, *options: str
) -> AsyncIterator[list[NodeProcess]]:
    made = [NodeProcess(network.host(), folder, number, *options) for number in range(count)]
    async with hub.admin() as pool:
        token = (await pool.join_tokens.create(uses_max=count)).token
    try:
        await asyncio.gather(*(node.join(hub, token) for node in made))
        yield made
    finally:
        for node in made:
            process = node.worker.process
            if process is not None and process.poll() is None:
                node.worker.stop()


async def until_connected(pool: HiveMind, count: int) -> list[pb.VpnPeer]:
    """The peers, once `count` of them are connected."""
    async with asyncio.timeout(START_SECONDS):
        async for info in pool.vpn.watch():
            here = [peer for peer in info.peers if peer.connected]
            if len(here) == count:
                return here
    raise AssertionError


def streams_by_tunnel(hub: HubProcess) -> int:
    """Connections to the master that came through the tunnel."""
    lines = hub.host.run("ss", "-Htn", "state", "established").splitlines()
    return sum(re.search(r"10\.86\.0\.1\]?:50051", line) is not None for line in lines)
