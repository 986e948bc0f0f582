"""The first start's last pages: what this computer has, and how others join."""

import json

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from PySide6.QtCore import QObject, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.common.errors import HiveMindError, Reason
from proto import nodepool_pb2 as pb
from tests.ui.scripted_pool import ScriptedConsole, until
from ui.local_worker import LocalWorker
from ui.models.isolation import Isolation, Missing, parse_isolation
from ui.operations import Operations
from ui.wizards.first_start import AdminStep, LendStep, MoreMachinesStep
from ui.wizards.steps import StepsDialog

TOKEN = f"HM1-{'0' * 52}-0a1b2c3d-{'1' * 26}"
LACKS = Missing("sandbox", "bwrap was not found.", "apt-get install bubblewrap")


class LookingWorker(QObject):
    """Finds what it is told. Stands for LocalWorker."""

    looked = Signal(object)

    def __init__(self, isolation: Isolation | None) -> None:
        super().__init__()
        self._isolation = isolation

    def look(self) -> None:
        self.looked.emit(self._isolation)


@pytest.fixture
async def scripted(qtbot, tmp_path):
    made = ScriptedConsole(tmp_path)
    made.console.connection.address = "pool.example:50051"
    info = pb.JoinTokenInfo(uses_left=10, expires_at=Timestamp(seconds=4_100_000_000))
    made.answers["join_tokens.create"] = pb.CreateJoinTokenResponse(token=TOKEN, info=info)
    yield made
    await made.close()


@pytest.mark.parametrize(
    ("isolation", "said"),
    [
        (Isolation(("bubblewrap 0.8.0 (sandbox)",)), "✓ Tasks are shut in by bubblewrap 0.8.0"),
        (Isolation((), (LACKS,)), "• sandbox: apt-get install bubblewrap"),
        (None, "did not answer"),
    ],
)
async def test_it_says_what_this_computer_can_shut_tasks_in(scripted, isolation, said):
    step = LendStep(scripted.console, None, LookingWorker(isolation), None)
    scripted.keep(step)
    step.enter()
    assert said in step.found.text()


async def test_the_line_comes_when_it_is_asked_for(scripted):
    step = MoreMachinesStep(scripted.console)
    scripted.keep(step)
    step.show()
    assert scripted.called("join_tokens.create") == []
    step.make.click()
    await until(lambda: step.panel is not None)
    assert TOKEN in step.panel.line.toPlainText()
    assert step.make.isHidden()


async def test_a_refusal_is_shown_and_it_can_be_asked_again(scripted):
    scripted.answers["join_tokens.create"] = HiveMindError(Reason.STORE_FULL, "The disk is full.")
    step = MoreMachinesStep(scripted.console)
    scripted.keep(step)
    step.make.click()
    await until(lambda: "The disk is full." in step.refusal.text())
    assert step.make.isEnabled()
    assert step.panel is None


def test_a_report_is_read_and_anything_else_is_none():
    report = {
        "found": [{"engine": "bubblewrap 0.8.0", "isolation": "sandbox", "features": []}],
        "missing": [{"what": "sandbox", "why": "bwrap was not found.", "remedy": LACKS.remedy}],
    }
    assert parse_isolation(json.dumps(report)) == Isolation(
        ("bubblewrap 0.8.0 (sandbox)",), (LACKS,)
    )
    for text in ("", "[]", "{}", '{"found": [{}], "missing": []}', "Traceback"):
        assert parse_isolation(text) is None


def test_the_real_worker_is_asked(qtbot, tmp_path):
    worker = LocalWorker(tmp_path)
    with qtbot.waitSignal(worker.looked, timeout=60_000) as looked:
        worker.look()
    (isolation,) = looked.args
    assert isolation is not None
    assert isolation.found or isolation.missing
    worker.stop()


def test_typing_goes_into_the_first_field_and_replaces_what_stands_there(qtbot):
    dialog = StepsDialog(Operations())
    qtbot.addWidget(dialog)
    admin, other = AdminStep(), AdminStep()
    other.first = other.name
    dialog.set_steps([admin, other])
    with qtbot.waitActive(dialog):
        dialog.show()
    dialog.show_step(0)
    assert admin.password.hasFocus()
    dialog.show_step(1)
    QTest.keyClicks(QApplication.focusWidget(), "ada")
    assert other.name.text() == "ada"
