"""What must follow a commit follows it, whether its caller is still there or not."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from app.master.store import Tx
from app.master.store.writer import Writer

T = TypeVar("T")


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

    committing = asyncio.ensure_future(commit())
    committing.add_done_callback(_look)
    return await asyncio.shield(committing)


def _look(done: asyncio.Future[T]) -> None:
    # A refusal whose caller has gone is nobody's to hear.
    if not done.cancelled():
        done.exception()
