"""Streams between nodes and the master: late, in order, and cut at any moment."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from random import Random

from app.common.errors import HiveMindError, Reason
from tests.simulation.plan import Plan


class Pipe:
    """One direction of a stream. What is under way when it is cut never arrives."""

    def __init__(self, plan: Plan, random: Random) -> None:
        self._plan = plan
        self._random = random
        self._arrives_at = 0.0
        #: On the way, the oldest first: equal times must not swap two messages.
        self._under_way: deque = deque()
        self._arrived: asyncio.Queue = asyncio.Queue()
        self._cut = False
        self._ended = False

    def send(self, message: object) -> None:
        """Put bytes on the way; the receiver gets a message of its own."""
        if self._cut:
            return
        loop = asyncio.get_running_loop()
        self._arrives_at = max(
            self._arrives_at, loop.time() + self._plan.latency_seconds(self._random)
        )
        self._under_way.append(message)
        loop.call_at(self._arrives_at, self._arrive)

    def cut(self) -> None:
        self._cut = True

    def end(self, error: HiveMindError | None = None) -> None:
        """The receiver learns that nothing more comes, and why."""
        if not self._ended:
            self._ended = True
            self._arrived.put_nowait(_End(error))

    def end_after_the_last(self, error: HiveMindError | None) -> None:
        """The sender says an orderly goodbye: it arrives behind what was sent."""
        self.send(_End(error))

    async def messages(self) -> AsyncIterator:
        """What arrives, until the end; raises the error that it ended with."""
        while True:
            message = await self._arrived.get()
            if isinstance(message, _End):
                if message.error is not None:
                    raise message.error
                return
            yield message

    def _arrive(self) -> None:
        message = self._under_way.popleft()
        if isinstance(message, _End):
            self.end(message.error)
        elif not self._cut and not self._ended:
            self._arrived.put_nowait(message)


class _End:
    def __init__(self, error: HiveMindError | None) -> None:
        self.error = error


class Connection:
    """A node's stream, as bytes go both ways."""

    def __init__(self, node_id: str, plan: Plan, random: Random) -> None:
        self.node_id = node_id
        self.up = Pipe(plan, random)
        self.down = Pipe(plan, random)
        #: The master's task that serves it.
        self.serving: asyncio.Task | None = None
        self.open = True

    def cut(self, master_notices: float | None, node_notices: float | None) -> None:
        """Nothing passes any more; each side learns of it after so many seconds, or never."""
        self.open = False
        self.up.cut()
        self.down.cut()
        loop = asyncio.get_running_loop()
        if node_notices is not None:
            loop.call_later(node_notices, self.down.end, _broken())
        if master_notices is not None:
            loop.call_later(master_notices, self._end_serving)

    def _end_serving(self) -> None:
        if self.serving is not None:
            self.serving.cancel()


def _broken() -> HiveMindError:
    return HiveMindError(Reason.MASTER_UNREACHABLE, "The connection broke.")
