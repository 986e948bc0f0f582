"""Why a task waits, by the same rules that place it."""

from dataclasses import dataclass

import numpy as np

from app.master.scheduling.buckets import QueuedTask
from app.master.scheduling.columns import BoolColumn
from app.master.scheduling.feasibility import asked_rules, passing, settle_exclusions
from app.master.scheduling.nodes import NodeTable
from app.master.scheduling.queue import TaskQueue
from app.master.scheduling.rules import Ask, Rule, When
from app.master.tasks.requirements import Requirements

NEAREST_MAX = 5


@dataclass(frozen=True, slots=True)
class RuleCount:
    """One rule, and how many of the known nodes pass it, each rule by itself."""

    rule: str
    sentence: str
    nodes_passing: int


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A node that fails few rules. `failed`: what it lacks, one sentence each."""

    node_id: str
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a task waits. Counts are of nodes."""

    #: One sentence for people.
    summary: str
    nodes_known: int
    #: Pass all rules on what a node is: could run the task when empty.
    nodes_feasible: int
    #: Pass all rules: could start the task now.
    nodes_free: int
    #: The most restrictive first.
    rules: tuple[RuleCount, ...]
    #: Those that fail the fewest rules first; empty where a node is free.
    nearest: tuple[NearMiss, ...]
    #: About how many tasks come first.
    ahead: int


def explain(task: QueuedTask, table: NodeTable, queue: TaskQueue) -> Explanation:
    """Why `task` waits. `ahead` is 0 for a task that `queue` does not hold."""
    ask = settle_exclusions(table, Ask(task.requirements, task.excluded_nodes, task.task_id))
    ahead = queue.ahead_of(task.task_id) if task.task_id in queue else 0
    return _explain(ask, table, ahead)


def explain_requirements(
    requirements: Requirements, table: NodeTable, ahead: int = 0
) -> Explanation:
    """What a task with such requirements would find; `ahead` is passed on."""
    return _explain(Ask(requirements), table, ahead)


def _explain(ask: Ask, table: NodeTable, ahead: int) -> Explanation:
    rules = asked_rules(ask)
    slots = table.slots
    known = table.columns.known[slots]
    masks = [passing(table, ask, (rule,), slots) for rule in rules]
    feasible = _all([m for m, rule in zip(masks, rules, strict=True) if rule.when is When.EMPTY])
    free = _all(masks)
    counts = sorted(
        (
            RuleCount(rule.name, rule.need(ask.requirements), int(np.count_nonzero(mask)))
            for rule, mask in zip(rules, masks, strict=True)
        ),
        key=lambda count: count.nodes_passing,
    )
    nodes_known = int(np.count_nonzero(known))
    nodes_feasible, nodes_free = int(np.count_nonzero(feasible)), int(np.count_nonzero(free))
    return Explanation(
        summary=_summary(nodes_known, nodes_feasible, nodes_free, counts, rules, ahead),
        nodes_known=nodes_known,
        nodes_feasible=nodes_feasible,
        nodes_free=nodes_free,
        rules=tuple(counts),
        nearest=() if nodes_free else _nearest(ask, table, rules, masks),
        ahead=ahead,
    )


def _all(masks: list[BoolColumn]) -> BoolColumn:
    every: BoolColumn = np.logical_and.reduce(masks)
    return every


def _nearest(
    ask: Ask, table: NodeTable, rules: tuple[Rule, ...], masks: list[BoolColumn]
) -> tuple[NearMiss, ...]:
    """The nodes that fail the fewest rules; what a node is weighs more than what it has left."""
    slots = table.slots
    failed = np.zeros(slots.stop, dtype=np.int64)
    for rule, mask in zip(rules, masks, strict=True):
        failed += np.where(mask, 0, len(rules) if rule.when is When.EMPTY else 1)
    known = np.flatnonzero(table.columns.known[slots])
    order = known[np.argsort(failed[known], kind="stable")][:NEAREST_MAX]
    return tuple(
        NearMiss(
            table.node_id(int(slot)),
            tuple(
                rule.lack(table, ask, int(slot))
                for rule, mask in zip(rules, masks, strict=True)
                if not mask[slot] and not _implied(rule, rules, masks, int(slot))
            ),
        )
        for slot in order
    )


def _implied(rule: Rule, rules: tuple[Rule, ...], masks: list[BoolColumn], slot: int) -> bool:
    """Whether the node fails `rule` only because it fails the one on its total as well."""
    total = rule.name.removeprefix("free_")
    return total != rule.name and any(
        other.name == total and not mask[slot] for other, mask in zip(rules, masks, strict=True)
    )


def _summary(
    known: int,
    feasible: int,
    free: int,
    counts: list[RuleCount],
    rules: tuple[Rule, ...],
    ahead: int,
) -> str:
    if known == 0:
        return "No node has joined the pool yet."
    if feasible == 0:
        lasting = {rule.name for rule in rules if rule.when is When.EMPTY}
        impossible = [one for one in counts if one.rule in lasting and one.nodes_passing == 0]
        if impossible:
            needs = ", ".join(one.sentence for one in impossible)
            return f"No node of the pool can run it: it {needs}."
        narrow = [one for one in counts if one.rule in lasting and one.nodes_passing < known]
        worst = " and ".join(one.sentence for one in narrow)
        return f"No single node of the pool meets all of this: it {worst}."
    if free == 0:
        return f"{_nodes(feasible)} could run it, but none has room for it now."
    return f"{_nodes(free)} {'has' if free == 1 else 'have'} room for it now; {_turn(ahead)}."


def _turn(ahead: int) -> str:
    if ahead == 0:
        return "it is next"
    return "about 1 task comes first" if ahead == 1 else f"about {ahead} tasks come first"


def _nodes(count: int) -> str:
    return "1 node" if count == 1 else f"{count} nodes"
