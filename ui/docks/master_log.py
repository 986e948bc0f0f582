"""The pane of the master's own log: what it has, and what comes while one looks."""

import asyncio
from contextlib import aclosing

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication, QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QWidget,
)

from app.common.errors import HiveMindError
from app.common.vocabulary import LogLevel
from proto import nodepool_pb2 as pb
from ui import formats
from ui.console import Console
from ui.docks.pane import Pane
from ui.icons import dress
from ui.models.server_log import MARKS, ServerLogModel, level_word, line_of, whole_text
from ui.pool_state import Delta
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.empty_state import EmptyState
from ui.widgets.table import Table
from ui.widgets.tone_label import ToneLabel


class MasterLogPane(Pane):
    """Follows the log while it is seen; each time it is shown it begins with all there is."""

    name = "master_log"
    needs = ("AUDIT_READ",)

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(console, parent)
        self._reading: asyncio.Task[None] | None = None
        self._lost, self._failure = 0, ""
        self.model = ServerLogModel(self)
        self.table = Table(self.model)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.table.setAccessibleName(self.title())
        self._search, self._level = QLineEdit(), QComboBox()
        self._follow = QCheckBox(self.tr("Follow"))
        self._copy = QPushButton(self.tr("Copy"))
        self._whole = QPlainTextEdit()
        self._foot = ToneLabel("", Tone.QUIET)
        self.empty = EmptyState()
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self._show_what_there_is()

    def title(self) -> str:
        return self.tr("Log of the master")

    def take(self, delta: Delta) -> None:
        """Records come by themselves; another master has another log."""
        if delta.reset:
            self._again()
        elif self._reading is None:
            self._begin()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._end()

    # -- following

    def _begin(self) -> None:
        self._end()
        if not self.console.connection.signed_in or self._failure:
            return
        self._lost = 0
        self.model.clear()
        self._reading = self.operations.start(
            self.tr("Read the log of the master"),
            self._read(),
            otherwise=self._on_refused,
            quiet=True,
        )

    def _end(self) -> None:
        reading, self._reading = self._reading, None
        if reading is not None:
            reading.cancel()

    def _again(self) -> None:
        self._failure = ""
        self._begin()
        self._show_what_there_is()

    async def _read(self) -> None:
        async with aclosing(self.console.pool.server_log.stream(follow=True)) as batches:
            async for batch in batches:
                self._take_batch(batch)

    def _take_batch(self, batch: pb.ServerLogBatch) -> None:
        self._lost += batch.lost
        self.model.add(batch.records)
        self._show_what_there_is()
        self._stay_at_the_end()

    def _on_refused(self, error: HiveMindError) -> None:
        self._reading, self._failure = None, shown(error.message)
        self._show_what_there_is()

    # -- what is seen

    def _show_what_there_is(self) -> None:
        total, shown = self.model.total, self.model.rowCount()
        self._stack.setCurrentWidget(self._split if total else self.empty)
        if self._failure:
            retry = self.tr("Try again")
            self.empty.say(self.tr("The log cannot be read"), self._failure, retry)
        else:
            self.empty.say(
                self.tr("Nothing logged yet"),
                self.tr("What the master logs is seen here at once."),
            )
        text = self.tr("%n record(s)", "", total)
        if shown < total:
            text = self.tr("{shown} of {records} shown").format(
                shown=formats.count(shown), records=text
            )
        if self._lost:
            missed = self.tr("⚠ %n record(s) came too fast and are lost", "", self._lost)
            text = f"{text} · {missed}"
        if self._failure and total:
            text = f"{text} · ⚠ {self._failure}"
        self._foot.say(text, Tone.WARNING if self._lost or self._failure else Tone.QUIET)

    def _narrow(self) -> None:
        self.model.show_only(self._search.text(), self._level.currentData())
        self._show_what_there_is()
        self._stay_at_the_end()

    def _show_chosen(self, keys: list[str]) -> None:
        place = self.model.place_of(keys[0]) if len(keys) == 1 else None
        self._copy.setEnabled(bool(keys))
        if keys:
            # Somebody reads: what comes must not take it away.
            self._follow.setChecked(False)
        self._whole.setVisible(place is not None)
        if place is not None:
            record = self.model.row_at(place)
            self._whole.setPlainText(whole_text(record))

    def _follow_or_not(self, follow: bool) -> None:
        if follow:
            self.table.clearSelection()
            self._stay_at_the_end()

    def _stay_at_the_end(self) -> None:
        if self._follow.isChecked():
            self.table.scrollToBottom()

    def _on_scrolled(self) -> None:
        """Somebody looks back: the end must not take it away."""
        bar = self.table.verticalScrollBar()
        if bar.sliderPosition() < bar.maximum():
            self._follow.setChecked(False)

    def copy(self) -> None:
        """Put the chosen records on the clipboard, as text."""
        places = self.model.places_of(self.table.keys())
        text = "\n".join(line_of(self.model.row_at(place)) for place in places)
        if text:
            QGuiApplication.clipboard().setText(text + "\n")

    # -- making

    def _lay_out(self) -> None:
        self._search.setPlaceholderText(self.tr("Search the log"))
        self._search.setClearButtonEnabled(True)
        self._search.setAccessibleName(self.tr("Search the log"))
        for level in LogLevel:
            self._level.addItem(
                self.tr("{level} and above").format(level=f"{MARKS[level]} {level_word(level)}"),
                level,
            )
        label = QLabel(self.tr("Level:"))
        label.setBuddy(self._level)
        self._level.setAccessibleName(self.tr("Level"))
        self._follow.setChecked(True)
        self._follow.setToolTip(self.tr("Stay at the end while records come."))
        dress(self._copy, "copy")
        self._copy.setEnabled(False)
        head = QHBoxLayout()
        head.addWidget(self._search, 1)
        head.addWidget(label)
        for widget in (self._level, self._follow, self._copy):
            head.addWidget(widget)
        self._whole.setReadOnly(True)
        self._whole.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._whole.setAccessibleName(self.tr("The chosen record"))
        self._whole.hide()
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.addWidget(self.table)
        self._split.addWidget(self._whole)
        self._split.setStretchFactor(0, 3)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([720, 320])
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._split)
        self.column.addLayout(head)
        self.column.addWidget(self._stack, 1)
        self.column.addWidget(self._foot)

    def _connect(self) -> None:
        self._search.textChanged.connect(self._narrow)
        self._level.activated.connect(self._narrow)
        self._follow.toggled.connect(self._follow_or_not)
        bar = self.table.verticalScrollBar()
        # The end moves as rows come, and as the window does.
        bar.rangeChanged.connect(self._stay_at_the_end)
        bar.actionTriggered.connect(self._on_scrolled)
        self._copy.clicked.connect(self.copy)
        self.empty.wanted.connect(self._again)
        self.table.chosen.connect(self._show_chosen)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.table)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self._search.setFocus)
