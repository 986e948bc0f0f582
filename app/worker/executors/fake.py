"""A stand-in that runs no program: for simulated workers and for tests of the agent.

The command is a little script of words: `print TEXT`, `error TEXT`, `write NAME
TEXT`, `progress N`, `exit N`, `hang` (until stopped), `memory` (ends as out of
memory). Anything else ends with status 127, as a shell would.
"""

import asyncio
from dataclasses import dataclass

from app.common.invariant import invariant
from app.common.vocabulary import IsolationClass
from app.worker.attempt_log import LogStream
from app.worker.consumption import Consumption
from app.worker.executors.base import (
    EXIT_KILLED,
    Controller,
    ExitReport,
    FinalFailure,
    Job,
    Ladder,
    OutputSink,
    Step,
    TemporaryFailure,
    report_exit,
)

_EXIT_TERMINATED = 143
_EXIT_UNKNOWN_COMMAND = 127


@dataclass(slots=True)
class FakeTroubles:
    """Failures still to come, in calls of `prepare`; `start_fails` is for good."""

    temporary: int = 0
    prepare_fails: bool = False
    start_fails: bool = False


class FakeExecutor:
    """Pretends to be a sandbox."""

    isolation = IsolationClass.SANDBOX
    engine = "fake 1"
    features = ("fake",)
    owner: tuple[int, int] | None = None

    def __init__(self, troubles: FakeTroubles | None = None) -> None:
        self.troubles = troubles or FakeTroubles()
        self.running: set[str] = set()

    def controller(self, job: Job, sink: OutputSink) -> Controller:
        """What pretends to run `job`."""
        return FakeController(self, job, sink)

    async def reap(self) -> int:
        """A pretended program never outlives its process."""
        return 0

    async def close(self) -> None:
        """Nothing is held."""


class FakeController:
    """Pretends to run one job."""

    def __init__(self, executor: FakeExecutor, job: Job, sink: OutputSink) -> None:
        self._executor = executor
        self._job = job
        self._sink = sink
        self._ladder = Ladder()
        self._stop = asyncio.Event()
        self._ended = asyncio.Event()

    async def prepare(self) -> None:
        """Fails as the troubles say."""
        troubles = self._executor.troubles
        if troubles.temporary > 0:
            troubles.temporary -= 1
            raise TemporaryFailure("The engine is busy.")
        if troubles.prepare_fails:
            raise FinalFailure("The engine does not know this image.")
        self._ladder.climb(Step.PREPARED)

    async def start(self) -> None:
        """Counts as running from here on."""
        invariant(self._ladder.step is Step.PREPARED, "a job is prepared before its start")
        if self._executor.troubles.start_fails:
            raise FinalFailure("The engine could not start it.")
        self._ladder.climb(Step.STARTED)
        self._executor.running.add(str(self._job.order.id))

    async def wait(self) -> ExitReport:
        """Do what the command says."""
        try:
            return await self._play()
        finally:
            self._ladder.climb(Step.EXITED)
            self._ended.set()
            self._executor.running.discard(str(self._job.order.id))

    async def _play(self) -> ExitReport:
        words = list(self._job.command)
        while words:
            match words:
                case ["print", text, *words]:
                    self._sink(LogStream.STDOUT, f"{text}\n".encode())
                case ["error", text, *words]:
                    self._sink(LogStream.STDERR, f"{text}\n".encode())
                case ["progress", percent, *words]:
                    self._sink(LogStream.STDOUT, f"::progress {percent}\n".encode())
                case ["write", name, text, *words]:
                    (self._job.output / name).write_text(text)
                case ["exit", status, *words]:
                    return report_exit(int(status), out_of_memory=False)
                case ["memory", *words]:
                    return report_exit(EXIT_KILLED, out_of_memory=True)
                case ["hang", *words]:
                    await self._stop.wait()
                    return report_exit(_EXIT_TERMINATED, out_of_memory=False)
                case _:
                    return report_exit(_EXIT_UNKNOWN_COMMAND, out_of_memory=False)
            await asyncio.sleep(0)
        return report_exit(0, out_of_memory=False)

    async def stop(self, grace_seconds: float) -> None:  # noqa: ARG002 - it ends at once
        """Ends a `hang`."""
        self._stop.set()
        if self._ladder.step is Step.STARTED:
            await self._ended.wait()

    def consumption(self) -> Consumption:
        """A pretended program uses nothing."""
        return Consumption()

    async def remove(self) -> None:
        """Nothing is left."""
        self._stop.set()
        self._executor.running.discard(str(self._job.order.id))
        if self._ladder.step < Step.REMOVED:
            self._ladder.climb(Step.REMOVED)
