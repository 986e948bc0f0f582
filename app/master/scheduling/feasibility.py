"""Which nodes pass the rules: for a class of equal tasks, or for one task."""

from dataclasses import replace

import numpy as np

from app.master.scheduling.columns import BoolColumn, Slots
from app.master.scheduling.nodes import NodeTable
from app.master.scheduling.rules import RULES, Ask, Rule, When
from app.master.tasks.requirements import Requirements


def asked_rules(ask: Ask, when: When | None = None) -> tuple[Rule, ...]:
    """The rules that some node could fail, of one kind or (None) of both."""
    return tuple(rule for rule in RULES if when in (None, rule.when) and rule.asked(ask))


def passing(table: NodeTable, ask: Ask, rules: tuple[Rule, ...], slots: Slots) -> BoolColumn:
    """Which of the known nodes in `slots` pass all of `rules`."""
    mask = table.columns.known[slots]
    for rule in rules:
        mask = mask & rule.mask(table, ask, slots)
    return mask


def fits_now(table: NodeTable, node_id: str, ask: Ask) -> bool:
    """Whether a node passes every rule at this moment."""
    slot = table.slot_of(node_id)
    if slot is None:
        return False
    return bool(passing(table, ask, asked_rules(ask), np.array([slot]))[0])


def feasible_nodes(table: NodeTable, requirements: Requirements) -> int:
    """How many known nodes could run such a task when empty."""
    ask = Ask(requirements)
    return int(np.count_nonzero(passing(table, ask, asked_rules(ask, When.EMPTY), table.slots)))


def settle_exclusions(table: NodeTable, ask: Ask) -> Ask:
    """`ask` without its excluded nodes, where no other node that is online could serve it.

    Avoiding a node is a precaution; waiting for ever in a pool of one would be worse.
    """
    if not ask.excluded:
        return ask
    wanted = {"online", "excluded"}
    rules = tuple(
        rule for rule in asked_rules(ask) if rule.when is When.EMPTY or rule.name in wanted
    )
    if passing(table, ask, rules, table.slots).any():
        return ask
    return replace(ask, excluded=frozenset())
