"""Taking back what was just done: operations leave their inverse here, for a while."""

from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject, QTimer, Signal

from ui.bulk import for_each

#: So long something can be taken back, while nobody points at the offer.
OFFERED_MILLISECONDS = 10_000


class Inverse:
    """What takes an operation back. It is filled as the operation goes on.

    So what was done of it can be taken back, also where the rest of it was refused.
    """

    def __init__(self) -> None:
        self._calls: list[Callable[[], Awaitable[object]]] = []

    def __len__(self) -> int:
        return len(self._calls)

    def add(self, call: Callable[[], Awaitable[object]]) -> None:
        """A step was done: `call` takes it back."""
        self._calls.append(call)

    async def run(self) -> None:
        """Take all steps back. Raises the first refusal, after all were tried."""
        calls = {str(number): call for number, call in enumerate(self._calls)}
        await for_each(list(calls), lambda number: calls[number]())


class Undo(QObject):
    """Keeps the newest inverse until its time is over, or another takes its place.

    `changed` when there is another offer, or none any more. Whoever carries it out takes it.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        #: What was done, in a sentence; empty while there is nothing to take back.
        self.said = ""
        self._inverse: Inverse | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(OFFERED_MILLISECONDS)
        self._timer.timeout.connect(self.withdraw)

    def offer(self, said: str, inverse: Inverse) -> None:
        """`said` was done, and `inverse` takes it back."""
        self.said, self._inverse = said, inverse
        self._timer.start()
        self.changed.emit()

    def take(self) -> Inverse | None:
        """The inverse, for whoever carries it out now; it is offered no more."""
        inverse = self._inverse
        self.withdraw()
        return inverse

    def withdraw(self) -> None:
        """Offer nothing any more."""
        self._timer.stop()
        if self._inverse is not None:
            self.said, self._inverse = "", None
            self.changed.emit()

    def hold(self) -> None:
        """Somebody looks at the offer: it stays."""
        self._timer.stop()

    def let_go(self) -> None:
        """Nobody looks at it any more: its time begins anew."""
        if self._inverse is not None:
            self._timer.start()
