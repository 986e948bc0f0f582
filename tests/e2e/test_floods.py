"""A node and a user that flood the master through streams of their own: both are cut off."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from app.client.api import HiveMind
from app.client.methods import BEGIN_UPLOAD, UPLOAD
from app.client.node_client import NodeClient, WorkStream
from app.common.clock import SystemClock
from app.common.errors import HiveMindError, Reason
from app.common.ids import SystemIds
from app.common.vocabulary import TaskState
from app.master.master import Master
from bench.pool import capabilities, enrol
from proto import nodepool_pb2 as pb
from tests.e2e.conftest import serving, settings_in
from tests.e2e.hand_node import Ending, hand_node
from tests.e2e.test_refusals import refused

RATE = 20
DIGEST = "sha256:" + "0" * 64


@pytest.fixture
async def master(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A master that soon has enough of a flood."""
    monkeypatch.setattr("app.master.rpc.stream_limits.FLOOD_SECONDS", 0.5)
    settings = settings_in(tmp_path / "data", stream_things_per_second=RATE)
    async with serving(settings) as started:
        yield started


async def test_a_node_that_floods_is_cut_off_and_others_work_on(
    master: Master, admin: HiveMind, ann: HiveMind, job: Path, tmp_path: Path
) -> None:
    (identity,) = await enrol(admin, {"grpc_address": master.grpc_address}, 1)
    clock = SystemClock()

    async def send(stream: WorkStream) -> None:
        await stream.send(pb.WorkerMessage(hello=pb.WorkerHello(capabilities=capabilities())))
        with suppress(HiveMindError):
            while True:
                await stream.send(pb.WorkerMessage(usage=pb.NodeUsage()))

    async def flood(client: NodeClient) -> None:
        async with client.work() as stream:
            sending = asyncio.ensure_future(send(stream))
            try:
                async for _ in stream:
                    pass
            finally:
                await sending

    async with (
        hand_node(master, admin, tmp_path, lambda _: Ending()) as good,
        NodeClient(identity, clock, SystemIds(clock)) as client,
    ):
        before = master.messages_served
        flooding = asyncio.ensure_future(flood(client))
        task = (await ann.tasks.submit(job)).task_id
        with pytest.raises(HiveMindError) as caught:
            await flooding
        assert caught.value.reason is Reason.RATE_LIMITED
        assert "less, and in bundles" in caught.value.message
        await ann.tasks.wait(task)
        (ended,) = [await ann.tasks.get(task)]
        assert ended.state == TaskState.SUCCEEDED.value
        assert [each.task_id for each in good.given] == [task]
        # What it sent beyond its measure was not even read, however long the machine took.
        assert master.messages_served - before < 1_000


async def test_an_upload_of_single_bytes_is_a_flood(ann: HiveMind) -> None:
    calls = ann.tasks._calls
    await calls.ask(BEGIN_UPLOAD, pb.BeginUploadRequest(digest=DIGEST, size_bytes=1_000_000))
    # By the client, which knows the refusal from grpc.aio's own word for a write that failed.
    upload = await calls.open(UPLOAD)

    async def bytes_one_by_one() -> None:
        for offset in range(1_000_000):
            await upload.write(pb.UploadChunk(digest=DIGEST, offset=offset, data=b"x"))

    assert await refused(bytes_one_by_one()) is Reason.RATE_LIMITED
    assert (await ann.whoami()).username == "ann"
