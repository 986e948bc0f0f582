"""Threads for dear work, shared fairly: whoever asks for much waits behind who asks for little.

Work waits in lines, one for each who asks, and the lines are served in turn; lines of
those who are known come before those of strangers, and these before suspects. When the
room is full the longest line of the least gives a place up. So a flood holds up itself,
and nobody else for longer than the work that is under way.

On Linux the threads are nicer than the others of the process, so that the master answers
while all cores are at work for a flood.
"""

import asyncio
import os
import sys
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from app.common.errors import HiveMindError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """Who asks: an address, a user.

    `known`: they have shown once who they are. `suspect`: they may mean ill.
    """

    name: str = ""
    known: bool = False
    suspect: bool = False

    @property
    def rank(self) -> int:
        """Lines of a lower rank come first."""
        return 0 if self.known else 2 if self.suspect else 1


STRANGERS: Final = Line()

#: That gives a third of the weight that other threads have.
_NICER = 5

_Turns = deque[asyncio.Future[None]]


class FairPool:
    """Runs work in `workers` threads; beyond `queue_max` waiting, `refusal()` is raised."""

    def __init__(
        self, name: str, workers: int, queue_max: int, refusal: Callable[[], HiveMindError]
    ) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=name, initializer=_be_nice)
        self._free = workers
        self._queue_max = queue_max
        self._refusal = refusal
        self._waiting = 0
        #: By rank: the lines in the order of their turns.
        self._lines: tuple[OrderedDict[Line, _Turns], ...] = tuple(OrderedDict() for _ in range(3))

    async def run(self, line: Line, work: Callable[[], T]) -> T:
        """What `work` returns, run in a thread when it is the line's turn.

        Raises the refusal if too many wait, at once or when others need the place more.
        """
        await self._enter(line)
        running = asyncio.get_running_loop().run_in_executor(self._threads, work)
        # A caller that goes away does not free the thread that works for it.
        running.add_done_callback(self._leave)
        return await asyncio.shield(running)

    async def stop(self) -> None:
        """Wait for the work under way and end the threads."""
        await asyncio.to_thread(self._threads.shutdown)

    async def _enter(self, line: Line) -> None:
        if self._free > 0:
            self._free -= 1
            return
        self._make_room(line)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lines_like(line).setdefault(line, deque()).append(turn)
        self._waiting += 1
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.done() or turn.cancelled():
                self._take_out(line, turn)
            elif turn.exception() is None:
                self._free += 1
                self._call_next()
            raise

    def _leave(self, done: asyncio.Future[T]) -> None:
        self._free += 1
        if not done.cancelled():
            done.exception()
        self._call_next()

    def _call_next(self) -> None:
        for lines in self._lines:
            if lines:
                line, turns = lines.popitem(last=False)
                turn = turns.popleft()
                if turns:
                    lines[line] = turns
                self._waiting -= 1
                self._free -= 1
                turn.set_result(None)
                return

    def _make_room(self, line: Line) -> None:
        """Raise the refusal, or give it to the last of a line that is longer."""
        if self._waiting < self._queue_max:
            return
        lines = next((each for each in reversed(self._lines) if each), None)
        if lines:
            longest = max(lines, key=lambda each: len(lines[each]))
            own = len(self._lines_like(line).get(line, ()))
            before = line.rank < longest.rank
            alike = line.rank == longest.rank
            if before or (alike and len(lines[longest]) > own + 1):
                last = lines[longest][-1]
                self._take_out(longest, last)
                last.set_exception(self._refusal())
                return
        raise self._refusal()

    def _lines_like(self, line: Line) -> "OrderedDict[Line, _Turns]":
        return self._lines[line.rank]

    def _take_out(self, line: Line, turn: "asyncio.Future[None]") -> None:
        lines = self._lines_like(line)
        lines[line].remove(turn)
        if not lines[line]:
            del lines[line]
        self._waiting -= 1


def _be_nice() -> None:
    """Of this thread alone, which only Linux knows (setpriority(2), under "C library")."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        before = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, min(19, before + _NICER))
