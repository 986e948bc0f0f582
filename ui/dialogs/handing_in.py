"""Packing and uploading a task: how far it is, and stopping it."""

import asyncio
import threading
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from app.client.task_spec import TaskFields
from app.common.archive_pack import Told
from app.common.clock import SystemClock
from app.common.errors import HiveMindError, Reason
from app.common.ids import SystemIds
from proto import nodepool_pb2 as pb
from ui import formats
from ui.console import Console
from ui.models.content import Content, Kind
from ui.models.submission import Draft, task_fields

_LOOK_MILLISECONDS = 100
#: Of a bar: bytes may be more than it can count.
_STEPS = 1000
#: After these the submission may have been taken all the same: the next try is the same one.
_UNSURE = frozenset({Reason.MASTER_UNREACHABLE, Reason.OVERLOADED, Reason.SHUTTING_DOWN})


class _Stopped(Exception):
    """Somebody wants the packing to end."""


class HandingIn(QWidget):
    """A line that shows while a submission is under way.

    Ends with one of `done` (the master's answer), `refused` (a HiveMindError), `stopped`.
    """

    done = Signal(object)
    refused = Signal(object)
    stopped = Signal()

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._console = console
        self._ids = SystemIds(SystemClock())
        self._task: asyncio.Task[None] | None = None
        self._stop = threading.Event()
        #: Written by the packing thread, read by the timer: plain numbers.
        self._packed = self._packed_total = 0
        self._sent: tuple[int, int] | None = None
        #: What is being submitted, and its request's id: a repeat is taken once.
        self._request: tuple[dict[str, object], str] | None = None
        self._label, self._bar = QLabel(), QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the upload"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._label)
        row.addWidget(self._bar, 1)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._show_progress)
        self.hide()

    @property
    def busy(self) -> bool:
        return self._task is not None

    def begin(self, draft: Draft, content: Content | None) -> None:
        """Submit `draft`, which has no faults, with the files of `content`."""
        document = draft.to_json()
        if self._request is None or self._request[0] != document:
            self._request = (document, self._ids.new_id())
        self._stop = threading.Event()
        self._packed, self._sent = 0, None
        packs = content is not None and content.kind is not Kind.ARCHIVE
        self._packed_total = content.total_bytes if content is not None and packs else 0
        fields = task_fields(draft)
        if not fields["name"] and content is not None:
            fields["name"] = content.name
        sources: tuple[Path, ...] = content.sources if content is not None else ()
        stop = self._stop

        def packing(packed_bytes: int) -> None:
            if stop.is_set():
                raise _Stopped
            self._packed = packed_bytes

        self._task = self._console.operations.start(
            self.tr("Submit a task"),
            self._submitted(sources, fields, packing, self._request[1]),
            then=self._on_done,
            otherwise=self._on_refused,
        )
        self._task.add_done_callback(self._on_died)
        self._show_progress()
        self._timer.start()
        self.show()

    def stop(self) -> None:
        """Give it up. What was uploaded is used again by the next try."""
        if self._task is not None:
            self._stop.set()
            self._task.cancel()
            self._end()
            self.stopped.emit()

    async def _submitted(
        self, sources: tuple[Path, ...], fields: TaskFields, packing: Told, request_id: str
    ) -> pb.UploadTaskResponse:
        try:
            return await self._console.pool.tasks.submit(
                *sources,
                progress=self._on_sent,
                packing=packing,
                request_id=request_id,
                **fields,
            )
        except OSError as error:
            name = error.filename or ", ".join(map(str, sources))
            raise HiveMindError(
                Reason.INVALID_FIELD,
                self.tr("{name} cannot be read: {why}.").format(
                    name=name, why=error.strerror or error
                ),
                field="archive",
            ) from error

    def _on_died(self, task: "asyncio.Task[None]") -> None:
        if task is self._task:
            self._end()
            self.stopped.emit()

    def _on_sent(self, done: int, total: int) -> None:
        self._sent = (done, total)

    def _on_done(self, response: pb.UploadTaskResponse) -> None:
        self._request = None
        self._end()
        self.done.emit(response)

    def _on_refused(self, error: HiveMindError) -> None:
        if error.reason not in _UNSURE:
            self._request = None
        self._end()
        self.refused.emit(error)

    def _end(self) -> None:
        self._task = None
        self._timer.stop()
        self.hide()

    def _show_progress(self) -> None:
        if self._sent is not None and self._sent[0] < self._sent[1]:
            self._show_bar(self.tr("Uploading {done} of {total}"), *self._sent)
        elif self._sent is None and self._packed < self._packed_total:
            self._show_bar(self.tr("Packing {done} of {total}"), self._packed, self._packed_total)
        else:
            self._label.setText(self.tr("Handing it in…"))
            self._bar.setRange(0, 0)

    def _show_bar(self, text: str, done: int, total: int) -> None:
        self._label.setText(text.format(done=formats.size(done), total=formats.size(total)))
        self._bar.setRange(0, _STEPS)
        self._bar.setValue(done * _STEPS // max(total, 1))
