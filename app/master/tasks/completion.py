"""Ends of attempts, written with their money and the node's record in one unit."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from app.common.vocabulary import AttemptOutcome, TaskState
from app.master.ledger.service import LedgerService, Refund, Settlement
from app.master.store import Tx, artifacts, node_records
from app.master.store import tasks as task_store
from app.master.store.node_records import NodeCredit
from app.master.store.tasks import EndRow
from app.master.tasks.book import TaskRecord
from app.master.tasks.state import EndDecision, Fault


@dataclass(frozen=True, slots=True)
class AttemptEnd:
    """How the attempt of `record` ended, and what was decided of it."""

    record: TaskRecord
    attempt: int
    node_id: str
    node_owner_id: str
    outcome: AttemptOutcome
    decision: EndDecision
    ended_us: int
    started_us: int | None = None
    exit_code: int | None = None
    attempt_detail: str = ""
    cpu_milliseconds: int = 0
    memory_peak_mib: int = 0
    result_digest: str = ""
    result_bytes: int = 0

    @property
    def failures(self) -> int:
        """The task's count after this end."""
        return self.record.failures + (self.decision.fault is Fault.PROGRAM)

    @property
    def losses(self) -> int:
        """The task's count after this end."""
        return self.record.losses + (self.decision.fault is Fault.NODE)


def end_attempts(
    tx: Tx, ledger: LedgerService, ends: Sequence[AttemptEnd], result_expires_us: int | None
) -> None:
    """Unit part: write `ends`; settle what succeeded, refund what is over otherwise."""
    charged = _resolve_holds(tx, ledger, ends)
    task_store.end(tx, [_row(end, charged) for end in ends])
    for end in ends:
        if end.result_digest:
            artifacts.add(
                tx,
                end.result_digest,
                end.result_bytes,
                owner_id=end.record.owner_id,
                at_us=end.ended_us,
                expires_us=result_expires_us,
            )
    node_records.credit(tx, node_credits(ends, charged))


def _resolve_holds(tx: Tx, ledger: LedgerService, ends: Sequence[AttemptEnd]) -> dict[int, int]:
    """The amount charged in mCPT, by hold."""
    settlements = [
        Settlement(end.record.hold_sequence, ((end.node_owner_id, 1),))
        for end in ends
        if end.decision.state is TaskState.SUCCEEDED
    ]
    refunds = [
        Refund(end.record.hold_sequence, end.decision.state.name.lower())
        for end in ends
        if end.decision.state in (TaskState.FAILED, TaskState.CANCELLED)
    ]
    return ledger.resolve_many(tx, settlements, refunds)


def _row(end: AttemptEnd, charged: dict[int, int]) -> EndRow:
    record, decision = end.record, end.decision
    return EndRow(
        sequence=record.sequence,
        attempt=end.attempt,
        outcome=end.outcome,
        exit_code=end.exit_code,
        attempt_detail=end.attempt_detail,
        started_us=end.started_us,
        ended_us=end.ended_us,
        cpu_milliseconds=end.cpu_milliseconds,
        memory_peak_mib=end.memory_peak_mib,
        state=decision.state,
        detail=decision.detail,
        failures=end.failures,
        losses=end.losses,
        excluded_node_id=end.node_id if decision.exclude_node else None,
        charged_mcpt=charged.get(record.hold_sequence, 0),
        result_digest=end.result_digest or None,
        result_bytes=end.result_bytes,
    )


def node_credits(ends: Sequence[AttemptEnd], charged: dict[int, int]) -> list[NodeCredit]:
    """What `ends` add to the records of their nodes, one entry a node."""
    by_node: dict[str, list[AttemptEnd]] = defaultdict(list)
    for end in ends:
        by_node[end.node_id].append(end)
    return [_credit(node_id, its, charged) for node_id, its in by_node.items()]


def _credit(node_id: str, ends: Sequence[AttemptEnd], charged: dict[int, int]) -> NodeCredit:
    succeeded = [end for end in ends if end.outcome is AttemptOutcome.SUCCEEDED]
    return NodeCredit(
        node_id=node_id,
        succeeded=len(succeeded),
        failed=sum(end.decision.fault is Fault.PROGRAM for end in ends),
        drops=sum(end.decision.fault is Fault.NODE for end in ends),
        earned_mcpt=sum(charged.get(end.record.hold_sequence, 0) for end in succeeded),
    )
