"""How loaded this machine is, now. Reads figures only: never names, arguments or variables."""

from pathlib import Path

import psutil

from app.common.clock import Clock
from app.common.node_facts import Usage
from app.worker.gpus import GpuProbe

MEBIBYTE = 1024 * 1024


class Telemetry:
    """Samples the machine. Rates are averages since the sample before."""

    def __init__(self, folder: Path, gpus: GpuProbe, clock: Clock) -> None:
        self._folder = folder
        self._gpus = gpus
        self._clock = clock
        self._at, self._received, self._sent = self._network()
        psutil.cpu_percent(None)

    def sample(self, running_tasks: int) -> Usage:
        """The load now. Blocks for a few milliseconds."""
        before_at, before_received, before_sent = self._at, self._received, self._sent
        self._at, self._received, self._sent = self._network()
        seconds = max(self._at - before_at, 0.001)
        load = self._gpus.load()
        return Usage(
            cpu_percent=_percent(psutil.cpu_percent(None)),
            memory_percent=_percent(psutil.virtual_memory().percent),
            gpu_percent=_percent(load.percent),
            gpu_memory_percent=_percent(load.memory_percent),
            network_rx_bytes_per_second=round(max(0, self._received - before_received) / seconds),
            network_tx_bytes_per_second=round(max(0, self._sent - before_sent) / seconds),
            running_tasks=running_tasks,
            disk_free_mib=psutil.disk_usage(str(self._folder)).free // MEBIBYTE,
        )

    def _network(self) -> tuple[float, int, int]:
        counters = psutil.net_io_counters()
        at = self._clock.monotonic()
        if counters is None:
            return at, 0, 0
        return at, counters.bytes_recv, counters.bytes_sent


def _percent(value: float) -> int:
    return min(100, max(0, round(value)))
