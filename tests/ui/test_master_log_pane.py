"""The log of the master in the window: all there is, what comes, and what is looked for."""

import asyncio

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QScrollBar

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import LogLevel, Role
from proto import nodepool_pb2 as pb
from tests.ui.audit_rows import record
from tests.ui.scripted_pool import ScriptedConsole, until
from ui.docks.master_log import MasterLogPane
from ui.models.server_log import (
    RECORDS_MAX,
    ServerLogModel,
    fields_text,
    level_text,
    line_of,
    whole_text,
)
from ui.pool_state import Delta

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
TRACE = "Traceback (most recent call last):\n  File x\nRuntimeError: it broke"


class Feed:
    """Batches that a test sends while a pane reads them."""

    def __init__(self, *batches: pb.ServerLogBatch) -> None:
        self.first = batches
        self.waiting: list[asyncio.Queue] = []

    async def read(self):
        queue: asyncio.Queue = asyncio.Queue()
        self.waiting.append(queue)
        try:
            for batch in self.first:
                yield batch
            while True:
                item = await queue.get()
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            self.waiting.remove(queue)

    def send(self, item) -> None:
        for queue in self.waiting:
            queue.put_nowait(item)


def batch(*records: pb.ServerLogRecord, lost: int = 0) -> pb.ServerLogBatch:
    return pb.ServerLogBatch(records=records, lost=lost)


@pytest.fixture
def feed():
    levels = (LogLevel.DEBUG, LogLevel.INFO, LogLevel.WARNING, LogLevel.ERROR)
    return Feed(
        batch(*(record(n, f"event {n}", levels[n % 4], node=f"n{n}") for n in range(1, 101)))
    )


@pytest.fixture
async def scripted(qtbot, tmp_path, feed):
    made = ScriptedConsole(tmp_path, Role.AUDITOR)
    made.answers["server_log.stream"] = lambda **_asked: feed.read()
    yield made
    await made.close()


async def shown(scripted, total: int = 100) -> MasterLogPane:
    pane = MasterLogPane(scripted.console)
    scripted.keep(pane)
    pane.resize(900, 300)
    pane.show()
    await until(lambda: pane.model.total == total)
    return pane


def is_at_the_end(pane) -> bool:
    bar = pane.table.verticalScrollBar()
    return bar.value() == bar.maximum()


async def test_all_there_is_and_what_comes(qtbot, scripted, feed):
    pane = await shown(scripted)
    assert scripted.called("server_log.stream") == [((), {"follow": True})]
    await until(lambda: is_at_the_end(pane))
    feed.send(batch(record(101, "another"), lost=7))
    await until(lambda: pane.model.total == 101)
    assert pane.model.row_at(100).event == "another"
    await until(lambda: is_at_the_end(pane))
    assert "101 record(s)" in pane._foot.text()
    assert "7 record(s) came too fast" in pane._foot.text()


async def test_who_reads_is_not_carried_away(qtbot, scripted, feed):
    pane = await shown(scripted)
    pane.table.select_keys(["3"])
    assert not pane._follow.isChecked()
    place = pane.table.verticalScrollBar().value()
    feed.send(batch(*(record(n, "new") for n in range(101, 201))))
    await until(lambda: pane.model.total == 200)
    assert pane.table.verticalScrollBar().value() == place
    assert "event 3" in pane._whole.toPlainText()
    pane._follow.setChecked(True)
    assert is_at_the_end(pane)
    assert pane._whole.isHidden()


async def test_who_scrolls_back_stops_following(qtbot, scripted, feed):
    pane = await shown(scripted)
    await until(lambda: is_at_the_end(pane))
    pane.table.verticalScrollBar().triggerAction(QScrollBar.SliderAction.SliderPageStepSub)
    assert not pane._follow.isChecked()
    feed.send(batch(record(101, "another")))
    await until(lambda: pane.model.total == 101)
    assert not is_at_the_end(pane)


async def test_level_and_words_narrow_what_is_shown(qtbot, scripted):
    pane = await shown(scripted)
    pane._level.setCurrentIndex(pane._level.findData(LogLevel.WARNING))
    pane._level.activated.emit(pane._level.currentIndex())
    assert pane.model.rowCount() == 50
    assert "50 of" in pane._foot.text()
    pane._search.setText("EVENT n11")
    assert [pane.model.row_at(n).number for n in range(pane.model.rowCount())] == [11]


async def test_chosen_records_are_copied(qtbot, scripted):
    pane = await shown(scripted)
    assert not pane._copy.isEnabled()
    pane.table.select_keys(["2", "3"])
    pane._copy.click()
    first, second = QGuiApplication.clipboard().text().splitlines()
    assert first.endswith("warning  event 2 node=n2  [app.master.scheduling.attendance]")
    assert "error    event 3" in second


async def test_nothing_is_read_while_it_is_hidden(qtbot, scripted, feed):
    pane = await shown(scripted)
    pane.hide()
    await until(lambda: not feed.waiting)
    pane.show()
    await until(lambda: pane.model.total == 100 and len(feed.waiting) == 1)


async def test_a_stream_that_ends_is_said_and_can_be_read_again(qtbot, scripted, feed):
    pane = await shown(scripted)
    feed.send(HiveMindError(Reason.MASTER_UNREACHABLE, "The master ended the stream."))
    await until(lambda: "The master ended" in pane._foot.text())
    assert pane.model.total == 100
    scripted.console.feed.changed.emit(Delta(stats=True))
    assert len(scripted.called("server_log.stream")) == 1
    scripted.console.feed.changed.emit(Delta(reset=True))
    await until(lambda: bool(feed.waiting) and pane.model.total == 100)
    assert "The master ended" not in pane._foot.text()


async def test_a_refusal_is_said_with_a_way_to_try_again(qtbot, scripted, feed):
    scripted.answers["server_log.stream"] = HiveMindError(Reason.MASTER_TOO_OLD, "Too old.")
    pane = MasterLogPane(scripted.console)
    scripted.keep(pane)
    pane.show()
    await until(pane.empty.button.isVisible)
    assert pane.empty._hint.text() == "Too old."
    scripted.answers["server_log.stream"] = lambda **_asked: feed.read()
    pane.empty.button.click()
    await until(lambda: pane.model.total == 100)


async def test_an_empty_log_says_what_will_be_seen(qtbot, scripted, feed):
    feed.first = (batch(),)
    pane = await shown(scripted, total=0)
    await until(lambda: bool(feed.waiting))
    assert pane._stack.currentWidget() is pane.empty
    assert "Nothing logged yet" in pane.empty._headline.text()


def test_the_model_keeps_as_many_as_the_master(qapp):
    model = ServerLogModel()
    QAbstractItemModelTester(model, FATAL)
    model.add(record(n) for n in range(RECORDS_MAX))
    model.add([record(RECORDS_MAX + n, "newest") for n in range(5)])
    assert (model.total, model.row_at(0).number) == (RECORDS_MAX, 5)
    assert model.row_at(RECORDS_MAX - 1).event == "newest"
    model.clear()
    assert model.total == 0


def test_how_a_record_reads(qapp):
    made = record(7, "call failed", LogLevel.ERROR, method="/x", exception=TRACE)
    assert level_text(made) == "✕ error"
    assert fields_text(made) == "method=/x  RuntimeError: it broke"
    assert line_of(made).endswith(f"\n{TRACE}")
    assert whole_text(made).startswith("call failed\napp.master.scheduling.attendance\n")
    assert whole_text(made).endswith(f"method: /x\n{TRACE}")
