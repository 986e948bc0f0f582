"""The encrypted network in the console, over a scripted pool: set up, peers, devices, diagnosis."""

import asyncio
from pathlib import Path

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QInputDialog

from app.client.vpn import Device, HubWish, PeerWish
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import Role
from proto import nodepool_pb2 as pb
from tests.ui.scripted_pool import ScriptedConsole, until
from ui.dialogs.confirm import ConfirmDialog
from ui.dialogs.vpn_checks import ChecksDialog
from ui.dialogs.vpn_device import DeviceDialog
from ui.docks.vpn import VpnPane
from ui.models.vpn import Traffic
from ui.wizards.vpn_setup import VpnSetup

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
NODE = pb.VpnPeer(
    peer_id="p1", name="node-1", node_id="n1", addresses=["10.86.0.2"], connected=True,
    last_handshake=Timestamp(seconds=1_700_000_000), received_bytes=1000,
)  # fmt: skip
PHONE = pb.VpnPeer(peer_id="p2", name="phone", addresses=["10.86.0.3"])


def hub(**changes) -> pb.VpnInfo:
    values = {
        "role": pb.VPN_ROLE_HUB,
        "state": pb.VPN_STATE_UP,
        "interface": "wg0",
        "networks": ["10.86.0.0/24"],
        "endpoint": "192.0.2.1:51820",
        "backend": "wireguard-go",
        "file": "wg0.conf",
        "master_address": "10.86.0.1:50051",
        "peers": [NODE, PHONE],
    }
    return pb.VpnInfo(**(values | changes))


async def forever(*infos: pb.VpnInfo):
    for info in infos:
        yield info
    await asyncio.Event().wait()


@pytest.fixture
async def scripted(qtbot, tmp_path):
    made = ScriptedConsole(tmp_path)
    made.answers["vpn.watch"] = lambda: forever(hub())
    made.answers["vpn.revoke"] = made.answers["vpn.rename"] = NODE
    made.answers["vpn.rotate_key"] = None
    made.answers["vpn.stop"] = pb.VpnInfo()
    yield made
    await made.close()


async def pane_of(scripted) -> VpnPane:
    pane = VpnPane(scripted.console)
    scripted.keep(pane)
    QAbstractItemModelTester(pane.model, FATAL)
    pane.show()
    await until(lambda: bool(scripted.called("vpn.watch")))
    await asyncio.sleep(0)
    return pane


async def shown_pane(scripted) -> VpnPane:
    pane = await pane_of(scripted)
    await until(lambda: pane.model.total == 2)
    return pane


def confirm(pane) -> None:
    (dialog,) = pane.findChildren(ConfirmDialog)
    dialog.confirm.click()


async def test_peers_are_followed_while_they_are_seen(scripted):
    pane = await shown_pane(scripted)
    assert "up" in pane._state.text()
    assert "192.0.2.1:51820" in pane._facts.text()
    pane.hide()
    await until(lambda: pane._watching is None)
    pane.show()
    await until(lambda: len(scripted.called("vpn.watch")) == 2)


async def test_peers_stand_by_name_at_first(scripted):
    pane = await shown_pane(scripted)
    pane.show_info(hub(peers=[pb.VpnPeer(peer_id=n, name=n) for n in ("lab-10", "a", "lab-2")]))
    assert [pane.model.key_at(n) for n in range(3)] == ["a", "lab-2", "lab-10"]


async def test_a_peer_sees_its_hub_and_cannot_manage_it(scripted):
    info = hub(role=pb.VPN_ROLE_PEER, peers=[PHONE], addresses=["10.86.0.9/24"])
    info.hub.public_key, info.hub.connected = "hub's", True
    scripted.answers["vpn.watch"] = lambda: forever(info)
    pane = await pane_of(scripted)
    await until(lambda: pane.model.total == 1)
    assert [pane.model.index(0, n).data() for n in range(3)] == ["the hub", "hub", "✓ connected"]
    assert "10.86.0.9/24" in pane._facts.text()
    pane.table.selectAll()
    for button in (pane.add, pane.rename, pane.rotate, pane.revoke):
        assert not button.isEnabled()


async def test_one_that_is_revoked_is_named(scripted):
    pane = await shown_pane(scripted)
    pane.table.select_keys(["p2"])
    pane.revoke.click()
    (dialog,) = pane.findChildren(ConfirmDialog)
    assert dialog.labels[0].text() == "Revoke phone?"


async def test_a_peer_is_revoked_after_it_was_asked(scripted):
    pane = await shown_pane(scripted)
    assert not pane.revoke.isEnabled()
    pane.table.select_keys(["p1", "p2"])
    pane.revoke.click()
    assert scripted.called("vpn.revoke") == []
    confirm(pane)
    await until(lambda: len(scripted.called("vpn.revoke")) == 2)


async def test_a_node_is_asked_for_another_key_and_a_phone_is_not(scripted):
    pane = await shown_pane(scripted)
    pane.table.select_keys(["p2"])
    assert not pane.rotate.isEnabled()
    pane.table.select_keys(["p1"])
    pane.rotate.click()
    await until(lambda: scripted.called("vpn.rotate_key") == [(("p1",), {})])


async def test_a_peer_gets_another_name(scripted):
    pane = await shown_pane(scripted)
    pane.table.select_keys(["p2"])
    pane.rename.click()
    (dialog,) = pane.findChildren(QInputDialog)
    dialog.setTextValue("Ann's phone")
    dialog.accept()
    await until(lambda: scripted.called("vpn.rename") == [(("p2", "Ann's phone"), {})])


async def test_it_is_stopped_after_it_was_asked(scripted):
    pane = await shown_pane(scripted)
    pane.stop.click()
    confirm(pane)
    await until(lambda: "off" in pane._state.text())
    assert pane._stack.currentIndex() == 1


async def test_who_may_only_look_cannot_change(qtbot, tmp_path):
    scripted = ScriptedConsole(tmp_path, Role.AUDITOR)
    scripted.answers["vpn.watch"] = lambda: forever(hub())
    pane = await shown_pane(scripted)
    pane.table.select_keys(["p1"])
    for button in (pane.set_up, pane.add, pane.rename, pane.rotate, pane.revoke, pane.stop):
        assert not button.isEnabled()
    assert pane.diagnose.isEnabled()
    await scripted.close()


async def go_on(wizard, place: int) -> None:
    wizard._next.click()
    await until(lambda: wizard._stack.currentIndex() == place)


async def test_the_wizard_tries_reviews_starts_and_verifies(scripted):
    scripted.answers["vpn.set_up_hub"] = lambda *_, **__: hub(peers=[])
    wizard = VpnSetup(scripted.console, pb.VpnInfo(found_addresses=["192.0.2.1"]))
    scripted.keep(wizard)
    wizard.show()
    await go_on(wizard, 1)
    wizard.network.network4.setText("")
    assert not wizard._next.isEnabled()
    wizard.network.network4.setText("10.99.0.0/16")
    await go_on(wizard, 2)
    assert wizard.endpoint.host.currentText() == "192.0.2.1"
    await go_on(wizard, 3)
    assert [call[1] for call in scripted.called("vpn.set_up_hub")] == [{"check_only": True}]
    assert "10.99.0.0/16" in wizard.review.summary.text()
    await go_on(wizard, 4)
    (wish,), how = scripted.called("vpn.set_up_hub")[1]
    assert how == {"check_only": False}
    assert wish == HubWish("wg0", "10.99.0.0/16", "", "192.0.2.1", 51820, 1420, 25)
    # The watch tells of a peer that has come.
    await until(lambda: all(tick.text().startswith("✓") for tick in wizard.verify.ticks.values()))
    wizard._next.click()
    await until(lambda: not wizard.isVisible())


async def test_what_would_not_do_keeps_the_wizard_where_it_is(scripted):
    scripted.answers["vpn.set_up_hub"] = HiveMindError(
        Reason.VPN_PORT_IN_USE,
        "Another program uses the UDP port 51820: end it, or choose another port.",
    )
    wizard = VpnSetup(scripted.console, pb.VpnInfo())
    scripted.keep(wizard)
    wizard.show()
    wizard.show_step(2)
    wizard._next.click()
    await until(lambda: "51820" in wizard._complaint.text())
    assert wizard._stack.currentIndex() == 2


async def test_as_a_peer_the_wizard_wants_the_file(scripted):
    info = pb.VpnInfo(role=pb.VPN_ROLE_PEER, endpoint="192.0.2.7:51820", hub_public_key="hub's")
    info.addresses.append("10.86.0.9/24")
    scripted.answers["vpn.set_up_peer"] = lambda *_, **__: info
    wizard = VpnSetup(scripted.console, pb.VpnInfo())
    scripted.keep(wizard)
    wizard.role.peer.setChecked(True)
    wizard.show_step(1)
    assert not wizard._next.isEnabled()
    wizard.network.file.setPlainText("[Interface]")
    await go_on(wizard, 2)
    await go_on(wizard, 3)
    assert scripted.called("vpn.set_up_peer") == [(("[Interface]", "wg0"), {"check_only": True})]
    for told in ("192.0.2.7:51820", "hub's", "10.86.0.9/24"):
        assert told in wizard.review.summary.text()
    await go_on(wizard, 4)
    assert "The hub answers" in wizard.verify.ticks["peer"].text()
    assert wizard.cancel.isHidden()


async def test_the_wizard_is_called_off_until_it_changes_something(scripted):
    wizard = VpnSetup(scripted.console, pb.VpnInfo())
    scripted.keep(wizard)
    wizard.show()
    wizard.cancel.click()
    assert not wizard.isVisible()


async def test_as_a_peer_the_wizard_has_the_hubs_key_fetched(scripted):
    key = "a key of forty-four characters"
    given = pb.VpnInfo(
        role=pb.VPN_ROLE_PEER,
        endpoint="hub.example:51820",
        hub_public_key=key,
        hub_key_url="https://hub/key",
        public_key="own key",
    )
    scripted.answers["vpn.set_up_peer_by_key"] = lambda *_, **__: given
    scripted.answers["vpn.watch"] = lambda: forever(given)
    wizard = VpnSetup(scripted.console, pb.VpnInfo())
    scripted.keep(wizard)
    wizard.show()
    wizard.role.peer.setChecked(True)
    wizard.show_step(1)
    wizard.network.by_key.setChecked(True)
    assert wizard.network.file.isHidden()
    assert not wizard._next.isEnabled()
    wizard.network.url.setText("https://hub/key")
    wizard.network.own.setText("10.0.0.18/24, fd00::18/64")
    await go_on(wizard, 2)
    assert not wizard.endpoint.fields.isHidden()
    wizard.endpoint.host.setEditText("hub.example")
    await go_on(wizard, 3)
    assert key in wizard.review.summary.text()
    await go_on(wizard, 4)
    (wish,), how = scripted.called("vpn.set_up_peer_by_key")[1]
    assert how == {"check_only": False}
    addresses = ("10.0.0.18/24", "fd00::18/64")
    assert wish == PeerWish("https://hub/key", "", "hub.example", addresses, 51820, "wg0", 1420, 25)
    assert "own key" in wizard.verify._own_key.text()


async def test_a_node_that_gets_no_answer_is_told(scripted):
    wizard = VpnSetup(scripted.console, pb.VpnInfo())
    scripted.keep(wizard)
    node = pb.VpnPeer(name="node-7", node_id="n7", past_tunnel=True)
    wizard.verify.show_info(hub(peers=[node]))
    assert "node-7" in wizard.verify._problem.text()
    node.last_handshake.seconds = 1
    wizard.verify.show_info(hub(peers=[node]))
    assert wizard.verify._problem.text() == ""


async def test_a_device_is_shown_its_configuration_once(scripted, tmp_path: Path):
    made = Device(pb.VpnMembership(name="phone"), "[Interface]\nPrivateKey = secret\n")
    scripted.answers["vpn.add_device"] = made
    dialog = DeviceDialog(scripted.console)
    scripted.keep(dialog)
    dialog.show()
    assert not dialog.order.make.isEnabled()
    dialog.device.setText(" phone ")
    dialog.order.make.click()
    await until(lambda: dialog.configuration != "")
    assert scripted.called("vpn.add_device") == [(("phone",), {})]
    file = tmp_path / "phone.conf"
    dialog.save_to(str(file))
    # Not on the thread of the window.
    assert not file.exists()
    await until(lambda: dialog._said.text() == "✓ Saved")
    assert file.read_text() == made.configuration
    assert file.stat().st_mode & 0o777 == 0o600
    dialog.save_to(str(tmp_path / "nowhere" / "phone.conf"))
    await until(lambda: dialog._said.text().startswith("⚠"))
    assert "phone.conf" in dialog._said.text()


async def test_a_refused_device_may_be_tried_again(scripted):
    scripted.answers["vpn.add_device"] = HiveMindError(
        Reason.VPN_ADDRESSES_EXHAUSTED, "All addresses of 10.0.0.0/30 are leased."
    )
    dialog = DeviceDialog(scripted.console)
    scripted.keep(dialog)
    dialog.device.setText("phone")
    dialog.order.make.click()
    await until(lambda: "leased" in dialog.order.refusal.text())
    assert dialog.order.make.isEnabled()


async def test_the_diagnosis_counts_what_is_wrong(scripted):
    scripted.answers["vpn.diagnose"] = [
        pb.VpnCheck(name="service", result=pb.VpnCheck.RESULT_GOOD, found="Here."),
        pb.VpnCheck(name="DNS", result=pb.VpnCheck.RESULT_BAD, found="No.", remedy="Look."),
    ]
    dialog = ChecksDialog(scripted.console)
    scripted.keep(dialog)
    await until(dialog.again.isEnabled)
    assert "1" in dialog._verdict.text()
    scripted.answers["vpn.diagnose"] = []
    dialog.again.click()
    await until(lambda: dialog._verdict.text() == "No fault found")


def test_traffic_is_what_came_between_two_looks():
    traffic = Traffic()
    traffic.take([NODE], 10.0)
    assert traffic.samples("p1") == b""
    traffic.take([pb.VpnPeer(peer_id="p1", received_bytes=3000)], 12.0)
    assert traffic.rate("p1") == 1000
    # Counted anew after the tunnel restarted.
    traffic.take([pb.VpnPeer(peer_id="p1", received_bytes=10)], 14.0)
    assert traffic.rate("p1") == 0
    assert traffic.samples("p1") == bytes([100, 0])
