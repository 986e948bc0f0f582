"""What a node says of itself, as plain data: an allow-list, nothing else leaves it."""

from dataclasses import dataclass

from app.common.vocabulary import IsolationClass


@dataclass(frozen=True, slots=True)
class Gpu:
    name: str
    memory_mib: int
    score: int
    uuid: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Totals of one node; `isolation` is the strongest class it offers."""

    cpu_millicores: int
    memory_mib: int
    disk_mib: int
    cpu_score: int
    gpus: tuple[Gpu, ...] = ()
    isolation: IsolationClass = IsolationClass.NONE
    engine: str = ""
    isolation_features: tuple[str, ...] = ()
    runs_images: bool = False
    platform: str = ""
    agent_version: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """One sample of a node's load; percentages of the whole machine, 0 to 100.

    `own_…`: the part that the pool's own tasks have in it.
    """

    cpu_percent: int = 0
    memory_percent: int = 0
    gpu_percent: int = 0
    gpu_memory_percent: int = 0
    network_rx_bytes_per_second: int = 0
    network_tx_bytes_per_second: int = 0
    running_tasks: int = 0
    disk_free_mib: int = 0
    own_cpu_percent: int = 0
    own_memory_percent: int = 0
    own_gpu_percent: int = 0
    own_gpu_memory_percent: int = 0

    @property
    def foreign_cpu_percent(self) -> int:
        """What the machine's owner uses."""
        return max(0, self.cpu_percent - self.own_cpu_percent)

    @property
    def foreign_memory_percent(self) -> int:
        return max(0, self.memory_percent - self.own_memory_percent)

    @property
    def foreign_gpu_percent(self) -> int:
        """Of processors or memory of the GPUs, whichever is more."""
        return max(
            0,
            self.gpu_percent - self.own_gpu_percent,
            self.gpu_memory_percent - self.own_gpu_memory_percent,
        )
