"""Lives one attempt through, from its archive to its packed result.

Everything that can go wrong becomes an `Ending`; only a programmer's error
leaves `run` as an exception.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from app.client.backoff import is_passing
from app.client.transfers import file_digest
from app.common import archive_guard, archives
from app.common.archives import ArchiveLimits
from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import AttemptOutcome
from app.worker.archive_cache import ArchiveCache
from app.worker.attempt_log import AttemptLog, LogStream, ProgressReader
from app.worker.consumption import Meter
from app.worker.environment import task_command, task_environment
from app.worker.executors.base import (
    Controller,
    Executor,
    ExitReport,
    Job,
    OutputSink,
    TemporaryFailure,
)
from app.worker.orders import Ending, Order, StopReason
from app.worker.state import FENCING
from app.worker.workspace import Workspace, disk_bytes

MEBIBYTE = 1024 * 1024
GRACE_SECONDS = 5.0
#: The agent itself has 5 s in all when it ends.
RELEASE_GRACE_SECONDS = 2.0
_TRIES = 5
_FIRST_PAUSE_SECONDS = 0.5
_DISK_LOOK_SECONDS = 0.5
#: Looking at a large tree takes long: spend at most a tenth of the time on it.
_DISK_LOOK_SHARE = 10

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Notices:
    """Whom the runner tells what happens meanwhile."""

    started: Callable[[], None]
    printed: Callable[[], None]
    progressed: Callable[[int], None]


class _StoppedError(Exception):
    """The attempt was stopped before its program started."""


class AttemptRunner:
    """Runs `order` once."""

    def __init__(
        self,
        order: Order,
        pick: Callable[[Order], Executor],
        workspace: Workspace,
        cache: ArchiveCache,
        clock: Clock,
        notices: Notices,
        result_bytes_max: int,
        meter: Meter,
    ) -> None:
        self._order = order
        self._pick = pick
        self._workspace = workspace
        self._cache = cache
        self._clock = clock
        self._notices = notices
        self._result_bytes_max = result_bytes_max
        self._meter = meter
        self._stopping: asyncio.Future[StopReason] = asyncio.get_running_loop().create_future()
        self._progress = ProgressReader()

    def stop(self, reason: StopReason) -> None:
        """Ask the attempt to end. The first reason counts, but a fence beats all."""
        if not self._stopping.done():
            self._stopping.set_result(reason)

    async def run(self, open_log: Callable[[], AttemptLog]) -> Ending:
        """Live it through; what it prints goes to the log. Never longer than its time limit."""
        try:
            await asyncio.to_thread(self._workspace.create)
            log = open_log()
            executor = self._pick(self._order)
            job = await self._or_stopped(self._unpack(executor))
            controller = executor.controller(job, self._sink(log))
            try:
                report = await self._execute(controller)
            finally:
                with suppress(TemporaryFailure):
                    await controller.remove()
            return await self._packed(report)
        except _StoppedError:
            return self._ending(self._stopped_report())
        except HiveMindError as error:
            return self._ending(_refused(error))
        except OSError as error:
            detail = f"The node could not run it: {error}."
            return self._ending(ExitReport(AttemptOutcome.REJECTED, None, detail))

    async def _unpack(self, executor: Executor) -> Job:
        """Folders, archive, command: all a controller needs."""
        order, workspace = self._order, self._workspace
        limits = ArchiveLimits(
            total_bytes_max=order.disk_mib * MEBIBYTE, entry_bytes_max=order.disk_mib * MEBIBYTE
        )
        if order.archive_digest:
            await self._patiently(lambda: self._fetch(limits))
        command = await asyncio.to_thread(task_command, order, workspace.work)
        await asyncio.to_thread(workspace.give_to, executor.owner)
        return Job(
            order=order,
            work=workspace.work,
            output=workspace.output,
            scratch=workspace.folder,
            command=command,
            environment=task_environment(order),
        )

    async def _fetch(self, limits: ArchiveLimits) -> None:
        order = self._order
        async with self._cache.archive(order.archive_digest, order.id.task_id) as path:
            await _to_its_end(archive_guard.extract, path, self._workspace.work, limits)

    async def _execute(self, controller: Controller) -> ExitReport:
        await self._or_stopped(self._patiently(controller.prepare))
        if self._stopping.done():
            raise _StoppedError
        await controller.start()
        self._notices.started()
        with self._meter.measuring(controller):
            return await self._watch(controller)

    async def _watch(self, controller: Controller) -> ExitReport:
        """Until the program ends: by itself, by a stop, by its time or its disk space."""
        waiting = asyncio.create_task(controller.wait(), name=f"wait {self._order.id}")
        disk = asyncio.create_task(self._disk_exceeded(), name=f"disk {self._order.id}")
        try:
            ends: set[asyncio.Future[Any]] = {waiting, disk, self._stopping}
            await asyncio.wait(
                ends,
                timeout=self._order.run_seconds_max,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if waiting.done():
                return await self._disk_was_full(waiting.result())
            if self._stopping.done():
                verdict = self._stopped_report()
            elif disk.done():
                disk.result()
                verdict = self._too_large()
            else:
                verdict = ExitReport(
                    AttemptOutcome.TIMED_OUT,
                    None,
                    f"It ran longer than its {self._order.run_seconds_max} s.",
                )
            await controller.stop(self._grace_seconds())
            return _ended_by_us(verdict, await waiting)
        finally:
            for task in (waiting, disk):
                task.cancel()
            await asyncio.gather(waiting, disk, return_exceptions=True)

    def _grace_seconds(self) -> float:
        reason = self._stopping.result() if self._stopping.done() else None
        if reason is StopReason.FENCED:
            return 0
        return RELEASE_GRACE_SECONDS if reason is StopReason.RELEASED else GRACE_SECONDS

    async def _disk_was_full(self, report: ExitReport) -> ExitReport:
        """A program that failed with all its disk space taken failed for want of it."""
        if report.outcome is not AttemptOutcome.EXITED_NONZERO:
            return report
        workspace = self._workspace
        used_bytes = await asyncio.to_thread(disk_bytes, workspace.work, workspace.output)
        if used_bytes < self._order.disk_mib * MEBIBYTE:
            return report
        return self._too_large(report=report)

    async def _disk_exceeded(self) -> None:
        """Returns once the task's folders hold more than it asked for."""
        limit_bytes = self._order.disk_mib * MEBIBYTE
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            used_bytes = await asyncio.to_thread(
                disk_bytes, self._workspace.work, self._workspace.output
            )
            if used_bytes > limit_bytes:
                return
            took = loop.time() - began
            await asyncio.sleep(max(_DISK_LOOK_SECONDS, took * _DISK_LOOK_SHARE))

    async def _packed(self, report: ExitReport) -> Ending:
        """Pack what was left in the output folder, unless nobody wants it."""
        if report.outcome in {AttemptOutcome.CANCELLED, AttemptOutcome.RELEASED}:
            return self._ending(report)
        workspace = self._workspace
        await asyncio.to_thread(workspace.discard_input)
        limits = ArchiveLimits(
            total_bytes_max=self._order.disk_mib * MEBIBYTE,
            entry_bytes_max=self._order.disk_mib * MEBIBYTE,
        )
        try:
            summary = await asyncio.to_thread(
                archives.pack, workspace.output, workspace.result, limits
            )
        except HiveMindError as error:
            return self._ending(self._too_large(error.message, report))
        if not summary.entries:
            await asyncio.to_thread(workspace.result.unlink, missing_ok=True)
            return self._ending(report)
        size_bytes = (await asyncio.to_thread(workspace.result.stat)).st_size
        if size_bytes > self._result_bytes_max:
            message = f"Its result has {size_bytes} bytes; {self._result_bytes_max} are allowed."
            return self._ending(self._too_large(message, report))
        digest = await asyncio.to_thread(file_digest, workspace.result)
        return self._ending(report, digest, size_bytes)

    def _too_large(self, message: str = "", report: ExitReport | None = None) -> ExitReport:
        detail = message or f"It wrote more than the {self._order.disk_mib} MiB it asked for."
        found = report or ExitReport(AttemptOutcome.OUTPUT_TOO_LARGE, None)
        return _verdict(ExitReport(AttemptOutcome.OUTPUT_TOO_LARGE, None, detail), found)

    def _stopped_report(self) -> ExitReport:
        reason = self._stopping.result()
        return ExitReport(reason.outcome, None, _STOPPED[reason])

    def _ending(self, report: ExitReport, digest: str = "", size_bytes: int = 0) -> Ending:
        return Ending(
            outcome=report.outcome,
            at_us=self._clock.now_us(),
            detail=report.detail,
            exit_code=report.exit_code,
            result_digest=digest,
            result_bytes=size_bytes,
            cpu_milliseconds=report.cpu_milliseconds,
            memory_peak_mib=report.memory_peak_mib,
        )

    def _sink(self, log: AttemptLog) -> OutputSink:
        def take(stream: LogStream, data: bytes) -> bool:
            goes_on = log.append(stream, data)
            if stream is LogStream.STDOUT:
                percent = self._progress.feed(data)
                if percent is not None:
                    self._notices.progressed(percent)
            self._notices.printed()
            return goes_on

        return take

    async def _patiently(self, step: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do `step`, again after failures that may pass."""
        pause = _FIRST_PAUSE_SECONDS
        for _ in range(_TRIES - 1):
            try:
                await step()
            except HiveMindError as error:
                if not (isinstance(error, TemporaryFailure) or _may_pass(error)):
                    raise
            else:
                return
            await asyncio.sleep(pause)
            pause *= 2
        await step()

    async def _or_stopped(self, work: Coroutine[Any, Any, ResultT]) -> ResultT:
        """The result of `work`, unless a stop comes first; then _StoppedError."""
        task = asyncio.create_task(work, name=f"ready {self._order.id}")
        try:
            ends: set[asyncio.Future[Any]] = {task, self._stopping}
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            raise _StoppedError
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


_STOPPED = {
    StopReason.CANCELLED: "It was cancelled.",
    StopReason.FENCED: "Its lease went to another attempt.",
    StopReason.TIMED_OUT: "The master ended it at its time limit.",
    StopReason.RELEASED: "The node gave it back.",
}


async def _to_its_end(work: Callable[..., object], *arguments: object) -> None:
    """Do blocking `work` in a thread; a cancellation waits for it, so it touches nothing later."""
    task = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


def _may_pass(error: HiveMindError) -> bool:
    return is_passing(error) and error.reason is not Reason.ENGINE_FAILED


def _refused(error: HiveMindError) -> ExitReport:
    """What a failure before the start means for the attempt."""
    if error.reason.name.startswith("ARCHIVE_"):
        return ExitReport(AttemptOutcome.BAD_ARCHIVE, None, error.message)
    if error.reason in FENCING:
        return ExitReport(AttemptOutcome.RELEASED, None, error.message)
    return ExitReport(AttemptOutcome.REJECTED, None, error.message)


def _ended_by_us(verdict: ExitReport, report: ExitReport) -> ExitReport:
    """A program that had come to its own good end meanwhile keeps it."""
    if report.outcome is AttemptOutcome.SUCCEEDED and verdict.outcome is AttemptOutcome.CANCELLED:
        return report
    return _verdict(verdict, report)


def _verdict(verdict: ExitReport, report: ExitReport) -> ExitReport:
    return ExitReport(
        verdict.outcome,
        report.exit_code,
        verdict.detail,
        report.cpu_milliseconds,
        report.memory_peak_mib,
    )
