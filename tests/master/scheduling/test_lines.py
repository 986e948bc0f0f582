"""Where buckets stand in line: once each, however often they are put there."""

from app.common.vocabulary import Priority
from app.master.scheduling.buckets import Bucket, BucketKey, QueuedTask
from app.master.scheduling.lines import Line
from app.master.tasks.requirements import Requirements


def bucket(owner: str, sequence: int) -> Bucket:
    made = Bucket(BucketKey(Priority.NORMAL, owner, Requirements()))
    made.head = QueuedTask(
        task_id=f"task-{sequence}",
        sequence=sequence,
        owner_id=owner,
        priority=Priority.NORMAL,
        requirements=Requirements(),
        queued_at=0.0,
    )
    return made


def line() -> Line:
    return Line(int(Priority.NORMAL), lambda each: int(each.key.priority))


def test_a_bucket_put_in_line_twice_steps_out_once():
    standing, one, two = line(), bucket("ada", 1), bucket("ada", 2)
    for each in (one, two, one, one):
        standing.push(each)
    assert standing.top() is one
    standing.pop()
    assert standing.top() is two
    standing.pop()
    assert standing.top() is None


def test_a_bucket_that_stepped_out_and_came_back_stands_once_more():
    standing, one = line(), bucket("ada", 1)
    standing.push(one)
    standing.pop()
    assert one not in standing
    standing.push(one)
    assert standing.top() is one


def test_what_waits_through_many_rounds_is_not_remembered_more_often():
    standing, buckets = line(), [bucket("ada", number) for number in range(3)]
    for _ in range(10_000):
        for each in buckets:
            standing.push(each)
    steps = 0
    while standing.top() is not None:
        standing.pop()
        steps += 1
    assert steps == len(buckets)
