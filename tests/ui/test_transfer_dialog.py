"""Paying: checked while it is typed, asked once more, done once."""

import pytest

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import Role
from proto import nodepool_pb2 as pb
from tests.ui.scripted_pool import ScriptedConsole, until
from ui.dialogs.transfer import TransferDialog


@pytest.fixture
async def scripted(qtbot, tmp_path):
    made = ScriptedConsole(tmp_path)
    made.answers["ledger.balance"] = pb.GetBalanceResponse(available_mcpt=10_000)
    paid = pb.TransferResponse(transfer_id="t:1", balance_mcpt=7500)
    made.answers["ledger.transfer"] = made.answers["ledger.grant"] = paid
    yield made
    await made.close()


async def filled(scripted, to="bob", amount="2.5", memo="lunch") -> TransferDialog:
    dialog = TransferDialog(scripted.console)
    scripted.keep(dialog)
    dialog.open()
    await until(lambda: dialog._balance is not None)
    dialog._to.setText(to)
    dialog._amount.setText(amount)
    dialog._memo.setText(memo)
    return dialog


async def test_the_question_repeats_who_gets_how_much_and_why(qtbot, scripted):
    dialog = await filled(scripted)
    assert "7.5 CPT" in dialog._after.text()
    dialog._continue.click()
    question = dialog._question.text()
    assert all(part in question for part in ("2.5 CPT", "bob", "lunch"))
    assert scripted.called("ledger.transfer") == []
    paid = []
    dialog.paid.connect(paid.append)
    dialog._pay.click()
    await until(lambda: bool(paid))
    ((asked, _),) = scripted.called("ledger.transfer")
    assert asked[:3] == ("bob", 2500, "lunch")
    assert not dialog.isVisible()


async def test_going_back_pays_nothing(qtbot, scripted):
    dialog = await filled(scripted)
    dialog._continue.click()
    dialog._back.click()
    dialog.reject()
    assert scripted.called("ledger.transfer") == []


async def test_more_than_there_is_cannot_be_paid(qtbot, scripted):
    dialog = await filled(scripted, amount="10.001")
    assert not dialog._continue.isEnabled()
    assert "available" in dialog._form._notes["amount"].text()


async def test_nothing_is_wrong_before_anything_is_typed(qtbot, scripted):
    dialog = TransferDialog(scripted.console)
    scripted.keep(dialog)
    assert not any(note.text().startswith("⚠") for note in dialog._form._notes.values())
    assert not dialog._continue.isEnabled()


async def test_a_refusal_stands_beside_its_field(qtbot, scripted):
    scripted.answers["ledger.transfer"] = HiveMindError(
        Reason.ACCOUNT_NOT_FOUND, "There is no such account."
    )
    dialog = await filled(scripted)
    dialog._continue.click()
    dialog._pay.click()
    await until(lambda: dialog._stack.currentIndex() == 0)
    assert "no such account" in dialog._form._notes["to"].text()


async def test_a_second_try_after_a_lost_answer_pays_once(qtbot, scripted):
    scripted.answers["ledger.transfer"] = HiveMindError(Reason.MASTER_UNREACHABLE, "Away.")
    dialog = await filled(scripted)
    dialog._continue.click()
    for _ in range(2):
        dialog._pay.click()
        await until(dialog._pay.isEnabled)
    assert "once" in dialog._said.text()
    first, second = (asked[3] for asked, _ in scripted.called("ledger.transfer"))
    assert first == second
    dialog._back.click()
    dialog._amount.setText("3")
    dialog._continue.click()
    dialog._pay.click()
    await until(dialog._pay.isEnabled)
    assert scripted.called("ledger.transfer")[2][0][3] != first


async def test_who_may_grant_can_give_from_the_treasury(qtbot, scripted):
    dialog = await filled(scripted, amount="1000", memo="a welcome")
    dialog._treasury.setChecked(True)
    dialog._continue.click()
    dialog._pay.click()
    await until(lambda: bool(scripted.called("ledger.grant")))
    assert scripted.called("ledger.grant")[0][0][:3] == ("bob", 1_000_000, "a welcome")
    assert scripted.called("ledger.transfer") == []


async def test_who_may_not_grant_is_not_asked(qtbot, tmp_path):
    scripted = ScriptedConsole(tmp_path, Role.USER)
    scripted.answers["ledger.balance"] = pb.GetBalanceResponse()
    dialog = TransferDialog(scripted.console)
    scripted.keep(dialog)
    dialog.open()
    assert not dialog._treasury.isVisible()
    await scripted.close()


async def test_it_stays_until_money_on_its_way_has_arrived(qtbot, scripted):
    dialog = await filled(scripted)
    dialog._continue.click()
    dialog._pay.click()
    dialog.reject()
    assert dialog.isVisible()
    await until(lambda: not dialog.isVisible())
    assert len(scripted.called("ledger.transfer")) == 1
