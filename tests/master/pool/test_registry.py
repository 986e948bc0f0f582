"""Which node is meant by an id, the end of one, or a name."""

import pytest

from app.common.errors import HiveMindError, Reason
from app.common.node_facts import Capabilities
from app.common.vocabulary import NodeState, TrustLevel
from app.master.pool.registry import Node, NodeRegistry
from app.master.tasks.requirements import Location


def registry(*nodes: tuple[str, str, NodeState]) -> NodeRegistry:
    made = NodeRegistry()
    for node_id, name, state in nodes:
        node = Node(
            id=node_id,
            name=name,
            owner_id=None,
            owner_name="",
            state=state,
            public_key=b"",
            capabilities=Capabilities(1000, 1024, 1024, 1000),
            location=Location(),
            trust=TrustLevel.NORMAL,
            trust_reason="",
            joined_us=0,
            last_seen_us=0,
        )
        made.put(node)
    return made


def test_a_revoked_namesake_does_not_count() -> None:
    found = registry(
        ("01aaaaaaaaaa", "lab", NodeState.REVOKED),
        ("01bbbbbbbbbb", "lab", NodeState.PAUSED),
        ("01cccccccccc", "old", NodeState.REVOKED),
    )
    assert found.find("lab").id == "01bbbbbbbbbb"
    assert found.find("old").id == "01cccccccccc"


def test_namesakes_are_told_apart_by_the_ends_of_their_ids() -> None:
    found = registry(
        ("01aaaaaaaaaa", "lab", NodeState.ACTIVE), ("01aaaabbbbbb", "lab", NodeState.ACTIVE)
    )
    with pytest.raises(HiveMindError) as refused:
        found.find("lab")
    assert refused.value.reason is Reason.NODE_AMBIGUOUS
    assert "2 nodes" in refused.value.message
    assert found.find("aabbbbbb").id == "01aaaabbbbbb"
    with pytest.raises(HiveMindError):
        found.find("bbb")
