"""Tells what happened while somebody does something else: few messages, and a list to read."""

import asyncio
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from app.common.money import MCPT_PER_CPT
from ui import formats
from ui.console import Console
from ui.models.notices import Entry, Notice, NoticeKind, Watch, entries_of
from ui.pool_state import Delta

#: What happens within this time is told in one message.
GATHER_MILLISECONDS = 1000
#: Between two messages.
APART_MILLISECONDS = 5000
#: Between two looks at the balance, which changes with every task of one's own.
BALANCE_MILLISECONDS = 15_000
KEPT = 200


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of the list, and when it came: seconds since 1970, by the master's clock."""

    at: float
    entry: Entry


class Notifier(QObject):
    """Follows the console's pool. `changed` when the list or `unread` has.

    `message` carries what to say where nobody looks: that is, while `watched` says no.
    """

    changed = Signal()
    message = Signal(str)

    def __init__(self, console: Console, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._console = console
        #: Whether somebody has the window before them.
        self.watched: Callable[[], bool] = lambda: False
        #: The newest first.
        self.told: deque[Told] = deque(maxlen=KEPT)
        self.unread = 0
        self._watch: Watch | None = None
        self._who = ("", "")
        self._pending: list[Notice] = []
        self._low = False
        self._since_last = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.flush)
        self._balance_timer = QTimer(self)
        self._balance_timer.setSingleShot(True)
        self._balance_timer.setInterval(BALANCE_MILLISECONDS)
        self._balance_timer.timeout.connect(self._judge_balance)
        console.feed.changed.connect(self._on_changed)

    def stop(self) -> None:
        """Follow nothing any more."""
        self._console.feed.changed.disconnect(self._on_changed)
        self._timer.stop()
        self._balance_timer.stop()

    def read(self) -> None:
        """Somebody has looked at the list."""
        if self.unread:
            self.unread = 0
            self.changed.emit()

    def clear(self) -> None:
        """Empty the list."""
        self.told.clear()
        self.unread = 0
        self.changed.emit()

    def flush(self) -> None:
        """Tell what has gathered."""
        self._timer.stop()
        nodes = self._console.state.nodes
        pending, self._pending = self._pending, []
        # A node that is back already is no news.
        pending = [
            one
            for one in pending
            if one.kind is not NoticeKind.NODE_LOST
            or (one.about in nodes and not nodes[one.about].online)
        ]
        entries = entries_of(pending)
        if not entries:
            return
        now = self._console.feed.now_seconds
        self.told.extendleft(Told(now, entry) for entry in entries)
        self.unread += len(entries)
        self._since_last.start()
        self.changed.emit()
        if not self.watched():
            self.message.emit("\n".join(entry.text for entry in entries))

    # -- what happens

    def _on_changed(self, delta: Delta) -> None:
        state = self._console.state
        if delta.reset:
            self._on_reset()
            return
        if self._watch is None:
            return
        tasks = [state.tasks[each] for each in delta.tasks if each in state.tasks]
        self._take(self._watch.tasks(tasks))
        nodes = [state.nodes[each] for each in delta.nodes if each in state.nodes]
        self._take(self._watch.nodes(nodes))
        if delta.balance and not self._balance_timer.isActive():
            self._balance_timer.start()

    def _on_reset(self) -> None:
        state, connection = self._console.state, self._console.connection
        who = (connection.address, connection.user.username)
        if not state.at_seconds:
            # Another pool or user: nothing is known of it yet.
            self._watch = None
            return
        if self._watch is None or who != self._who:
            if who != self._who:
                self.told.clear()
                self.unread = 0
                self.changed.emit()
            self._who, self._low, self._pending = who, False, []
            manages = self._console.may("NODES_MANAGE")
            self._watch = Watch(connection.user.username, manages=manages)
            self._watch.begin(state.at_seconds, list(state.nodes.values()))
            self._judge_balance()
            return
        # The connection was lost for a while.
        self._take(self._watch.nodes(list(state.nodes.values())))
        watch, tasks = self._watch, list(state.tasks.values())
        # Of a hundred thousand that takes longer than the window may stand still.
        self._console.operations.start(
            self.tr("See what has ended"),
            asyncio.to_thread(watch.ended_among, tasks),
            then=lambda ended: self._take(watch.tasks(ended)),
            quiet=True,
        )

    def _take(self, notices: Collection[Notice]) -> None:
        off = self._console.settings.values.notices_off
        wanted = [one for one in notices if one.kind not in off]
        if not wanted:
            return
        self._pending += wanted
        if not self._timer.isActive():
            waited = self._since_last.elapsed() if self._since_last.isValid() else None
            rest = 0 if waited is None else APART_MILLISECONDS - waited
            self._timer.start(max(GATHER_MILLISECONDS, rest))

    # -- the balance

    def _judge_balance(self) -> None:
        balance, settings = self._console.state.balance, self._console.settings.values
        # Unwanted, it is not noted as told either.
        wanted = NoticeKind.BALANCE_LOW not in settings.notices_off
        if balance is None or not (wanted and self._console.may("TASKS_SUBMIT")):
            return
        limit_mcpt = settings.balance_low_cpt * MCPT_PER_CPT
        was_low, self._low = self._low, balance.available_mcpt < limit_mcpt
        if self._low and not was_low:
            detail = formats.cpt(balance.available_mcpt)
            self._take([Notice(NoticeKind.BALANCE_LOW, detail=detail)])
