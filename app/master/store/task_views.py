"""Queries that show tasks to people: lists, one task with its attempts, arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, select

from app.master.store import Tx
from app.master.store.tables import arrays, attempts, buckets, nodes, tasks, users


class TaskView(NamedTuple):
    """A task as its owner sees it, in the order of the columns below; `spec` is JSON."""

    sequence: int
    array_id: str
    array_index: int
    array_count: int
    owner_id: str
    owner_name: str
    name: str
    priority: int
    spec: str
    state: int
    detail: str
    attempt: int
    node_id: str | None
    node_name: str | None
    submitted_us: int
    started_us: int | None
    ended_us: int | None
    price_mcpt: int
    charged_mcpt: int
    result_digest: str | None
    result_bytes: int
    exit_code: int | None
    cancel_requested: int

    @property
    def task_id(self) -> str:
        return task_id(self.array_id, self.array_index, self.array_count)


@dataclass(frozen=True, slots=True)
class AttemptView:
    number: int
    node_id: str
    node_name: str
    outcome: int | None
    exit_code: int | None
    detail: str
    assigned_us: int
    started_us: int | None
    ended_us: int | None
    cpu_milliseconds: int
    memory_peak_mib: int
    result_check: int


def task_id(array_id: str, array_index: int, array_count: int) -> str:
    """The name of one task: the array's id for a lone task, else "<array id>-<index>"."""
    return array_id if array_count == 1 else f"{array_id}-{array_index}"


def split_task_id(text: str) -> tuple[str, int | None]:
    """Array id and index that `text` names; no index if it names the whole array.

    Raises ValueError if it is neither.
    """
    array_id, dash, index = text.partition("-")
    if not dash:
        return array_id, None
    if not index.isascii() or not index.isdigit() or len(index) > 6:
        raise ValueError(text)
    return array_id, int(index)


_VIEW: Select[Any] = (
    select(
        tasks.c.sequence,
        tasks.c.array_id,
        tasks.c.array_index,
        arrays.c.count.label("array_count"),
        tasks.c.owner_id,
        users.c.name.label("owner_name"),
        arrays.c.name,
        buckets.c.priority,
        arrays.c.spec,
        tasks.c.state,
        tasks.c.detail,
        tasks.c.attempt,
        tasks.c.node_id,
        nodes.c.name.label("node_name"),
        tasks.c.submitted_us,
        tasks.c.started_us,
        tasks.c.ended_us,
        tasks.c.price_mcpt,
        tasks.c.charged_mcpt,
        tasks.c.result_digest,
        tasks.c.result_bytes,
        tasks.c.exit_code,
        tasks.c.cancel_requested,
    )
    .join(arrays, arrays.c.id == tasks.c.array_id)
    .join(buckets, buckets.c.id == tasks.c.bucket_id)
    .join(users, users.c.id == tasks.c.owner_id)
    .outerjoin(nodes, nodes.c.id == tasks.c.node_id)
)


def _view(row: Row[Any]) -> TaskView:
    return TaskView._make(row)


def array_tasks(tx: Tx, array_id: str) -> list[TaskView]:
    """All tasks of an array by index; empty if there is no such array."""
    rows = tx.execute(_VIEW.where(tasks.c.array_id == array_id).order_by(tasks.c.array_index))
    return [_view(row) for row in rows]


def one_task(tx: Tx, array_id: str, array_index: int) -> TaskView | None:
    row = tx.execute(
        _VIEW.where(tasks.c.array_id == array_id, tasks.c.array_index == array_index)
    ).one_or_none()
    return None if row is None else _view(row)


def by_sequences(tx: Tx, sequences: Sequence[int]) -> list[TaskView]:
    rows = tx.execute(_VIEW.where(tasks.c.sequence.in_(sequences)).order_by(tasks.c.sequence))
    return [_view(row) for row in rows]


def task_attempts(tx: Tx, sequence: int) -> list[AttemptView]:
    """The attempts of a task, oldest first."""
    rows = tx.execute(
        select(
            attempts.c.number,
            attempts.c.node_id,
            nodes.c.name.label("node_name"),
            attempts.c.outcome,
            attempts.c.exit_code,
            attempts.c.detail,
            attempts.c.assigned_us,
            attempts.c.started_us,
            attempts.c.ended_us,
            attempts.c.cpu_milliseconds,
            attempts.c.memory_peak_mib,
            attempts.c.result_check,
        )
        .join(nodes, nodes.c.id == attempts.c.node_id)
        .where(attempts.c.task_sequence == sequence)
        .order_by(attempts.c.number)
    )
    return [AttemptView(**row._mapping) for row in rows]


def list_tasks(
    tx: Tx,
    *,
    owner_id: str | None,
    states: Sequence[int],
    array_id: str | None,
    before_sequence: int | None,
    limit: int,
) -> list[TaskView]:
    """A page of tasks, newest first; `owner_id` None means everybody's."""
    query = _VIEW
    if owner_id is not None:
        query = query.where(tasks.c.owner_id == owner_id)
    if states:
        query = query.where(tasks.c.state.in_(states))
    if array_id is not None:
        query = query.where(tasks.c.array_id == array_id)
    if before_sequence is not None:
        query = query.where(tasks.c.sequence < before_sequence)
    return [_view(row) for row in tx.execute(query.order_by(tasks.c.sequence.desc()).limit(limit))]
