"""The pane of one task: facts, attempts, why it waits, its result."""

import asyncio
import zipfile

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QDesktopServices, QImage
from PySide6.QtTest import QAbstractItemModelTester

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import Role, TaskState
from proto import nodepool_pb2 as pb
from tests.ui.node_world import make_node
from tests.ui.scripted_pool import until
from tests.ui.task_world import NOW, TaskWorld, task, tasks
from ui.docks.task_details import TaskDetailsPane
from ui.pool_state import Delta

WAITS, DONE = task(1, state=1, owner="alice"), task(2, state=4, owner="alice")


def whole(world, task_id: str) -> pb.TaskInfo:
    made = pb.TaskInfo()
    made.CopyFrom(world.tasks[task_id])
    made.spec.command.extend(["python3", "main.py"])
    made.spec.requirements.memory_mib = 65536
    attempt = made.attempts.add(number=1, node_name="lab-1", outcome=7, detail="it went away")
    attempt.started_at.seconds, attempt.ended_at.seconds = NOW - 100, NOW - 40
    made.attempts.add(number=2, node_name="lab-2", outcome=1, exit_code=0, cpu_milliseconds=90_000)
    return made


WHY = pb.ExplainTaskResponse(
    state=1,
    summary="No node of the pool can run it: it needs 64 GiB of memory.",
    nodes_known=4,
    ahead=3,
    rules=[
        pb.ExplainTaskResponse.Rule(rule="online", sentence="needs a node", nodes_passing=3),
        pb.ExplainTaskResponse.Rule(rule="memory", sentence="needs 64 GiB", nodes_passing=0),
    ],
    nearest=[
        pb.ExplainTaskResponse.NearMiss(node_id="n1", node_name="lab-1", failed=["has 4 GiB"])
    ],
)


@pytest.fixture
async def world(qtbot, tmp_path):
    made = TaskWorld(tmp_path)
    made.answers["tasks.get"] = lambda task_id: whole(made, task_id)
    made.answers["tasks.why"] = WHY
    made.console.state.nodes["n1"] = make_node(1)
    yield made
    await made.close()


@pytest.fixture
def pane(world) -> TaskDetailsPane:
    pane = TaskDetailsPane(world.console)
    world.keep(pane)
    pane.resize(460, 700)
    # Long, so that they do not run out after the test: `settled` lets them.
    pane._settle.setInterval(600_000)
    pane._explain_timer.setInterval(600_000)
    pane.show()
    world.go_live(tasks(20) | {each.task_id: copied(each) for each in (WAITS, DONE)})
    return pane


def copied(each: pb.TaskInfo) -> pb.TaskInfo:
    made = pb.TaskInfo()
    made.CopyFrom(each)
    return made


def settled(pane) -> None:
    """Time goes on until what is to be asked for is asked for."""
    for timer in (pane._settle, pane._explain_timer):
        if timer.isActive():
            timer.stop()
            timer.timeout.emit()


def tabs(pane) -> list[str]:
    return [pane.tabs.tabText(number).replace("&", "") for number in range(pane.tabs.count())]


def facts(pane) -> dict[str, str]:
    return dict(pane.facts._shown)


async def test_nothing_selected_says_what_to_do(pane):
    assert pane.empty.isVisible()


async def test_facts_and_attempts_of_the_selected_task(world, pane):
    world.console.selection.select_tasks([DONE.task_id])
    assert pane.heading.text() == DONE.name
    assert facts(pane)["Owner"] == "alice"
    settled(pane)
    await until(lambda: pane.attempts.rowCount() == 2)
    assert facts(pane)["Command"] == "python3 main.py"
    assert facts(pane)["Asks for"] == "64 GiB memory"
    row = [pane.attempts.index(1, column).data() for column in range(pane.attempts.columnCount())]
    assert row[:6] == ["1", "lab-1", "Node lost", "", "", "1 min"]
    checked = pb.AttemptInfo(number=1, outcome=pb.ATTEMPT_OUTCOME_SUCCEEDED)
    checked.result_check = pb.RESULT_CHECK_WRONG
    pane.attempts.show_attempts([checked])
    assert pane.attempts.index(0, 3).data() == "Checked: wrong"
    tester = QAbstractItemModelTester(pane.attempts)
    pane.attempts.show_attempts([])
    del tester


async def test_only_what_there_is_has_a_tab(world, pane):
    world.console.selection.select_tasks([DONE.task_id])
    assert tabs(pane) == ["Task", "Result", "History"]
    world.console.selection.select_tasks([WAITS.task_id])
    assert tabs(pane) == ["Task", "Why it waits", "History"]


async def test_it_follows_the_task(world, pane):
    world.console.selection.select_tasks([WAITS.task_id])
    settled(pane)
    await until(lambda: pane.attempts.rowCount() == 2)
    asked = len(world.called("tasks.get"))
    world.change(task(1, state=3, owner="alice", progress_percent=30, detail="x"))
    assert "30 %" in pane.state.text()
    settled(pane)
    await until(lambda: len(world.called("tasks.get")) == asked + 1)
    world.change(task(1, state=3, owner="alice", progress_percent=31, detail="x"))
    assert "31 %" in pane.state.text()
    assert not pane._settle.isActive()
    assert tabs(pane) == ["Task", "History"]


async def test_several_tasks_are_summed_up(world, pane):
    world.console.selection.select_tasks([WAITS.task_id, DONE.task_id])
    assert "2 tasks" in pane.heading.text()
    assert facts(pane)["Queued"] == "1"
    assert facts(pane)["Succeeded"] == "1"
    assert not pane.attempt_table.isVisible()


async def test_a_refused_look_leaves_what_the_list_tells(world, pane):
    world.answers["tasks.get"] = HiveMindError(Reason.MASTER_UNREACHABLE)
    world.console.selection.select_tasks([DONE.task_id])
    settled(pane)
    await until(lambda: world.called("tasks.get"))
    await asyncio.sleep(0)
    assert facts(pane)["Owner"] == "alice"
    assert not world.failures


# -- why it waits


async def waiting(world, pane) -> None:
    world.console.selection.select_tasks([WAITS.task_id])
    settled(pane)
    await until(lambda: pane.attempts.rowCount() == 2)
    pane.tabs.setCurrentIndex(1)
    await until(lambda: pane.why.rules.rowCount() == 2)


async def test_why_it_waits_begins_with_what_restricts_most(world, pane):
    await waiting(world, pane)
    assert pane.why.summary.text() == WHY.summary
    assert pane.why.rules.row_at(0).rule == "memory"
    assert [pane.why.nearest.index(0, column).data() for column in (0, 1)] == ["lab-1", "has 4 GiB"]


async def test_a_remedy_is_one_click_away(world, pane, qtbot):
    await waiting(world, pane)
    with qtbot.waitSignal(pane.clone_wanted) as caught:
        pane.why.buttons[0].click()
    assert caught.args[0] == WAITS.task_id
    assert set(caught.args[1]) == {"memory"}


async def test_the_nearest_nodes_are_shown(world, pane, qtbot):
    await waiting(world, pane)
    with qtbot.waitSignal(pane.pane_wanted) as caught:
        pane.why.buttons[-1].click()
    assert caught.args == ["nodes"]
    assert world.console.selection.nodes == ["n1"]


async def test_it_is_asked_again_when_nodes_change(world, pane):
    await waiting(world, pane)
    asked = len(world.called("tasks.why"))
    world.console.feed.changed.emit(Delta(nodes={"n1"}))
    settled(pane)
    await until(lambda: len(world.called("tasks.why")) == asked + 1)


async def test_a_failure_is_said(world, pane):
    world.answers["tasks.why"] = HiveMindError(Reason.MASTER_UNREACHABLE, "No answer.")
    world.console.selection.select_tasks([WAITS.task_id])
    pane.tabs.setCurrentIndex(1)
    await until(lambda: pane.why.summary.text() == "No answer.")
    assert not pane.why.buttons


# -- the result


def write_archive(path) -> None:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    image.save(str(path.with_suffix(".png")))
    with zipfile.ZipFile(path, "w") as file:
        file.write(path.with_suffix(".png"), "a.png")
        file.writestr("b.txt", "hello\nworld\n")
        file.writestr("c.exe", b"MZ")


@pytest.fixture
async def fetched(world, pane):
    async def fetch(task_id, path, progress=None):
        write_archive(path)
        return world.tasks[task_id]

    world.answers["tasks.fetch"] = fetch
    world.console.selection.select_tasks([DONE.task_id])
    pane.tabs.setCurrentIndex(1)
    pane.result.fetch_button.click()
    await until(lambda: pane.result.model.rowCount() == 3)
    return pane.result


async def test_files_are_listed_and_looked_at(world, fetched):
    fetched.table.select_keys(["b.txt"])
    await until(fetched.text.isVisible)
    assert [line.text for line in fetched.text.text.read(0, 9)] == ["hello", "world"]
    fetched.table.select_keys(["a.png"])
    await until(fetched.image.isVisible)
    assert not fetched.image.pixmap().isNull()
    fetched.table.select_keys(["c.exe"])
    await until(fetched.other.isVisible)
    assert not fetched.open_button.isEnabled()


async def test_a_file_is_opened_by_another_program(fetched, monkeypatch):
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    fetched.table.select_keys(["b.txt"])
    fetched.open_button.click()
    await until(lambda: opened)
    assert opened[0].toLocalFile().endswith(".txt")
    fetched.table.select_keys(["c.exe"])
    fetched.open_selected()
    assert len(opened) == 1


async def test_it_is_unpacked_from_what_was_fetched(world, fetched, tmp_path):
    (tmp_path / "out").mkdir()
    fetched.extract_to(tmp_path / "out")
    await until(lambda: len(list((tmp_path / "out").glob("*/b.txt"))) == 1)
    assert len(world.called("tasks.fetch")) == 1


async def test_what_was_fetched_goes_with_the_selection(world, pane, fetched):
    folder = fetched._folder
    assert folder.is_dir()
    world.console.selection.select_tasks([WAITS.task_id])
    assert not folder.exists()


async def test_a_refused_fetch_is_said(world, pane):
    world.answers["tasks.fetch"] = HiveMindError(Reason.RESULT_NOT_FOUND, "It is gone.")
    world.console.selection.select_tasks([DONE.task_id])
    pane.tabs.setCurrentIndex(1)
    pane.result.fetch()
    await until(lambda: pane.result.note.text() == "It is gone.")
    assert pane.result.fetch_button.isVisible()


async def test_fetching_can_be_stopped(world, pane):
    async def fetch(*_args, **_keywords):
        await asyncio.Event().wait()

    world.answers["tasks.fetch"] = fetch
    world.console.selection.select_tasks([DONE.task_id])
    pane.tabs.setCurrentIndex(1)
    pane.result.fetch()
    assert pane.result.stop_button.isVisible()
    pane.result.stop_button.click()
    assert pane.result.fetch_button.isVisible()
    assert not pane.result.progress.isVisible()


async def test_anothers_result_is_not_offered(qtbot, tmp_path):
    world = TaskWorld(tmp_path, Role.OPERATOR, "bob")
    pane = TaskDetailsPane(world.console)
    pane._settle.setInterval(600_000)
    world.keep(pane)
    pane.show()
    world.go_live({DONE.task_id: copied(DONE)})
    world.console.selection.select_tasks([DONE.task_id])
    assert not pane.result.fetch_button.isEnabled()
    assert "owner" in pane.result.fetch_button.toolTip()
    assert DONE.state == TaskState.SUCCEEDED
    await world.close()
