"""The pane of join tokens: what is out there that lets machines in, and taking it back."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QStackedWidget, QWidget

from app.common.clock import MICROSECONDS, SystemClock
from app.common.errors import HiveMindError
from proto import nodepool_pb2 as pb
from ui.console import Console
from ui.dialogs.confirm import ConfirmDialog
from ui.docks.pane import Pane
from ui.icons import dress
from ui.models.join_tokens import TokenState, token_columns, token_state
from ui.models.rows import RowsModel
from ui.pool_state import Delta
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.empty_state import EmptyState
from ui.widgets.table import Table
from ui.widgets.tone_label import ToneLabel

#: A token runs out, or is used by a machine: looked at again while the pane is seen.
REFRESH_MILLISECONDS = 10_000


def _now() -> float:
    return SystemClock().now_us() / MICROSECONDS


class JoinTokensPane(Pane):
    """All tokens that the master remembers; their secrets are told only once."""

    name = "join_tokens"
    needs = ("NODES_MANAGE",)

    join_wanted = Signal()

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(console, parent)
        self._tokens: dict[str, pb.JoinTokenInfo] = {}
        self.model: RowsModel[pb.JoinTokenInfo] = RowsModel(token_columns(_now), self)
        self.table = Table(self.model)
        self.table.sortByColumn(len(self.model.columns) - 1, Qt.SortOrder.DescendingOrder)
        self.table.setAccessibleName(self.title())
        self._empty = EmptyState(
            self.tr("No join tokens"),
            self.tr("A machine joins with a line that has a token in it."),
            self.tr("Join a machine…"),
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        self._join = QPushButton(self.tr("Join a machine…"))
        dress(self._join, "join")
        self._revoke = QPushButton(self.tr("Revoke…"))
        dress(self._revoke, "revoke")
        self._old = QCheckBox(self.tr("Show those that are over"))
        self._foot = ToneLabel("", Tone.QUIET)
        row = QHBoxLayout()
        row.addWidget(self._join)
        row.addWidget(self._revoke)
        row.addStretch(1)
        row.addWidget(self._old)
        self.column.addLayout(row)
        self.column.addWidget(self._stack, 1)
        self.column.addWidget(self._foot)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MILLISECONDS)
        self._timer.timeout.connect(self._refresh_if_seen)
        self._join.clicked.connect(self.join_wanted)
        self._empty.wanted.connect(self.join_wanted)
        self._revoke.clicked.connect(self._ask_revoke)
        self._old.toggled.connect(self._arrange)
        self.table.chosen.connect(self._show_buttons)
        self._arrange()

    def title(self) -> str:
        return self.tr("Join tokens")

    def take(self, delta: Delta) -> None:
        # A machine that came may have used a token up.
        if delta.reset or delta.nodes or not self._timer.isActive():
            self.refresh()

    def refresh(self) -> None:
        """Ask for all tokens."""
        if self.console.connection.signed_in and not self._timer.isActive():
            self._timer.start()
            self.operations.start(
                self.tr("List the join tokens"),
                self.console.pool.join_tokens.all(),
                then=self._show,
                otherwise=self._refuse,
            )

    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self.refresh()

    def _show(self, tokens: Sequence[pb.JoinTokenInfo]) -> None:
        chosen = self.table.keys()
        self._tokens = {token.token_id: token for token in tokens}
        self.model.set_rows(self._tokens)
        self.table.select_keys(chosen)
        self._arrange()

    def _arrange(self) -> None:
        old = self._old.isChecked()
        self.model.set_filter(
            "", None if old else lambda token: token_state(token, _now()) is TokenState.USABLE
        )
        shown, hidden = self.model.rowCount(), self.model.total - self.model.rowCount()
        self._stack.setCurrentIndex(0 if shown else 1)
        text = self.tr("%n token(s)", "", shown)
        if hidden:
            over = self.tr("%n over", "", hidden)
            text = f"{text} · {over}"
        self._foot.say(text, Tone.QUIET)
        self._show_buttons()

    def _refuse(self, error: HiveMindError) -> None:
        self._foot.say(f"⚠ {shown(error.message)}", Tone.BAD)

    # -- revoking

    def _usable(self) -> list[str]:
        chosen = self.table.keys()
        return [
            key
            for key in chosen
            if key in self._tokens and token_state(self._tokens[key], _now()) is TokenState.USABLE
        ]

    def _show_buttons(self) -> None:
        usable = bool(self._usable())
        self._revoke.setEnabled(usable)
        self._revoke.setToolTip("" if usable else self.tr("Choose tokens that are usable."))

    def _ask_revoke(self) -> None:
        keys = self._usable()
        dialog = ConfirmDialog(
            self.tr("Revoke"),
            self.tr("Revoke %n token(s)?", "", len(keys)),
            [self.tr("Nobody can join with them any more. Machines that have joined stay.")],
            lambda: self._do_revoke(keys),
            self.window(),
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _do_revoke(self, keys: list[str]) -> None:
        self.operations.start(
            self.tr("Revoke join tokens"),
            self._revoke_all(keys),
            then=lambda _none: self._refresh_now(),
            said=self.tr("%n token(s) revoked", "", len(keys)),
        )

    async def _revoke_all(self, keys: list[str]) -> None:
        for key in keys:
            await self.console.pool.join_tokens.revoke(key)

    def _refresh_now(self) -> None:
        self._timer.stop()
        self.refresh()
