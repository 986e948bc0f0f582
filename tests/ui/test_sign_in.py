"""Signing in: an unknown pool is compared first, and a refusal stands where it belongs."""

import pytest

from app.client.address import MasterAddress
from app.client.profiles import Profile
from app.common.errors import HiveMindError, Reason
from app.common.pki import ca_pin
from proto import nodepool_pb2 as pb
from tests.client.fake_pool import Authority
from tests.ui.scripted_pool import ScriptedConsole, until
from ui.dialogs import sign_in
from ui.dialogs.sign_in import SignInDialog

ADDRESS = "pool.example:50051"
CA = Authority().ca_pem


class Door:
    """What answers at the address, and who came in."""

    def __init__(self, scripted: ScriptedConsole, monkeypatch) -> None:
        self.scripted = scripted
        self.info = pb.GetPoolInfoResponse(pool_name="Lab", ca_certificate_pem=CA.decode())
        self.opened: list[tuple] = []
        self.refusal: HiveMindError | None = None
        monkeypatch.setattr(sign_in, "fetch_pool_info", self._fetch)
        monkeypatch.setattr(scripted.console.connection, "open", self._open, raising=False)

    async def _fetch(self, address: MasterAddress) -> pb.GetPoolInfoResponse:
        if self.refusal is not None and self.refusal.reason is Reason.MASTER_UNREACHABLE:
            raise self.refusal
        return self.info

    async def _open(self, *asked) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.opened.append(asked)

    def dialog(self, certificate: bytes = b"") -> SignInDialog:
        made = SignInDialog(self.scripted.console, None, address=ADDRESS, certificate=certificate)
        self.scripted.keep(made)
        made.open()
        made._username.setText("bob")
        made._password.setText("nine purple lamps")
        return made


@pytest.fixture
async def door(qtbot, tmp_path, monkeypatch):
    scripted = ScriptedConsole(tmp_path)
    yield Door(scripted, monkeypatch)
    await scripted.close()


async def test_an_unknown_pool_is_compared_before_anything_secret_is_sent(door):
    dialog = door.dialog()
    dialog._sign_in.click()
    await until(lambda: dialog._stack.currentIndex() == 1)
    assert door.opened == []
    shown = "".join(dialog._comparison._shown.text().split())
    assert shown == ca_pin(CA)
    assert "Lab" in dialog._comparison._text.text()
    dialog._comparison._trust.click()
    await until(lambda: not dialog.isVisible())
    assert door.opened == [(ADDRESS, CA, "bob", "nine purple lamps")]


async def test_another_pin_than_the_one_told_cannot_be_trusted(door):
    dialog = door.dialog()
    dialog._sign_in.click()
    await until(lambda: dialog._stack.currentIndex() == 1)
    comparison = dialog._comparison
    comparison._told.setText(ca_pin(Authority().ca_pem))
    assert not comparison._trust.isEnabled()
    comparison._told.setText(" ".join(comparison._shown.text().split()))
    assert comparison._trust.isEnabled()
    comparison._told.setText("nonsense")
    assert not comparison._trust.isEnabled()
    comparison._back.click()
    assert dialog._stack.currentIndex() == 0
    assert door.opened == []


async def test_a_known_pool_is_not_asked_about_again(door):
    profiles = door.scripted.console.connection.profiles
    profiles.save(Profile(MasterAddress.parse(ADDRESS), CA.decode()))
    dialog = door.dialog()
    dialog._sign_in.click()
    await until(lambda: not dialog.isVisible())
    assert door.opened[0][1] == CA


async def test_the_hosted_masters_certificate_is_trusted(door):
    dialog = door.dialog(certificate=CA)
    dialog._sign_in.click()
    await until(lambda: not dialog.isVisible())
    assert door.scripted.console.settings.values.masters == [ADDRESS]


@pytest.mark.parametrize(
    ("reason", "field"),
    [(Reason.BAD_CREDENTIALS, "password"), (Reason.CERTIFICATE_MISMATCH, "address")],
)
async def test_a_refusal_stands_beside_its_field(door, reason, field):
    door.refusal = HiveMindError(reason, "It is refused.")
    dialog = door.dialog(certificate=CA)
    dialog._sign_in.click()
    await until(lambda: dialog._form._notes[field].text().startswith("⚠"))
    assert dialog._sign_in.isEnabled()
    assert dialog._compare_anew.isVisible() == (reason is Reason.CERTIFICATE_MISMATCH)


async def test_a_master_that_is_away_says_what_to_check(door):
    door.refusal = HiveMindError(Reason.MASTER_UNREACHABLE, "It does not answer.")
    dialog = door.dialog()
    await until(lambda: "firewall" in dialog._message.text())


async def test_too_many_tries_count_down(door):
    door.refusal = HiveMindError(Reason.LOGIN_DELAYED, "Wait.", retry_after_seconds="2")
    dialog = door.dialog(certificate=CA)
    dialog._sign_in.click()
    await until(dialog._clock.isActive)
    dialog._clock.stop()
    assert not dialog._sign_in.isEnabled()
    dialog._clock.timeout.emit()
    assert "1" in dialog._message.text()
    dialog._clock.timeout.emit()
    assert dialog._sign_in.isEnabled()


async def test_an_account_can_be_made_where_the_pool_allows_it(door):
    dialog = door.dialog()
    await until(lambda: dialog._found is not None)
    assert not dialog._register.isVisible()
    door.info.registration_open = True
    dialog._found = None
    dialog._peek()
    await until(lambda: dialog._found is not None)
    dialog._register.click()
    assert dialog._again.isVisible()
    dialog._again.setText("another")
    dialog._sign_in.click()
    assert dialog._form._notes["again"].text().startswith("⚠")
    assert door.opened == []


async def test_a_pool_without_an_admin_asks_for_the_code(door):
    door.info.setup_needed = True
    dialog = door.dialog()
    await until(lambda: dialog._found is not None)
    assert dialog._setup_code.isVisible()


async def test_an_address_that_is_none_is_said(door):
    dialog = door.dialog()
    dialog._address.setEditText("two words")
    dialog._sign_in.click()
    assert dialog._form._notes["address"].text().startswith("⚠")
