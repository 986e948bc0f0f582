"""The queue: first in first out in a bucket, and how waiting lifts a bucket."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.common.invariant import InvariantViolated
from app.common.vocabulary import Priority
from app.master.scheduling.buckets import BucketKey, QueuedTask
from app.master.scheduling.queue import Ageing, TaskQueue
from app.master.tasks.requirements import Requirements

AGEING = Ageing(rise_seconds=100.0)


def task(
    sequence: int,
    *,
    owner: str = "ada",
    priority: Priority = Priority.NORMAL,
    cores: int = 1,
    at: float = 0.0,
) -> QueuedTask:
    return QueuedTask(
        f"task-{sequence}", sequence, owner, priority, Requirements(cpu_millicores=cores * 1000), at
    )


def only_head(queue: TaskQueue) -> str:
    (bucket,) = queue.buckets()
    assert bucket.head is not None
    return bucket.head.task_id


def test_a_task_that_comes_back_gets_its_old_place():
    queue = TaskQueue()
    for sequence in (1, 2, 3):
        queue.add(task(sequence))
    first = queue.remove("task-1")
    assert only_head(queue) == "task-2"
    queue.add(first)
    assert only_head(queue) == "task-1"
    queue.validate()


def test_a_cancelled_task_is_passed_over():
    queue = TaskQueue()
    for sequence in (1, 2, 3):
        queue.add(task(sequence))
    queue.remove("task-2")
    queue.remove("task-1")
    assert only_head(queue) == "task-3"
    assert "task-2" not in queue
    assert queue.get("task-2") is None
    with pytest.raises(KeyError):
        queue.remove("task-2")


def test_a_task_is_queued_once():
    queue = TaskQueue()
    queue.add(task(1))
    with pytest.raises(InvariantViolated, match="queued already"):
        queue.add(task(1))


def test_equal_tasks_share_a_bucket_and_others_do_not():
    queue = TaskQueue()
    for one in (
        task(1),
        task(2),
        task(3, owner="bob"),
        task(4, cores=2),
        task(5, priority=Priority.HIGH),
    ):
        queue.add(one)
    key = BucketKey(Priority.NORMAL, "ada", task(1).requirements)
    assert queue.bucket_size(key) == 2
    assert sorted(len(bucket) for bucket in queue.buckets()) == [1, 1, 1, 2]
    queue.remove("task-1")
    queue.remove("task-2")
    assert queue.bucket_size(key) == 0
    assert len(queue) == 3


@pytest.mark.parametrize(
    ("priority", "now", "risen"),
    [
        (Priority.NORMAL, 99, 0),
        (Priority.NORMAL, 100, Priority.HIGH),
        (Priority.NORMAL, 200, Priority.URGENT),
        (Priority.NORMAL, 9999, Priority.URGENT),
        (Priority.HIGH, 100, Priority.URGENT),
        (Priority.URGENT, 9999, 0),
    ],
)
def test_waiting_lifts_a_bucket_a_class_at_a_time(priority, now, risen):
    queue = TaskQueue(AGEING)
    queue.add(task(1, priority=priority))
    queue.ripen(now)
    (bucket,) = queue.buckets()
    assert bucket.risen == risen


def test_with_its_head_gone_a_bucket_waits_anew():
    queue = TaskQueue(AGEING)
    queue.add(task(1, at=0.0))
    queue.add(task(2, at=90.0))
    queue.ripen(150)
    (bucket,) = queue.buckets()
    assert bucket.risen == Priority.HIGH
    queue.remove("task-1")
    assert bucket.risen == 0
    queue.ripen(189)
    assert bucket.risen == 0
    queue.ripen(190)
    assert bucket.risen == Priority.HIGH


def test_ahead_counts_higher_classes_whole_and_takes_turns_between_owners():
    queue = TaskQueue()
    sequence = 0
    for priority, owner, number in (
        (Priority.URGENT, "bob", 5),
        (Priority.NORMAL, "bob", 100),
        (Priority.NORMAL, "ada", 3),
    ):
        for _ in range(number):
            sequence += 1
            queue.add(task(sequence, owner=owner, priority=priority))
    # Two of ada's own, as many turns of bob's and his next, and all that is urgent.
    assert queue.ahead_of("task-108") == 5 + 2 + 3
    assert queue.ahead_of("task-1") == 0
    assert queue.ahead_of("task-6") == 5 + 1


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["add", "remove", "ripen"]),
            st.integers(0, 30),
            st.sampled_from(["ada", "bob"]),
            st.sampled_from(list(Priority)),
        ),
        max_size=80,
    )
)
def test_buckets_heads_and_lines_agree_after_any_history(steps):
    queue = TaskQueue(AGEING)
    now = 0.0
    for verb, sequence, owner, priority in steps:
        name = f"task-{sequence}"
        now += 10
        if verb == "ripen":
            queue.ripen(now)
        elif verb == "remove" and name in queue:
            queue.remove(name)
        elif verb == "add" and name not in queue:
            queue.add(task(sequence, owner=owner, priority=priority, at=now - 50))
        queue.validate()
