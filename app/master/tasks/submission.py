"""Taking tasks in: checked, priced, paid for in advance and queued, all in one unit."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.common.clock import MICROSECONDS, Clock
from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource, is_digest
from app.common.vocabulary import TaskState
from app.master.ledger.pricing import quote
from app.master.ledger.requests import HoldRequest
from app.master.ledger.service import LedgerService
from app.master.store import Tx, artifacts
from app.master.store import tasks as task_store
from app.master.store.task_views import task_id
from app.master.store.tasks import ArrayRow, NewTaskRow
from app.master.tasks.book import TaskRecord
from app.master.tasks.checking import Candidate, candidates_to_json
from app.master.tasks.spec import TaskSpec, check_spec, requirements_to_json, spec_to_json

#: An archive that no task needs is kept for so long after it was uploaded or last submitted.
UNUSED_US = 3600 * MICROSECONDS


@dataclass(frozen=True, slots=True)
class Submission:
    """An accepted array: `records` are its queued tasks, by index."""

    array_id: str
    price_mcpt: int
    records: list[TaskRecord]


class Submissions:
    """Makes the units that accept tasks."""

    def __init__(self, ledger: LedgerService, clock: Clock, ids: IdSource) -> None:
        self._ledger = ledger
        self._clock = clock
        self._ids = ids
        self._last_sequence = 0

    def load(self, tx: Tx) -> None:
        """Continue the numbering of the tasks that are stored."""
        self._last_sequence = task_store.last_sequence(tx)

    def submit(
        self,
        tx: Tx,
        owner_id: str,
        spec: TaskSpec,
        indexes: Sequence[int] = (),
        known: tuple[Candidate, ...] = (),
    ) -> Submission:
        """Unit part: accept `spec` for `owner_id`; of an array only `indexes`, if any are named.

        `known`: the answer to a canary task.
        Raises HiveMindError: INVALID_FIELD, ARTIFACT_NOT_FOUND for an archive that this
        owner never uploaded, INSUFFICIENT_BALANCE.
        """
        check_spec(spec)
        unused_until_us = self._clock.now_us() + UNUSED_US
        if not is_digest(spec.archive_digest) or not artifacts.renew(
            tx, spec.archive_digest, owner_id, unused_until_us
        ):
            raise HiveMindError(
                Reason.ARTIFACT_NOT_FOUND, "Upload the task's archive before submitting it."
            )
        indexes = indexes or range(spec.count)
        price_mcpt = quote(spec.requirements, spec.priority).price_mcpt
        array = ArrayRow(
            id=self._ids.new_id(),
            owner_id=owner_id,
            name=spec.name,
            priority=spec.priority,
            spec=spec_to_json(spec),
            archive_digest=spec.archive_digest,
            count=len(indexes),
            price_mcpt=price_mcpt * len(indexes),
            submitted_us=self._clock.now_us(),
        )
        bucket_id = task_store.ensure_bucket(
            tx, spec.priority, owner_id, requirements_to_json(spec.requirements)
        )
        names = [task_id(array.id, index, array.count) for index in indexes]
        holds = self._ledger.hold_many(
            tx, [HoldRequest(owner_id, name, price_mcpt) for name in names]
        )
        first = self._last_sequence + 1
        self._last_sequence += len(indexes)
        rows = [
            NewTaskRow(
                sequence=first + number,
                array_id=array.id,
                array_index=index,
                owner_id=owner_id,
                bucket_id=bucket_id,
                price_mcpt=price_mcpt,
                hold_sequence=hold_sequence,
                submitted_us=array.submitted_us,
                candidates=candidates_to_json(known),
            )
            for number, (index, hold_sequence) in enumerate(zip(indexes, holds, strict=True))
        ]
        task_store.insert_array(tx, array)
        task_store.insert_tasks(tx, rows)
        records = [_record(row, name, spec, known) for row, name in zip(rows, names, strict=True)]
        return Submission(array.id, array.price_mcpt, records)


def _record(row: NewTaskRow, name: str, spec: TaskSpec, known: tuple[Candidate, ...]) -> TaskRecord:
    return TaskRecord(
        sequence=row.sequence,
        task_id=name,
        array_id=row.array_id,
        array_index=row.array_index,
        owner_id=row.owner_id,
        bucket_id=row.bucket_id,
        priority=spec.priority,
        spec=spec,
        price_mcpt=row.price_mcpt,
        hold_sequence=row.hold_sequence,
        submitted_us=row.submitted_us,
        state=TaskState.QUEUED,
        candidates=known,
    )
