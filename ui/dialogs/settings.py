"""The console's own settings."""

from collections.abc import Sequence

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ui.languages import LANGUAGES
from ui.models.notices import NoticeKind
from ui.settings import CloseChoice, SettingsFile, ThemeChoice


class SettingsDialog(QDialog):
    """Language, theme, what closing the window means, of what to tell. Accepted: they are saved."""

    def __init__(self, settings: SettingsFile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        values = settings.values
        self.setWindowTitle(self.tr("Settings"))
        form = QFormLayout(self)
        self.language = _choice(
            [("", self.tr("The system's")), *((one.locale, one.name) for one in LANGUAGES)],
            values.language,
        )
        self.theme = _choice(
            [
                (ThemeChoice.SYSTEM, self.tr("The system's")),
                (ThemeChoice.LIGHT, self.tr("Light")),
                (ThemeChoice.DARK, self.tr("Dark")),
            ],
            values.theme,
        )
        self.close_choice = _choice(
            [
                (CloseChoice.ASK, self.tr("Ask")),
                (CloseChoice.KEEP_SERVING, self.tr("Keep serving in the background")),
                (CloseChoice.QUIT, self.tr("Quit")),
            ],
            values.close,
        )
        form.addRow(self.tr("&Language"), self.language)
        form.addRow(self.tr("&Theme"), self.theme)
        form.addRow(self.tr("When the &window is closed"), self.close_choice)
        form.addRow(self._make_notices(values.notices_off, values.balance_low_cpt))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    def _make_notices(self, off: Sequence[str], balance_low_cpt: int) -> QGroupBox:
        group = QGroupBox(self.tr("Tell me when"))
        column = QVBoxLayout(group)
        self.notices: dict[NoticeKind, QCheckBox] = {}
        for kind, text in (
            (NoticeKind.TASK_SUCCEEDED, self.tr("a task of mine has &succeeded")),
            (NoticeKind.TASK_FAILED, self.tr("a task of mine has &failed")),
            (NoticeKind.NODE_LOST, self.tr("a &node is lost")),
            (NoticeKind.NODE_WAITS, self.tr("a machine waits for &approval")),
            (NoticeKind.BALANCE_LOW, self.tr("what I may s&pend goes below")),
        ):
            box = self.notices[kind] = QCheckBox(text)
            box.setChecked(kind not in off)
            if kind is not NoticeKind.BALANCE_LOW:
                column.addWidget(box)
        self.balance_low = QSpinBox()
        self.balance_low.setRange(0, 1_000_000)
        self.balance_low.setSuffix(" CPT")
        self.balance_low.setValue(balance_low_cpt)
        last = self.notices[NoticeKind.BALANCE_LOW]
        self.balance_low.setAccessibleName(last.text().replace("&", ""))
        self.balance_low.setEnabled(last.isChecked())
        last.toggled.connect(self.balance_low.setEnabled)
        row = QHBoxLayout()
        row.addWidget(last)
        row.addWidget(self.balance_low)
        row.addStretch(1)
        column.addLayout(row)
        return group

    def _save(self) -> None:
        values = self._settings.values
        values.language = self.language.currentData()
        values.theme = self.theme.currentData()
        values.close = self.close_choice.currentData()
        values.notices_off = [
            str(kind) for kind, box in self.notices.items() if not box.isChecked()
        ]
        values.balance_low_cpt = self.balance_low.value()
        self._settings.save()
        self.accept()


def _choice(items: list[tuple[str, str]], current: str) -> QComboBox:
    box = QComboBox()
    for value, text in items:
        box.addItem(text, str(value))
    box.setCurrentIndex(max(0, box.findData(str(current))))
    return box
