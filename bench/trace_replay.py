"""Trace replay: how many GPUs of a real cluster the packing gets to work.

Replays the Alibaba GPU trace of 2023 (openb: 1,523 nodes, 8,152 tasks, all arriving in
order, none leaving) and reports the GPUs allocated at the end, in percent of all, beside
random, first, best and worst fit. Demand is 98.0 %.

The trace shares GPUs between tasks (`gpu_milli`) and has tasks of several GPUs; the pool
gives a task one whole GPU. So two replays are made:

  shared  as the trace says, GPUs in thousandths: every policy gets the same feasible
          nodes and chooses one; ours is the scheduler's packing score. On the node
          the fullest GPU that still has room is taken, by all policies.
  whole   through the scheduler itself, a round for each task: a task that asks for a part
          of a GPU gets a whole one, one that asks for several is several tasks with
          an equal part of CPU and memory each. What it then asks for is 7,433 of 6,212
          GPUs, so this says how few GPUs are left without CPU and memory to use them.

The trace is not part of the product. Name its folder (nodes.csv.gz, tasks.csv.gz) with
--traces or HIVEMIND_TRACES; by default ../shared/traces beside the repository.
"""

import csv
import gzip
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt

from app.common.node_facts import Capabilities, Gpu
from app.common.vocabulary import IsolationClass, Priority
from app.master.scheduling.buckets import QueuedTask
from app.master.scheduling.facts import NodeFacts
from app.master.scheduling.nodes import NodeTable
from app.master.scheduling.placement import Planner
from app.master.scheduling.queue import TaskQueue
from app.master.scheduling.scoring import WEIGHTS, packing_score
from app.master.scheduling.shares import Shares
from app.master.tasks.requirements import Requirements
from bench.report import finish, parser

ROOT = Path(__file__).resolve().parent.parent
FULL = 1000
GPUS_MAX = 8


@dataclass(frozen=True, slots=True)
class TraceNode:
    cpu_millicores: int
    memory_mib: int
    gpus: int
    model: str


@dataclass(frozen=True, slots=True)
class TraceTask:
    cpu_millicores: int
    memory_mib: int
    gpus: int
    gpu_milli: int


def read_trace(folder: Path) -> tuple[list[TraceNode], list[TraceTask]]:
    """Nodes in the file's order, tasks by arrival."""
    nodes = [
        TraceNode(int(row["cpu_milli"]), int(row["memory_mib"]), int(row["gpu"]), row["model"])
        for row in _rows(folder / "nodes.csv.gz")
    ]
    rows = sorted(_rows(folder / "tasks.csv.gz"), key=lambda row: int(row["creation_time"]))
    tasks = [
        TraceTask(
            int(row["cpu_milli"]),
            int(row["memory_mib"]),
            int(row["num_gpu"]),
            int(row["gpu_milli"]),
        )
        for row in rows
    ]
    return nodes, tasks


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


Numbers = npt.NDArray[np.float64]


class SharedCluster:
    """The trace's nodes, their GPUs in thousandths."""

    def __init__(self, nodes: list[TraceNode]) -> None:
        self.cpu_total = np.array([node.cpu_millicores for node in nodes], dtype=np.float64)
        self.memory_total = np.array([node.memory_mib for node in nodes], dtype=np.float64)
        self.gpus = np.array([node.gpus for node in nodes], dtype=np.float64)
        self.cpu, self.memory = self.cpu_total.copy(), self.memory_total.copy()
        places = np.arange(GPUS_MAX)
        self.gpu = np.where(places < self.gpus[:, None], FULL, 0).astype(np.float64)

    def feasible(self, task: TraceTask) -> npt.NDArray[np.intp]:
        """Rows that have room."""
        fits = (self.cpu >= task.cpu_millicores) & (self.memory >= task.memory_mib)
        if task.gpus:
            fits &= (self.gpu >= task.gpu_milli).sum(axis=1) >= task.gpus
        return np.flatnonzero(fits)

    def left(self, task: TraceTask, rows: npt.NDArray[np.intp]) -> tuple[Numbers, Numbers, Numbers]:
        """The parts of CPU, memory and GPUs left free after the placement."""
        gpu = self.gpu[rows].sum(axis=1) - task.gpus * task.gpu_milli
        return (
            (self.cpu[rows] - task.cpu_millicores) / self.cpu_total[rows],
            (self.memory[rows] - task.memory_mib) / self.memory_total[rows],
            gpu / FULL / np.maximum(self.gpus[rows], 1),
        )

    def place(self, task: TraceTask, row: int) -> None:
        self.cpu[row] -= task.cpu_millicores
        self.memory[row] -= task.memory_mib
        roomy = [place for place in range(GPUS_MAX) if self.gpu[row, place] >= task.gpu_milli]
        for place in sorted(roomy, key=lambda place: self.gpu[row, place])[: task.gpus]:
            self.gpu[row, place] -= task.gpu_milli

    def allocated_percent(self) -> float:
        """GPUs that work, of all."""
        whole = float(self.gpus.sum())
        return 100 * (whole - float(self.gpu.sum()) / FULL) / whole


Choice = Callable[[SharedCluster, TraceTask, npt.NDArray[np.intp]], int]


def ours(cluster: SharedCluster, task: TraceTask, rows: npt.NDArray[np.intp]) -> int:
    """The scheduler's packing score."""
    cpu, memory, gpu = cluster.left(task, rows)
    return int(packing_score(cpu, memory, gpu, wants_gpu=task.gpus > 0, weights=WEIGHTS).argmax())


def best_fit(cluster: SharedCluster, task: TraceTask, rows: npt.NDArray[np.intp]) -> int:
    """The least left over all resources."""
    return int(np.add.reduce(cluster.left(task, rows)).argmin())


def worst_fit(cluster: SharedCluster, task: TraceTask, rows: npt.NDArray[np.intp]) -> int:
    """The most left: plain balancing of load."""
    return int(np.add.reduce(cluster.left(task, rows)).argmax())


def first_fit(_cluster: SharedCluster, _task: TraceTask, _rows: npt.NDArray[np.intp]) -> int:
    """The file's order, which begins with nodes without GPU."""
    return 0


def random_fit(seed: str) -> Choice:
    """Any."""
    random = Random(seed)
    return lambda _cluster, _task, rows: random.randrange(len(rows))


def replay_shared(
    nodes: list[TraceNode], tasks: list[TraceTask], choose: Choice
) -> tuple[float, float]:
    """Percent of GPUs allocated and of tasks placed."""
    cluster = SharedCluster(nodes)
    placed = 0
    for task in tasks:
        rows = cluster.feasible(task)
        if len(rows):
            cluster.place(task, int(rows[choose(cluster, task, rows)]))
            placed += 1
    return cluster.allocated_percent(), 100 * placed / len(tasks)


def replay_whole(nodes: list[TraceNode], tasks: list[TraceTask]) -> float:
    """Percent of GPUs allocated by the scheduler, each GPU to one task."""
    table, queue, shares = NodeTable(), TaskQueue(), Shares()
    for index, node in enumerate(nodes):
        gpus = tuple(
            Gpu(node.model, 16_000, 100, f"gpu-{index}-{place}") for place in range(node.gpus)
        )
        capabilities = Capabilities(
            node.cpu_millicores,
            node.memory_mib,
            disk_mib=10**9,
            cpu_score=100,
            gpus=gpus,
            isolation=IsolationClass.CONTAINER,
        )
        table.upsert(f"node-{index}", NodeFacts(capabilities))
    planner = Planner(table, queue, shares)
    for number, requirements in enumerate(_whole_tasks(tasks)):
        name = f"task-{number}"
        queue.add(QueuedTask(name, number, "user", Priority.NORMAL, requirements, float(number)))
        planner.plan_round(now=float(number), seed=name, placements_max=1)
        if name in queue:
            queue.remove(name)
    table.validate()
    held = sum(gpus for _, _, gpus in shares.held().values())
    return 100 * held / table.totals.gpus


def _whole_tasks(tasks: list[TraceTask]) -> list[Requirements]:
    made = []
    for task in tasks:
        parts = max(task.gpus, 1)
        made += [
            Requirements(
                cpu_millicores=max(1, task.cpu_millicores // parts),
                memory_mib=max(1, task.memory_mib // parts),
                disk_mib=1,
                gpu_score=1 if task.gpus else 0,
            )
        ] * parts
    return made


def main() -> int:
    """Run and report."""
    made = parser(__doc__)
    default = os.environ.get("HIVEMIND_TRACES", str(ROOT.parent / "shared" / "traces"))
    made.add_argument("--traces", type=Path, default=Path(default), help="folder with openb/")
    arguments = made.parse_args()
    folder = arguments.traces / "openb"
    if not folder.is_dir():
        print(f"There is no trace in {folder}: name its parent with --traces.", file=sys.stderr)
        return finish("trace_replay", {}, {})
    nodes, tasks = read_trace(folder)
    figures: dict[str, float] = {}
    policies: dict[str, Choice] = {"ours": ours, "first_fit": first_fit}
    if not arguments.short:
        policies |= {"best_fit": best_fit, "worst_fit": worst_fit, "random_fit": random_fit("1")}
    for name, choose in policies.items():
        allocated, placed = replay_shared(nodes, tasks, choose)
        figures[f"{name}_gpus_percent"] = allocated
        figures[f"{name}_placed_percent"] = placed
    goals = {"ours_gpus_percent": ">= 94"}
    if not arguments.short:
        figures["ours_whole_gpus_percent"] = replay_whole(nodes, tasks)
        goals["ours_whole_gpus_percent"] = ">= 94"
    return finish("trace_replay", figures, goals, strict=arguments.strict)


if __name__ == "__main__":
    raise SystemExit(main())
