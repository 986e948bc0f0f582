"""The watch as signals: one stream, begun again whenever it breaks."""

import asyncio
from contextlib import aclosing
from enum import Enum, auto

from PySide6.QtCore import QObject, Signal

from app.client.api import HiveMind
from app.client.backoff import is_passing
from app.common.clock import MICROSECONDS, Clock, SystemClock
from app.common.errors import HiveMindError
from app.common.garbage import set_aside
from ui.pool_state import Delta, PoolState
from ui.sentences import shown

#: Between two tries to connect again, in seconds.
RETRY_SECONDS = 1.0


class Link(Enum):
    """How the console stands with the master."""

    CONNECTING = auto()
    LIVE = auto()
    LOST = auto()
    #: The session is over: somebody must sign in again.
    REFUSED = auto()


class Feed(QObject):
    """Follows the pool that `pool` is connected to.

    `changed` carries a Delta and is emitted at most five times a second; `link_changed`
    a Link and a sentence. `state` is the pool as it is known; nobody but the feed changes it.
    """

    changed = Signal(object)
    link_changed = Signal(object, str)

    def __init__(self, parent: QObject | None = None, clock: Clock | None = None) -> None:
        super().__init__(parent)
        self._clock = clock or SystemClock()
        self.state = PoolState()
        self.link = Link.CONNECTING
        self._updated = 0.0
        self._following: asyncio.Task[None] | None = None

    @property
    def age_seconds(self) -> float:
        """How old what is shown may be."""
        return self._clock.monotonic() - self._updated if self._updated else float("inf")

    @property
    def now_seconds(self) -> float:
        """Seconds since 1970 by the clock of the master, which dates all that is shown."""
        if not self._updated or not self.state.at_seconds:
            return self._clock.now_us() / MICROSECONDS
        return self.state.at_seconds + self.age_seconds

    def follow(self, pool: HiveMind) -> None:
        """Show `pool` from now on; what was known of another is forgotten."""
        self.state.clear()
        self.changed.emit(Delta(reset=True))
        self._set_link(Link.CONNECTING, "")
        self._following = asyncio.get_running_loop().create_task(self._follow(pool), name="feed")

    async def stop(self) -> None:
        """Follow nothing any more."""
        following, self._following = self._following, None
        if following is not None:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def _follow(self, pool: HiveMind) -> None:
        while True:
            try:
                await self._watch(pool)
            except HiveMindError as error:
                if not is_passing(error):
                    self._set_link(Link.REFUSED, shown(error.message))
                    return
                self._set_link(Link.LOST, shown(error.message))
            self.state.forget_snapshot()
            await asyncio.sleep(RETRY_SECONDS)

    async def _watch(self, pool: HiveMind) -> None:
        async with aclosing(pool.console.watch()) as updates:
            async for update in updates:
                self._updated = self._clock.monotonic()
                delta = self.state.take(update)
                if update.snapshot:
                    set_aside()
                if delta is None:
                    continue
                if delta.reset:
                    self._set_link(Link.LIVE, "")
                self.changed.emit(delta)

    def _set_link(self, link: Link, sentence: str) -> None:
        if link is not self.link or sentence:
            self.link = link
            self.link_changed.emit(link, sentence)
