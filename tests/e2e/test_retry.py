"""What runs again after a failure, as which element, and for how much."""

from pathlib import Path

from app.client.api import HiveMind
from app.common.errors import Reason
from app.common.vocabulary import TaskState
from app.master.master import Master
from proto import nodepool_pb2 as pb
from tests.e2e.hand_node import Ending, hand_node
from tests.e2e.test_refusals import CPT, refused

FAILS = (1, 3)


def program(assignment: pb.Assignment) -> Ending:
    """Fails as element 1 or 3."""
    return Ending(exit_code=int(assignment.array_index in FAILS))


async def test_an_element_runs_again_as_itself(
    master: Master, admin: HiveMind, ann: HiveMind, job: Path, tmp_path: Path
) -> None:
    async with hand_node(master, admin, tmp_path, program) as node:
        array = (await ann.tasks.submit(job, count=5)).task_id
        await ann.tasks.wait(array)
        before = (await ann.ledger.balance()).available_mcpt
        node.given.clear()
        node.program = lambda _: Ending()
        again = await ann.tasks.retry(f"{array}-3")
        (task,) = await ann.tasks.wait(again.task_id)
        (given,) = node.given
    assert (again.count, again.price_mcpt, list(again.array_indexes)) == (1, CPT, [3])
    assert (given.array_index, given.array_count) == (3, 5)
    assert (task.task_id, task.array_id) == (again.task_id, again.task_id)
    assert (task.state, task.array_index, task.array_count) == (TaskState.SUCCEEDED, 3, 1)
    assert before - (await ann.ledger.balance()).available_mcpt == CPT


async def test_of_an_array_what_failed_runs_again(
    master: Master, admin: HiveMind, ann: HiveMind, job: Path, tmp_path: Path
) -> None:
    """And again: the array that was retried may be retried in its turn."""
    async with hand_node(master, admin, tmp_path, program) as node:
        array = (await ann.tasks.submit(job, count=5)).task_id
        await ann.tasks.wait(array)
        for _ in range(2):
            node.given.clear()
            again = await ann.tasks.retry(array)
            assert (again.count, again.price_mcpt) == (2, 2 * CPT)
            assert list(again.array_indexes) == [1, 3]
            array = again.task_id
            tasks = await ann.tasks.wait(array)
            assert [task.array_index for task in tasks] == [1, 3]
            assert sorted(given.array_index for given in node.given) == [1, 3]


async def test_what_succeeded_or_is_open_does_not_run_again(
    master: Master, admin: HiveMind, ann: HiveMind, job: Path, tmp_path: Path
) -> None:
    async with hand_node(master, admin, tmp_path, program):
        array = (await ann.tasks.submit(job, count=2)).task_id
        alone = (await ann.tasks.submit(job)).task_id
        await ann.tasks.wait(array, alone)
        waiting = (await ann.tasks.submit(job, count=3, disk_mib=2**29)).task_id
        for succeeded in (alone, f"{array}-0"):
            assert await refused(ann.tasks.retry(succeeded)) is Reason.TASK_SUCCEEDED
        assert await refused(ann.tasks.retry(waiting)) is Reason.TASK_NOT_ENDED
        await ann.tasks.cancel(f"{waiting}-2")
        again = await ann.tasks.retry(waiting)
        assert list(again.array_indexes) == [2]
        assert len([task async for task in ann.tasks.iterate(array_id=again.task_id)]) == 1
        assert await ann.tasks.cancel(again.task_id) == 1
