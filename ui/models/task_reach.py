"""What an action on tasks reaches. No Qt."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from app.common.vocabulary import Priority, TaskState
from proto import nodepool_pb2 as pb

#: Tasks and arrays that one call may name.
NAMED_MAX = 1000


@dataclass(frozen=True, slots=True)
class CancelReach:
    """What cancelling some tasks means, counted from the tasks as they are known."""

    #: Tasks that are open, whose cancellation is not on its way yet.
    task_ids: list[str]
    #: Open tasks by user, the most first.
    users: dict[str, int]
    #: Of the open ones: at work, so that work is lost.
    at_work: int
    refund_mcpt: int

    @property
    def tasks(self) -> int:
        return len(self.task_ids)


@dataclass(frozen=True, slots=True)
class PriorityStep:
    """One call that gives tasks and arrays another priority than they all had `before`."""

    names: list[str]
    before: Priority
    owners: frozenset[str]


def is_open(task: pb.TaskInfo) -> bool:
    """Whether it can still be cancelled."""
    return bool(task.state < TaskState.SUCCEEDED and not task.cancel_requested)


def can_run_again(task: pb.TaskInfo) -> bool:
    """Whether it failed or was cancelled."""
    return int(task.state) in (TaskState.FAILED, TaskState.CANCELLED)


def has_result(task: pb.TaskInfo) -> bool:
    """Whether it has left something."""
    return bool(task.result_digest)


def is_queued(task: pb.TaskInfo) -> bool:
    """Whether it waits, so that its priority still matters."""
    return int(task.state) == TaskState.QUEUED and not task.cancel_requested


def cancel_reach(tasks: Collection[pb.TaskInfo]) -> CancelReach:
    """What cancelling `tasks` reaches; those that have ended are left out."""
    concerned = [task for task in tasks if is_open(task)]
    return CancelReach(
        task_ids=[task.task_id for task in concerned],
        users=dict(Counter(task.owner for task in concerned).most_common()),
        at_work=sum(int(task.state) != TaskState.QUEUED for task in concerned),
        refund_mcpt=sum(task.price_mcpt for task in concerned),
    )


def cancel_calls(task_ids: Collection[str], known: Mapping[str, pb.TaskInfo]) -> list[str]:
    """The ids to cancel by: one for a whole array where all its open tasks are among `task_ids`."""
    return fewest_names(task_ids, known, is_open)


def priority_steps(
    tasks: Collection[pb.TaskInfo], known: Mapping[str, pb.TaskInfo]
) -> list[PriorityStep]:
    """By which calls queued tasks get another priority, and how to take that back."""
    groups: dict[int, list[pb.TaskInfo]] = defaultdict(list)
    for task in tasks:
        groups[task.priority or Priority.NORMAL].append(task)
    steps = []
    for before, group in sorted(groups.items()):
        names = fewest_names([task.task_id for task in group], known, is_queued)
        owner_of = {task.array_id: task.owner for task in group}
        for first in range(0, len(names), NAMED_MAX):
            part = names[first : first + NAMED_MAX]
            owners = frozenset(owner_of[name.partition("-")[0]] for name in part)
            steps.append(PriorityStep(part, Priority(before), owners))
    return steps


def fewest_names(
    task_ids: Collection[str],
    known: Mapping[str, pb.TaskInfo],
    concerns: Callable[[pb.TaskInfo], bool],
) -> list[str]:
    """An array's id where all its tasks that an action `concerns` are among `task_ids`.

    The tasks of an array of which not all are known are named one by one.
    """
    wanted = set(task_ids)
    members: dict[str, list[str]] = defaultdict(list)
    for task_id in task_ids:
        task = known[task_id]
        if task.array_count > 1:
            members[task.array_id].append(task_id)
    whole: set[str] = set()
    if members:
        kept: Counter[str] = Counter()
        seen: Counter[str] = Counter()
        for task_id, task in known.items():
            if task.array_id in members:
                seen[task.array_id] += 1
                kept[task.array_id] += concerns(task) and task_id not in wanted
        whole = {
            array_id
            for array_id, ids in members.items()
            if not kept[array_id] and seen[array_id] == known[ids[0]].array_count
        }
    alone = [each for each in task_ids if known[each].array_id not in whole]
    return [*sorted(whole), *alone]
