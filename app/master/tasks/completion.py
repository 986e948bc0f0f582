"""Ends of attempts, written with their money and the node's record in one unit."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.common.vocabulary import AttemptOutcome, Memo, ResultCheck, TaskState
from app.master.ledger.requests import Refund, Resolution, Settlement, Share
from app.master.ledger.service import LedgerService
from app.master.store import Tx, artifacts, node_records
from app.master.store import tasks as task_store
from app.master.store.node_records import NodeCredit
from app.master.store.tasks import CheckRow, EndRow
from app.master.tasks.book import TaskRecord
from app.master.tasks.checking import UNCHECKED, Verdict, candidates_to_json
from app.master.tasks.state import EndDecision, Fault

_WHY_REFUNDED = {TaskState.FAILED: Memo.FAILED, TaskState.CANCELLED: Memo.CANCELLED}


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
    verdict: Verdict = UNCHECKED

    @property
    def accepted(self) -> bool:
        """Whether this end brought the task's result."""
        return self.decision.state is TaskState.SUCCEEDED

    @property
    def kept(self) -> bool:
        """Whether what the attempt left is the task's: also what a program that failed left."""
        return self.decision.state.ended and not self.verdict.gave_up

    @property
    def contributors(self) -> list[tuple[str, str | None]]:
        """Node and owner of the attempts that brought the accepted result."""
        agreed = [(one.node_id, one.owner_id or None) for one in self.verdict.agreed]
        return [*agreed, (self.node_id, self.node_owner_id)]

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
) -> dict[str, int]:
    """Unit part: write `ends`; settle what succeeded, refund what is over otherwise.

    Returns what each node earned, in mCPT, by its id.
    """
    resolved = _resolve_holds(tx, ledger, ends)
    task_store.end(tx, [_row(end, resolved) for end in ends])
    task_store.check_results(tx, [row for end in ends for row in _check_rows(end)])
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
        for other in (*end.verdict.agreed, *end.verdict.wrong, *end.verdict.undecided):
            if other.digest != end.result_digest:
                artifacts.let_expire(tx, other.digest, end.record.owner_id, end.ended_us)
    earned = _earned_by_node(ends, resolved)
    node_records.credit(tx, _node_credits(ends, earned))
    return earned


def _resolve_holds(
    tx: Tx, ledger: LedgerService, ends: Sequence[AttemptEnd]
) -> dict[int, Resolution]:
    """How the holds of the tasks that are over were resolved, by hold."""
    settlements = [
        Settlement(
            end.record.hold_sequence,
            tuple(Share(owner_id) for _, owner_id in end.contributors),
        )
        for end in ends
        if end.accepted
    ]
    refunds = [
        Refund(end.record.hold_sequence, _WHY_REFUNDED[end.decision.state].value)
        for end in ends
        if end.decision.state in _WHY_REFUNDED
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
        result_digest=(end.result_digest or None) if end.kept else None,
        result_bytes=end.result_bytes if end.kept else 0,
        result_check=end.verdict.own.value,
        candidates=candidates_to_json(end.verdict.waiting),
    )


def _check_rows(end: AttemptEnd) -> list[CheckRow]:
    """What this end says of the results that waited."""
    verdict, sequence = end.verdict, end.record.sequence
    judged = {
        ResultCheck.AGREED: verdict.agreed,
        ResultCheck.WRONG: verdict.wrong,
        ResultCheck.UNDECIDED: verdict.undecided,
    }
    return [
        CheckRow(check.value, sequence, one.attempt)
        for check, candidates in judged.items()
        for one in candidates
    ]


@dataclass(slots=True)
class NodeTally:
    """What a group of ends says of one node."""

    succeeded: int = 0
    failed: int = 0
    drops: int = 0
    #: Its results that were compared: found right, and the tasks of those found wrong.
    valid: int = 0
    wrong_tasks: list[str] = field(default_factory=list)


def tally(ends: Sequence[AttemptEnd]) -> dict[str, NodeTally]:
    """Counts by node. A cancelled or returned attempt is no evidence."""
    sums: dict[str, NodeTally] = defaultdict(NodeTally)
    for end in ends:
        its = sums[end.node_id]
        if end.accepted:
            for node_id, _ in end.contributors:
                sums[node_id].succeeded += 1
        if end.verdict.own is ResultCheck.AGREED:
            its.valid += 1
        for one in end.verdict.agreed:
            sums[one.node_id].valid += 1
        for one in end.verdict.wrong:
            sums[one.node_id].wrong_tasks.append(end.record.task_id)
        its.failed += end.decision.fault is Fault.PROGRAM
        its.drops += end.decision.fault is Fault.NODE
    return sums


def _earned_by_node(
    ends: Sequence[AttemptEnd], resolved: Mapping[int, Resolution]
) -> dict[str, int]:
    earned: dict[str, int] = {}
    for end in ends:
        if end.accepted:
            earnings = dict(resolved[end.record.hold_sequence].earnings)
            for node_id, owner_id in end.contributors:
                earned[node_id] = earned.get(node_id, 0) + earnings.get(owner_id or "", 0)
    return earned


def _node_credits(ends: Sequence[AttemptEnd], earned: Mapping[str, int]) -> list[NodeCredit]:
    return [
        NodeCredit(
            node_id,
            its.succeeded,
            its.failed,
            its.drops,
            earned.get(node_id, 0),
            its.valid,
            len(its.wrong_tasks),
        )
        for node_id, its in tally(ends).items()
    ]
