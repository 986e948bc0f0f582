"""Watches a process tree's memory where no control group does: looks, and ends it."""

import asyncio
from contextlib import suppress

import psutil

from app.worker.consumption import Consumption

_INTERVAL_SECONDS = 0.2
_MEBIBYTE = 1024 * 1024


class ResidentMemory:
    """Ends the tree below `root` once its processes together hold more than `memory_mib`.

    Weaker than a control group: a short burst between two looks goes unseen, so
    the sandbox also limits each process by itself.
    """

    def __init__(self, root: int, memory_mib: int) -> None:
        self._root = root
        self._limit_bytes = memory_mib * _MEBIBYTE
        self._peak_bytes = 0
        self._held_bytes = 0
        self._cpu_seconds: dict[int, float] = {}
        self.exceeded = False
        self._task = asyncio.create_task(self._watch(), name="resident-memory")

    @property
    def peak_mib(self) -> int:
        """The most that was seen, rounded up."""
        return -(-self._peak_bytes // _MEBIBYTE)

    @property
    def cpu_milliseconds(self) -> int:
        """Processor time of the processes, as far as it was seen."""
        return round(sum(self._cpu_seconds.values()) * 1000)

    def consumption(self) -> Consumption:
        """As far as it was seen."""
        return Consumption(self.cpu_milliseconds, self._held_bytes)

    async def _watch(self) -> None:
        while not self.exceeded:
            self._look()
            await asyncio.sleep(_INTERVAL_SECONDS)

    def _look(self) -> None:
        held_bytes = 0
        with suppress(psutil.Error):
            for process in psutil.Process(self._root).children(recursive=True):
                with suppress(psutil.Error):
                    held_bytes += process.memory_info().rss
                    times = process.cpu_times()
                    self._cpu_seconds[process.pid] = times.user + times.system
        self._held_bytes = held_bytes
        self._peak_bytes = max(self._peak_bytes, held_bytes)
        if held_bytes > self._limit_bytes:
            self.exceeded = True
            with suppress(psutil.Error):
                psutil.Process(self._root).kill()

    async def stop(self) -> None:
        """End the watch."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
