"""The ledger's pane over a scripted pool: pages, filter, explanation, verify, export."""

import asyncio
import csv
import io

import pytest
from shiboken6 import delete

from app.common.errors import HiveMindError, Reason
from app.common.exports import ExportKind
from app.common.vocabulary import Role, TransferKind
from proto import nodepool_pb2 as pb
from tests.ui.ledger_rows import transfer
from tests.ui.scripted_pool import ScriptedConsole, until
from ui.docks.ledger import LedgerPane
from ui.models.transfers import LedgerFilter
from ui.pool_state import Delta


class Book:
    """Rows that are given in pages, newest first."""

    def __init__(self, count: int) -> None:
        self.rows = [transfer(number) for number in range(count, 0, -1)]

    def page(self, token="", *, page_size, **_filter):
        start = int(token or 0)
        end = start + page_size
        more = str(end) if end < len(self.rows) else ""
        return pb.ListTransfersResponse(transfers=self.rows[start:end], next_page_token=more)


@pytest.fixture
async def scripted(qtbot, tmp_path):
    made = ScriptedConsole(tmp_path)
    script(made, Book(450))
    yield made
    await made.close()


def script(made: ScriptedConsole, book: Book) -> None:
    made.answers["ledger.page"] = book.page
    made.console.state.balance = pb.GetBalanceResponse(
        balance_mcpt=5000, held_mcpt=1000, available_mcpt=4000
    )
    made.answers["ledger.summary"] = pb.LedgerSummaryResponse(transfers=len(book.rows))
    made.answers["users.page"] = pb.ListUsersResponse(users=[pb.UserInfo(username="carol")])
    made.answers["tasks.get"] = HiveMindError(Reason.TASK_NOT_FOUND, "No such task.")


async def shown(qtbot, scripted) -> LedgerPane:
    pane = LedgerPane(scripted.console)
    scripted.keep(pane)
    pane.resize(1000, 700)
    pane.show()
    await until(lambda: pane.model.total > 0)
    return pane


async def test_nothing_is_asked_while_it_is_hidden(qtbot, scripted):
    pane = LedgerPane(scripted.console)
    scripted.keep(pane)
    scripted.console.feed.changed.emit(Delta(reset=True))
    assert scripted.calls == []


async def test_pages_are_loaded_as_one_scrolls(qtbot, scripted):
    pane = await shown(qtbot, scripted)
    assert pane.model.total == 200
    for count in (400, 450):
        pane.table.scrollToBottom()
        await until(lambda count=count: pane.model.total == count)
    pane.table.scrollToBottom()
    assert len(scripted.called("ledger.page")) == 3
    assert pane.model.row_at(0).sequence == 450


async def test_the_button_loads_more_too(qtbot, scripted):
    pane = await shown(qtbot, scripted)
    pane._more.click()
    await until(lambda: pane.model.total == 400)


async def test_the_balance_is_shown(qtbot, scripted):
    pane = await shown(qtbot, scripted)
    await until(lambda: pane._head._available._value.text() != "–")
    texts = [
        figure._value.text()
        for figure in (pane._head._balance, pane._head._held, pane._head._available)
    ]
    assert texts == ["5 CPT", "1 CPT", "4 CPT"]


async def test_a_change_of_ones_balance_asks_for_what_is_new(qtbot, scripted):
    book = Book(5)
    script(scripted, book)
    pane = await shown(qtbot, scripted)
    scripted.console.feed.changed.emit(Delta(tasks={"other"}))
    assert not pane._timer.isActive()
    scripted.console.state.balance = pb.GetBalanceResponse(balance_mcpt=6000)
    book.rows.insert(0, transfer(6))
    pane._timer.setInterval(0)
    scripted.console.feed.changed.emit(Delta(balance=True))
    assert pane._head._balance._value.text() == "6 CPT"
    await until(lambda: pane.model.total == 6)
    assert pane.model.row_at(0).sequence == 6


async def test_what_others_paid_matters_where_it_is_shown(qtbot, scripted):
    pane = await shown(qtbot, scripted)
    scripted.console.feed.changed.emit(Delta(transfers=True))
    assert not pane._timer.isActive()
    pane._begin(LedgerFilter(all_users=True))
    scripted.console.feed.changed.emit(Delta(transfers=True))
    assert pane._timer.isActive()


async def test_more_news_than_a_page_begins_anew(qtbot, scripted):
    book = Book(5)
    script(scripted, book)
    pane = await shown(qtbot, scripted)
    book.rows = Book(1000).rows
    pane.refresh()
    await until(lambda: pane.model.total == 200)
    assert pane.model.row_at(0).sequence == 1000
    pane._more.click()
    await until(lambda: pane.model.total == 400)


async def test_the_filter_is_the_masters(qtbot, scripted):
    pane = await shown(qtbot, scripted)
    bar = pane._bar
    bar._kind.setCurrentIndex(bar._kind.findData(TransferKind.HOLD))
    bar._user.setEditText("bob")
    bar._task.setText("01x")
    bar._period.setCurrentIndex(1)
    bar._tell()
    await until(lambda: len(scripted.called("ledger.page")) == 2)
    _, asked = scripted.called("ledger.page")[-1]
    assert (asked["username"], asked["all_users"], asked["task_id"]) == ("bob", False, "01x")
    assert asked["kinds"] == (TransferKind.HOLD,)
    assert (asked["since"].hour, asked["since"].minute) == (0, 0)
    bar._user.setCurrentIndex(1)
    bar._tell()
    await until(lambda: len(scripted.called("ledger.page")) == 3)
    assert scripted.called("ledger.page")[-1][1]["all_users"]


async def test_users_are_offered_to_who_may_see_all(qtbot, scripted):
    pane = await shown(qtbot, scripted)
    await until(lambda: pane._bar._user.findData("carol") > 0)
    assert pane._bar.value().username == ""


async def test_a_row_is_explained(qtbot, scripted):
    book = Book(0)
    hold = transfer(7, TransferKind.HOLD, payee="escrow", amount=3000, task_id="01x")
    paid = transfer(8, TransferKind.SETTLE, amount=3000, task_id="01x", pending_id="t:7", memo="x")
    book.rows = [paid, hold]
    script(scripted, book)
    attempts = [
        pb.AttemptInfo(number=1, outcome=7, node_name="first"),
        pb.AttemptInfo(number=2, outcome=1, node_name="second"),
    ]
    scripted.answers["tasks.get"] = pb.TaskInfo(
        task_id="01x", name="spheres", attempts=attempts, spec=pb.TaskSpec(count=5)
    )
    scripted.answers["tasks.quote"] = pb.QuoteResponse(formula="3 = 3")
    pane = await shown(qtbot, scripted)
    pane.table.select_keys(["8"])
    value = pane._details._values
    await until(lambda: value["formula"].text() != "")
    assert value["formula"].text() == "3 = 3"
    assert value["attempt"].text() == "2 of 2, on second"
    assert value["resolves"].text().startswith("the hold of 3 CPT, row 7")
    assert value["hash"].text().replace(" ", "") == f"{8:064x}"
    assert value["previous"].text().replace(" ", "") == f"{7:064x}"
    assert scripted.called("tasks.quote")[-1][1]["count"] == 1
    pane._details._show_hold.click()
    assert pane.table.keys() == ["7"]


async def test_who_may_not_read_the_ledger_is_told_so(qtbot, tmp_path):
    scripted = ScriptedConsole(tmp_path, Role.USER)
    script(scripted, Book(3))
    pane = await shown(qtbot, scripted)
    assert pane._head._verify.isHidden()
    assert pane._bar._user.isHidden()
    pane.table.select_keys(["3"])
    await until(lambda: pane._details._values["previous"].text() != "")
    assert "whole ledger" in pane._details._values["previous"].text()
    assert scripted.called("ledger.summary") == []
    await scripted.close()


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (pb.VerifyLedgerResponse(ok=True, rows=450, head_hash="ab" * 32), ["sound", "450"]),
        (
            pb.VerifyLedgerResponse(first_bad_sequence=17, fault="The hash is another."),
            ["row 17", "The hash is another."],
        ),
    ],
    ids=["sound", "changed"],
)
async def test_a_verification_is_said_in_words(qtbot, scripted, found, words):
    scripted.answers["ledger.verify"] = found
    pane = await shown(qtbot, scripted)
    pane._head._verify.click()
    await until(lambda: words[0] in pane._head._said.text())
    assert all(word in pane._head._said.text() for word in words)


async def test_all_that_the_filter_gives_is_exported(qtbot, scripted, tmp_path):
    script(scripted, Book(2345))
    pane = await shown(qtbot, scripted)
    path = tmp_path / "ledger.csv"
    pane.export(path, ExportKind.CSV)
    await until(lambda: "2345" in pane._head._said.text() and path.exists())
    lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert len(lines) == 2346
    assert pane.model.total == 200


async def test_a_place_that_cannot_be_written_is_said(qtbot, scripted, tmp_path):
    pane = await shown(qtbot, scripted)
    pane.export(tmp_path / "no folder" / "x.csv", ExportKind.CSV)
    await until(lambda: "cannot be written" in pane._head._said.text())


async def test_an_empty_ledger_says_what_to_do(qtbot, scripted):
    script(scripted, Book(0))
    pane = LedgerPane(scripted.console)
    scripted.keep(pane)
    pane.show()
    await until(lambda: pane._empty.text() != "")
    assert "submit a task" in pane._empty.text()


async def test_a_pane_that_is_gone_gives_up_what_it_asked(qtbot, scripted):
    pane = await shown(qtbot, scripted)
    scripted.answers["ledger.summary"] = asyncio.Event().wait
    pane.refresh()
    await until(lambda: len(scripted.called("ledger.summary")) == 2)
    tasks = [task for task in pane.operations._tasks if not task.done()]
    assert tasks
    delete(pane)
    await until(lambda: all(task.done() for task in tasks))
    assert all(task.cancelled() for task in tasks)
    assert scripted.failures == []
