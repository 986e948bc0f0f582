"""Statements about which nodes there are. What they did is in `node_records`."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update

from app.common.vocabulary import Continent, NodeState, Role, TrustLevel
from app.master.store import Tx
from app.master.store.tables import nodes, users


@dataclass(frozen=True, slots=True)
class NewNode:
    """A node at its registration; `capabilities` is JSON, `public_key` Ed25519, raw."""

    id: str
    name: str
    owner_id: str | None
    state: NodeState
    public_key: bytes
    capabilities: str
    continent: Continent
    country: str
    site: str
    trust: TrustLevel
    trust_reason: str
    joined_us: int
    last_seen_us: int


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A node as stored, with its owner's name ("" without an owner)."""

    id: str
    name: str
    owner_id: str | None
    owner_name: str
    #: None without an owner.
    owner_role: Role | None
    state: NodeState
    state_reason: str
    public_key: bytes
    capabilities: str
    continent: Continent
    country: str
    site: str
    trust: TrustLevel
    trust_reason: str
    joined_us: int
    last_seen_us: int
    tasks_succeeded: int
    tasks_failed: int
    drops: int
    good_streak: int
    earned_mcpt: int
    wrong_results: int
    valid_streak: int


_OWNERS = {"owner_name", "owner_role"}
_STORED = [field.name for field in fields(NodeRow) if field.name not in _OWNERS]
_SELECT: Select[Any] = select(
    *(nodes.c[name] for name in _STORED),
    func.coalesce(users.c.name, "").label("owner_name"),
    users.c.role.label("owner_role"),
).join(users, users.c.id == nodes.c.owner_id, isouter=True)


def add(tx: Tx, node: NewNode) -> None:
    tx.execute(insert(nodes).values(**asdict(node)))


def by_id(tx: Tx, node_id: str) -> NodeRow | None:
    return _one(tx.execute(_SELECT.where(nodes.c.id == node_id)).one_or_none())


def by_public_key(tx: Tx, public_key: bytes) -> NodeRow | None:
    return _one(tx.execute(_SELECT.where(nodes.c.public_key == public_key)).one_or_none())


def all_nodes(tx: Tx) -> list[NodeRow]:
    """Every node ever registered, oldest first."""
    return [_node(row) for row in tx.execute(_SELECT.order_by(nodes.c.id))]


def page(tx: Tx, after_id: str, limit: int) -> list[NodeRow]:
    """At most `limit` nodes in the order of their ids, those after `after_id`."""
    rows = tx.execute(_SELECT.where(nodes.c.id > after_id).order_by(nodes.c.id).limit(limit))
    return [_node(row) for row in rows]


def count(tx: Tx, state: NodeState) -> int:
    """How many nodes are in `state`."""
    query = select(func.count()).select_from(nodes).where(nodes.c.state == int(state))
    return int(tx.execute(query).scalar_one())


def set_state(tx: Tx, node_id: str, state: NodeState, reason: str) -> None:
    _update(tx, node_id, state=int(state), state_reason=reason)


def set_location(tx: Tx, node_id: str, continent: Continent, country: str, site: str) -> None:
    _update(tx, node_id, continent=int(continent), country=country, site=site)


def admit(tx: Tx, node_id: str, owner_id: str) -> None:
    """Make a waiting node one of the pool, earning for `owner_id`."""
    _update(tx, node_id, state=int(NodeState.ACTIVE), state_reason="", owner_id=owner_id)


def _update(tx: Tx, node_id: str, **values: object) -> None:
    tx.execute(update(nodes).where(nodes.c.id == node_id).values(**values))


def _one(row: Row[Any] | None) -> NodeRow | None:
    return None if row is None else _node(row)


def _node(row: Row[Any]) -> NodeRow:
    enums = {
        "owner_role": None if row.owner_role is None else Role(row.owner_role),
        "state": NodeState(row.state),
        "continent": Continent(row.continent),
        "trust": TrustLevel(row.trust),
    }
    return NodeRow(**dict(row._mapping) | enums)
