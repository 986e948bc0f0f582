"""What can be done with nodes: who may, on which, what the dialogs say and then ask for."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget

from app.client.task_spec import show_location
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import NodeState
from tests.ui.node_world import AUDITOR, NodeWorld, make_node, make_task
from ui.dialogs.approve_nodes import ApproveNodesDialog
from ui.dialogs.change_nodes import ChangeNodesDialog
from ui.dialogs.location import LocationDialog
from ui.models.reach import Change
from ui.node_actions import NodeActions


@pytest.fixture
def world(qapp, tmp_path):
    made = NodeWorld(tmp_path)
    made.go_live(
        [
            make_node(0, running_tasks=2),
            make_node(1, state=int(NodeState.PAUSED)),
            make_node(2, state=int(NodeState.PENDING), online=False),
            make_node(3, state=int(NodeState.REVOKED), online=False),
            make_node(4, running_tasks=0),
        ]
    )
    return made


def actions_of(world, qtbot, *node_ids) -> NodeActions:
    window = QWidget()
    qtbot.addWidget(window)
    return NodeActions(world.console, lambda: list(node_ids), window)


def open_dialog(qtbot, dialog):
    qtbot.addWidget(dialog)
    dialog.open()
    return dialog


def words_of(dialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


@pytest.mark.parametrize(
    ("node_id", "possible"),
    [
        ("n00000", {"pause", "drain", "revoke", "locate"}),
        ("n00001", {"resume", "drain", "revoke", "locate"}),
        ("n00002", {"approve", "revoke", "locate"}),
        ("n00003", {"locate"}),
    ],
)
def test_an_action_needs_a_node_it_fits(world, qtbot, node_id, possible):
    actions = actions_of(world, qtbot, node_id)
    names = ("approve", "pause", "resume", "drain", "revoke", "locate")
    assert {name for name in names if getattr(actions, name).isEnabled()} == possible


def test_without_a_selection_nothing_can_be_done(world, qtbot):
    actions = actions_of(world, qtbot)
    assert not actions.drain.isEnabled()
    assert actions.drain.toolTip() == "Select nodes first."


def test_who_may_not_is_told_why(tmp_path, qtbot):
    world = NodeWorld(tmp_path, AUDITOR)
    world.go_live([make_node(0)])
    actions = actions_of(world, qtbot, "n00000")
    assert not actions.pause.isEnabled()
    assert "role" in actions.pause.toolTip()
    assert not actions.locate.isEnabled()


def test_an_owner_says_where_its_own_nodes_stand(tmp_path, qtbot):
    world = NodeWorld(tmp_path, ("NODES_READ", "NODES_LOCATE"))
    world.go_live([make_node(0, owner="ada"), make_node(1, owner="bob")])
    assert actions_of(world, qtbot, "n00000").locate.isEnabled()
    assert not actions_of(world, qtbot, "n00000", "n00001").locate.isEnabled()


def test_an_action_opens_its_dialog(world, qtbot):
    actions = actions_of(world, qtbot, "n00000", "n00004")
    for action, kind in (
        (actions.pause, ChangeNodesDialog),
        (actions.locate, LocationDialog),
    ):
        with qtbot.waitSignal(actions.opened) as opened:
            action.trigger()
        assert isinstance(opened.args[0], kind)
        opened.args[0].reject()


def test_names_are_copied(world, qtbot):
    actions_of(world, qtbot, "n00001", "n00004").copy_names.trigger()
    assert QGuiApplication.clipboard().text() == "node-0001\nnode-0004"


def test_draining_names_its_reach_and_is_done_for_each(world, qtbot):
    world.change_tasks(*(make_task(n, world.state.nodes["n00000"]) for n in range(3)))
    ids = ["n00000", "n00001", "n00002"]
    dialog = open_dialog(qtbot, ChangeNodesDialog(world.console, Change.DRAIN, ids))
    words = words_of(dialog)
    assert "3 tasks of 3 users" in words
    assert "node-0001" in words
    assert "1 of the selected nodes" in words
    dialog.reason.setText("new disks")
    dialog.confirm.click()
    assert world.pool.nodes.named("set_state") == [
        ("n00000", NodeState.DRAINING, "new disks"),
        ("n00001", NodeState.DRAINING, "new disks"),
    ]
    assert "2" in world.operations.undo.said


def test_draining_is_taken_back_to_what_each_was(world, qtbot):
    world.state.nodes["n00001"].state_reason = "noisy"
    dialog = ChangeNodesDialog(world.console, Change.DRAIN, ["n00000", "n00001"])
    open_dialog(qtbot, dialog).confirm.click()
    world.pool.nodes.calls.clear()
    take_back(world)
    assert world.pool.nodes.named("set_state") == [
        ("n00000", NodeState.ACTIVE, ""),
        ("n00001", NodeState.PAUSED, "noisy"),
    ]


def take_back(world) -> None:
    inverse = world.operations.undo.take()
    assert inverse is not None
    world.operations.start("Undo", inverse.run())


def test_what_was_done_before_a_refusal_is_taken_back(world, qtbot):
    def refuse_one(node_id, *_):
        if node_id == "n00004":
            raise HiveMindError(Reason.NODE_REVOKED, "It is revoked.")

    world.pool.nodes.answers["set_state"] = refuse_one
    dialog = ChangeNodesDialog(world.console, Change.PAUSE, ["n00000", "n00004"])
    open_dialog(qtbot, dialog).confirm.click()
    assert "partly" in world.operations.undo.said
    world.pool.nodes.calls.clear()
    take_back(world)
    assert world.pool.nodes.named("set_state") == [("n00000", NodeState.ACTIVE, "")]


def test_revoking_is_not_taken_back(world, qtbot):
    dialog = open_dialog(qtbot, ChangeNodesDialog(world.console, Change.REVOKE, ["n00004"]))
    dialog.reason.setText("stolen")
    dialog.confirm.click()
    assert not world.operations.undo.said


def test_a_location_is_taken_back(world, qtbot):
    dialog = open_dialog(qtbot, LocationDialog(world.console, ["n00000", "n00004"]))
    dialog.site.setText("attic")
    dialog.accept()
    world.pool.nodes.calls.clear()
    take_back(world)
    places = {name: world.state.nodes[name].location for name in ("n00000", "n00004")}
    expected = [(name, show_location(place)) for name, place in places.items()]
    assert world.pool.nodes.named("set_location") == expected


def test_revoking_wants_a_reason(world, qtbot):
    dialog = open_dialog(qtbot, ChangeNodesDialog(world.console, Change.REVOKE, ["n00004"]))
    assert not dialog.confirm.isEnabled()
    dialog.reason.setText("   ")
    assert not dialog.confirm.isEnabled()
    dialog.reason.setText("stolen")
    assert dialog.confirm.isEnabled()
    assert "cannot be undone" in words_of(dialog)
    dialog.confirm.click()
    assert world.pool.nodes.named("set_state") == [("n00004", NodeState.REVOKED, "stolen")]


def test_a_hasty_enter_revokes_nothing(world, qtbot):
    dialog = open_dialog(qtbot, ChangeNodesDialog(world.console, Change.REVOKE, ["n00004"]))
    dialog.reason.setText("stolen")
    qtbot.keyClick(dialog.reason, Qt.Key.Key_Return)
    assert world.pool.nodes.named("set_state") == []


def test_what_the_master_refuses_is_told(world, qtbot):
    world.pool.nodes.answers["set_state"] = HiveMindError(Reason.NODE_REVOKED, "It is revoked.")
    dialog = open_dialog(qtbot, ChangeNodesDialog(world.console, Change.PAUSE, ["n00000"]))
    failures = []
    world.operations.failed.connect(lambda *told: failures.append(told))
    dialog.confirm.click()
    ((_, sentence, _),) = failures
    assert sentence == "It is revoked."


def test_many_names_are_cut_short(world, qtbot):
    nodes = [make_node(number) for number in range(100, 120)]
    world.change(*nodes)
    ids = [node.node_id for node in nodes]
    words = words_of(ChangeNodesDialog(world.console, Change.PAUSE, ids))
    assert "node-0100" in words
    assert "node-0119" not in words


def test_only_machines_whose_fingerprint_was_compared_are_approved(world, qtbot):
    world.change(make_node(12, state=int(NodeState.PENDING)))
    ids = ["n00000", "n00002", "n00012"]
    dialog = open_dialog(qtbot, ApproveNodesDialog(world.console, ids))
    assert dialog.table.rowCount() == 2
    assert dialog.table.item(0, 1).text() == world.state.nodes["n00002"].key_fingerprint
    assert not dialog.confirm.isEnabled()
    dialog.table.item(1, 0).setCheckState(Qt.CheckState.Checked)
    dialog.owner.setText(" bob ")
    dialog.confirm.click()
    fingerprint = world.state.nodes["n00012"].key_fingerprint
    assert world.pool.nodes.named("approve") == [("n00012", fingerprint, "bob")]


def test_a_location_starts_from_what_the_nodes_have_in_common(world, qtbot):
    dialog = LocationDialog(world.console, ["n00000"])
    qtbot.addWidget(dialog)
    assert dialog.country.text() == "DE"
    assert dialog.site.text() == "room 204"
    both = LocationDialog(world.console, ["n00000", "n00001"])
    qtbot.addWidget(both)
    assert both.country.text() == "DE"
    assert both.site.text() == ""


def test_a_location_is_set_for_each(world, qtbot):
    dialog = open_dialog(qtbot, LocationDialog(world.console, ["n00000", "n00001"]))
    dialog.country.setText("fr")
    dialog.site.setText("Lyon / attic")
    dialog.accept()
    assert world.pool.nodes.named("set_location") == [
        ("n00000", "Europe/FR/Lyon / attic"),
        ("n00001", "Europe/FR/Lyon / attic"),
    ]


def test_a_country_has_two_letters(world, qtbot):
    dialog = open_dialog(qtbot, LocationDialog(world.console, ["n00000"]))
    ok = dialog.buttons.button(dialog.buttons.StandardButton.Ok)
    dialog.country.setText("F")
    assert not ok.isEnabled()
    dialog.country.clear()
    assert ok.isEnabled()
