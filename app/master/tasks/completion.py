"""Ends of attempts, written with their money and the node's record in one unit."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.common.vocabulary import AttemptOutcome, TaskState
from app.master.ledger.requests import Refund, Resolution, Settlement, Share
from app.master.ledger.service import LedgerService
from app.master.store import Tx, artifacts, node_records
from app.master.store import tasks as task_store
from app.master.store.node_records import NodeCredit
from app.master.store.tasks import EndRow
from app.master.tasks.book import TaskRecord
from app.master.tasks.state import EndDecision, Fault


class AttemptEnd(NamedTuple):
    """How the attempt of `record` ended, and what was decided of it."""

    record: TaskRecord
    attempt: int
    node_id: str
    #: None: a node nobody owns; what it earns goes to the pool.
    node_owner_id: str | None
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
    #: The node said so and waits for the acknowledgement; else the master decided it.
    reported: bool = False

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
    resolved = _resolve_holds(tx, ledger, ends)
    task_store.end(tx, [_row(end, resolved) for end in ends])
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
    node_records.credit(tx, _node_credits(ends, resolved))


def _resolve_holds(
    tx: Tx, ledger: LedgerService, ends: Sequence[AttemptEnd]
) -> dict[int, Resolution]:
    """How the holds of the tasks that are over were resolved, by hold."""
    settlements = [
        Settlement(end.record.hold_sequence, (Share(end.node_owner_id),))
        for end in ends
        if end.decision.state is TaskState.SUCCEEDED
    ]
    refunds = [
        Refund(end.record.hold_sequence, end.decision.state.name.lower())
        for end in ends
        if end.decision.state in (TaskState.FAILED, TaskState.CANCELLED)
    ]
    if not settlements and not refunds:
        return {}
    resolutions = ledger.resolve_many(tx, settlements, refunds)
    return {resolution.hold_sequence: resolution for resolution in resolutions}


def _row(end: AttemptEnd, resolved: Mapping[int, Resolution]) -> EndRow:
    record, decision = end.record, end.decision
    resolution = resolved.get(record.hold_sequence)
    return EndRow(
        sequence=record.sequence,
        attempt=end.attempt,
        outcome=end.outcome.value,
        exit_code=end.exit_code,
        attempt_detail=end.attempt_detail,
        started_us=end.started_us,
        ended_us=end.ended_us,
        cpu_milliseconds=end.cpu_milliseconds,
        memory_peak_mib=end.memory_peak_mib,
        state=decision.state.value,
        detail=decision.detail,
        failures=end.failures,
        losses=end.losses,
        excluded_node_id=end.node_id if decision.exclude_node else None,
        task_ended_us=end.ended_us if decision.state.ended else None,
        charged_mcpt=resolution.charged_mcpt if resolution else 0,
        result_digest=end.result_digest or None,
        result_bytes=end.result_bytes,
    )


@dataclass(slots=True)
class NodeTally:
    """What a group of ends says of one node."""

    succeeded: int = 0
    failed: int = 0
    drops: int = 0


def tally(ends: Sequence[AttemptEnd]) -> dict[str, NodeTally]:
    """Counts by node. A cancelled or returned attempt is no evidence."""
    sums: dict[str, NodeTally] = defaultdict(NodeTally)
    for end in ends:
        its = sums[end.node_id]
        its.succeeded += end.outcome is AttemptOutcome.SUCCEEDED
        its.failed += end.decision.fault is Fault.PROGRAM
        its.drops += end.decision.fault is Fault.NODE
    return sums


def _node_credits(
    ends: Sequence[AttemptEnd], resolved: Mapping[int, Resolution]
) -> list[NodeCredit]:
    earned: dict[str, int] = defaultdict(int)
    for end in ends:
        if end.outcome is AttemptOutcome.SUCCEEDED:
            earnings = resolved[end.record.hold_sequence].earnings
            earned[end.node_id] += sum(amount_mcpt for _, amount_mcpt in earnings)
    return [
        NodeCredit(node_id, its.succeeded, its.failed, its.drops, earned[node_id])
        for node_id, its in tally(ends).items()
    ]
