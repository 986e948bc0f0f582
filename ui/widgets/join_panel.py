"""What is run on a machine that is to join, as a line, a link and a code; and how far it came."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtNetwork import QNetworkInterface
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.common.join_line import System
from proto import nodepool_pb2 as pb
from ui import formats
from ui.console import Console
from ui.models.joining import link_of, reachable_addresses
from ui.pool_state import Delta
from ui.theme import Tone
from ui.widgets.join_checklist import JoinChecklist
from ui.widgets.qr_code import QrCode
from ui.widgets.tone_label import ToneLabel


class JoinPanel(QWidget):
    """Empty until `show_token`. The checklist follows machines that were not there before."""

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._console = console
        self._token = ""
        self.checklist = JoinChecklist(set(console.state.nodes))
        self._explanation = ToneLabel()
        self._make_widgets()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._choices())
        column.addWidget(self._explanation)
        column.addWidget(self.line)
        row = QHBoxLayout()
        row.addWidget(self.copy)
        row.addWidget(self._until, 1)
        column.addLayout(row)
        column.addLayout(self._progress(), 1)
        console.feed.changed.connect(self._on_changed)

    def show_token(self, made: pb.CreateJoinTokenResponse) -> None:
        """The token with which machines join."""
        self._token = made.token
        uses = self.tr("Good for %n machine(s)", "", made.info.uses_left)
        until = self.tr("until {time}. It is shown this once.").format(
            time=formats.moment(made.info.expires_at)
        )
        self._until.say(f"{uses} {until}", Tone.QUIET)
        own = [one.toString() for one in QNetworkInterface.allAddresses()]
        self.address.clear()
        self.address.addItems(reachable_addresses(self._console.connection.address, own))
        self._show_text()
        self.copy.setFocus()
        self.checklist.show_nodes(self._console.state.nodes)

    def _make_widgets(self) -> None:
        self.address, self.line, self._qr = QComboBox(), QPlainTextEdit(), QrCode()
        self.address.setEditable(True)
        self.address.setAccessibleName(self.tr("Address of the master"))
        self.address.editTextChanged.connect(self._show_text)
        self.linux, self.windows = QRadioButton("&Linux"), QRadioButton("&Windows (PowerShell)")
        self.link = QRadioButton(self.tr("Lin&k to send"))
        self.linux.setChecked(True)
        group = QButtonGroup(self)
        for button in (self.linux, self.windows, self.link):
            group.addButton(button)
            button.toggled.connect(self._show_text)
        self.line.setReadOnly(True)
        self.line.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.line.setAccessibleName(self.tr("The line to run on the machine"))
        self.line.setMaximumHeight(5 * self.line.fontMetrics().lineSpacing() + 12)
        self.copy = QPushButton()
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self._copy_text)
        self._until = ToneLabel("", Tone.QUIET)

    def _choices(self) -> QHBoxLayout:
        row = QHBoxLayout()
        label = QLabel(self.tr("&Reached at:"))
        label.setBuddy(self.address)
        row.addWidget(label)
        row.addWidget(self.address, 1)
        for button in (self.linux, self.windows, self.link):
            row.addWidget(button)
        return row

    def _progress(self) -> QHBoxLayout:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(self.checklist)
        row = QHBoxLayout()
        row.addWidget(self._qr, 0, Qt.AlignmentFlag.AlignTop)
        row.addSpacing(12)
        row.addWidget(scroll, 1)
        return row

    def _show_text(self) -> None:
        if not self._token:
            return
        address = self.address.currentText().strip()
        link = link_of(address, self._token)
        if self.link.isChecked():
            self._explanation.say(
                self.tr(
                    "Send this link in confidence. On the machine, in the folder of HiveMind: "
                    "{command}"
                ).format(command="worker join LINK")
            )
            self.line.setPlainText(link)
        else:
            system = System.LINUX if self.linux.isChecked() else System.WINDOWS
            self._explanation.say(
                self.tr("Run this line on the machine, in the folder of HiveMind:")
            )
            self.line.setPlainText(system.line(address, self._token))
        self._qr.show_text(link)
        self._qr.setToolTip(self.tr("The link, for a camera"))
        self.copy.setEnabled(bool(self.line.toPlainText()))
        self.copy.setText(self._copy_words())

    def _copy_words(self) -> str:
        return self.tr("&Copy the link") if self.link.isChecked() else self.tr("&Copy the line")

    def _copy_text(self) -> None:
        QGuiApplication.clipboard().setText(self.line.toPlainText())
        self.copy.setText(self.tr("✓ &Copied"))

    def _on_changed(self, delta: Delta) -> None:
        if self._token and (delta.nodes or delta.reset):
            self.checklist.show_nodes(self._console.state.nodes)
