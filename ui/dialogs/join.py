"""How another machine joins: a token, the line to run there, and what became of it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.common.errors import HiveMindError, Reason
from proto import nodepool_pb2 as pb
from ui.console import Console
from ui.owned_operations import OwnedOperations
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.form_grid import FormGrid
from ui.widgets.join_panel import JoinPanel
from ui.widgets.tone_label import ToneLabel

USES_MAX = 10_000
_HOUR = 3600


class JoinDialog(QDialog):
    """First what the token is good for, then the line, its QR code and a live checklist."""

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.console = console
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Join a machine"))
        self.resize(620, 300)
        self._operations = OwnedOperations(console.operations, self)
        self.panel = JoinPanel(console)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._make_order())
        self._stack.addWidget(self._make_line())
        QVBoxLayout(self).addWidget(self._stack)

    # -- what the token is good for

    def _make_order(self) -> QWidget:
        self._form = FormGrid()
        self._uses, self._time, self._owner, self._note = (
            QSpinBox(),
            QComboBox(),
            QLineEdit(),
            QLineEdit(),
        )
        self._uses.setRange(1, USES_MAX)
        for text, seconds in (
            (self.tr("1 hour"), _HOUR),
            (self.tr("1 day"), 24 * _HOUR),
            (self.tr("7 days"), 7 * 24 * _HOUR),
            (self.tr("30 days"), 30 * 24 * _HOUR),
        ):
            self._time.addItem(text, seconds)
        self._owner.setPlaceholderText(self.console.connection.user.username)
        self._note.setMaxLength(200)
        self._form.add(
            "uses_max", self.tr("&Machines:"), self._uses, self.tr("so many may use the line")
        )
        self._form.add("ttl_seconds", self.tr("&Good for:"), self._time)
        self._form.add(
            "owner", self.tr("&Owner:"), self._owner, self.tr("the user who earns with them")
        )
        self._form.add("note", self.tr("&Note:"), self._note, self.tr("like “room 204”"))
        self._form.end()
        self._refusal = ToneLabel("", Tone.BAD)
        self._make = QPushButton(self.tr("Make the &line"))
        self._make.setDefault(True)
        self._make.clicked.connect(self._create)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._make)
        row.addWidget(cancel)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(
            ToneLabel(
                self.tr(
                    "A machine joins with one line that is run on it. The line has a secret in "
                    "it: whoever has it can join a machine until it is used up or its time is over."
                )
            )
        )
        column.addSpacing(8)
        column.addWidget(self._form, 1)
        column.addWidget(self._refusal)
        column.addLayout(row)
        return page

    def _create(self) -> None:
        self._make.setEnabled(False)
        self._operations.start(
            self.tr("Make a join token"),
            self.console.pool.join_tokens.create(
                ttl_seconds=self._time.currentData(),
                uses_max=self._uses.value(),
                owner=self._owner.text().strip(),
                note=self._note.text().strip(),
            ),
            then=self._show_token,
            otherwise=self._refuse,
        )

    def _refuse(self, error: HiveMindError) -> None:
        self._make.setEnabled(True)
        name = error.details.get("field", "")
        if error.reason is Reason.USER_NOT_FOUND:
            name = "owner"
        if name in self._form.names():
            self._form.show_fault(name, shown(error.message))
        else:
            self._refusal.say(f"⚠ {shown(error.message)}", Tone.BAD)

    # -- the line

    def _make_line(self) -> QWidget:
        close = QPushButton(self.tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panel, 1)
        last = QHBoxLayout()
        last.addStretch(1)
        last.addWidget(close)
        column.addLayout(last)
        return page

    def _show_token(self, made: pb.CreateJoinTokenResponse) -> None:
        self._stack.setCurrentIndex(1)
        self.resize(820, 520)
        self.panel.copy.setDefault(True)
        self.panel.show_token(made)
