"""What all panes of the window have in common: they rest while nobody sees them."""

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.console import Console
from ui.owned_operations import OwnedOperations
from ui.pool_state import Delta


class Pane(QWidget):
    """One pane. A subclass gives `name`, `title`, and takes changes in `take`.

    While it is hidden changes are only gathered: it catches up when it is shown. What it asks
    of the master goes through `operations`, and ends with it.
    """

    #: Stable, for saved layouts; not shown.
    name = ""
    #: The permissions of which one is needed to see it; empty: everybody's.
    needs: tuple[str, ...] = ()

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.console = console
        self.operations = OwnedOperations(console.operations, self)
        self.setObjectName(self.name)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(8, 8, 8, 8)
        self.column.setSpacing(6)
        self._missed: Delta | None = Delta(reset=True)
        self._seen = False
        console.feed.changed.connect(self._on_changed)

    @property
    def seen(self) -> bool:
        """Whether people can see it. In a minimised window `isVisible` is true all the same."""
        return self._seen

    def title(self) -> str:
        """What people call it."""
        raise NotImplementedError

    def take(self, delta: Delta) -> None:
        """Show what changed."""
        raise NotImplementedError

    def _on_changed(self, delta: Delta) -> None:
        if self._seen:
            self.take(delta)
        else:
            self._missed = _joined(self._missed, delta)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._seen = True
        missed, self._missed = self._missed, None
        if missed is not None:
            self.take(missed)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._seen = False
        self._missed = self._missed or Delta()


def _joined(first: Delta | None, second: Delta) -> Delta:
    if first is None:
        return second
    return Delta(
        reset=first.reset or second.reset,
        tasks=first.tasks | second.tasks,
        nodes=first.nodes | second.nodes,
        loads=first.loads | second.loads,
        stats=first.stats or second.stats,
        balance=first.balance or second.balance,
        transfers=first.transfers or second.transfers,
    )
