"""The status bar: whether what is shown is fresh, what is under way, who is signed in."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from ui import formats
from ui.console import Console
from ui.feed import Link
from ui.models.people import role_label
from ui.theme import Tone

TICK_MILLISECONDS = 1000
STALE_SECONDS = 5.0
SHOWN_MILLISECONDS = 6000


class StatusLine(QStatusBar):
    """Looks once a second, while it is seen."""

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._console = console
        self._sentence = ""
        self._link = QLabel()
        self._busy = QLabel()
        self._user = QLabel()
        for label in (self._busy, self._user, self._link):
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
        self._link.setStyleSheet(f"color: {tone.color().name()}")

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

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
