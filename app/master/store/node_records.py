"""Statements about what nodes did: their counters, and how their trust moved."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import bindparam, case, insert, literal, select, update

from app.master.store import Tx
from app.master.store.tables import nodes, trust_changes


@dataclass(frozen=True, slots=True)
class NodeCredit:
    """What a group of attempts adds to a node's record."""

    node_id: str
    succeeded: int
    failed: int
    drops: int
    earned_mcpt: int
    #: Of its results: found right by others, and found wrong.
    valid: int = 0
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class TrustChangeRow:
    node_id: str
    at_us: int
    trust_from: int
    trust_to: int
    reason: str


_CREDIT = (
    update(nodes)
    .where(nodes.c.id == bindparam("b_node_id"))
    .values(
        tasks_succeeded=nodes.c.tasks_succeeded + bindparam("b_succeeded"),
        tasks_failed=nodes.c.tasks_failed + bindparam("b_failed"),
        drops=nodes.c.drops + bindparam("b_drops"),
        good_streak=case(
            (bindparam("b_drops") + bindparam("b_wrong") > 0, literal(0)),
            else_=nodes.c.good_streak + bindparam("b_succeeded"),
        ),
        wrong_results=nodes.c.wrong_results + bindparam("b_wrong"),
        valid_streak=case(
            (bindparam("b_wrong") > 0, literal(0)),
            else_=nodes.c.valid_streak + bindparam("b_valid"),
        ),
        earned_mcpt=nodes.c.earned_mcpt + bindparam("b_earned_mcpt"),
    )
)


def credit(tx: Tx, earned: Sequence[NodeCredit]) -> None:
    """Add to the nodes' counters; a drop or a wrong result sets the row back to zero."""
    if earned:
        values = [{f"b_{key}": value for key, value in asdict(c).items()} for c in earned]
        tx.execute(_CREDIT, values)


def change_trust(tx: Tx, change: TrustChangeRow) -> None:
    """Move a node's trust and record why."""
    tx.execute(
        update(nodes)
        .where(nodes.c.id == change.node_id)
        .values(trust=change.trust_to, trust_reason=change.reason)
    )
    tx.execute(insert(trust_changes).values(**asdict(change)))


def trust_history(tx: Tx, node_id: str, limit: int) -> list[TrustChangeRow]:
    """The latest changes of a node's trust, newest first."""
    rows = tx.execute(
        select(
            trust_changes.c.node_id,
            trust_changes.c.at_us,
            trust_changes.c.trust_from,
            trust_changes.c.trust_to,
            trust_changes.c.reason,
        )
        .where(trust_changes.c.node_id == node_id)
        .order_by(trust_changes.c.sequence.desc())
        .limit(limit)
    )
    return [TrustChangeRow(**row._mapping) for row in rows]


def touch(tx: Tx, seen: Sequence[tuple[str, int]]) -> None:
    """Note when nodes were last seen: (node id, microseconds) each."""
    if seen:
        tx.execute(
            update(nodes)
            .where(nodes.c.id == bindparam("b_node_id"))
            .values(last_seen_us=bindparam("b_last_seen_us")),
            [{"b_node_id": node_id, "b_last_seen_us": at_us} for node_id, at_us in seen],
        )
