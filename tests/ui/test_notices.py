"""What is told, in how many words and how often, and where it can be read again."""

import pytest
from PySide6.QtCore import Qt

from app.common.vocabulary import NodeState, Role, TaskState
from proto import nodepool_pb2 as pb
from tests.ui.node_world import make_node
from tests.ui.scripted_pool import until
from tests.ui.task_world import NOW, TaskWorld, task
from ui.dialogs.settings import SettingsDialog
from ui.models.notices import Notice, NoticeKind, Watch, entries_of
from ui.notifier import Notifier
from ui.pool_state import Delta
from ui.theme import Tone
from ui.widgets.bell import Bell

GOOD, BAD = int(TaskState.SUCCEEDED), int(TaskState.FAILED)


def ended(number: int, state: int = GOOD, **fields: object) -> pb.TaskInfo:
    made = task(number, state=state, **({"owner": "alice", "name": f"job {number}"} | fields))
    made.ended_at.seconds = NOW + 5
    return made


def watch_of(*nodes: pb.NodeInfo, manages: bool = True) -> Watch:
    made = Watch("alice", manages=manages)
    made.begin(float(NOW), nodes)
    return made


# What is news


def test_own_tasks_that_end_are_told_of_once(qapp):
    watch = watch_of()
    old = ended(1)
    old.ended_at.seconds = NOW - 1
    news = watch.tasks(
        [
            old,
            ended(2),
            ended(3, BAD, detail="exit 1"),
            ended(4, owner="bob"),
            ended(5, int(TaskState.CANCELLED)),
            task(6, state=3, owner="alice"),
        ]
    )
    assert [(one.kind, one.name) for one in news] == [
        (NoticeKind.TASK_SUCCEEDED, "job 2"),
        (NoticeKind.TASK_FAILED, "job 3"),
    ]
    assert watch.tasks([ended(2)]) == []


def test_nodes_that_go_and_machines_that_come(qapp):
    known = make_node(1)
    watch = watch_of(known, make_node(2, state=int(NodeState.PENDING), online=False))
    assert watch.nodes([make_node(2, state=int(NodeState.PENDING), online=False)]) == []
    news = watch.nodes(
        [make_node(1, online=False), make_node(3, state=int(NodeState.PENDING), online=False)]
    )
    assert [one.kind for one in news] == [NoticeKind.NODE_LOST, NoticeKind.NODE_WAITS]
    assert watch.nodes([make_node(1, online=False)]) == []
    stopped = watch_of(known)
    assert stopped.nodes([make_node(1, online=False, leaving=True)]) == []
    revoked = watch_of(known)
    assert revoked.nodes([make_node(1, online=False, state=int(NodeState.REVOKED))]) == []


def test_others_nodes_are_told_of_to_who_manages_them(qapp):
    mine, other = make_node(1, owner="alice"), make_node(2, owner="bob")
    watch = watch_of(mine, other, manages=False)
    gone = [make_node(n, owner=owner, online=False) for n, owner in ((1, "alice"), (2, "bob"))]
    waits = make_node(3, state=int(NodeState.PENDING), online=False)
    assert [one.about for one in watch.nodes([*gone, waits])] == ["n00001"]


def news_of(good: int, bad: int) -> list[Notice]:
    kinds = [NoticeKind.TASK_SUCCEEDED] * good + [NoticeKind.TASK_FAILED] * bad
    return [Notice(kind, f"t{n}", f"job {n}", "Out.") for n, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        (1, 0, "“job 0” succeeded."),
        (0, 1, "“job 0” failed. Out."),
        (10, 2, "12 tasks ended, 2 of them failed."),
        (3, 0, "3 tasks ended."),
        (0, 3, "3 tasks failed."),
    ],
)
def test_many_ends_are_one_sentence(qapp, good, bad, said):
    (entry,) = entries_of(news_of(good, bad))
    assert entry.text == said
    assert len(entry.tasks) == good + bad
    assert entry.tone is (Tone.WARNING if bad else Tone.GOOD)


# How it is told


@pytest.fixture
async def world(qtbot, tmp_path):
    made = TaskWorld(tmp_path)
    made.console.state.balance = pb.GetBalanceResponse(available_mcpt=50_000)
    made.notifiers = []
    yield made
    for notifier in made.notifiers:
        notifier.stop()
    await made.close()


def notifier_of(world, **settings: object) -> tuple[Notifier, list[str]]:
    for name, value in settings.items():
        setattr(world.console.settings.values, name, value)
    notifier, said = Notifier(world.console), []
    notifier.message.connect(said.append)
    world.notifiers.append(notifier)
    world.go_live({})
    return notifier, said


async def test_a_burst_is_one_message_and_one_entry(world):
    notifier, said = notifier_of(world)
    for number in range(12):
        world.change(ended(number, BAD if number < 2 else GOOD))
    assert notifier._timer.isActive()
    notifier.flush()
    assert said == ["12 tasks ended, 2 of them failed."]
    assert [one.entry.text for one in notifier.told] == said
    assert notifier.unread == 1
    world.change(ended(99))
    # The next one waits until a few seconds have passed.
    assert notifier._timer.remainingTime() > 3000


async def test_who_has_the_window_before_them_gets_the_list_only(world):
    notifier, said = notifier_of(world)
    notifier.watched = lambda: True
    world.change(ended(1))
    notifier.flush()
    assert said == []
    assert notifier.unread == 1
    notifier.read()
    assert notifier.unread == 0
    assert len(notifier.told) == 1


async def test_what_was_switched_off_is_not_told(world):
    notifier, said = notifier_of(world, notices_off=["task succeeded"])
    world.change(ended(1))
    notifier.flush()
    assert not notifier.told
    world.change(ended(2, BAD))
    notifier.flush()
    assert len(said) == 1


async def test_a_node_that_is_back_at_once_is_no_news(world):
    notifier, said = notifier_of(world)
    nodes = world.console.state.nodes
    for online in (True, False, True):
        nodes["n00001"] = make_node(1, online=online)
        world.console.feed.changed.emit(Delta(nodes={"n00001"}))
    notifier.flush()
    assert said == []
    nodes["n00001"] = make_node(1, online=False)
    world.console.feed.changed.emit(Delta(nodes={"n00001"}))
    notifier.flush()
    assert said == ["node-0001 is offline."]


async def test_what_ended_while_the_connection_was_lost(world):
    notifier, said = notifier_of(world)
    world.go_live({each.task_id: each for each in (ended(1), ended(2))})
    await until(notifier._timer.isActive)
    notifier.flush()
    assert said == ["2 tasks ended."]


async def test_another_pool_begins_anew(world):
    notifier, _ = notifier_of(world)
    world.change(ended(1))
    notifier.flush()
    world.console.state.clear()
    world.console.feed.changed.emit(Delta(reset=True))
    world.console.connection.address = "elsewhere:50051"
    world.go_live({ended(7).task_id: ended(7)})
    assert not notifier.told
    assert not notifier._timer.isActive()


async def test_a_low_balance_is_told_once_until_it_was_not(world):
    notifier, said = notifier_of(world, balance_low_cpt=60)
    await until(notifier._timer.isActive)
    notifier.flush()
    assert said == ["Your balance is low: 50 CPT are left to spend."]
    for available_mcpt, told in ((40_000, 1), (70_000, 1), (30_000, 2)):
        notifier._balance_timer.setInterval(0)
        world.console.state.balance = pb.GetBalanceResponse(available_mcpt=available_mcpt)
        world.console.feed.changed.emit(Delta(balance=True))
        await until(lambda: not notifier._balance_timer.isActive())
        notifier.flush()
        assert len(said) == told
    assert world.calls == []


async def test_a_balance_that_was_low_unwanted_is_told_once_it_is_wanted(world):
    notifier, said = notifier_of(world, balance_low_cpt=60, notices_off=["balance low"])
    notifier.flush()
    assert said == []
    world.console.settings.values.notices_off = []
    notifier._balance_timer.setInterval(0)
    world.console.feed.changed.emit(Delta(balance=True))
    await until(notifier._timer.isActive)
    notifier.flush()
    assert said == ["Your balance is low: 50 CPT are left to spend."]


async def test_an_auditor_who_spends_nothing_is_told_of_no_balance(world, tmp_path):
    auditor = TaskWorld(tmp_path, Role.AUDITOR)
    auditor.notifiers = world.notifiers
    auditor.console.state.balance = pb.GetBalanceResponse(available_mcpt=0)
    notifier, said = notifier_of(auditor)
    notifier.flush()
    assert said == []
    await auditor.close()


# Where it is read


async def test_the_bell_counts_and_its_list_leads_to_the_tasks(world, qtbot):
    notifier, _ = notifier_of(world)
    bell = Bell(world.console, notifier)
    world.keep(bell)
    bell.show()
    assert bell.accessibleName() == "Notices"
    bell.click()
    assert bell.list._stack.currentWidget() is bell.list.empty
    bell.list.hide()
    world.change(ended(1), ended(2, BAD))
    notifier.flush()
    assert (bell.text(), bell.accessibleName()) == ("1", "1 unread notices")
    bell.click()
    assert bell.text() == ""
    assert bell.list.items.count() == 1
    assert "2 tasks ended" in bell.list.items.item(0).text()
    with qtbot.waitSignal(bell.tasks_wanted) as caught:
        qtbot.keyClick(bell.list.items, Qt.Key.Key_Return)
    assert set(caught.args[0]) == {ended(1).task_id, ended(2).task_id}
    assert not bell.list.isVisible()
    bell.click()
    bell.list.clear_button.click()
    assert not notifier.told
    qtbot.keyClick(bell.list, Qt.Key.Key_Escape)
    assert not bell.list.isVisible()


async def test_the_settings_say_of_what(world, qtbot):
    dialog = SettingsDialog(world.console.settings)
    world.keep(dialog)
    dialog.notices[NoticeKind.NODE_LOST].setChecked(False)
    dialog.balance_low.setValue(25)
    dialog.notices[NoticeKind.BALANCE_LOW].setChecked(False)
    assert not dialog.balance_low.isEnabled()
    dialog._save()
    values = world.console.settings.values
    assert values.notices_off == ["node lost", "balance low"]
    assert values.balance_low_cpt == 25
    again = SettingsDialog(world.console.settings)
    world.keep(again)
    assert not again.notices[NoticeKind.NODE_LOST].isChecked()
    assert again.notices[NoticeKind.TASK_FAILED].isChecked()
