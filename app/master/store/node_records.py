"""Statements about what nodes did: their counters, and how their trust moved."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import bindparam, insert, select, update

from app.master.store import Tx
from app.master.store.prepared import Prepared, Row
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


_CREDIT = Prepared(
    "UPDATE nodes SET tasks_succeeded = tasks_succeeded + ?, tasks_failed = tasks_failed + ?,"
    " drops = drops + ?, earned_mcpt = earned_mcpt + ?, wrong_results = wrong_results + ?,"
    " good_streak = good_streak * ? + ?, valid_streak = valid_streak * ? + ? WHERE id = ?"
)


def credit(tx: Tx, earned: Sequence[NodeCredit]) -> None:
    """Add to the nodes' counters; a drop or a wrong result sets the row back to zero."""
    _CREDIT.run_many(tx, [_added(each) for each in earned])


def _added(credit: NodeCredit) -> Row:
    goes_on, stays_valid = not credit.drops and not credit.wrong, not credit.wrong
    return (
        credit.succeeded,
        credit.failed,
        credit.drops,
        credit.earned_mcpt,
        credit.wrong,
        int(goes_on),
        credit.succeeded if goes_on else 0,
        int(stays_valid),
        credit.valid if stays_valid else 0,
        credit.node_id,
    )


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
