"""Pools whose nodes belong to different people, and what is asked about their results."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from app.client.api import HiveMind
from app.common.vocabulary import IsolationClass, ResultCheck
from app.master.master import Master
from proto import nodepool_pb2 as pb
from tests.e2e.hand_node import Ending, HandNode, hand_node

CPT = 1000


def result(text: str) -> Ending:
    """A program that leaves a file."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("answer.txt", text)
    return Ending(result=packed.getvalue())


def says(text: str) -> Callable[[pb.Assignment], Ending]:
    return lambda _assignment: result(text)


@dataclass
class Owners:
    """Nodes in sandboxes, each of an owner of its own."""

    master: Master
    admin: HiveMind
    folder: Path
    stack: AsyncExitStack
    nodes: list[HandNode] = field(default_factory=list)

    async def join(self, owner: str, program: Callable[[pb.Assignment], Ending]) -> HandNode:
        """A machine of `owner`'s joins."""
        await self.admin.users.create(owner, "an unlikely phrase")
        folder = self.folder / owner
        folder.mkdir()
        node = await self.stack.enter_async_context(
            hand_node(
                self.master,
                self.admin,
                folder,
                program,
                owner=owner,
                isolation=IsolationClass.SANDBOX,
            )
        )
        self.nodes.append(node)
        return node

    async def balance(self, owner: str) -> int:
        return (await self.admin.ledger.balance(owner)).balance_mcpt - 100 * CPT


async def with_history(pool: HiveMind, node_id: str) -> pb.NodeInfo:
    """The node once its trust has moved: that is written after the task's end."""
    async with asyncio.timeout(60):
        while True:
            node = await pool.nodes.get(node_id)
            if node.trust_history:
                return node
            await asyncio.sleep(0.02)


def checks(task: pb.TaskInfo) -> list[ResultCheck]:
    return [ResultCheck(attempt.result_check) for attempt in task.attempts]
