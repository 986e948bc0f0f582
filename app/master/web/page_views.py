"""The pages that show: the pool with its tasks and nodes, and a task."""

import asyncio
from contextlib import aclosing
from typing import Any

from starlette.responses import Response

from app.common.errors import HiveMindError
from app.master.web.page_frame import Frame, Reader
from app.master.web.page_words import TASK_STATES
from proto import nodepool_pb2 as pb

#: Tasks on a page.
ROWS = 50
NODES_MAX = 1000
#: The end of each of a task's two logs that a page begins with.
LOG_BYTES = 64 * 1024


class Views:
    """Gathers what pages show by the calls that everybody else makes too."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def dashboard(self, reader: Reader) -> Response:
        """The pool, one's tasks (or everybody's) and the nodes one may see."""
        query = reader.request.query_params
        everybody = reader.may("TASKS_READ_ALL") and query.get("own") != "1"
        states = [n for n, (name, _) in TASK_STATES.items() if name.lower() == query.get("state")]
        first = not states and not query.get("page_token")
        tasks = pb.GetAllTasksResponse()
        if reader.may("TASKS_READ"):
            asked = pb.GetAllTasksRequest(
                page_size=ROWS,
                page_token=query.get("page_token", ""),
                states=states,  # type: ignore[arg-type] # they are its members
                all_users=everybody,
            )
            tasks = await self._frame.ask(reader, "MasterNodeService/GetAllTasks", asked)
        nodes = await self._nodes(reader)
        history = await self._frame.ask(reader, "ConsoleService/GetHistory", pb.GetHistoryRequest())
        return self._frame.page(
            reader,
            "master_dashboard.html",
            tasks=tasks,
            nodes=nodes,
            stats=history.stats[-1] if history.stats else pb.PoolStats(),
            balance=await self._frame.ask(reader, "UserService/GetBalance", pb.GetBalanceRequest()),
            everybody=everybody,
            state=query.get("state", ""),
            first=first,
        )

    async def task(self, reader: Reader) -> Response:
        """One task with its attempts and the end of its log."""
        task_id = reader.request.path_params["task_id"]
        ask = self._frame.ask
        task = await ask(reader, "TaskService/GetTask", pb.GetTaskRequest(task_id=task_id))
        why = None
        if task.state == pb.TASK_STATE_QUEUED:
            why = await ask(
                reader, "TaskService/ExplainTask", pb.ExplainTaskRequest(task_id=task.task_id)
            )
        others = pb.GetAllTasksResponse()
        if task.array_count > 1:
            others = await ask(
                reader,
                "MasterNodeService/GetAllTasks",
                pb.GetAllTasksRequest(
                    array_id=task.array_id,
                    page_size=ROWS,
                    all_users=reader.may("TASKS_READ_ALL"),
                ),
            )
        log = await self._log(reader, task)
        return self._frame.page(reader, "task.html", task=task, why=why, others=others, log=log)

    async def _nodes(self, reader: Reader) -> list[pb.NodeInfo]:
        asked = pb.ListNodesRequest(page_size=NODES_MAX)
        answer = await self._frame.ask(reader, "NodeService/ListNodes", asked)
        return list(answer.nodes)

    async def _log(self, reader: Reader, task: pb.TaskInfo) -> dict[str, Any] | None:
        """The log's end as text, and where each stream goes on; None where it is not one's own."""
        ends = {pb.LOG_STREAM_STDOUT: 0, pb.LOG_STREAM_STDERR: 0}
        if not task.attempt or task.owner != reader.user.username:
            return None
        data = b""
        asked = pb.StreamLogRequest(task_id=task.task_id, attempt=task.attempt)
        try:
            chunks = self._frame.calls.follow("TaskService/StreamLog", asked, reader.visitor)
            async with aclosing(chunks) as log:  # type: ignore[type-var] # a generator
                async for chunk in log:
                    data = (data + chunk.data)[-2 * LOG_BYTES :]
                    ends[chunk.stream] = chunk.offset + len(chunk.data)
                    # Long logs are read in many steps; others have their turn.
                    await asyncio.sleep(0)
        except HiveMindError:
            return None
        return {
            "text": data[-LOG_BYTES:].decode(errors="replace"),
            "stdout": ends[pb.LOG_STREAM_STDOUT],
            "stderr": ends[pb.LOG_STREAM_STDERR],
            "cut": len(data) > LOG_BYTES,
        }
