"""Say where nodes stand."""

from collections.abc import Sequence

from PySide6.QtCore import QRegularExpression, Qt
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.client.task_spec import show_location
from proto import nodepool_pb2 as pb
from ui.bulk import for_each
from ui.console import Console
from ui.models.node_words import continent_labels
from ui.undo import Inverse

SITE_CHARACTERS_MAX = 100


class LocationDialog(QDialog):
    """Sets the location of `node_ids`. Starts from what they have in common."""

    def __init__(
        self, console: Console, node_ids: Sequence[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._console = console
        self._node_ids = list(node_ids)
        self.setWindowTitle(self.tr("Set the location of %n nodes", "", len(node_ids)))
        self.setMinimumWidth(420)
        column = QVBoxLayout(self)
        form = QFormLayout()
        self.continent = QComboBox()
        for number, label in continent_labels().items():
            self.continent.addItem(label or self.tr("Unknown"), int(number))
        self.country = QLineEdit()
        self.country.setValidator(
            QRegularExpressionValidator(QRegularExpression("[A-Za-z]{0,2}"), self.country)
        )
        self.country.setPlaceholderText(self.tr("Two letters, like DE or CN"))
        self.site = QLineEdit()
        self.site.setMaxLength(SITE_CHARACTERS_MAX)
        self.site.setPlaceholderText(self.tr("A name that the pool uses, like “room 204”"))
        form.addRow(self.tr("&Continent:"), self.continent)
        form.addRow(self.tr("C&ountry:"), self.country)
        form.addRow(self.tr("&Site:"), self.site)
        column.addLayout(form)
        self._hint = QLabel()
        self._hint.setWordWrap(True)
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(self._hint)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column.addWidget(self.buttons)
        self.country.textChanged.connect(self._check)
        self._fill()
        self._check()

    def accept(self) -> None:
        """Do it, beside the window."""
        console = self._console
        text = show_location(self._location())
        calls = console.pool.nodes
        known = console.state.nodes
        before = {
            each: show_location(known[each].location) for each in self._node_ids if each in known
        }
        inverse = Inverse()

        async def one(node_id: str) -> None:
            await calls.set_location(node_id, text)
            if node_id in before:
                inverse.add(lambda: calls.set_location(node_id, before[node_id]))

        console.operations.start(
            self.windowTitle(),
            for_each(self._node_ids, one),
            said=self.tr("The location of %n nodes is set.", "", len(self._node_ids)),
            inverse=inverse,
        )
        super().accept()

    def _location(self) -> pb.Location:
        return pb.Location(
            continent=self.continent.currentData(),
            country=self.country.text().upper(),
            site=self.site.text().strip(),
        )

    def _fill(self) -> None:
        nodes = self._console.state.nodes
        places = [nodes[each].location for each in self._node_ids if each in nodes]
        if not places:
            return
        first = places[0]
        if all(place.continent == first.continent for place in places):
            self.continent.setCurrentIndex(self.continent.findData(int(first.continent)))
        if all(place.country == first.country for place in places):
            self.country.setText(first.country)
        if all(place.site == first.site for place in places):
            self.site.setText(first.site)
        if any(place != first for place in places):
            self._hint.setText(
                self.tr("The nodes stand at different places now: all get the one given here.")
            )

    def _check(self) -> None:
        whole = len(self.country.text()) != 1
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setEnabled(whole)
        ok.setToolTip("" if whole else self.tr("A country has two letters."))
