"""The status bar: whether what is shown is fresh, what is under way, how busy the loop is."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStatusBar, QWidget

from ui import formats
from ui.console import Console
from ui.feed import Link
from ui.models.people import role_label
from ui.stalls import KEPT_SECONDS, Stalls
from ui.theme import Tone
from ui.widgets.live_label import LiveLabel

TICK_MILLISECONDS = 1000
STALE_SECONDS = 5.0
SHOWN_MILLISECONDS = 6000
#: From here on people notice.
LAG_MILLISECONDS = 50


class StatusLine(QStatusBar):
    """Looks once a second, while it is seen."""

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._console = console
        self._sentence = ""
        self.stalls = Stalls(self)
        self._served: Callable[[], int] | None = None
        #: What had been served and made when it was last looked.
        self._counted = (0, 0)
        self._since = QElapsedTimer()
        self._link = LiveLabel()
        self._busy = LiveLabel()
        self._pulse = LiveLabel()
        self._user = LiveLabel()
        for label in (self._busy, self._pulse, self._user, self._link):
            label.setContentsMargins(8, 0, 8, 0)
            self.addPermanentWidget(label)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MILLISECONDS)
        self._timer.timeout.connect(self._tick)
        console.feed.link_changed.connect(self._on_link)
        console.operations.busy.connect(self._on_busy)
        console.operations.done.connect(self._on_done)
        console.connection.changed.connect(self._tick)
        self._tick()

    def add_first(self, widget: QWidget) -> None:
        """Put `widget` before the other lasting parts."""
        self.insertPermanentWidget(0, widget)

    def count_served(self, served: Callable[[], int]) -> None:
        """This window hosts a master: show how many messages that takes in."""
        self._served = served
        self._begin_counting()

    def _on_link(self, _link: Link, sentence: str) -> None:
        self._sentence = sentence
        self._tick()

    def _on_done(self, text: str) -> None:
        self.showMessage(text, SHOWN_MILLISECONDS)

    def _on_busy(self, count: int) -> None:
        self._busy.setText(self.tr("%n under way", "", count) if count else "")

    def _tick(self) -> None:
        connection, feed = self._console.connection, self._console.feed
        user = connection.user
        if user.username:
            role = role_label(user.role)
            self._user.setText(f"{user.username} · {role} · {connection.address}")
        text, tone = self._of_link(feed.link, feed.age_seconds)
        self._link.setText(text)
        self._link.setToolTip(self._sentence)
        self._link.set_tone(tone)
        if self._timer.isActive():
            self._show_pulse()

    # -- rates and lag

    def _begin_counting(self) -> None:
        self._counted = self._count()
        self._since.start()
        self._pulse.clear()

    def _count(self) -> tuple[int, int]:
        connection = self._console.connection
        made = connection.pool.calls_made if connection.signed_in else 0
        return (self._served() if self._served is not None else 0), made

    def _show_pulse(self) -> None:
        if self._since.elapsed() < TICK_MILLISECONDS // 2:
            return
        counted, seconds = self._count(), self._since.restart() / 1000
        served, made = (
            formats.count(round(max(0, now - before) / seconds))
            for now, before in zip(counted, self._counted, strict=True)
        )
        self._counted = counted
        lag_ms = self.stalls.percentile_ms(99)
        lag = formats.count(round(lag_ms))
        text = self.tr("out {rate}/s · lag {lag} ms").format(rate=made, lag=lag)
        if self._served is not None:
            text = self.tr("in {rate}/s").format(rate=served) + " · " + text
        self._pulse.setText(f"⚠ {text}" if lag_ms > LAG_MILLISECONDS else text)
        self._pulse.set_tone(Tone.WARNING if lag_ms > LAG_MILLISECONDS else Tone.QUIET)
        self._pulse.setToolTip(self._what_the_pulse_is())

    def _what_the_pulse_is(self) -> str:
        lines = [
            self.tr("out: calls that this window makes, each second."),
            self.tr(
                "lag: how late this window answers. It kept within this in 99 of 100 moments "
                "of the last %n seconds; the worst was {worst} ms.",
                "",
                KEPT_SECONDS,
            ).format(worst=formats.count(round(self.stalls.percentile_ms(100)))),
            self.tr("Above {limit} ms typing and clicking feel slow.").format(
                limit=LAG_MILLISECONDS
            ),
        ]
        if self._served is not None:
            lines.insert(
                0,
                self.tr(
                    "in: calls, heartbeats and reports that the master in this window takes, "
                    "each second."
                ),
            )
        return "\n".join(lines)

    def _of_link(self, link: Link, age: float) -> tuple[str, Tone]:
        if link is Link.LIVE and age > STALE_SECONDS:
            text = self.tr("⚠ {age} old").format(age=formats.duration(age))
            return text, Tone.WARNING
        if link is Link.LIVE:
            return self.tr("● Live"), Tone.GOOD
        if link is Link.CONNECTING:
            return self.tr("… Connecting"), Tone.WAITING
        if link is Link.LOST:
            return self.tr("✕ No connection: trying again"), Tone.BAD
        return self.tr("✕ Signed out"), Tone.BAD

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self.stalls.watch(self)
        self._begin_counting()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        self.stalls.unwatch(self)
