"""One's own account: the password, and where one is signed in; for an admin also others'."""

from collections.abc import Awaitable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QGroupBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.common.errors import HiveMindError, Reason
from proto import nodepool_pb2 as pb
from ui.console import Console
from ui.dialogs.person import PASSWORD_CHARACTERS_MIN
from ui.models.account import session_columns
from ui.models.rows import RowsModel
from ui.owned_operations import OwnedOperations
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.form_grid import FormGrid
from ui.widgets.table import Table
from ui.widgets.tone_label import ToneLabel

_FIELDS = {Reason.WEAK_PASSWORD: "new", Reason.BAD_CREDENTIALS: "current"}


class AccountDialog(QDialog):
    """Sessions, and one's own password; with `username` the sessions of that user."""

    def __init__(self, console: Console, parent: QWidget | None = None, username: str = "") -> None:
        super().__init__(parent)
        self.console = console
        self._username = username
        self._sessions: dict[str, pb.SessionInfo] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = username or console.connection.user.username
        self.setWindowTitle(self.tr("Account of {user}").format(user=name))
        self.resize(840, 300 if username else 480)
        self._operations = OwnedOperations(console.operations, self)
        self._message = ToneLabel("", Tone.QUIET)
        column = QVBoxLayout(self)
        column.addWidget(self._make_sessions(), 1)
        if not username:
            column.addWidget(self._make_password())
        column.addWidget(self._message)
        row = QHBoxLayout()
        row.addStretch(1)
        close = QPushButton(self.tr("&Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        row.addWidget(close)
        column.addLayout(row)
        self._show_buttons()
        self._ask()

    # -- sessions

    def _make_sessions(self) -> QWidget:
        self.model: RowsModel[pb.SessionInfo] = RowsModel(session_columns(), self)
        self.table = Table(self.model)
        self.table.setAccessibleName(self.tr("Sessions"))
        self.table.chosen.connect(self._show_buttons)
        self._end = QPushButton(self.tr("&End session"))
        self._end_others = QPushButton(
            self.tr("End &all") if self._username else self.tr("End &all others")
        )
        for button, act in ((self._end, self._end_chosen), (self._end_others, self._end_rest)):
            button.setAutoDefault(False)
            button.clicked.connect(act)
        box = QGroupBox(self.tr("Sessions"))
        column = QVBoxLayout(box)
        column.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.addWidget(self._end)
        row.addWidget(self._end_others)
        row.addStretch(1)
        column.addLayout(row)
        return box

    def _ask(self) -> None:
        self._operations.start(
            self.tr("List the sessions"),
            self.console.pool.sessions(self._username),
            then=self._show,
            otherwise=self._refuse,
        )

    def _show(self, sessions: list[pb.SessionInfo]) -> None:
        self._sessions = {session.session_id: session for session in sessions}
        self.model.set_rows(self._sessions)
        self._show_buttons()

    def _show_buttons(self) -> None:
        keys = self.table.keys()
        chosen = [self._sessions[key] for key in keys if key in self._sessions]
        # One's own is ended by signing out, which also forgets it here.
        self._end.setEnabled(bool(chosen) and not any(one.current for one in chosen))
        self._end_others.setEnabled(any(not one.current for one in self._sessions.values()))

    def _end_chosen(self) -> None:
        self._end_by(self.console.pool.end_sessions(*self.table.keys(), username=self._username))

    def _end_rest(self) -> None:
        self._end_by(self.console.pool.end_sessions(username=self._username))

    def _end_by(self, work: Awaitable[int]) -> None:
        self._operations.start(
            self.tr("End sessions"), work, then=self._ended, otherwise=self._refuse
        )

    def _ended(self, count: int) -> None:
        self._message.say(self.tr("%n session(s) ended", "", count), Tone.GOOD)
        self._ask()

    # -- the password

    def _make_password(self) -> QWidget:
        self._form = FormGrid()
        self._current, self._new, self._again = QLineEdit(), QLineEdit(), QLineEdit()
        for editor in (self._current, self._new, self._again):
            editor.setEchoMode(QLineEdit.EchoMode.Password)
        hint = self.tr("%n characters or more", "", PASSWORD_CHARACTERS_MIN)
        self._form.add("current", self.tr("C&urrent password:"), self._current)
        self._form.add("new", self.tr("&New password:"), self._new, hint)
        self._form.add("again", self.tr("New password a&gain:"), self._again)
        self._change = QPushButton(self.tr("Change the &password"))
        self._change.setDefault(True)
        self._change.clicked.connect(self._begin)
        box = QGroupBox(self.tr("Password"))
        column = QVBoxLayout(box)
        column.addWidget(self._form)
        row = QHBoxLayout()
        row.addWidget(self._change)
        row.addWidget(ToneLabel(self.tr("Your other sessions end by it."), Tone.QUIET), 1)
        column.addLayout(row)
        return box

    def _begin(self) -> None:
        faults: dict[str, str] = {}
        if not self._current.text():
            faults["current"] = self.tr("It is missing.")
        if len(self._new.text()) < PASSWORD_CHARACTERS_MIN:
            faults["new"] = self.tr("It is too short.")
        if self._again.text() != self._new.text():
            faults["again"] = self.tr("It is not the same.")
        for field in self._form.names():
            self._form.show_fault(field, faults.get(field, ""))
        if faults:
            return
        self._change.setEnabled(False)
        self._operations.start(
            self.tr("Change the password"),
            self.console.pool.change_password(self._current.text(), self._new.text()),
            then=self._changed,
            otherwise=self._refuse,
        )

    def _changed(self, _none: None) -> None:
        self._change.setEnabled(True)
        for editor in (self._current, self._new, self._again):
            editor.clear()
        self._message.say(self.tr("The password is changed"), Tone.GOOD)
        self._ask()

    def _refuse(self, error: HiveMindError) -> None:
        field = _FIELDS.get(error.reason, "")
        if not self._username:
            self._change.setEnabled(True)
            if field:
                self._form.show_fault(field, shown(error.message))
                return
        self._message.say(f"⚠ {shown(error.message)}", Tone.BAD)
