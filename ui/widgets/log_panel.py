"""A log with what is needed to read it: search, filter, following, copy and save."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.common.errors import HiveMindError, Reason
from ui import formats
from ui.icons import dress
from ui.models.log_lines import LogText, Source
from ui.models.log_search import LogSearch
from ui.operations import Operations
from ui.widgets.log_view import LogView

translate = QCoreApplication.translate

#: After the last key the search begins.
TYPING_MILLISECONDS = 150
#: Looked through in one go: a few milliseconds' worth.
SEARCHED_BYTES = 256 * 1024
SEARCHING_MILLISECONDS = 2


class LogPanel(QWidget):
    """Shows `text`; tell `appended` when that has grown."""

    #: So many lines are looked through, for whoever waits for a search to end.
    searched = Signal()

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self.view = LogView()
        self.view.setAccessibleName(self.tr("Log"))
        self.wanted = QLineEdit()
        self.previous, self.next = QToolButton(), QToolButton()
        self.count = QLabel()
        self.only = QCheckBox(self.tr("Only these lines"))
        self.source = QComboBox()
        self.wrap = QCheckBox(self.tr("Wrap"))
        self.save = QPushButton(self.tr("Save…"))
        dress(self.save, "save")
        self.name = "log.txt"
        self._search: LogSearch | None = None
        self._saved_in: Path | None = None
        self._fill()
        self.to_end = QPushButton(self.tr("↓ To the end"), self.view)
        self.to_end.hide()
        self._typing = self._timer(TYPING_MILLISECONDS, self._begin_search)
        self._typing.setSingleShot(True)
        self._searching = self._timer(SEARCHING_MILLISECONDS, self._go_on)
        self._connect()

    @property
    def text(self) -> LogText:
        return self.view.text

    def show_text(self, text: LogText, name: str) -> None:
        """Show another log; `name` is proposed for its file."""
        self.name = name
        self.view.show_text(text)
        self._begin_search()

    def appended(self) -> None:
        """The log has grown."""
        self.view.appended()
        if self._search is not None and not self._searching.isActive():
            self._searching.start()

    # -- making

    def _fill(self) -> None:
        self.wanted.setPlaceholderText(self.tr("Find in the log (Ctrl+F)"))
        self.wanted.setAccessibleName(self.tr("Find in the log"))
        self.wanted.setClearButtonEnabled(True)
        self.wanted.setMinimumWidth(120)
        for button, icon, tip in (
            (self.previous, "previous", self.tr("Previous (Shift+F3)")),
            (self.next, "next", self.tr("Next (F3)")),
        ):
            dress(button, icon)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.setAutoRaise(True)
        self.source.setAccessibleName(self.tr("Which output"))
        self.source.addItem(self.tr("All output"), None)
        self.source.addItem(self.tr("Standard output"), Source.OUTPUT)
        self.source.addItem(self.tr("Errors (err)"), Source.ERROR)
        bar = QHBoxLayout()
        bar.setSpacing(6)
        bar.addWidget(self.wanted, 1)
        for widget in (
            self.previous, self.next, self.count, self.only, self.source, self.wrap, self.save
        ):  # fmt: skip
            bar.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(bar)
        column.addWidget(self.view, 1)
        self._enable()

    def _connect(self) -> None:
        self.wanted.textChanged.connect(lambda _text: self._typing.start())
        self.wanted.returnPressed.connect(self.go_next)
        self.next.clicked.connect(lambda _checked=False: self.go_next())
        self.previous.clicked.connect(lambda _checked=False: self.go_previous())
        self.only.toggled.connect(lambda _on: self._begin_search())
        self.source.currentIndexChanged.connect(lambda _index: self._begin_search())
        self.wrap.toggled.connect(lambda on: self.view.set_wrapped(wrapped=on))
        self.save.clicked.connect(lambda _checked=False: self.ask_file())
        self.to_end.clicked.connect(lambda _checked=False: self.view.follow(follow=True))
        self.view.followed.connect(lambda on: self._place_button(shown=not on))
        for keys, act in (
            (QKeySequence(QKeySequence.StandardKey.Find), self.wanted.setFocus),
            (QKeySequence(QKeySequence.StandardKey.FindNext), self.go_next),
            (QKeySequence(QKeySequence.StandardKey.FindPrevious), self.go_previous),
        ):
            shortcut = QShortcut(keys, self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _timer(self, milliseconds: int, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(milliseconds)
        timer.timeout.connect(act)
        return timer

    # -- searching

    def go_next(self) -> None:
        """To the next line that holds what is searched."""
        if self._search is not None:
            self._go_to(self._search.after(self.view.current_line()))

    def go_previous(self) -> None:
        """To the line before that holds it."""
        if self._search is not None:
            self._go_to(self._search.before(max(0, self.view.current_line())))

    def _go_to(self, place: int | None) -> None:
        if place is not None and self._search is not None:
            self.view.go_to(self._search.found[place])
            self._show_count(place + 1)

    def _begin_search(self) -> None:
        self._typing.stop()
        wanted = self.wanted.text()
        source: Source | None = self.source.currentData()
        self.view.mark(wanted)
        if not wanted and source is None:
            self._search = None
            self._searching.stop()
            self.view.show_only(None)
        else:
            self._search = LogSearch(self.text, wanted, source)
            filtered = self.only.isChecked() or source is not None
            self.view.show_only(self._search.found if filtered else None)
            self._searching.start()
        self._enable()
        self._show_count()

    def _go_on(self) -> None:
        if self._search is None or not self._search.step(SEARCHED_BYTES):
            self._searching.stop()
            self.searched.emit()
        if self.only.isChecked() or self.source.currentData() is not None:
            self.view.appended()
        self._show_count()

    def _show_count(self, place: int = 0) -> None:
        if self._search is None or not self.wanted.text():
            self.count.setText("")
            return
        number = len(self._search.found)
        counted = formats.count(number) + ("+" if self._search.full else "")
        if place:
            text = self.tr("{place} of {all}").format(place=formats.count(place), all=counted)
        elif not number and not self._searching.isActive():
            text = self.tr("not found")
        else:
            text = self.tr("{all} lines").format(all=counted)
        self.count.setText(text)

    def _enable(self) -> None:
        wanted = bool(self.wanted.text())
        for widget in (self.previous, self.next, self.only):
            widget.setEnabled(wanted)

    # -- saving

    def ask_file(self) -> None:
        """Ask where to save everything that came."""
        dialog = QFileDialog(self, self.tr("Save the log"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        if self._saved_in is not None:
            dialog.setDirectory(str(self._saved_in))
        dialog.selectFile(self.name)
        dialog.fileSelected.connect(lambda path: self.save_to(Path(path)))
        dialog.open()

    def save_to(self, path: Path) -> None:
        """Save everything that came to a file."""
        self._saved_in = path.parent
        said = self.tr("Saved {path}.").format(path=path)
        work = asyncio.to_thread(_write, self.text, path)
        self._operations.start(self.tr("Save the log"), work, said=said)

    # -- the button over the text

    def _place_button(self, *, shown: bool) -> None:
        size: QSize = self.to_end.sizeHint()
        area = self.view.viewport().geometry()
        self.to_end.setGeometry(
            area.right() - size.width() - 12,
            area.bottom() - size.height() - 8,
            size.width(),
            size.height(),
        )
        self.to_end.setVisible(shown and self.text.lines > 0)
        self.to_end.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_button(shown=not self.view.following)


def _write(text: LogText, path: Path) -> None:
    try:
        with path.open("wb") as file:
            for block in text.blocks():
                file.write(block)
    except OSError as error:
        sentence = translate("LogPanel", "{path} cannot be written: {why}.")
        raise HiveMindError(
            Reason.INVALID_FIELD, sentence.format(path=path, why=error.strerror)
        ) from error
