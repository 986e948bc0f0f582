"""Submitting a task: files, what it asks for, its price, and how far the upload is."""

import asyncio
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.common.errors import HiveMindError
from proto import nodepool_pb2 as pb
from ui import formats
from ui.console import Console
from ui.dialogs.handing_in import HandingIn
from ui.dialogs.templates_menu import TemplatesMenu
from ui.models.content import Content, look_at
from ui.models.submission import FORM_FIELDS, Draft, draft_of, draft_of_task, faults, task_fields
from ui.owned_operations import OwnedOperations
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.drop_area import DropArea, paths_in
from ui.widgets.price_card import PriceCard
from ui.widgets.task_form import TaskForm
from ui.widgets.tone_label import ToneLabel

#: After the last key the price is asked for.
QUOTE_MILLISECONDS = 250
WIDTH, HEIGHT, HEIGHT_WITH_MORE = 760, 450, 700


class SubmitDialog(QDialog):
    """`submitted` carries a task's id when somebody wants to see what was just submitted.

    `draft` is what `ui.models.submission.Draft.to_json` gives; without one the last is shown.
    """

    submitted = Signal(str)

    def __init__(
        self, console: Console, parent: QWidget | None = None, draft: dict[str, Any] | None = None
    ) -> None:
        super().__init__(parent)
        self.console = console
        self.setWindowTitle(self.tr("Submit a task"))
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(WIDTH, HEIGHT)
        self._operations = OwnedOperations(console.operations, self)
        self._draft = draft_of(console.settings.values.draft if draft is None else draft)
        self._content: Content | None = None
        self._balance: pb.GetBalanceResponse | None = None
        self._quote: pb.QuoteResponse | None = None
        #: What the master said of fields, until one is changed.
        self._refused: dict[str, str] = {}
        self._tried = False
        self._looking: asyncio.Task[None] | None = None
        self._asking: asyncio.Task[None] | None = None
        self._task_id = ""
        self._quote_timer = QTimer(self)
        self._quote_timer.setSingleShot(True)
        self._quote_timer.setInterval(QUOTE_MILLISECONDS)
        self._quote_timer.timeout.connect(self._ask_price)
        self._handing_in = HandingIn(console, self)
        self._drop, self._form, self._card = DropArea(), TaskForm(), PriceCard()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._make_form_page())
        self._stack.addWidget(self._make_done_page())
        column = QVBoxLayout(self)
        column.addWidget(self._stack)
        self._connect()
        self._show_draft()

    @staticmethod
    async def draft_of(console: Console, task_id: str) -> dict[str, Any]:
        """The draft of a task like the one of this id, with the same files."""
        return draft_of_task(await console.pool.tasks.get(task_id)).to_json()

    # -- making

    def _make_form_page(self) -> QWidget:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(self._form)
        self._message = ToneLabel("", Tone.BAD)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._templates = QToolButton()
        self._templates.setText(self.tr("&Templates"))
        self._templates.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = TemplatesMenu(self.console.settings, self._current, self)
        self._templates.setMenu(self._menu)
        buttons = QDialogButtonBox()
        self._submit = QPushButton(self.tr("&Submit"))
        self._submit.setDefault(True)
        self._close = QPushButton(self.tr("Close"))
        self._close.setAutoDefault(False)
        self._close.setToolTip(self.tr("What you typed is kept."))
        buttons.addButton(self._submit, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self._close, QDialogButtonBox.ButtonRole.RejectRole)
        row = QHBoxLayout()
        row.addWidget(self._templates)
        row.addStretch(1)
        row.addWidget(buttons)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._drop)
        column.addWidget(scroll, 1)
        column.addWidget(self._card)
        column.addWidget(self._message)
        column.addWidget(self._handing_in)
        column.addLayout(row)
        return page

    def _make_done_page(self) -> QWidget:
        self._done_title, self._done_id = ToneLabel("", Tone.GOOD), QLabel()
        font = self._done_title.font()
        font.setPointSizeF(font.pointSizeF() * 1.3)
        font.setBold(True)
        self._done_title.setFont(font)
        self._done_id.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._done_note = ToneLabel("", Tone.QUIET)
        copy = QPushButton(self.tr("&Copy the id"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._task_id))
        self._show_task = QPushButton(self.tr("S&how task"))
        another = QPushButton(self.tr("Submit &another"))
        close = QPushButton(self.tr("Close"))
        self._show_task.clicked.connect(self._on_show_task)
        another.clicked.connect(self._begin_another)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        for button in (copy, another):
            row.addWidget(button)
        row.addStretch(1)
        for button in (self._show_task, close):
            row.addWidget(button)
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(1)
        for label in (self._done_title, self._done_id, self._done_note):
            column.addWidget(label)
        column.addStretch(2)
        column.addLayout(row)
        return page

    def _connect(self) -> None:
        self._drop.dropped.connect(self._look_at)
        self._drop.removed.connect(self._forget_files)
        self._drop.network_wanted.connect(self._form.allow_network)
        self._form.changed.connect(self._on_changed)
        self._form.more_shown.connect(self._make_room)
        self._menu.chosen.connect(self._put_over)
        self._submit.clicked.connect(self._on_submit)
        self._close.clicked.connect(self.reject)
        self._handing_in.done.connect(self._on_submitted)
        self._handing_in.refused.connect(self._on_refused)
        self._handing_in.stopped.connect(lambda: self._set_busy(busy=False))

    def _make_room(self, more: bool) -> None:
        if more and self.height() < HEIGHT_WITH_MORE:
            self.resize(self.width(), HEIGHT_WITH_MORE)

    # -- files

    def _show_draft(self) -> None:
        self._form.set_values(self._draft)
        if self._draft.sources:
            self._look_at([Path(source) for source in self._draft.sources])
        elif self._draft.archive_digest:
            self._drop.show_earlier()
        self._form.show_content(None)
        self._on_changed()

    def _look_at(self, sources: list[Path]) -> None:
        if self._looking is not None:
            self._looking.cancel()
        self._drop.show_looking(sources)
        self._looking = self._operations.start(
            self.tr("Look at the files"),
            asyncio.to_thread(look_at, sources),
            then=self._take_content,
            otherwise=self._refuse_content,
        )

    def _take_content(self, content: Content) -> None:
        self._content = content
        self._draft.sources = [str(source) for source in content.sources]
        self._draft.archive_digest = ""
        self._form.show_content(content)
        self._on_changed()

    def _refuse_content(self, error: HiveMindError) -> None:
        self._forget_files()
        self._drop.show_empty(shown(error.message))

    def _forget_files(self) -> None:
        self._content = None
        self._draft.sources, self._draft.archive_digest = [], ""
        self._drop.show_empty()
        self._form.show_content(None)
        self._on_changed()

    # -- what is typed

    def _current(self) -> dict[str, Any]:
        return self._form.values(self._draft).to_json()

    def _put_over(self, fields: dict[str, Any]) -> None:
        """Show a template over what is there: the files stay."""
        self._draft = draft_of({**self._current(), **fields})
        self._form.set_values(self._draft)
        self._on_changed()

    def _on_changed(self) -> None:
        self._refused = {}
        self._message.hide()
        found = self._faults()
        self._quote = None
        self._show_faults(found)
        if set(found) <= {"sources"} or (not self._draft.command and set(found) == {"command"}):
            self._card.show_asking()
            self._quote_timer.start()
        else:
            self._quote_timer.stop()
            self._card.show_nothing(self.tr("The price comes when what is marked is mended."))

    def _faults(self) -> dict[str, str]:
        self._form.values(self._draft)
        return faults(self._draft, self._content)

    def _show_faults(self, found: dict[str, str]) -> None:
        shown = {**found, **self._refused}
        self._form.show_faults(shown)
        if self._content is not None:
            self._drop.show_content(self._content, network=self._draft.network)
        if "sources" in shown and (self._tried or "sources" in self._refused):
            self._drop.show_empty(shown["sources"])

    # -- the price

    def _ask_price(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
        self._asking = self._operations.start(
            self.tr("Ask for the price"),
            self._priced(self._form.values(self._draft)),
            then=self._show_price,
            otherwise=self._refuse_price,
        )

    async def _priced(self, draft: Draft) -> tuple[pb.QuoteResponse, pb.GetBalanceResponse | None]:
        pool = self.console.pool
        quote = await pool.tasks.quote(**task_fields(draft))
        may_see = self.console.may("ACCOUNT_READ")
        return quote, (await pool.ledger.balance()) if may_see else None

    def _show_price(self, priced: tuple[pb.QuoteResponse, pb.GetBalanceResponse | None]) -> None:
        self._quote, self._balance = priced
        self._card.show_quote(self._quote, self._balance)
        self._show_submit()

    def _refuse_price(self, error: HiveMindError) -> None:
        self._card.show_nothing(f"⚠ {shown(error.message)}", Tone.BAD)
        self._take_refusal(error)

    def _show_submit(self) -> None:
        short = (
            self._quote is not None
            and self._balance is not None
            and self._balance.available_mcpt < self._quote.price_mcpt
        )
        self._submit.setEnabled(not short and not self._handing_in.busy)
        self._submit.setToolTip(self.tr("Your balance is too small for it.") if short else "")

    # -- submitting

    def _on_submit(self) -> None:
        self._tried = True
        found = self._faults()
        self._show_faults(found)
        if found:
            self._form.reveal(next(iter(found)))
            return
        self._handing_in.begin(self._draft, self._content)
        self._set_busy(busy=True)

    def _set_busy(self, *, busy: bool) -> None:
        for widget in (self._drop, self._form, self._templates):
            widget.setEnabled(not busy)
        self._close.setText(self.tr("Stop") if busy else self.tr("Close"))
        self._message.hide()
        self._show_submit()

    def _on_submitted(self, response: pb.UploadTaskResponse) -> None:
        self._set_busy(busy=False)
        self._task_id = response.task_id
        self._done_title.say(
            "✓ " + self.tr("%n task(s) submitted", "", response.count or 1), Tone.GOOD
        )
        self._done_id.setText(self.tr("Its id: {id}").format(id=response.task_id))
        self._done_note.say(
            self.tr("{price} held until it has ended.").format(
                price=formats.cpt(response.price_mcpt)
            ),
            Tone.QUIET,
        )
        self._stack.setCurrentIndex(1)
        self._show_task.setDefault(True)
        self._show_task.setFocus()
        self._draft.sources, self._draft.archive_digest, self._draft.name = [], "", ""
        self._content = None

    def _on_refused(self, error: HiveMindError) -> None:
        self._set_busy(busy=False)
        if not self._take_refusal(error):
            self._message.say(f"⚠ {shown(error.message)}", Tone.BAD)
            self._message.show()

    def _take_refusal(self, error: HiveMindError) -> bool:
        """Show a refusal beside the field it is about; whether it is about one."""
        name = error.details.get("field", "")
        name = FORM_FIELDS.get(name, name)
        if name not in Draft.__dataclass_fields__:
            return False
        self._refused = {name: shown(error.message)}
        self._show_faults(self._faults())
        self._form.reveal(name)
        return True

    def _on_show_task(self) -> None:
        self.accept()
        self.submitted.emit(self._task_id)

    def _begin_another(self) -> None:
        self._tried = False
        self._stack.setCurrentIndex(0)
        self._drop.show_empty()
        self._submit.setDefault(True)
        self._show_draft()

    # -- Qt's own

    def done(self, result: int) -> None:
        if self._handing_in.busy:
            self._handing_in.stop()
            return
        self._quote_timer.stop()
        for task in (self._looking, self._asking):
            if task is not None:
                task.cancel()
        if self._stack.currentIndex() == 0:
            self._form.values(self._draft)
        self.console.settings.values.draft = self._draft.to_json()
        self.console.settings.save()
        super().done(result)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if paths_in(event.mimeData()) and self._drop.isEnabled() and self._drop.isVisible():
            event.acceptProposedAction()
            self._drop.set_hovered(hovered=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._drop.set_hovered(hovered=False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop.dropEvent(event)
