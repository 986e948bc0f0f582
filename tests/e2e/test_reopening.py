"""A node that comes back with an attempt that was taken for lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.client.node_client import NodeClient, NodeIdentity, WorkStream
from app.common.clock import SystemClock
from app.common.ids import SystemIds
from bench.pool import capabilities, enrol
from proto import nodepool_pb2 as pb

GPU = pb.GpuInfo(name="RTX", memory_mib=24_000, score=900, uuid="one")


@asynccontextmanager
async def stream_of(identity: NodeIdentity, *leases: pb.HeldLease) -> AsyncIterator[WorkStream]:
    """The node's stream after its hello with `leases`."""
    can = capabilities()
    can.gpus.append(GPU)
    can.runs_images = True
    clock = SystemClock()
    async with NodeClient(identity, clock, SystemIds(clock)) as client, client.work() as stream:
        hello = pb.WorkerHello(capabilities=can, leases=leases)
        await stream.send(pb.WorkerMessage(hello=hello))
        yield stream


async def first(stream: WorkStream, field: str):
    """The first item of `field` that the master sends."""
    async with asyncio.timeout(20):
        async for message in stream:
            if items := getattr(message, field):
                return items[0]
    raise AssertionError("the stream ended")


async def begin(stream: WorkStream) -> str:
    """Start the task that the node is given next; its id."""
    given = await first(stream, "assignments")
    started = pb.TaskUpdate(
        task_id=given.task_id, attempt=given.attempt, kind=pb.TaskUpdate.KIND_STARTED
    )
    await stream.send(pb.WorkerMessage(updates=[started]))
    await first(stream, "acks")
    return str(given.task_id)


async def test_an_attempt_whose_gpu_another_task_got_since_is_stopped(master, admin) -> None:
    node, elsewhere = await enrol(admin, {"grpc_address": master.grpc_address}, 2)
    async with stream_of(elsewhere) as busy:
        await admin.tasks.submit(command=["x"], gpu_name="rtx")
        await begin(busy)
        async with stream_of(node) as stream:
            lost = (await admin.tasks.submit(command=["x"], gpu_name="rtx")).task_id
            assert await begin(stream) == lost
        # It has lost the task, which from here on waits for the other node.
        async with stream_of(node) as stream:
            kept = (await admin.tasks.submit(command=["x"], gpu_name="rtx")).task_id
            assert await begin(stream) == kept
        leases = [pb.HeldLease(task_id=one, attempt=1, started=True) for one in (kept, lost)]
        async with stream_of(node, *leases) as stream:
            stop = await first(stream, "stops")
        assert (stop.task_id, stop.reason) == (lost, pb.StopLease.REASON_FENCED)
