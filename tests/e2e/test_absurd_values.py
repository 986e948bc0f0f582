"""Values that no field may hold: refused at the door, and nothing dies of them."""

from pathlib import Path
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from app.client.api import HiveMind
from app.client.methods import (
    GET_ALL_TASKS,
    GET_HISTORY,
    LIST_NODES,
    LIST_TRANSFERS,
    LIST_USERS,
    STREAM_LOG,
    UPLOAD,
)
from app.client.node_client import NodeClient
from app.common.clock import SystemClock
from app.common.errors import Reason
from app.common.ids import SystemIds
from app.master.master import Master
from bench.pool import capabilities, enrol
from proto import nodepool_pb2 as pb
from tests.e2e.test_refusals import refused


async def test_values_that_do_not_exist_are_refused_by_every_kind_of_call(
    master: Master, admin: HiveMind, job: Path, tmp_path: Path
) -> None:
    """At the door, whichever handler would have met them."""
    task_id = (await admin.tasks.submit(job)).task_id
    calls = admin.tasks._calls
    requests: list[tuple[Any, Any]] = [
        (GET_ALL_TASKS, pb.GetAllTasksRequest(states=[99])),
        (GET_ALL_TASKS, pb.GetAllTasksRequest(states=[0])),
        (GET_ALL_TASKS, pb.GetAllTasksRequest(page_size=1001)),
        (GET_ALL_TASKS, pb.GetAllTasksRequest(array_id="a\0b")),
        (LIST_NODES, pb.ListNodesRequest(page_size=10**9)),
        (LIST_USERS, pb.ListUsersRequest(page_size=1001)),
        (LIST_TRANSFERS, pb.ListTransfersRequest(page_size=1001)),
        (GET_HISTORY, pb.GetHistoryRequest(since=Timestamp(seconds=2**62))),
    ]
    for method, request in requests:
        assert await refused(calls.ask(method, request)) is Reason.INVALID_FIELD
    for request in (
        pb.StreamLogRequest(task_id=task_id, stream=99),
        pb.StreamLogRequest(task_id=task_id, stdout_offset=2**63 + 5),
    ):
        stream = calls.listen(STREAM_LOG, request)
        assert await refused(anext(aiter(stream))) is Reason.INVALID_FIELD
    upload = await calls.open(UPLOAD)
    await upload.write(pb.UploadChunk(digest="sha256:" + "0" * 64, offset=2**63))
    assert await refused(upload.response()) is Reason.INVALID_FIELD


async def test_a_nodes_absurd_report_ends_its_stream_and_not_the_master(
    master: Master, admin: HiveMind, ann: HiveMind, job: Path, tmp_path: Path
) -> None:
    """In the store's unit it would have failed everybody's ends."""
    (identity,) = await enrol(admin, {"grpc_address": master.grpc_address}, 1)
    clock = SystemClock()
    task_id = (await ann.tasks.submit(job)).task_id
    async with NodeClient(identity, clock, SystemIds(clock)) as client, client.work() as stream:
        await stream.send(pb.WorkerMessage(hello=pb.WorkerHello(capabilities=capabilities())))
        messages = aiter(stream)
        while not (await anext(messages)).assignments:
            pass
        update = pb.TaskUpdate(task_id=task_id, attempt=1, kind=pb.TaskUpdate.KIND_ENDED)
        update.outcome = pb.ATTEMPT_OUTCOME_SUCCEEDED
        update.cpu_milliseconds = 2**63
        await stream.send(pb.WorkerMessage(updates=[update]))

        async def rest() -> None:
            async for _ in messages:
                pass

        assert await refused(rest()) is Reason.INVALID_FIELD
    assert not master.failed
