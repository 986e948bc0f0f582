"""What a container uses, asked for now and then: the engine forgets it at the end.

So the figures are a lower bound: what was used after the last look is missing.
"""

import asyncio
from typing import Any

import aiodocker
import aiohttp

from app.worker.consumption import Consumption, unreclaimable_bytes

_FIRST_PAUSE_SECONDS = 0.05
_PAUSE_SECONDS_MAX = 1.0
_MEBIBYTE = 1024 * 1024


class ContainerUsage:
    """The last sample of one running container. A very short task may leave none."""

    def __init__(self, container: Any) -> None:
        self._container = container
        self.cpu_milliseconds = 0
        self.memory_peak_mib = 0
        self._held_bytes = 0
        self._task = asyncio.create_task(self._sample(), name="container-usage")

    async def _sample(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                samples = await self._container.docker._query_json(
                    f"containers/{self._container.id}/stats",
                    params={"stream": "false", "one-shot": "true"},
                )
            except (aiodocker.DockerError, aiohttp.ClientError, OSError, TimeoutError):
                return
            self._take(samples)
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _PAUSE_SECONDS_MAX)

    def _take(self, sample: dict[str, Any]) -> None:
        cpu_nanoseconds = sample.get("cpu_stats", {}).get("cpu_usage", {}).get("total_usage", 0)
        memory = sample.get("memory_stats", {})
        # Version 1 of control groups keeps the peak itself; of version 2 we keep it.
        peak_bytes = memory.get("max_usage") or memory.get("usage") or 0
        # Podman gives no details.
        held_bytes = unreclaimable_bytes(memory.get("stats") or {})
        self._held_bytes = memory.get("usage") or 0 if held_bytes is None else held_bytes
        self.cpu_milliseconds = max(self.cpu_milliseconds, cpu_nanoseconds // 1_000_000)
        self.memory_peak_mib = max(self.memory_peak_mib, -(-peak_bytes // _MEBIBYTE))

    def consumption(self) -> Consumption:
        """As of the last look."""
        return Consumption(self.cpu_milliseconds, self._held_bytes)

    async def stop(self) -> None:
        """End the sampling."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
