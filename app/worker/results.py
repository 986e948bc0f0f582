"""Brings packed results to the master, however long it is away."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from app.client.backoff import is_passing
from app.common.background import BackgroundTasks
from app.common.errors import Category, HiveMindError, Reason
from app.worker.events import Event, ResultRefused, ResultStored
from app.worker.orders import AttemptId
from app.worker.session import MasterLink

log = structlog.get_logger(__name__)

_FIRST_PAUSE_SECONDS = 0.5
_PAUSE_SECONDS_MAX = 15.0


class ResultStore:
    """Uploads under way, one an attempt."""

    def __init__(self, link: MasterLink, post: Callable[[Event], None]) -> None:
        self._link = link
        self._post = post
        self._background = BackgroundTasks()
        self._tasks: dict[AttemptId, asyncio.Task[None]] = {}

    def store(self, attempt: AttemptId, path: Path, digest: str) -> None:
        """Bring the file at `path` to the master; what came of it is posted."""
        work = self._upload(attempt, path, digest)
        self._tasks[attempt] = self._background.start(f"upload {attempt}", work)

    def cancel(self, attempt: AttemptId) -> None:
        """The result is not wanted any more."""
        task = self._tasks.pop(attempt, None)
        if task is not None:
            task.cancel()

    async def stop(self) -> None:
        """End all; the journal knows what was not brought."""
        await self._background.stop()

    async def _upload(self, attempt: AttemptId, path: Path, digest: str) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                await self._link.upload(path, digest, attempt.task_id, attempt.number)
            except FileNotFoundError:
                message = "the node no longer has it"
                self._post(ResultRefused(attempt, Reason.RESULT_NOT_FOUND, message))
                return
            except HiveMindError as error:
                if _is_final(error):
                    self._post(ResultRefused(attempt, error.reason, error.message))
                    return
                log.warning("a result waits", attempt=str(attempt), message=error.message)
            else:
                self._post(ResultStored(attempt))
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, _PAUSE_SECONDS_MAX)


def _is_final(error: HiveMindError) -> bool:
    """Whether trying again is no use. A master that is full or away may be neither tomorrow."""
    waits = {Category.UNAUTHENTICATED, Category.INTERNAL, Category.UNAVAILABLE}
    if error.reason is Reason.STORE_FULL:
        return False
    return not is_passing(error) and error.reason.category not in waits
