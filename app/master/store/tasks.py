"""Statements that change tasks and attempts, and those that load them into memory."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, bindparam, func, literal_column, select, update

from app.common.invariant import invariant
from app.common.vocabulary import TaskState
from app.master.store import Tx
from app.master.store.prepared import Prepared
from app.master.store.tables import arrays, attempts, buckets, tasks

_LIVE = (TaskState.ASSIGNED, TaskState.RUNNING)
# Written out, not bound: SQLite uses a partial index only where it can see the condition.
_IS_QUEUED = tasks.c.state == literal_column(str(int(TaskState.QUEUED)))
_IS_LIVE = tasks.c.state.in_([literal_column(str(int(state))) for state in _LIVE])


@dataclass(frozen=True, slots=True)
class ArrayRow:
    """A submission as stored; `spec` is JSON."""

    id: str
    owner_id: str
    name: str
    priority: int
    spec: str
    archive_digest: str
    count: int
    price_mcpt: int
    submitted_us: int


class NewTaskRow(NamedTuple):
    """A task at its submission, as `_INSERT_TASK` has it."""

    sequence: int
    array_id: str
    array_index: int
    owner_id: str
    bucket_id: int
    price_mcpt: int
    hold_sequence: int
    submitted_us: int
    #: A plain number: the driver takes an enum's member by a slower way.
    state: int = TaskState.QUEUED.value
    candidates: str = ""


class AssignRow(NamedTuple):
    """A placement to commit: attempt number `attempt` of the task goes to `node_id`."""

    sequence: int
    attempt: int
    node_id: str
    assigned_us: int
    gpu_uuids: str


class EndRow(NamedTuple):
    """The end of an attempt and what it makes of its task."""

    sequence: int
    attempt: int
    outcome: int
    exit_code: int | None
    attempt_detail: str
    started_us: int | None
    ended_us: int
    cpu_milliseconds: int
    memory_peak_mib: int
    state: int
    detail: str
    failures: int
    losses: int
    excluded_node_id: str | None
    #: When the task ended; None if it is queued again.
    task_ended_us: int | None
    charged_mcpt: int
    result_digest: str | None
    result_bytes: int
    #: What became of this attempt's result, and JSON of those that still wait.
    result_check: int = 0
    candidates: str = ""


class CheckRow(NamedTuple):
    """What became of the result of an attempt that ended before."""

    result_check: int
    sequence: int
    attempt: int


@dataclass(frozen=True, slots=True)
class TaskRow:
    """What the dispatcher needs to know of an open task."""

    sequence: int
    array_id: str
    array_index: int
    array_count: int
    owner_id: str
    bucket_id: int
    #: Its bucket's: it may have changed since the submission.
    priority: int
    state: int
    attempt: int
    failures: int
    losses: int
    node_id: str | None
    excluded_node_id: str | None
    submitted_us: int
    started_us: int | None
    price_mcpt: int
    hold_sequence: int
    spec: str
    candidates: str
    gpu_uuids: str


@dataclass(frozen=True, slots=True)
class BucketRow:
    id: int
    priority: int
    owner_id: str
    requirements: str


# The statements of the hot path, handed to the driver itself.
_INSERT_ARRAY = Prepared(
    "INSERT INTO arrays (id, owner_id, name, priority, spec, archive_digest, count, price_mcpt,"
    " submitted_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_FIND_BUCKET = Prepared(
    "SELECT id FROM buckets WHERE priority = ? AND owner_id = ? AND requirements = ?"
)
_ADD_BUCKET = Prepared(
    "INSERT INTO buckets (priority, owner_id, requirements) VALUES (?, ?, ?) RETURNING id"
)
_INSERT_TASK = Prepared(
    "INSERT INTO tasks (sequence, array_id, array_index, owner_id, bucket_id, price_mcpt,"
    " hold_sequence, submitted_us, state, candidates) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_ATTEMPT = Prepared(
    "INSERT INTO attempts (task_sequence, number, node_id, assigned_us, gpu_uuids)"
    " VALUES (?, ?, ?, ?, ?)"
)
_ASSIGN_TASK = Prepared(
    f"UPDATE tasks SET state = {TaskState.ASSIGNED:d}, attempt = ?, node_id = ?"  # noqa: S608 - the numbers of an enum
    f" WHERE sequence = ? AND attempt = ? AND state = {TaskState.QUEUED:d}"
)
_START_TASK = Prepared(
    f"UPDATE tasks SET state = {TaskState.RUNNING:d}, started_us = ?"  # noqa: S608 - the numbers of an enum
    f" WHERE sequence = ? AND attempt = ? AND state = {TaskState.ASSIGNED:d}"
)
_START_ATTEMPT = Prepared(
    "UPDATE attempts SET started_us = ? WHERE task_sequence = ? AND number = ?"
)
_END_ATTEMPT = Prepared(
    "UPDATE attempts SET outcome = ?, exit_code = ?, detail = ?, started_us = ?, ended_us = ?,"
    " cpu_milliseconds = ?, memory_peak_mib = ?, result_check = ?"
    " WHERE task_sequence = ? AND number = ? AND outcome IS NULL"
)
_END_TASK = Prepared(
    "UPDATE tasks SET state = ?, detail = ?, failures = ?, losses = ?, excluded_node_id = ?,"  # noqa: S608 - the numbers of an enum
    " started_us = ?, ended_us = ?, charged_mcpt = ?, result_digest = ?, result_bytes = ?,"
    " exit_code = ?, candidates = ? WHERE sequence = ? AND attempt = ?"
    f" AND state IN ({TaskState.ASSIGNED:d}, {TaskState.RUNNING:d})"
)
_CHECK_RESULT = Prepared(
    "UPDATE attempts SET result_check = ? WHERE task_sequence = ? AND number = ?"
)
_CANCEL_QUEUED = (
    update(tasks)
    .where(tasks.c.sequence == bindparam("b_sequence"), tasks.c.state == TaskState.QUEUED)
    .values(
        state=TaskState.CANCELLED,
        detail=bindparam("b_detail"),
        ended_us=bindparam("b_ended_us"),
        cancel_requested=1,
        candidates="",
    )
)
_REOPEN_TASK = (
    update(tasks)
    .where(
        tasks.c.sequence == bindparam("b_sequence"),
        tasks.c.attempt == bindparam("b_attempt"),
        tasks.c.state == TaskState.QUEUED,
    )
    .values(
        state=bindparam("b_state"),
        detail="",
        losses=bindparam("b_losses"),
        excluded_node_id=None,
        started_us=bindparam("b_started_us"),
    )
)
_REOPEN_ATTEMPT = (
    update(attempts)
    .where(
        attempts.c.task_sequence == bindparam("b_sequence"),
        attempts.c.number == bindparam("b_attempt"),
    )
    .values(outcome=None, ended_us=None, detail="")
)


def last_sequence(tx: Tx) -> int:
    """The highest task sequence so far; 0 if there is none."""
    return tx.execute(select(func.max(tasks.c.sequence))).scalar() or 0


def ensure_bucket(tx: Tx, priority: int, owner_id: str, requirements: str) -> int:
    """The id of the bucket with these three, made if it is new."""
    values = (priority, owner_id, requirements)
    row = _FIND_BUCKET.row(tx, *values) or _ADD_BUCKET.row(tx, *values)
    assert row is not None
    return int(row[0])


def insert_array(tx: Tx, row: ArrayRow) -> None:
    _INSERT_ARRAY.run_many(tx, [astuple(row)])


def insert_tasks(tx: Tx, rows: Sequence[NewTaskRow]) -> None:
    """Add newly submitted tasks."""
    _INSERT_TASK.run_many(tx, rows)


def assign(tx: Tx, rows: Sequence[AssignRow]) -> set[int]:
    """Commit placements; the sequences of those whose task was no longer queued."""
    rejected: set[int] = set()
    changed = _ASSIGN_TASK.run_many(
        tx, [(row.attempt, row.node_id, row.sequence, row.attempt - 1) for row in rows]
    )
    if changed != len(rows):
        rejected = _not_assigned(tx, rows)
    kept = [row for row in rows if row.sequence not in rejected] if rejected else rows
    _INSERT_ATTEMPT.run_many(tx, kept)
    return rejected


def _not_assigned(tx: Tx, rows: Sequence[AssignRow]) -> set[int]:
    wanted = {row.sequence: row.attempt for row in rows}
    found = tx.execute(
        select(tasks.c.sequence, tasks.c.attempt).where(
            tasks.c.sequence.in_(list(wanted)), tasks.c.state == TaskState.ASSIGNED
        )
    )
    assigned = {row.sequence for row in found if row.attempt == wanted[row.sequence]}
    return set(wanted) - assigned


def start(tx: Tx, started: Iterable[tuple[int, int, int]]) -> None:
    """Mark attempts as running: (sequence, attempt, started_us) each."""
    values = [(started_us, sequence, attempt) for sequence, attempt, started_us in started]
    _START_TASK.run_many(tx, values)
    _START_ATTEMPT.run_many(tx, values)


def end(tx: Tx, rows: Sequence[EndRow]) -> None:
    """Write the ends of attempts.

    Raises InvariantViolated if one of them does not hold the lease: the caller
    checked that before, and the units run in the order in which they were handed in.
    """
    ended = _END_ATTEMPT.run_many(tx, [_attempt_values(row) for row in rows])
    invariant(ended == len(rows), f"{len(rows) - ended} of {len(rows)} attempts had already ended")
    changed = _END_TASK.run_many(tx, [_task_values(row) for row in rows])
    invariant(changed == len(rows), f"{len(rows) - changed} of {len(rows)} tasks were not live")


def check_results(tx: Tx, rows: Sequence[CheckRow]) -> None:
    """Note what became of results that waited for another one."""
    _CHECK_RESULT.run_many(tx, rows)


def _attempt_values(row: EndRow) -> tuple[object, ...]:
    return (
        row.outcome,
        row.exit_code,
        row.attempt_detail,
        row.started_us,
        row.ended_us,
        row.cpu_milliseconds,
        row.memory_peak_mib,
        row.result_check,
        row.sequence,
        row.attempt,
    )


def _task_values(row: EndRow) -> tuple[object, ...]:
    return (
        row.state,
        row.detail,
        row.failures,
        row.losses,
        row.excluded_node_id,
        row.started_us,
        row.task_ended_us,
        row.charged_mcpt,
        row.result_digest,
        row.result_bytes,
        row.exit_code,
        row.candidates,
        row.sequence,
        row.attempt,
    )


def cancel_queued(tx: Tx, sequences: Sequence[int], detail: str, at_us: int) -> None:
    """End tasks that are still queued.

    Raises InvariantViolated if one of them is not.
    """
    values = [
        {"b_sequence": sequence, "b_detail": detail, "b_ended_us": at_us} for sequence in sequences
    ]
    changed = tx.execute(_CANCEL_QUEUED, values).rowcount
    invariant(changed == len(values), f"{len(values) - changed} tasks were not queued")


def queued_of(tx: Tx, array_id: str) -> list[tuple[int, int, int]]:
    """(sequence, hold sequence, index) of the queued tasks of an array."""
    rows = tx.execute(
        select(tasks.c.sequence, tasks.c.hold_sequence, tasks.c.array_index).where(
            tasks.c.array_id == array_id, _IS_QUEUED
        )
    )
    return [(row.sequence, row.hold_sequence, row.array_index) for row in rows]


def count_queued(tx: Tx) -> int:
    """How many tasks are queued, by the index of the queue."""
    return tx.execute(select(func.count()).select_from(tasks).where(_IS_QUEUED)).scalar_one()


def live_attempts(tx: Tx, array_id: str) -> dict[int, int]:
    """The number of the live attempt of each assigned or running task of an array."""
    rows = tx.execute(
        select(tasks.c.sequence, tasks.c.attempt).where(tasks.c.array_id == array_id, _IS_LIVE)
    )
    return {row.sequence: row.attempt for row in rows}


def reopen(tx: Tx, sequence: int, attempt: int, losses: int, started_us: int | None) -> bool:
    """Give a task that was taken for lost back to its newest attempt; False if it moved on."""
    values = {
        "b_sequence": sequence,
        "b_attempt": attempt,
        "b_losses": losses,
        "b_started_us": started_us,
        "b_state": TaskState.RUNNING if started_us is not None else TaskState.ASSIGNED,
    }
    if tx.execute(_REOPEN_TASK, values).rowcount != 1:
        return False
    tx.execute(_REOPEN_ATTEMPT, values)
    return True


_TASK_COLUMNS = (
    tasks.c.sequence,
    tasks.c.array_id,
    tasks.c.array_index,
    arrays.c.count.label("array_count"),
    tasks.c.owner_id,
    tasks.c.bucket_id,
    buckets.c.priority,
    tasks.c.state,
    tasks.c.attempt,
    tasks.c.failures,
    tasks.c.losses,
    tasks.c.node_id,
    tasks.c.excluded_node_id,
    tasks.c.submitted_us,
    tasks.c.started_us,
    tasks.c.price_mcpt,
    tasks.c.hold_sequence,
    arrays.c.spec,
    tasks.c.candidates,
)
_TASK_TABLES = tasks.join(arrays, arrays.c.id == tasks.c.array_id).join(
    buckets, buckets.c.id == tasks.c.bucket_id
)


def load_queued(tx: Tx, bucket_id: int, after_sequence: int, limit: int) -> list[TaskRow]:
    """The next `limit` queued tasks of a bucket beyond `after_sequence`, oldest first."""
    query: Select[Any] = (
        select(*_TASK_COLUMNS)
        .select_from(_TASK_TABLES)
        .where(
            tasks.c.bucket_id == bucket_id,
            tasks.c.sequence > after_sequence,
            _IS_QUEUED,
        )
        .order_by(tasks.c.sequence)
        .limit(limit)
    )
    return [_task_row(row, "") for row in tx.execute(query)]


def load_queued_of(tx: Tx, array_ids: Collection[str]) -> list[TaskRow]:
    """The queued tasks of these arrays, oldest first."""
    query: Select[Any] = (
        select(*_TASK_COLUMNS)
        .select_from(_TASK_TABLES)
        .where(tasks.c.array_id.in_(array_ids), _IS_QUEUED)
        .order_by(tasks.c.sequence)
    )
    return [_task_row(row, "") for row in tx.execute(query)]


def load_live(tx: Tx) -> list[TaskRow]:
    """All assigned and running tasks, with the GPUs of their newest attempt."""
    query: Select[Any] = (
        select(*_TASK_COLUMNS, attempts.c.gpu_uuids)
        .select_from(_TASK_TABLES)
        .join(
            attempts,
            (attempts.c.task_sequence == tasks.c.sequence) & (attempts.c.number == tasks.c.attempt),
        )
        .where(_IS_LIVE)
    )
    return [_task_row(row, row.gpu_uuids) for row in tx.execute(query)]


def _task_row(row: Row[Any], gpu_uuids: str) -> TaskRow:
    values = dict(row._mapping)
    values["gpu_uuids"] = gpu_uuids
    return TaskRow(**values)


def queued_buckets(tx: Tx) -> list[BucketRow]:
    """Buckets that have queued tasks.

    A loose index scan: it steps from bucket to bucket, whatever the number of tasks.
    """
    first = select(func.min(tasks.c.bucket_id).label("bucket_id")).where(_IS_QUEUED)
    seen = first.cte("seen", recursive=True)
    following = (
        select(func.min(tasks.c.bucket_id))
        .where(_IS_QUEUED, tasks.c.bucket_id > seen.c.bucket_id)
        .scalar_subquery()
    )
    seen = seen.union_all(select(following).where(seen.c.bucket_id.is_not(None)))
    rows = tx.execute(select(buckets).join(seen, seen.c.bucket_id == buckets.c.id))
    return [BucketRow(row.id, row.priority, row.owner_id, row.requirements) for row in rows]


def load_bucket(tx: Tx, bucket_id: int) -> BucketRow:
    row = tx.execute(select(buckets).where(buckets.c.id == bucket_id)).one()
    return BucketRow(row.id, row.priority, row.owner_id, row.requirements)
