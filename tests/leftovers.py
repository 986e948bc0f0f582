"""A test that leaves an asyncio task or a thread behind fails, and the message names it."""

import asyncio
import inspect
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

#: How long a thread or a task that was told to end may take.
GRACE_SECONDS = 3.0
#: Parts of the names of threads that are right to stay: gRPC's one poller, pytest's own, and the
#: default executor of the test's event loop, which ends with the loop, after the fixtures.
KEPT = ("_poll_wrapper", "pytest_timeout", "execnet", "asyncio_")


def describe_task(task: asyncio.Task) -> str:
    """`task`'s name, what it runs and where it stands."""
    frames = task.get_stack(limit=1)
    place = f" at {frames[0].f_code.co_filename}:{frames[0].f_lineno}" if frames else ""
    return f"task {task.get_name()!r} in {task.get_coro().__qualname__}{place}"


def left_threads(before: set[threading.Thread], grace_seconds: float) -> list[threading.Thread]:
    """Threads that started since `before` and do not end within `grace_seconds`."""
    left = []
    for thread in set(threading.enumerate()) - before:
        if any(kept in thread.name for kept in KEPT):
            continue
        thread.join(grace_seconds)
        if thread.is_alive():
            left.append(thread)
    return left


@pytest.fixture
async def no_task_left() -> AsyncIterator[None]:
    """Fails the test if a task that started since is still there at the end."""
    before = asyncio.all_tasks()
    yield
    await asyncio.sleep(0)
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    # Time for tasks whose cancellation is on its way.
    if left:
        await asyncio.wait(left, timeout=GRACE_SECONDS)
    left = {task for task in left if not task.done()}
    if left:
        names = "; ".join(sorted(describe_task(task) for task in left))
        pytest.fail(f"the test left behind: {names}. Stop what it started.", pytrace=False)


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that leaves a task or a thread behind."""
    before = set(threading.enumerate())
    if inspect.iscoroutinefunction(inspect.unwrap(request.function)):
        request.getfixturevalue("no_task_left")
    yield
    left = left_threads(before, GRACE_SECONDS)
    if left:
        names = ", ".join(sorted(repr(thread.name) for thread in left))
        pytest.fail(f"the test left threads behind: {names}. Stop them.", pytrace=False)
