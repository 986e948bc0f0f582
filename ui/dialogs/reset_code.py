"""A code by which a user who forgot the password sets a new one: shown once."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.common.errors import HiveMindError
from proto import nodepool_pb2 as pb
from ui import formats
from ui.console import Console
from ui.owned_operations import OwnedOperations
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.tone_label import ToneLabel


class ResetCodeDialog(QDialog):
    """Makes the code when asked to, and shows it."""

    def __init__(self, console: Console, username: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.console = console
        self._username = username
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Reset code for {user}").format(user=username))
        self.setMinimumWidth(460)
        self._operations = OwnedOperations(console.operations, self)
        self._message = ToneLabel(
            self.tr(
                "With the code the user sets a new password, once. The old password and the "
                "sessions are good until then. A code made before is good no more."
            )
        )
        self._message.setWordWrap(True)
        self.code = QLineEdit()
        self.code.setReadOnly(True)
        self.code.setAccessibleName(self.tr("Reset code"))
        font = QFont(self.code.font())
        font.setFamilies(["monospace"])
        font.setPointSizeF(font.pointSizeF() * 1.4)
        self.code.setFont(font)
        self._make, self._copy = QPushButton(self.tr("&Make the code")), QPushButton()
        self._copy.setText(self.tr("Co&py"))
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.code.text()))
        self._make.setDefault(True)
        self._make.clicked.connect(self._begin)
        close = QPushButton(self.tr("&Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        line = QHBoxLayout()
        line.addWidget(self.code, 1)
        line.addWidget(self._copy)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._make)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(self._message)
        column.addLayout(line)
        column.addLayout(row)
        self._copy.setEnabled(False)

    def _begin(self) -> None:
        self._make.setEnabled(False)
        self._operations.start(
            self.tr("Make a reset code"),
            self.console.pool.users.reset_code(self._username),
            then=self._show,
            otherwise=self._refuse,
        )

    def _show(self, made: pb.CreateResetCodeResponse) -> None:
        self.code.setText(made.reset_code)
        self._copy.setEnabled(True)
        self._make.setVisible(False)
        self._message.say(
            self.tr(
                "Tell it to {user} now: it is shown only here, and good until {time}. They type "
                "“hivemind reset-password”."
            ).format(user=made.info.username, time=formats.moment(made.info.expires_at)),
            Tone.QUIET,
        )

    def _refuse(self, error: HiveMindError) -> None:
        self._make.setEnabled(True)
        self._message.say(f"⚠ {shown(error.message)}", Tone.BAD)
