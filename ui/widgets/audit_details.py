"""One act of the audit log, in full."""

from PySide6.QtWidgets import QWidget

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
from ui.widgets.record_details import RecordDetails, spaced


class AuditDetails(RecordDetails):
    """Who did what to what, with ids and the row's place in the chain."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._begin(self._labels())
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
        self._head(
            self.tr("No row chosen"), self.tr("Choose a row to see all that is known of it.")
        )
        self._clear()

    def show_event(self, event: pb.AuditEvent) -> None:
        """Show a row."""
        self._head(
            self.tr("{action}, row {number}").format(
                action=action_text(event), number=formats.count(event.sequence)
            ),
            result_meaning(event),
        )
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


def _two_lines(name: str, key: str) -> str:
    """A name with the id below it; once where both are the same."""
    id_ = key.partition(":")[2]
    return f"{name}\n{id_}" if id_ and id_ != name else name
