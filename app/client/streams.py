"""What goes on with tasks while it happens: their states and what they print."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TypeAlias

from app.client.calls import Calls
from app.client.methods import GET_TASK, STREAM_LOG, WATCH_TASKS
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import TaskState
from proto import nodepool_pb2 as pb

OnChange: TypeAlias = Callable[[pb.TaskInfo], None]

_STDOUT = pb.LogStream.LOG_STREAM_STDOUT
_STDERR = pb.LogStream.LOG_STREAM_STDERR


def _ignore(_task: pb.TaskInfo) -> None:
    """Nobody wants to know."""


class TaskStreams:
    """Streams that outlive a lost connection."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def watch(
        self, *task_ids: str, all_users: bool = False
    ) -> AsyncGenerator[pb.TaskChanges, None]:
        """A snapshot of the tasks (or arrays) named, or of all of one's own, then changes.

        After a lost connection another snapshot comes. Does not end by itself.
        """
        request = pb.WatchTasksRequest(task_ids=task_ids, all_users=all_users)

        async def once() -> AsyncGenerator[pb.TaskChanges, None]:
            async with aclosing(self._calls.listen(WATCH_TASKS, request)) as changes:
                async for change in changes:
                    yield change
            raise HiveMindError(Reason.MASTER_UNREACHABLE, "The master ended the stream.")

        async with aclosing(self._calls.resume(once)) as changes:
            async for change in changes:
                yield change

    async def wait(self, *task_ids: str, on_change: OnChange = _ignore) -> list[pb.TaskInfo]:
        """Wait until the tasks and all tasks of the arrays named have ended.

        Returns them in the order of their ids, arrays by index; `on_change` is told each
        new state and progress. For a limit of time use `asyncio.timeout`. Raises
        TASK_NOT_FOUND.
        """
        seen: dict[str, pb.TaskInfo] = {}
        async with aclosing(self.watch(*task_ids)) as changes:
            async for change in changes:
                for task in change.tasks:
                    if seen.get(task.task_id) != task:
                        seen[task.task_id] = task
                        on_change(task)
                if all(_is_over(task_id, seen) for task_id in task_ids):
                    break
        return sorted(seen.values(), key=lambda task: (task.array_id, task.array_index))

    async def logs(
        self,
        task_id: str,
        *,
        stream: pb.LogStream = pb.LogStream.LOG_STREAM_UNSPECIFIED,
        attempt: int = 0,
        follow: bool = False,
    ) -> AsyncGenerator[pb.LogChunk, None]:
        """What a task printed, in chunks, without gap or repetition.

        `stream`: one of the two, or both. `attempt`: 0 is the newest. With `follow`
        it goes on until the task has ended.
        """
        task_id, attempt_now = await self._first_attempt(task_id, attempt, follow=follow)
        while attempt_now:
            # Always a certain attempt: offsets of one mean nothing in the next.
            place = _Place(task_id, stream, attempt_now, follow=follow)

            def begin(place: "_Place" = place) -> AsyncGenerator[pb.LogChunk, None]:
                return self._calls.listen(STREAM_LOG, place.request())

            async with aclosing(self._calls.resume(begin)) as chunks:
                async for chunk in chunks:
                    if place.take(chunk):
                        yield chunk
            if attempt or not follow:
                return
            newest = await self._attempt_after(task_id, attempt_now)
            attempt_now = newest if newest > attempt_now else 0

    async def _first_attempt(self, task_id: str, attempt: int, *, follow: bool) -> tuple[str, int]:
        """The task meant (of an array the one that runs) and the attempt to begin with."""
        task = await self._calls.ask(GET_TASK, pb.GetTaskRequest(task_id=task_id))
        if attempt or task.attempt or not follow:
            return task.task_id, attempt or task.attempt
        return task.task_id, await self._attempt_after(task.task_id, 0)

    async def _attempt_after(self, task_id: str, attempt: int) -> int:
        """The attempt that follows `attempt`, or itself where the task has ended with it."""
        async with aclosing(self.watch(task_id)) as changes:
            async for change in changes:
                for task in change.tasks:
                    if task.task_id == task_id and (
                        task.attempt > attempt or TaskState(task.state).ended
                    ):
                        return task.attempt
        return attempt


class _Place:
    """How far a reader of one attempt's output has come."""

    def __init__(self, task_id: str, stream: pb.LogStream, attempt: int, *, follow: bool) -> None:
        self._task_id = task_id
        self._stream = stream
        self._attempt = attempt
        self._follow = follow
        self._offsets = {_STDOUT: 0, _STDERR: 0}

    def request(self) -> pb.StreamLogRequest:
        """What to ask for now."""
        return pb.StreamLogRequest(
            task_id=self._task_id,
            stream=self._stream,
            attempt=self._attempt,
            stdout_offset=self._offsets[_STDOUT],
            stderr_offset=self._offsets[_STDERR],
            follow=self._follow,
        )

    def take(self, chunk: pb.LogChunk) -> bool:
        """Move past `chunk`; bytes that came before are cut off. Whether anything is left."""
        known = self._offsets[chunk.stream] - chunk.offset
        if known > 0:
            chunk.offset += min(known, len(chunk.data))
            chunk.data = chunk.data[known:]
        self._offsets[chunk.stream] = max(
            self._offsets[chunk.stream], chunk.offset + len(chunk.data)
        )
        return bool(chunk.data) or chunk.truncated


def _is_over(task_id: str, seen: dict[str, pb.TaskInfo]) -> bool:
    """Whether a task, or every task of an array, has ended."""
    members = [task for task in seen.values() if task_id in (task.task_id, task.array_id)]
    if not members:
        return False
    wanted = 1 if any(task.task_id == task_id for task in members) else members[0].array_count
    return len(members) >= wanted and all(TaskState(task.state).ended for task in members)
