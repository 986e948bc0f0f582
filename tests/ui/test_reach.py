"""What an action on nodes reaches, and on which it can be done."""

import pytest

from app.common.vocabulary import NodeState
from tests.ui.node_world import make_node, make_task
from ui.models.reach import Change, Reach, applies, reach_of
from ui.pool_state import PoolState


@pytest.mark.parametrize(
    ("change", "states"),
    [
        (Change.PAUSE, {NodeState.ACTIVE, NodeState.DRAINING}),
        (Change.RESUME, {NodeState.PAUSED, NodeState.DRAINING}),
        (Change.DRAIN, {NodeState.ACTIVE, NodeState.PAUSED}),
        (Change.REVOKE, set(NodeState) - {NodeState.REVOKED}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_change_fits_some_states(change, states):
    assert {each for each in NodeState if applies(change, make_node(1, state=int(each)))} == states


def test_tasks_and_their_owners_are_counted():
    state = PoolState()
    nodes = [make_node(number, running_tasks=2) for number in range(3)]
    state.nodes = {node.node_id: node for node in nodes}
    tasks = [make_task(number, nodes[number % 2]) for number in range(4)]
    tasks.append(make_task(9, nodes[0], state=4))
    tasks.append(make_task(10))
    state.tasks = {task.task_id: task for task in tasks}
    assert reach_of(state, ["n00000", "n00001"]) == Reach(nodes=2, tasks=4, users=4)
    assert reach_of(state, ["n00002"]) == Reach(nodes=1, tasks=2, users=0)
    assert reach_of(state, ["gone"]) == Reach(nodes=1, tasks=0, users=0)
