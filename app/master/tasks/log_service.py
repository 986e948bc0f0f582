"""Task logs for the loop: written in order on one thread, acknowledged when written."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

from app.master.events import EventBus, LogGrew
from app.master.tasks.logs import Chunk, LogFiles, LogStream

READ_BYTES = 256 * 1024


class LogService:
    """Appends what nodes send, and reads it back for people."""

    def __init__(self, files: LogFiles, events: EventBus) -> None:
        self._files = files
        self._events = events
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="log-writer")
        #: Attempts with bytes that a power cut could still take.
        self._unsynced: set[tuple[str, int]] = set()

    @property
    def bytes_max(self) -> int:
        """Kept of each stream of an attempt."""
        return self._files.bytes_max

    async def append(self, chunks: list[Chunk]) -> dict[tuple[str, int], tuple[int, int]]:
        """Write `chunks`; the lengths of (stdout, stderr) of each attempt, now on disk."""
        loop = asyncio.get_running_loop()
        lengths = await loop.run_in_executor(self._thread, self._files.append, chunks)
        self._unsynced.update(lengths)
        self._events.publish([LogGrew(*key) for key in lengths])
        return lengths

    async def sync(self, attempts: list[tuple[str, int]]) -> None:
        """Make what was appended to `attempts` survive a power cut."""
        dirty = [key for key in attempts if key in self._unsynced]
        if dirty:
            self._unsynced.difference_update(dirty)
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._thread, self._files.sync, dirty)

    async def read(
        self, task_id: str, attempt: int, stream: LogStream, offset: int
    ) -> AsyncIterator[Chunk]:
        """What is there from `offset` on, in pieces of `READ_BYTES`."""
        while True:
            data = await asyncio.to_thread(
                self._files.read, task_id, attempt, stream, offset, READ_BYTES
            )
            if not data:
                return
            yield Chunk(task_id, attempt, stream, offset, data)
            offset += len(data)

    async def stop(self) -> None:
        """Write what was taken in and end the thread."""
        await asyncio.to_thread(self._thread.shutdown)
