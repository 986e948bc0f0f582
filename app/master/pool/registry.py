"""The nodes as memory knows them: what the store says, and what only lives here."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.common.errors import HiveMindError, Reason
from app.common.node_facts import Capabilities, Usage
from app.common.vocabulary import NodeState, Role, TrustLevel
from app.master.tasks.requirements import Location

#: So many of an id's last characters may stand for it: its first ones are a time.
ID_END_CHARACTERS_MIN = 6
#: The reason of a node that said so.
LEAVING = "its worker is about to end"


@dataclass(slots=True, eq=False)
class Node:
    """One node. `online`, `usage` and the newest `capabilities` are not stored."""

    id: str
    name: str
    owner_id: str | None
    owner_name: str
    state: NodeState
    public_key: bytes
    capabilities: Capabilities
    location: Location
    trust: TrustLevel
    trust_reason: str
    joined_us: int
    last_seen_us: int
    tasks_succeeded: int = 0
    tasks_failed: int = 0
    drops: int = 0
    good_streak: int = 0
    wrong_results: int = 0
    valid_streak: int = 0
    earned_mcpt: int = 0
    owner_role: Role | None = None
    online: bool = False
    #: It said that it takes nothing new until it connects again.
    leaving: bool = False
    usage: Usage = Usage()
    #: Why it is in its state, as whoever brought it there said.
    state_reason: str = ""

    @property
    def shown_state(self) -> tuple[NodeState, str]:
        """Its state as people see it, and why: one that is about to leave drains."""
        if self.leaving and self.state is NodeState.ACTIVE:
            return NodeState.DRAINING, LEAVING
        return self.state, self.state_reason


class NodeRegistry:
    """All nodes that were not forgotten, by id."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}

    def __iter__(self) -> Iterator[Node]:
        return iter(self._nodes.values())

    def __len__(self) -> int:
        return len(self._nodes)

    def get(self, node_id: str) -> Node:
        """The node with this id. Raises HiveMindError(NODE_NOT_FOUND)."""
        node = self._nodes.get(node_id)
        if node is None:
            raise HiveMindError(Reason.NODE_NOT_FOUND, "There is no such node.")
        return node

    def owner_of(self, node_id: str) -> str | None:
        """Whom the node earns for. Raises as `get`."""
        return self.get(node_id).owner_id

    def find(self, node_id_or_name: str) -> Node:
        """The node with this id, or the only one with this name or this end of an id.

        A revoked node counts only where no other is meant. Raises
        HiveMindError(NODE_NOT_FOUND | NODE_AMBIGUOUS).
        """
        text = node_id_or_name
        if text in self._nodes:
            return self._nodes[text]
        found = [node for node in self._nodes.values() if node.name == text]
        if not found and len(text) >= ID_END_CHARACTERS_MIN:
            found = [node for node in self._nodes.values() if node.id.endswith(text)]
        if len(found) > 1:
            found = [node for node in found if node.state is not NodeState.REVOKED] or found
        if len(found) == 1:
            return found[0]
        if not found:
            raise HiveMindError(Reason.NODE_NOT_FOUND, f"There is no node {text!r}.")
        raise HiveMindError(
            Reason.NODE_AMBIGUOUS,
            f"{len(found)} nodes are called {text!r}: name the id, as `node list` shows it.",
        )

    def owner_became(self, owner_id: str, role: Role) -> None:
        """A user has another role."""
        for node in self._nodes.values():
            if node.owner_id == owner_id:
                node.owner_role = role

    def put(self, node: Node) -> Node:
        """Take in what the store says of a node; what only memory knows is kept."""
        known = self._nodes.get(node.id)
        if known is not None:
            node.online = known.online
            node.leaving = known.leaving
            node.usage = known.usage
            node.capabilities = known.capabilities
            node.last_seen_us = max(node.last_seen_us, known.last_seen_us)
        self._nodes[node.id] = node
        return node
