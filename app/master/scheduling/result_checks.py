"""Which results are believed at once, and what those that were run again amount to."""

from collections.abc import Awaitable, Callable
from random import Random

import structlog

from app.common.ids import IdSource
from app.common.vocabulary import ResultComparer, Role, TaskState
from app.master.pool.registry import Node, NodeRegistry
from app.master.pool.trust import initial_trust
from app.master.tasks.book import TaskRecord
from app.master.tasks.checking import (
    UNCHECKED,
    Candidate,
    CheckedTrust,
    Standing,
    Verdict,
    believed,
    checked_share,
    first_verdict,
    no_answer,
    weigh,
)
from app.master.tasks.comparing import Rule
from app.master.tasks.state import EndDecision, Fault

log = structlog.get_logger(__name__)

#: Whether the archives of two digests hold the same.
Same = Callable[[str, str, Rule], Awaitable[bool]]

#: Whose nodes and tasks the pool takes for right.
VOUCHING = (Role.OPERATOR, Role.ADMIN)


class ResultChecks:
    """Judges what nodes bring. `same` looks into two results whose bytes differ."""

    def __init__(
        self, nodes: NodeRegistry, ids: IdSource, checked: CheckedTrust, same: Same
    ) -> None:
        self._nodes = nodes
        self._ids = ids
        self._checked = checked
        self._same = same

    def at_once(
        self, record: TaskRecord, fresh: Candidate, ordinary: EndDecision
    ) -> Verdict | None:
        """The verdict on an end; None where results must be looked into first."""
        canary = any(one.known for one in record.candidates)
        if ordinary.fault is Fault.PROGRAM and record.candidates and not canary:
            return no_answer(record.candidates, fresh)
        if not ordinary.state.ended:
            return Verdict(waiting=record.candidates)
        if ordinary.state is not TaskState.SUCCEEDED:
            return UNCHECKED
        standing = self._standing_of(record)
        if not record.candidates:
            return first_verdict(fresh, check=self._must_check(record, standing))
        same = [fresh.equals(one) for one in record.candidates]
        if None in same:
            return None
        return self._weigh(record, fresh, [bool(equal) for equal in same])

    async def look(self, record: TaskRecord, fresh: Candidate) -> Verdict:
        """The verdict after comparing what the archives hold."""
        rule = Rule(record.spec.result_comparer, record.spec.result_tolerance_ppb)
        same = []
        for one in record.candidates:
            equal = fresh.equals(one)
            if equal is None:
                equal = await self._same(one.digest, fresh.digest, rule)
            same.append(equal)
        return self._weigh(record, fresh, same)

    def tries(self, node: Node) -> bool:
        """Whether canary tasks are for this node: somebody's whose results are checked."""
        standing = self._standing(node, "")
        return not believed(standing, self._checked)

    def _weigh(self, record: TaskRecord, fresh: Candidate, same: list[bool]) -> Verdict:
        alone = believed(self._standing_of(record), self._checked)
        verdict = weigh(record.candidates, fresh, same, believed=alone)
        if verdict.wrong:
            log.warning(
                "wrong results", task=record.task_id, nodes=[one.node_id for one in verdict.wrong]
            )
        return verdict

    def _must_check(self, record: TaskRecord, standing: Standing) -> bool:
        if record.spec.result_comparer is ResultComparer.NONE or believed(standing, self._checked):
            return False
        share = checked_share(standing.valid_streak)
        # Drawn when the result is there, so that its node could not know.
        return share >= 1.0 or Random(self._ids.new_id()).random() < share

    def _standing_of(self, record: TaskRecord) -> Standing:
        return self._standing(self._nodes.get(str(record.node_id)), record.owner_id)

    def _standing(self, node: Node, task_owner_id: str) -> Standing:
        began, _ = initial_trust(node.capabilities.isolation, node.capabilities.engine)
        return Standing(
            trust=min(node.trust, began),
            vouched=node.owner_id == task_owner_id or node.owner_role in VOUCHING,
            valid_streak=node.valid_streak,
        )
