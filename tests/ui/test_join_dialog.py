"""Joining a machine: the token, the line, its code, and the steps as they happen."""

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from PySide6.QtGui import QGuiApplication

from app.common.errors import HiveMindError, Reason
from proto import nodepool_pb2 as pb
from tests.ui.scripted_pool import ScriptedConsole, until
from ui.dialogs.join import JoinDialog
from ui.pool_state import Delta
from ui.widgets.qr_code import QUIET_ZONE, qr_image

TOKEN = f"HM1-{'0' * 52}-0a1b2c3d-{'1' * 26}"


@pytest.fixture
async def scripted(qtbot, tmp_path):
    made = ScriptedConsole(tmp_path)
    info = pb.JoinTokenInfo(uses_left=2, expires_at=Timestamp(seconds=4_100_000_000))
    made.answers["join_tokens.create"] = pb.CreateJoinTokenResponse(token=TOKEN, info=info)
    made.console.connection.address = "pool.example:50051"
    made.console.state.nodes["old"] = pb.NodeInfo(node_id="old", name="old", state=2)
    yield made
    await made.close()


async def made(scripted) -> JoinDialog:
    dialog = JoinDialog(scripted.console)
    scripted.keep(dialog)
    dialog.open()
    dialog._uses.setValue(2)
    dialog._note.setText("room 204")
    dialog.order.make.click()
    await until(lambda: dialog._stack.currentIndex() == 1)
    return dialog


async def test_the_token_is_made_as_ordered(scripted):
    await made(scripted)
    ((_, asked),) = scripted.called("join_tokens.create")
    assert asked == {"ttl_seconds": 3600, "uses_max": 2, "owner": "", "note": "room 204"}


async def test_the_line_follows_system_and_address_and_is_copied(scripted):
    dialog = await made(scripted)
    assert f"join pool.example:50051 --token {TOKEN} &&" in dialog.panel.line.toPlainText()
    dialog.panel.windows.setChecked(True)
    dialog.panel.address.setEditText("10.0.0.9:50051")
    line = dialog.panel.line.toPlainText()
    assert line.startswith("py ")
    assert "10.0.0.9:50051" in line
    dialog.panel.copy.click()
    assert QGuiApplication.clipboard().text() == line


async def test_the_link_has_all_in_it_and_needs_an_address(scripted):
    dialog = await made(scripted)
    panel = dialog.panel
    panel.link.setChecked(True)
    assert panel.line.toPlainText() == f"hivemind://pool.example:50051/join#{TOKEN}"
    assert "worker join LINK" in panel._explanation.text()
    panel.copy.click()
    assert QGuiApplication.clipboard().text() == panel.line.toPlainText()
    panel.address.setEditText("no address")
    assert panel.line.toPlainText() == ""
    assert not panel.copy.isEnabled()


async def test_a_refusal_stands_beside_its_field(scripted):
    scripted.answers["join_tokens.create"] = HiveMindError(
        Reason.USER_NOT_FOUND, "There is no such user."
    )
    dialog = JoinDialog(scripted.console)
    scripted.keep(dialog)
    dialog.open()
    dialog._owner.setText("nobody")
    dialog.order.make.click()
    await until(lambda: "no such user" in dialog.order.form._notes["owner"].text())
    assert dialog.order.make.isEnabled()


async def test_only_machines_that_come_now_are_followed(scripted):
    dialog = await made(scripted)
    assert dialog.panel.checklist._waiting.isVisible()
    nodes = scripted.console.state.nodes
    nodes["new"] = pb.NodeInfo(node_id="new", name="room-204", state=1)
    scripted.console.feed.changed.emit(Delta(nodes={"new"}))
    assert not dialog.panel.checklist._waiting.isVisible()
    assert set(dialog.panel.checklist._machines) == {"new"}
    assert dialog.panel.checklist.ready == 0
    nodes["new"] = pb.NodeInfo(
        node_id="new",
        name="room-204",
        state=2,
        online=True,
        capabilities=pb.NodeCapabilities(isolation=1, engine="bubblewrap", cpu_score=700),
    )
    scripted.console.feed.changed.emit(Delta(nodes={"new"}))
    assert dialog.panel.checklist.ready == 1


def test_a_code_has_its_finder_patterns_and_white_around_it(qapp):
    image = qr_image("HM1-abc")
    black, white = 0xFF000000, 0xFFFFFFFF
    side = image.width()
    for edge in range(side):
        for depth in range(QUIET_ZONE):
            assert image.pixel(edge, depth) == white
            assert image.pixel(depth, edge) == white
    last = side - 1 - QUIET_ZONE
    for x, y in ((QUIET_ZONE, QUIET_ZONE), (last, QUIET_ZONE), (QUIET_ZONE, last)):
        assert image.pixel(x, y) == black
    assert qr_image("").isNull()
