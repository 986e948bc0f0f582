"""How loaded this machine is, now. Reads figures only: never names, arguments or variables."""

from dataclasses import dataclass
from pathlib import Path

import psutil

from app.common.clock import Clock
from app.common.node_facts import Usage
from app.worker.consumption import Consumption
from app.worker.gpus import GpuProbe

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class OwnUse:
    """What the agent's attempts have of the machine; its own process comes on top."""

    running_tasks: int = 0
    attempts: Consumption = Consumption()
    gpus: frozenset[str] = frozenset()


class Telemetry:
    """Samples the machine. Rates are averages since the sample before."""

    def __init__(self, folder: Path, gpus: GpuProbe, clock: Clock) -> None:
        self._folder = folder
        self._gpus = gpus
        self._clock = clock
        self._agent = psutil.Process()
        self._cores = psutil.cpu_count() or 1
        self._at, self._received, self._sent = self._network()
        self._own_seconds = self._agent_seconds()
        psutil.cpu_percent(None)

    def sample(self, own: OwnUse) -> Usage:
        """The load now. Blocks for a few milliseconds."""
        before_at, before_received, before_sent = self._at, self._received, self._sent
        self._at, self._received, self._sent = self._network()
        seconds = max(self._at - before_at, 0.001)
        own_before = self._own_seconds
        self._own_seconds = own.attempts.cpu_milliseconds / 1000 + self._agent_seconds()
        own_cores = (self._own_seconds - own_before) / seconds
        memory = psutil.virtual_memory()
        own_bytes = own.attempts.memory_bytes + self._agent.memory_info().rss
        load = self._gpus.load(own.gpus)
        return Usage(
            cpu_percent=_percent(psutil.cpu_percent(None)),
            memory_percent=_percent(memory.percent),
            gpu_percent=_percent(load.percent),
            gpu_memory_percent=_percent(load.memory_percent),
            network_rx_bytes_per_second=round(max(0, self._received - before_received) / seconds),
            network_tx_bytes_per_second=round(max(0, self._sent - before_sent) / seconds),
            running_tasks=own.running_tasks,
            disk_free_mib=psutil.disk_usage(str(self._folder)).free // MEBIBYTE,
            own_cpu_percent=_percent(100 * own_cores / self._cores),
            own_memory_percent=_percent(100 * own_bytes / memory.total),
            own_gpu_percent=_percent(load.own_percent),
            own_gpu_memory_percent=_percent(load.own_memory_percent),
        )

    def _agent_seconds(self) -> float:
        times = self._agent.cpu_times()
        return float(times.user + times.system)

    def _network(self) -> tuple[float, int, int]:
        counters = psutil.net_io_counters()
        at = self._clock.monotonic()
        if counters is None:
            return at, 0, 0
        return at, counters.bytes_recv, counters.bytes_sent


def _percent(value: float) -> int:
    return min(100, max(0, round(value)))
