"""The submit dialog's templates: choose one, keep what is there as one, delete one."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from ui.models.presets import presets
from ui.settings import SettingsFile

NAME_CHARACTERS_MAX = 60


class TemplatesMenu(QMenu):
    """`chosen` carries fields of a draft, to be put over what is there.

    `current` gives the draft to keep.
    """

    chosen = Signal(dict)

    def __init__(
        self,
        settings: SettingsFile,
        current: Callable[[], dict[str, Any]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._current = current
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._fill)

    def keep(self, name: str) -> None:
        """Keep the current draft under `name`, without its files."""
        name = name.strip()[:NAME_CHARACTERS_MAX]
        if not name:
            return
        draft = self._current()
        for of_files in ("sources", "archive_digest"):
            draft.pop(of_files, None)
        self._settings.values.templates[name] = draft
        self._settings.save()

    def delete(self, name: str) -> None:
        """Forget the template `name`."""
        if self._settings.values.templates.pop(name, None) is not None:
            self._settings.save()

    def _fill(self) -> None:
        self.clear()
        for name, fields in presets().items():
            self.addAction(name).triggered.connect(self._chooser(fields))
        saved = self._settings.values.templates
        if saved:
            self.addSeparator()
        for name in sorted(saved, key=str.casefold):
            self.addAction(_literal(name)).triggered.connect(self._chooser(saved[name]))
        self.addSeparator()
        self.addAction(self.tr("&Keep as a template…")).triggered.connect(self._ask_name)
        delete = self.addMenu(self.tr("&Delete"))
        delete.setEnabled(bool(saved))
        for name in sorted(saved, key=str.casefold):
            action = delete.addAction(_literal(name))
            action.triggered.connect(lambda _checked=False, name=name: self.delete(name))

    def _chooser(self, fields: dict[str, Any]) -> Callable[[], None]:
        return lambda: self.chosen.emit(dict(fields))

    def _ask_name(self) -> None:
        dialog = QInputDialog(self.parentWidget())
        dialog.setWindowTitle(self.tr("Keep as a template"))
        dialog.setLabelText(self.tr("Name of the template; one of the same name is replaced:"))
        dialog.setTextValue(str(self._current().get("name", "")))
        dialog.textValueSelected.connect(self.keep)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _literal(name: str) -> str:
    """`name` as a menu shows it: no character of it is a mnemonic's mark."""
    return name.replace("&", "&&")
