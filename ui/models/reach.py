"""What an action on nodes reaches. No Qt."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from app.common.vocabulary import NodeState, TaskState
from proto import nodepool_pb2 as pb
from ui.pool_state import PoolState

_AT_WORK = (int(TaskState.ASSIGNED), int(TaskState.RUNNING))


class Change(Enum):
    """What people do to the state of a node; the value is the state it then has."""

    PAUSE = NodeState.PAUSED
    RESUME = NodeState.ACTIVE
    DRAIN = NodeState.DRAINING
    REVOKE = NodeState.REVOKED


#: The states that each of them changes.
CHANGED_BY: dict[Change, set[int]] = {
    Change.PAUSE: {NodeState.ACTIVE, NodeState.DRAINING},
    Change.RESUME: {NodeState.PAUSED, NodeState.DRAINING},
    Change.DRAIN: {NodeState.ACTIVE, NodeState.PAUSED},
    Change.REVOKE: {int(state) for state in NodeState if state is not NodeState.REVOKED},
}


def applies(change: Change, node: pb.NodeInfo) -> bool:
    """Whether `change` would change this node."""
    return int(node.state) in CHANGED_BY[change]


@dataclass(frozen=True, slots=True)
class Reach:
    """How much work some nodes have in hand, and whose."""

    nodes: int
    tasks: int
    users: int


def reach_of(state: PoolState, node_ids: Collection[str]) -> Reach:
    """What the tasks and people are that an action on these nodes concerns.

    Counted from the tasks that the console may see, at least as many as the nodes themselves tell.
    """
    wanted = set(node_ids)
    told = sum(state.nodes[each].running_tasks for each in wanted if each in state.nodes)
    owners: list[str] = []
    if told:
        owners = [
            task.owner
            for task in state.tasks.values()
            if task.state in _AT_WORK and task.node_id in wanted
        ]
    return Reach(len(wanted), max(told, len(owners)), len(set(owners)))
