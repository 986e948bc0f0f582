"""A pool to schedule on: nodes and tasks with sensible defaults, and a second opinion."""

from app.common.node_facts import Capabilities, Gpu
from app.common.vocabulary import Continent, IsolationClass, Priority, TrustLevel
from app.master.scheduling.buckets import QueuedTask
from app.master.scheduling.facts import NodeFacts
from app.master.scheduling.nodes import NodeTable
from app.master.scheduling.placement import Placement, PlacementSettings, Plan, Planner
from app.master.scheduling.queue import Ageing, TaskQueue
from app.master.scheduling.shares import Shares
from app.master.scheduling.validate import Lease, validate
from app.master.tasks.requirements import Location, Requirements

BERLIN = Location(Continent.EUROPE, "DE", "Berlin")
PARIS = Location(Continent.EUROPE, "FR", "Paris")
TOKYO = Location(Continent.ASIA, "JP", "Tokyo")

RTX = Gpu("NVIDIA RTX 4090", 24_000, 900, "rtx")
T4 = Gpu("Tesla T4", 16_000, 250, "t4")


def facts(
    cores: int = 8,
    memory_mib: int = 16_384,
    *,
    disk_mib: int = 100_000,
    cpu_score: int = 100,
    gpus: tuple[Gpu, ...] = (),
    isolation: IsolationClass = IsolationClass.SANDBOX,
    runs_images: bool = False,
    trust: TrustLevel = TrustLevel.NORMAL,
    location: Location = BERLIN,
    schedulable: bool = True,
    owner_id: str = "",
    member: bool = True,
) -> NodeFacts:
    """A node that can run ordinary tasks."""
    capabilities = Capabilities(
        cpu_millicores=cores * 1000,
        memory_mib=memory_mib,
        disk_mib=disk_mib,
        cpu_score=cpu_score,
        gpus=gpus,
        isolation=isolation,
        runs_images=runs_images,
    )
    return NodeFacts(capabilities, trust, location, schedulable, owner_id=owner_id, member=member)


class World:
    """A node table, a queue and a planner; `submit`, `round` and `end` as a master would."""

    def __init__(
        self,
        nodes: dict[str, NodeFacts] | None = None,
        *,
        settings: PlacementSettings | None = None,
        ageing: Ageing | None = None,
        cached: dict[str, set[str]] | None = None,
    ) -> None:
        self.table = NodeTable()
        self.queue = TaskQueue(ageing or Ageing())
        self.shares = Shares()
        self.planner = Planner(
            self.table,
            self.queue,
            self.shares,
            settings or PlacementSettings(),
            lambda digest: (cached or {}).get(digest, ()),
        )
        self.running: dict[str, Placement] = {}
        self._submitted = 0
        for node_id, node in (nodes or {}).items():
            self.table.upsert(node_id, node)

    def submit(
        self,
        requirements: Requirements | None = None,
        *,
        owner: str = "ada",
        priority: Priority = Priority.NORMAL,
        at: float = 0.0,
        excluded: frozenset[str] = frozenset(),
        archive: str = "",
    ) -> str:
        """Queue a task; returns its id."""
        self._submitted += 1
        task = QueuedTask(
            task_id=f"task-{self._submitted}",
            sequence=self._submitted,
            owner_id=owner,
            priority=priority,
            requirements=requirements or Requirements(),
            queued_at=at,
            excluded_nodes=excluded,
            archive_digest=archive,
        )
        self.queue.add(task)
        return task.task_id

    def plan(self, now: float = 1.0, limit: int = 1000, seed: str = "seed") -> Plan:
        """One round."""
        plan = self.planner.plan_round(now=now, seed=seed, placements_max=limit)
        for placement in plan.placements:
            self.running[placement.task_id] = placement
        return plan

    def round(self, now: float = 1.0, limit: int = 1000, seed: str = "seed") -> dict[str, str]:
        """One round; task id to node id, in the order of the decisions."""
        return {one.task_id: one.node_id for one in self.plan(now, limit, seed).placements}

    def end(self, task_id: str) -> None:
        """The task's attempt is over."""
        placement = self.running.pop(task_id)
        self.table.release(placement.node_id, placement.task.requirements, placement.gpu_uuids)
        self.shares.remove(placement.task.owner_id, placement.task.requirements)

    def leases(self) -> list[Lease]:
        return [
            Lease(one.task_id, one.task.owner_id, one.node_id, one.task.requirements, one.gpu_uuids)
            for one in self.running.values()
        ]

    def check(self) -> None:
        """The whole state agrees with itself."""
        validate(self.table, self.queue, self.shares, self.leases())


def suits(node: NodeFacts, wanted: Requirements) -> bool:
    """A second opinion on whether an empty node can run a task, sharing no code with the rules."""
    offered = node.capabilities
    if offered.isolation == IsolationClass.NONE or offered.isolation < wanted.isolation_min:
        return False
    if wanted.needs_engine and not offered.runs_images:
        return False
    if node.trust < wanted.trust_min or offered.cpu_score < wanted.cpu_score:
        return False
    if wanted.location_required:
        asked, there = wanted.location, node.location
        if asked.continent and asked.continent != there.continent:
            return False
        if asked.country and asked.country != there.country:
            return False
        if asked.site and asked.site.lower() != there.site.lower():
            return False
    if wanted.wants_gpu and not suiting_gpus(node, wanted):
        return False
    return (
        offered.cpu_millicores >= wanted.cpu_millicores
        and offered.memory_mib >= wanted.memory_mib
        and offered.disk_mib >= wanted.disk_mib
    )


def suiting_gpus(node: NodeFacts, wanted: Requirements) -> set[str]:
    """The node's GPUs that alone meet all that is asked of a GPU."""
    return {
        gpu.uuid
        for gpu in node.capabilities.gpus
        if gpu.memory_mib >= wanted.gpu_memory_mib
        and gpu.score >= wanted.gpu_score
        and wanted.gpu_name.lower() in gpu.name.lower()
    }


def has_room(node: NodeFacts, leases: list[Lease], wanted: Requirements) -> bool:
    """A second opinion on whether the node has room beside `leases`, all of them its own."""
    if not node.schedulable or not suits(node, wanted):
        return False
    offered = node.capabilities
    taken = {uuid for lease in leases for uuid in lease.gpu_uuids}
    if wanted.wants_gpu and not suiting_gpus(node, wanted) - taken:
        return False
    asked = [lease.requirements for lease in leases]
    return (
        sum(one.cpu_millicores for one in asked) + wanted.cpu_millicores <= offered.cpu_millicores
        and sum(one.memory_mib for one in asked) + wanted.memory_mib <= offered.memory_mib
        and sum(one.disk_mib for one in asked) + wanted.disk_mib <= offered.disk_mib
    )
