"""Join tokens as rows."""

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from proto import nodepool_pb2 as pb
from ui import formats
from ui.models.rows import Column
from ui.theme import Tone

translate = QCoreApplication.translate


class TokenState(Enum):
    """Whether a token is good for anything."""

    USABLE = Tone.GOOD
    USED = Tone.QUIET
    EXPIRED = Tone.WAITING
    REVOKED = Tone.BAD


def token_state(token: pb.JoinTokenInfo, now: float) -> TokenState:
    """How `token` stands at `now`, in seconds since 1970."""
    if token.revoked:
        return TokenState.REVOKED
    if not token.uses_left:
        return TokenState.USED
    if formats.seconds_of(token.expires_at) <= now:
        return TokenState.EXPIRED
    return TokenState.USABLE


def state_word(state: TokenState) -> str:
    """What people call it, with a mark."""
    return {
        TokenState.USABLE: translate("JoinTokens", "✓ usable"),
        TokenState.USED: translate("JoinTokens", "● used up"),
        TokenState.EXPIRED: translate("JoinTokens", "◔ expired"),
        TokenState.REVOKED: translate("JoinTokens", "⊘ revoked"),
    }[state]


def token_columns(now: Callable[[], float]) -> list[Column[pb.JoinTokenInfo]]:
    """The columns of the table of tokens; `now` gives seconds since 1970."""

    def color(token: pb.JoinTokenInfo) -> QColor:
        tone: Tone = token_state(token, now()).value
        return tone.color()

    return [
        Column("token_id", translate("JoinTokens", "Token"), lambda token: token.token_id),
        Column(
            "state",
            translate("JoinTokens", "State"),
            lambda token: state_word(token_state(token, now())),
            color=color,
        ),
        Column(
            "uses",
            translate("JoinTokens", "Uses left"),
            lambda token: formats.count(token.uses_left),
            key=lambda token: token.uses_left,
            right=True,
            width=80,
        ),
        Column("owner", translate("JoinTokens", "Owner"), lambda token: token.owner, width=130),
        Column("note", translate("JoinTokens", "Note"), lambda token: token.note, width=180),
        Column(
            "expires",
            translate("JoinTokens", "Good until"),
            lambda token: formats.moment(token.expires_at),
            key=lambda token: token.expires_at.seconds,
            width=150,
        ),
        Column(
            "created",
            translate("JoinTokens", "Made"),
            lambda token: formats.moment(token.created_at),
            key=lambda token: token.created_at.seconds,
            width=150,
        ),
    ]
