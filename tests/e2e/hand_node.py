"""A node whose tasks end as the test says, at once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.client.api import HiveMind
from app.client.node_client import NodeClient, NodeIdentity, WorkStream
from app.common.clock import SystemClock
from app.common.ids import SystemIds, sha256_digest
from app.common.vocabulary import IsolationClass
from app.master.master import Master
from bench.pool import capabilities, enrol
from proto import nodepool_pb2 as pb


@dataclass(frozen=True)
class Ending:
    """What a program leaves."""

    exit_code: int = 0
    result: bytes = b""


@dataclass
class HandNode:
    """Runs `program(assignment)` for each task; keeps what it was given."""

    identity: NodeIdentity
    folder: Path
    program: Callable[[pb.Assignment], Ending]
    isolation: IsolationClass = IsolationClass.CONTAINER
    given: list[pb.Assignment] = field(default_factory=list)
    connected: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        clock = SystemClock()
        async with (
            NodeClient(self.identity, clock, SystemIds(clock)) as client,
            client.work() as stream,
        ):
            hello = pb.WorkerHello(capabilities=capabilities(isolation=self.isolation))
            await stream.send(pb.WorkerMessage(hello=hello))
            async for message in stream:
                self.connected.set()
                for assignment in message.assignments:
                    self.given.append(assignment)
                    await self._end(client, stream, assignment)

    async def _end(self, client: NodeClient, stream: WorkStream, assignment: pb.Assignment) -> None:
        ending = self.program(assignment)
        update = pb.TaskUpdate(
            task_id=assignment.task_id,
            attempt=assignment.attempt,
            kind=pb.TaskUpdate.KIND_ENDED,
            outcome=pb.ATTEMPT_OUTCOME_EXITED_NONZERO
            if ending.exit_code
            else pb.ATTEMPT_OUTCOME_SUCCEEDED,
            exit_code=ending.exit_code,
        )
        if ending.result:
            update.result_digest = sha256_digest(ending.result)
            update.result_bytes = len(ending.result)
            path = self.folder / "result"
            path.write_bytes(ending.result)
            await client.upload(path, update.result_digest, assignment.task_id, assignment.attempt)
        await stream.send(pb.WorkerMessage(updates=[update]))


@asynccontextmanager
async def hand_node(
    master: Master,
    admin: HiveMind,
    folder: Path,
    program: Callable[[pb.Assignment], Ending],
    *,
    owner: str = "",
    isolation: IsolationClass = IsolationClass.CONTAINER,
) -> AsyncIterator[HandNode]:
    """A node of the pool that ends every task as `program` says."""
    ready = {"grpc_address": master.grpc_address}
    (identity,) = await enrol(admin, ready, 1, owner, isolation)
    node = HandNode(identity, folder, program, isolation)
    running = asyncio.ensure_future(node.run())
    try:
        await node.connected.wait()
        yield node
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
