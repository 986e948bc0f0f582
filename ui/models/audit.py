"""The audit log as rows: how an act reads."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QColor

from app.client.audit_filter import DONE, AuditFilter
from app.common.audit_details import detail_words
from app.common.errors import Reason
from proto import nodepool_pb2 as pb
from ui import formats
from ui.languages import language
from ui.models.paged import PagedModel
from ui.models.rows import Column
from ui.sentences import shown
from ui.theme import Tone

translate = QCoreApplication.translate


def action_words() -> dict[str, str]:
    """What people call the calls that the log has, by their name on the wire."""
    return {
        "UserService/Login": translate("Audit", "sign in"),
        "SessionService/SignOut": translate("Audit", "sign out"),
        "UserService/Register": translate("Audit", "register"),
        "SessionService/ChangePassword": translate("Audit", "change own password"),
        "SessionService/ResetPassword": translate("Audit", "set a forgotten password"),
        "SessionService/EndSessions": translate("Audit", "end sessions"),
        "AdminService/CreateResetCode": translate("Audit", "make a reset code"),
        "Vpn/TunnelBroke": translate("Audit", "lose the tunnel"),
        "Vpn/TunnelRepaired": translate("Audit", "repair the tunnel"),
        "Vpn/FileRestored": translate("Audit", "restore the tunnel’s file"),
        "Vpn/HubKeyFetched": translate("Audit", "fetch the hub’s key anew"),
        "Vpn/PeerCutOff": translate("Audit", "cut a revoked node off the tunnel"),
        "Vpn/KeyAged": translate("Audit", "change a key that was old"),
        "Master/CreateFirstAdmin": translate("Audit", "make the first admin"),
        "AdminService/CreateUser": translate("Audit", "create a user"),
        "AdminService/UpdateUser": translate("Audit", "change a user"),
        "UserService/Transfer": translate("Audit", "transfer CPT"),
        "LedgerService/Grant": translate("Audit", "grant CPT"),
        "MasterNodeService/UploadTask": translate("Audit", "submit a task"),
        "MasterNodeService/CancelTask": translate("Audit", "cancel a task"),
        "TaskService/RetryTask": translate("Audit", "retry a task"),
        "TaskService/SetTaskPriority": translate("Audit", "change a priority"),
        "TaskService/DeleteResult": translate("Audit", "delete a result"),
        "NodeManagerService/RegisterNode": translate("Audit", "join as a node"),
        "NodeService/ApproveNode": translate("Audit", "approve a node"),
        "NodeService/SetNodeState": translate("Audit", "change a node's state"),
        "NodeService/SetNodeLocation": translate("Audit", "locate a node"),
        "NodeService/CreateJoinToken": translate("Audit", "make a join token"),
        "NodeService/RevokeJoinToken": translate("Audit", "revoke a join token"),
        "VpnService/SetUpVpn": translate("Audit", "set up the encrypted network"),
        "VpnService/StopVpn": translate("Audit", "stop the encrypted network"),
        "VpnService/AddVpnPeer": translate("Audit", "add a peer"),
        "VpnService/RenameVpnPeer": translate("Audit", "rename a peer"),
        "VpnService/RevokeVpnPeer": translate("Audit", "revoke a peer"),
        "VpnService/RotateVpnKey": translate("Audit", "change a tunnel's key"),
        "VpnService/JoinVpn": translate("Audit", "join the encrypted network"),
    }


def action_text(event: pb.AuditEvent) -> str:
    """What was done, in words; a call that has none by its name."""
    return action_words().get(event.action, event.action)


def who_text(event: pb.AuditEvent) -> str:
    """Who did it."""
    if event.actor == "master":
        return translate("Audit", "the master itself")
    if not event.actor:
        return translate("Audit", "not signed in")
    return event.actor_name or event.actor


def target_text(event: pb.AuditEvent) -> str:
    """What it was done to: its name, else its id."""
    return event.target_name or event.target.partition(":")[2]


def place_text(event: pb.AuditEvent) -> str:
    """The address it came from."""
    return event.peer or translate("Audit", "the master's machine")


def result_text(event: pb.AuditEvent) -> str:
    """What came of it, and how often."""
    if event.result == DONE:
        text = translate("Audit", "✓ done")
    else:
        # In English the code itself is words, and shorter.
        meaning = "" if language() == "en" else result_meaning(event)
        text = "✕ " + (meaning or event.result.lower().replace("_", " "))
    return text if event.times < 2 else f"{text} ×{formats.count(event.times)}"


def result_meaning(event: pb.AuditEvent) -> str:
    """The refusal in a sentence; empty where it was done."""
    reason = Reason.__members__.get(event.result)
    return "" if reason is None else shown(reason.meaning)


def result_tone(event: pb.AuditEvent) -> Tone:
    """The colour that goes with the result's mark."""
    return Tone.GOOD if event.result == DONE else Tone.BAD


def details_text(event: pb.AuditEvent) -> str:
    """What else is known, on one line."""
    return " · ".join(f"{name} {value}" for name, value in details_of(event))


def details_of(event: pb.AuditEvent) -> list[tuple[str, str]]:
    """What else is known, as names and values for people."""
    return [
        detail_words(name, event.details[name], language(), formats.cpt)
        for name in sorted(event.details)
    ]


def filter_of(
    *, who: str = "", action: str = "", results: str = "", since: datetime | None = None
) -> AuditFilter:
    """What is asked of the master. `results`: empty for any, OK, or "refused" for the others."""
    return AuditFilter(
        actor=who,
        actions=(action,) if action else (),
        results=(DONE,) if results == DONE else (),
        refused=results == "refused",
        since=since,
    )


class AuditModel(PagedModel[pb.AuditEvent]):
    """Acts by their row's number."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_columns(), lambda event: str(event.sequence), parent)


def _color(event: pb.AuditEvent) -> QColor:
    return result_tone(event).color()


def _columns() -> list[Column[pb.AuditEvent]]:
    return [
        Column(
            "at",
            translate("Audit", "When"),
            lambda row: formats.moment(row.at),
            key=lambda row: row.sequence,
            width=150,
        ),
        Column(
            "who", translate("Audit", "Who"), who_text, tooltip=lambda row: row.actor, width=105
        ),
        Column(
            "action",
            translate("Audit", "Action"),
            action_text,
            tooltip=lambda row: row.action,
            width=150,
        ),
        Column(
            "target",
            translate("Audit", "Target"),
            target_text,
            tooltip=lambda row: row.target,
            width=120,
        ),
        Column(
            "result",
            translate("Audit", "Result"),
            result_text,
            tooltip=result_meaning,
            color=_color,
            width=140,
        ),
        Column("from", translate("Audit", "From"), place_text, width=125),
        Column("details", translate("Audit", "Details"), details_text, width=200),
        Column(
            "sequence",
            translate("Audit", "Row"),
            lambda row: formats.count(row.sequence),
            key=lambda row: row.sequence,
            right=True,
            width=70,
            hidden=True,
        ),
    ]
