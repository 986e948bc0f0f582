"""Trust on first use: a pool's name and pin, to be compared with what its operator told."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.client.trust import parse_pin
from app.common.errors import HiveMindError
from app.common.pki import ca_pin
from proto import nodepool_pb2 as pb
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.tone_label import ToneLabel

_GROUP = 4
_GROUPS_A_LINE = 7


class PinComparison(QWidget):
    """Ends with `trusted`, which carries the CA's certificate, or with `refused`."""

    trusted = Signal(bytes)
    refused = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._certificate, self._pin = b"", ""
        self._title, self._text = ToneLabel(), ToneLabel()
        font = self._title.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.2)
        self._title.setFont(font)
        self._shown = QLabel()
        self._shown.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._shown.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._shown.setAccessibleName(self.tr("The pool's pin"))
        self._told, self._verdict = QLineEdit(), ToneLabel()
        self._told.setPlaceholderText(self.tr("Paste the pin or a join token, if you have it"))
        self._told.setAccessibleName(self.tr("The pin you were told"))
        self._trust = QPushButton(self.tr("It is the same: &trust this pool"))
        self._back = QPushButton(self.tr("&Back"))
        self._back.setAutoDefault(False)
        self._told.textChanged.connect(self._compare)
        self._trust.clicked.connect(lambda: self.trusted.emit(self._certificate))
        self._back.clicked.connect(self.refused)
        row = QHBoxLayout()
        row.addWidget(self._back)
        row.addStretch(1)
        row.addWidget(self._trust)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self._title, self._text, self._shown, self._told, self._verdict):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(row)

    def show_pool(self, address: str, info: pb.GetPoolInfoResponse) -> None:
        """Ask about the pool that answered at `address`."""
        self._certificate = info.ca_certificate_pem.encode()
        self._pin = ca_pin(self._certificate)
        self._title.say(self.tr("Is this your pool?"))
        self._text.say(
            self.tr(
                "At {address} answers the pool “{pool}”. This console does not know it yet. "
                "Compare its pin with the one its operator told you, or that its own window "
                "or terminal shows: only then nobody stands between. Nothing secret was sent yet."
            ).format(address=address, pool=info.pool_name)
        )
        self._shown.setText(grouped(self._pin))
        self._told.clear()
        self._compare()
        self._told.setFocus()

    def _compare(self) -> None:
        told = self._told.text().strip()
        if not told:
            self._verdict.say("")
            self._trust.setEnabled(True)
            return
        try:
            same = parse_pin("".join(told.split())) == self._pin
        except HiveMindError as error:
            self._verdict.say(f"⚠ {shown(error.message)}", Tone.WARNING)
            self._trust.setEnabled(False)
            return
        if same:
            self._verdict.say(self.tr("✓ The pins are the same."), Tone.GOOD)
        else:
            self._verdict.say(
                self.tr("⚠ That is another pool's pin: do not sign in here."), Tone.BAD
            )
        self._trust.setEnabled(same)


def grouped(pin: str) -> str:
    """`pin` in groups of four characters, for eyes that compare."""
    groups = [pin[start : start + _GROUP] for start in range(0, len(pin), _GROUP)]
    lines = [
        " ".join(groups[start : start + _GROUPS_A_LINE])
        for start in range(0, len(groups), _GROUPS_A_LINE)
    ]
    return "\n".join(lines)
