"""What plays the pool's other end, in processes of their own: nodes at work, and a caller."""

import asyncio
import random
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from app.client.api import HiveMind, HiveMindError
from app.client.node_client import NodeClient, NodeIdentity, WorkStream
from app.common.clock import SystemClock
from app.common.ids import SystemIds
from bench.console_parts.log import CHUNK_BYTES, MEBIBYTE, lines_of
from bench.pool import ADMIN, PASSWORD, capabilities, enrol, no_op_archive
from proto import nodepool_pb2 as pb

#: Tasks that run on and tell how far they are: what is painted of them is timed.
PROBES = 16
PROBE_NAME = "probe"
PROBE_STEP_SECONDS = 0.6
#: A task that says nothing of itself: queued, assigned, running, ended are four changes.
CHANGES_A_TASK = 4
TASK_SECONDS = 1.0
NODE_MILLICORES = 8000
CALL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Load:
    """How much of it, for how long. `log_mib`: one task prints so much at once, 0 for none."""

    address: str
    pin: str
    nodes: int
    heartbeats_per_second: float
    changes_per_second: float
    log_mib: int = 0


@dataclass
class Node:
    """A node that beats, and runs what it is given: the first tasks are probes."""

    identity: NodeIdentity
    pool: "Nodes"
    stream: WorkStream | None = None

    async def run(self) -> None:
        clock = SystemClock()
        async with (
            NodeClient(self.identity, clock, SystemIds(clock)) as client,
            client.work() as stream,
            asyncio.TaskGroup() as group,
        ):
            hello = pb.WorkerHello(capabilities=capabilities(NODE_MILLICORES))
            await stream.send(pb.WorkerMessage(hello=hello))
            self.stream = stream
            group.create_task(self._beat(stream))
            async for message in stream:
                self.pool.connected.add(self.identity.node_id)
                for assignment in message.assignments:
                    group.create_task(self._work(stream, assignment))

    async def _beat(self, stream: WorkStream) -> None:
        every, chance = self.pool.beat_seconds, self.pool.chance
        await asyncio.sleep(chance.uniform(0, every))
        while True:
            usage = pb.NodeUsage(
                cpu_percent=chance.randrange(5, 80),
                memory_percent=chance.randrange(20, 80),
                disk_free_mib=100_000,
            )
            await stream.send(pb.WorkerMessage(usage=usage))
            await asyncio.sleep(every)

    async def _work(self, stream: WorkStream, assignment: pb.Assignment) -> None:
        task_id, attempt = assignment.task_id, assignment.attempt
        await stream.send(_update(task_id, attempt, kind=pb.TaskUpdate.KIND_STARTED))
        if self.pool.log_mib:
            self.pool.log_mib = await _print(stream, task_id, attempt, self.pool.log_mib)
            return
        if len(self.pool.probes) < PROBES:
            self.pool.probes.add(task_id)
            await self._step(stream, task_id, attempt)
            return
        await asyncio.sleep(TASK_SECONDS)
        ended = _update(
            task_id,
            attempt,
            kind=pb.TaskUpdate.KIND_ENDED,
            outcome=pb.ATTEMPT_OUTCOME_SUCCEEDED,
            exit_code=0,
        )
        await stream.send(ended)

    async def _step(self, stream: WorkStream, task_id: str, attempt: int) -> None:
        await self.pool.begin.wait()
        await asyncio.sleep(self.pool.chance.uniform(0, PROBE_STEP_SECONDS))
        for percent in range(1, 100):
            self.pool.sent.append((task_id, percent, time.monotonic()))
            kind = pb.TaskUpdate.KIND_PROGRESS
            await stream.send(_update(task_id, attempt, kind=kind, progress_percent=percent))
            await asyncio.sleep(PROBE_STEP_SECONDS)


async def _print(stream: WorkStream, task_id: str, attempt: int, mebibytes: int) -> int:
    data, offset = lines_of(MEBIBYTE), 0
    for _ in range(mebibytes):
        for start in range(0, len(data), CHUNK_BYTES):
            part = data[start : start + CHUNK_BYTES]
            chunk = pb.LogChunk(
                task_id=task_id,
                attempt=attempt,
                stream=pb.LogStream.LOG_STREAM_STDOUT,
                offset=offset,
                data=part,
            )
            await stream.send(pb.WorkerMessage(logs=[chunk]))
            offset += len(part)
    return 0


def _update(task_id: str, attempt: int, **values: object) -> pb.WorkerMessage:
    update = pb.TaskUpdate(task_id=task_id, attempt=attempt, **values)  # type: ignore[arg-type]
    return pb.WorkerMessage(updates=[update])


@dataclass
class Nodes:
    """All the nodes together."""

    beat_seconds: float
    log_mib: int
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    connected: set[str] = field(default_factory=set)
    probes: set[str] = field(default_factory=set)
    begin: asyncio.Event = field(default_factory=asyncio.Event)
    #: What the probes said, and when: task, percent, seconds of the monotonic clock.
    sent: list[tuple[str, int, float]] = field(default_factory=list)


def pretend(load: Load, pipe: Connection) -> None:
    """Play the nodes: says "connected"; begins at a word; ends at another, and hands over."""
    asyncio.run(_pretend(load, pipe))


async def _pretend(load: Load, pipe: Connection) -> None:
    nodes = Nodes(load.nodes / load.heartbeats_per_second, load.log_mib)
    async with HiveMind.connect(
        load.address, pin=load.pin, username=ADMIN, password=PASSWORD
    ) as pool:
        identities = await enrol(pool, {"grpc_address": load.address}, load.nodes)
        made = [Node(identity, nodes) for identity in identities]
        running = [asyncio.ensure_future(node.run()) for node in made]
        with tempfile.TemporaryDirectory(prefix="hivemind-bench-") as name:
            archive = no_op_archive(Path(name))
            while len(nodes.connected) < load.nodes:
                await asyncio.sleep(0.05)
            if load.log_mib:
                await pool.tasks.submit(archive, name="talkative")
                while nodes.log_mib:
                    await asyncio.sleep(0.05)
            await pool.tasks.submit(archive, count=PROBES, name=PROBE_NAME)
            while len(nodes.probes) < PROBES:
                await asyncio.sleep(0.05)
            pipe.send("connected")
            await asyncio.to_thread(pipe.recv)
            nodes.begin.set()
            submitting = asyncio.ensure_future(_submit(pool, archive, load.changes_per_second))
            await asyncio.to_thread(pipe.recv)
            submitting.cancel()
            pipe.send(nodes.sent)
        for task in running:
            task.cancel()
        await asyncio.gather(submitting, *running, return_exceptions=True)


async def _submit(pool: HiveMind, archive: Path, changes_per_second: float) -> None:
    """Arrays of a quarter of a second's tasks."""
    count = max(1, round(changes_per_second / CHANGES_A_TASK / 4))
    due = time.monotonic()
    while True:
        await pool.tasks.submit(archive, count=count, name="short")
        due += count * CHANGES_A_TASK / changes_per_second
        await asyncio.sleep(max(0, due - time.monotonic()))


def call(address: str, pin: str, pipe: Connection) -> None:
    """Ask something twenty times a second, whether answered or not, until a word comes."""
    asyncio.run(_call(address, pin, pipe))


async def _call(address: str, pin: str, pipe: Connection) -> None:
    took_ms: list[float] = []
    async with HiveMind.connect(address, pin=pin, username=ADMIN, password=PASSWORD) as pool:

        async def ask() -> None:
            start = time.perf_counter()
            # One that was given up has taken that long.
            with suppress(HiveMindError):
                await pool.whoami()
            took_ms.append((time.perf_counter() - start) * 1000)

        await ask()
        took_ms.clear()
        pipe.send("connected")
        await asyncio.to_thread(pipe.recv)
        stop = asyncio.ensure_future(asyncio.to_thread(pipe.recv))
        async with asyncio.TaskGroup() as group:
            due = time.monotonic()
            while not stop.done():
                group.create_task(ask())
                due += CALL_SECONDS
                await asyncio.sleep(max(0, due - time.monotonic()))
        pipe.send(took_ms)
