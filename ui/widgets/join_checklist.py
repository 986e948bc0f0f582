"""The machines that are joining now, and how far each has come."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from proto import nodepool_pb2 as pb
from ui.models.joining import JoinStep, Mark, is_ready, steps_of
from ui.theme import Tone
from ui.widgets.tone_label import ToneLabel

_TONES = {Mark.DONE: Tone.GOOD, Mark.WAITING: Tone.WAITING, Mark.FAILED: Tone.BAD}


class JoinChecklist(QWidget):
    """Shows the machines that were not there when it began."""

    def __init__(self, known: set[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known = known
        self._machines: dict[str, _Machine] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._waiting = ToneLabel(self.tr("… waiting for the machine to appear"), Tone.WAITING)
        self._column.addWidget(self._waiting)
        self._column.addStretch(1)

    @property
    def ready(self) -> int:
        """How many machines have come all the way."""
        return sum(machine.ready for machine in self._machines.values())

    def show_nodes(self, nodes: Mapping[str, pb.NodeInfo]) -> None:
        """Show how far the new ones among `nodes` have come."""
        for node_id, node in nodes.items():
            if node_id in self._known:
                continue
            if node_id not in self._machines:
                self._machines[node_id] = machine = _Machine()
                self._column.insertWidget(self._column.count() - 2, machine)
            self._machines[node_id].show_node(node)
        self._waiting.setVisible(not self._machines)


class _Machine(QWidget):
    """One machine: its name, and a line for each step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ready = False
        self._name = QLabel()
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        font = self._name.font()
        font.setBold(True)
        self._name.setFont(font)
        self._steps: list[ToneLabel] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 6)
        self._column.setSpacing(2)
        self._column.addWidget(self._name)

    def show_node(self, node: pb.NodeInfo) -> None:
        self.ready = is_ready(node)
        self._name.setText(node.name or node.node_id)
        for number, step in enumerate(steps_of(node)):
            self._show_step(number, step)

    def _show_step(self, number: int, step: JoinStep) -> None:
        if number == len(self._steps):
            label = ToneLabel()
            label.setTextFormat(Qt.TextFormat.PlainText)
            self._steps.append(label)
            self._column.addWidget(label)
        self._steps[number].say(f"{step.mark.value} {step.text}", _TONES[step.mark])
