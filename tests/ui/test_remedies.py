"""What may help a task that waits."""

import pytest

from proto import nodepool_pb2 as pb
from tests.ui.node_world import make_node
from ui.models.remedies import remedies


def why(
    *rules: tuple[str, int], known: int = 4, feasible: int = 0, near=()
) -> pb.ExplainTaskResponse:
    made = pb.ExplainTaskResponse(nodes_known=known, nodes_feasible=feasible)
    for name, passing in rules:
        made.rules.add(rule=name, sentence=name, nodes_passing=passing)
    for node_id in near:
        made.nearest.add(node_id=node_id, node_name=node_id)
    return made


def node(number: int, **able) -> pb.NodeInfo:
    made = make_node(number, online=True, state=2)
    del made.capabilities.gpus[:]
    for name, value in able.items():
        setattr(made.capabilities, name, value)
    return made


def asked(**wanted) -> pb.TaskSpec:
    return pb.TaskSpec(requirements=pb.Requirements(**wanted))


NODES = {
    "n1": node(1, memory_mib=4096, cpu_millicores=2500),
    "n2": node(2, memory_mib=2048, cpu_millicores=1000),
}


@pytest.mark.parametrize(
    ("rule", "wanted", "changes"),
    [
        ("memory", {"memory_mib": 65536}, {"memory": "4GiB"}),
        ("cpu", {"cpu_millicores": 64000}, {"cores": "2.5"}),
        ("trust", {"trust_min": 3}, {"trust": 0}),
        ("isolation", {"isolation_min": 2}, {"isolation": 0}),
        ("location", {"location_required": True}, {"location_required": False}),
        ("engine", {}, {"image": ""}),
        ("gpu", {"gpu_name": "4090"}, {"gpu_name": "", "gpu_score": 0, "gpu_memory": ""}),
    ],
)
def test_a_rule_that_nobody_passes_has_a_remedy(qapp, rule, wanted, changes):
    (remedy,) = remedies(why((rule, 0)), asked(**wanted), NODES)
    assert remedy.changes == changes


def test_the_gpu_that_there_is_will_do(qapp):
    able = node(3)
    able.capabilities.gpus.add(name="RTX 3090", memory_mib=24576, score=80)
    spec = asked(gpu_name="4090", gpu_memory_mib=49152, gpu_score=50)
    (remedy,) = remedies(why(("gpu", 0)), spec, {"n3": able})
    assert remedy.changes == {"gpu_name": "", "gpu_memory": "24GiB"}
    assert "RTX 3090" in remedy.text


def test_what_every_node_passes_needs_none(qapp):
    assert remedies(why(("memory", 4)), asked(memory_mib=65536), NODES) == []


def test_where_some_node_could_run_it_nothing_is_to_be_given_up(qapp):
    found = remedies(why(("memory", 1), near=["n2"], feasible=1), asked(memory_mib=65536), NODES)
    assert [remedy.changes for remedy in found] == [{}]
    assert found[0].node_ids == ["n2"]


def test_nodes_that_are_away_are_shown(qapp):
    nodes = dict(NODES)
    nodes["n2"].online = False
    (remedy,) = remedies(why(("online", 1), feasible=2), asked(), nodes)
    assert remedy.node_ids == [nodes["n2"].node_id]


def test_an_empty_pool_needs_a_machine(qapp):
    (remedy,) = remedies(why(known=0), asked(), {})
    assert remedy.join
