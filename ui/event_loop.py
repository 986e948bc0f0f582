"""asyncio's event loop inside Qt's: what `qasync.QEventLoop` is for, at the price of plain asyncio.

qasync 0.28 starts a Qt timer for every callback, which makes an RPC served in its loop cost
1.9 times the CPU of plain asyncio, and keeps one for every cancelled `call_later` (so for each
`wait_for`) until its time has come: https://github.com/CabbageDevelopment/qasync, `_SimpleTimer`.
Here asyncio's own queues are drained in slices (`ui/slices.py`), with one Qt timer at most, and

* on Unix asyncio's own selector waits for files and sockets. It is itself a file descriptor
  (epoll(7)), so one QSocketNotifier stands for all of them;
* on Windows qasync's thread waits on the completion port and hands over what completed.
"""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

from PySide6.QtCore import QSocketNotifier, QThread

from app.common.garbage import collected_here
from ui.slices import Slices

T = TypeVar("T")


class _InQt(Slices):
    """The part that is the same on every system; mixed in before the system's own loop.

    It replaces `_run_once`, asyncio's one place that waits: a call hands the thread to Qt and comes
    back when the loop is told to stop. All else (`run_forever`, `run_until_complete`, `close`,
    executors, asynchronous generators) is asyncio's.
    """

    _csock: socket.socket
    #: Begin and end to watch files and sockets: the system's part, named as in qasync.
    _before_run_forever: Callable[[], None]
    _after_run_forever: Callable[[], None]

    #: Called each time Qt is asked to quit while the loop runs; the loop itself goes on.
    on_quit: Callable[[], object] | None = None

    def _run_once(self) -> None:
        """Run Qt's loop until `stop` was called or a callback raised what ends a program.

        QCoreApplication.quit() ends Qt's loop only: `on_quit` is told, and asyncio, which is not
        stopping, calls again, so that whoever cleans up can still await.
        """
        if QThread.currentThread().loopLevel():
            raise RuntimeError("Qt's event loop runs already: await instead")
        with self._signals_heard(), self._slices_given():
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
        """While entered, Qt runs what is ready."""
        self._before_run_forever()
        self._begin()
        try:
            yield
        finally:
            self._rest()
            self._after_run_forever()

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


if sys.platform == "win32":
    from qasync._windows import _ProactorEventLoop

    class EventLoop(_InQt, _ProactorEventLoop):  # type: ignore[misc]
        """asyncio's proactor loop, its completion port watched by qasync's thread."""

        _logger = logging.getLogger("qasync")
else:

    class EventLoop(_InQt, asyncio.SelectorEventLoop):
        """asyncio's selector loop, its selector watched by one QSocketNotifier."""

        _selector: Any

        def __init__(self) -> None:
            super().__init__()
            kind = QSocketNotifier.Type.Read
            self._notifier = QSocketNotifier(self._selector.fileno(), kind)
            self._notifier.setEnabled(False)
            self._notifier.activated.connect(self._on_turn)

        def remove_signal_handler(self, sig: int) -> bool:
            """As asyncio's, but after the last one a signal still wakes the loop."""
            removed = super().remove_signal_handler(sig)
            if self.is_running():
                signal.set_wakeup_fd(self._csock.fileno())
            return removed

        def _wake_from_afar(self) -> None:
            # By asyncio's own socket: a signal of Qt's that Python emits from a thread which
            # Qt did not start has crashed in the collection of garbage.
            asyncio.SelectorEventLoop._write_to_self(self)  # type: ignore[attr-defined]

        def _poll(self) -> None:
            self._process_events(self._selector.select(0))  # type: ignore[attr-defined]

        def _before_run_forever(self) -> None:
            self._notifier.setEnabled(True)

        def _after_run_forever(self) -> None:
            self._notifier.setEnabled(False)


def run(main: Coroutine[Any, Any, T]) -> T | None:
    """Run the application's `main` inside Qt's loop and return its result; it has a QApplication.

    When Qt is asked to quit (QApplication.quit(), the last window closed), `main` is cancelled
    once, and may take its time to clean up: to quit again changes nothing. The same holds for an
    interrupt (SIGINT). Afterwards leftover tasks are cancelled, asynchronous generators and the
    default executor shut down, and the loop is closed. Meanwhile garbage is collected in this
    thread alone, between callbacks.

    Returns None if `main` ended because Qt was asked to quit. Raises what `main` raises, and
    KeyboardInterrupt after an interrupt, as `asyncio.run` does.
    """
    with collected_here(), asyncio.Runner(loop_factory=EventLoop) as runner:
        return runner.run(_until_quit(main))


async def _until_quit(main: Coroutine[Any, Any, T]) -> T | None:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert isinstance(loop, EventLoop)
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
