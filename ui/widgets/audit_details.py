"""One act of the audit log, in full."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from proto import nodepool_pb2 as pb
from ui import formats
from ui.models.audit import (
    action_text,
    details_of,
    place_text,
    result_meaning,
    result_text,
    result_tone,
    target_text,
    who_text,
)
from ui.theme import Tone
from ui.widgets.tone_label import ToneLabel
from ui.widgets.transfer_details import spaced


class AuditDetails(QScrollArea):
    """Who did what to what, with ids and the row's place in the chain."""

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
        for name, label in self._labels().items():
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
        column.addStretch(1)
        self.setWidget(content)
        self.show_nothing()

    def _labels(self) -> dict[str, str]:
        return {
            "at": self.tr("When:"),
            "who": self.tr("Who:"),
            "from": self.tr("From:"),
            "target": self.tr("Target:"),
            "result": self.tr("Result:"),
            "times": self.tr("Times:"),
            "details": self.tr("Details:"),
            "call": self.tr("Call:"),
            "hash": self.tr("Hash:"),
        }

    def show_nothing(self) -> None:
        """No row is chosen."""
        self._title.say(self.tr("No row chosen"))
        self._meaning.say(self.tr("Choose a row to see all that is known of it."), Tone.QUIET)
        for name in self._values:
            self._put(name, "")

    def show_event(self, event: pb.AuditEvent) -> None:
        """Show a row."""
        self._title.say(
            self.tr("{action}, row {number}").format(
                action=action_text(event), number=formats.count(event.sequence)
            )
        )
        self._meaning.say(result_meaning(event), Tone.QUIET)
        self._meaning.setVisible(bool(result_meaning(event)))
        self._put("at", formats.moment(event.at))
        self._put("who", _two_lines(who_text(event), event.actor))
        self._put("from", place_text(event))
        self._put("target", _two_lines(target_text(event), event.target))
        self._put("result", result_text(event), result_tone(event))
        times = self.tr("%n equal refusal(s) within ten minutes", "", event.times)
        self._put("times", times if event.times > 1 else "")
        lines = [f"{name}: {value}" for name, value in details_of(event)]
        self._put("details", "\n".join(lines))
        self._put("call", event.action)
        self._put("hash", spaced(event.hash))

    def _put(self, name: str, text: str, tone: Tone | None = None) -> None:
        value = self._values[name]
        value.say(text, tone)
        self._form.setRowVisible(value, bool(text))


def _two_lines(name: str, key: str) -> str:
    """A name with the id below it; once where both are the same."""
    id_ = key.partition(":")[2]
    return f"{name}\n{id_}" if id_ and id_ != name else name
