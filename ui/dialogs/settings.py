"""The console's own settings."""

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QWidget

from ui.languages import LANGUAGES
from ui.settings import CloseChoice, SettingsFile, ThemeChoice


class SettingsDialog(QDialog):
    """Language, theme, and what closing the window means. Accepted: they are saved."""

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
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    def _save(self) -> None:
        values = self._settings.values
        values.language = self.language.currentData()
        values.theme = self.theme.currentData()
        values.close = self.close_choice.currentData()
        self._settings.save()
        self.accept()


def _choice(items: list[tuple[str, str]], current: str) -> QComboBox:
    box = QComboBox()
    for value, text in items:
        box.addItem(text, str(value))
    box.setCurrentIndex(max(0, box.findData(str(current))))
    return box
