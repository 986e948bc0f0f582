"""Lists that are kept are those that still hold."""

import pytest

from app.master.events import EventBus, NodeHeard, TaskChanged
from app.master.web.json_out import to_text
from app.master.web.kept_lists import BYTES_MAX, Kept, KeptLists
from proto import nodepool_pb2 as pb

CHANGE = TaskChanged(1, "a", "a", "ann")
ANSWER = Kept(b"[]", "")


@pytest.fixture
def events():
    return EventBus()


@pytest.fixture
def lists(events):
    return KeptLists(events)


def test_an_answer_is_given_again_to_the_same_question_alone(lists):
    lists.keep("mine", ANSWER, lists.begin())
    assert lists.get("mine") is ANSWER
    assert lists.get("yours") is None


def test_a_task_that_changes_ends_them(lists, events):
    lists.keep("mine", ANSWER, lists.begin())
    events.publish([NodeHeard("n")])
    assert lists.get("mine") is ANSWER
    events.publish([CHANGE, CHANGE])
    assert lists.get("mine") is None
    lists.keep("mine", ANSWER, lists.begin())
    events.publish([CHANGE])
    assert lists.get("mine") is None


def test_what_was_read_before_a_change_is_not_kept_after_it(lists, events):
    epoch = lists.begin()
    events.publish([CHANGE])
    lists.keep("mine", ANSWER, epoch)
    assert lists.get("mine") is None


def test_nobody_listens_for_nothing(lists, events):
    assert not events.heard
    lists.begin()
    assert events.heard
    events.publish([CHANGE])
    assert not events.heard


def test_they_hold_so_much_memory_and_no_more(lists):
    large = Kept(b"x" * (BYTES_MAX // 4), "")
    for number in range(6):
        lists.keep(number, large, lists.begin())
    kept = [number for number in range(6) if lists.get(number)]
    assert kept == [2, 3, 4, 5]
    lists.keep("whole", Kept(b"x" * (BYTES_MAX // 4 + 1), ""), lists.begin())
    assert lists.get("whole") is None


def test_a_list_reads_as_if_written_anew_and_only_changed_rows_are(lists, monkeypatch):
    written = []

    def counted(message):
        written.append(message)
        return to_text(message)

    monkeypatch.setattr("app.master.web.kept_lists.to_text", counted)
    answer = pb.GetAllTasksResponse(next_page_token='"tasks":[]')
    assert lists.text(answer) == to_text(answer)
    answer.tasks.extend(pb.TaskInfo(task_id=name, name='"tasks":[]') for name in "abc")
    answer.tasks[1].exit_code = 0
    assert lists.text(answer) == to_text(answer)
    del written[:]
    assert lists.text(answer) == to_text(answer)
    assert [type(each) for each in written] == [pb.GetAllTasksResponse]
    answer.tasks[1].exit_code = 1
    assert lists.text(answer) == to_text(answer)
    assert [each.task_id for each in written if isinstance(each, pb.TaskInfo)] == ["b"]


def test_rows_take_no_more_memory_than_is_theirs(lists, monkeypatch):
    monkeypatch.setattr("app.master.web.kept_lists.ROWS_MAX", 5)
    answer = pb.GetAllTasksResponse(tasks=[pb.TaskInfo(task_id=str(n)) for n in range(17)])
    assert lists.text(answer) == to_text(answer)
    assert len(lists._rows) <= 5
