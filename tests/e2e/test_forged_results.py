"""Results that come twice, late, in another order or from another: each task is paid once."""

import asyncio
import random
from collections import Counter
from pathlib import Path

from app.client.api import HiveMind
from app.client.node_client import NodeClient, NodeIdentity
from app.common.clock import SystemClock
from app.common.ids import SystemIds
from app.master.master import Master
from bench.pool import capabilities, enrol
from proto import nodepool_pb2 as pb
from tests.long_forms import long_form

TASKS = 500
#: Reports of each task's end, all but one of them false in some way.
DELIVERIES = long_form(10, 100)
#: Millicores of a node: both are needed for all tasks at once.
HALF = TASKS * 1000 // 2


class Forger:
    """A node that ends its own tasks and says as much of everybody else's.

    Nodes share `seen`, so each knows what the others were given.
    """

    def __init__(self, identity: NodeIdentity, seen: list[pb.Assignment], seed: int) -> None:
        self._identity = identity
        self._seen = seen
        self._chance = random.Random(seed)
        self.acks: Counter[str] = Counter()
        self.sent = 0
        self.given: set[tuple[str, int]] = set()

    async def run(self) -> None:
        """Work until cancelled."""
        clock = SystemClock()
        async with (
            NodeClient(self._identity, clock, SystemIds(clock)) as client,
            client.work() as stream,
        ):
            await stream.send(
                pb.WorkerMessage(hello=pb.WorkerHello(capabilities=capabilities(HALF)))
            )
            async for message in stream:
                for ack in message.acks:
                    self.acks[ack.refused] += 1
                if not message.assignments:
                    continue
                self._seen.extend(message.assignments)
                self.given |= {(one.task_id, one.attempt) for one in message.assignments}
                updates = [
                    update for one in message.assignments for update in self._deliveries(one)
                ]
                self._chance.shuffle(updates)
                self.sent += len(updates)
                for start in range(0, len(updates), 100):
                    await stream.send(pb.WorkerMessage(updates=updates[start : start + 100]))

    def _deliveries(self, own: pb.Assignment) -> list[pb.TaskUpdate]:
        other = self._chance.choice(self._seen)
        told = [ended(own.task_id, own.attempt) for _ in range(3)]
        told += [
            ended(own.task_id, own.attempt + 1),
            ended(own.task_id, 0),
            ended(own.task_id, own.attempt + 7, pb.ATTEMPT_OUTCOME_EXITED_NONZERO),
            ended("0" * 26, 1),
            ended("../../etc", 1),
        ]
        # Of another's task: good and bad, and as if it had been given here.
        if (other.task_id, other.attempt) not in self.given:
            told += [
                ended(other.task_id, other.attempt),
                ended(other.task_id, other.attempt, pb.ATTEMPT_OUTCOME_EXITED_NONZERO),
            ]
        else:
            told += [ended(own.task_id, own.attempt + 2)] * 2
        return told + self._chance.choices(told, k=DELIVERIES - len(told))


def ended(
    task_id: str, attempt: int, outcome: "pb.AttemptOutcome" = pb.ATTEMPT_OUTCOME_SUCCEEDED
) -> pb.TaskUpdate:
    return pb.TaskUpdate(
        task_id=task_id, attempt=attempt, kind=pb.TaskUpdate.KIND_ENDED, outcome=outcome
    )


async def test_five_thousand_deliveries_settle_each_task_once(
    master: Master, admin: HiveMind, ann: HiveMind, job: Path
) -> None:
    await admin.ledger.grant("ann", 10_000_000, "to be spent")
    before = await ann.ledger.balance()
    earned_before = (await admin.ledger.balance()).balance_mcpt
    seen: list[pb.Assignment] = []
    identities = await enrol(admin, {"grpc_address": master.grpc_address}, 2)
    forgers = [Forger(each, seen, number) for number, each in enumerate(identities)]
    running = [asyncio.ensure_future(each.run()) for each in forgers]
    try:
        submitted = await ann.tasks.submit(job, count=TASKS)
        await ann.tasks.wait(submitted.task_id)
        # What was sent after the last end is refused too.
        total = sum(each.sent for each in forgers)
        async with asyncio.timeout(60):
            while sum(each.acks.total() for each in forgers) < total:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    finally:
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    assert total == TASKS * DELIVERIES
    acks = sum((each.acks for each in forgers), Counter())
    assert acks[""] == TASKS
    assert acks["NOT_LEASE_HOLDER"] + acks["STALE_ATTEMPT"] + acks["ALREADY_ENDED"] == total - TASKS
    after = await ann.ledger.balance()
    price_mcpt = submitted.price_mcpt
    assert before.balance_mcpt - after.balance_mcpt == price_mcpt
    assert after.held_mcpt == 0
    earned = (await admin.ledger.balance()).balance_mcpt - earned_before
    assert earned == price_mcpt
