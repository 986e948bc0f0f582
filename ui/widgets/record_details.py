"""One row of a record explained: a title, a sentence, and what is known of it by name."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QLayout, QScrollArea, QVBoxLayout, QWidget

from ui.theme import Tone
from ui.widgets.tone_label import ToneLabel


class RecordDetails(QScrollArea):
    """A subclass fills it: `_begin` with its names, then `_put` what each of them is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self._title, self._meaning = ToneLabel(), ToneLabel("", Tone.QUIET)
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._values: dict[str, ToneLabel] = {}
        self._form = QFormLayout()
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)

    def _begin(self, labels: Mapping[str, str], below: QLayout | None = None) -> None:
        """One row for each of `labels`, in this order, by names of the subclass's own."""
        for name, label in labels.items():
            value = ToneLabel()
            value.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            value.setAccessibleName(label.rstrip(":"))
            self._values[name] = value
            self._form.addRow(QLabel(label), value)
        content = QWidget()
        column = QVBoxLayout(content)
        column.addWidget(self._title)
        column.addWidget(self._meaning)
        column.addLayout(self._form)
        if below is not None:
            column.addLayout(below)
        column.addStretch(1)
        self.setWidget(content)

    def _head(self, title: str, meaning: str) -> None:
        self._title.say(title)
        self._meaning.say(meaning, Tone.QUIET)
        self._meaning.setVisible(bool(meaning))

    def _put(self, name: str, text: str, tone: Tone | None = None) -> None:
        """What `name` is; its row is hidden where there is nothing to say."""
        value = self._values[name]
        value.say(text, tone)
        self._form.setRowVisible(value, bool(text))

    def _clear(self) -> None:
        for name in self._values:
            self._put(name, "")


def spaced(digits: str) -> str:
    """A hash in groups, so that lines can break and eyes can compare."""
    return " ".join(digits[start : start + 8] for start in range(0, len(digits), 8))
