"""What the scheduler is told about a node."""

from dataclasses import dataclass

from app.common.node_facts import Capabilities, Usage
from app.common.vocabulary import TrustLevel
from app.master.tasks.requirements import Location


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """One node. `schedulable`: its state is ACTIVE and its stream is up.

    `closed_because`: why it is not, to follow its name: "is paused (a new disk)".
    """

    capabilities: Capabilities
    trust: TrustLevel = TrustLevel.NORMAL
    location: Location = Location()
    schedulable: bool = True
    closed_because: str = ""
    #: The user it earns for; "": nobody.
    owner_id: str = ""
    #: False: it waits for approval, or was put out for good.
    member: bool = True


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a node gave beside CPU, memory and disk: at most one GPU a task."""

    gpu_uuids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Percent of the whole machine above which a node takes no new task; 100: no threshold.

    Judged is what others than the pool use: a node full of our own tasks is not loaded.
    A loaded node is open again `hysteresis_percent` below, so that it does not
    flap. The GPU's threshold concerns only tasks that want a GPU.
    """

    cpu_percent: int = 95
    memory_percent: int = 90
    gpu_percent: int = 95
    hysteresis_percent: int = 10

    def loaded(self, usage: Usage, *, before: bool) -> bool:
        """Whether CPU or memory are too loaded, `before` being the answer last time."""
        return self._above(
            self.cpu_percent, usage.foreign_cpu_percent, before=before
        ) or self._above(self.memory_percent, usage.foreign_memory_percent, before=before)

    def gpu_loaded(self, usage: Usage, *, before: bool) -> bool:
        """Whether the GPUs are too loaded, `before` being the answer last time."""
        return self._above(self.gpu_percent, usage.foreign_gpu_percent, before=before)

    def _above(self, threshold: int, percent: int, *, before: bool) -> bool:
        slack = self.hysteresis_percent if before else 0
        return threshold < 100 and percent > threshold - slack


@dataclass(frozen=True, slots=True)
class PoolTotals:
    """Sums over all known nodes."""

    cpu_millicores: int = 0
    memory_mib: int = 0
    gpus: int = 0
