"""The pane of the tasks: what it shows, its filter, its selection, its actions."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import Role, TaskState
from proto import nodepool_pb2 as pb
from tests.ui.scripted_pool import until
from tests.ui.task_world import TaskWorld, task, tasks
from ui.docks.tasks import TasksPane
from ui.feed import Link
from ui.models.task_words import Phase


@pytest.fixture
async def world(qtbot, tmp_path):
    made = TaskWorld(tmp_path)
    yield made
    await made.close()


@pytest.fixture
def pane(world) -> TasksPane:
    return shown(world)


def shown(world) -> TasksPane:
    pane = TasksPane(world.console)
    world.keep(pane)
    pane.resize(1100, 500)
    pane.show()
    return pane


def dialogs_of(pane) -> list:
    opened: list = []
    pane.actions_of_tasks.opened.connect(opened.append)
    return opened


def ids_of(world, state: TaskState, owner: str = "") -> list[str]:
    return [
        key
        for key, each in world.tasks.items()
        if each.state == state and owner in ("", each.owner)
    ]


async def test_it_shows_the_newest_first_and_counts(world, pane):
    world.go_live(tasks(100))
    assert pane.count.text() == "100 of 100"
    submitted = [pane.model.row_at(place).submitted_at.seconds for place in range(100)]
    assert submitted == sorted(submitted, reverse=True)
    queued = len(ids_of(world, TaskState.QUEUED))
    assert f"Queued {queued}" in pane.chips._buttons[Phase.QUEUED].text()


async def test_what_changes_is_shown(world, pane):
    world.go_live(tasks(10))
    world.change(task(77), task(3, name="renamed"))
    await until(lambda: pane.count.text() == "11 of 11")
    place = pane.model.place_of(task(3).task_id)
    assert pane.model.row_at(place).name == "renamed"


async def test_while_hidden_it_rests_and_then_catches_up(world, pane):
    world.go_live(tasks(10))
    pane.hide()
    world.change(task(77))
    assert not pane._tick_timer.isActive()
    assert not pane._flushing.asked
    pane.show()
    assert pane._tick_timer.isActive()
    await until(lambda: pane.count.text() == "11 of 11")


async def test_words_states_and_mine_narrow_it_down(world, pane):
    world.go_live(tasks(200))
    pane.filter.setText("alice")
    await until(lambda: pane.model.rowCount() < 200)
    assert {each.owner for each in rows(pane)} == {"alice"}
    pane.filter.clear()
    pane.chips.switch(Phase.FAILED, on=True)
    pane.scope.setCurrentIndex(1)
    await until(lambda: not pane._filter_timer.isActive())
    assert {(each.owner, each.state) for each in rows(pane)} == {("alice", TaskState.FAILED)}
    failed = len(ids_of(world, TaskState.FAILED, "alice"))
    assert pane.count.text() == f"{failed} of 200"
    assert str(failed) in pane.chips._buttons[Phase.FAILED].text()


async def test_a_filter_waits_until_the_words_of_all_are_known(world, pane):
    world.go_live(tasks(2000))
    assert pane._warm_timer.isActive()
    pane.filter.setText("alice")
    pane._apply_filter()
    assert pane.model.rowCount() == 2000
    await until(lambda: pane.model.rowCount() < 2000)
    assert not pane._warm_timer.isActive()
    assert {each.owner for each in rows(pane)} == {"alice"}


def rows(pane) -> list[pb.TaskInfo]:
    return [pane.model.row_at(place) for place in range(pane.model.rowCount())]


async def test_a_filter_that_hides_all_can_be_taken_off(world, pane):
    world.go_live(tasks(10))
    pane.filter.setText("nothing is called this")
    await until(pane.empty.isVisible)
    pane.empty.button.click()
    assert pane.table.isVisible()
    assert pane.count.text() == "10 of 10"


async def test_an_empty_pool_says_what_to_do(world, pane, qtbot):
    assert "Asking" in pane.empty._headline.text()
    world.go_live({})
    with qtbot.waitSignal(pane.submit_wanted):
        pane.empty.button.click()


async def test_who_may_not_submit_is_not_asked_to(qtbot, tmp_path):
    world = TaskWorld(tmp_path, Role.AUDITOR)
    pane = shown(world)
    world.go_live({})
    assert not pane.empty.button.isVisible()
    world.go_live(tasks(20))
    pane.table.selectAll()
    assert not pane.actions_of_tasks.cancel.isEnabled()
    assert "role" in pane.actions_of_tasks.cancel.toolTip()
    await world.close()


async def test_the_selection_is_shared_both_ways(world, pane):
    world.go_live(tasks(50))
    key = pane.model.key_at(7)
    pane.table.selectRow(7)
    assert world.console.selection.tasks == [key]
    other = pane.model.key_at(20)
    world.console.selection.select_tasks([other])
    assert pane.table.keys() == [other]


async def test_cancelling_many_names_its_reach_first(world, pane):
    world.go_live(tasks(100))
    opened = dialogs_of(pane)
    world.answers["tasks.cancel"] = lambda _id: 1
    pane.table.selectAll()
    pane.actions_of_tasks.cancel.trigger()
    await until(lambda: opened)
    concerned = [each for each in world.tasks.values() if each.state < TaskState.SUCCEEDED]
    headline = opened[0].labels[0].text()
    assert f"{len(concerned)} tasks" in headline
    assert "4 users" in headline
    assert f"{sum(each.price_mcpt for each in concerned) / 1000:.4g}" in headline.replace(",", "")
    assert not world.called("tasks.cancel")
    opened[0].confirm.click()
    await until(lambda: len(world.called("tasks.cancel")) == len(concerned))
    asked = {args[0] for args, _ in world.called("tasks.cancel")}
    assert asked == {each.task_id for each in concerned}


async def test_leaving_it_cancels_nothing(world, pane):
    world.go_live(tasks(10))
    opened = dialogs_of(pane)
    pane.table.selectAll()
    pane.actions_of_tasks.cancel.trigger()
    await until(lambda: opened)
    opened[0].reject()
    assert not world.calls


async def test_a_task_that_was_quicker_is_no_failure(world, pane):
    world.go_live(tasks(40))
    opened = dialogs_of(pane)
    said: list[str] = []
    world.operations.done.connect(said.append)
    world.answers["tasks.cancel"] = HiveMindError(Reason.TASK_ENDED)
    pane.table.select_keys(ids_of(world, TaskState.RUNNING)[:2])
    pane.actions_of_tasks.cancel.trigger()
    await until(lambda: opened)
    opened[0].confirm.click()
    await until(lambda: said)
    assert not world.failures


async def test_a_user_cancels_only_what_is_theirs(qtbot, tmp_path):
    world = TaskWorld(tmp_path, Role.USER)
    pane = shown(world)
    world.go_live(tasks(100))
    actions = pane.actions_of_tasks
    pane.table.select_keys(ids_of(world, TaskState.RUNNING, "bob")[:1])
    assert not actions.cancel.isEnabled()
    assert "owner" in actions.cancel.toolTip()
    pane.table.select_keys(ids_of(world, TaskState.RUNNING, "alice")[:1])
    assert actions.cancel.isEnabled()
    assert not pane.scope.isVisible()
    await world.close()


async def test_one_task_runs_again_at_once_and_many_are_asked_about(world, pane):
    world.go_live(tasks(200))
    opened = dialogs_of(pane)
    world.answers["tasks.retry"] = pb.UploadTaskResponse(task_id="new")
    failed = ids_of(world, TaskState.FAILED, "alice")
    pane.table.select_keys(failed[:1])
    pane.actions_of_tasks.retry.trigger()
    await until(lambda: len(world.called("tasks.retry")) == 1)
    assert not opened
    pane.table.select_keys(failed[:3])
    pane.actions_of_tasks.retry.trigger()
    assert "3 tasks" in opened[0].labels[0].text()
    opened[0].confirm.click()
    await until(lambda: len(world.called("tasks.retry")) == 4)


async def test_results_are_deleted_only_when_that_is_confirmed(world, pane):
    world.go_live(tasks(100))
    opened = dialogs_of(pane)
    world.answers["tasks.delete_result"] = None
    pane.table.select_keys(ids_of(world, TaskState.SUCCEEDED, "alice")[:2])
    pane.actions_of_tasks.delete_result.trigger()
    assert not opened[0].confirm.isDefault()
    opened[0].confirm.click()
    await until(lambda: len(world.called("tasks.delete_result")) == 2)


async def test_clone_is_for_one_task(world, pane, qtbot):
    world.go_live(tasks(100))
    mine = ids_of(world, TaskState.FAILED, "alice")
    pane.table.select_keys(mine[:2])
    assert not pane.actions_of_tasks.clone.isEnabled()
    pane.table.select_keys(mine[:1])
    with qtbot.waitSignal(pane.clone_wanted) as caught:
        pane.actions_of_tasks.clone.trigger()
    assert caught.args == mine[:1]


async def test_ids_and_commands_are_copied(world, pane):
    world.go_live(tasks(10))
    pane.table.selectAll()
    keys = pane.table.keys()
    pane.actions_of_tasks.copy_ids.trigger()
    assert QGuiApplication.clipboard().text() == "\n".join(keys)
    pane.actions_of_tasks.copy_commands[0].trigger()
    assert QGuiApplication.clipboard().text().splitlines()[0] == f"hivemind task show {keys[0]}"


async def test_the_menu_opens_on_what_is_selected(world, pane):
    world.go_live(tasks(10))
    position = pane.table.visualRect(pane.model.index(2, 0)).center()
    pane.table.clearSelection()
    pane.table.customContextMenuRequested.emit(position)
    assert not menus(pane)
    pane.table.selectRow(2)
    pane.table.customContextMenuRequested.emit(position)
    (menu,) = menus(pane)
    assert pane.actions_of_tasks.delete_result in menu.actions()
    menu.close()


def menus(pane) -> list[QMenu]:
    return [each for each in pane.findChildren(QMenu) if each.isVisible()]


async def test_the_pane_of_details_is_wished_for(world, pane, qtbot):
    world.go_live(tasks(10))
    with qtbot.waitSignal(pane.pane_wanted) as caught:
        pane.table.activated.emit(pane.model.index(0, 0))
    assert caught.args == ["task_details"]


async def test_only_while_spans_grow_they_are_painted_again(world, pane, qtbot):
    known = {each.task_id: each for each in (task(1, state=4), task(2, state=5))}
    world.go_live(known)
    changed: list = []
    pane.model.dataChanged.connect(lambda top, low: changed.append((top.column(), low.column())))
    pane._tick()
    assert not changed
    world.change(task(3, state=3))
    await until(lambda: pane.model.rowCount() == 3)
    changed.clear()
    pane._tick()
    names = [each.name for each in pane.model.columns]
    spans = [names.index("waiting"), names.index("running")]
    assert changed == [(column, column) for column in spans]


async def test_a_lost_connection_leaves_what_was_known(world, pane):
    world.go_live(tasks(10))
    world.console.feed.link = Link.LOST
    world.console.feed.link_changed.emit(Link.LOST, "gone")
    assert pane.table.isVisible()


async def test_the_columns_are_kept(world, pane):
    pane.table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert world.console.settings.values.tables["tasks"]
    again = shown(world)
    assert again.table.horizontalHeader().sortIndicatorSection() == 1
