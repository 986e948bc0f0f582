"""Another priority: for whom, at what price, by which calls, and back again."""

import pytest
from PySide6.QtWidgets import QMenu, QToolBar, QToolButton, QWidget

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import Priority, Role, TaskState
from proto import nodepool_pb2 as pb
from tests.ui.scripted_pool import until
from tests.ui.task_world import TaskWorld, task
from ui.models.task_reach import NAMED_MAX, priority_steps
from ui.task_actions import TaskActions


def waiting(number: int, **fields: object) -> pb.TaskInfo:
    return task(number, state=int(TaskState.QUEUED), **({"priority": 1, "owner": "alice"} | fields))


@pytest.fixture
async def world(qtbot, tmp_path):
    made = TaskWorld(tmp_path)
    yield made
    await made.close()


def actions_on(world, *tasks: pb.TaskInfo) -> TaskActions:
    world.go_live({each.task_id: each for each in tasks})
    window = QWidget()
    world.keep(window)
    actions = TaskActions(world.console, lambda: [each.task_id for each in tasks], window)
    actions.opened_dialogs = []
    actions.opened.connect(actions.opened_dialogs.append)
    return actions


def calls_of(world) -> list[tuple]:
    return [
        (args, keywords["priority"], keywords.get("preview", False))
        for args, keywords in world.called("tasks.set_priority")
    ]


async def take_back(world) -> None:
    said = []
    world.operations.done.connect(said.append)
    world.operations.start("Undo", world.operations.undo.take().run(), said="Taken back.")
    await until(lambda: said)


async def test_one_task_that_gets_no_dearer_changes_at_once_and_can_be_taken_back(world):
    one = waiting(1)
    actions = actions_on(world, one)
    world.answers["tasks.set_priority"] = pb.SetTaskPriorityResponse(changed=1)
    actions.priority.by_priority[Priority.URGENT].trigger()
    await until(lambda: world.operations.undo.said)
    assert "Urgent" in world.operations.undo.said
    assert not actions.opened_dialogs
    await take_back(world)
    assert calls_of(world) == [
        ((one.task_id,), Priority.URGENT, True),
        ((one.task_id,), Priority.URGENT, False),
        ((one.task_id,), Priority.NORMAL, False),
    ]


async def test_one_that_gets_dearer_is_asked_about(world):
    actions = actions_on(world, waiting(1))
    world.answers["tasks.set_priority"] = pb.SetTaskPriorityResponse(
        changed=1, price_change_mcpt=5000
    )
    actions.priority.by_priority[Priority.URGENT].trigger()
    await until(lambda: actions.opened_dialogs)
    (dialog,) = actions.opened_dialogs
    assert "5 CPT more" in dialog.labels[1].text()
    dialog.reject()
    assert len(calls_of(world)) == 1


async def test_many_are_previewed_by_the_master_first(world):
    mine = [waiting(n) for n in range(3)]
    others = [waiting(n, owner="bob", priority=2) for n in range(3, 5)]
    running = task(9, state=int(TaskState.RUNNING), owner="alice")
    actions = actions_on(world, *mine, *others, running)
    answers = iter([3, 2, 3, 2])

    def answer(*_names, priority, preview=False):
        return pb.SetTaskPriorityResponse(changed=next(answers), price_change_mcpt=4000)

    world.answers["tasks.set_priority"] = answer
    actions.priority.by_priority[Priority.URGENT].trigger()
    await until(lambda: actions.opened_dialogs)
    (dialog,) = actions.opened_dialogs
    words = " ".join(label.text() for label in dialog.labels)
    assert "5 tasks of 2 users" in words
    assert "8 CPT more" in words
    assert all(preview for *_, preview in calls_of(world))
    dialog.confirm.click()
    await until(lambda: world.operations.undo.said)
    names = [tuple(each.task_id for each in group) for group in (mine, others)]
    assert calls_of(world)[2:] == [(group, Priority.URGENT, False) for group in names]
    world.answers["tasks.set_priority"] = pb.SetTaskPriorityResponse()
    await take_back(world)
    back = sorted(calls_of(world)[4:], key=lambda call: call[1])
    assert back == [(names[0], Priority.NORMAL, False), (names[1], Priority.HIGH, False)]


async def test_what_is_refused_is_told_and_changes_nothing(world):
    actions = actions_on(world, waiting(1))
    world.answers["tasks.set_priority"] = HiveMindError(Reason.INSUFFICIENT_BALANCE, "Too dear.")
    actions.priority.by_priority[Priority.HIGH].trigger()
    await until(lambda: world.failures)
    assert world.failures[0][1] == "Too dear."
    assert not world.operations.undo.said


async def test_only_what_waits_and_only_ones_own(tmp_path, world):
    running = task(1, state=int(TaskState.RUNNING), owner="alice")
    actions = actions_on(world, running)
    assert not actions.priority.action.isEnabled()
    assert "state" in actions.priority.action.toolTip()
    user = TaskWorld(tmp_path / "user", Role.USER)
    actions = actions_on(user, waiting(2, owner="bob"))
    assert not actions.priority.action.isEnabled()
    actions.priority.by_priority[Priority.HIGH].trigger()
    assert not user.calls
    await user.close()


async def test_the_choice_shows_what_they_have_and_opens_at_a_click(world):
    actions = actions_on(world, waiting(1, priority=2), waiting(2, priority=2))
    actions.priority.choice.aboutToShow.emit()
    checked = [one for one, each in actions.priority.by_priority.items() if each.isChecked()]
    assert checked == [Priority.HIGH]
    bar, menu = QToolBar(), QMenu()
    for place in (bar, menu):
        world.keep(place)
        actions.fill(place)
    button = bar.widgetForAction(actions.priority.action)
    assert button.popupMode() == QToolButton.ToolButtonPopupMode.InstantPopup
    assert actions.priority.action in menu.actions()


def test_whole_arrays_are_named_by_their_id_and_calls_are_not_too_long(qapp):
    whole = [
        waiting(n, task_id=f"a-{n}", array_id="a", array_count=5, array_index=n) for n in range(5)
    ]
    part = [
        waiting(n, task_id=f"b-{n}", array_id="b", array_count=5, array_index=n) for n in range(5)
    ]
    single = [waiting(100 + n) for n in range(NAMED_MAX + 1)]
    known = {each.task_id: each for each in (*whole, *part, *single)}
    steps = priority_steps([*whole, *part[:2], *single], known)
    names = [name for step in steps for name in step.names]
    assert names == ["a", "b-0", "b-1", *(each.task_id for each in single)]
    assert [len(step.names) for step in steps] == [NAMED_MAX, 4]
    assert {step.before for step in steps} == {Priority.NORMAL}
