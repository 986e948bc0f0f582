"""Placement: the cost of a decision at 100 to 100,000 nodes, beside a plain scan in Python.

The pool is kept in a steady state: leases end, tasks arrive, rounds place them. Tasks
come from classes with constraints on trust, place and GPU. Three kinds of rounds:

  one        a lease ends, a task arrives, a round places one: a decision's whole price
  batch      256 leases end, 256 tasks arrive, one round places them: the price of each
  saturated  as `one` on a full pool with a backlog: most classes find nothing

The plain scan walks all nodes for each task and takes the best fit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any

from app.common.node_facts import Capabilities, Gpu
from app.common.vocabulary import Continent, IsolationClass, Priority, TrustLevel
from app.master.scheduling.buckets import QueuedTask
from app.master.scheduling.facts import NodeFacts
from app.master.scheduling.nodes import NodeTable
from app.master.scheduling.placement import Placement, Planner
from app.master.scheduling.queue import TaskQueue
from app.master.scheduling.shares import Shares
from app.master.tasks.requirements import Location, Requirements
from bench.report import cpu_seconds, finish, parser, percentile

SIZES = (100, 1_000, 10_000, 100_000)
BATCH = 256
OWNERS = 20
LEASES_MAX = 8192

_PLACES = (
    (Continent.EUROPE, ("DE", "FR", "PL")),
    (Continent.ASIA, ("CN", "JP", "IN")),
    (Continent.NORTH_AMERICA, ("US", "CA")),
)
_GPUS = (("NVIDIA RTX 4090", 24_000, 900), ("NVIDIA T4", 16_000, 250), ("NVIDIA A100", 80_000, 800))


def node_facts(random: Random) -> NodeFacts:
    """One machine of a mixed community: three in ten have GPUs."""
    cores = random.choice((4, 8, 16, 32, 64))
    gpus: tuple[Gpu, ...] = ()
    if random.random() < 0.3:
        name, memory, score = random.choice(_GPUS)
        places = random.choice((1, 1, 2, 4))
        gpus = tuple(
            Gpu(name, memory, score, f"GPU-{random.getrandbits(64):x}") for _ in range(places)
        )
    continent, countries = random.choice(_PLACES)
    return NodeFacts(
        Capabilities(
            cpu_millicores=cores * 1000,
            memory_mib=cores * random.choice((2, 4, 8)) * 1024,
            disk_mib=random.choice((100, 500, 2000)) * 1024,
            cpu_score=random.randrange(50, 400),
            gpus=gpus,
            isolation=random.choice((IsolationClass.SANDBOX, IsolationClass.CONTAINER)),
            runs_images=random.random() < 0.6,
        ),
        trust=random.choice(
            (TrustLevel.LOW, TrustLevel.NORMAL, TrustLevel.NORMAL, TrustLevel.HIGH)
        ),
        location=Location(continent, random.choice(countries), f"room {random.randrange(200)}"),
    )


def classes(random: Random, number: int) -> list[Requirements]:
    """Sets of requirements as people write them; a third want a GPU, half name a place or trust."""
    made = []
    for _ in range(number):
        cores = random.choice((1, 1, 2, 4))
        gpu = random.choice(("", "", "", "", "4090", "t4"))
        continent, countries = random.choice(_PLACES)
        place = random.choice(
            (Location(), Location(continent), Location(continent, random.choice(countries)))
        )
        made.append(
            Requirements(
                cpu_millicores=cores * 1000,
                memory_mib=cores * random.choice((512, 1024, 2048)),
                disk_mib=random.choice((1024, 4096)),
                cpu_score=random.choice((0, 0, 100)),
                gpu_name=gpu,
                gpu_memory_mib=8000 if gpu else 0,
                location=place,
                location_required=place != Location() and random.random() < 0.5,
                trust_min=random.choice(
                    (TrustLevel.LOW, TrustLevel.LOW, TrustLevel.NORMAL, TrustLevel.HIGH)
                ),
                needs_engine=random.random() < 0.3,
            )
        )
    return made


def occupy(
    table: NodeTable,
    node_id: str,
    offered: Capabilities,
    random: Random,
    busy: tuple[float, float],
) -> None:
    """Hold a part of a node, its GPUs each with the chance of the part."""
    part = random.uniform(*busy)
    held = Requirements(
        cpu_millicores=int(part * offered.cpu_millicores),
        memory_mib=int(part * offered.memory_mib),
        disk_mib=int(part * offered.disk_mib),
    )
    taken = tuple(gpu.uuid for gpu in offered.gpus if random.random() < part)
    table.hold(node_id, held, taken)


@dataclass
class Pool:
    """A pool in its steady state."""

    table: NodeTable
    queue: TaskQueue
    shares: Shares
    planner: Planner
    random: Random
    wanted: list[Requirements]
    leases: list[Placement]
    numbers: "count[int]"

    @classmethod
    def made(cls, nodes: int, busy: tuple[float, float], spared: int = 0) -> "Pool":
        """A pool whose nodes are busy with long tasks to a fraction between the two of `busy`.

        One lease stands for all of them, so that making a large pool takes no hour.
        Evenly spread, `spared` nodes are idle.
        """
        random = Random(f"pool:{nodes}")
        table, queue, shares = NodeTable(), TaskQueue(), Shares()
        for index in range(nodes):
            facts = node_facts(random)
            table.upsert(f"node-{index}", facts)
            if spared and index % (nodes // spared) == 0:
                continue
            occupy(table, f"node-{index}", facts.capabilities, random, busy)
        planner = Planner(table, queue, shares)
        return cls(table, queue, shares, planner, random, classes(random, 24), [], count())

    def submit(self, wanted: list[Requirements]) -> None:
        """Queue a task for each of `wanted`, of any owner and priority."""
        for requirements in wanted:
            number = next(self.numbers)
            self.queue.add(
                QueuedTask(
                    task_id=f"task-{number}",
                    sequence=number,
                    owner_id=f"user-{self.random.randrange(OWNERS)}",
                    priority=self.random.choice(list(Priority)),
                    requirements=requirements,
                    queued_at=float(number),
                )
            )

    def end(self, leases: int) -> list[Requirements]:
        """End some leases, drawn by chance; returns what they had asked for."""
        ended = []
        for _ in range(min(leases, len(self.leases))):
            index = self.random.randrange(len(self.leases))
            self.leases[index], self.leases[-1] = self.leases[-1], self.leases[index]
            lease = self.leases.pop()
            self.table.release(lease.node_id, lease.task.requirements, lease.gpu_uuids)
            self.shares.remove(lease.task.owner_id, lease.task.requirements)
            ended.append(lease.task.requirements)
        return ended

    def round(self, placements_max: int) -> tuple[float, int]:
        """CPU microseconds and placements of one round."""
        number = next(self.numbers)
        plans: list[Any] = []

        def plan() -> None:
            plans.append(
                self.planner.plan_round(
                    now=float(number), seed=f"round-{number}", placements_max=placements_max
                )
            )

        seconds = cpu_seconds(plan)
        self.leases += plans[0].placements
        return seconds * 1e6, len(plans[0].placements)

    def fill(self, leases: int) -> None:
        """Place short tasks until there are so many, or little fits any more."""
        placed = 4 * BATCH
        while placed >= BATCH // 8 and len(self.leases) < leases:
            self.submit(self.random.choices(self.wanted, k=4 * BATCH))
            _, placed = self.round(4 * BATCH)
            self.give_up_waiting()

    def give_up_waiting(self) -> None:
        """Empty the queue."""
        for bucket in list(self.queue.buckets()):
            for task in list(bucket.tasks()):
                self.queue.remove(task.task_id)


def rounds_of_one(pool: Pool, rounds: int, *, backlog: bool = False) -> list[float]:
    """CPU microseconds of each decision. With `backlog`, what found no node waits on."""
    costs = []
    for _ in range(rounds):
        pool.submit(pool.end(1))
        cost, placed = pool.round(1)
        if placed:
            costs.append(cost)
        if not backlog:
            pool.give_up_waiting()
    return costs


def rounds_of_many(pool: Pool, rounds: int) -> list[float]:
    """CPU microseconds a decision, one value for each round."""
    costs = []
    for _ in range(rounds):
        pool.submit(pool.end(BATCH))
        cost, placed = pool.round(BATCH)
        if placed:
            costs.append(cost / placed)
        pool.give_up_waiting()
    return costs


class PlainScan:
    """What a first version would do: look at every node for every task."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._nodes = []
        for node_id in pool.table:
            facts = pool.table.facts(node_id)
            cpu, memory, disk, gpus = pool.table.held(node_id)
            offered = facts.capabilities
            free = (
                offered.cpu_millicores - cpu,
                offered.memory_mib - memory,
                offered.disk_mib - disk,
            )
            self._nodes.append((facts, free, [gpu for gpu in offered.gpus if gpu.uuid not in gpus]))

    def decide(self, wanted: Requirements) -> int | None:
        """The index of the feasible node that fits best."""
        best, best_left = None, float("inf")
        for index, (facts, free, gpus) in enumerate(self._nodes):
            if self._suits(wanted, facts, free, gpus):
                left = (free[0] - wanted.cpu_millicores) / facts.capabilities.cpu_millicores
                if left < best_left:
                    best, best_left = index, left
        return best

    @staticmethod
    def _suits(
        wanted: Requirements, facts: NodeFacts, free: tuple[int, int, int], gpus: list[Gpu]
    ) -> bool:
        offered, place = facts.capabilities, facts.location
        if (
            free[0] < wanted.cpu_millicores
            or free[1] < wanted.memory_mib
            or free[2] < wanted.disk_mib
        ):
            return False
        if facts.trust < wanted.trust_min or offered.isolation < wanted.isolation_min:
            return False
        if offered.cpu_score < wanted.cpu_score or (
            wanted.needs_engine and not offered.runs_images
        ):
            return False
        if wanted.location_required and (
            place.continent != wanted.location.continent
            or (wanted.location.country and place.country != wanted.location.country)
        ):
            return False
        return not wanted.wants_gpu or any(
            gpu.memory_mib >= wanted.gpu_memory_mib and wanted.gpu_name in gpu.name.casefold()
            for gpu in gpus
        )

    def costs(self, decisions: int) -> list[float]:
        """CPU microseconds of each decision."""

        def decision() -> Callable[[], object]:
            wanted = self._pool.random.choice(self._pool.wanted)
            return lambda: self.decide(wanted)

        return [cpu_seconds(decision()) * 1e6 for _ in range(decisions)]


def measure(nodes: int, *, short: bool) -> dict[str, float]:
    """All figures for one size of pool."""
    pool = Pool.made(nodes, busy=(0.4, 0.9))
    pool.fill(min(2 * nodes, LEASES_MAX))
    rounds_of_one(pool, 200)
    rounds_of_many(pool, 3)
    turns, each = (1, 200) if short else (5, 1000)
    one: list[float] = []
    many: list[float] = []
    plain: list[float] = []
    for _ in range(turns):
        one += rounds_of_one(pool, each)
        many += rounds_of_many(pool, each // 50)
        plain += PlainScan(pool).costs(max(3, min(50, 200_000 // nodes)))
    pool.table.validate()
    saturated = Pool.made(nodes, busy=(1.0, 1.0), spared=max(50, nodes // 100))
    saturated.fill(LEASES_MAX)
    saturated.submit(saturated.random.choices(saturated.wanted, k=1000))
    rounds_of_one(saturated, 100, backlog=True)
    full = rounds_of_one(saturated, each, backlog=True)
    saturated.table.validate()
    figures = {
        "one_p50_us": percentile(one, 50),
        "one_p99_us": percentile(one, 99),
        "batch_p50_us": percentile(many, 50),
        "batch_p99_us": percentile(many, 99),
        "saturated_p50_us": percentile(full, 50),
        "saturated_p99_us": percentile(full, 99),
        "plain_scan_p50_us": percentile(plain, 50),
    }
    return {f"{nodes}_{name}": value for name, value in figures.items()}


def main() -> int:
    """Run and report."""
    arguments = parser(__doc__).parse_args()
    sizes = SIZES[:3] if arguments.short else SIZES
    figures: dict[str, float] = {}
    for nodes in sizes:
        figures |= measure(nodes, short=arguments.short)
    goals = {"10000_one_p50_us": "<= 100", "10000_one_p99_us": "<= 1000"}
    goals |= {"10000_batch_p50_us": "<= 100", "10000_batch_p99_us": "<= 1000"}
    if 100_000 in sizes:
        for kind in ("one", "batch"):
            ratio = figures[f"100000_{kind}_p50_us"] / figures[f"1000_{kind}_p50_us"]
            figures[f"{kind}_p50_100000_to_1000"] = ratio
            goals[f"{kind}_p50_100000_to_1000"] = "<= 3"
    figures["plain_to_one_p50_10000"] = (
        figures["10000_plain_scan_p50_us"] / figures["10000_one_p50_us"]
    )
    return finish("placement", figures, goals, strict=arguments.strict)


if __name__ == "__main__":
    raise SystemExit(main())
