"""What of the ledger is shown: period, kind, whose, and of which task."""

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from app.common.vocabulary import TransferKind
from ui.mnemonics import bare
from ui.models.transfers import MARKS, LedgerFilter, kind_word
from ui.widgets.period_box import PeriodBox

#: After the last key of a task's id.
_TYPING_MILLISECONDS = 400
_MINE, _EVERYBODY = "", "*"


class LedgerFilterBar(QWidget):
    """`changed` carries a LedgerFilter. `others`: whether accounts of others may be seen."""

    changed = Signal(object)

    def __init__(self, *, others: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._period, self._kind, self._user = PeriodBox(), QComboBox(), QComboBox()
        self._kind.addItem(self.tr("All kinds"), None)
        for kind in TransferKind:
            self._kind.addItem(f"{MARKS[kind]} {kind_word(kind)}", kind)
        self._user.setEditable(True)
        self._user.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._user.addItem(self.tr("My account"), _MINE)
        self._user.addItem(self.tr("Everybody"), _EVERYBODY)
        self._user.setMinimumContentsLength(12)
        self._user.setToolTip(self.tr("Choose, or type a user's name and press Enter."))
        self._user.setVisible(others)
        self._task = QLineEdit()
        self._task.setPlaceholderText(self.tr("Task id"))
        self._task.setClearButtonEnabled(True)
        self._clear = QPushButton(self.tr("Clear"))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING_MILLISECONDS)
        self._timer.timeout.connect(self._tell)
        self._lay_out(others=others)
        for box in (self._period, self._kind, self._user):
            box.activated.connect(self._tell)
        line = self._user.lineEdit()
        if line is not None:
            line.returnPressed.connect(self._tell)
        self._task.textChanged.connect(self._on_typed)
        self._clear.clicked.connect(self.clear)

    def value(self) -> LedgerFilter:
        """What is wanted now."""
        user = self._wanted_user()
        return LedgerFilter(
            username="" if user == _EVERYBODY else user,
            all_users=user == _EVERYBODY,
            task_id=self._task.text().strip(),
            kind=self._kind.currentData(),
            since=self._period.since(),
        )

    def clear(self) -> None:
        """Show all of one's own again."""
        with QSignalBlocker(self._task):
            self._task.clear()
        for box in (self._period, self._kind, self._user):
            box.setCurrentIndex(0)
        self._tell()

    def show_task(self, task_id: str) -> None:
        """Show what was paid for a task."""
        self._task.setText(task_id)

    def offer_users(self, names: list[str]) -> None:
        """Let these users be chosen."""
        typed = self._user.currentText()
        index = self._user.currentIndex()
        for name in sorted(names, key=str.casefold):
            if self._user.findData(name) < 0:
                self._user.addItem(name, name)
        self._user.setCurrentIndex(index)
        self._user.setEditText(typed)

    def _wanted_user(self) -> str:
        typed = self._user.currentText().strip()
        index = self._user.findText(typed, Qt.MatchFlag.MatchFixedString)
        found: str = self._user.itemData(index) if index >= 0 else typed
        return found

    def _on_typed(self) -> None:
        self._timer.start()

    def _tell(self) -> None:
        self._timer.stop()
        self.changed.emit(self.value())

    def _lay_out(self, *, others: bool) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        fields: list[tuple[str, QWidget]] = [
            (self.tr("Period:"), self._period),
            (self.tr("Kind:"), self._kind),
        ]
        if others:
            fields.append((self.tr("Whose:"), self._user))
        for text, widget in fields:
            label = QLabel(text)
            label.setBuddy(widget)
            widget.setAccessibleName(bare(text))
            row.addWidget(label)
            row.addWidget(widget)
        self._task.setAccessibleName(self.tr("Task id"))
        row.addWidget(self._task, 1)
        row.addWidget(self._clear)
