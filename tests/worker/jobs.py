"""Builds jobs as the agent would, and runs them on any executor."""

import asyncio
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.worker.attempt_log import LogStream
from app.worker.environment import task_environment
from app.worker.executors.base import Controller, Executor, ExitReport, Job
from app.worker.orders import AttemptId, Order
from app.worker.workspace import Workspace

TASK_ID = "01hzzzzzzzzzzzzzzzzzzzzzzz"


def an_order(number: int = 1, task_id: str = TASK_ID, **wanted: object) -> Order:
    """An order with valid defaults."""
    return replace(Order(AttemptId(task_id, number)), **wanted)


@dataclass
class Printed:
    """What a task printed."""

    parts: dict[LogStream, bytearray] = field(
        default_factory=lambda: {stream: bytearray() for stream in LogStream}
    )
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, stream: LogStream, data: bytes) -> bool:
        self.parts[stream] += data
        self.begun.set()
        return True

    @property
    def out(self) -> str:
        return self.parts[LogStream.STDOUT].decode()

    @property
    def err(self) -> str:
        return self.parts[LogStream.STDERR].decode()


@dataclass
class Bench:
    """A place to run jobs with one executor."""

    executor: Executor
    folder: Path
    printed: Printed = field(default_factory=Printed)
    files: dict[str, str] = field(default_factory=dict)

    def job(self, *command: str, **wanted: object) -> Job:
        """A job whose folders are there and belong to the right user."""
        order = an_order(**wanted)
        workspace = Workspace(self.folder, order.id)
        workspace.create()
        for name, text in self.files.items():
            (workspace.work / name).write_text(text)
        workspace.give_to(self.executor.owner)
        return Job(
            order,
            workspace.work,
            workspace.output,
            workspace.folder,
            command,
            task_environment(order),
        )

    def controller(self, *command: str, **wanted: object) -> Controller:
        return self.executor.controller(self.job(*command, **wanted), self.printed)

    async def run(self, *command: str, **wanted: object) -> ExitReport:
        """Run `command` to its end."""
        controller = self.controller(*command, **wanted)
        try:
            await controller.prepare()
            await controller.start()
            return await controller.wait()
        finally:
            await controller.remove()

    async def run_and_stop(self, *command: str, grace_seconds: float) -> ExitReport:
        """Run `command`, and stop it once it has printed something."""
        controller = self.controller(*command)
        try:
            await controller.prepare()
            await controller.start()
            waiting = asyncio.create_task(controller.wait())
            async with asyncio.timeout(20):
                await self.printed.begun.wait()
            await controller.stop(grace_seconds)
            return await waiting
        finally:
            await controller.remove()

    def output(self, name: str) -> str:
        """A file the task left, by its text."""
        return (Workspace(self.folder, AttemptId(TASK_ID, 1)).output / name).read_text()


def bubblewrap_is_there() -> bool:
    return shutil.which("bwrap") is not None
