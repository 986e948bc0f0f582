"""Puts an agent together for tests: real parts, with the executor a test wants."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from app.client.node_client import NodeClient, NodeIdentity
from app.common.clock import SystemClock
from app.common.ids import SystemIds
from app.common.node_facts import Capabilities
from app.common.vocabulary import IsolationClass
from app.worker.agent import Agent, Outcome
from app.worker.archive_cache import ArchiveCache
from app.worker.capabilities import capacity_of
from app.worker.executors.base import Executor
from app.worker.executors.choice import Executors
from app.worker.executors.fake import FakeExecutor
from app.worker.gpus import GpuProbe
from app.worker.journal import LeaseJournal
from app.worker.state import WorkerState
from app.worker.telemetry import Telemetry

CAPABILITIES = Capabilities(
    cpu_millicores=4000,
    memory_mib=4096,
    disk_mib=8192,
    cpu_score=1000,
    isolation=IsolationClass.SANDBOX,
    engine="fake 1",
)


class RunningAgent:
    """An agent and the task it runs in."""

    def __init__(self, agent: Agent, task: "asyncio.Task[Outcome]") -> None:
        self.agent = agent
        self.task = task

    async def outcome(self) -> Outcome:
        async with asyncio.timeout(20):
            return await self.task


@contextlib.asynccontextmanager
async def running_agent(
    folder: Path, identity: NodeIdentity, executor: Executor | None = None
) -> AsyncIterator[RunningAgent]:
    """An agent at work; at the end it is broken off, as a crash would."""
    clock = SystemClock()
    ids = SystemIds(clock)
    async with NodeClient(identity, clock, ids) as link:
        state = WorkerState(capacity_of(CAPABILITIES))
        agent = Agent(
            folder,
            state,
            LeaseJournal(folder / "leases.journal"),
            Executors(executor or FakeExecutor(), None),
            ArchiveCache(folder / "archives", 64 * 1024 * 1024, link),
            link,
            Telemetry(folder, GpuProbe(), clock),
            CAPABILITIES,
            clock,
            ids,
        )
        task = asyncio.create_task(agent.run(), name="agent")
        try:
            yield RunningAgent(agent, task)
        finally:
            state.validate()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
