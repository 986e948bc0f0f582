"""The pool's users as rows."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from app.common.vocabulary import Role
from proto import nodepool_pb2 as pb
from ui import formats
from ui.models.rows import Column
from ui.theme import Tone

translate = QCoreApplication.translate


def role_word(role: Role) -> str:
    """What people call a role."""
    return {
        Role.USER: translate("People", "user"),
        Role.WORKER: translate("People", "worker"),
        Role.OPERATOR: translate("People", "operator"),
        Role.AUDITOR: translate("People", "auditor"),
        Role.ADMIN: translate("People", "admin"),
    }[role]


def role_meaning(role: Role) -> str:
    """What a user of a role may do, in one sentence."""
    return {
        Role.USER: translate("People", "Submits tasks, lends machines, pays and earns."),
        Role.WORKER: translate("People", "Lends machines and earns; submits nothing."),
        Role.OPERATOR: translate("People", "Looks after all machines and tasks of the pool."),
        Role.AUDITOR: translate(
            "People", "Sees everything, the whole ledger too; changes nothing."
        ),
        Role.ADMIN: translate("People", "May do everything, and manages the users."),
    }[role]


def role_of(label: str) -> Role | None:
    """The role of this name on the wire; None for one that is not known here."""
    return Role.__members__.get(label.upper())


def role_label(label: str) -> str:
    """What people call the role of this name on the wire."""
    role = role_of(label)
    return role_word(role) if role is not None else label


def _role_text(user: pb.UserInfo) -> str:
    return role_label(user.role)


def _role_tip(user: pb.UserInfo) -> str:
    role = role_of(user.role)
    return role_meaning(role) if role is not None else ""


def _state_text(user: pb.UserInfo) -> str:
    if user.disabled:
        return translate("People", "⊘ disabled")
    return translate("People", "✓ may sign in")


def _state_color(user: pb.UserInfo) -> QColor:
    return (Tone.BAD if user.disabled else Tone.GOOD).color()


def people_columns() -> list[Column[pb.UserInfo]]:
    """The columns of the table of users."""
    return [
        Column("username", translate("People", "User"), lambda user: user.username, width=200),
        Column("role", translate("People", "Role"), _role_text, tooltip=_role_tip, width=110),
        Column("state", translate("People", "State"), _state_text, color=_state_color, width=130),
        Column(
            "created",
            translate("People", "Since"),
            lambda user: formats.moment(user.created_at),
            key=lambda user: user.created_at.seconds,
            width=150,
        ),
        Column(
            "user_id", translate("People", "Id"), lambda user: user.user_id, width=230, hidden=True
        ),
    ]
