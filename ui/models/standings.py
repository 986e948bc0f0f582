"""How nodes stand with the pool. No Qt."""

from enum import Enum

from app.common.vocabulary import NodeState
from proto import nodepool_pb2 as pb


class Standing(Enum):
    """How a node stands with the pool: its state, and of an active one whether it is heard."""

    WAITING = 1
    ONLINE = 2
    OFFLINE = 3
    PAUSED = 4
    DRAINING = 5
    REVOKED = 6


#: By number: a dictionary of ten thousand nodes is gone through in one go.
_STANDINGS: dict[int, Standing] = {
    0: Standing.WAITING,
    NodeState.PENDING: Standing.WAITING,
    NodeState.PAUSED: Standing.PAUSED,
    NodeState.DRAINING: Standing.DRAINING,
    NodeState.REVOKED: Standing.REVOKED,
}


def standing(node: pb.NodeInfo) -> Standing:
    """How `node` stands."""
    known = _STANDINGS.get(node.state)
    return known or (Standing.ONLINE if node.online else Standing.OFFLINE)
