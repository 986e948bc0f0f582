"""Between a node as the store has it and as memory has it. Pure."""

import json
from dataclasses import asdict

from app.common.node_facts import Capabilities, Gpu
from app.common.vocabulary import IsolationClass
from app.master.pool.registry import Node
from app.master.store.nodes import NodeRow
from app.master.tasks.requirements import Location


def capabilities_to_json(capabilities: Capabilities) -> str:
    """`capabilities` as the store keeps them."""
    return json.dumps(asdict(capabilities), separators=(",", ":"), ensure_ascii=False)


def capabilities_from_json(text: str) -> Capabilities:
    """The inverse of `capabilities_to_json`."""
    values = json.loads(text)
    values["gpus"] = tuple(Gpu(**gpu) for gpu in values["gpus"])
    values["isolation"] = IsolationClass(values["isolation"])
    values["isolation_features"] = tuple(values["isolation_features"])
    return Capabilities(**values)


def node_from_row(row: NodeRow) -> Node:
    """The node as it is before anything was heard of it."""
    return Node(
        id=row.id,
        name=row.name,
        owner_id=row.owner_id,
        owner_name=row.owner_name,
        state=row.state,
        public_key=row.public_key,
        capabilities=capabilities_from_json(row.capabilities),
        location=Location(row.continent, row.country, row.site),
        trust=row.trust,
        trust_reason=row.trust_reason,
        joined_us=row.joined_us,
        last_seen_us=row.last_seen_us,
        tasks_succeeded=row.tasks_succeeded,
        tasks_failed=row.tasks_failed,
        drops=row.drops,
        good_streak=row.good_streak,
        earned_mcpt=row.earned_mcpt,
        wrong_results=row.wrong_results,
        valid_streak=row.valid_streak,
        owner_role=row.owner_role,
        state_reason=row.state_reason,
    )
