"""Time that jumps, and tasks that have an owner: what makes a run repeat itself exactly."""

import asyncio
import contextvars
import selectors
from collections.abc import Callable, Coroutine
from typing import Any

from app.common.clock import MICROSECONDS
from tests.sources import START_US

START_SECONDS = 1000.0


class NothingWillHappen(Exception):
    """No timer is set and nothing is ready: the run would stand still for ever."""


class _LeapingSelector(selectors.SelectSelector):
    """Never waits: the time that it was to wait has passed when it returns."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START_SECONDS

    def select(self, timeout: float | None = None) -> list:
        if timeout is None:
            raise NothingWillHappen
        self.now += max(timeout, 0.0)
        return []


class Owner:
    """Whoever's death ends tasks: a process of the simulated world.

    `fail` is told of tasks that raise.
    """

    def __init__(self, name: str, fail: Callable[[str], None] | None = None) -> None:
        self.name = name
        self._fail = fail
        self._tasks: dict[asyncio.Task, None] = {}
        self._context = contextvars.copy_context()
        self._context.run(_OWNER.set, self)

    def start(self, work: Coroutine[Any, Any, Any], name: str = "") -> asyncio.Task:
        """Run `work`, and whatever it starts, as a part of this owner."""
        loop = asyncio.get_running_loop()
        return loop.create_task(work, name=name or self.name, context=self._context.copy())

    def adopt(self, task: asyncio.Task) -> None:
        self._tasks[task] = None
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task) -> None:
        self._tasks.pop(task, None)
        if self._fail is not None and not task.cancelled() and task.exception() is not None:
            self._fail(f"{self.name}: {task.exception()!r}")

    def end(self) -> None:
        """Cancel all its tasks, the oldest first."""
        for task in list(self._tasks):
            task.cancel()


_OWNER: contextvars.ContextVar[Owner | None] = contextvars.ContextVar("owner", default=None)


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose time is that of its next timer."""

    def __init__(self) -> None:
        self._leaping = _LeapingSelector()
        super().__init__(self._leaping)
        self.set_task_factory(_owned_task)

    def time(self) -> float:
        return self._leaping.now


def _owned_task(
    loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], **options: Any
) -> asyncio.Task:
    task = asyncio.Task(work, loop=loop, **options)
    context = options.get("context")
    owner = _OWNER.get() if context is None else context.get(_OWNER)
    if owner is not None:
        owner.adopt(task)
    return task


class LoopClock:
    """The `Clock` of everything in one loop; the wall clock may be set."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.wall_offset_us = 0

    def now_us(self) -> int:
        elapsed = self._loop.time() - START_SECONDS
        return START_US + self.wall_offset_us + round(elapsed * MICROSECONDS)

    def monotonic(self) -> float:
        return self._loop.time()


def run_virtually(main: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run `main()` to its end in a loop of its own; what it returned."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(main())
    finally:
        _empty(loop)


def _empty(loop: VirtualLoop) -> None:
    """Let go of what is left, so that nothing is destroyed while it waits."""
    try:
        for _ in range(20):
            left = [task for task in asyncio.all_tasks(loop) if not task.done()]
            if not left:
                break
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
