"""The result of a task: fetched on demand, looked at, saved or unpacked."""

import asyncio
import shutil
import tempfile
import weakref
from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QImageReader
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.common.errors import HiveMindError, Reason
from proto import nodepool_pb2 as pb
from ui import formats
from ui.console import Console
from ui.models import result_archive
from ui.models.log_lines import LogText, Source
from ui.models.result_archive import Kind, Member
from ui.models.rows import Column, RowsModel
from ui.models.task_words import task_name
from ui.sentences import shown
from ui.widgets.log_view import LogView
from ui.widgets.picture import Picture
from ui.widgets.table import Table

translate = QCoreApplication.translate

#: An image is shown at most so large.
_IMAGE_PIXELS_MAX = 2000
_ARCHIVE = "result.zip"


class ResultFiles(QWidget):
    """The result of one task. What was fetched is deleted when another is shown."""

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._console = console
        self._task = pb.TaskInfo()
        #: Where what was fetched lies; deleted with this, or at the end of the process.
        self._folder: Path | None = None
        self._deletion: weakref.finalize | None = None  # type: ignore[type-arg]
        self._fetching: asyncio.Task[None] | None = None
        self.model = RowsModel(_columns(), self)
        self.table = Table(self.model)
        self.table.setAccessibleName(self.tr("Files of the result"))
        self.note = QLabel()
        self.fetch_button = QPushButton(self.tr("Fetch"))
        self.stop_button = QPushButton(self.tr("Stop"))
        self.save_button = QPushButton(self.tr("Save as ZIP…"))
        self.extract_button = QPushButton(self.tr("Unpack…"))
        self.open_button = QPushButton(self.tr("Open"))
        self.progress = QProgressBar()
        self.text = LogView()
        self.image, self.other = Picture(), QLabel()
        self._fill()
        self._connect()
        self._show_state()

    def show_task(self, task: pb.TaskInfo) -> None:
        """Show the result of this task."""
        if task.task_id == self._task.task_id and task.result_digest == self._task.result_digest:
            return
        self._task = task
        self._stop()
        self._folder = None
        if self._deletion is not None:
            self._deletion()
        self.model.set_rows({})
        self._preview(None)
        self._show_state()

    # -- making

    def _fill(self) -> None:
        self.note.setWordWrap(True)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.other.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.other.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(4)
        for button in (
            self.fetch_button, self.stop_button, self.open_button, self.extract_button,
            self.save_button,
        ):  # fmt: skip
            row.addWidget(button)
        row.addStretch(1)
        self._stack = QStackedWidget()
        for widget in (self.other, self.text, self.image):
            self._stack.addWidget(widget)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self.table)
        splitter.addWidget(self._stack)
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setSpacing(6)
        column.addWidget(self.note)
        column.addLayout(row)
        column.addWidget(self.progress)
        column.addWidget(splitter, 1)

    def _connect(self) -> None:
        self.fetch_button.clicked.connect(lambda _checked=False: self.fetch())
        self.stop_button.clicked.connect(lambda _checked=False: self._stop())
        self.open_button.clicked.connect(lambda _checked=False: self.open_selected())
        self.extract_button.clicked.connect(lambda _checked=False: self._ask_folder())
        self.save_button.clicked.connect(lambda _checked=False: self._ask_file())
        self.table.chosen.connect(self._on_chosen)
        self.table.activated.connect(lambda _index: self.open_selected())

    # -- what it shows

    def _archive(self) -> Path | None:
        """The archive, once it was fetched."""
        return self._folder / _ARCHIVE if self._folder is not None and self.model.total else None

    def _show_state(self) -> None:
        there, fetching = bool(self._task.result_digest), self._fetching is not None
        fetched = self._archive() is not None
        self.fetch_button.setVisible(there and not fetched and not fetching)
        self.stop_button.setVisible(fetching)
        self.progress.setVisible(fetching)
        own = self._task.owner == self._console.connection.user.username
        for button in (self.fetch_button, self.extract_button, self.save_button):
            button.setEnabled(there and own and not fetching)
            button.setToolTip("" if own else self.tr("Only the owner of a task has its result."))
        self.open_button.setVisible(fetched)
        self._enable_open()
        if not there:
            self.note.setText(self.tr("It has left no result."))
        elif fetched:
            files = self.tr("%n files", "", self.model.total)
            size = formats.size(self._task.result_bytes)
            self.note.setText(self.tr("{files}, {size} packed").format(files=files, size=size))
        else:
            size = formats.size(self._task.result_bytes)
            self.note.setText(self.tr("A result of {size} is kept.").format(size=size))

    def _enable_open(self) -> None:
        member = self._selected()
        self.open_button.setEnabled(member is not None and member.can_be_opened)
        if member is not None and not member.can_be_opened:
            self.open_button.setToolTip(
                self.tr("This kind of file is not opened from here: unpack the result.")
            )
        else:
            self.open_button.setToolTip("")

    def _selected(self) -> Member | None:
        keys = self.table.keys()
        place = self.model.place_of(keys[0]) if len(keys) == 1 else None
        return None if place is None else self.model.row_at(place)

    # -- fetching

    def fetch(self) -> None:
        """Fetch the archive, and list what is in it."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="hivemind-result-"))
            self._deletion = weakref.finalize(self, _delete, self._folder)
        path, task_id = self._folder / _ARCHIVE, self._task.task_id
        self.progress.setRange(0, 1000)
        self.progress.setValue(0)

        async def work() -> list[Member]:
            await self._console.pool.tasks.fetch(task_id, path, self._on_progress)
            return await asyncio.to_thread(result_archive.members, path)

        def then(found: list[Member]) -> None:
            self._fetching = None
            if task_id == self._task.task_id:
                self.model.set_rows({member.name: member for member in found})
                self._show_state()
                if found:
                    self.table.selectRow(0)

        self._fetching = self._start(self.tr("Fetch the result"), work(), then, self._on_refused)
        self._show_state()

    def _on_progress(self, done: int, total: int) -> None:
        self.progress.setValue(int(1000 * done / max(1, total)))

    def _on_refused(self, error: HiveMindError) -> None:
        self._fetching = None
        self._show_state()
        self.note.setText(shown(error.message))

    def _stop(self) -> None:
        fetching, self._fetching = self._fetching, None
        if fetching is not None:
            fetching.cancel()
        self._show_state()

    # -- looking at files

    def _on_chosen(self, _names: list[str]) -> None:
        self._enable_open()
        self._preview(self._selected())

    def _preview(self, member: Member | None) -> None:
        archive = self._archive()
        if member is None or archive is None:
            self._say("")
            return
        if member.kind is Kind.OTHER:
            self._say(self.tr("No preview of this kind of file."))
        elif member.kind is Kind.IMAGE:
            work = asyncio.to_thread(_read_image, archive, member.name)
            self._start(self.tr("Preview"), work, self._shower(member, self._show_image))
        else:
            limit = result_archive.TEXT_BYTES_MAX
            work_of_text = asyncio.to_thread(result_archive.read, archive, member.name, limit)
            self._start(self.tr("Preview"), work_of_text, self._shower(member, self._show_text))

    def _shower(self, member: Member, show: Callable[..., None]) -> Callable[[object], None]:
        def then(read: object) -> None:
            if self._selected() == member:
                show(member, read)

        return then

    def _show_text(self, member: Member, data: bytes) -> None:
        if b"\0" in data[:8192]:
            self._say(self.tr("No preview of this kind of file."))
            return
        text = LogText()
        text.append(Source.OUTPUT, data)
        if member.size_bytes > len(data):
            said = self.tr("the beginning of {size}").format(size=formats.size(member.size_bytes))
            text.append(Source.NOTE, f"\n{said}\n".encode())
        self.text.show_text(text)
        self.text.to_start()
        self._stack.setCurrentWidget(self.text)

    def _show_image(self, member: Member, image: QImage) -> None:
        if image.isNull():
            self._say(self.tr("{name} cannot be shown.").format(name=member.name))
            return
        self.image.show_image(image)
        self._stack.setCurrentWidget(self.image)

    def _say(self, sentence: str) -> None:
        self.other.setText(sentence)
        self._stack.setCurrentWidget(self.other)

    def open_selected(self) -> None:
        """Let another program open the selected file."""
        member, archive = self._selected(), self._archive()
        if member is None or archive is None or not member.can_be_opened:
            return
        # Under a name of its own: the archive's could be anything.
        target = archive.parent / f"opened-{self.table.keys().index(member.name)}.{member.suffix}"
        work = asyncio.to_thread(_extract_one, archive, member, target)
        self._start(self.tr("Open a file"), work, lambda _none: _open(target))

    # -- keeping

    def _ask_file(self) -> None:
        dialog = self._dialog(self.tr("Save the result"), f"{task_name(self._task)}.zip")
        dialog.fileSelected.connect(lambda path: self.save_to(Path(path)))
        dialog.open()

    def save_to(self, path: Path) -> None:
        """Save the archive to a file."""
        work = self._console.pool.tasks.fetch(self._task.task_id, path)
        self._start(
            self.tr("Save the result"), work, said=self.tr("Saved {path}.").format(path=path)
        )

    def _ask_folder(self) -> None:
        dialog = self._dialog(self.tr("Unpack the result into"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda path: self.extract_to(Path(path)))
        dialog.open()

    def extract_to(self, parent: Path) -> None:
        """Unpack everything into a new folder in `parent`, named as the task."""
        task, archive = self._task, self._archive()

        async def work() -> Path:
            name = task_name(task)
            folder = await asyncio.to_thread(result_archive.free_folder, parent, name)
            if archive is not None:
                await asyncio.to_thread(result_archive.extract_all, archive, folder)
            else:
                await self._console.pool.tasks.fetch_into(task.task_id, folder)
            return folder

        def then(folder: Path) -> None:
            said = self.tr("Unpacked into {path}.").format(path=folder)
            self._console.operations.done.emit(said)

        self._start(self.tr("Unpack the result"), work(), then)

    def _dialog(self, title: str, name: str = "") -> QFileDialog:
        dialog = QFileDialog(self, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if name:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.selectFile(name.replace("/", "_"))
        return dialog

    def _start(
        self,
        title: str,
        work: Awaitable[object],
        then: Callable[..., None] | None = None,
        otherwise: Callable[[HiveMindError], None] | None = None,
        said: str = "",
    ) -> asyncio.Task[None]:
        operations = self._console.operations
        return operations.start(title, work, then=then, otherwise=otherwise, said=said)


def _columns() -> list[Column[Member]]:
    return [
        Column(
            "name",
            translate("ResultFiles", "File"),
            lambda member: member.name,
            tooltip=lambda member: member.name,
            width=260,
        ),
        Column(
            "size",
            translate("ResultFiles", "Size"),
            lambda member: formats.size(member.size_bytes),
            key=lambda member: member.size_bytes,
            right=True,
            width=80,
        ),
    ]


def _read_image(archive: Path, name: str) -> QImage:
    """The image, made smaller while it is read where it is huge; null where it is none."""
    data = result_archive.read(archive, name, result_archive.IMAGE_BYTES_MAX)
    buffer = QBuffer()
    buffer.setData(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > _IMAGE_PIXELS_MAX:
        most = QSize(_IMAGE_PIXELS_MAX, _IMAGE_PIXELS_MAX)
        reader.setScaledSize(size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


def _extract_one(archive: Path, member: Member, target: Path) -> None:
    try:
        result_archive.extract_one(archive, member.name, target, member.size_bytes)
    except OSError as error:
        text = translate("ResultFiles", "{path} cannot be written: {why}.")
        raise HiveMindError(
            Reason.INVALID_FIELD, text.format(path=target, why=error.strerror)
        ) from error


def _open(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _delete(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
