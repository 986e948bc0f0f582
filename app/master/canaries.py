"""Canary tasks: the pool gives nodes tasks whose answer it knows, and they cannot tell which.

What a node makes of one is an ordinary attempt of an ordinary task, paid by the owner of
the task that it is a copy of; only its answer is there before it runs.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

import structlog

from app.common.clock import MICROSECONDS
from app.common.errors import HiveMindError
from app.common.vocabulary import NodeState, ResultComparer, TaskState
from app.master.pool.registry import Node, NodeRegistry
from app.master.scheduling.cancellation import Cancellations
from app.master.scheduling.dispatcher import Dispatcher, Parts
from app.master.scheduling.result_checks import VOUCHING, ResultChecks
from app.master.store import Tx, artifacts, users
from app.master.store.after_commit import run_then, to_the_end
from app.master.store.task_views import TaskView
from app.master.tasks.catalogue import Catalogue
from app.master.tasks.checking import Candidate
from app.master.tasks.spec import spec_from_json
from app.master.tasks.submission import Submission, Submissions

log = structlog.get_logger(__name__)

TICK_SECONDS = 60.0
#: Archives and results of the tasks that canaries are copies of are kept for so long again.
KEPT_US = 7 * 24 * 3600 * MICROSECONDS


@dataclass(frozen=True, slots=True)
class CanaryTerms:
    """`tasks`: ids of those whose copies are sent, each node one in `minutes`."""

    tasks: Sequence[str]
    minutes: int


class Canaries:
    """Sends each node whose results are checked a canary task from time to time."""

    def __init__(
        self,
        parts: Parts,
        nodes: NodeRegistry,
        checks: ResultChecks,
        submissions: Submissions,
        cancellations: Cancellations,
        dispatcher: Dispatcher,
        catalogue: Catalogue,
        terms: CanaryTerms,
    ) -> None:
        self._parts = parts
        self._nodes = nodes
        self._checks = checks
        self._submissions = submissions
        self._cancellations = cancellations
        self._dispatcher = dispatcher
        self._catalogue = catalogue
        self._terms = terms
        self._random = Random(parts.ids.secret(16))
        #: When each node is to get its next one, on the monotonic clock.
        self._due: dict[str, float] = {}
        #: The task that each node got last.
        self._sent: dict[str, str] = {}

    async def run(self) -> None:
        """Look every minute, for ever; without tasks there is nothing to do."""
        while self._terms.tasks:
            await asyncio.sleep(TICK_SECONDS)
            await self.withdraw()
            await self.send(self.due())

    def due(self) -> list[Node]:
        """The nodes whose turn it is. The first time is by chance, so that it cannot be guessed."""
        now = self._parts.clock.monotonic()
        period = self._terms.minutes * 60.0
        found = []
        for node in self._nodes:
            if not node.online or node.state is not NodeState.ACTIVE:
                continue
            if not self._checks.tries(node) or self._has_one(node):
                continue
            at = self._due.setdefault(node.id, now + self._random.uniform(0.0, period))
            if at <= now:
                self._due[node.id] = now + period * self._random.uniform(0.5, 1.5)
                found.append(node)
        return found

    async def send(self, nodes: Sequence[Node]) -> None:
        """Give each of these nodes a canary task, as far as there are any that may be used."""
        # What may be sent is looked up only for somebody who is to get it.
        known = await self._known() if nodes else []
        if not known:
            return
        for node in nodes:
            view = self._random.choice(known)
            try:
                sent = await self._parts.writer.run(
                    lambda tx, view=view, node=node: self._submit(tx, view, node)  # type: ignore[misc]
                )
            except HiveMindError as error:
                log.warning("a canary task cannot be sent", task=view.task_id, why=error.message)
                continue
            self._sent[node.id] = sent.records[0].task_id
            self._dispatcher.admit(sent.records)

    async def withdraw(self) -> None:
        """End those that wait for a node which was put out: nobody else may run them."""
        for head in self._parts.cluster.queue.parked_heads():
            name = head.requirements.only_node
            if not name or self._nodes.get(name).state is not NodeState.REVOKED:
                continue
            views = await self._catalogue.named(head.task_id, None)
            try:
                await to_the_end(self._cancellations.cancel(views, self._commit))
            except HiveMindError as error:
                log.warning("a canary task is not ended", task=head.task_id, why=error.message)

    def _commit(self, unit: Callable[[Tx], int], after: Callable[[], None]) -> Awaitable[int]:
        return run_then(self._parts.writer, unit, lambda _: after())

    def _has_one(self, node: Node) -> bool:
        return self._parts.cluster.book.get(self._sent.get(node.id, "")) is not None

    async def _known(self) -> list[TaskView]:
        """The named tasks that succeeded and belong to whom the pool trusts."""
        found = []
        for name in self._terms.tasks:
            try:
                views = await self._catalogue.named(name, None)
            except HiveMindError as error:
                log.warning("no canary task", task=name, why=error.message)
                continue
            for view in views:
                if await self._parts.reader.run(lambda tx, view=view: _usable(tx, view)):  # type: ignore[misc]
                    found.append(view)
                else:
                    log.warning("cannot be a canary task", task=view.task_id)
        return found

    def _submit(self, tx: Tx, view: TaskView, node: Node) -> Submission:
        kept_us = self._parts.clock.now_us() + KEPT_US
        spec = spec_from_json(view.spec)
        for digest in filter(None, (spec.archive_digest, view.result_digest)):
            artifacts.renew(tx, digest, view.owner_id, kept_us)
        copy = replace(spec, count=1, requirements=replace(spec.requirements, only_node=node.id))
        answer = Candidate(0, "", "", view.result_digest or "", view.exit_code, known=True)
        return self._submissions.submit(tx, view.owner_id, copy, known=(answer,))


def _usable(tx: Tx, view: TaskView) -> bool:
    owner = users.by_id(tx, view.owner_id)
    spec = spec_from_json(view.spec)
    return (
        view.state == TaskState.SUCCEEDED
        and spec.result_comparer is not ResultComparer.NONE
        and spec.count == view.array_count == 1
        and owner is not None
        and owner.role in VOUCHING
    )
