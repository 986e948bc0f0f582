"""The agent against a master over real TLS: what the master sees of each story."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.common.vocabulary import AttemptOutcome, NodeState
from app.worker.agent import Outcome
from app.worker.executors.bubblewrap import BubblewrapExecutor
from app.worker.executors.fake import FakeExecutor, FakeTroubles
from proto import nodepool_pb2 as pb
from tests.worker.agents import running_agent
from tests.worker.fake_master import FakeMaster

TASK = "01hzzzzzzzzzzzzzzzzzzzzzz1"
OTHER = "01hzzzzzzzzzzzzzzzzzzzzzz2"


@pytest.fixture
async def master() -> AsyncIterator[FakeMaster]:
    async with FakeMaster() as running:
        yield running


def archive(**files: str) -> bytes:
    """A ZIP archive of files by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, text in files.items():
            packed.writestr(name.replace("__", "."), text)
    return buffer.getvalue()


def result_files(master: FakeMaster, update: pb.TaskUpdate) -> dict[str, bytes]:
    """What the result archive of a task holds."""
    data = master.artifacts[update.result_digest]
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def go_on(folder: Path) -> None:
    """Put a file `go` into the output folder of the one task that runs, which waits for it."""
    (output,) = folder.glob("attempts/*/output")
    (output / "go").touch()


def hang_uploads(master: FakeMaster) -> asyncio.Event:
    """Let the master never answer an upload; the event is set when one begins."""
    reached = asyncio.Event()

    async def hang(_request: object) -> None:
        reached.set()
        await asyncio.Event().wait()

    master.answers["BeginUpload"] = hang
    return reached


async def test_a_task_is_run_and_told_of(master: FakeMaster, tmp_path: Path) -> None:
    async with running_agent(tmp_path, master.admit()):
        await master.connected()
        master.assign(TASK, "print", "hello", "progress", "40", "write", "out.txt", "made")
        update = await master.ended(TASK)
    assert update.outcome == AttemptOutcome.SUCCEEDED
    assert update.exit_code == 0
    assert result_files(master, update) == {"out.txt": b"made"}
    assert master.printed(TASK) == "hello\n::progress 40\n"
    kinds = [update.kind for update in master.updates]
    assert kinds[0] == pb.TaskUpdate.KIND_STARTED
    assert kinds[-1] == pb.TaskUpdate.KIND_ENDED
    progress = [u.progress_percent for u in master.updates if u.kind == pb.TaskUpdate.KIND_PROGRESS]
    assert progress in ([40], [])


async def test_what_a_task_used_is_told_as_our_own_once_it_has_ended(
    master: FakeMaster, tmp_path: Path, bubblewrap: BubblewrapExecutor
) -> None:
    script = "import time\nwhile time.process_time() < 1.2: pass\n"
    async with running_agent(tmp_path, master.admit(), bubblewrap):
        await master.connected()
        digest = master.keep(archive(main__py=script))
        master.assign(TASK, archive_digest=digest)
        await master.ended(TASK)
        await master.until(lambda: len(master.usages) >= 2)
    assert master.usages[1].own_cpu_percent > 0


async def test_a_real_task_runs_in_the_real_sandbox(
    master: FakeMaster, tmp_path: Path, bubblewrap: BubblewrapExecutor
) -> None:
    script = (
        "import os, pathlib\n"
        "print('index', os.environ['HIVEMIND_ARRAY_INDEX'], os.getcwd())\n"
        "out = pathlib.Path(os.environ['HIVEMIND_OUTPUT_DIR'])\n"
        "out.joinpath('answer.txt').write_text(str(6 * 7))\n"
    )
    digest = master.keep(archive(main__py=script))
    async with running_agent(tmp_path, master.admit(), bubblewrap):
        await master.connected()
        master.assign(TASK, archive_digest=digest)
        update = await master.ended(TASK)
    assert master.printed(TASK, stream=2) == ""
    assert update.outcome == AttemptOutcome.SUCCEEDED
    assert master.printed(TASK) == "index 0 /work\n"
    assert result_files(master, update) == {"answer.txt": b"42"}
    assert update.cpu_milliseconds > 0


async def test_a_task_that_fails_still_brings_its_result(
    master: FakeMaster, tmp_path: Path
) -> None:
    async with running_agent(tmp_path, master.admit()):
        await master.connected()
        master.assign(TASK, "write", "partial.txt", "half", "exit", "7")
        update = await master.ended(TASK)
    assert update.outcome == AttemptOutcome.EXITED_NONZERO
    assert update.exit_code == 7
    assert result_files(master, update) == {"partial.txt": b"half"}


@pytest.mark.parametrize(
    ("data", "word"),
    [(b"no archive at all", "archive"), (archive(readme="x"), "main.py")],
    ids=["no archive", "no entry"],
)
async def test_a_bad_archive_is_named_as_such(
    master: FakeMaster, tmp_path: Path, data: bytes, word: str
) -> None:
    digest = master.keep(data)
    async with running_agent(tmp_path, master.admit()):
        await master.connected()
        master.assign(TASK, archive_digest=digest)
        update = await master.ended(TASK)
    assert update.outcome == AttemptOutcome.BAD_ARCHIVE
    assert word in update.detail
    assert not [u for u in master.updates if u.kind == pb.TaskUpdate.KIND_STARTED]


async def test_a_program_longer_than_its_time_is_ended(master: FakeMaster, tmp_path: Path) -> None:
    async with running_agent(tmp_path, master.admit()):
        await master.connected()
        master.assign(TASK, "hang", run_seconds_max=1)
        update = await master.ended(TASK)
    assert update.outcome == AttemptOutcome.TIMED_OUT


async def test_too_much_output_ends_the_task(
    master: FakeMaster, tmp_path: Path, bubblewrap: BubblewrapExecutor
) -> None:
    script = "i=0; while [ $i -lt 9 ]; do head -c 1000000 /dev/zero > /output/$i; i=$((i+1)); done"
    requirements = pb.Requirements(disk_mib=4)
    async with running_agent(tmp_path, master.admit(), bubblewrap):
        await master.connected()
        master.assign(TASK, "sh", "-c", f"{script}; sleep 60", requirements=requirements)
        update = await master.ended(TASK)
    assert update.outcome == AttemptOutcome.OUTPUT_TOO_LARGE
    assert update.result_digest == ""


async def test_a_passing_trouble_of_the_engine_is_overcome(
    master: FakeMaster, tmp_path: Path
) -> None:
    executor = FakeExecutor(FakeTroubles(temporary=1))
    async with running_agent(tmp_path, master.admit(), executor):
        await master.connected()
        master.assign(TASK, "exit", "0")
        update = await master.ended(TASK)
    assert update.outcome == AttemptOutcome.SUCCEEDED


@pytest.mark.parametrize(
    "troubles", [FakeTroubles(prepare_fails=True), FakeTroubles(start_fails=True)]
)
async def test_a_final_trouble_rejects_the_attempt(
    master: FakeMaster, tmp_path: Path, troubles: FakeTroubles
) -> None:
    async with running_agent(tmp_path, master.admit(), FakeExecutor(troubles)):
        await master.connected()
        master.assign(TASK, "exit", "0")
        update = await master.ended(TASK)
    assert update.outcome == AttemptOutcome.REJECTED
    assert update.detail


async def test_what_does_not_fit_is_rejected_and_the_rest_goes_on(
    master: FakeMaster, tmp_path: Path
) -> None:
    async with running_agent(tmp_path, master.admit()):
        await master.connected()
        master.assign(TASK, "hang", requirements=pb.Requirements(cpu_millicores=3000))
        master.assign(OTHER, "exit", "0", requirements=pb.Requirements(cpu_millicores=3000))
        update = await master.ended(OTHER)
        assert not master.ends(TASK)
    assert update.outcome == AttemptOutcome.REJECTED
    assert "1000" in update.detail


async def test_a_cancelled_task_ends_as_cancelled(master: FakeMaster, tmp_path: Path) -> None:
    executor = FakeExecutor()
    async with running_agent(tmp_path, master.admit(), executor):
        await master.connected()
        master.assign(TASK, "hang")
        await master.until(lambda: master.updates)
        master.stop_lease(TASK, pb.StopLease.REASON_CANCELLED)
        update = await master.ended(TASK)
        assert executor.running == set()
    assert update.outcome == AttemptOutcome.CANCELLED


async def test_a_fenced_lease_is_ended_and_forgotten(master: FakeMaster, tmp_path: Path) -> None:
    executor = FakeExecutor()
    async with running_agent(tmp_path, master.admit(), executor) as running:
        await master.connected()
        master.assign(TASK, "hang")
        await master.until(lambda: master.updates)
        master.stop_lease(TASK, pb.StopLease.REASON_FENCED)
        master.assign(OTHER, "exit", "0")
        await master.ended(OTHER)
        master.cut()
        await master.connected(2)
        assert executor.running == set()
        assert running.agent.standing().running == 0
    assert not master.ends(TASK)
    assert not master.hellos[1].leases


async def test_a_lost_connection_costs_no_task_and_no_byte_of_log(
    master: FakeMaster, tmp_path: Path, bubblewrap: BubblewrapExecutor
) -> None:
    script = (
        "i=0; until [ -e /output/go ]; do echo line $i; i=$((i+1)); sleep 0.005; done; "
        "echo $i > /output/lines"
    )
    async with running_agent(tmp_path, master.admit(), bubblewrap):
        await master.connected()
        master.assign(TASK, "sh", "-c", script)
        for times in (2, 3):
            before = len(master.printed(TASK))
            await master.until(lambda before=before: len(master.printed(TASK)) > before)
            master.cut()
            await master.connected(times)
        go_on(tmp_path)
        update = await master.ended(TASK)
    assert update.outcome == AttemptOutcome.SUCCEEDED
    lines = int(result_files(master, update)["lines"])
    assert master.printed(TASK).splitlines() == [f"line {index}" for index in range(lines)]
    held = [(lease.task_id, lease.attempt, lease.started) for lease in master.hellos[1].leases]
    assert held == [(TASK, 1, True)]


async def test_an_end_the_master_never_acknowledged_is_told_again(
    master: FakeMaster, tmp_path: Path
) -> None:
    master.acknowledges = False
    async with running_agent(tmp_path, master.admit()):
        await master.connected()
        master.assign(TASK, "exit", "0")
        await master.ended(TASK)
        master.cut()
        await master.connected(2)
        await master.until(lambda: len(master.ends(TASK)) == 2)
        assert [lease.task_id for lease in master.hellos[1].leases] == [TASK]
        master.acknowledge(master.ends(TASK)[0])
        master.cut()
        await master.connected(3)
        assert not master.hellos[2].leases


async def test_output_beyond_the_cap_is_cut_off_and_said_to_be(
    master: FakeMaster, tmp_path: Path, bubblewrap: BubblewrapExecutor
) -> None:
    master.log_bytes_max = 1000
    async with running_agent(tmp_path, master.admit(), bubblewrap):
        await master.connected()
        master.assign(TASK, "sh", "-c", "head -c 5000000 /dev/zero | tr '\\0' x; echo end >&2")
        update = await master.ended(TASK)
    assert update.outcome == AttemptOutcome.SUCCEEDED
    assert master.printed(TASK) == "x" * 1000
    assert (TASK, 1, 1) in master.truncated
    assert master.printed(TASK, stream=2) == "end\n"
    assert (TASK, 1, 2) not in master.truncated


async def test_a_worker_that_died_reports_its_tasks_as_lost(
    master: FakeMaster, tmp_path: Path
) -> None:
    identity = master.admit()
    async with running_agent(tmp_path, identity):
        await master.connected()
        master.assign(TASK, "print", "was here", "hang")
        await master.until(lambda: master.updates)
    async with running_agent(tmp_path, identity):
        update = await master.ended(TASK)
        assert [lease.task_id for lease in master.hellos[1].leases] == [TASK]
        assert update.outcome == AttemptOutcome.NODE_LOST
        assert master.printed(TASK) == "was here\n"
        # Whatever answers this has read the acknowledgement sent before it.
        master.assign(OTHER, "exit", "0")
        await master.ended(OTHER)
    async with running_agent(tmp_path, identity):
        await master.connected(3)
        assert TASK not in [lease.task_id for lease in master.hellos[2].leases]


async def test_a_result_survives_the_worker(master: FakeMaster, tmp_path: Path) -> None:
    """It was packed, but the master was not reached before the worker died."""
    identity = master.admit()

    reached = hang_uploads(master)
    async with running_agent(tmp_path, identity):
        await master.connected()
        master.assign(TASK, "write", "out.txt", "made")
        await reached.wait()
    del master.answers["BeginUpload"]
    async with running_agent(tmp_path, identity):
        update = await master.ended(TASK)
    assert update.outcome == AttemptOutcome.SUCCEEDED
    assert result_files(master, update) == {"out.txt": b"made"}


async def test_a_draining_worker_takes_no_more_and_leaves_when_done(
    master: FakeMaster, tmp_path: Path
) -> None:
    executor = FakeExecutor()
    async with running_agent(tmp_path, master.admit(), executor) as running:
        await master.connected()
        master.assign(TASK, "hang")
        await master.until(lambda: master.updates)
        running.agent.drain(leave=True)
        await master.until(lambda: master.drains)
        master.assign(OTHER, "exit", "0")
        refused = await master.ended(OTHER)
        assert refused.outcome == AttemptOutcome.RELEASED
        assert not running.task.done()
        master.stop_lease(TASK, pb.StopLease.REASON_CANCELLED)
        assert await running.outcome() is Outcome.LEFT


async def test_a_shutdown_gives_running_tasks_back(master: FakeMaster, tmp_path: Path) -> None:
    executor = FakeExecutor()
    async with running_agent(tmp_path, master.admit(), executor) as running:
        await master.connected()
        master.assign(TASK, "hang")
        await master.until(lambda: master.updates)
        running.agent.shut_down()
        assert await running.outcome() is Outcome.LEFT
        assert executor.running == set()
    assert master.ends(TASK)[0].outcome == AttemptOutcome.RELEASED


async def test_a_revoked_worker_ends_its_tasks_and_itself(
    master: FakeMaster, tmp_path: Path
) -> None:
    executor = FakeExecutor()
    identity = master.admit()
    async with running_agent(tmp_path, identity, executor) as running:
        await master.connected()
        master.assign(TASK, "hang")
        await master.until(lambda: master.updates)
        master.nodes[identity.node_id].state = NodeState.REVOKED
        master.access_tokens.clear()
        master.cut()
        assert await running.outcome() is Outcome.REVOKED
        assert executor.running == set()


async def test_heartbeats_come_by_themselves(master: FakeMaster, tmp_path: Path) -> None:
    master.heartbeat_seconds = 1
    async with running_agent(tmp_path, master.admit()):
        await master.until(lambda: len(master.usages) >= 2)
    assert master.usages[0].memory_percent > 0
    assert master.usages[0].disk_free_mib > 0


async def test_the_master_may_ask_for_more_heartbeats(master: FakeMaster, tmp_path: Path) -> None:
    """At once, not after the next one that is due."""
    async with running_agent(tmp_path, master.admit()):
        await master.until(lambda: len(master.usages) == 1)
        master.send(pb.MasterMessage(heartbeat_seconds=1))
        await master.until(lambda: len(master.usages) >= 3)


async def test_a_cancelled_result_upload_does_not_hold_a_fenced_lease(
    master: FakeMaster, tmp_path: Path
) -> None:
    reached = hang_uploads(master)
    async with running_agent(tmp_path, master.admit()):
        await master.connected()
        master.assign(TASK, "write", "out.txt", "made")
        await reached.wait()
        master.stop_lease(TASK, pb.StopLease.REASON_FENCED)
        master.assign(OTHER, "exit", "0")
        await master.ended(OTHER)
        master.cut()
        await master.connected(2)
        assert not master.hellos[1].leases
