"""What must follow a commit follows it, whether its caller is still there or not."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import structlog

from app.common.errors import HiveMindError, Reason
from app.master.store import Tx
from app.master.store.writer import Writer

log = structlog.get_logger(__name__)

T = TypeVar("T")

#: The store cannot take anything in now, and may a moment later.
PASSING = frozenset({Reason.STORE_FULL, Reason.STORE_LOCKED})
#: Wait before a unit that was refused so is tried again, in seconds.
RETRY_SECONDS = 1.0


async def run_then(writer: Writer, unit: Callable[[Tx], T], after: Callable[[T], None]) -> T:
    """Commit `unit`, call `after` with what it returned, and return that.

    A caller whose connection breaks is cancelled while the writer still commits; state
    in memory that mirrors the store must change all the same. `after` runs on the loop,
    in the order of the commits, before the caller goes on; it must not raise.
    Raises what `writer.run` raises, and then `after` is not called.
    """

    async def commit() -> T:
        result = await writer.run(unit)
        after(result)
        return result

    return await to_the_end(commit())


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """What `work` returns; it goes on to its end also if the caller is cancelled."""
    working = asyncio.ensure_future(work)
    working.add_done_callback(_look)
    return await asyncio.shield(working)


async def run_patiently(writer: Writer, unit: Callable[[Tx], T]) -> T:
    """Commit `unit`, as often as it takes while the disk is full or locked.

    For what the master itself has to write and nobody could be refused.
    """
    while True:
        try:
            return await writer.run(unit)
        except HiveMindError as error:
            if error.reason not in PASSING:
                raise
            log.warning("the store cannot write now", reason=error.reason.name)
        await asyncio.sleep(RETRY_SECONDS)


def _look(done: asyncio.Future[T]) -> None:
    # A refusal whose caller has gone is nobody's to hear.
    if not done.cancelled():
        done.exception()
