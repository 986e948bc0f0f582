"""A button that finds the masters of the local network."""

from collections.abc import Awaitable, Callable

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from app.client.browsing import find_masters
from app.client.discovery import FoundMaster
from app.common.errors import HiveMindError
from ui.icons import dress
from ui.operations import Operations
from ui.owned_operations import OwnedOperations
from ui.sentences import shown


class FindMastersButton(QPushButton):
    """Looks for a few seconds, then offers what was found; nothing of that is proven.

    `chosen` carries the likeliest address of a master.
    """

    chosen = Signal(str)

    def __init__(
        self,
        operations: Operations,
        parent: QWidget | None = None,
        *,
        find: Callable[[], Awaitable[list[FoundMaster]]] = find_masters,
    ) -> None:
        super().__init__(parent)
        self._operations = OwnedOperations(operations, self)
        self._find = find
        self.found = QMenu(self)
        self.setAutoDefault(False)
        dress(self, "find")
        self.setToolTip(self.tr("Ask this network which masters announce themselves"))
        self.clicked.connect(self.look)
        self._rest()

    def look(self) -> None:
        """Look, and then show what there is."""
        self.setEnabled(False)
        self.setText(self.tr("Looking…"))
        self._operations.start(
            self.tr("Find masters"), self._find(), then=self._show, otherwise=self._refuse
        )

    def _rest(self) -> None:
        self.setEnabled(True)
        self.setText(self.tr("&Find on this network"))

    def _show(self, masters: list[FoundMaster]) -> None:
        self._rest()
        self.found.clear()
        for each in masters:
            address = str(each.addresses[0])
            text = self.tr("{pool} – {address}, pin {pin}").format(
                pool=each.pool_name, address=address, pin=each.short_pin
            )
            action = self.found.addAction(text.replace("&", "&&"))
            action.triggered.connect(
                lambda _checked=False, address=address: self.chosen.emit(address)
            )
        if not masters:
            self._say(self.tr("None was heard: write the address of the master yourself."))
        self.found.popup(self.mapToGlobal(QPoint(0, self.height())))

    def _refuse(self, error: HiveMindError) -> None:
        self._rest()
        self.found.clear()
        self._say(shown(error.message))
        self.found.popup(self.mapToGlobal(QPoint(0, self.height())))

    def _say(self, text: str) -> None:
        self.found.addAction(text.replace("&", "&&")).setEnabled(False)
