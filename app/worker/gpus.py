"""NVIDIA's GPUs through NVML, where there are any."""

from collections.abc import Sequence
from dataclasses import dataclass

import pynvml

from app.common.node_facts import Gpu

MEBIBYTE = 1024 * 1024
#: A GPU's score: its multiprocessors times their clock in GHz, scaled so that
#: a mid-range card of 2020 (46 multiprocessors at 1.7 GHz) has about 1000.
_SCORE_SCALE = 1000 / (46 * 1.7)


@dataclass(frozen=True, slots=True)
class GpuLoad:
    """Averages over all GPUs, 0 to 100; `own_…`: the part of those that tasks hold."""

    percent: float = 0.0
    memory_percent: float = 0.0
    own_percent: float = 0.0
    own_memory_percent: float = 0.0


@dataclass(frozen=True, slots=True)
class GpuReading:
    """One GPU now."""

    uuid: str
    percent: float = 0.0
    memory_percent: float = 0.0


def mean_load(readings: Sequence[GpuReading], held: frozenset[str]) -> GpuLoad:
    """The averages over all of `readings`. Pure."""
    own = [reading for reading in readings if reading.uuid in held]
    count = max(1, len(readings))
    return GpuLoad(
        sum(one.percent for one in readings) / count,
        sum(one.memory_percent for one in readings) / count,
        sum(one.percent for one in own) / count,
        sum(one.memory_percent for one in own) / count,
    )


class GpuProbe:
    """The GPUs of this machine; none where there is no driver."""

    def __init__(self) -> None:
        self._handles: list[object] = []
        try:
            pynvml.nvmlInit()
            count = pynvml.nvmlDeviceGetCount()
            self._handles = [pynvml.nvmlDeviceGetHandleByIndex(index) for index in range(count)]
        except pynvml.NVMLError:
            self._handles = []

    def found(self) -> tuple[Gpu, ...]:
        """What is there."""
        return tuple(_describe(handle) for handle in self._handles)

    def load(self, held: frozenset[str]) -> GpuLoad:
        """How busy they are, `held` being the uuids of those that tasks hold."""
        return mean_load([_reading(handle) for handle in self._handles], held)

    def close(self) -> None:
        """Let go of the driver."""
        if self._handles:
            pynvml.nvmlShutdown()
            self._handles = []


def _reading(handle: object) -> GpuReading:
    """A GPU that does not say counts as idle."""
    uuid = ""
    try:
        uuid = _text(pynvml.nvmlDeviceGetUUID(handle))
        busy = pynvml.nvmlDeviceGetUtilizationRates(handle).gpu
        memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
        return GpuReading(uuid, busy, 100 * memory.used / memory.total)
    except pynvml.NVMLError:
        return GpuReading(uuid)


def _describe(handle: object) -> Gpu:
    return Gpu(
        name=_text(pynvml.nvmlDeviceGetName(handle)),
        memory_mib=int(pynvml.nvmlDeviceGetMemoryInfo(handle).total) // MEBIBYTE,
        score=_score(handle),
        uuid=_text(pynvml.nvmlDeviceGetUUID(handle)),
    )


def _score(handle: object) -> int:
    try:
        cores = int(pynvml.nvmlDeviceGetNumGpuCores(handle))
        clock_mhz = int(pynvml.nvmlDeviceGetMaxClockInfo(handle, pynvml.NVML_CLOCK_SM))
    except pynvml.NVMLError:
        return 1
    multiprocessors = cores / 128
    return max(1, round(multiprocessors * clock_mhz / 1000 * _SCORE_SCALE))


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
