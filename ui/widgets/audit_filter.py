"""What of the audit log is shown: period, person, action, result."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QWidget

from app.client.audit_filter import DONE, AuditFilter
from ui.mnemonics import bare
from ui.models.audit import action_words, filter_of
from ui.widgets.period_box import PeriodBox


class AuditFilterBar(QWidget):
    """`changed` carries an AuditFilter."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._period, self._who = PeriodBox(), QComboBox()
        self._action, self._result = QComboBox(), QComboBox()
        self._who.setEditable(True)
        self._who.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._who.setMinimumContentsLength(8)
        self._who.setToolTip(self.tr("Choose, or type a user's or a node's name and press Enter."))
        line = self._who.lineEdit()
        if line is not None:
            line.setPlaceholderText(self.tr("Everybody"))
            line.setClearButtonEnabled(True)
            line.returnPressed.connect(self._tell)
            line.textChanged.connect(self._on_typed)
        self._action.addItem(self.tr("All actions"), "")
        for name, words in sorted(action_words().items(), key=lambda item: item[1].casefold()):
            self._action.addItem(words, name)
        self._result.addItem(self.tr("All results"), "")
        self._result.addItem(self.tr("✓ done"), DONE)
        self._result.addItem(self.tr("✕ refused"), "refused")
        # As long as the longest of them it would push the pane apart.
        self._action.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._action.setMinimumContentsLength(12)
        self._clear = QPushButton(self.tr("Clear"))
        self._lay_out()
        for box in (self._period, self._who, self._action, self._result):
            box.activated.connect(self._tell)
        self._clear.clicked.connect(self.clear)

    def value(self) -> AuditFilter:
        """What is wanted now."""
        return filter_of(
            who=self._who.currentText().strip(),
            action=self._action.currentData(),
            results=self._result.currentData(),
            since=self._period.since(),
        )

    def clear(self) -> None:
        """Show all again."""
        self._put_who("")
        for box in (self._period, self._action, self._result):
            box.setCurrentIndex(0)
        self._tell()

    def offer_people(self, names: list[str]) -> None:
        """Let these be chosen."""
        self._put_who(self._who.currentText(), sorted(names, key=str.casefold))

    def _put_who(self, typed: str, names: list[str] | None = None) -> None:
        """Set what is typed, and what can be chosen, without a word."""
        line = self._who.lineEdit() or self._who
        with QSignalBlocker(self._who), QSignalBlocker(line):
            if names is not None:
                self._who.clear()
                self._who.addItems(names)
            self._who.setCurrentIndex(-1)
            self._who.setEditText(typed)

    def _on_typed(self, text: str) -> None:
        # The clear button says nothing else.
        if not text:
            self._tell()

    def _tell(self) -> None:
        self.changed.emit(self.value())

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        fields: list[tuple[str, QWidget]] = [
            (self.tr("Period:"), self._period),
            (self.tr("Who:"), self._who),
            (self.tr("Action:"), self._action),
            (self.tr("Result:"), self._result),
        ]
        for text, widget in fields:
            label = QLabel(text)
            label.setBuddy(widget)
            widget.setAccessibleName(bare(text))
            row.addWidget(label)
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._clear)
