"""Statements that give queued tasks another priority, with the bucket and price it brings."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import select

from app.common.invariant import invariant
from app.common.vocabulary import TaskState
from app.master.store import Tx
from app.master.store.prepared import Prepared
from app.master.store.tables import arrays, tasks

_REPRICE = Prepared(
    "UPDATE tasks SET bucket_id = ?, price_mcpt = ?, hold_sequence = ?"  # noqa: S608 - the number of an enum
    f" WHERE sequence = ? AND state = {TaskState.QUEUED:d}"
)


class Member(NamedTuple):
    """One task of an array, as far as it matters to whether it may change."""

    sequence: int
    array_id: str
    array_index: int
    #: Tasks there are of its array.
    array_count: int
    owner_id: str
    state: int


class RepriceRow(NamedTuple):
    """What changes of a queued task, as `_REPRICE` has it."""

    bucket_id: int
    price_mcpt: int
    hold_sequence: int
    sequence: int


def members(tx: Tx, array_ids: Collection[str]) -> list[Member]:
    """All tasks of these arrays, in the order of their submission."""
    rows = tx.execute(
        select(
            tasks.c.sequence,
            tasks.c.array_id,
            tasks.c.array_index,
            arrays.c.count.label("array_count"),
            tasks.c.owner_id,
            tasks.c.state,
        )
        .join(arrays, arrays.c.id == tasks.c.array_id)
        .where(tasks.c.array_id.in_(array_ids))
        .order_by(tasks.c.sequence)
    )
    return [Member(**row._mapping) for row in rows]


def reprice(tx: Tx, rows: Sequence[RepriceRow]) -> None:
    """Write what changed of queued tasks.

    Raises InvariantViolated if one of them is not queued.
    """
    changed = _REPRICE.run_many(tx, rows)
    invariant(changed == len(rows), f"{len(rows) - changed} tasks were not queued")
