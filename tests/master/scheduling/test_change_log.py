"""The log of changes: who looks in time learns what changed, who comes late starts anew."""

import pytest

from app.master.scheduling.changes import KEPT, ChangeLog
from app.master.scheduling.class_scores import ClassScores
from app.master.scheduling.nodes import NodeTable
from app.master.tasks.requirements import Requirements
from tests.scheduling_world import facts


@pytest.mark.parametrize("changes", [0, 1, KEPT, 2 * KEPT, 2 * KEPT + 1, 5 * KEPT])
@pytest.mark.parametrize("behind", [0, 1, KEPT - 1])
def test_the_newest_changes_are_known(changes, behind):
    log = ChangeLog()
    for slot in range(changes):
        log.note(slot)
    assert log.version == changes
    since = log.since(log.version - min(behind, changes))
    assert since is not None
    assert since.tolist() == list(range(changes))[changes - min(behind, changes) :]


def test_older_changes_are_not_guessed():
    log = ChangeLog()
    for slot in range(2 * KEPT + 1):
        log.note(slot)
    assert log.since(0) is None


def test_who_is_told_to_start_anew_does():
    log = ChangeLog()
    log.note(1)
    version = log.version
    log.forget()
    assert log.since(version) is None
    assert log.version > version
    log.note(2)
    assert log.since(log.version - 1).tolist() == [2]


def test_scores_far_behind_catch_up():
    table = NodeTable()
    table.upsert("one", facts(cores=2))
    scores = ClassScores(table, Requirements())
    assert scores.best(0) == 0
    for _ in range(2 * KEPT):
        table.allocate("one", Requirements())
        table.release("one", Requirements(), ())
    table.allocate("one", Requirements(cpu_millicores=2000))
    assert scores.best(0) == -1
