"""Moves what a program prints from its pipes to the attempt's log."""

import asyncio

from app.worker.attempt_log import LogStream
from app.worker.executors.base import OutputSink

_CHUNK_BYTES = 64 * 1024
#: After the cap a program that prints on is read at no more than 16 MiB/s, so that it
#: costs the node little and is slowed down by its full pipe.
_PAUSE_AFTER_CAP_SECONDS = 0.004
#: Once the program is gone its pipes are closed; a descriptor that leaked must not hold us.
_CLOSE_SECONDS = 5.0


class OutputPump:
    """Reads both pipes of one process until they are closed."""

    def __init__(self, process: asyncio.subprocess.Process, sink: OutputSink) -> None:
        self._sink = sink
        self._tasks = [
            asyncio.create_task(self._copy(stream, reader), name=f"pump-{stream.name.lower()}")
            for stream, reader in (
                (LogStream.STDOUT, process.stdout),
                (LogStream.STDERR, process.stderr),
            )
            if reader is not None
        ]

    async def _copy(self, stream: LogStream, reader: asyncio.StreamReader) -> None:
        while data := await reader.read(_CHUNK_BYTES):
            if not self._sink(stream, data):
                await asyncio.sleep(_PAUSE_AFTER_CAP_SECONDS)

    async def finish(self) -> None:
        """After the process has ended: until all it printed was delivered."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_CLOSE_SECONDS)
        await self.cancel()

    async def cancel(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
