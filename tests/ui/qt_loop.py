"""What the tests of the event loop share: a loop, and how many Qt timers live."""

import asyncio
import gc
import socket
from collections.abc import Awaitable, Callable, Iterator

import pytest
from PySide6.QtCore import QAbstractEventDispatcher, QObject, QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from ui.event_loop import EventLoop


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[EventLoop]:
    """The console's loop, not running yet."""
    made = EventLoop()
    yield made
    left = asyncio.all_tasks(made)
    for task in left:
        task.cancel()
    if left and not made.is_closed():
        made.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    made.close()


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two sockets; what the second sends the first gets."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    yield ours, theirs
    ours.close()
    theirs.close()


@pytest.fixture
def turns(qapp: QApplication) -> Iterator[list[int]]:
    """Grows by one for each turn of a Qt timer of 0 ms, which comes last in Qt."""
    seen = []
    ticking = QTimer()
    ticking.timeout.connect(lambda: seen.append(1))
    ticking.start(0)
    yield seen
    ticking.stop()


def live_timers() -> int:
    """Qt timers that run, of every object that Python made."""
    dispatcher = QAbstractEventDispatcher.instance()
    objects = [found for found in gc.get_objects() if isinstance(found, QObject) and isValid(found)]
    return sum(len(dispatcher.registeredTimers(found)) for found in objects)


def in_slot(act: Callable[[], object]) -> None:
    """Have Qt call `act`, outside any callback of asyncio's."""
    QTimer.singleShot(0, act)


async def live_timers_when_idle() -> int:
    """As Qt sees them while no task has anything to do."""
    counted: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    in_slot(lambda: counted.set_result(live_timers()))
    return await counted


async def until(true: Callable[[], object], rounds: int = 200_000) -> None:
    """Give way until `true` says so; fails after so many rounds."""
    for _ in range(rounds):
        if true():
            return
        await asyncio.sleep(0)
    pytest.fail("it never came")


async def bounded(awaitable: Awaitable[object]) -> None:
    """Await what would wait for ever if it went wrong."""
    async with asyncio.timeout(20):
        await awaitable
