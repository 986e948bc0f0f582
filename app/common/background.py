"""Background tasks that cannot die unseen."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

import structlog

log = structlog.get_logger(__name__)

OnDeath: TypeAlias = Callable[[str, BaseException], None]


class BackgroundTasks:
    """Owns the long-running tasks of one part.

    A task that raises is logged and reported to `on_death` (name, exception);
    the owner decides whether to restart it or to end the process.
    """

    def __init__(self, on_death: OnDeath | None = None) -> None:
        self._on_death = on_death
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run `work` under `name` until it ends or `stop` is called."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def stop(self) -> None:
        """Cancel what still runs and wait for its end."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            return
        log.error("background task died", task=task.get_name(), exc_info=error)
        if self._on_death is not None:
            self._on_death(task.get_name(), error)
