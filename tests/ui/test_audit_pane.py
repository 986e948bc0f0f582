"""The pane of the audit log over a scripted pool: pages, filters, details, verify, export."""

import csv
import json

import pytest
from PySide6.QtCore import Qt

from app.client.audit_filter import ALL
from app.common.errors import HiveMindError, Reason
from app.common.exports import ExportKind
from app.common.vocabulary import Role
from proto import nodepool_pb2 as pb
from tests.ui.audit_rows import act
from tests.ui.scripted_pool import ScriptedConsole, until
from ui.docks.audit import AuditPane
from ui.pool_state import Delta


class Book:
    """Acts that are given in pages, newest first."""

    def __init__(self, count: int) -> None:
        self.rows = [act(number) for number in range(count, 0, -1)]

    def page(self, _wanted, token="", *, page_size):
        start = int(token or 0)
        end = start + page_size
        more = str(end) if end < len(self.rows) else ""
        return pb.ListAuditEventsResponse(events=self.rows[start:end], next_page_token=more)


@pytest.fixture
async def scripted(qtbot, tmp_path):
    made = ScriptedConsole(tmp_path, Role.AUDITOR)
    made.answers["audit.page"] = Book(450).page
    made.answers["users.page"] = pb.ListUsersResponse(users=[pb.UserInfo(username="carol")])
    yield made
    await made.close()


async def shown(scripted) -> AuditPane:
    pane = AuditPane(scripted.console)
    scripted.keep(pane)
    pane.resize(1000, 600)
    pane.show()
    await until(lambda: pane.model.total > 0)
    return pane


def asked(scripted):
    return [args[0] for args, _ in scripted.called("audit.page")]


async def test_nothing_is_asked_while_it_is_hidden(qtbot, scripted):
    scripted.keep(AuditPane(scripted.console))
    scripted.console.feed.changed.emit(Delta(reset=True))
    assert scripted.calls == []


async def test_pages_are_loaded_as_one_scrolls(qtbot, scripted):
    pane = await shown(scripted)
    assert (pane.model.total, pane.model.row_at(0).sequence) == (200, 450)
    for count in (400, 450):
        pane.table.scrollToBottom()
        await until(lambda count=count: pane.model.total == count)
    assert pane._more.isHidden()
    assert asked(scripted) == [ALL, ALL, ALL]


async def test_what_is_new_is_fetched_when_wanted(qtbot, scripted):
    book = Book(5)
    scripted.answers["audit.page"] = book.page
    pane = await shown(scripted)
    book.rows.insert(0, act(6))
    pane._refresh.click()
    await until(lambda: pane.model.total == 6)
    assert pane.model.row_at(0).sequence == 6
    book.rows = Book(1000).rows
    pane.refresh()
    await until(lambda: pane.model.total == 200)
    assert pane.model.row_at(0).sequence == 1000


async def test_the_filter_is_the_masters(qtbot, scripted):
    pane = await shown(scripted)
    bar = pane._bar
    bar._period.setCurrentIndex(1)
    bar._who.setEditText("ann")
    bar._action.setCurrentIndex(bar._action.findData("UserService/Login"))
    bar._result.setCurrentIndex(2)
    qtbot.keyClick(bar._who.lineEdit(), Qt.Key.Key_Return)
    await until(lambda: len(asked(scripted)) == 2)
    wanted = asked(scripted)[-1]
    assert (wanted.actor, wanted.actions) == ("ann", ("UserService/Login",))
    assert (wanted.refused, wanted.results) == (True, ())
    assert (wanted.since.hour, wanted.since.minute) == (0, 0)
    bar._clear.click()
    await until(lambda: len(asked(scripted)) == 3)
    assert asked(scripted)[-1] == ALL


async def test_people_are_offered(qtbot, scripted):
    pane = await shown(scripted)
    await until(lambda: pane._bar._who.findText("carol") >= 0)
    assert pane._bar.value() == ALL


async def test_a_row_in_full(qtbot, scripted):
    book = Book(0)
    book.rows = [act(7, result="PERMISSION_DENIED", times=31, details={"role": "admin"})]
    scripted.answers["audit.page"] = book.page
    pane = await shown(scripted)
    assert "No row" in pane._details._title.text()
    pane.table.select_keys(["7"])
    values = {name: label.text() for name, label in pane._details._values.items()}
    assert values["who"] == "alice\nid-alice"
    assert values["target"] == "bob\nid-bob"
    assert values["details"] == "role: admin"
    assert values["times"].startswith("31")
    assert values["hash"].replace(" ", "") == f"{7:064x}"
    assert pane._details._meaning.text() == Reason.PERMISSION_DENIED.meaning


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (pb.VerifyAuditResponse(ok=True, rows=450, head_hash="ab" * 32), ["sound", "ab" * 32]),
        (
            pb.VerifyAuditResponse(first_bad_sequence=17, fault="Row 17 is missing."),
            ["row 17", "Row 17 is missing."],
        ),
        (HiveMindError(Reason.MASTER_UNREACHABLE, "No answer."), ["⚠", "No answer."]),
    ],
    ids=["sound", "changed", "unreachable"],
)
async def test_a_verification_is_said_in_words(qtbot, scripted, found, words):
    scripted.answers["audit.verify"] = found
    pane = await shown(scripted)
    pane._verify.click()
    await until(lambda: words[0] in pane._said.text())
    assert all(word in pane._said.text() for word in words)


async def test_all_that_the_filter_gives_is_exported(qtbot, scripted, tmp_path):
    scripted.answers["audit.page"] = Book(2345).page
    pane = await shown(scripted)
    for kind in (ExportKind.CSV, ExportKind.JSON):
        path = tmp_path / f"audit.{kind.value}"
        pane.export(path, kind)
        await until(lambda path=path: str(path) in pane._said.text())
    with (tmp_path / "audit.csv").open(newline="", encoding="utf-8") as file:
        assert len(list(csv.reader(file))) == 2346
    kept = json.loads((tmp_path / "audit.json").read_text(encoding="utf-8"))
    assert (len(kept), kept[0]["sequence"], kept[0]["actor_name"]) == (2345, 2345, "alice")
    assert pane.model.total == 200


async def test_a_place_that_cannot_be_written_is_said(qtbot, scripted, tmp_path):
    pane = await shown(scripted)
    pane.export(tmp_path / "no folder" / "x.csv", ExportKind.CSV)
    await until(lambda: "cannot be written" in pane._said.text())


async def test_an_empty_log_says_so_and_an_empty_answer_too(qtbot, scripted):
    scripted.answers["audit.page"] = Book(0).page
    pane = AuditPane(scripted.console)
    scripted.keep(pane)
    pane.show()
    await until(lambda: pane._empty.text() != "")
    assert "Nothing has been done yet" in pane._empty.text()
    pane._bar._result.setCurrentIndex(1)
    pane._bar._tell()
    await until(lambda: "fits the filter" in pane._empty.text())


async def test_a_refusal_is_said(qtbot, scripted):
    scripted.answers["audit.page"] = HiveMindError(Reason.PERMISSION_DENIED, "Not for you.")
    pane = AuditPane(scripted.console)
    scripted.keep(pane)
    pane.show()
    await until(lambda: "Not for you." in pane._foot.text())


def test_only_auditor_and_admin_have_it():
    from app.master.identity.permissions import ROLE_PERMISSIONS

    (needed,) = AuditPane.needs
    having = {role for role in Role if needed in {p.name for p in ROLE_PERMISSIONS[role]}}
    assert having == {Role.AUDITOR, Role.ADMIN}
