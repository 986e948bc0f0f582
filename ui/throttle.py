"""Many wishes, few deeds: the first at once, the next ones together after a pause."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, QTimer


class Throttle(QObject):
    """Does `act` when Qt has a turn after `ask`, and at most once in so many milliseconds."""

    def __init__(self, milliseconds: int, act: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._milliseconds = milliseconds
        self._act = act
        self._since = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._do)

    @property
    def asked(self) -> bool:
        """Whether it is going to act."""
        return self._timer.isActive()

    def ask(self) -> None:
        """Act soon; nothing more where that is so already."""
        if not self._timer.isActive():
            passed = self._since.elapsed() if self._since.isValid() else self._milliseconds
            self._timer.start(max(0, self._milliseconds - passed))

    def cancel(self) -> None:
        """Do not act for what was asked so far."""
        self._timer.stop()

    def _do(self) -> None:
        self._since.start()
        self._act()
