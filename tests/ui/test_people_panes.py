"""Users and join tokens over a scripted pool: listed, made, changed, taken back."""

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from PySide6.QtTest import QAbstractItemModelTester

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import Role
from proto import nodepool_pb2 as pb
from tests.ui.scripted_pool import ScriptedConsole, until
from ui.dialogs.account import AccountDialog
from ui.dialogs.confirm import ConfirmDialog
from ui.dialogs.person import PersonDialog, suggested_password
from ui.dialogs.reset_code import ResetCodeDialog
from ui.docks.join_tokens import JoinTokensPane
from ui.docks.people import PeoplePane
from ui.models.join_tokens import TokenState, token_state
from ui.models.people import role_meaning, role_of, role_word

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
FAR = Timestamp(seconds=4_100_000_000)


def user(name: str, role: str = "user", **fields) -> pb.UserInfo:
    return pb.UserInfo(user_id=f"id-{name}", username=name, role=role, **fields)


def token(name: str, **fields) -> pb.JoinTokenInfo:
    return pb.JoinTokenInfo(**({"token_id": name, "uses_left": 1, "expires_at": FAR} | fields))


@pytest.fixture
async def scripted(qtbot, tmp_path):
    made = ScriptedConsole(tmp_path)
    made.answers["users.iterate"] = [user("alice", "admin"), user("bob"), user("carl")]
    for name in ("set_role", "set_disabled", "set_password", "create"):
        made.answers[f"users.{name}"] = user("bob")
    made.answers["join_tokens.all"] = [token("good"), token("used", uses_left=0)]
    made.answers["join_tokens.revoke"] = None
    yield made
    await made.close()


async def people(scripted) -> PeoplePane:
    pane = PeoplePane(scripted.console)
    scripted.keep(pane)
    QAbstractItemModelTester(pane.model, FATAL)
    pane.show()
    await until(lambda: pane.model.total > 0)
    return pane


def confirm(pane) -> None:
    (dialog,) = pane.findChildren(ConfirmDialog)
    dialog.confirm.click()


async def test_users_are_listed_and_filtered(scripted):
    pane = await people(scripted)
    assert [pane.model.key_at(row) for row in range(3)] == ["id-alice", "id-bob", "id-carl"]
    pane._filter.setText("carl")
    assert pane.model.rowCount() == 1


async def test_a_role_is_changed_after_it_was_asked(scripted):
    pane = await people(scripted)
    pane.table.select_keys(["id-bob"])
    pane._ask_role(Role.OPERATOR)
    assert scripted.called("users.set_role") == []
    confirm(pane)
    await until(lambda: bool(scripted.called("users.set_role")))
    assert scripted.called("users.set_role")[0][0] == ("bob", Role.OPERATOR)
    await until(lambda: len(scripted.called("users.iterate")) == 2)


async def test_a_user_is_disabled_after_it_was_asked(scripted):
    pane = await people(scripted)
    pane.table.select_keys(["id-carl"])
    pane._disable.click()
    confirm(pane)
    await until(lambda: bool(scripted.called("users.set_disabled")))
    assert scripted.called("users.set_disabled")[0] == (("carl",), {"disabled": True})


async def test_who_may_not_manage_sees_and_is_told_why_not(qtbot, tmp_path):
    scripted = ScriptedConsole(tmp_path, Role.AUDITOR)
    scripted.answers["users.iterate"] = [user("bob")]
    pane = await people(scripted)
    pane.table.select_keys(["id-bob"])
    assert not pane._new.isEnabled()
    assert not pane._disable.isEnabled()
    assert "admin" in pane._disable.toolTip()
    await scripted.close()


async def test_a_user_is_made_with_the_role_chosen(scripted):
    dialog = PersonDialog(scripted.console)
    scripted.keep(dialog)
    dialog.open()
    dialog._name.setText("dora")
    dialog._role.setCurrentIndex(dialog._role.findData(Role.AUDITOR))
    dialog._password.setText("short")
    dialog._do.click()
    assert dialog._form._notes["password"].text().startswith("⚠")
    dialog._suggest()
    password = dialog._password.text()
    dialog._do.click()
    await until(lambda: not dialog.isVisible())
    assert scripted.called("users.create") == [(("dora", password, Role.AUDITOR), {})]


async def test_a_refused_password_stands_beside_its_field(scripted):
    scripted.answers["users.set_password"] = HiveMindError(Reason.WEAK_PASSWORD, "Too common.")
    dialog = PersonDialog(scripted.console, None, "bob")
    scripted.keep(dialog)
    dialog.open()
    dialog._password.setText("password1")
    dialog._do.click()
    await until(lambda: "Too common" in dialog._form._notes["password"].text())


def test_suggested_passwords_are_long_and_never_the_same():
    assert suggested_password() != suggested_password()
    assert len(suggested_password().replace("-", "")) == 16


def test_every_role_has_a_word_and_a_meaning():
    for role in Role:
        assert role_word(role)
        assert role_meaning(role)
        assert role_of(role.label) is role
    assert role_of("captain") is None


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, TokenState.USABLE),
        ({"uses_left": 0}, TokenState.USED),
        ({"expires_at": Timestamp(seconds=50)}, TokenState.EXPIRED),
        ({"revoked": True, "uses_left": 0}, TokenState.REVOKED),
    ],
    ids=["usable", "used", "expired", "revoked"],
)
def test_a_token_is_good_or_says_why_not(fields, state):
    assert token_state(token("x", **fields), now=100.0) is state


async def tokens(scripted) -> JoinTokensPane:
    pane = JoinTokensPane(scripted.console)
    scripted.keep(pane)
    QAbstractItemModelTester(pane.model, FATAL)
    pane.show()
    await until(lambda: pane.model.total > 0)
    # So that it does not run out after the test.
    pane._timer.setInterval(600_000)
    pane._timer.start()
    return pane


async def test_tokens_that_are_over_are_shown_when_asked_for(scripted):
    pane = await tokens(scripted)
    assert pane.model.rowCount() == 1
    pane._old.setChecked(True)
    assert pane.model.rowCount() == 2
    pane.table.select_keys(["used"])
    assert not pane._revoke.isEnabled()
    pane._timer.stop()


async def test_a_token_is_revoked_after_it_was_asked(scripted):
    pane = await tokens(scripted)
    pane.table.select_keys(["good"])
    pane._revoke.click()
    confirm(pane)
    await until(lambda: len(scripted.called("join_tokens.all")) == 2)
    assert scripted.called("join_tokens.revoke") == [(("good",), {})]
    pane._timer.stop()


async def test_without_tokens_it_says_how_machines_join(scripted):
    scripted.answers["join_tokens.all"] = []
    pane = JoinTokensPane(scripted.console)
    scripted.keep(pane)
    wanted = []
    pane.join_wanted.connect(lambda: wanted.append(1))
    pane.show()
    assert pane._empty.isVisible()
    pane._empty.button.click()
    assert wanted == [1]
    pane._timer.stop()


def session(name: str, **fields) -> pb.SessionInfo:
    return pb.SessionInfo(session_id=name, address="192.0.2.7", client="hivemind/1", **fields)


async def account(scripted, username="") -> AccountDialog:
    scripted.answers["sessions"] = [session("here", current=not username), session("there")]
    scripted.answers["end_sessions"] = 1
    dialog = AccountDialog(scripted.console, None, username)
    scripted.keep(dialog)
    dialog.open()
    await until(lambda: dialog.model.total == 2)
    return dialog


async def test_one_sees_ones_sessions_and_ends_another_but_not_this_one(scripted):
    dialog = await account(scripted)
    dialog.table.select_keys(["here"])
    assert not dialog._end.isEnabled()
    dialog.table.select_keys(["there"])
    dialog._end.click()
    await until(lambda: len(scripted.called("sessions")) == 2)
    assert scripted.called("end_sessions") == [(("there",), {"username": ""})]


async def test_an_admin_ends_all_sessions_of_another(scripted):
    pane = await people(scripted)
    pane.table.select_keys(["id-bob"])
    scripted.answers["sessions"] = [session("there")]
    scripted.answers["end_sessions"] = 1
    pane._sessions.click()
    dialog = pane.window().findChild(AccountDialog)
    await until(lambda: dialog.model.total == 1)
    dialog._end_others.click()
    await until(lambda: bool(scripted.called("end_sessions")))
    assert scripted.called("end_sessions") == [((), {"username": "bob"})]


async def test_ones_own_password_is_changed_after_it_was_typed_twice(scripted):
    scripted.answers["change_password"] = None
    dialog = await account(scripted)
    dialog._current.setText("old words here")
    dialog._new.setText("new words here")
    dialog._change.click()
    assert dialog._form._notes["again"].text().startswith("⚠")
    dialog._again.setText("new words here")
    dialog._change.click()
    await until(lambda: bool(scripted.called("change_password")))
    assert scripted.called("change_password") == [(("old words here", "new words here"), {})]
    await until(lambda: not dialog._current.text())


async def test_a_wrong_current_password_stands_beside_its_field(scripted):
    scripted.answers["change_password"] = HiveMindError(Reason.BAD_CREDENTIALS, "It is wrong.")
    dialog = await account(scripted)
    for editor, text in ((dialog._current, "x"), (dialog._new, "new words here")):
        editor.setText(text)
    dialog._again.setText("new words here")
    dialog._change.click()
    await until(lambda: "wrong" in dialog._form._notes["current"].text())


async def test_a_reset_code_is_made_when_asked_for_and_shown(scripted):
    scripted.answers["users.reset_code"] = pb.CreateResetCodeResponse(
        reset_code="abcde-fghjk-mnpqr-stvwx", info=pb.ResetCodeInfo(username="bob", expires_at=FAR)
    )
    pane = await people(scripted)
    pane.table.select_keys(["id-bob"])
    pane._code.click()
    dialog = pane.window().findChild(ResetCodeDialog)
    assert scripted.called("users.reset_code") == []
    dialog._make.click()
    await until(lambda: dialog.code.text() == "abcde-fghjk-mnpqr-stvwx")
    assert scripted.called("users.reset_code") == [(("bob",), {})]
