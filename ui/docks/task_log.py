"""What the selected task prints, while it prints it."""

import asyncio
from contextlib import aclosing

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.common.errors import HiveMindError
from proto import nodepool_pb2 as pb
from ui import formats
from ui.console import Console
from ui.docks.pane import Pane
from ui.models.log_lines import LogText, Source
from ui.models.task_words import Phase, phase, task_name
from ui.pool_state import Delta
from ui.sentences import shown
from ui.widgets.empty_state import EmptyState
from ui.widgets.log_panel import LogPanel

#: After a selection: somebody who runs through a list wants no log of each.
SETTLE_MILLISECONDS = 200

_SOURCES = {
    pb.LogStream.LOG_STREAM_STDOUT: Source.OUTPUT,
    pb.LogStream.LOG_STREAM_STDERR: Source.ERROR,
}


class TaskLogPane(Pane):
    """The live log of the one task that is selected, all its attempts one after the other."""

    name = "task_log"
    needs = ("TASKS_SUBMIT",)

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(console, parent)
        self.task_id = ""
        self._following: asyncio.Task[None] | None = None
        #: Whether its log was asked for already, and what came of it.
        self._begun, self._failure = False, ""
        self._attempt = 0
        self._cut: set[int] = set()
        self.panel = LogPanel(console.operations)
        self.empty = EmptyState()
        self.empty.wanted.connect(self._follow)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.panel)
        self.column.addWidget(self._stack, 1)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MILLISECONDS)
        self._settle.timeout.connect(self._show_selected)
        console.selection.tasks_changed.connect(self._on_selection)
        console.connection.changed.connect(self._leave)
        self._show_selected()

    def _on_selection(self, _task_ids: list[str]) -> None:
        self._settle.start()

    def title(self) -> str:
        return self.tr("Log")

    def take(self, delta: Delta) -> None:
        """The log comes by itself; only what is said before its first line may change."""
        if self._settle.isActive():
            return
        if delta.reset:
            self._show_selected()
        if (delta.reset or self.task_id in delta.tasks) and not self.panel.text.lines:
            self._begin()

    # -- which task

    def _show_selected(self) -> None:
        if not self.isVisible():
            # Looked at again when it is shown.
            self._missed_selection()
            return
        selected = self.console.selection.tasks
        task_id = selected[0] if len(selected) == 1 else ""
        if task_id and task_id == self.task_id:
            return
        self._leave()
        self.task_id = task_id
        self.panel.show_text(LogText(), f"{task_id}.log")
        self._begin()

    def _begin(self) -> None:
        """Follow the task, once it is known and one's own."""
        task = self.console.state.tasks.get(self.task_id)
        if task is not None and self._is_own(task) and not self._begun:
            self._follow()
        self._show_what_there_is()

    def _leave(self) -> None:
        """Know of no task any more."""
        self._stop()
        self.task_id, self._begun, self._failure = "", False, ""

    def _missed_selection(self) -> None:
        self._missed = self._missed or Delta()
        self._missed.reset = True

    def _is_own(self, task: pb.TaskInfo) -> bool:
        return bool(task.owner == self.console.connection.user.username)

    def _show_what_there_is(self) -> None:
        if self.panel.text.lines:
            self._stack.setCurrentWidget(self.panel)
            return
        self._stack.setCurrentWidget(self.empty)
        task = self.console.state.tasks.get(self.task_id)
        if self._failure:
            self.empty.say(self.tr("The log cannot be read"), self._failure, self.tr("Try again"))
        elif task is None:
            many = len(self.console.selection.tasks) > 1
            self.empty.say(
                self.tr("Several tasks are selected") if many else self.tr("No task is selected"),
                self.tr("Select one task to see what it prints."),
            )
        elif not self._is_own(task):
            self.empty.say(
                self.tr("A task of {owner}").format(owner=task.owner),
                self.tr("Only the owner of a task can read its log."),
            )
        elif phase(task) in {Phase.QUEUED, Phase.ASSIGNED}:
            self.empty.say(
                self.tr("{task} has not started yet").format(task=task_name(task)),
                self.tr("What it prints will be seen here as soon as it does."),
            )
        elif phase(task).ended and self._following is None:
            self.empty.say(self.tr("{task} printed nothing").format(task=task_name(task)))
        else:
            self.empty.say(
                self.tr("Nothing printed yet"),
                self.tr("What {task} prints is seen here at once.").format(task=task_name(task)),
            )

    # -- following

    def _follow(self) -> None:
        self._stop()
        self._begun, self._failure = True, ""
        self._attempt = 0
        self._cut.clear()
        self.panel.show_text(LogText(), f"{self.task_id}.log")
        self._following = self.operations.start(
            self.tr("Read the log"),
            self._read(self.task_id, self.panel.text),
            then=lambda _none: self._on_end(),
            otherwise=self._on_refused,
            quiet=True,
        )

    async def _read(self, task_id: str, text: LogText) -> None:
        async with aclosing(self.console.pool.tasks.logs(task_id, follow=True)) as chunks:
            async for chunk in chunks:
                self._take_chunk(chunk, text)

    def _take_chunk(self, chunk: pb.LogChunk, text: LogText) -> None:
        if chunk.attempt != self._attempt:
            if self._attempt or chunk.attempt > 1:
                said = self.tr("attempt {number}").format(number=chunk.attempt)
                text.append(Source.NOTE, f"{said}\n".encode())
            self._attempt = chunk.attempt
            self._cut.clear()
        text.append(_SOURCES[chunk.stream], chunk.data)
        if chunk.truncated and chunk.stream not in self._cut:
            self._cut.add(chunk.stream)
            kept = formats.size(chunk.offset + len(chunk.data))
            said = self.tr("cut off here: the pool keeps {size} of an output").format(size=kept)
            text.append(Source.NOTE, f"{said}\n".encode())
        self.panel.appended()
        if self._stack.currentWidget() is not self.panel:
            self._show_what_there_is()

    def _on_end(self) -> None:
        self._following = None
        self._show_what_there_is()

    def _on_refused(self, error: HiveMindError) -> None:
        self._following, self._failure = None, shown(error.message)
        self._show_what_there_is()
        if self.panel.text.lines:
            self.panel.text.append(Source.NOTE, f"{shown(error.message)}\n".encode())
            self.panel.appended()

    def _stop(self) -> None:
        following, self._following = self._following, None
        if following is not None:
            following.cancel()
