"""A pool of real processes: a master over TLS, and workers with real sandboxes."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.client.api import HiveMind
from bench.pool import ROOT, MasterProcess
from tests.parts import require_part

JOIN_SECONDS = 60
#: A loaded machine needs longer than the worker allows itself.
STOP_SECONDS = 60


@dataclass
class WorkerProcess:
    """`python -m app.worker run` on a data folder of its own."""

    folder: Path
    options: list[str] = field(default_factory=list)
    process: "subprocess.Popen[bytes] | None" = None
    #: What starts it somewhere else: in a network namespace.
    prefix: tuple[str, ...] = ()

    async def join(self, address: str, token: str, name: str) -> None:
        """Join the pool by the command a person types."""
        await self._command("join", address, "--token", token, "--name", name)

    async def _command(self, *arguments: str) -> None:
        process = await asyncio.create_subprocess_exec(
            *self.line(*arguments),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        async with asyncio.timeout(JOIN_SECONDS):
            output, _ = await process.communicate()
        assert process.returncode == 0, output.decode()

    def start(self) -> None:
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.line("run", *self.options),
                cwd=ROOT,
                stdout=log,
                stderr=log,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
            )

    def kill(self) -> None:
        """SIGKILL: the sandboxes die with their parent."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(STOP_SECONDS)

    def let_go_on(self) -> None:
        """Put a file `go` where the one task that runs here waits for it: in its output folder."""
        (output,) = self.folder.glob("attempts/*/output")
        (output / "go").touch()

    def line(self, *arguments: str) -> list[str]:
        """The command line of one of the worker's commands."""
        command, *rest = arguments
        program = [*self.prefix, sys.executable, "-m", "app.worker"]
        return [*program, command, *rest, "--data-dir", str(self.folder)]


@dataclass
class Pool:
    """A master and its workers; everything still running at the end is ended."""

    folder: Path
    master: MasterProcess
    workers: list[WorkerProcess] = field(default_factory=list)

    async def add_worker(
        self, admin: HiveMind, name: str, owner: str = "", *options: str
    ) -> WorkerProcess:
        """A machine of `owner`'s joins and works."""
        worker = WorkerProcess(self.folder / name, list(options))
        self.workers.append(worker)
        created = await admin.join_tokens.create(owner=owner)
        await worker.join(self.master.ready["grpc_address"], created.token, name)
        worker.start()
        return worker


@asynccontextmanager
async def running_pool(folder: Path, **settings: str) -> AsyncIterator[Pool]:
    """A pool with a master and no worker yet. Results are believed where nothing else is said:
    most pools of tests have one owner's machines.
    """
    require_part(shutil.which("bwrap") is not None, "bubblewrap: apt-get install bubblewrap")
    master = MasterProcess(folder, {"HIVEMIND_CHECK_RESULTS": "off"} | settings)
    pool = Pool(folder, master)
    try:
        await master.start()
        yield pool
    finally:
        for worker in pool.workers:
            if worker.process is not None and worker.process.poll() is None:
                worker.kill()
        if master.process is not None and master.process.poll() is None:
            master.stop()
