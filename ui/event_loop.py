"""asyncio's event loop on Qt's: what `qasync.QEventLoop` is for, at the price of plain asyncio.

qasync 0.28 starts a Qt timer for every callback, which makes an RPC served in its loop cost
1.9 times the CPU of plain asyncio, and keeps one for every cancelled `call_later` (so for each
`wait_for`) until its time has come: https://github.com/CabbageDevelopment/qasync, `_SimpleTimer`.
Here the ready queue and the heap of timers are asyncio's own (PEP 3156, `asyncio.BaseEventLoop`);
Qt only says when to look at them:

* asyncio's selector waits for files and sockets. It is itself a file descriptor (epoll(7)), so one
  QSocketNotifier watches it for all of them. On Windows qasync's thread waits on the completion
  port and hands over what completed.
* One QTimer stands for the head of the heap, and none while the heap is empty.
* A slice runs what is ready, for a few milliseconds at most; what is left gets another slice
  after Qt has had its turn.
"""

import asyncio
import heapq
import logging
import math
import signal
import socket
import sys
from asyncio import base_events
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import Context
from types import FrameType
from typing import Any, TypeVar, TypeVarTuple

from PySide6.QtCore import (
    QAbstractEventDispatcher,
    QCoreApplication,
    QEvent,
    QObject,
    QSocketNotifier,
    Qt,
    QThread,
    QTimer,
)

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

#: How long Qt waits for its turn while callbacks are ready. One callback is never interrupted.
SLICE_SECONDS = 0.005
#: A Qt timer counts milliseconds in 31 bits; for a later call it is set again.
LONGEST_WAIT_SECONDS = 24 * 3600.0
#: With more cancelled timers than this, and more than half, the heap is rebuilt (as asyncio does).
CANCELLED_MAX = 100

_logger = logging.getLogger("asyncio")


class _Slices(asyncio.BaseEventLoop):
    """The part that is the same on every system; mixed in before the system's own loop.

    It replaces `_run_once`, asyncio's one place that waits: the first call hands the thread to Qt
    and comes back when the loop is told to stop. All else (`run_forever`, `run_until_complete`,
    `close`, executors, asynchronous generators) is asyncio's.
    """

    _csock: socket.socket
    _debug: bool
    _ready: deque[asyncio.Handle]
    _scheduled: list[asyncio.TimerHandle]
    _stopping: bool
    _timer_cancelled_count: int

    #: Called each time Qt is asked to quit while the loop runs; the loop itself goes on.
    on_quit: Callable[[], object] | None = None

    def __init__(self) -> None:
        app = QCoreApplication.instance()
        if app is None:
            raise RuntimeError("make the QApplication before its event loop")
        self._app = app
        self._finished = True
        self._error: BaseException | None = None
        #: Whether a slice runs or is on its way, so that nobody need ask for one.
        self._awake = True
        self._in_callback = False
        self._armed: float | None = None
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timeout)
        super().__init__()

    def call_soon(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """As asyncio's; from a Qt slot it brings about the slice that runs it."""
        handle = super().call_soon(callback, *args, context=context)
        if not self._awake:
            self._wake()
        return handle

    def call_at(
        self,
        when: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """As asyncio's; from a Qt slot it sets the Qt timer, which a slice does at its end."""
        handle = super().call_at(when, callback, *args, context=context)
        if not self._awake:
            self._arm()
        return handle

    def stop(self) -> None:
        """As asyncio's: what is ready now still runs."""
        super().stop()
        if not self._awake:
            self._wake()

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        super()._timer_handle_cancelled(handle)  # type: ignore[misc]
        if not self._awake:
            self._arm()

    def _run_once(self) -> None:
        """Run Qt's loop until `stop` was called or a callback raised what ends a program.

        QCoreApplication.quit() ends Qt's loop only: it is started again, so that whoever cleans up
        can still await. `on_quit` is told.
        """
        if QThread.currentThread().loopLevel():
            raise RuntimeError("Qt's event loop runs already: await instead")
        self._error = None
        with self._signals_heard(), self._slices_given():
            while not self._finished:
                self._app.exec()
                if not self._finished and self.on_quit is not None:
                    self.on_quit()
        if self._error is not None:
            try:
                raise self._error
            finally:
                self._error = None

    @contextmanager
    def _slices_given(self) -> Iterator[None]:
        """While entered, what becomes ready gets a slice."""
        dispatcher = QAbstractEventDispatcher.instance()
        self._finished = self._awake = False
        self._before_run_forever()
        dispatcher.aboutToBlock.connect(self._on_nested_loop)
        self._wake()
        try:
            yield
        finally:
            dispatcher.aboutToBlock.disconnect(self._on_nested_loop)
            self._after_run_forever()
            self._timer.stop()
            self._armed = None
            self._finished = self._awake = True

    @contextmanager
    def _signals_heard(self) -> Iterator[None]:
        """While entered, a signal wakes Qt, and an interrupt ends the loop with what it raises.

        Python runs a signal's handler when it next runs at all, which may be in any slot or event
        handler, and what is raised there goes to Qt, which prints and forgets it.
        """
        wakeup = signal.set_wakeup_fd(self._csock.fileno())
        handler = signal.getsignal(signal.SIGINT)

        def interrupt(number: int, frame: FrameType | None) -> None:
            try:
                handler(number, frame)  # type: ignore[operator, misc]
            except BaseException as error:
                if self._error is not None:
                    # A callback that does not end: the second time goes right through it.
                    raise
                self._fail(error)

        if callable(handler):
            signal.signal(signal.SIGINT, interrupt)
        try:
            yield
        finally:
            if signal.getsignal(signal.SIGINT) is interrupt:
                signal.signal(signal.SIGINT, handler)
            # Signal handlers of the loop outlive its pauses, and need the descriptor.
            if not getattr(self, "_signal_handlers", None):
                signal.set_wakeup_fd(wakeup)

    def _wake(self) -> None:
        self._awake = True
        self._write_to_self()

    def _finish(self) -> None:
        self._finished = self._awake = True
        self._app.exit()

    def _fail(self, error: BaseException) -> None:
        if self._error is None:
            self._error = error
        self._finish()

    def _on_timeout(self) -> None:
        self._armed = None
        self._on_turn()

    def _on_nested_loop(self) -> None:
        """Qt is about to wait, in a callback: a dialog's exec() there has started another loop.

        It outlives the slice it is in, so the rest of the queue needs a slice of its own.
        """
        if self._in_callback and not self._finished:
            self._in_callback = False
            self._wake()

    def _on_turn(self) -> None:
        """Give asyncio a slice; called by Qt only, when there may be something to do."""
        if self._finished:
            return
        # In a nested loop the task that started it stands still, the others may go on.
        outer = asyncio.current_task(self)
        if outer is not None:
            asyncio.tasks._leave_task(self, outer)
        try:
            self._slice()
        except BaseException as error:
            self._fail(error)
        finally:
            if outer is not None:
                asyncio.tasks._enter_task(self, outer)

    def _slice(self) -> None:
        """Run what is ready until nothing is, or the slice's time is over."""
        self._awake = True
        end = self.time() + SLICE_SECONDS
        while True:
            self._poll()
            self._take_due()
            if not self._ready:
                break
            self._in_callback = True
            try:
                in_time = self._run_ready(end)
            finally:
                self._in_callback = False
            if self._stopping:
                self._finish()
                return
            if not in_time:
                break
        self._arm()
        self._awake = False
        if self._ready:
            self._wake()

    def _run_ready(self, end: float) -> bool:
        """Run what is ready now, not what that adds; returns whether there is time left.

        Once the loop is stopping all of it runs, as `stop` promises.
        """
        for _ in range(len(self._ready)):
            if not self._ready:
                # A nested loop has run them.
                break
            handle = self._ready.popleft()
            if handle._cancelled:
                continue
            if self._debug:
                self._run_watched(handle)
            else:
                handle._run()
            if self.time() >= end and not self._stopping:
                return False
        return True

    def _run_watched(self, handle: asyncio.Handle) -> None:
        """Run `handle` and say so if it was slow, as asyncio does in debug mode."""
        start = self.time()
        self._current_handle: asyncio.Handle | None = handle
        try:
            handle._run()
        finally:
            self._current_handle = None
        taken = self.time() - start
        if taken >= self.slow_callback_duration:
            shown = base_events._format_handle(handle)  # type: ignore[attr-defined]
            _logger.warning("Executing %s took %.3f seconds", shown, taken)

    def _take_due(self) -> None:
        """Move timers whose time has come to the ready queue."""
        if not self._scheduled:
            return
        now = self.time()
        while self._scheduled and self._scheduled[0].when() <= now:
            handle = heapq.heappop(self._scheduled)
            handle._scheduled = False
            if handle.cancelled():
                self._timer_cancelled_count -= 1
            else:
                self._ready.append(handle)

    def _arm(self) -> None:
        """Set the Qt timer for the first call that still stands, or stop it if there is none."""
        self._drop_cancelled()
        when = self._scheduled[0].when() if self._scheduled else None
        if when == self._armed:
            return
        self._armed = when
        if when is None:
            self._timer.stop()
            return
        wait = min(max(0.0, when - self.time()), LONGEST_WAIT_SECONDS)
        self._timer.start(math.ceil(wait * 1000))

    def _drop_cancelled(self) -> None:
        """Take cancelled timers from the head of the heap; from all of it if they prevail."""
        heap = self._scheduled
        if self._timer_cancelled_count > max(CANCELLED_MAX, len(heap) // 2):
            for handle in heap:
                handle._scheduled = not handle.cancelled()
            heap[:] = [handle for handle in heap if handle._scheduled]
            heapq.heapify(heap)
            self._timer_cancelled_count = 0
        while heap and heap[0].cancelled():
            heapq.heappop(heap)._scheduled = False
            self._timer_cancelled_count -= 1

    def _poll(self) -> None:
        """Make ready what waits for files and sockets that are ready."""

    def _before_run_forever(self) -> None:
        raise NotImplementedError

    def _after_run_forever(self) -> None:
        raise NotImplementedError


class _Waker(QObject):
    """Calls `act` in Qt's thread after an event was posted to it, from any thread."""

    def __init__(self, act: Callable[[], None]) -> None:
        super().__init__()
        self._act = act

    def customEvent(self, _event: QEvent) -> None:
        self._act()


class _PostedWakes(_Slices):
    """Wakes through Qt's queue of events, where the selector cannot."""

    def __init__(self) -> None:
        super().__init__()
        self._waker = _Waker(self._on_turn)

    def _write_to_self(self) -> None:
        QCoreApplication.postEvent(self._waker, QEvent(QEvent.Type.User))


if sys.platform == "win32":
    from qasync._windows import _ProactorEventLoop

    class EventLoop(_PostedWakes, _ProactorEventLoop):  # type: ignore[misc]
        """asyncio's proactor loop, its completion port watched by qasync's thread."""

        _logger = _logger
else:

    class EventLoop(_Slices, asyncio.SelectorEventLoop):
        """asyncio's selector loop, its selector watched by one QSocketNotifier."""

        def __init__(self) -> None:
            super().__init__()
            self._selector: Any
            kind = QSocketNotifier.Type.Read
            self._notifier = QSocketNotifier(self._selector.fileno(), kind)
            self._notifier.setEnabled(False)
            self._notifier.activated.connect(self._on_turn)

        def remove_signal_handler(self, sig: int) -> bool:
            """As asyncio's, but the last one leaves the loop awake for interrupts."""
            removed = super().remove_signal_handler(sig)
            if self.is_running():
                signal.set_wakeup_fd(self._csock.fileno())
            return removed

        def _poll(self) -> None:
            self._process_events(self._selector.select(0))  # type: ignore[attr-defined]

        def _before_run_forever(self) -> None:
            self._notifier.setEnabled(True)

        def _after_run_forever(self) -> None:
            self._notifier.setEnabled(False)


def run(main: Coroutine[Any, Any, T]) -> T | None:
    """Run the application's `main` in Qt's loop and return its result; the QApplication exists.

    When Qt is asked to quit (QApplication.quit(), the last window closed) or the user interrupts,
    `main` is cancelled once and may take its time to clean up: quitting again changes nothing.
    Afterwards leftover tasks are cancelled, asynchronous generators and the default executor shut
    down, and the loop closed. None if `main` ended because of the wish to quit.

    Raises what `main` raises, and KeyboardInterrupt after an interrupt (as `asyncio.run`).
    """
    with asyncio.Runner(loop_factory=EventLoop) as runner:
        return runner.run(_until_quit(main))


async def _until_quit(main: Coroutine[Any, Any, T]) -> T | None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, EventLoop)
    task = asyncio.current_task()
    assert task is not None
    asked = False

    def quit_once() -> None:
        nonlocal asked
        if not asked:
            asked = True
            task.cancel()

    loop.on_quit = quit_once
    try:
        return await main
    except asyncio.CancelledError:
        if not asked:
            raise
        task.uncancel()
        return None
    finally:
        loop.on_quit = None
