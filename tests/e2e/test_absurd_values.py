"""Values that no field may hold: refused at the door, and nothing dies of them."""

from pathlib import Path
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from app.client.api import HiveMind
from app.client.methods import (
    BEGIN_UPLOAD,
    DOWNLOAD,
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
from app.common.errors import HiveMindError, Reason
from app.common.ids import SystemIds
from app.master.master import Master
from app.master.tasks.spec import TaskSpec, check_spec
from bench.pool import capabilities, enrol
from proto import nodepool_pb2 as pb
from tests.e2e.test_refusals import _zip, refused


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


async def test_a_refusal_names_its_true_reason(ann: HiveMind, tmp_path: Path) -> None:
    calls = ann.tasks._calls
    bad = "sha256:zz"
    assert await refused(ann.tasks.submit(archive_digest=bad, command=["true"])) is Reason.BAD_ID
    download = calls.listen(DOWNLOAD, pb.DownloadRequest(digest=bad))
    assert await refused(anext(aiter(download))) is Reason.BAD_ID
    empty = pb.BeginUploadRequest(digest="sha256:" + "0" * 64)
    assert await refused(calls.ask(BEGIN_UPLOAD, empty)) is Reason.INVALID_FIELD
    spec = TaskSpec(archive_digest="", environment=(("GREETING", "a\0b"),))
    with pytest.raises(HiveMindError, match="value with a NUL character: that of GREETING"):
        check_spec(spec)


async def test_an_archive_without_an_entry_needs_a_command(ann: HiveMind, tmp_path: Path) -> None:
    """It would fail on every worker, and be held for until then."""
    archive = tmp_path / "job.zip"
    for names in ((), ("notes.txt",), ("job/run.sh",), ("RUN.SH",)):
        archive.write_bytes(_zip(*names))
        assert await refused(ann.tasks.submit(archive)) is Reason.ARCHIVE_INVALID
    assert (await ann.ledger.balance()).held_mcpt == 0
    for _ in range(2):
        await ann.tasks.submit(archive, command=["true"])
        assert await refused(ann.tasks.submit(archive)) is Reason.ARCHIVE_INVALID
    for name in ("run.sh", "main.py"):
        archive.write_bytes(_zip(name))
        await ann.tasks.submit(archive)
