"""What the scheduler is told about a node."""

from dataclasses import dataclass

from app.common.node_facts import Capabilities, Usage
from app.common.vocabulary import TrustLevel
from app.master.tasks.requirements import Location


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """One node. `schedulable`: its state is ACTIVE and its stream is up."""

    capabilities: Capabilities
    trust: TrustLevel = TrustLevel.NORMAL
    location: Location = Location()
    schedulable: bool = True


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a node gave beside CPU, memory and disk: at most one GPU a task."""

    gpu_uuids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Percent of the whole machine from which on a node takes no new task.

    A loaded node is open again `hysteresis_percent` below, so that it does not
    flap. The GPU's threshold concerns only tasks that want a GPU.
    """

    cpu_percent: int = 95
    memory_percent: int = 90
    gpu_percent: int = 95
    hysteresis_percent: int = 10

    def loaded(self, usage: Usage, *, before: bool) -> bool:
        """Whether CPU or memory are too loaded, `before` being the answer last time."""
        slack = self.hysteresis_percent if before else 0
        return (
            usage.cpu_percent >= self.cpu_percent - slack
            or usage.memory_percent >= self.memory_percent - slack
        )

    def gpu_loaded(self, usage: Usage, *, before: bool) -> bool:
        """Whether the GPUs are too loaded, `before` being the answer last time."""
        slack = self.hysteresis_percent if before else 0
        return max(usage.gpu_percent, usage.gpu_memory_percent) >= self.gpu_percent - slack


@dataclass(frozen=True, slots=True)
class PoolTotals:
    """Sums over all known nodes."""

    cpu_millicores: int = 0
    memory_mib: int = 0
    gpus: int = 0
