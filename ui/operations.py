"""What people ask of the master: runs beside the window, and tells how it went."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from PySide6.QtCore import QObject, Signal

from app.common.errors import HiveMindError
from ui.sentences import shown
from ui.undo import Inverse, Undo

log = structlog.get_logger(__name__)

T = TypeVar("T")


class Operations(QObject):
    """Starts operations. `busy` counts those under way; `failed` and `done` carry sentences.

    `failed(title, sentence, details)`: details are for the clipboard.
    """

    busy = Signal(int)
    done = Signal(str)
    failed = Signal(str, str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        #: What can be taken back.
        self.undo = Undo(self)
        self._running: set[asyncio.Task[None]] = set()
        self._quiet: set[asyncio.Task[None]] = set()

    def start(
        self,
        title: str,
        work: Awaitable[T],
        *,
        then: Callable[[T], None] | None = None,
        otherwise: Callable[[HiveMindError], None] | None = None,
        said: str = "",
        quiet: bool = False,
        inverse: Inverse | None = None,
    ) -> asyncio.Task[None]:
        """Do `work`, called `title`; then `then` with its result, and say `said`.

        A refusal goes to `otherwise`, or else to `failed`. `inverse` is what `work` fills with
        what takes it back; it is offered where anything was done. `quiet`: nobody asked for it and
        waits, as with a log that is followed; it does not count as busy.
        """
        task = asyncio.get_running_loop().create_task(
            self._run(title, work, then, otherwise, said, inverse), name=title
        )
        self._running.add(task)
        if quiet:
            self._quiet.add(task)
        task.add_done_callback(self._ended)
        # One that is given up before it begins would leave its work never awaited.
        task.add_done_callback(lambda _task: _close(work))
        self._tell_busy()
        return task

    async def stop(self) -> None:
        """Give up what is under way."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _run(
        self,
        title: str,
        work: Awaitable[T],
        then: Callable[[T], None] | None,
        otherwise: Callable[[HiveMindError], None] | None,
        said: str,
        inverse: Inverse | None,
    ) -> None:
        try:
            result = await work
        except HiveMindError as error:
            if inverse:
                self.undo.offer(self.tr("{title}: partly done.").format(title=title), inverse)
            log.info("refused", operation=title, reason=error.reason.name)
            if otherwise is not None:
                otherwise(error)
            else:
                self.failed.emit(title, shown(error.message), details_of(title, error))
            return
        if then is not None:
            then(result)
        if inverse:
            self.undo.offer(said or title, inverse)
        elif said:
            self.done.emit(said)

    def _tell_busy(self) -> None:
        self.busy.emit(len(self._running) - len(self._quiet))

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._quiet.discard(task)
        self._tell_busy()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("an operation died", operation=task.get_name(), exc_info=error)
            self.failed.emit(task.get_name(), str(error) or type(error).__name__, repr(error))


def _close(work: Awaitable[T]) -> None:
    if asyncio.iscoroutine(work):
        work.close()


def details_of(title: str, error: HiveMindError) -> str:
    """What to copy into a report: the reason and its parameters, no secret among them."""
    lines = [title, f"reason: {error.reason.name}", f"message: {error.message}"]
    lines += [f"{name}: {value}" for name, value in sorted(error.details.items())]
    return "\n".join(lines)
