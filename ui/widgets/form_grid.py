"""A form: label, editor, and beside it what is to know or what is wrong."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ui.mnemonics import bare
from ui.theme import Tone
from ui.widgets.tone_label import ToneLabel

_LABEL, _EDITOR, _NOTE = range(3)
EDITOR_WIDTH = 260
NOTE_WIDTH = 210


class FormGrid(QWidget):
    """Fields by name, one below the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(_EDITOR, 3)
        self._grid.setColumnStretch(_NOTE, 2)
        self._grid.setColumnMinimumWidth(_NOTE, NOTE_WIDTH)
        self._notes: dict[str, ToneLabel] = {}
        self._hints: dict[str, str] = {}
        self._labels: dict[str, QLabel] = {}
        self._rows: dict[str, int] = {}

    def add(
        self, name: str, label: str, editor: QWidget, hint: str = "", *, tall: bool = False
    ) -> None:
        """A field; `hint` stands beside it while nothing is wrong with it.

        `tall`: the editor has several lines and takes what height there is.
        """
        row = self._grid.rowCount()
        text = QLabel(label)
        text.setBuddy(editor)
        note = ToneLabel(hint, Tone.QUIET)
        if tall:
            for each in (text, note):
                each.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._grid.setRowMinimumHeight(row, self._row_height())
        self._grid.addWidget(text, row, _LABEL)
        self._grid.addWidget(editor, row, _EDITOR)
        self._grid.addWidget(note, row, _NOTE)
        if tall:
            self._grid.setRowStretch(row, 1)
        elif not editor.accessibleName():
            editor.setAccessibleName(bare(label))
        self._notes[name], self._hints[name], self._labels[name] = note, hint, text
        self._rows[name] = row

    def add_wide(self, widget: QWidget) -> None:
        """Something over the whole width."""
        self._grid.addWidget(widget, self._grid.rowCount(), 0, 1, 3)

    def end(self) -> None:
        """Keep the fields together at the top."""
        self._grid.setRowStretch(self._grid.rowCount(), 1)

    def names(self) -> list[str]:
        """The names of the fields."""
        return list(self._notes)

    def show_fault(self, name: str, sentence: str) -> None:
        """Show what is wrong with a field; the hint again where nothing is."""
        note = self._notes[name]
        if sentence:
            note.say(f"⚠ {sentence}", Tone.BAD)
        else:
            note.say(self._hints[name], Tone.QUIET)

    def set_hint(self, name: str, hint: str) -> None:
        """What stands beside a field from now on."""
        faulty = self._notes[name].text().startswith("⚠")
        self._hints[name] = hint
        if not faulty:
            self._notes[name].say(hint, Tone.QUIET)

    def show_field(self, name: str, *, shown: bool) -> None:
        """Show a field or hide it, with its label and note."""
        label = self._labels[name]
        for widget in (label, label.buddy(), self._notes[name]):
            widget.setVisible(shown)
        self._grid.setRowMinimumHeight(self._rows[name], self._row_height() if shown else 0)

    def _row_height(self) -> int:
        """Two lines of a note fit: the form does not move while one types."""
        return 2 * self.fontMetrics().lineSpacing() + 1
