"""The rules that decide whether a node can run a task, and how each is said to people.

One table serves placement and explanation, so the two cannot disagree. Each rule is a
mask over rows of the node table.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from app.common.vocabulary import IsolationClass, TrustLevel
from app.master.scheduling.columns import BitsColumn, BoolColumn, IntColumn, NodeColumns, Slots
from app.master.scheduling.nodes import NodeTable
from app.master.scheduling.phrases import (
    cores_phrase,
    gpu_phrase,
    isolation_phrase,
    location_phrase,
    mib_phrase,
    trust_phrase,
)
from app.master.tasks.requirements import Requirements


class When(Enum):
    """EMPTY rules ask what a node is, NOW rules what it has left."""

    EMPTY = "empty"
    NOW = "now"


@dataclass(slots=True)
class Ask:
    """What is asked of a node: by a whole class of equal tasks, or by one task."""

    requirements: Requirements
    #: Of one task: the nodes it must not go to.
    excluded: frozenset[str] = frozenset()
    #: Of one task: passes its own reservation.
    task_id: str = ""
    #: For every row, `NodeTable.matching_gpus`, where a cache has it at hand.
    gpu_bits: BitsColumn | None = None

    def matching_gpus(self, table: NodeTable, slots: Slots) -> BitsColumn:
        """A bit for every GPU that alone meets what is asked."""
        if self.gpu_bits is not None:
            bits: BitsColumn = self.gpu_bits[slots]
            return bits
        return table.matching_gpus(self.requirements, slots)


Mask = Callable[[NodeTable, Ask, Slots], BoolColumn]


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition on a node."""

    #: Stable: on the wire and in tests.
    name: str
    when: When
    mask: Mask
    #: What the task needs: "needs 64 GiB of memory".
    need: Callable[[Requirements], str]
    #: What the node in that row lacks: "has 16 GiB of memory, needs 64 GiB of memory".
    lack: Callable[[NodeTable, Ask, int], str]
    #: False where every node passes.
    asked: Callable[[Ask], bool] = lambda _ask: True


def _amount(
    name: str,
    when: When,
    column: Callable[[NodeColumns], IntColumn],
    wanted: Callable[[Requirements], int],
    phrase: Callable[[int], str],
) -> Rule:
    """A rule that a column reaches a number."""

    def lack(table: NodeTable, ask: Ask, slot: int) -> str:
        there = max(0, int(column(table.columns)[slot]))
        return f"has {phrase(there)}, {phrase(wanted(ask.requirements))} needed"

    return Rule(
        name,
        when,
        mask=lambda table, ask, slots: column(table.columns)[slots] >= wanted(ask.requirements),
        need=lambda requirements: f"needs {phrase(wanted(requirements))}",
        lack=lack,
        asked=lambda ask: wanted(ask.requirements) > 0,
    )


def _location(table: NodeTable, ask: Ask, slots: Slots) -> BoolColumn:
    columns, place = table.columns, ask.requirements.location
    passing = columns.known[slots]
    if place.continent:
        passing = passing & (columns.continent[slots] == place.continent)
    if place.country:
        passing = passing & (columns.country[slots] == table.country_code(place))
    if place.site:
        passing = passing & (columns.site[slots] == table.site_code(place))
    return passing


def _load(table: NodeTable, ask: Ask, slots: Slots) -> BoolColumn:
    columns = table.columns
    if ask.requirements.wants_gpu:
        return ~(columns.loaded[slots] | columns.gpu_loaded[slots])
    return ~columns.loaded[slots]


def _reserved(table: NodeTable, ask: Ask, slots: Slots) -> BoolColumn:
    passing = ~table.columns.reserved[slots]
    own = table.reserved_for(ask.task_id) if ask.task_id else None
    return passing if own is None else passing | rows_are(table, [own], slots)


def _other_owner(table: NodeTable, ask: Ask, slots: Slots) -> BoolColumn:
    barred = [table.owner_code(owner_id) for owner_id in ask.requirements.barred_owners]
    return np.isin(table.columns.owner[slots], barred, invert=True)


def _only_node(table: NodeTable, ask: Ask, slots: Slots) -> BoolColumn:
    row = table.slot_of(ask.requirements.only_node)
    return rows_are(table, [] if row is None else [row], slots)


def _excluded(table: NodeTable, ask: Ask, slots: Slots) -> BoolColumn:
    rows = [table.slot_of(node_id) for node_id in ask.excluded]
    return ~rows_are(table, [row for row in rows if row is not None], slots)


def rows_are(table: NodeTable, rows: Iterable[int], slots: Slots) -> BoolColumn:
    """Which of `slots` are among `rows`."""
    every: BoolColumn = np.zeros(table.columns.rows, dtype=np.bool_)
    every[list(rows)] = True
    chosen: BoolColumn = every[slots]
    return chosen


def _closed_because(table: NodeTable, slot: int) -> str:
    return table.facts(table.node_id(slot)).closed_because


def _wants_gpu(ask: Ask) -> bool:
    return ask.requirements.wants_gpu


def _of_memory(mib: int) -> str:
    return f"{mib_phrase(mib)} of memory"


def _of_disk(mib: int) -> str:
    return f"{mib_phrase(mib)} of disk"


RULES: tuple[Rule, ...] = (
    Rule(
        "member",
        When.EMPTY,
        mask=lambda table, _ask, slots: table.columns.member[slots],
        need=lambda _: "needs a node of the pool",
        lack=lambda table, _ask, slot: _closed_because(table, slot) or "is no part of the pool",
    ),
    Rule(
        "engine",
        When.EMPTY,
        mask=lambda table, _ask, slots: table.columns.runs_images[slots],
        need=lambda _: "needs a container engine, for its image",
        lack=lambda _table, _ask, _slot: "has no container engine",
        asked=lambda ask: ask.requirements.needs_engine,
    ),
    Rule(
        "isolation",
        When.EMPTY,
        # No class below a sandbox runs tasks, whatever a task asks for.
        mask=lambda table, ask, slots: (
            table.columns.isolation[slots]
            >= max(ask.requirements.isolation_min, IsolationClass.SANDBOX)
        ),
        need=lambda requirements: f"needs {isolation_phrase(requirements.isolation_min)}",
        lack=lambda table, ask, slot: (
            f"isolates tasks by {isolation_phrase(int(table.columns.isolation[slot]))}, "
            f"{isolation_phrase(ask.requirements.isolation_min)} needed"
        ),
    ),
    Rule(
        "trust",
        When.EMPTY,
        mask=lambda table, ask, slots: table.columns.trust[slots] >= ask.requirements.trust_min,
        need=lambda requirements: f"needs {trust_phrase(requirements.trust_min)}",
        lack=lambda table, ask, slot: (
            f"has {trust_phrase(int(table.columns.trust[slot]))}, "
            f"{trust_phrase(ask.requirements.trust_min)} needed"
        ),
        asked=lambda ask: ask.requirements.trust_min > TrustLevel.LOW,
    ),
    Rule(
        "owner",
        When.EMPTY,
        mask=_other_owner,
        need=lambda _: "needs a node of another owner, which checks the result",
        lack=lambda _table, _ask, _slot: "has the same owner as a node that ran it",
        asked=lambda ask: bool(ask.requirements.barred_owners),
    ),
    Rule(
        "node",
        When.EMPTY,
        mask=_only_node,
        need=lambda _: "tries the results of one node",
        lack=lambda _table, _ask, _slot: "is not the node that it tries",
        asked=lambda ask: bool(ask.requirements.only_node),
    ),
    Rule(
        "location",
        When.EMPTY,
        mask=_location,
        need=lambda requirements: f"must run in {location_phrase(requirements.location)}",
        lack=lambda table, ask, slot: (
            # Places are lists themselves: a comma would not tell where one ends.
            f"is in {location_phrase(table.facts(table.node_id(slot)).location)}, "
            f"not in {location_phrase(ask.requirements.location)}"
        ),
        asked=lambda ask: ask.requirements.location_required,
    ),
    Rule(
        "gpu",
        When.EMPTY,
        mask=lambda table, ask, slots: ask.matching_gpus(table, slots) != 0,
        need=lambda requirements: f"needs {gpu_phrase(requirements)}",
        lack=lambda _table, ask, _slot: f"does not have {gpu_phrase(ask.requirements)}",
        asked=_wants_gpu,
    ),
    _amount(
        "cpu_score",
        When.EMPTY,
        lambda columns: columns.cpu_score,
        lambda requirements: requirements.cpu_score,
        lambda score: f"a CPU score of {score}",
    ),
    _amount(
        "cpu",
        When.EMPTY,
        lambda columns: columns.cpu_total,
        lambda requirements: requirements.cpu_millicores,
        cores_phrase,
    ),
    _amount(
        "memory",
        When.EMPTY,
        lambda columns: columns.memory_total,
        lambda requirements: requirements.memory_mib,
        _of_memory,
    ),
    _amount(
        "disk",
        When.EMPTY,
        lambda columns: columns.disk_total,
        lambda requirements: requirements.disk_mib,
        _of_disk,
    ),
    Rule(
        "online",
        When.NOW,
        mask=lambda table, _ask, slots: table.columns.open[slots],
        need=lambda _: "needs a node that is online and active",
        lack=lambda table, _ask, slot: (
            _closed_because(table, slot) or "is offline, paused or draining"
        ),
    ),
    Rule(
        "load",
        When.NOW,
        mask=_load,
        need=lambda _: "needs a node below the load thresholds",
        lack=lambda _table, _ask, _slot: "is too busy with other things to take tasks",
    ),
    Rule(
        "reserved",
        When.NOW,
        mask=_reserved,
        need=lambda _: "needs a node that is not kept for another task",
        lack=lambda _table, _ask, _slot: "is kept for a task that has waited long",
    ),
    Rule(
        "excluded",
        When.NOW,
        mask=_excluded,
        need=lambda _: "avoids the node where its last attempt was lost",
        lack=lambda _table, _ask, _slot: "lost the task's last attempt",
        asked=lambda ask: bool(ask.excluded),
    ),
    _amount(
        "free_cpu",
        When.NOW,
        lambda columns: columns.cpu_free,
        lambda requirements: requirements.cpu_millicores,
        lambda millicores: f"{cores_phrase(millicores)} free",
    ),
    _amount(
        "free_memory",
        When.NOW,
        lambda columns: columns.memory_free,
        lambda requirements: requirements.memory_mib,
        lambda mib: f"{_of_memory(mib)} free",
    ),
    _amount(
        "free_disk",
        When.NOW,
        lambda columns: columns.disk_free,
        lambda requirements: requirements.disk_mib,
        lambda mib: f"{_of_disk(mib)} free",
    ),
    Rule(
        "free_gpu",
        When.NOW,
        mask=lambda table, ask, slots: (
            (ask.matching_gpus(table, slots) & table.columns.gpu_free[slots]) != 0
        ),
        need=lambda requirements: f"needs {gpu_phrase(requirements)}, free",
        lack=lambda _table, ask, _slot: f"does not have {gpu_phrase(ask.requirements)} free",
        asked=_wants_gpu,
    ),
)
