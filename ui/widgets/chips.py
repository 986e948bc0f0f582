"""A row of switches with counts: which kinds of rows are shown."""

from collections.abc import Hashable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from ui import formats


class Chips(QWidget):
    """One switch for each kind. `changed` when people switched one; none on: no choice made."""

    changed = Signal()

    def __init__(
        self, kinds: Sequence[tuple[Hashable, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._titles = dict(kinds)
        self._buttons: dict[Hashable, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for kind, title in kinds:
            button = QToolButton()
            button.setCheckable(True)
            button.setText(title)
            button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            button.toggled.connect(lambda _on: self.changed.emit())
            row.addWidget(button)
            self._buttons[kind] = button
        row.addStretch(1)

    def chosen(self) -> set[Hashable]:
        """The kinds that are switched on."""
        return {kind for kind, button in self._buttons.items() if button.isChecked()}

    def switch(self, kind: Hashable, *, on: bool) -> None:
        """Switch one kind on or off."""
        self._buttons[kind].setChecked(on)

    def clear(self) -> None:
        """Switch all off."""
        for button in self._buttons.values():
            button.setChecked(False)

    def set_counts(self, counts: Mapping[Hashable, int]) -> None:
        """Write beside each kind how many there are; nothing beside those without any."""
        for kind, button in self._buttons.items():
            count = counts.get(kind, 0)
            title = self._titles[kind]
            button.setText(f"{title} {formats.count(count)}" if count else title)
