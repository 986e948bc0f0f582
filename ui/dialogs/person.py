"""Making a user, and giving one another password."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.common.clock import SystemClock
from app.common.errors import HiveMindError, Reason
from app.common.ids import SystemIds, encode_base32
from app.common.vocabulary import Role
from proto import nodepool_pb2 as pb
from ui.console import Console
from ui.models.people import role_meaning, role_word
from ui.owned_operations import OwnedOperations
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.form_grid import FormGrid
from ui.widgets.tone_label import ToneLabel

PASSWORD_CHARACTERS_MIN = 8
_SECRET_BYTES = 10
_GROUP = 4
_FIELDS = {Reason.WEAK_PASSWORD: "password", Reason.USER_EXISTS: "username"}


def suggested_password() -> str:
    """Eighty bits of chance in four groups that can be read out over the telephone."""
    digits = encode_base32(
        int.from_bytes(SystemIds(SystemClock()).secret(_SECRET_BYTES)), _SECRET_BYTES * 8 // 5
    )
    groups = (digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP))
    return "-".join(groups)


class PersonDialog(QDialog):
    """Makes a user; with `username` it gives that one another password. `changed` after it."""

    changed = Signal()

    def __init__(self, console: Console, parent: QWidget | None = None, username: str = "") -> None:
        super().__init__(parent)
        self.console = console
        self._existing = username
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(
            self.tr("New password for {user}").format(user=username)
            if username
            else self.tr("New user")
        )
        self.resize(620, 220)
        self._operations = OwnedOperations(console.operations, self)
        self._form = FormGrid()
        self._name, self._role, self._password = QLineEdit(username), QComboBox(), QLineEdit()
        self._make_form()
        self._message = ToneLabel("", Tone.QUIET)
        self._do, cancel = QPushButton(), QPushButton(self.tr("Cancel"))
        self._do.setText(self.tr("&Set the password") if username else self.tr("&Make the user"))
        self._do.setDefault(True)
        cancel.setAutoDefault(False)
        self._do.clicked.connect(self._begin)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._do)
        row.addWidget(cancel)
        column = QVBoxLayout(self)
        column.addWidget(self._form, 1)
        column.addWidget(self._message)
        column.addLayout(row)
        self._message.say(
            self.tr("It ends all sessions of the user. Tell them the new password yourself.")
            if username
            else self.tr("Tell them the password yourself; they can change it after signing in."),
            Tone.QUIET,
        )

    def _make_form(self) -> None:
        for role in Role:
            self._role.addItem(role_word(role), role)
        self._role.currentIndexChanged.connect(self._show_role)
        if not self._existing:
            self._form.add("username", self.tr("&User name:"), self._name)
            self._form.add("role", self.tr("&Role:"), self._role)
            self._show_role()
        hint = self.tr("%n characters or more", "", PASSWORD_CHARACTERS_MIN)
        self._form.add("password", self.tr("&Password:"), self._password_editor(), hint)
        self._form.end()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)

    def _password_editor(self) -> QWidget:
        suggest, copy = QToolButton(), QToolButton()
        suggest.setText(self.tr("Su&ggest"))
        copy.setText(self.tr("Co&py"))
        suggest.clicked.connect(self._suggest)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._password.text()))
        editor = QWidget()
        row = QHBoxLayout(editor)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._password, 1)
        row.addWidget(suggest)
        row.addWidget(copy)
        editor.setFocusProxy(self._password)
        self._password.setAccessibleName(self.tr("Password"))
        return editor

    def _suggest(self) -> None:
        self._password.setEchoMode(QLineEdit.EchoMode.Normal)
        self._password.setText(suggested_password())

    def _show_role(self) -> None:
        self._form.set_hint("role", role_meaning(self._role.currentData()))

    def _begin(self) -> None:
        name, password = self._name.text().strip(), self._password.text()
        faults: dict[str, str] = {}
        if not name:
            faults["username"] = self.tr("It is missing.")
        if len(password) < PASSWORD_CHARACTERS_MIN:
            faults["password"] = self.tr("It is too short.")
        for field in self._form.names():
            self._form.show_fault(field, faults.get(field, ""))
        if faults:
            return
        self._do.setEnabled(False)
        users = self.console.pool.users
        work = (
            users.set_password(name, password)
            if self._existing
            else users.create(name, password, self._role.currentData())
        )
        self._operations.start(self.windowTitle(), work, then=self._done, otherwise=self._refuse)

    def _done(self, user: pb.UserInfo) -> None:
        said = (
            self.tr("The password of {user} is changed")
            if self._existing
            else self.tr("The user {user} is made")
        )
        self.console.operations.done.emit(said.format(user=user.username))
        self.changed.emit()
        self.accept()

    def _refuse(self, error: HiveMindError) -> None:
        self._do.setEnabled(True)
        field = _FIELDS.get(error.reason, error.details.get("field", ""))
        if field in self._form.names():
            self._form.show_fault(field, shown(error.message))
        else:
            self._message.say(f"⚠ {shown(error.message)}", Tone.BAD)
