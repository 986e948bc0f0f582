"""Tasks: submit them, watch them, take what they left."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Collection
from contextlib import ExitStack
from pathlib import Path
from typing import Unpack

from app.client import transfers
from app.client.methods import (
    CANCEL_TASK,
    DELETE_RESULT,
    EXPLAIN_TASK,
    GET_ALL_TASKS,
    GET_TASK,
    QUOTE,
    RETRY_TASK,
    SET_TASK_PRIORITY,
    UPLOAD_TASK,
)
from app.client.pages import PAGE_SIZE, pages
from app.client.progress import Progress, no_progress
from app.client.sources import OnNote, no_note, task_archive
from app.client.streams import TaskStreams
from app.client.task_spec import TaskFields, task_spec
from app.client.transfers import Artifact
from app.common.archive_guard import extract
from app.common.archive_pack import Told, tell_nobody
from app.common.archives import ArchiveLimits
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import Priority, TaskState
from proto import nodepool_pb2 as pb

INLINE_BYTES_MAX = 2 * 1024 * 1024
RESULT_BYTES_MAX = 64 * 1024**3

_RESULT_LIMITS = ArchiveLimits(
    entries_max=65_000,
    total_bytes_max=RESULT_BYTES_MAX,
    entry_bytes_max=RESULT_BYTES_MAX,
    # One's own results: an all-zero file of any size is no attack.
    ratio_max=2000,
)


class Tasks(TaskStreams):
    """The calls on tasks. Every failure is a HiveMindError."""

    async def submit(
        self,
        *sources: Path | str,
        require_feasible: bool = False,
        progress: Progress = no_progress,
        on_note: OnNote = no_note,
        packing: Told = tell_nobody,
        request_id: str = "",
        **fields: Unpack[TaskFields],
    ) -> pb.UploadTaskResponse:
        """Submit a task, or with `count` an array of them; its price is held.

        `sources`: one folder, one ZIP archive, or files; may be left out where the
        command needs none. `packing(done)` counts the bytes packed, in another thread;
        `progress(done, total)` the archive's bytes as they are sent; `on_note` is told what
        was left out of it. A script that may submit twice by mistake passes a `request_id`
        of its own: the same one again gives the first answer.
        Raises INSUFFICIENT_BALANCE, NOT_FEASIBLE, ARCHIVE_*.
        """
        spec = task_spec(fields)
        paths = [Path(source) for source in sources]
        if not spec.name and paths:
            spec.name = (await asyncio.to_thread(paths[0].absolute)).name[:200]
        request = pb.UploadTaskRequest(
            request_id=request_id or self._calls.ids.new_id(),
            spec=spec,
            require_feasible=require_feasible,
        )
        if spec.archive_digest and not paths:
            return await self._calls.ask(UPLOAD_TASK, request)
        with ExitStack() as stack:
            archive = await _made(stack, paths, on_note, packing)
            size = (await asyncio.to_thread(archive.stat)).st_size
            if size <= INLINE_BYTES_MAX:
                request.archive = await asyncio.to_thread(archive.read_bytes)
            else:
                digest = await asyncio.to_thread(transfers.file_digest, archive)
                await transfers.upload(self._calls, archive, Artifact(digest), progress)
                request.spec.archive_digest = digest
            response = await self._calls.ask(UPLOAD_TASK, request)
        progress(size, size)
        return response

    async def quote(self, **fields: Unpack[TaskFields]) -> pb.QuoteResponse:
        """What a task of these fields would cost, and how many nodes could run it."""
        return await self._calls.ask(QUOTE, pb.QuoteRequest(spec=task_spec(fields)))

    async def get(self, task_id: str) -> pb.TaskInfo:
        """Everything about one task. Raises TASK_NOT_FOUND."""
        return await self._calls.ask(GET_TASK, pb.GetTaskRequest(task_id=task_id))

    async def page(
        self,
        page_token: str = "",
        *,
        page_size: int = PAGE_SIZE,
        states: Collection[TaskState] = (),
        array_id: str = "",
        all_users: bool = False,
    ) -> pb.GetAllTasksResponse:
        """One page of tasks, the newest first."""
        request = pb.GetAllTasksRequest(
            page_size=page_size,
            page_token=page_token,
            states=[int(state) for state in states],  # type: ignore[misc]
            array_id=array_id,
            all_users=all_users,
        )
        return await self._calls.ask(GET_ALL_TASKS, request)

    async def iterate(
        self,
        *,
        states: Collection[TaskState] = (),
        array_id: str = "",
        all_users: bool = False,
    ) -> AsyncGenerator[pb.TaskInfo, None]:
        """All tasks, the newest first; pages are fetched as they are wanted."""

        async def ask(page_token: str) -> pb.GetAllTasksResponse:
            return await self.page(
                page_token, states=states, array_id=array_id, all_users=all_users
            )

        async for page in pages(ask):
            for task in page.tasks:
                yield task

    async def cancel(self, task_id: str) -> int:
        """Cancel a task or an array; how many tasks that were open it concerns."""
        request = pb.TaskCancelRequest(request_id=self._calls.ids.new_id(), task_id=task_id)
        return (await self._calls.ask(CANCEL_TASK, request)).cancelled

    async def retry(self, task_id: str) -> pb.UploadTaskResponse:
        """Run a failed or cancelled task again, as a new task that is charged anew.

        Of an array those run again that failed or were cancelled (`array_indexes` of the
        answer); each keeps its index. Raises TASK_NOT_ENDED, TASK_SUCCEEDED.
        """
        request = pb.RetryTaskRequest(request_id=self._calls.ids.new_id(), task_id=task_id)
        return await self._calls.ask(RETRY_TASK, request)

    async def set_priority(
        self, *task_ids: str, priority: Priority, preview: bool = False
    ) -> pb.SetTaskPriorityResponse:
        """Give what is queued of tasks and arrays another priority: all of it or nothing.

        Its price is held instead of the one before; `preview` changes nothing and answers
        what it would come to. Raises TASK_STARTED or TASK_ENDED where nothing is queued any
        more, INSUFFICIENT_BALANCE.
        """
        request = pb.SetTaskPriorityRequest(
            request_id=self._calls.ids.new_id(),
            task_ids=task_ids,
            priority=int(priority),  # type: ignore[arg-type]
            preview=preview,
        )
        return await self._calls.ask(SET_TASK_PRIORITY, request)

    async def why(self, task_id: str) -> pb.ExplainTaskResponse:
        """Why a task waits: for each rule how many nodes pass, and the nearest misses."""
        return await self._calls.ask(EXPLAIN_TASK, pb.ExplainTaskRequest(task_id=task_id))

    async def fetch(
        self, task_id: str, path: Path | str, progress: Progress = no_progress
    ) -> pb.TaskInfo:
        """Fetch a task's result archive to the file `path`, and check its digest.

        Goes on from "<path>.part" where an earlier call broke off. Raises RESULT_NOT_FOUND.
        """
        task = await self.get(task_id)
        if not task.result_digest:
            ended = TaskState(task.state).ended
            raise HiveMindError(
                Reason.RESULT_NOT_FOUND,
                f"Task {task_id} has left no result{'.' if ended else ' yet: it has not ended.'}",
            )
        await transfers.download(
            self._calls,
            Artifact(task.result_digest, task_id),
            Path(path),
            RESULT_BYTES_MAX,
            progress,
        )
        return task

    async def fetch_into(
        self, task_id: str, folder: Path | str, progress: Progress = no_progress
    ) -> pb.TaskInfo:
        """Fetch a task's result and unpack it into `folder`, which is empty or not there yet."""
        target = Path(folder)
        if await asyncio.to_thread(_has_content, target):
            raise HiveMindError(
                Reason.INVALID_FIELD, f"{target} is not empty: name a new or an empty folder."
            )
        absolute = await asyncio.to_thread(target.absolute)
        await asyncio.to_thread(absolute.parent.mkdir, parents=True, exist_ok=True)
        archive = absolute.with_name(f"{absolute.name}.result.zip")
        task = await self.fetch(task_id, archive, progress)
        await asyncio.to_thread(extract, archive, target, _RESULT_LIMITS)
        await asyncio.to_thread(archive.unlink)
        return task

    async def delete_result(self, task_id: str) -> None:
        """Delete what a task left; it frees the owner's storage."""
        request = pb.DeleteResultRequest(request_id=self._calls.ids.new_id(), task_id=task_id)
        await self._calls.ask(DELETE_RESULT, request)


async def _made(stack: ExitStack, paths: list[Path], on_note: OnNote, packing: Told) -> Path:
    """The archive of `paths`, until `stack` ends. A cancellation ends the packing at once."""
    given_up = threading.Event()

    def told(packed_bytes: int) -> None:
        if given_up.is_set():
            raise HiveMindError(Reason.INVALID_FIELD, "The packing was given up.")
        packing(packed_bytes)

    source = task_archive(paths, on_note, told)
    making = asyncio.ensure_future(asyncio.to_thread(stack.enter_context, source))
    try:
        return await asyncio.shield(making)
    except asyncio.CancelledError:
        given_up.set()
        # The thread tidies up behind itself.
        await asyncio.wait({making})
        making.exception()
        raise


def _has_content(folder: Path) -> bool:
    return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
