"""The selected node: load, facts, tasks, trust."""

import asyncio

import pytest
from PySide6.QtTest import QAbstractItemModelTester

from app.common.errors import HiveMindError, Reason
from proto import nodepool_pb2 as pb
from tests.ui.node_world import NOW, NodeWorld, make_node, make_task
from tests.ui.scripted_pool import ScriptedConsole, until
from ui.docks.node_details import NodeDetailsPane
from ui.models.node_facts import TrustModel, facts_of


def sample(second: int, cpu: int = 10) -> pb.NodeSample:
    made = pb.NodeSample(usage=pb.NodeUsage(cpu_percent=cpu))
    made.at.seconds = NOW - 3600 + second
    return made


def trust_change(before: int, after: int, days: int = 0) -> pb.TrustChange:
    made = pb.TrustChange(**{"from": before, "to": after, "reason": "30 results were right"})
    made.at.seconds = NOW - days * 86400
    return made


@pytest.fixture
def world(qapp, tmp_path):
    made = NodeWorld(tmp_path)
    made.pool.console.answers["node_history"] = [sample(second) for second in range(3000)]
    made.pool.nodes.answers["get"] = pb.NodeInfo(
        trust_history=[trust_change(1, 2, 5), trust_change(2, 3)]
    )
    return made


@pytest.fixture
def pane(world, qtbot):
    made = NodeDetailsPane(world.console)
    qtbot.addWidget(made)
    made.resize(440, 640)
    made.show()
    return made


def test_without_a_selection_it_says_what_to_do(world, pane):
    world.go_live([make_node(1)])
    assert pane._stack.currentIndex() == 1


def test_it_follows_the_selection(world, pane):
    world.go_live([make_node(1), make_node(2)])
    world.console.selection.select_nodes(["n00002"])
    assert pane.heading.text() == "node-0002"
    world.console.selection.select_nodes(["n00001", "n00002"])
    assert pane.heading.text() == "node-0001"
    assert "first of" in pane.summary.text()
    world.console.selection.select_nodes([])
    assert pane._stack.currentIndex() == 1


def test_history_comes_first_and_then_heartbeats(world, pane):
    world.go_live([make_node(1)])
    world.console.selection.select_nodes(["n00001"])
    known = len(pane.hour.times)
    assert known >= 3000
    world.hear("n00001", cpu_percent=99)
    assert pane.hour.columns()["cpu_percent"][-1] == 99
    assert pane.load_plot._texts["cpu_percent"].text() == "CPU 99 %"
    world.hear("n00001", cpu_percent=98)
    world.hear("n00001", cpu_percent=97)
    assert pane.load_plot._lines["cpu_percent"].getOriginalDataset()[1][-1] >= 97


def test_heartbeats_of_others_are_none_of_its_business(world, pane):
    world.go_live([make_node(1), make_node(2)])
    world.console.selection.select_nodes(["n00001"])
    known = len(pane.hour.times)
    world.hear("n00002", cpu_percent=99)
    assert len(pane.hour.times) == known


def test_the_day_is_fetched_when_it_is_wanted(world, pane):
    world.go_live([make_node(1)])
    world.console.selection.select_nodes(["n00001"])
    pane.span.setCurrentIndex(1)
    calls = world.pool.console.calls
    choices = [choice for name, _, choice in calls if name == "node_history"]
    assert choices == [{"by_minute": False}, {"by_minute": True}]


def test_history_of_another_node_comes_too_late(world, pane):
    world.go_live([make_node(1), make_node(2)])

    def history(node_id, *_args, **_choices):
        if node_id == "n00001":
            # While the answer is on its way, somebody selects another.
            world.pool.console.answers["node_history"] = []
            pane.node_id = "n00002"
        return [sample(1)]

    world.pool.console.answers["node_history"] = history
    pane.node_id = "n00001"
    pane._ask_history()
    assert len(pane.hour.times) == 0


def test_facts_earnings_and_state_are_shown(world, pane):
    node = make_node(1, earned_mcpt=1_234_500, online=False)
    world.go_live([node])
    world.console.selection.select_nodes(["n00001"])
    assert "1,234.5 CPT" in pane.summary.text() or "1234.5 CPT" in pane.summary.text()
    assert "Offline" in pane.state.text()
    shown = [label.text() for label in pane.facts._values]
    assert node.key_fingerprint in shown
    assert "NVIDIA RTX 4090" in shown


def test_only_what_is_known_is_a_fact():
    names = [name for name, _ in facts_of(make_node(0))]
    assert "GPUs" not in names
    assert "Engine" in names


def test_its_tasks_are_shown_and_followed(world, pane):
    node, other = make_node(1), make_node(2)
    world.go_live([node, other], [make_task(1, node), make_task(2, other)])
    world.console.selection.select_nodes(["n00001"])
    assert [pane.task_model.key_at(0)] == ["t00001"]
    world.change_tasks(make_task(3, node), make_task(2, node))
    assert pane.task_model.rowCount() == 3
    world.change_tasks(make_task(1, other))
    assert pane.task_model.rowCount() == 2
    assert "(2)" in pane.tabs.tabText(2)


def test_selecting_one_of_its_tasks_tells_the_other_panes(world, pane):
    node = make_node(1)
    world.go_live([node], [make_task(1, node)])
    world.console.selection.select_nodes(["n00001"])
    pane.task_table.select_keys(["t00001"])
    assert world.console.selection.tasks == ["t00001"]


def test_trust_is_told_with_its_history(world, pane):
    world.go_live([make_node(1, trust=3)])
    world.console.selection.select_nodes(["n00001"])
    assert "High" in pane.trust_note.text()
    shown = [pane.trust_model.index(place, 1).data() for place in (0, 1)]
    assert shown == ["Normal → High", "Low → Normal"]


def test_a_change_of_trust_is_asked_for_again(world, pane):
    world.go_live([make_node(1, trust=3)])
    world.console.selection.select_nodes(["n00001"])
    world.change(make_node(1, trust=3, running_tasks=4))
    assert len(world.pool.nodes.named("get")) == 1
    world.change(make_node(1, trust=1, trust_reason="two drops in an hour"))
    assert len(world.pool.nodes.named("get")) == 2
    assert "two drops" in pane.trust_note.text()


def test_what_cannot_be_fetched_is_told_in_its_place(world, pane):
    refusal = HiveMindError(Reason.MASTER_UNREACHABLE, "It is away.")
    world.pool.console.answers["node_history"] = refusal
    world.pool.nodes.answers["get"] = refusal
    world.go_live([make_node(1)])
    world.console.selection.select_nodes(["n00001"])
    assert "It is away." in pane.notice.text()
    assert "It is away." in pane.trust_note.text()


def test_while_hidden_it_asks_for_nothing(world, pane):
    world.go_live([make_node(1), make_node(2)])
    world.console.selection.select_nodes(["n00001"])
    pane.hide()
    asked = len(world.pool.console.calls)
    world.console.selection.select_nodes(["n00002"])
    world.hear("n00002", cpu_percent=3)
    assert len(world.pool.console.calls) == asked
    assert not pane._timer.isActive()
    pane.show()
    assert pane.heading.text() == "node-0002"


def test_after_a_lost_connection_it_is_fetched_again(world, pane):
    world.go_live([make_node(1)])
    world.console.selection.select_nodes(["n00001"])
    world.go_live([make_node(1)])
    assert len(world.pool.console.named("node_history")) == 2


async def test_the_node_that_is_shown_is_watched_closely_and_no_other(qtbot, tmp_path):
    scripted = ScriptedConsole(tmp_path)
    watched: list[str] = []

    async def hold(node_id):
        watched.append(node_id)
        try:
            await asyncio.Event().wait()
        finally:
            watched.remove(node_id)

    scripted.answers["console.watch_node"] = hold
    scripted.answers["console.node_history"] = []
    scripted.answers["nodes.get"] = pb.NodeInfo()
    for number in (1, 2):
        scripted.console.state.nodes[f"n0000{number}"] = make_node(number)
    pane = NodeDetailsPane(scripted.console)
    scripted.keep(pane)
    pane.show()
    scripted.console.selection.select_nodes(["n00001"])
    await until(lambda: watched == ["n00001"])
    scripted.console.selection.select_nodes(["n00002"])
    await until(lambda: watched == ["n00002"])
    pane.hide()
    await until(lambda: watched == [])
    pane.show()
    await until(lambda: watched == ["n00002"])
    scripted.console.selection.select_nodes([])
    await until(lambda: watched == [])
    await scripted.close()
    assert scripted.failures == []


def test_trust_over_time_is_a_model(qapp):
    model = TrustModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_changes([trust_change(0, 1), trust_change(1, 2)])
    assert model.index(0, 1).data() == "Low"
    model.show_changes([])
    assert model.rowCount() == 0
