"""Who gets how long in the console's loop: asyncio and Qt, both with much to do."""

import asyncio

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer

from tests.ui.qt_loop import in_slot, loop, pair, turns, until
from ui.event_loop import EventLoop
from ui.slices import LONG_SLICE_SECONDS, SLICE_SECONDS

__all__ = ["loop", "pair", "turns"]


class SlowLoop(EventLoop):
    """In it time goes on only when a callback lets it."""

    now = 0.0

    def time(self) -> float:
        return self.now

    def spend(self) -> None:
        """Take more than half of a slice."""
        self.now += SLICE_SECONDS * 0.6


@pytest.fixture
def slow(qapp):
    made = SlowLoop()
    yield made
    made.close()


def test_qt_has_its_turn_while_callbacks_are_ready(slow, turns):
    seen = []

    def callback():
        slow.spend()
        seen.append(len(turns))

    for _ in range(60):
        slow.call_soon(callback)
    slow.call_soon(slow.stop)
    slow.run_forever()
    assert all(seen.count(turn) <= 2 for turn in set(seen))


@pytest.mark.parametrize(
    ("qts_seconds", "most"),
    [(0.0, 2), (2 * SLICE_SECONDS, 4), (100 * LONG_SLICE_SECONDS, 7)],
)
def test_both_get_as_long_while_both_have_much_to_do(slow, qts_seconds, most):
    seen, painted = [], []

    def paint():
        """Take long in Qt, again and again."""
        slow.now += qts_seconds
        painted.append(1)
        if len(painted) < 12:
            in_slot(paint)

    def callback():
        slow.spend()
        seen.append(len(painted))

    slow.call_soon(in_slot, paint)
    for _ in range(90):
        slow.call_soon(callback)
    slow.call_soon(slow.stop)
    slow.run_forever()
    # Between two paintings; after the last one callbacks are alone.
    shares = [seen.count(turn) for turn in range(2, len(painted))]
    assert shares
    assert set(shares) <= {0, most}
    assert most in shares


def test_who_had_nothing_to_do_gets_no_more_for_it(slow):
    seen, turns = [], []

    def turn():
        turns.append(1)
        if len(turns) < 50:
            in_slot(turn)

    def callback():
        slow.spend()
        seen.append(len(turns))

    def begin():
        slow.now += 100.0
        for _ in range(10):
            slow.call_soon(callback)
        slow.call_soon(slow.stop)
        in_slot(turn)

    slow.call_soon(in_slot, begin)
    slow.run_forever()
    assert seen.count(seen[0]) <= 2


def test_qt_has_its_turn_while_a_file_is_always_ready(slow, turns, pair):
    pair[1].send(b"x")
    seen = []

    def readable():
        note()
        slow.call_soon(note)
        slow.call_soon(note)

    def note():
        slow.spend()
        seen.append(len(turns))
        if len(seen) == 60:
            slow.stop()

    slow.add_reader(pair[0], readable)
    slow.run_forever()
    slow.remove_reader(pair[0])
    # Stopping runs what is left.
    assert all(seen[:60].count(turn) <= 2 for turn in set(seen))


def test_a_stop_lets_run_more_than_a_slice(slow):
    seen = []
    slow.call_soon(slow.stop)
    for _ in range(10):
        slow.call_soon(slow.spend)
    slow.call_soon(seen.append, "ready")
    slow.run_forever()
    assert seen == ["ready"]


def test_a_task_that_never_waits_does_not_stop_qt_or_files(loop, turns, pair):
    async def main():
        reading = asyncio.ensure_future(loop.sock_recv(pair[0], 1))
        await asyncio.sleep(0)
        pair[1].send(b"x")
        await until(lambda: reading.done() and len(turns) >= 5)

    loop.run_until_complete(main())


class Flood(QObject):
    """Posts itself an event for each that it gets."""

    left = 300_000

    def customEvent(self, event: QEvent) -> None:  # noqa: N802
        if self.left:
            self.left -= 1
            QCoreApplication.postEvent(self, QEvent(QEvent.Type.User))


@pytest.mark.parametrize("interval_ms", [0, 1])
def test_busy_qt_does_not_stop_asyncio(loop, interval_ms):
    flood = Flood()
    ticking = QTimer()
    ticking.timeout.connect(lambda: [hash(n) for n in range(20_000)])

    async def main():
        in_slot(lambda: flood.customEvent(QEvent(QEvent.Type.User)))
        ticking.start(interval_ms)
        for _ in range(5):
            await asyncio.sleep(0.001)
            await loop.run_in_executor(None, int)
            answered = loop.create_future()
            in_slot(lambda answered=answered: answered.set_result(None))
            await answered

    loop.run_until_complete(main())
    ticking.stop()
    assert flood.left > 0
    flood.left = 0
    QCoreApplication.sendPostedEvents(flood)
    loop.run_until_complete(loop.shutdown_default_executor())
