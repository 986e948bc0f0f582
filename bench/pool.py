"""A real master in its own process, and simulated workers on real streams, for benchmarks."""

import asyncio
import contextlib
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.client.address import MasterAddress
from app.client.api import HiveMind
from app.client.node_client import NodeClient, NodeIdentity, WorkStream, register
from app.common.clock import SystemClock
from app.common.ids import SystemIds
from app.common.join_token import JoinToken
from app.common.vocabulary import IsolationClass
from proto import nodepool_pb2 as pb

ADMIN = "bench"
PASSWORD = "correct horse battery staple"
#: A loaded machine needs longer for both than a master does by itself.
READY_SECONDS, STOP_SECONDS = 90.0, 60.0
HEARTBEAT = pb.WorkerMessage(
    usage=pb.NodeUsage(cpu_percent=50, memory_percent=40, disk_free_mib=100_000)
)
ROOT = Path(__file__).resolve().parent.parent


@dataclass
class MasterProcess:
    """A headless master with its data in `folder`; it can be killed and started again."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None
    ready: dict[str, str] = field(default_factory=dict)
    #: What starts it somewhere else: in a network namespace.
    prefix: tuple[str, ...] = ()

    async def start(self, port: int = 0) -> None:
        """Start it and wait until it serves."""
        ready_file = self.folder / "ready.json"
        ready_file.unlink(missing_ok=True)
        environment = os.environ | {
            "GRPC_SERVER_ADDRESS": f"127.0.0.1:{port}",
            "UI_PORT": "0",
            "LOG_LEVEL": "WARNING",
            "HIVEMIND_ANNOUNCE": "false",
            **self.settings,
        }
        command = [
            *self.prefix,
            sys.executable,
            "master_node.py",
            "--headless",
            "--init-admin",
            ADMIN,
        ]
        command += ["--data-dir", str(self.folder / "data"), "--ready-file", str(ready_file)]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        if self.process.stdin is None:
            raise RuntimeError("the master has no standard input")
        self.process.stdin.write(f"{PASSWORD}\n".encode())
        self.process.stdin.close()
        async with asyncio.timeout(READY_SECONDS):
            while not ready_file.exists():
                if self.process.poll() is not None:
                    raise RuntimeError(f"the master ended with {self.process.returncode}")
                await asyncio.sleep(0.005)
        self.ready = json.loads(ready_file.read_text())

    @property
    def port(self) -> int:
        return int(self.ready["grpc_address"].rpartition(":")[2])

    def cpu_seconds(self) -> float:
        """CPU time the process has used so far."""
        times = self._stat().cpu_times()
        return float(times.user + times.system)

    def memory_bytes(self) -> int:
        """Resident memory of the process."""
        return int(self._stat().memory_info().rss)

    def kill(self) -> None:
        """SIGKILL: nothing is flushed, nobody is told."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(STOP_SECONDS)

    def _stat(self) -> psutil.Process:
        if self.process is None:
            raise RuntimeError("the master was not started")
        return psutil.Process(self.process.pid)

    @asynccontextmanager
    async def sign_in(self) -> AsyncIterator[HiveMind]:
        """The admin's session."""
        async with HiveMind.connect(
            self.ready["grpc_address"],
            pin=self.ready["ca_pin"],
            username=ADMIN,
            password=PASSWORD,
        ) as pool:
            yield pool


@asynccontextmanager
async def running_master(folder: Path, **settings: str) -> AsyncIterator[MasterProcess]:
    """A master that serves, stopped at the end."""
    master = MasterProcess(folder, settings)
    try:
        await master.start()
        yield master
    finally:
        master.stop()


def capabilities(
    cpu_millicores: int = 1_000_000, isolation: IsolationClass = IsolationClass.CONTAINER
) -> pb.NodeCapabilities:
    """A node that is never full."""
    return pb.NodeCapabilities(
        cpu_millicores=cpu_millicores,
        memory_mib=cpu_millicores,
        disk_mib=cpu_millicores * 4,
        cpu_score=1000,
        isolation=int(isolation),  # type: ignore[arg-type]
        engine="simulated",
        platform="linux/amd64",
    )


async def enrol(
    pool: HiveMind,
    ready: dict[str, str],
    count: int,
    owner: str = "",
    isolation: IsolationClass = IsolationClass.CONTAINER,
) -> list[NodeIdentity]:
    """Register `count` nodes with one join token; their owner is the caller if nobody is named."""
    info = await pool.info()
    created = await pool.join_tokens.create(owner=owner, uses_max=count)
    credential = JoinToken.parse(created.token).credential
    return [
        await _registered(
            info,
            ready["grpc_address"],
            pb.NodeRegistrationRequest(
                request_id=f"bench-{number}",
                join_token_secret=credential,
                name=f"simulated-{number}",
                capabilities=capabilities(isolation=isolation),
            ),
        )
        for number in range(count)
    ]


async def ask_to_join(pool: HiveMind, address: str, name: str) -> str:
    """A machine without a token, that waits to be let in; its id."""
    request = pb.NodeRegistrationRequest(request_id=name, name=name, capabilities=capabilities())
    return (await _registered(await pool.info(), address, request)).node_id


async def _registered(
    info: pb.GetPoolInfoResponse, address: str, request: pb.NodeRegistrationRequest
) -> NodeIdentity:
    key, clock = Ed25519PrivateKey.generate(), SystemClock()
    request.public_key = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    master = MasterAddress.parse(address)
    certificate = info.ca_certificate_pem.encode()
    answer = await register(master, certificate, request, clock, SystemIds(clock))
    return NodeIdentity(answer.node_id, key, info.pool_id, certificate, master)


@dataclass
class SimulatedWorker:
    """A stream worker that reports every assignment as ended at once, in one message."""

    identity: NodeIdentity
    ended: int = 0
    acked: int = 0
    first_assignment: asyncio.Event = field(default_factory=asyncio.Event)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    #: Keeps its tasks running instead.
    holds: bool = False
    held: set[str] = field(default_factory=set)
    #: 0: none are sent. The master may change it.
    heartbeat_seconds: float = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Work until cancelled."""
        clock = SystemClock()
        async with NodeClient(self.identity, clock, SystemIds(clock)) as client:
            async with client.work() as stream, asyncio.TaskGroup() as group:
                hello = pb.WorkerHello(capabilities=capabilities())
                await stream.send(pb.WorkerMessage(hello=hello))
                if self.heartbeat_seconds:
                    group.create_task(self._beat(stream))
                async for message in stream:
                    if message.heartbeat_seconds and self.heartbeat_seconds:
                        self.heartbeat_seconds = message.heartbeat_seconds
                        self._changed.set()
                    await self._take(stream, message)

    async def _beat(self, stream: WorkStream) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.heartbeat_seconds):
                    await self._changed.wait()
            self._changed.clear()
            await stream.send(HEARTBEAT)

    async def _take(self, stream: WorkStream, message: pb.MasterMessage) -> None:
        self.connected.set()
        self.acked += len(message.acks)
        if not message.assignments:
            return
        self.first_assignment.set()
        reply = pb.WorkerMessage()
        for assignment in message.assignments:
            update = reply.updates.add(task_id=assignment.task_id, attempt=assignment.attempt)
            if self.holds:
                update.kind = pb.TaskUpdate.KIND_STARTED
                self.held.add(assignment.task_id)
            else:
                update.kind = pb.TaskUpdate.KIND_ENDED
                update.outcome = pb.ATTEMPT_OUTCOME_SUCCEEDED
                update.exit_code = 0
                self.ended += 1
        await stream.send(reply)


def no_op_archive(folder: Path) -> Path:
    """A task that does nothing."""
    path = folder / "no-op.zip"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("run.sh", "true\n")
    path.write_bytes(buffer.getvalue())
    return path
