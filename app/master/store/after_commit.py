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
    committing = asyncio.ensure_future(writer.run(unit))

    def committed(done: asyncio.Future[T]) -> None:
        if not done.cancelled() and done.exception() is None:
            after(done.result())

    committing.add_done_callback(committed)
    return await asyncio.shield(committing)
