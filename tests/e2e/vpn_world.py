"""Hubs, nodes, phones and people of an encrypted network, each on a host of its own."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.client.api import HiveMind
from app.common.errors import HiveMindError
from app.common.vocabulary import VpnState
from app.worker.control import AgentStatus, described
from bench.pool import ADMIN, PASSWORD, ROOT, MasterProcess
from proto import nodepool_pb2 as pb
from tests.e2e.pool import WorkerProcess
from tests.wireguard.networks import Host, Lan

#: Each step takes less than 20 s; a loaded machine gets longer.
SECONDS = 60


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

    async def until(self, *words: str) -> None:
        """Wait until `status` says all of these words."""
        async with asyncio.timeout(SECONDS):
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
    async with asyncio.timeout(SECONDS * 2):
        async for info in pool.vpn.watch():
            here = [peer for peer in info.peers if peer.connected]
            if len(here) == count:
                return here
    raise AssertionError


def streams_by_tunnel(hub: HubProcess) -> int:
    """Connections to the master that came through the tunnel."""
    lines = hub.host.run("ss", "-Htn", "state", "established").splitlines()
    return sum(re.search(r"10\.86\.0\.1\]?:50051", line) is not None for line in lines)
