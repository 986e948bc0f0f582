"""What cancelling reaches, and by how few calls."""

from app.common.vocabulary import TaskState
from tests.ui.task_world import task, tasks
from ui.models.task_reach import can_run_again, cancel_calls, cancel_reach, has_result, is_open


def array(count: int, known: int, **fields) -> dict:
    made = [
        task(n, state=1, task_id=f"a-{n}", array_id="a", array_count=count, array_index=n, **fields)
        for n in range(known)
    ]
    return {each.task_id: each for each in made}


def test_what_has_ended_is_left_out():
    known = tasks(200)
    reach = cancel_reach(list(known.values()))
    open_tasks = [each for each in known.values() if each.state < TaskState.SUCCEEDED]
    assert reach.tasks == len(open_tasks)
    assert reach.refund_mcpt == sum(each.price_mcpt for each in open_tasks)
    assert sum(reach.users.values()) == reach.tasks
    assert list(reach.users.values()) == sorted(reach.users.values(), reverse=True)
    assert reach.at_work == sum(each.state != TaskState.QUEUED for each in open_tasks)


def test_a_cancellation_on_its_way_is_not_counted_again():
    assert cancel_reach([task(1, state=3, cancel_requested=True)]).task_ids == []


def test_a_whole_array_is_one_call():
    known = array(9, 9) | tasks(5)
    (single, *_) = [key for key, each in known.items() if each.array_count == 1]
    ids = [key for key, each in known.items() if each.array_id == "a"]
    assert cancel_calls([*ids, single], known) == ["a", single]


def test_of_a_part_of_an_array_each_is_a_call():
    known = array(9, 9)
    assert cancel_calls(["a-1", "a-2"], known) == ["a-1", "a-2"]


def test_members_that_have_ended_do_not_matter():
    known = array(3, 3)
    known["a-2"].state = int(TaskState.SUCCEEDED)
    assert cancel_calls(["a-0", "a-1"], known) == ["a"]


def test_an_array_that_is_not_all_known_is_cancelled_task_by_task():
    known = array(9, 4)
    assert cancel_calls(list(known), known) == list(known)


def test_what_can_be_done_with_a_task():
    by_state = {state: task(1, state=int(state)) for state in TaskState}
    assert {state for state, each in by_state.items() if is_open(each)} == {
        TaskState.QUEUED,
        TaskState.ASSIGNED,
        TaskState.RUNNING,
    }
    assert {state for state, each in by_state.items() if can_run_again(each)} == {
        TaskState.FAILED,
        TaskState.CANCELLED,
    }
    assert {state for state, each in by_state.items() if has_result(each)} == {TaskState.SUCCEEDED}
