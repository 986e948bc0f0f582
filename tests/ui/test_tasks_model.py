"""The tasks as rows: words, spans, sorting, counts."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.common.vocabulary import AttemptOutcome, TaskState
from tests.ui.task_world import NOW, task, tasks
from ui.models.task_words import Phase, outcome_label, phase, task_name
from ui.models.tasks import Tally, TasksModel, shown_percent


def model_of(known) -> TasksModel:
    model = TasksModel()
    model.now = float(NOW)
    model.set_rows(known)
    return model


def shown(model: TasksModel, column: str) -> list[str]:
    number = [each.name for each in model.columns].index(column)
    return [model.index(place, number).data() for place in range(model.rowCount())]


def sort(model: TasksModel, column: str, *, down: bool = False) -> None:
    order = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
    model.sort([each.name for each in model.columns].index(column), order)


def test_it_is_a_sound_model(qapp):
    known = tasks(60)
    model = model_of(known)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for column in range(model.columnCount()):
        model.sort(column, Qt.SortOrder.DescendingOrder)
        known["new"] = task(1000 + column, task_id="new")
        model.update(["new"])
    model.set_filter("alice")
    del known["new"]
    model.update(["new"])
    del tester


@pytest.mark.parametrize("state", list(TaskState))
def test_every_state_has_a_phase(state):
    assert int(phase(task(1, state=int(state)))) // 10 == state


def test_a_cancellation_on_its_way_is_seen(qapp):
    assert phase(task(1, state=3, cancel_requested=True)) is Phase.CANCELLING
    assert phase(task(1, state=6, cancel_requested=True)) is Phase.CANCELLED


def test_every_outcome_has_a_word():
    words = {outcome_label(outcome) for outcome in AttemptOutcome}
    assert len(words) == len(AttemptOutcome)
    assert outcome_label(0)


def test_a_member_of_an_array_is_named_by_its_index():
    assert task_name(task(1, name="render", array_count=9, array_index=3)) == "render [3]"
    assert task_name(task(1, name="render", array_count=1)) == "render"


def test_spans_grow_while_they_last(qapp):
    waits, runs, ended = task(1, state=1), task(2, state=3), task(3, state=4)
    waits.submitted_at.seconds = NOW - 65
    runs.submitted_at.seconds, runs.started_at.seconds = NOW - 100, NOW - 40
    ended.submitted_at.seconds = NOW - 500
    ended.started_at.seconds, ended.ended_at.seconds = NOW - 490, NOW - 470
    model = model_of({each.task_id: each for each in (waits, runs, ended)})
    assert shown(model, "waiting") == ["1 min 5 s", "1 min", "10 s"]
    assert shown(model, "running") == ["", "40 s", "20 s"]
    model.now += 2
    assert shown(model, "waiting") == ["1 min 7 s", "1 min", "10 s"]
    assert shown(model, "running") == ["", "42 s", "20 s"]


def test_those_that_still_wait_come_before_those_that_waited(qapp):
    known = tasks(200)
    model = model_of(known)
    sort(model, "waiting", down=True)
    rows = [model.row_at(place) for place in range(model.rowCount())]
    queued = [each.state == TaskState.QUEUED for each in rows]
    assert queued == sorted(queued, reverse=True)
    waited = [each.submitted_at.seconds for each in rows if each.state == TaskState.QUEUED]
    assert waited == sorted(waited)


def test_names_sort_without_case_and_arrays_by_index(qapp):
    known = {
        each.task_id: each
        for each in (
            task(1, name="b", array_count=12, array_index=11),
            task(2, name="B", array_count=12, array_index=2),
            task(3, name="a"),
        )
    }
    model = model_of(known)
    sort(model, "name")
    assert shown(model, "name") == ["a", "B [2]", "b [11]"]


def test_only_a_running_task_that_tells_has_progress():
    assert shown_percent(task(1, state=3, progress_percent=40)) == 40
    assert shown_percent(task(1, state=3, progress_percent=0)) is None
    assert shown_percent(task(1, state=4, progress_percent=40)) is None


@pytest.mark.parametrize(
    "words", ["running alice", "LAB-0", "蛋白质", "urgent", "01k0000", "2026-09 high"]
)
def test_the_filter_looks_into_every_column(qapp, words):
    known = tasks(300)
    model = model_of(known)
    model.set_filter(words)
    assert 0 < model.rowCount() <= 300
    for place in range(model.rowCount()):
        row = " ".join(
            str(model.index(place, column).data()) for column in range(model.columnCount())
        ).casefold()
        assert all(word in row for word in words.casefold().split())


def test_counts_follow_the_tasks():
    known = tasks(100)
    tally = Tally()
    tally.count_all(known, None)
    (queued, *_) = [key for key, each in known.items() if each.state == TaskState.QUEUED]
    before = dict(tally.counts)
    known[queued].state = int(TaskState.RUNNING)
    known["new"] = task(500, state=5, task_id="new")
    tally.update([queued, "new"], known, None)
    assert tally.counts[Phase.QUEUED] == before[Phase.QUEUED] - 1
    assert tally.counts[Phase.RUNNING] == before[Phase.RUNNING] + 1
    assert tally.counts[Phase.FAILED] == before[Phase.FAILED] + 1
    del known["new"]
    tally.update(["new"], known, None)
    fresh = Tally()
    fresh.count_all(known, None)
    assert +tally.counts == +fresh.counts


def test_counts_are_of_whom_is_asked_for():
    known = tasks(100)
    tally = Tally()
    tally.count_all(known, lambda each: each.owner == "alice")
    assert tally.counts.total() == sum(each.owner == "alice" for each in known.values())
    tally.update(["new"], known | {"new": task(1, owner="bob")}, lambda each: each.owner == "alice")
    assert tally.counts.total() == sum(each.owner == "alice" for each in known.values())
