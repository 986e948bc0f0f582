"""What the scheduler knows of the pool: totals, what leases hold, and what is free."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from app.common.invariant import invariant
from app.common.node_facts import Gpu, Usage
from app.common.vocabulary import TrustLevel
from app.master.scheduling.changes import ChangeLog
from app.master.scheduling.columns import GPUS_MAX, BitsColumn, NodeColumns, Slots
from app.master.scheduling.facts import Allocation, NodeFacts, PoolTotals, Thresholds
from app.master.tasks.requirements import Location, Requirements

THRESHOLDS = Thresholds()

_ROWS_FIRST = 64
_GPUS_FIRST = 2


@dataclass(slots=True, eq=False)
class _Node:
    """The part of a node that is no number. `gpus` are sorted, the weakest first."""

    node_id: str
    slot: int
    facts: NodeFacts
    gpus: tuple[Gpu, ...] = ()
    cpu_held: int = 0
    memory_held: int = 0
    disk_held: int = 0
    leases: int = 0
    #: How many leases hold each GPU: see `NodeTable.hold`.
    gpus_held: Counter[str] = field(default_factory=Counter)
    #: Removed while leases were open: the row goes with the last of them.
    retired: bool = False


class NodeTable:
    """All nodes in columns. Every change of a node is one call here.

    Caches read `columns` and learn from two logs which rows to read again: `static`
    for what a node is, `dynamic` for what of it is free and open right now.
    """

    def __init__(self, thresholds: Thresholds = THRESHOLDS) -> None:
        self.thresholds = thresholds
        self.columns = NodeColumns.empty(_ROWS_FIRST, _GPUS_FIRST)
        self.static = ChangeLog()
        self.dynamic = ChangeLog()
        self._nodes: dict[str, _Node] = {}
        self._ids: list[str] = []
        self._vacant: list[int] = []
        self._codes: dict[tuple[str, str], int] = {}
        self._gpu_names: list[str] = [""]
        self._reservations: dict[int, str] = {}
        self._cpu_total = self._memory_total = self._gpu_total = 0

    def __len__(self) -> int:
        """Known nodes; removed ones that wait for their last lease do not count."""
        return int(np.count_nonzero(self.columns.known))

    def __contains__(self, node_id: str) -> bool:
        node = self._nodes.get(node_id)
        return node is not None and not node.retired

    def __iter__(self) -> Iterator[str]:
        return (node_id for node_id, node in self._nodes.items() if not node.retired)

    @property
    def slots(self) -> slice:
        """The rows in use; among them may be empty ones."""
        return slice(0, len(self._ids))

    @property
    def totals(self) -> PoolTotals:
        return PoolTotals(self._cpu_total, self._memory_total, self._gpu_total)

    def slot_of(self, node_id: str) -> int | None:
        """The row of a known node, else None."""
        node = self._nodes.get(node_id)
        return None if node is None or node.retired else node.slot

    def node_id(self, slot: int) -> str:
        return self._ids[slot]

    def facts(self, node_id: str) -> NodeFacts:
        """What was last said about a known node."""
        return self._nodes[node_id].facts

    # What a node is

    def upsert(self, node_id: str, facts: NodeFacts) -> None:
        """Take in a node, or all that changed about it. What leases hold stays held."""
        node = self._nodes.get(node_id)
        if node is not None and not node.retired:
            if replace(facts, schedulable=True, closed_because="") == replace(
                node.facts, schedulable=True, closed_because=""
            ):
                self._set_open(node, facts)
                return
            self._count(node, -1)
        if node is None:
            node = _Node(node_id, self._take_slot(node_id), facts)
            self._nodes[node_id] = node
        node.facts, node.retired = facts, False
        node.gpus = tuple(
            sorted(facts.capabilities.gpus, key=lambda gpu: (gpu.score, gpu.memory_mib))
        )[:GPUS_MAX]
        if len(node.gpus) > self.columns.gpus:
            self.columns = self.columns.grown(self.columns.rows, len(node.gpus))
        self._count(node, 1)
        self._write_static(node)
        self._write_free(node)
        self.columns.open[node.slot] = facts.schedulable
        self.static.note(node.slot)
        self.dynamic.note(node.slot)

    def _set_open(self, node: _Node, facts: NodeFacts) -> None:
        node.facts = facts
        if bool(self.columns.open[node.slot]) != facts.schedulable:
            self.columns.open[node.slot] = facts.schedulable
            self.dynamic.note(node.slot)

    def remove(self, node_id: str) -> None:
        """Forget a node. While leases hold some of it, its row stays, open to nobody."""
        node = self._nodes[node_id]
        invariant(not node.retired, f"{node_id} was removed before")
        self._count(node, -1)
        node.retired = True
        self.unreserve(node_id)
        self.columns.known[node.slot] = self.columns.open[node.slot] = False
        self.static.note(node.slot)
        self.dynamic.note(node.slot)
        self._drop_retired(node)

    def set_trust(self, node_id: str, trust: TrustLevel) -> None:
        self.upsert(node_id, replace(self._nodes[node_id].facts, trust=trust))

    def set_schedulable(self, node_id: str, schedulable: bool) -> None:
        """Whether the node is ACTIVE and its stream is up."""
        self.upsert(node_id, replace(self._nodes[node_id].facts, schedulable=schedulable))

    def set_usage(self, node_id: str, usage: Usage) -> bool:
        """Judge a sample by the thresholds; whether the node takes tasks again that it did not.

        Only what matters to placement is noted: a sample seldom costs the caches anything.
        """
        slot = self._nodes[node_id].slot
        columns = self.columns
        before = (bool(columns.loaded[slot]), bool(columns.gpu_loaded[slot]))
        tenths = max(usage.foreign_cpu_percent, usage.foreign_memory_percent) // 10
        now = (
            self.thresholds.loaded(usage, before=before[0]),
            self.thresholds.gpu_loaded(usage, before=before[1]),
        )
        if now != before or columns.load_tenths[slot] != tenths:
            columns.loaded[slot], columns.gpu_loaded[slot] = now
            columns.load_tenths[slot] = tenths
            self.dynamic.note(slot)
        return before[0] > now[0] or before[1] > now[1]

    # What of it is free

    def allocate(self, node_id: str, requirements: Requirements) -> Allocation:
        """Hold what a task asks for, with the weakest free GPU that serves.

        Raises InvariantViolated where it does not fit: ask `feasibility.fits_now` first.
        """
        node = self._nodes[node_id]
        uuids: tuple[str, ...] = ()
        if requirements.wants_gpu:
            row = np.array([node.slot])
            bits = int((self.matching_gpus(requirements, row) & self.columns.gpu_free[row])[0])
            invariant(bits != 0, f"{node_id} has no such GPU free")
            uuids = (node.gpus[(bits & -bits).bit_length() - 1].uuid,)
        self.hold(node_id, requirements, uuids)
        columns, slot = self.columns, node.slot
        fits = columns.cpu_free[slot] >= 0 and columns.memory_free[slot] >= 0
        invariant(bool(fits and columns.disk_free[slot] >= 0), f"{node_id} is over-allocated")
        return Allocation(uuids)

    def hold(self, node_id: str, requirements: Requirements, gpu_uuids: Sequence[str]) -> None:
        """Book a lease that exists already, as after a restart. It may exceed the node.

        A GPU may have two such leases: the end of the first was known and the second granted,
        but only the second was committed when the master died. The node tells the end again.
        """
        node = self._nodes[node_id]
        node.gpus_held.update(gpu_uuids)
        self._book(node, requirements, 1)

    def release(self, node_id: str, requirements: Requirements, gpu_uuids: Sequence[str]) -> None:
        """Give back what `allocate` or `hold` took."""
        node = self._nodes[node_id]
        invariant(node.leases > 0, f"{node_id} has no lease to release")
        for uuid in gpu_uuids:
            invariant(node.gpus_held[uuid] > 0, f"{node_id}: releases a GPU nobody holds")
            node.gpus_held[uuid] -= 1
            if not node.gpus_held[uuid]:
                del node.gpus_held[uuid]
        self._book(node, requirements, -1)
        self._drop_retired(node)

    def room(self, slot: int, requirements: Requirements) -> int:
        """How many such tasks the CPU, memory and disk that are free in a row are enough for."""
        columns = self.columns
        free = (
            (columns.cpu_free, requirements.cpu_millicores),
            (columns.memory_free, requirements.memory_mib),
            (columns.disk_free, requirements.disk_mib),
        )
        return min((int(column[slot]) // wanted for column, wanted in free if wanted), default=0)

    def held(self, node_id: str) -> tuple[int, int, int, frozenset[str]]:
        """CPU millicores, memory MiB, disk MiB and GPU uuids that leases hold of a node."""
        node = self._nodes[node_id]
        return node.cpu_held, node.memory_held, node.disk_held, frozenset(node.gpus_held)

    def matching_gpus(self, requirements: Requirements, slots: Slots) -> BitsColumn:
        """Of each row, a bit for every GPU that alone meets name, memory and score."""
        columns = self.columns
        wanted = requirements.gpu_name.casefold()
        served = np.array([bool(name) and wanted in name for name in self._gpu_names])
        matching = served[columns.gpu_name[slots]]
        if requirements.gpu_memory_mib:
            matching &= columns.gpu_memory[slots] >= requirements.gpu_memory_mib
        if requirements.gpu_score:
            matching &= columns.gpu_score[slots] >= requirements.gpu_score
        weights = np.uint64(1) << np.arange(columns.gpus, dtype=np.uint64)
        bits: BitsColumn = np.bitwise_or.reduce(np.where(matching, weights, np.uint64(0)), axis=1)
        return bits

    # Reservations

    @property
    def reservations(self) -> dict[str, str]:
        """Node id to the id of the task it is kept for."""
        return {self._ids[slot]: task_id for slot, task_id in self._reservations.items()}

    def reserve(self, node_id: str, task_id: str) -> None:
        """Keep what the node gets free for one task."""
        slot = self._nodes[node_id].slot
        invariant(slot not in self._reservations, f"{node_id} is reserved already")
        self._reservations[slot] = task_id
        self.columns.reserved[slot] = True
        self.dynamic.note(slot)

    def unreserve(self, node_id: str) -> None:
        """End the node's reservation, if it has one."""
        slot = self._nodes[node_id].slot
        if self._reservations.pop(slot, None) is not None:
            self.columns.reserved[slot] = False
            self.dynamic.note(slot)

    def reserved_for(self, task_id: str) -> int | None:
        """The row kept for the task, or None."""
        for slot, holder in self._reservations.items():
            if holder == task_id:
                return slot
        return None

    # Places

    def country_code(self, location: Location) -> int:
        """The number of a country that some node was in; -1: no node ever was."""
        return self._codes.get(("country", location.country.upper()), -1)

    def site_code(self, location: Location) -> int:
        """The number of a site that some node was at; -1: no node ever was."""
        return self._codes.get(("site", location.site.casefold()), -1)

    def owner_code(self, owner_id: str) -> int:
        """The number of a user who owns a node, or did; 0 stands for nobody, -1: never one."""
        return self._codes.get(("owner", owner_id), -1) if owner_id else 0

    def validate(self) -> None:
        """Raise InvariantViolated unless free + held = total everywhere."""
        for node in self._nodes.values():
            self._validate_node(node)
        in_use = {node.slot for node in self._nodes.values()} | set(self._vacant)
        invariant(in_use == set(range(len(self._ids))), "a row is neither used nor vacant")
        live = [node for node in self._nodes.values() if not node.retired]
        capabilities = [node.facts.capabilities for node in live]
        sums = PoolTotals(
            sum(one.cpu_millicores for one in capabilities),
            sum(one.memory_mib for one in capabilities),
            sum(len(node.gpus) for node in live),
        )
        invariant(self.totals == sums, "the pool's totals are not the sum of its nodes")
        reserved = set(np.flatnonzero(self.columns.reserved).tolist())
        invariant(reserved == set(self._reservations), "reserved rows and reservations differ")

    def _validate_node(self, node: _Node) -> None:
        columns, slot, name = self.columns, node.slot, node.node_id
        total = node.facts.capabilities
        invariant(self._ids[slot] == name, f"{name}: its row names another node")
        invariant(bool(columns.known[slot]) != node.retired, f"{name}: known and retired differ")
        for free, held, whole in (
            (columns.cpu_free, node.cpu_held, total.cpu_millicores),
            (columns.memory_free, node.memory_held, total.memory_mib),
            (columns.disk_free, node.disk_held, total.disk_mib),
        ):
            invariant(held >= 0, f"{name}: holds less than nothing")
            invariant(int(free[slot]) + held == whole, f"{name}: free + held != total")
        free_bits = int(columns.gpu_free[slot])
        invariant(free_bits == self._free_bits(node), f"{name}: a GPU is free and held at once")
        count = int(columns.gpu_free_count[slot])
        invariant(count == free_bits.bit_count(), f"{name}: its free GPUs are counted wrong")
        held_any = bool(node.cpu_held or node.memory_held or node.disk_held or node.gpus_held)
        invariant(not held_any or node.leases > 0, f"{name}: something is held by no lease")

    def _take_slot(self, node_id: str) -> int:
        if self._vacant:
            slot = self._vacant.pop()
            self._ids[slot] = node_id
            return slot
        self._ids.append(node_id)
        if len(self._ids) > self.columns.rows:
            self.columns = self.columns.grown(2 * self.columns.rows, self.columns.gpus)
            self.static.forget()
            self.dynamic.forget()
        return len(self._ids) - 1

    def _drop_retired(self, node: _Node) -> None:
        if node.retired and node.leases == 0:
            del self._nodes[node.node_id]
            self._ids[node.slot] = ""
            self._vacant.append(node.slot)
            self.columns.clear(node.slot)

    def _count(self, node: _Node, sign: int) -> None:
        capabilities = node.facts.capabilities
        self._cpu_total += sign * capabilities.cpu_millicores
        self._memory_total += sign * capabilities.memory_mib
        self._gpu_total += sign * len(node.gpus)

    def _book(self, node: _Node, requirements: Requirements, sign: int) -> None:
        node.leases += sign
        node.cpu_held += sign * requirements.cpu_millicores
        node.memory_held += sign * requirements.memory_mib
        node.disk_held += sign * requirements.disk_mib
        self._write_free(node)
        self.dynamic.note(node.slot)

    def _code(self, kind: str, text: str) -> int:
        return self._codes.setdefault((kind, text), len(self._codes) + 1) if text else 0

    def _write_static(self, node: _Node) -> None:
        columns, slot, facts = self.columns, node.slot, node.facts
        capabilities = facts.capabilities
        columns.known[slot] = True
        columns.member[slot] = facts.member
        columns.runs_images[slot] = capabilities.runs_images
        columns.cpu_total[slot] = capabilities.cpu_millicores
        columns.memory_total[slot] = capabilities.memory_mib
        columns.disk_total[slot] = capabilities.disk_mib
        columns.cpu_unit[slot] = 1 / max(capabilities.cpu_millicores, 1)
        columns.memory_unit[slot] = 1 / max(capabilities.memory_mib, 1)
        columns.gpu_unit[slot] = 1 / max(len(node.gpus), 1)
        columns.cpu_score[slot] = capabilities.cpu_score
        columns.isolation[slot] = capabilities.isolation
        columns.trust[slot] = facts.trust
        columns.continent[slot] = facts.location.continent
        columns.country[slot] = self._code("country", facts.location.country.upper())
        columns.site[slot] = self._code("site", facts.location.site.casefold())
        columns.owner[slot] = self._code("owner", facts.owner_id)
        columns.gpu_count[slot] = len(node.gpus)
        columns.gpu_score_best[slot] = max((gpu.score for gpu in node.gpus), default=0)
        columns.gpu_name[slot] = 0
        for place, gpu in enumerate(node.gpus):
            columns.gpu_memory[slot, place] = gpu.memory_mib
            columns.gpu_score[slot, place] = gpu.score
            columns.gpu_name[slot, place] = self._gpu_name_code(gpu.name.casefold() or "gpu")

    def _gpu_name_code(self, name: str) -> int:
        if name not in self._gpu_names:
            self._gpu_names.append(name)
        return self._gpu_names.index(name)

    def _free_bits(self, node: _Node) -> int:
        return sum(
            1 << place for place, gpu in enumerate(node.gpus) if gpu.uuid not in node.gpus_held
        )

    def _write_free(self, node: _Node) -> None:
        columns, slot, total = self.columns, node.slot, node.facts.capabilities
        columns.cpu_free[slot] = total.cpu_millicores - node.cpu_held
        columns.memory_free[slot] = total.memory_mib - node.memory_held
        columns.disk_free[slot] = total.disk_mib - node.disk_held
        if node.gpus:
            bits = self._free_bits(node)
            columns.gpu_free[slot] = bits
            columns.gpu_free_count[slot] = bits.bit_count()
        else:
            columns.gpu_free[slot] = columns.gpu_free_count[slot] = 0
