"""A result belongs to its task: deleting one leaves what others have."""

from pathlib import Path

import pytest

from app.client import transfers
from app.client.api import HiveMind
from app.client.methods import DELETE_RESULT
from app.client.transfers import Artifact
from app.common.errors import Reason
from app.master.master import Master
from proto import nodepool_pb2 as pb
from tests.e2e.hand_node import Ending, hand_node
from tests.e2e.test_refusals import _zip, refused


async def fetched(pool: HiveMind, task_id: str, folder: Path) -> bytes:
    path = folder / f"{task_id}.zip"
    await pool.tasks.fetch(task_id, path)
    return path.read_bytes()


async def test_deleting_a_result_leaves_equal_ones(
    master: Master, admin: HiveMind, ann: HiveMind, job: Path, tmp_path: Path
) -> None:
    """The bytes are kept once; each task's reference is its own."""
    data = _zip("answer.txt")
    async with hand_node(master, admin, tmp_path, lambda _: Ending(result=data)):
        first, second = [(await ann.tasks.submit(job)).task_id for _ in range(2)]
        await ann.tasks.wait(first, second)
    kept = await ann.tasks.get(first)
    days = (kept.result_kept_until.seconds - kept.ended_at.seconds) / 86400
    assert days == pytest.approx(master._settings.result_days, abs=0.01)
    await ann.tasks.delete_result(first)
    gone = await ann.tasks.get(first)
    assert (gone.result_digest, gone.result_bytes) == ("", 0)
    assert not gone.HasField("result_kept_until")
    assert await refused(ann.tasks.fetch(first, tmp_path / "none")) is Reason.RESULT_NOT_FOUND
    assert await refused(ann.tasks.delete_result(first)) is Reason.RESULT_NOT_FOUND
    digest = (await ann.tasks.get(second)).result_digest
    assert await fetched(ann, second, tmp_path) == data
    await ann.tasks.delete_result(second)
    work = transfers.download(ann.tasks._calls, Artifact(digest), tmp_path / "none", 1000)
    assert await refused(work) is Reason.ARTIFACT_NOT_FOUND


async def test_deleting_a_result_leaves_the_archive_of_a_task_that_waits(
    master: Master, admin: HiveMind, ann: HiveMind, tmp_path: Path
) -> None:
    """A task may leave the very bytes that another is made of."""
    archive = tmp_path / "job.zip"
    archive.write_bytes(_zip("run.sh"))
    async with hand_node(
        master, admin, tmp_path, lambda _: Ending(result=archive.read_bytes())
    ) as node:
        ended = (await ann.tasks.submit(archive)).task_id
        await ann.tasks.wait(ended)
        waiting = await ann.tasks.submit(archive, disk_mib=2**29)
        await ann.tasks.delete_result(ended)
        digest = (await ann.tasks.get(waiting.task_id)).spec.archive_digest
        again = await ann.tasks.submit(archive_digest=digest)
        await ann.tasks.wait(again.task_id)
        assert len(node.given) == 2


async def test_a_repeated_deletion_gets_the_first_answer(
    master: Master, admin: HiveMind, ann: HiveMind, job: Path, tmp_path: Path
) -> None:
    async with hand_node(master, admin, tmp_path, lambda _: Ending(result=_zip("answer"))):
        first, second = [(await ann.tasks.submit(job)).task_id for _ in range(2)]
        await ann.tasks.wait(first, second)
    request = pb.DeleteResultRequest(request_id="d1", task_id=first)
    calls = ann.tasks._calls
    await calls.ask(DELETE_RESULT, request)
    await calls.ask(DELETE_RESULT, request)
    other = pb.DeleteResultRequest(request_id="d1", task_id=second)
    assert await refused(calls.ask(DELETE_RESULT, other)) is Reason.REQUEST_ID_REUSED
    missing = pb.DeleteResultRequest(task_id=second)
    assert await refused(calls.ask(DELETE_RESULT, missing)) is Reason.REQUEST_ID_MISSING
    assert (await ann.tasks.get(second)).result_digest
