"""The menu of the masters: which one is shown, which others there are, how to go there."""

import asyncio
from collections import Counter
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu

from app.client.address import MasterAddress
from ui.console import Console
from ui.icons import dress
from ui.masters import KnownMaster, known_masters
from ui.owned_operations import OwnedOperations

SHOWN_MAX = 12


class MastersMenu(QObject):
    """Fills `menu`. `own`: the address of the master that this program hosts, if it does."""

    chosen = Signal(str)
    other_wanted = Signal()

    def __init__(self, console: Console, menu: QMenu, own: str = "") -> None:
        super().__init__(menu)
        self._console = console
        self._menu = menu
        self._own = own
        self._known: list[KnownMaster] = []
        self._operations = OwnedOperations(console.operations, self)
        self._fill()
        self.look()

    def look(self) -> None:
        """Read anew which masters are known."""
        profiles = self._console.connection.profiles
        order = list(self._console.settings.values.masters)

        self._operations.start(
            self.tr("Look which masters are known"),
            asyncio.to_thread(known_masters, profiles, order),
            then=self._show,
            quiet=True,
        )

    def _show(self, known: list[KnownMaster]) -> None:
        self._known = known
        self._fill()

    def _fill(self) -> None:
        menu, current = self._menu, self._console.connection.address
        menu.clear()
        if self._own:
            self._add(menu, self.tr("&This computer's pool"), self._own, checked=current)
            menu.addSeparator()
        others = [known for known in self._known if known.address != self._own][:SHOWN_MAX]
        same_name = Counter(known.pool_name for known in others)
        for known in others:
            text = self._text(known, unlike=same_name[known.pool_name] > 1)
            self._add(menu, text, known.address, checked=current)
        menu.addSeparator()
        other = menu.addAction(self.tr("&Other master…"))
        other.setStatusTip(self.tr("Sign in to another master, or find one on this network"))
        other.triggered.connect(lambda _checked=False: self.other_wanted.emit())
        dress(other, "switch")
        forgettable = [known for known in others if known.address != current]
        if forgettable:
            forget = menu.addMenu(self.tr("&Forget"))
            for known in forgettable:
                action = forget.addAction(self._text(known, unlike=True))
                action.triggered.connect(self._forgetter(known.address))

    def _add(self, menu: QMenu, text: str, address: str, *, checked: str) -> None:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(address == checked)
        action.setData(address)
        action.triggered.connect(self._chooser(address))

    def _text(self, known: KnownMaster, *, unlike: bool) -> str:
        """In a menu a single & would mark a letter."""
        name = known.pool_name or known.address
        user = known.username if known.signed_in else self.tr("signed out")
        text = self.tr("{pool} – {user} at {address}").format(
            pool=name, user=user, address=known.address
        )
        return (f"{text} ({known.short_pin})" if unlike else text).replace("&", "&&")

    def _chooser(self, address: str) -> Callable[[], None]:
        def choose() -> None:
            # Qt has checked what was chosen; it is so once we are there.
            self._fill()
            if address != self._console.connection.address:
                self.chosen.emit(address)

        return choose

    def _forgetter(self, address: str) -> Callable[[], None]:
        def forget() -> None:
            values = self._console.settings.values
            values.masters = [one for one in values.masters if one != address]
            self._console.settings.save()
            profiles = self._console.connection.profiles
            self._operations.start(
                self.tr("Forget a master"),
                asyncio.to_thread(profiles.remove, MasterAddress.parse(address)),
                then=lambda _none: self.look(),
            )

        return forget
