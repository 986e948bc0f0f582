"""The diagnosis of the encrypted network: the usual faults, and what to do about each."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.common.errors import HiveMindError
from proto import nodepool_pb2 as pb
from ui.console import Console
from ui.icons import dress
from ui.models.vpn import check_mark, check_name, check_tone
from ui.owned_operations import OwnedOperations
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.tone_label import ToneLabel


class ChecksDialog(QDialog):
    """Looks when it opens, and again when asked."""

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.console = console
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Diagnosis of the encrypted network"))
        self.resize(680, 460)
        self._operations = OwnedOperations(console.operations, self)
        self._verdict = ToneLabel(self.tr("Looking …"), Tone.QUIET)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.again = QPushButton(self.tr("Look &again"))
        dress(self.again, "refresh")
        self.again.clicked.connect(self.look)
        close = QPushButton(self.tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(self.again)
        row.addStretch(1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(self._verdict)
        column.addWidget(self._scroll, 1)
        column.addLayout(row)
        self.look()

    def look(self) -> None:
        """Have the master look."""
        self.again.setEnabled(False)
        self._verdict.say(self.tr("Looking …"), Tone.QUIET)
        self._operations.start(
            self.tr("Diagnose the encrypted network"),
            self.console.pool.vpn.diagnose(),
            then=self.show_checks,
            otherwise=self._refuse,
        )

    def show_checks(self, checks: Sequence[pb.VpnCheck]) -> None:
        """A row for each."""
        self.again.setEnabled(True)
        bad = sum(check.result == pb.VpnCheck.RESULT_BAD for check in checks)
        warned = sum(check.result == pb.VpnCheck.RESULT_WARNING for check in checks)
        if bad:
            self._verdict.say(self.tr("%n fault(s) found", "", bad), Tone.BAD)
        elif warned:
            self._verdict.say(self.tr("It works; %n remark(s)", "", warned), Tone.WARNING)
        else:
            self._verdict.say(self.tr("No fault found"), Tone.GOOD)
        page = QWidget()
        grid = QGridLayout(page)
        grid.setColumnStretch(2, 1)
        grid.setHorizontalSpacing(12)
        for row, check in enumerate(checks):
            grid.addWidget(self._top(ToneLabel(check_mark(check), check_tone(check))), row, 0)
            grid.addWidget(self._top(ToneLabel(check_name(check))), row, 1)
            text = shown(check.found)
            if check.remedy:
                text += f"\n→ {shown(check.remedy)}"
            found = self._top(ToneLabel(text))
            found.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(found, row, 2)
        grid.setRowStretch(len(checks), 1)
        self._scroll.setWidget(page)

    @staticmethod
    def _top(label: ToneLabel) -> ToneLabel:
        label.setAlignment(Qt.AlignmentFlag.AlignTop)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def _refuse(self, error: HiveMindError) -> None:
        self.again.setEnabled(True)
        self._verdict.say(f"⚠ {shown(error.message)}", Tone.BAD)
