"""Keeps the nodes' records in memory, and moves their trust with the evidence."""

from collections.abc import Mapping, Sequence

from app.common.background import BackgroundTasks
from app.common.vocabulary import TrustLevel
from app.master.events import NodeChanged
from app.master.pool.registry import Node, NodeRegistry
from app.master.pool.trust import NodeHistory, judge
from app.master.scheduling.dispatcher import Parts
from app.master.store import node_records
from app.master.store.after_commit import run_patiently
from app.master.store.node_records import TrustChangeRow
from app.master.tasks.completion import AttemptEnd, NodeTally, tally


class NodeRecords:
    """Follows committed ends; the store has counted them already."""

    def __init__(self, parts: Parts, nodes: NodeRegistry, background: BackgroundTasks) -> None:
        self._parts = parts
        self._nodes = nodes
        self._background = background

    def count(self, ends: Sequence[AttemptEnd]) -> None:
        """Add `ends` to their nodes' records and judge these nodes anew."""
        for node_id, sums in tally(ends).items():
            node = self._nodes.get(node_id)
            _add(node, sums)
            for task_id in sums.wrong_tasks:
                reason = f"gave a wrong result of {task_id}: another one is known to be right"
                self._move(node, TrustLevel.LOW, reason)
            self.judge(node)

    def pay(self, earned: Mapping[str, int]) -> None:
        """Add what nodes earned, in mCPT, by their ids."""
        for node_id, amount_mcpt in earned.items():
            self._nodes.get(node_id).earned_mcpt += amount_mcpt

    def judge(self, node: Node) -> None:
        """Move the node's trust to where its isolation and its record put it."""
        level, reason = judge(
            NodeHistory(
                isolation=node.capabilities.isolation,
                good_streak=node.good_streak,
                succeeded=node.tasks_succeeded,
                drops=node.drops,
                engine=node.capabilities.engine,
                wrong_results=node.wrong_results,
            )
        )
        if level is not node.trust:
            self._move(node, level, reason)

    def _move(self, node: Node, level: TrustLevel, reason: str) -> None:
        """Set the trust of a node and write it down, also where only the reason is new."""
        change = TrustChangeRow(node.id, self._parts.clock.now_us(), node.trust, level, reason)
        node.trust = level
        node.trust_reason = reason
        self._parts.cluster.table.set_trust(node.id, level)
        self._background.start(f"trust of {node.id}", self._write(change))

    async def _write(self, change: TrustChangeRow) -> None:
        await run_patiently(self._parts.writer, lambda tx: node_records.change_trust(tx, change))
        self._parts.events.publish([NodeChanged(change.node_id)])


def _add(node: Node, sums: NodeTally) -> None:
    node.tasks_succeeded += sums.succeeded
    node.tasks_failed += sums.failed
    node.drops += sums.drops
    node.wrong_results += len(sums.wrong_tasks)
    node.valid_streak = 0 if sums.wrong_tasks else node.valid_streak + sums.valid
    broken = sums.drops or sums.wrong_tasks
    node.good_streak = 0 if broken else node.good_streak + sums.succeeded
