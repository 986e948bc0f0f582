"""What Qt's loop owes asyncio's: a slice of time for callbacks, one timer, and a way to ask.

The ready queue and the heap of timers are asyncio's own (`asyncio.BaseEventLoop`, PEP 3156); here
is only when they are looked at. `ui/event_loop.py` makes a whole loop of it.
"""

import asyncio
import heapq
import logging
import math
import threading
from asyncio import base_events
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any, TypeVarTuple

from PySide6.QtCore import QAbstractEventDispatcher, QCoreApplication, QObject, Qt, QTimer, Signal

from app.common.garbage import Collector

Ts = TypeVarTuple("Ts")

#: How long Qt waits for its turn while callbacks are ready. One callback is never interrupted.
SLICE_SECONDS = 0.005
#: The same where Qt took long itself: both then get as much, so that a window that is painted all
#: the time does not let the calls of others wait for seconds.
LONG_SLICE_SECONDS = 0.02
#: A Qt timer counts milliseconds in 31 bits; for a later call it is set again.
LONGEST_WAIT_SECONDS = 24 * 3600.0
#: With more cancelled timers than this, and more than half, the heap is rebuilt (as asyncio does).
CANCELLED_MAX = 100

_logger = logging.getLogger("asyncio")


class _Waker(QObject):
    """Calls `act` in Qt's thread some time after `wanted` was emitted, in whichever thread.

    What is queued has its turn among Qt's events however busy Qt is, and Qt's timers of 0 ms have
    theirs after it (a view lays itself out in one). A timer of 0 ms for this would wait, with glib,
    until Qt has nothing else to do.
    """

    wanted = Signal()

    def __init__(self, act: Callable[[], None]) -> None:
        super().__init__()
        self._act = act
        self.wanted.connect(self._come, Qt.ConnectionType.QueuedConnection)

    def _come(self) -> None:
        self._act()


class Slices(asyncio.BaseEventLoop):
    """An asyncio loop whose callbacks run in slices that Qt gives; mixed in before a system's loop.

    A slice comes when Qt says that a file or the timer is due, or when one was asked for because
    something became ready outside a slice (in a Qt slot, in another thread). It ends when nothing
    is ready, or after SLICE_SECONDS; then Qt has a turn.
    """

    _debug: bool
    _ready: deque[asyncio.Handle]
    _scheduled: list[asyncio.TimerHandle]
    _thread_id: int | None
    _stopping: bool
    _timer_cancelled_count: int
    _current_handle: asyncio.Handle | None

    def __init__(self) -> None:
        app = QCoreApplication.instance()
        if app is None:
            raise RuntimeError("make the QApplication before its event loop")
        self._app = app
        #: No slice runs any more, and what becomes ready stays so until the loop runs again.
        self._finished = True
        #: What ends the program rather than a callback: KeyboardInterrupt, SystemExit.
        self._error: BaseException | None = None
        #: A slice runs or is on its way, so that nobody need ask for one.
        self._awake = True
        #: The waker was asked and has not come.
        self._posted = False
        self._in_callback = False
        #: When the last slice ended for want of time; None where it had nothing left to do.
        self._cut_at: float | None = None
        #: The time the Qt timer is set for.
        self._armed: float | None = None
        self._collector = Collector()
        self._waker = _Waker(self._on_wake)
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timeout)
        super().__init__()

    def _call_soon(
        self, callback: Callable[..., object], args: tuple[Any, ...], context: Context | None
    ) -> asyncio.Handle:
        # What call_soon and call_soon_threadsafe share.
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        self._wake()
        return handle

    def call_at(
        self,
        when: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """As asyncio's; outside a slice, whose end does it else, it sets the Qt timer."""
        handle = super().call_at(when, callback, *args, context=context)
        if not self._awake:
            self._arm()
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        # Called before the handle is marked: the slice drops it.
        super()._timer_handle_cancelled(handle)  # type: ignore[misc]
        if handle.when() == self._armed:
            self._wake()

    def stop(self) -> None:
        """As asyncio's: what is ready now still runs."""
        super().stop()
        self._wake()

    def _begin(self) -> None:
        """Let there be slices from now on."""
        self._error = None
        self._finished = self._awake = self._posted = self._in_callback = False
        QAbstractEventDispatcher.instance().aboutToBlock.connect(self._on_nested_loop)
        self._wake()

    def _rest(self) -> None:
        """Let there be none."""
        QAbstractEventDispatcher.instance().aboutToBlock.disconnect(self._on_nested_loop)
        self._finished = self._awake = True
        self._timer.stop()
        self._armed = None

    def _wake(self) -> None:
        """Ask for a slice, unless one runs or is on its way; from any thread.

        No wake is lost: who makes something ready does so before looking at `_awake`, and a slice
        looks at the ready queue again after it has cleared `_awake`.
        """
        if self._awake:
            return
        self._awake = True
        if threading.get_ident() == self._thread_id:
            self._posted = True
            self._waker.wanted.emit()
        else:
            self._wake_from_afar()

    _write_to_self = _wake

    def _wake_from_afar(self) -> None:
        """Ask for a slice from another thread."""
        self._posted = True
        self._waker.wanted.emit()

    def _finish(self) -> None:
        self._finished = self._awake = True
        self._app.exit()

    def _fail(self, error: BaseException) -> None:
        if self._error is None:
            self._error = error
        self._finish()

    def _on_wake(self) -> None:
        self._posted = False
        self._on_turn()

    def _on_timeout(self) -> None:
        self._armed = None
        self._on_turn()

    def _on_nested_loop(self) -> None:
        """Qt is about to wait in a callback: a dialog's exec() there has started another loop.

        It outlives the slice it is in, so the rest of the queue needs a slice of its own.
        """
        if self._in_callback and not self._finished:
            self._in_callback = self._awake = False
            self._wake()

    def _on_turn(self) -> None:
        """Give asyncio a slice; called by Qt only, when there may be something to do."""
        if self._finished:
            # An interrupt may have come just before Qt's loop began.
            if self.is_running():
                self._app.exit()
            return
        if self._posted:
            # The slice asked for is to come; one of a file before it would make Qt wait twice.
            return
        # In a nested loop the task that started it stands still, the others may go on.
        outer = asyncio.current_task(self)
        if outer is not None:
            asyncio.tasks._leave_task(self, outer)
        try:
            self._slice()
        except BaseException as error:  # noqa: BLE001 - raised again where run_forever was called
            self._fail(error)
        finally:
            if outer is not None:
                asyncio.tasks._enter_task(self, outer)

    def _slice(self) -> None:
        """Run what is ready until nothing is, or the slice's time is over.

        A slice that was cut short goes on for as long as Qt's turn took meanwhile.
        Files are looked at first and whenever the queue is empty: not after every round of it, as
        asyncio does, which pays for what Qt's turn costs. The slice's end bounds their wait.
        """
        self._awake = True
        begin = self.time()
        qts_turn = 0.0 if self._cut_at is None else begin - self._cut_at
        end = begin + min(max(SLICE_SECONDS, qts_turn), LONG_SLICE_SECONDS)
        self._poll()
        in_time = True
        while in_time and not self._finished and self._is_more_ready():
            self._in_callback = True
            in_time = self._run_round(end) and not self._stopping
            self._in_callback = False
        self._collector.collect_due()
        self._cut_at = None if in_time else self.time()
        if self._stopping:
            self._finish()
        self._arm()
        self._awake = self._finished
        if self._ready:
            self._wake()

    def _is_more_ready(self) -> bool:
        if self._scheduled:
            self._take_due()
        if not self._ready:
            self._poll()
        return bool(self._ready)

    def _poll(self) -> None:
        """Make ready what waited for files and sockets, where the system can be asked."""

    def _run_round(self, end: float) -> bool:
        """Run what is ready now, not what that adds; returns whether there is time left.

        Once the loop is stopping all of it runs, as `stop` promises.
        """
        ready, debug, time = self._ready, self._debug, self.time
        for _ in range(len(ready)):
            if not ready:
                # A nested loop has run them.
                break
            handle = ready.popleft()
            if handle._cancelled:
                continue
            if debug:
                self._run_watched(handle)
            else:
                handle._run()
            if time() >= end and not self._stopping:
                return False
        return True

    def _run_watched(self, handle: asyncio.Handle) -> None:
        """Run `handle` and say so if it was slow, as asyncio does in debug mode."""
        start = self.time()
        self._current_handle = handle
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
        now = self.time()
        while self._scheduled and self._scheduled[0].when() <= now:
            handle = self._pop_timer()
            if not handle.cancelled():
                self._ready.append(handle)

    def _pop_timer(self) -> asyncio.TimerHandle:
        handle = heapq.heappop(self._scheduled)
        handle._scheduled = False  # type: ignore[attr-defined]
        self._timer_cancelled_count -= handle.cancelled()
        return handle

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
            # A sorted list is a heap.
            timers = sorted(heap)
            heap.clear()
            for handle in timers:
                if handle.cancelled():
                    handle._scheduled = False  # type: ignore[attr-defined]
                else:
                    heap.append(handle)
            self._timer_cancelled_count = 0
        while heap and heap[0].cancelled():
            self._pop_timer()
