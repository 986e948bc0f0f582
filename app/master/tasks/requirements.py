"""What a task asks for, with the defaults filled in."""

from dataclasses import dataclass

from app.common.vocabulary import Continent, IsolationClass, TrustLevel


@dataclass(frozen=True, slots=True)
class Location:
    """A place; empty parts are unknown (of a node) or unasked (of a task)."""

    continent: Continent = Continent.UNSPECIFIED
    #: ISO 3166-1 alpha-2 in upper case.
    country: str = ""
    #: A name the pool uses, compared in any case.
    site: str = ""


@dataclass(frozen=True, slots=True)
class Requirements:
    """Hashable: tasks with equal requirements share one scheduling pass.

    `cpu_millicores`, `memory_mib` and `disk_mib` are limits; the scores are
    matched against the node's. Zero scores mean "any".
    """

    cpu_millicores: int = 1000
    memory_mib: int = 512
    disk_mib: int = 1024
    cpu_score: int = 0
    gpu_score: int = 0
    gpu_memory_mib: int = 0
    #: Part of a GPU's name, casefolded.
    gpu_name: str = ""
    location: Location = Location()
    location_required: bool = False
    trust_min: TrustLevel = TrustLevel.LOW
    isolation_min: IsolationClass = IsolationClass.SANDBOX
    #: The task names a container image, so the node needs an engine.
    needs_engine: bool = False
    #: Of a canary task: the one node whose results it tries.
    only_node: str = ""
    #: Owners whose nodes have run the task: its result is checked by somebody else's node.
    #: Never a part of what was submitted; "" stands for nodes that nobody owns.
    barred_owners: frozenset[str] = frozenset()

    @property
    def wants_gpu(self) -> bool:
        return bool(self.gpu_score or self.gpu_memory_mib or self.gpu_name)
