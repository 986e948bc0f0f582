"""How long the window stands still: a timer that notes how late it comes."""

from collections import deque

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer

TICK_MILLISECONDS = 10
KEPT_SECONDS = 10
_NANOSECONDS = 1e6


class Stalls(QObject):
    """Samples while somebody watches, a hundred times a second: about 0.1 % of a core.

    A tick that comes 40 ms late says that for so long no key, no click and no call was answered.
    """

    def __init__(self, parent: QObject | None = None, kept_seconds: int = KEPT_SECONDS) -> None:
        super().__init__(parent)
        self._late_ms: deque[float] = deque(maxlen=1000 * kept_seconds // TICK_MILLISECONDS)
        self._watchers: set[object] = set()
        self._passed = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MILLISECONDS)
        self._timer.timeout.connect(self._tick)

    @property
    def late_ms(self) -> list[float]:
        """Lateness of the ticks of the last `kept_seconds`, oldest first."""
        return list(self._late_ms)

    def watch(self, watcher: object) -> None:
        """Sample from now on, until this `watcher` and all others have gone."""
        self._watchers.add(watcher)
        if not self._timer.isActive():
            self._late_ms.clear()
            self._passed.start()
            self._timer.start()

    def unwatch(self, watcher: object) -> None:
        """This one looks no more."""
        self._watchers.discard(watcher)
        if not self._watchers:
            self._timer.stop()

    def percentile_ms(self, percent: float) -> float:
        """The lateness that so many percent of the ticks stay within; 0 before the first."""
        ranked = sorted(self._late_ms)
        if not ranked:
            return 0.0
        return ranked[min(len(ranked) - 1, int(len(ranked) * percent / 100))]

    def _tick(self) -> None:
        passed_ms = self._passed.nsecsElapsed() / _NANOSECONDS
        self._passed.start()
        self._late_ms.append(max(0.0, passed_ms - TICK_MILLISECONDS))
