"""The console's loop beside asyncio's promises: order, timers, fairness, errors, threads."""

import asyncio
import contextvars
import logging
import threading

import pytest
import qasync
from PySide6.QtCore import QEventLoop, QObject

from tests.ui.qt_loop import (
    bounded,
    in_slot,
    live_timers,
    live_timers_when_idle,
    loop,
    pair,
    turns,
)
from ui.event_loop import EventLoop

__all__ = ["loop", "pair", "turns"]


class Raised(Exception):
    """Raised by a callback."""


def test_callbacks_run_in_the_order_of_their_scheduling(loop):
    seen = []

    def first():
        seen.append("first")
        loop.call_soon(seen.append, "added")

    loop.call_soon(first)
    loop.call_soon(seen.append, "second")
    loop.call_soon(loop.call_soon, loop.call_soon, loop.stop)
    loop.run_forever()
    assert seen == ["first", "second", "added"]


def test_a_stop_lets_run_what_is_ready_and_keeps_what_that_adds(loop):
    seen = []
    loop.call_soon(loop.stop)
    loop.call_soon(loop.call_soon, seen.append, "added")
    loop.call_soon(seen.append, "ready")
    loop.run_forever()
    assert seen == ["ready"]
    loop.stop()
    loop.run_forever()
    assert seen == ["ready", "added"]


def test_a_stop_in_a_qt_slot_ends_an_idle_loop(loop):
    loop.call_soon(in_slot, loop.stop)
    loop.run_forever()
    assert not loop.is_running()


def test_timers_run_in_the_order_of_their_times_and_not_early(loop):
    seen = []

    def note(when: float) -> None:
        seen.append(when)
        assert loop.time() >= when

    now = loop.time()
    for delay in (0.03, 0.01, 0.02, 0.0):
        loop.call_at(now + delay, note, now + delay)
    loop.call_at(now + 0.031, loop.stop)
    loop.run_forever()
    assert seen == sorted(seen)
    assert len(seen) == 4


def test_a_timer_handle_tells_its_time_and_that_it_was_cancelled(loop):
    handle = loop.call_later(60, pytest.fail)
    assert isinstance(handle, asyncio.TimerHandle)
    assert handle.when() == pytest.approx(loop.time() + 60, abs=1)
    handle.cancel()
    assert handle.cancelled()


def test_a_cancelled_callback_does_not_run(loop):
    told = []
    loop.set_exception_handler(lambda _loop, context: told.append(context))
    soon, later = loop.call_soon(pytest.fail), loop.call_later(0, pytest.fail)
    soon.cancel()
    later.cancel()
    loop.run_until_complete(asyncio.sleep(0.001))
    assert not told


def test_many_timers_are_one_qt_timer_and_none_once_cancelled(loop):
    async def main():
        before = await live_timers_when_idle()
        handles = [loop.call_later(60 + delay, pytest.fail) for delay in range(200)]
        assert await live_timers_when_idle() == before + 1
        for handle in handles:
            handle.cancel()
        assert await live_timers_when_idle() == before

    loop.run_until_complete(main())


def test_the_count_of_timers_sees_what_qasync_leaks(qapp):
    before = live_timers()
    leaking = qasync.QEventLoop(qapp)
    for _ in range(50):
        leaking.call_later(60, pytest.fail).cancel()
    assert live_timers() == before + 50
    leaking.close()


def test_a_timer_set_and_cancelled_in_a_qt_slot_leaves_no_qt_timer(loop):
    counts = []

    def set_and_cancel():
        counts.append(live_timers())
        handle = loop.call_later(60, pytest.fail)
        counts.append(live_timers())
        handle.cancel()
        in_slot(look)

    def look():
        counts.append(live_timers())
        loop.stop()

    loop.call_soon(in_slot, set_and_cancel)
    loop.run_forever()
    assert [count - counts[0] for count in counts] == [0, 1, 0]


def test_a_timer_set_in_a_qt_slot_runs(loop):
    loop.call_soon(in_slot, lambda: loop.call_later(0.001, loop.stop))
    loop.run_forever()


def test_the_heap_does_not_grow_with_timeouts_that_did_not_run_out(loop):
    async def main():
        loop.call_later(60, pytest.fail)
        for _ in range(3000):
            await asyncio.wait_for(asyncio.sleep(0), 3600)

    loop.run_until_complete(main())
    assert len(loop._scheduled) < 300


@pytest.fixture
def slices(monkeypatch):
    """Grows by one for each slice."""
    given = []
    give = EventLoop._slice

    def count(loop: EventLoop) -> None:
        given.append(1)
        give(loop)

    monkeypatch.setattr(EventLoop, "_slice", count)
    return given


def test_an_idle_loop_gets_no_slice(loop, slices, turns):
    seen = []

    def look():
        seen.append(len(slices))
        if len(turns) < 20:
            in_slot(look)
        else:
            loop.stop()

    loop.call_later(3600, pytest.fail)
    loop.call_soon(in_slot, look)
    loop.run_forever()
    assert seen[-1] == seen[0]


def test_what_callbacks_add_runs_in_the_same_slice(loop, slices, pair, monkeypatch):
    # No slice is over because the machine was busy.
    monkeypatch.setattr(loop, "time", lambda: 0.0)

    async def main():
        await loop.sock_recv(pair[0], 1)
        for _ in range(5):
            await asyncio.sleep(0)
        in_slot(loop.stop)

    loop.create_task(main())
    loop.call_soon(in_slot, lambda: pair[1].send(b"x"))
    loop.run_forever()
    # One begins, one is for what was sent, and one stops.
    assert len(slices) == 3


def test_an_error_goes_to_the_handler_and_the_loop_goes_on(loop):
    told, seen = [], []
    loop.set_exception_handler(lambda _loop, context: told.append(context["exception"]))

    def fail():
        raise Raised

    loop.call_soon(fail)
    loop.call_later(0, fail)
    in_slot(lambda: loop.call_soon_threadsafe(fail))
    loop.call_later(0.005, seen.append, "after")
    loop.call_later(0.006, loop.stop)
    loop.run_forever()
    assert [type(error) for error in told] == [Raised] * 3
    assert seen == ["after"]


def test_an_error_without_a_handler_is_logged(loop, caplog):
    def fail():
        raise Raised

    loop.call_soon(fail)
    loop.run_until_complete(asyncio.sleep(0.001))
    assert [record.name for record in caplog.records] == ["asyncio"]


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("where", ["callback", "task", "timer"])
def test_what_ends_a_program_leaves_the_loop_which_can_run_again(loop, kind, where):
    def leave():
        raise kind

    async def leaving():
        await asyncio.sleep(0)
        raise kind

    if where == "task":
        with pytest.raises(kind):
            loop.run_until_complete(leaving())
    else:
        loop.call_later(0, leave) if where == "timer" else loop.call_soon(leave)
        with pytest.raises(kind):
            loop.run_forever()
    assert loop.run_until_complete(asyncio.sleep(0, "again")) == "again"


def test_the_context_is_kept_everywhere(loop):
    who = contextvars.ContextVar("who", default="nobody")
    context = contextvars.copy_context()
    context.run(who.set, "Ada")
    seen = []

    def note():
        seen.append(who.get())

    loop.call_soon(note, context=context)
    loop.call_later(0, note, context=context)
    loop.call_soon_threadsafe(note, context=context)
    in_slot(lambda: loop.call_soon_threadsafe(note, context=context))
    loop.call_later(0.005, loop.stop)
    loop.run_forever()
    assert seen == ["Ada"] * 4


def test_another_thread_wakes_an_idle_loop(loop):
    def elsewhere():
        for number in range(2000):
            loop.call_soon_threadsafe(seen.append, number)
        loop.call_soon_threadsafe(loop.stop)

    seen = []
    thread = threading.Thread(target=elsewhere)
    loop.call_soon(in_slot, thread.start)
    loop.run_forever()
    thread.join()
    assert seen == list(range(2000))


def test_no_wake_of_many_threads_is_lost(loop):
    """Each waits for its answer before it asks again: a lost wake would be the last."""
    each, threads = 200, 4
    answered = []

    def ask():
        for _ in range(each):
            done = threading.Event()
            loop.call_soon_threadsafe(done.set)
            answered.append(done.wait(20))

    async def main():
        await asyncio.gather(*(asyncio.to_thread(ask) for _ in range(threads)))

    loop.run_until_complete(main())
    loop.run_until_complete(loop.shutdown_default_executor())
    assert answered == [True] * each * threads


def test_a_qt_slot_starts_a_task(loop):
    async def act():
        await asyncio.sleep(0)
        loop.stop()

    tasks = []
    loop.call_soon(in_slot, lambda: tasks.append(loop.create_task(act())))
    loop.run_forever()
    assert tasks[0].done()


class Panel(QObject):
    """Has a slot that is a coroutine."""

    @qasync.asyncSlot()
    async def act(self):
        await asyncio.sleep(0)
        asyncio.get_running_loop().stop()


def test_qasyncs_slots_work_in_the_loop(loop):
    loop.call_soon(in_slot, Panel().act)
    loop.run_forever()


def test_a_nested_qt_loop_in_a_task_lets_the_others_go_on(loop):
    nested = QEventLoop()
    seen = []

    async def other():
        await asyncio.sleep(0)
        await asyncio.sleep(0.001)
        seen.append(await loop.run_in_executor(None, str, "other"))
        in_slot(lambda: loop.call_soon(nested.quit))

    async def main():
        task = asyncio.ensure_future(other())
        nested.exec()
        seen.append("back")
        assert asyncio.current_task() is not task
        await bounded(task)

    loop.run_until_complete(main())
    loop.run_until_complete(loop.shutdown_default_executor())
    assert seen == ["other", "back"]


def test_debug_names_slow_callbacks_and_foreign_threads(loop, caplog):
    loop.set_debug(True)
    loop.slow_callback_duration = 0

    async def slow_work():
        with pytest.raises(RuntimeError, match="Non-thread-safe"):
            await asyncio.to_thread(loop.call_soon, int)

    with caplog.at_level(logging.WARNING, "asyncio"):
        loop.run_until_complete(slow_work())
        loop.run_until_complete(loop.shutdown_default_executor())
    assert any("slow_work" in record.getMessage() for record in caplog.records)
