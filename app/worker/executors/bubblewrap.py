"""Runs tasks in a bubblewrap sandbox: no daemon, a few milliseconds to start."""

import asyncio
import os
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

import psutil

from app.common.errors import HiveMindError, Reason
from app.common.invariant import invariant
from app.common.vocabulary import AttemptOutcome, IsolationClass
from app.worker.consumption import Consumption
from app.worker.executors.base import (
    PIDS_MAX,
    UNPRIVILEGED_ID,
    Controller,
    ExitReport,
    FinalFailure,
    Job,
    Ladder,
    OutputSink,
    Step,
    report_exit,
)
from app.worker.executors.bubblewrap_profile import Host, Walls, read_host, sandbox_command
from app.worker.executors.cgroups import ControlGroup, ControlGroups, GroupLimits, find
from app.worker.executors.pump import OutputPump
from app.worker.executors.resident import ResidentMemory
from app.worker.executors.seccomp import sandbox_filter
from app.worker.executors.status_pipe import StatusPipe

_PROBE_SECONDS = 10.0
_REMOVE_TRIES = 50
_REMOVE_PAUSE_SECONDS = 0.02
#: Enters the control groups named before "--", then becomes the sandbox.
_ENTER = 'while [ "$1" != -- ]; do echo $$ > "$1" || exit 125; shift; done; shift; exec "$@"'


class BubblewrapExecutor:
    """The sandbox executor of one agent. Made by `open_bubblewrap`."""

    isolation = IsolationClass.SANDBOX

    def __init__(
        self,
        program: str,
        version: str,
        host: Host,
        groups: ControlGroups | None,
        seccomp: bytes | None,
    ) -> None:
        self.program = program
        self.host = host
        self.groups = groups
        self.seccomp = seccomp
        self.engine = f"bubblewrap {version}"

    @property
    def features(self) -> tuple[str, ...]:
        """What the isolation consists of."""
        limits = f"cgroup-v{self.groups.version}" if self.groups is not None else "rlimits"
        found = ["namespaces", "no-new-privileges", limits]
        found.append("real-nobody" if self.host.is_root else "userns")
        if self.seccomp is not None:
            found.append("seccomp")
        return tuple(found)

    @property
    def owner(self) -> tuple[int, int] | None:
        """As root the task is a real "nobody", who must own its folders."""
        return (UNPRIVILEGED_ID, UNPRIVILEGED_ID) if self.host.is_root else None

    def controller(self, job: Job, sink: OutputSink) -> Controller:
        """What runs `job`."""
        return BubblewrapController(self, job, sink)

    async def reap(self) -> int:
        """Sandboxes die with their agent; only empty control groups can be left."""
        if self.groups is None:
            return 0
        found = self.groups.leftovers()
        for group in found:
            await remove_group(group)
        return len(found)

    async def close(self) -> None:
        """Remove the agent's control groups."""
        if self.groups is not None:
            self.groups.remove()


class BubblewrapController:
    """One task in one sandbox."""

    def __init__(self, executor: BubblewrapExecutor, job: Job, sink: OutputSink) -> None:
        self._executor = executor
        self._job = job
        self._sink = sink
        self._ladder = Ladder()
        self._group: ControlGroup | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._pump: OutputPump | None = None
        self._status: StatusPipe | None = None
        self._resident: ResidentMemory | None = None

    async def prepare(self) -> None:
        """Make the control group. Raises FinalFailure."""
        order = self._job.order
        if order.image:
            raise FinalFailure("The task names a container image; this node has no engine.")
        groups = self._executor.groups
        if groups is not None:
            limits = GroupLimits(order.memory_mib, order.cpu_millicores, PIDS_MAX)
            try:
                self._group = groups.create(order.id.folder_name, limits)
            except OSError as error:
                raise FinalFailure(f"The task's limits could not be set: {error}.") from error
        self._ladder.climb(Step.PREPARED)

    async def start(self) -> None:
        """Start the sandbox with the program in it. Raises FinalFailure."""
        invariant(self._ladder.step is Step.PREPARED, "a sandbox is prepared before its start")
        self._status = StatusPipe()
        filter_descriptor = _memory_file(self._executor.seccomp)
        try:
            self._process = await self._spawn(filter_descriptor)
        except OSError as error:
            raise FinalFailure(f"The sandbox could not be started: {error}.") from error
        finally:
            self._status.close_writer()
            if filter_descriptor is not None:
                os.close(filter_descriptor)
        self._pump = OutputPump(self._process, self._sink)
        if self._group is None:
            self._resident = ResidentMemory(self._process.pid, self._job.order.memory_mib)
        self._ladder.climb(Step.STARTED)

    async def _spawn(self, filter_descriptor: int | None) -> asyncio.subprocess.Process:
        job, status = self._job, self._status
        assert status is not None
        no_group = self._group is None
        walls = Walls(
            work=job.work,
            output=job.output,
            environment=_with_path(job.environment, self._executor.host.path),
            network=job.order.network,
            disk_mib=job.order.disk_mib,
            memory_mib_by_rlimit=job.order.memory_mib if no_group else None,
            pids_by_rlimit=no_group,
            filter_descriptor=filter_descriptor,
            status_descriptor=status.writer,
        )
        command = sandbox_command(self._executor.program, self._executor.host, walls, job.command)
        entrances = self._group.entrances if self._group is not None else []
        passed = (
            [status.writer] if filter_descriptor is None else [status.writer, filter_descriptor]
        )
        return await asyncio.create_subprocess_exec(
            "/bin/sh",
            "-c",
            _ENTER,
            "sh",
            *(str(path) for path in entrances),
            "--",
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            pass_fds=passed,
            env={},
        )

    async def wait(self) -> ExitReport:
        """Until the program has ended and its output was read to the end."""
        process, pump, status = self._process, self._pump, self._status
        assert process is not None
        assert pump is not None
        assert status is not None
        exit_code = await process.wait()
        await pump.finish()
        resident = self._resident
        if resident is not None:
            await resident.stop()
        self._ladder.climb(Step.EXITED)
        if exit_code < 0:
            exit_code = 128 - exit_code
        elif not status.program_ended():
            detail = "The sandbox could not be set up; the task's stderr says why."
            return ExitReport(AttemptOutcome.REJECTED, None, detail)
        if self._group is not None:
            return report_exit(
                exit_code,
                out_of_memory=self._group.oom_kills() > 0,
                cpu_milliseconds=self._group.cpu_milliseconds(),
                memory_peak_mib=self._group.memory_peak_mib(),
            )
        assert resident is not None
        return report_exit(
            exit_code,
            out_of_memory=resident.exceeded,
            cpu_milliseconds=resident.cpu_milliseconds,
            memory_peak_mib=resident.peak_mib,
        )

    async def stop(self, grace_seconds: float) -> None:
        """SIGTERM to the task's processes, then the end of the whole sandbox."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        if grace_seconds > 0:
            for inside in _inside(process.pid):
                with suppress(psutil.Error):
                    inside.send_signal(signal.SIGTERM)
            with suppress(TimeoutError):
                async with asyncio.timeout(grace_seconds):
                    await process.wait()
        if process.returncode is None:
            self._kill()
            await process.wait()

    def _kill(self) -> None:
        process = self._process
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        if self._group is not None:
            self._group.kill()

    def consumption(self) -> Consumption:
        """What the control group counts, or what was seen of the processes without one."""
        if self._group is not None:
            return self._group.consumption()
        return Consumption() if self._resident is None else self._resident.consumption()

    async def remove(self) -> None:
        """End what still runs and remove the control group."""
        self._kill()
        if self._process is not None:
            await self._process.wait()
        if self._pump is not None:
            await self._pump.cancel()
        if self._resident is not None:
            await self._resident.stop()
        if self._status is not None:
            self._status.close()
        if self._group is not None:
            await remove_group(self._group)
            self._group = None
        if self._ladder.step < Step.REMOVED:
            self._ladder.climb(Step.REMOVED)


async def open_bubblewrap(
    agent_name: str, interpreter_prefix: Path = Path(sys.base_prefix)
) -> BubblewrapExecutor:
    """Find bubblewrap and try it.

    `agent_name` names the agent's control groups. Raises HiveMindError(NO_ISOLATION)
    with the reason where the sandbox is missing or does not work.
    """
    program = shutil.which("bwrap")
    if program is None:
        raise HiveMindError(Reason.NO_ISOLATION, "bubblewrap is not installed.")
    is_root = os.geteuid() == 0
    host = read_host(is_root=is_root, interpreter_prefix=interpreter_prefix)
    seccomp = sandbox_filter(os.uname().machine)
    _, version, _ = await _run(program, "--version")
    walls = Walls(
        work=Path("/usr"),
        output=Path("/usr"),
        environment=(("PATH", host.path),),
        network=False,
        disk_mib=1,
        memory_mib_by_rlimit=None,
        pids_by_rlimit=False,
        filter_descriptor=None,
        status_descriptor=None,
    )
    status, _, said = await _run(*sandbox_command(program, host, walls, ("true",)))
    if status != 0:
        raise HiveMindError(
            Reason.NO_ISOLATION, f"bubblewrap is installed but does not work: {said.strip()}"
        )
    version = version.strip().removeprefix("bubblewrap ")
    return BubblewrapExecutor(program, version, host, find(agent_name), seccomp)


async def remove_group(group: ControlGroup) -> None:
    """End what is in `group` and remove it: the kernel needs a moment for each process."""
    for _ in range(_REMOVE_TRIES):
        group.kill()
        if group.remove():
            return
        await asyncio.sleep(_REMOVE_PAUSE_SECONDS)


async def _run(*command: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin"},
    )
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return 124, "", "it did not end in time"
    return process.returncode or 0, out.decode(errors="replace"), err.decode(errors="replace")


def _memory_file(data: bytes | None) -> int | None:
    if data is None:
        return None
    descriptor = os.memfd_create("hivemind-seccomp")
    os.write(descriptor, data)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _inside(process_id: int) -> list[psutil.Process]:
    """The task's processes: what is below bubblewrap's first process in the sandbox."""
    with suppress(psutil.Error):
        first = psutil.Process(process_id).children()
        return [one for parent in first for one in parent.children(recursive=True)]
    return []


def _with_path(environment: tuple[tuple[str, str], ...], path: str) -> tuple[tuple[str, str], ...]:
    if any(name == "PATH" for name, _ in environment):
        return environment
    return (("PATH", path), *environment)
