"""Each rule passes and refuses what it says, one line a case."""

import pytest

from app.common.vocabulary import Continent, IsolationClass, TrustLevel
from app.master.scheduling.feasibility import asked_rules, feasible_nodes, settle_exclusions
from app.master.scheduling.nodes import NodeTable
from app.master.scheduling.rules import RULES, Ask, When
from app.master.tasks.requirements import Location, Requirements
from tests.scheduling_world import BERLIN, RTX, T4, TOKYO, facts

NO_ISOLATION = {"isolation": IsolationClass.NONE}
CONTAINER = {"isolation": IsolationClass.CONTAINER}
LOW, HIGH = TrustLevel.LOW, TrustLevel.HIGH
EUROPE = Location(Continent.EUROPE)
ANY = Requirements()

# rule, node, requirements, passes
CASES = [
    ("engine", {"runs_images": True}, Requirements(needs_engine=True), True),
    ("engine", {}, Requirements(needs_engine=True), False),
    ("isolation", {}, ANY, True),
    ("isolation", NO_ISOLATION, ANY, False),
    ("isolation", NO_ISOLATION, Requirements(isolation_min=IsolationClass.NONE), False),
    ("isolation", {}, Requirements(isolation_min=IsolationClass.CONTAINER), False),
    ("isolation", CONTAINER, Requirements(isolation_min=IsolationClass.CONTAINER), True),
    ("trust", {"trust": HIGH}, Requirements(trust_min=HIGH), True),
    ("trust", {}, Requirements(trust_min=HIGH), False),
    ("trust", {"trust": LOW}, Requirements(trust_min=TrustLevel.NORMAL), False),
    ("owner", {"owner_id": "ada"}, Requirements(barred_owners=frozenset({"bob", ""})), True),
    ("owner", {"owner_id": "ada"}, Requirements(barred_owners=frozenset({"bob", "ada"})), False),
    ("owner", {}, Requirements(barred_owners=frozenset({"bob"})), True),
    ("owner", {}, Requirements(barred_owners=frozenset({""})), False),
    ("node", {}, Requirements(only_node="one"), True),
    ("node", {}, Requirements(only_node="two"), False),
    ("location", {}, Requirements(location=EUROPE, location_required=True), True),
    ("location", {}, Requirements(location=BERLIN, location_required=True), True),
    ("location", {}, Requirements(location=TOKYO, location_required=True), False),
    (
        "location",
        {},
        Requirements(location=Location(site="BERLIN"), location_required=True),
        True,
    ),
    (
        "location",
        {},
        Requirements(location=Location(country="FR"), location_required=True),
        False,
    ),
    (
        "location",
        {"location": Location()},
        Requirements(location=EUROPE, location_required=True),
        False,
    ),
    ("gpu", {"gpus": (RTX,)}, Requirements(gpu_name="4090"), True),
    ("gpu", {"gpus": (T4,)}, Requirements(gpu_name="4090"), False),
    ("gpu", {}, Requirements(gpu_memory_mib=1), False),
    ("cpu_score", {"cpu_score": 100}, Requirements(cpu_score=100), True),
    ("cpu_score", {"cpu_score": 99}, Requirements(cpu_score=100), False),
    ("cpu", {"cores": 2}, Requirements(cpu_millicores=2000), True),
    ("cpu", {"cores": 2}, Requirements(cpu_millicores=2001), False),
    ("memory", {"memory_mib": 512}, Requirements(memory_mib=512), True),
    ("memory", {"memory_mib": 511}, Requirements(memory_mib=512), False),
    ("disk", {"disk_mib": 1024}, Requirements(disk_mib=1024), True),
    ("disk", {"disk_mib": 1023}, Requirements(disk_mib=1024), False),
    ("member", {}, ANY, True),
    ("member", {"member": False}, ANY, False),
    ("online", {}, ANY, True),
    ("online", {"schedulable": False}, ANY, False),
    ("load", {}, ANY, True),
    ("reserved", {}, ANY, True),
    ("free_cpu", {"cores": 2}, Requirements(cpu_millicores=2000), True),
    ("free_memory", {"memory_mib": 512}, Requirements(memory_mib=512), True),
    ("free_disk", {"disk_mib": 1024}, Requirements(disk_mib=1024), True),
    ("free_gpu", {"gpus": (RTX,)}, Requirements(gpu_name="4090"), True),
]


@pytest.mark.parametrize(("name", "node", "wanted", "passes"), CASES)
def test_a_rule_alone(name, node, wanted, passes):
    table = NodeTable()
    table.upsert("one", facts(**node))
    rule = next(rule for rule in RULES if rule.name == name)
    ask = Ask(wanted)
    assert bool(rule.mask(table, ask, table.slots)[0]) is passes
    assert rule.asked(ask)
    if not passes:
        assert rule.lack(table, ask, 0)
    assert rule.need(wanted)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("free_cpu", Requirements(cpu_millicores=7500)),
        ("free_memory", Requirements(memory_mib=16_000)),
        ("free_disk", Requirements(disk_mib=99_000)),
        ("free_gpu", Requirements(gpu_memory_mib=1)),
    ],
)
def test_what_is_held_is_not_free(name, wanted):
    table = NodeTable()
    table.upsert("one", facts(gpus=(RTX,)))
    table.allocate("one", Requirements(gpu_name="rtx", memory_mib=1024))
    rule = next(rule for rule in RULES if rule.name == name)
    assert not rule.mask(table, Ask(wanted), table.slots)[0]


def test_a_kept_node_is_open_only_to_whom_it_is_kept_for():
    table = NodeTable()
    table.upsert("one", facts())
    table.reserve("one", "task-1")
    rule = next(rule for rule in RULES if rule.name == "reserved")
    asks = [Ask(ANY), Ask(ANY, task_id="task-1"), Ask(ANY, task_id="task-2")]
    assert [bool(rule.mask(table, ask, table.slots)[0]) for ask in asks] == [False, True, False]


def test_every_rule_is_tried_and_rules_that_pass_all_nodes_are_not_asked():
    assert {case[0] for case in CASES} | {"excluded"} == {rule.name for rule in RULES}
    asked = {rule.name for rule in asked_rules(Ask(ANY), When.EMPTY)}
    assert asked == {"member", "isolation", "cpu", "memory", "disk"}


def test_feasible_nodes_counts_empty_nodes_online_or_not():
    table = NodeTable()
    for number in range(4):
        table.upsert(f"node-{number}", facts(cores=1 + number, schedulable=number > 2))
    table.upsert("gone", facts(cores=8, member=False))
    table.allocate("node-3", Requirements(cpu_millicores=4000))
    assert feasible_nodes(table, Requirements(cpu_millicores=3000)) == 2


@pytest.mark.parametrize(
    ("others", "kept"),
    [
        ({}, False),
        ({"two": {}}, True),
        ({"two": {"schedulable": False}}, False),
        ({"two": {"cores": 1}}, False),
    ],
)
def test_a_node_is_avoided_only_while_another_could_run_the_task(others, kept):
    table = NodeTable()
    table.upsert("one", facts())
    for node_id, node in others.items():
        table.upsert(node_id, facts(**node))
    ask = Ask(Requirements(cpu_millicores=2000), excluded=frozenset({"one"}))
    assert bool(settle_exclusions(table, ask).excluded) is kept
