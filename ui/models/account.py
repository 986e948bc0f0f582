"""Where a user is signed in, as rows."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from proto import nodepool_pb2 as pb
from ui import formats
from ui.models.rows import Column
from ui.theme import Tone

translate = QCoreApplication.translate


def _state_text(session: pb.SessionInfo) -> str:
    if session.current:
        return translate("Account", "● this window")
    return translate("Account", "○ elsewhere")


def _state_color(session: pb.SessionInfo) -> QColor:
    return (Tone.GOOD if session.current else Tone.QUIET).color()


def session_columns() -> list[Column[pb.SessionInfo]]:
    """The columns of the table of sessions."""
    return [
        Column("state", translate("Account", "Where"), _state_text, color=_state_color, width=110),
        Column("address", translate("Account", "From"), lambda one: one.address, width=130),
        Column("client", translate("Account", "With"), lambda one: one.client, width=230),
        Column(
            "used",
            translate("Account", "Last used"),
            lambda one: formats.moment(one.used_at),
            key=lambda one: one.used_at.seconds,
            width=140,
        ),
        Column(
            "since",
            translate("Account", "Signed in"),
            lambda one: formats.moment(one.signed_in_at),
            key=lambda one: one.signed_in_at.seconds,
            width=140,
        ),
        Column(
            "session_id",
            translate("Account", "Id"),
            lambda one: one.session_id,
            width=230,
            hidden=True,
        ),
    ]
