"""The open tasks that memory knows: all live ones, and a window of the queued ones."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from app.common.invariant import invariant
from app.common.vocabulary import Priority, TaskState
from app.master.store.task_views import task_id
from app.master.store.tasks import TaskRow
from app.master.tasks.checking import Candidate, barred_owners, candidates_from_json
from app.master.tasks.requirements import Requirements
from app.master.tasks.spec import TaskSpec, spec_from_json
from app.master.tasks.state import STEPS


@dataclass(slots=True, eq=False)
class TaskRecord:
    """One open task. `spec` is shared by all tasks of its array: what was submitted."""

    sequence: int
    task_id: str
    array_id: str
    array_index: int
    owner_id: str
    bucket_id: int
    priority: Priority
    spec: TaskSpec
    price_mcpt: int
    hold_sequence: int
    submitted_us: int
    state: TaskState = TaskState.QUEUED
    attempt: int = 0
    failures: int = 0
    losses: int = 0
    node_id: str | None = None
    excluded_node_id: str | None = None
    gpu_uuids: tuple[str, ...] = ()
    started_us: int | None = None
    progress_percent: int = 0
    #: Results that wait for another node's.
    candidates: tuple[Candidate, ...] = ()
    #: The master took the newest attempt for lost: its node may still go on with it.
    resumable: bool = False
    #: The end of the attempt is on its way to the store: nothing else may end it.
    ending: bool = field(default=False)
    #: A unit that gives or takes the lease may still be refused: what the node says meanwhile
    #: waits, and so does what follows from its leaving.
    undecided: bool = False
    #: The node went away, or came back without the attempt, while that was so.
    node_left: bool = False

    @property
    def requirements(self) -> Requirements:
        """What its next attempt asks for: as submitted, and where results wait, of whom not."""
        if not self.candidates:
            return self.spec.requirements
        return replace(self.spec.requirements, barred_owners=barred_owners(self.candidates))

    @property
    def live(self) -> bool:
        return self.state in (TaskState.ASSIGNED, TaskState.RUNNING)

    def reprice(self, told: "TaskRecord") -> None:
        """Take over what another priority brings, as the record `told` has it."""
        self.bucket_id = told.bucket_id
        self.priority = told.priority
        self.price_mcpt = told.price_mcpt
        self.hold_sequence = told.hold_sequence

    def step(self, state: TaskState) -> None:
        """Go to `state`; raises InvariantViolated if the state machine has no such step."""
        invariant(state in STEPS[self.state], f"{self.task_id}: {self.state.name} -> {state.name}")
        self.state = state


def record_of(row: TaskRow, spec: TaskSpec | None = None) -> TaskRecord:
    """The record of a stored task; `spec` spares decoding it again."""
    return TaskRecord(
        sequence=row.sequence,
        task_id=task_id(row.array_id, row.array_index, row.array_count),
        array_id=row.array_id,
        array_index=row.array_index,
        owner_id=row.owner_id,
        bucket_id=row.bucket_id,
        priority=Priority(row.priority),
        spec=spec or spec_from_json(row.spec),
        price_mcpt=row.price_mcpt,
        hold_sequence=row.hold_sequence,
        submitted_us=row.submitted_us,
        state=TaskState(row.state),
        attempt=row.attempt,
        failures=row.failures,
        losses=row.losses,
        node_id=row.node_id,
        excluded_node_id=row.excluded_node_id,
        gpu_uuids=tuple(filter(None, row.gpu_uuids.split(","))),
        started_us=row.started_us,
        candidates=candidates_from_json(row.candidates),
    )


def records_of(rows: list[TaskRow]) -> list[TaskRecord]:
    """The records of stored tasks, those of one array sharing their spec."""
    specs: dict[str, TaskSpec] = {}
    records = []
    for row in rows:
        record = record_of(row, specs.get(row.array_id))
        specs[row.array_id] = record.spec
        records.append(record)
    return records


class TaskBook:
    """Records by task id, and live ones by node."""

    def __init__(self) -> None:
        self._records: dict[str, TaskRecord] = {}
        self._by_node: dict[str, dict[str, TaskRecord]] = {}

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[TaskRecord]:
        return iter(self._records.values())

    def add(self, record: TaskRecord) -> None:
        """Take in a record that is not known yet; live ones are filed under their node."""
        invariant(record.task_id not in self._records, f"{record.task_id} is in the book already")
        self._records[record.task_id] = record
        if record.live:
            self.file_under_node(record)

    def get(self, task_id: str) -> TaskRecord | None:
        return self._records.get(task_id)

    def remove(self, record: TaskRecord) -> None:
        del self._records[record.task_id]
        self.unfile(record)

    def file_under_node(self, record: TaskRecord) -> None:
        invariant(record.node_id is not None, f"{record.task_id} has no node")
        self._by_node.setdefault(str(record.node_id), {})[record.task_id] = record

    def unfile(self, record: TaskRecord) -> None:
        """Forget the node's hold on the record."""
        held = self._by_node.get(record.node_id or "")
        if held is not None:
            held.pop(record.task_id, None)
            if not held:
                del self._by_node[record.node_id or ""]

    def count_live(self) -> Counter[TaskState]:
        """How many records are in each of the live states."""
        return Counter(
            record.state for records in self._by_node.values() for record in records.values()
        )

    def on_node(self, node_id: str) -> list[TaskRecord]:
        """The live records whose lease `node_id` holds."""
        return list(self._by_node.get(node_id, {}).values())
