"""A pool with life in it, for looking at the console: a real master, nodes that pretend.

The nodes speak the real protocol over TLS; only what they measure and run is made up.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from app import __version__
from app.client.api import HiveMind
from app.client.node_client import NodeClient, NodeIdentity, WorkStream
from app.common.clock import SystemClock
from app.common.errors import HiveMindError
from app.common.ids import SystemIds
from app.common.vocabulary import Priority
from bench.pool import enrol, no_op_archive
from proto import nodepool_pb2 as pb

PLACES = ("Europe/DE/Room 204", "Europe/FR/Salle B", "Asia/CN/机房 3", "Europe/DE/Library")
GPUS = (
    pb.GpuInfo(name="NVIDIA RTX 4090", memory_mib=24_564, score=920),
    pb.GpuInfo(name="Tesla T4", memory_mib=15_360, score=250),
)
BEAT_SECONDS = 1.0


@dataclass
class SampleNode:
    """A node that takes tasks, prints something, and ends them after a while."""

    identity: NodeIdentity
    number: int
    chance: random.Random = field(default_factory=random.Random)
    running: set[str] = field(default_factory=set)

    async def run(self) -> None:
        """Work until cancelled."""
        clock = SystemClock()
        async with (
            NodeClient(self.identity, clock, SystemIds(clock)) as client,
            client.work() as stream,
            asyncio.TaskGroup() as group,
        ):
            hello = pb.WorkerHello(capabilities=self._capabilities())
            await stream.send(pb.WorkerMessage(hello=hello))
            group.create_task(self._beat(stream))
            async for message in stream:
                for assignment in message.assignments:
                    group.create_task(self._work(stream, assignment))

    async def _beat(self, stream: WorkStream) -> None:
        load = self.chance.randint(5, 90)
        while True:
            load = max(1, min(99, load + self.chance.randint(-9, 9)))
            usage = pb.NodeUsage(
                cpu_percent=min(89, load),
                memory_percent=min(88, 30 + load // 2),
                gpu_percent=load if self.number % 3 == 0 else 0,
                gpu_memory_percent=load // 2 if self.number % 3 == 0 else 0,
                network_rx_bytes_per_second=self.chance.randint(0, 4_000_000),
                network_tx_bytes_per_second=self.chance.randint(0, 900_000),
                running_tasks=len(self.running),
                disk_free_mib=180_000 - 400 * load,
            )
            await stream.send(pb.WorkerMessage(usage=usage))
            await asyncio.sleep(BEAT_SECONDS)

    async def _work(self, stream: WorkStream, assignment: pb.Assignment) -> None:
        task_id, attempt = assignment.task_id, assignment.attempt
        self.running.add(task_id)

        def update(**values: object) -> pb.WorkerMessage:
            made = pb.TaskUpdate(task_id=task_id, attempt=attempt, **values)  # type: ignore[arg-type]
            return pb.WorkerMessage(updates=[made])

        await stream.send(update(kind=pb.TaskUpdate.KIND_STARTED))
        await self._say(stream, assignment, self._lines())
        steps = self.chance.randint(2, 40)
        for step in range(steps):
            await asyncio.sleep(self.chance.uniform(0.2, 1.5))
            percent = 100 * (step + 1) // steps
            await stream.send(update(kind=pb.TaskUpdate.KIND_PROGRESS, progress_percent=percent))
        failed = self.chance.random() < 0.1
        outcome = pb.ATTEMPT_OUTCOME_EXITED_NONZERO if failed else pb.ATTEMPT_OUTCOME_SUCCEEDED
        self.running.discard(task_id)
        await stream.send(
            update(
                kind=pb.TaskUpdate.KIND_ENDED,
                outcome=outcome,
                exit_code=int(failed),
                cpu_milliseconds=steps * 730,
                memory_peak_mib=self.chance.randint(40, 480),
            )
        )

    def _lines(self) -> str:
        lines = ["Loading the scene", "\x1b[32m✓\x1b[0m 1,204 triangles", "Rendering"]
        lines += [
            f"tile {number:>3} of 64   \x1b[33m{number * 17} ms\x1b[0m" for number in range(64)
        ]
        return "\n".join(lines) + "\n"

    async def _say(self, stream: WorkStream, assignment: pb.Assignment, text: str) -> None:
        chunk = pb.LogChunk(
            task_id=assignment.task_id,
            attempt=assignment.attempt,
            stream=pb.LogStream.LOG_STREAM_STDOUT,
            offset=0,
            data=text.encode(),
        )
        await stream.send(pb.WorkerMessage(logs=[chunk]))

    def _capabilities(self) -> pb.NodeCapabilities:
        container = self.number % 4 != 3
        return pb.NodeCapabilities(
            cpu_millicores=1000 * (4, 8, 16, 32)[self.number % 4],
            memory_mib=8192 * (1 + self.number % 4),
            disk_mib=200_000,
            cpu_score=600 + 37 * (self.number % 11),
            gpus=[GPUS[self.number % 2]] if self.number % 3 == 0 else [],
            isolation=pb.ISOLATION_CLASS_CONTAINER if container else pb.ISOLATION_CLASS_SANDBOX,
            engine="Docker 28.2.2" if container else "bubblewrap 0.8.0",
            runs_images=container,
            platform="linux/amd64",
            agent_version=__version__,
        )


@asynccontextmanager
async def sample_pool(
    pool: HiveMind, address: str, folder: Path, nodes: int
) -> AsyncIterator[list[SampleNode]]:
    """Nodes at work for the admin's pool at `address`, with people and tasks."""
    made = [
        SampleNode(identity, number, random.Random(number))
        for number, identity in enumerate(await enrol(pool, {"grpc_address": address}, nodes))
    ]
    running = [asyncio.ensure_future(node.run()) for node in made]
    try:
        for number, node in enumerate(made):
            await pool.nodes.set_location(node.identity.node_id, PLACES[number % len(PLACES)])
        await _submit(pool, folder)
        await _try_what_is_refused(pool)
        yield made
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _try_what_is_refused(pool: HiveMind) -> None:
    """Something for the audit log besides what went well."""
    attempts: list[Awaitable[object]] = [pool.ledger.transfer("ann", 10**12)]
    attempts += [pool.sign_in("ann", "not the phrase") for _ in range(4)]
    attempts += [pool.users.create("ann", "another unlikely phrase")]
    for attempt in attempts:
        with suppress(HiveMindError):
            await attempt


async def _submit(pool: HiveMind, folder: Path) -> None:
    await pool.ledger.grant((await pool.whoami()).username, 5_000_000, "for the samples")
    for name in ("ann", "li.lei"):
        await pool.users.create(name, "an unlikely phrase")
    archive = no_op_archive(folder)
    await pool.tasks.submit(archive, name="image render 图像渲染", count=40, priority=Priority.HIGH)
    await pool.tasks.submit(archive, name="monte carlo π", count=16)
    await pool.tasks.submit(archive, name="word count", retry_max=2)
    await pool.tasks.submit(
        archive, name="a task no machine is large enough for", memory_mib=900_000
    )
