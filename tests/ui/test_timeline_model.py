"""Who ran what when: bars by node, lanes, ticks."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.ui.task_world import NOW, task, tasks
from ui.models.timeline import KEPT_SECONDS, Timeline, ticks


def ran(number: int, node: str, start: int, end: int = 0):
    made = task(number, state=4 if end else 3, node_id=node, node_name=node.upper())
    made.started_at.seconds = NOW + start
    made.ended_at.seconds = NOW + end if end else 0
    return made


def timeline_of(*made) -> Timeline:
    timeline = Timeline()
    timeline.show_all({each.task_id: each for each in made}, NOW)
    return timeline


def ids(lanes):
    return [[int(bar.task_id[3:]) for bar in lane] for lane in lanes]


def test_bars_that_do_not_touch_share_a_lane():
    timeline = timeline_of(
        ran(1, "a", -90, -60), ran(2, "a", -80, -40), ran(3, "a", -60, -50), ran(4, "a", -10)
    )
    assert ids(timeline.lanes("a", NOW - 100, NOW, NOW)) == [[1, 3, 4], [2]]


def test_only_what_is_in_sight_is_given():
    timeline = timeline_of(ran(1, "a", -90, -60), ran(2, "a", -50, -40), ran(3, "a", -10))
    assert ids(timeline.lanes("a", NOW - 55, NOW - 20, NOW)) == [[2]]


def test_nodes_come_by_name():
    timeline = timeline_of(ran(1, "n10", -9), ran(2, "n9", -9), ran(3, "a", -9))
    assert timeline.nodes() == [("a", "A"), ("n9", "N9"), ("n10", "N10")]


def test_what_ended_long_ago_is_forgotten():
    old = ran(1, "a", -int(KEPT_SECONDS) - 90, -int(KEPT_SECONDS) - 60)
    assert timeline_of(old).nodes() == []


def test_a_task_that_goes_to_another_node_leaves_the_first():
    made = ran(1, "a", -9)
    known = {made.task_id: made}
    timeline = Timeline()
    timeline.show_all(known, NOW)
    made.node_id, made.node_name = "b", "B"
    timeline.update(known, known, NOW)
    assert timeline.nodes() == [("b", "B")]
    timeline.update(known, {}, NOW)
    assert timeline.nodes() == []


@given(st.lists(st.tuples(st.integers(-100, -2), st.integers(1, 60)), max_size=20))
def test_no_bar_lies_over_another_of_its_lane(spans):
    made = [ran(n, "a", start, min(-1, start + span)) for n, (start, span) in enumerate(spans)]
    lanes = timeline_of(*made).lanes("a", NOW - 200, NOW, NOW)
    assert sum(map(len, lanes)) == len(made)
    for lane in lanes:
        for first, second in pairwise(lane):
            assert first.end <= second.start


@given(st.floats(0, 2e9), st.floats(1, 30_000), st.integers(1, 30))
def test_ticks_are_round_and_not_too_many(since, span, room):
    marks = ticks(since, since + span, room)
    assert len(marks) <= room + 2
    assert all(since <= mark <= since + span for mark in marks)


def test_many_tasks_are_kept_up():
    known = tasks(500)
    timeline = Timeline()
    timeline.show_all(known, NOW)
    fresh = Timeline()
    fresh.update(known, known, NOW)
    assert timeline.nodes() == fresh.nodes()
