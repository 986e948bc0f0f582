"""Pages kept live: the same watches as the console's, as parts of pages made by their macros."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from pydantic_core import to_json
from starlette.responses import Response

from app.master.rpc.places import Places
from app.master.web.ledger_pages import LedgerPages
from app.master.web.page_frame import Frame, Reader
from app.master.web.page_views import ROWS
from app.master.web.streaming import EventStream, Pump
from app.master.web.vpn_pages import VpnPages
from proto import nodepool_pb2 as pb


class Live:
    """Server-sent events of {"parts": {element id: HTML}, "rows": {list id: [HTML]}}."""

    def __init__(self, frame: Frame, places: Places) -> None:
        self._frame = frame
        self._places = places

    async def pool(self, reader: Reader) -> Response:
        """The first page: numbers, rows of tasks and nodes."""
        watched = self._frame.calls.follow(
            "ConsoleService/Watch", pb.WatchRequest(tasks_max=ROWS), reader.visitor
        )
        return await self._stream(reader, self._pool_parts(reader, watched))

    async def task(self, reader: Reader) -> Response:
        """A task's page."""
        task_id = reader.request.path_params["task_id"]
        watched = self._frame.calls.follow(
            "TaskService/WatchTasks", pb.WatchTasksRequest(task_ids=[task_id]), reader.visitor
        )
        return await self._stream(reader, self._task_parts(reader, watched, task_id))

    async def node(self, reader: Reader) -> Response:
        """A node's page: its load, each second."""
        node_id = reader.request.path_params["node_id"]
        watched = self._frame.calls.follow(
            "ConsoleService/WatchNode", pb.WatchNodeRequest(node_id=node_id), reader.visitor
        )
        return await self._stream(reader, self._node_parts(reader, watched, node_id))

    async def ledger(self, reader: Reader) -> Response:
        """The page of the ledger: one's balance, and the newest transfers."""
        watched = self._frame.calls.follow(
            "ConsoleService/Watch", pb.WatchRequest(money_alone=True), reader.visitor
        )
        return await self._stream(reader, LedgerPages(self._frame).parts(reader, watched))

    async def vpn(self, reader: Reader) -> Response:
        """The page of the encrypted network."""
        watched = self._frame.calls.follow(
            "VpnService/WatchVpn", pb.WatchVpnRequest(), reader.visitor
        )
        return await self._stream(reader, VpnPages(self._frame).parts(reader, watched))

    async def _stream(self, reader: Reader, parts: AsyncIterator[dict[str, Any]]) -> Response:
        leave = self._places.take(self._frame.visitors.key_of(reader.visitor))
        pump = Pump(parts, leave)
        return EventStream(pump, await pump.begin(), to_json, "parts")

    async def _pool_parts(self, reader: Reader, watched: Any) -> AsyncIterator[dict[str, Any]]:
        part = self._frame.part
        waiting: dict[str, pb.NodeInfo] = {}
        async with aclosing(watched) as updates:
            async for update in updates:
                parts: dict[str, str] = {}
                for node in update.nodes:
                    waiting.pop(node.node_id, None)
                    if node.state == pb.NODE_STATE_PENDING:
                        waiting[node.node_id] = node
                if update.nodes:
                    parts["waiting-nodes"] = part(reader, "waiting_nodes", list(waiting.values()))
                if update.HasField("stats"):
                    parts["stats"] = part(reader, "stats_cards", update.stats)
                if update.HasField("balance"):
                    parts["balance"] = part(reader, "balance_line", update.balance)
                for sample in update.samples:
                    parts[f"load-{sample.node_id}"] = part(
                        reader, "load_cell", sample.node_id, sample.usage
                    )
                yield {
                    "parts": parts,
                    "rows": {
                        "tasks": {
                            f"task-{task.task_id}": part(reader, "task_row", task)
                            for task in update.tasks
                        },
                        "nodes": {
                            f"node-{node.node_id}": part(reader, "node_row", node)
                            for node in update.nodes
                        },
                    },
                }

    async def _task_parts(
        self, reader: Reader, watched: Any, task_id: str
    ) -> AsyncIterator[dict[str, Any]]:
        part = self._frame.part
        async with aclosing(watched) as updates:
            async for update in updates:
                rows = {
                    f"task-{task.task_id}": part(reader, "task_row", task) for task in update.tasks
                }
                # The whole, with its attempts: a change of state is rare.
                task = await self._frame.ask(
                    reader, "TaskService/GetTask", pb.GetTaskRequest(task_id=task_id)
                )
                parts = {
                    "task-head": part(reader, "task_head", task),
                    "task-facts": part(reader, "task_facts", task),
                    "task-actions": part(reader, "task_actions", task),
                    "attempts": part(reader, "attempts_table", task),
                }
                yield {
                    "parts": parts,
                    "rows": {"tasks": rows},
                    "attempt": task.attempt,
                    "ended": task.HasField("ended_at"),
                }

    async def _node_parts(
        self, reader: Reader, watched: Any, node_id: str
    ) -> AsyncIterator[dict[str, Any]]:
        async with aclosing(watched) as samples:
            async for sample in samples:
                node = await self._frame.ask(
                    reader, "NodeService/GetNode", pb.GetNodeRequest(node_id=node_id)
                )
                node.usage.CopyFrom(sample.usage)
                yield {
                    "parts": {
                        "node-head": self._frame.part(reader, "node_head", node),
                        "node-actions": self._frame.part(reader, "node_actions", node),
                        "node-load": self._frame.part(reader, "node_load", node),
                        "node-facts": self._frame.part(reader, "node_facts", node),
                    },
                    "rows": {},
                }
