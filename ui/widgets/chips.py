"""A row of switches with counts: which kinds of rows are shown."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from ui import formats
from ui.throttle import Throttle

#: A button of another width makes the whole window be laid out again.
WRITTEN_MILLISECONDS = 1000


class Chips(QWidget):
    """One switch for each kind. `changed` when people switched one; none on: no choice made."""

    changed = Signal()

    def __init__(
        self, kinds: Sequence[tuple[Hashable, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._titles = dict(kinds)
        self._buttons: dict[Hashable, QToolButton] = {}
        self._counts: Counter[Hashable] = Counter()
        self._writing = Throttle(WRITTEN_MILLISECONDS, self._write, self)
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

    def set_counts(self, counts: Mapping[Hashable, int], *, at_once: bool = False) -> None:
        """Write beside each kind how many there are; nothing beside those without any.

        The first counts `at_once`, then once a second.
        """
        first = not any(self._counts.values())
        self._counts = Counter(counts)
        if first or at_once:
            self._write()
        else:
            self._writing.ask()

    def _write(self) -> None:
        for kind, button in self._buttons.items():
            count = self._counts[kind]
            title = self._titles[kind]
            text = f"{title} {formats.count(count)}" if count else title
            if text != button.text():
                button.setText(text)
