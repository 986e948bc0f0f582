"""One at a time for each name: changes of the same thing take turns."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from weakref import WeakValueDictionary


class Turns:
    """Held from the first look at memory until memory follows the commit.

    Between the two the store is ahead of memory: a second change of the same thing would
    start from what is no longer so.
    """

    def __init__(self) -> None:
        #: A lock is gone when nobody holds it or waits for it.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, names: Iterable[str]) -> AsyncIterator[None]:
        """Have the turn for all of these."""
        async with AsyncExitStack() as stack:
            # In one order for everybody: nobody waits for one who waits for them.
            for name in sorted(set(names)):
                lock = self._locks.get(name)
                if lock is None:
                    lock = self._locks[name] = asyncio.Lock()
                await stack.enter_async_context(lock)
            yield
