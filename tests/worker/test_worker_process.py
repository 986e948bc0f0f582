"""The worker as its own process: command line, signals, sudden death."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from app.common.join_token import JoinToken
from app.common.vocabulary import AttemptOutcome
from proto import nodepool_pb2 as pb
from tests.parts import require_part
from tests.worker.fake_master import FakeMaster
from tests.worker.jobs import bubblewrap_is_there

TASK = "01hzzzzzzzzzzzzzzzzzzzzzz1"
EXIT_SECONDS = 5.0
UP = "echo up; sleep 1000"


@pytest.fixture
async def master() -> AsyncIterator[FakeMaster]:
    require_part(bubblewrap_is_there(), "no bubblewrap: install the package bubblewrap")
    async with FakeMaster() as running:
        yield running


class Worker:
    """Runs `python -m app.worker` with a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder.with_suffix(".log")
        self._started: list[asyncio.subprocess.Process] = []

    async def start(self, *words: str, **extra: str) -> asyncio.subprocess.Process:
        logs = f"{self.folder}-logs"
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}
        environment |= {"HIVEMIND_LOG_DIR": logs} | extra
        with self.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "app.worker", *words, "--data-dir", str(self.folder),
                env=environment, stdout=asyncio.subprocess.PIPE, stderr=log,
            )  # fmt: skip
        self._started.append(process)
        return process

    async def command(self, *words: str, **extra: str) -> tuple[int, str]:
        """Run to the end: status, and what was printed on stdout."""
        process = await self.start(*words, **extra)
        async with asyncio.timeout(60):
            out, _ = await process.communicate()
        return process.returncode, out.decode()

    async def join(self, master: FakeMaster) -> None:
        token = JoinToken(master.authority.pin, "t" * 8, "s" * 26)
        status, said = await self.command("join", master.address, "--token", str(token))
        assert status == 0, self.log.read_text()
        assert "Joined" in said

    async def end(self) -> None:
        """End what still runs, in order: a worker that is killed leaves its folders behind."""
        for process in self._started:
            try:
                async with asyncio.timeout(2 * EXIT_SECONDS):
                    if process.returncode is None:
                        process.terminate()
                    await process.communicate()
            except TimeoutError:
                process.kill()
                await process.communicate()


@pytest.fixture
async def worker(tmp_path: Path) -> AsyncIterator[Worker]:
    made = Worker(tmp_path / "node")
    yield made
    await made.end()


async def gone(process: asyncio.subprocess.Process) -> int:
    """Its status, once it has ended; a loaded machine makes longer of EXIT_SECONDS."""
    async with asyncio.timeout(3 * EXIT_SECONDS):
        await process.communicate()
    return process.returncode


def sandboxes_of(process: asyncio.subprocess.Process) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def runs(process: psutil.Process) -> bool:
    """Whether it does anything: the machine's first process may be slow to clear it away."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def test_join_run_and_status(master: FakeMaster, worker: Worker) -> None:
    await worker.join(master)
    running = await worker.start("run")
    await master.connected()
    master.assign(TASK, "sh", "-c", "echo hello")
    update = await master.ended(TASK)
    assert update.outcome == AttemptOutcome.SUCCEEDED
    assert master.printed(TASK) == "hello\n"
    status, said = await worker.command("status")
    assert (status, "connected" in said) == (0, True)
    running.send_signal(signal.SIGTERM)
    assert await gone(running) == 0
    status, said = await worker.command("status")
    assert status != 0


async def test_nothing_of_the_environment_leaves_the_machine(
    master: FakeMaster, worker: Worker
) -> None:
    await worker.join(master)
    secret = "hunter2-not-for-anybody"
    await worker.start("run", AGENT_SECRET=secret)
    await master.connected()
    master.assign(TASK, "sh", "-c", "env; cat /proc/*/environ")
    await master.ended(TASK)
    await master.until(lambda: master.usages)
    told = [*master.hellos, *master.usages, *master.updates, *master.registrations]
    assert secret not in "".join(str(message) for message in told)
    assert secret not in master.printed(TASK)


async def test_sigterm_gives_the_task_back_and_ends_soon(
    master: FakeMaster, worker: Worker
) -> None:
    await worker.join(master)
    running = await worker.start("run")
    await master.connected()
    master.assign(TASK, "sh", "-c", f"trap '' TERM; {UP}")
    await master.until(lambda: master.printed(TASK))
    inside = sandboxes_of(running)
    running.send_signal(signal.SIGTERM)
    assert await gone(running) == 0
    assert master.ends(TASK)[0].outcome == AttemptOutcome.RELEASED
    assert not [process.pid for process in inside if runs(process)]


async def test_a_worker_killed_outright_leaves_no_program_behind(
    master: FakeMaster, worker: Worker
) -> None:
    await worker.join(master)
    running = await worker.start("run")
    await master.connected()
    master.assign(TASK, "sh", "-c", UP)
    await master.until(lambda: master.printed(TASK))
    inside = sandboxes_of(running)
    assert inside
    running.kill()
    await gone(running)
    _, alive = psutil.wait_procs(inside, timeout=20)
    # Where nothing reaps orphans, as in a container without an init, they stay as zombies.
    assert [process for process in alive if runs(process)] == []
    await worker.start("run")
    update = await master.ended(TASK)
    assert update.outcome == AttemptOutcome.NODE_LOST
    assert master.printed(TASK) == "up\n"


async def test_drain_finishes_what_runs_and_then_leaves(master: FakeMaster, worker: Worker) -> None:
    await worker.join(master)
    running = await worker.start("run")
    await master.connected()
    master.assign(TASK, "sh", "-c", "echo up; while [ ! -e /output/go ]; do sleep 0.05; done")
    await master.until(lambda: master.printed(TASK))
    status, _ = await worker.command("drain", "--exit")
    assert status == 0
    await master.until(lambda: master.drains)
    assert running.returncode is None
    (output,) = worker.folder.glob("attempts/*/output")
    (output / "go").touch()
    assert await gone(running) == 0
    assert master.ends(TASK)[0].outcome == AttemptOutcome.SUCCEEDED


async def test_two_workers_cannot_share_a_folder(master: FakeMaster, worker: Worker) -> None:
    await worker.join(master)
    await worker.start("run")
    await master.connected()
    status, _ = await worker.command("run")
    assert status == 1
    assert "STORE_LOCKED" in worker.log.read_text()


async def test_a_revoked_worker_ends_with_a_status_of_its_own(
    master: FakeMaster, worker: Worker
) -> None:
    await worker.join(master)
    running = await worker.start("run")
    await master.connected()
    master.send(pb.MasterMessage(state=pb.NODE_STATE_REVOKED))
    assert await gone(running) == 3


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("run",), "join"),
        (("drain",), "No worker runs"),
        (("join", "127.0.0.1:1", "--token", "nonsense"), "BAD_JOIN_TOKEN"),
        (("join", "not an address"), "INVALID_FIELD"),
        (("join", "127.0.0.1:1"), "MASTER_UNREACHABLE"),
    ],
)
async def test_a_refusal_is_one_sentence(worker: Worker, words: tuple[str, ...], says: str) -> None:
    status, _ = await worker.command(*words)
    said = worker.log.read_text()
    assert status == 1
    assert says in said
    assert "Traceback" not in said


async def test_a_machine_that_cannot_shut_tasks_in_takes_none(worker: Worker) -> None:
    python_only = worker.folder.parent / "bin"
    python_only.mkdir()
    bare = {"PATH": str(python_only), "DOCKER_HOST": "unix:///none"}
    status, said = await worker.command("doctor", **bare)
    assert status == 1
    assert "NO_ISOLATION" in said
