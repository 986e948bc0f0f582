"""The first page of a dialog that has something made: what it is, a form, and the button for it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.common.errors import HiveMindError
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.form_grid import FormGrid
from ui.widgets.tone_label import ToneLabel


class OrderPage(QWidget):
    """`form` is filled by whoever makes the page; while an order is on its way none follows."""

    ordered = Signal()
    given_up = Signal()

    def __init__(self, intro: str, verb: str, form: FormGrid) -> None:
        super().__init__()
        self.form = form
        self.refusal = ToneLabel("", Tone.BAD)
        self.make = QPushButton(verb)
        self.make.setDefault(True)
        self.make.clicked.connect(self._order)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.given_up)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.make)
        row.addWidget(cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(ToneLabel(intro))
        column.addSpacing(8)
        column.addWidget(form)
        column.addWidget(self.refusal)
        column.addStretch(1)
        column.addLayout(row)

    def refuse(self, error: HiveMindError, field: str = "") -> None:
        """Say why nothing was made: beside the field, where the form has it."""
        self.make.setEnabled(True)
        if field in self.form.names():
            self.form.show_fault(field, shown(error.message))
        else:
            self.refusal.say(f"⚠ {shown(error.message)}", Tone.BAD)

    def _order(self) -> None:
        self.make.setEnabled(False)
        self.refusal.say("", Tone.BAD)
        for name in self.form.names():
            self.form.show_fault(name, "")
        self.ordered.emit()
