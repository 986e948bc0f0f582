"""Which calls the audit log has, and what of each is written down.

A call that changes something is in this table; a test compares it with the wire. Of a
request only the fields that are named here are written, and a field whose name is in
`SECRET_FIELDS` never is: only that it was set. Any other call is written when it is
refused for want of a permission or of a proof who calls.

What nodes tell of their work is not here: it has a record of its own (attempts, trust).
Nor are uploads of bytes, which mean nothing before a task names them, nor the renewal of
a session or of a node's token, which change nothing that a person decided.
"""

from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.descriptor import FieldDescriptor

from app.common.audit_details import SET
from app.common.errors import Category, Reason
from app.master.audit.act import TargetKind, clipped

#: Fields whose content is never kept, logged or written down.
SECRET_FIELDS: Final = frozenset(
    {
        "access_token",
        "archive",
        "code",
        "configuration",
        "current_password",
        "join_token_secret",
        "new_password",
        "password",
        "preshared_key",
        "device_token",
        "refresh_token",
        "reset_code",
        "setup_code",
        "signature",
        "token",
    }
)


@dataclass(frozen=True, slots=True)
class Audited:
    """What is written of a call.

    `target` names a field of the request, or of the response after "response.".
    `details` are fields of the request, dots for fields of their messages. A list is told
    by its length as a detail, and by its first entry as a target.
    """

    kind: TargetKind = TargetKind.NOTHING
    target: str = ""
    details: tuple[str, ...] = ()
    #: Its change is no unit of `Idempotency`: it is written after the change.
    apart: bool = False
    #: The caller signs in by it: who it was is what it is done to.
    opens: bool = False


_USER, _NODE, _TASK, _TOKEN = (
    TargetKind.USER,
    TargetKind.NODE,
    TargetKind.TASK,
    TargetKind.TOKEN,
)

AUDITED: Final[dict[str, Audited]] = {
    "/nodepool.UserService/Login": Audited(_USER, "username", apart=True, opens=True),
    "/nodepool.UserService/Register": Audited(_USER, "username", opens=True),
    "/nodepool.UserService/Transfer": Audited(_USER, "to_username", ("amount_mcpt",)),
    "/nodepool.MasterNodeService/UploadTask": Audited(
        _TASK, "response.task_id", ("spec.name", "spec.count")
    ),
    "/nodepool.MasterNodeService/CancelTask": Audited(_TASK, "task_id"),
    "/nodepool.NodeManagerService/RegisterNode": Audited(
        _NODE, "response.node_id", ("name",), apart=True, opens=True
    ),
    "/nodepool.SessionService/SignOut": Audited(apart=True),
    "/nodepool.SessionService/ChangePassword": Audited(),
    "/nodepool.SessionService/ResetPassword": Audited(_USER, "username", opens=True),
    "/nodepool.SessionService/EndSessions": Audited(_USER, "username", ("session_ids",)),
    "/nodepool.AdminService/CreateResetCode": Audited(_USER, "username"),
    "/nodepool.TaskService/RetryTask": Audited(_TASK, "task_id"),
    "/nodepool.TaskService/SetTaskPriority": Audited(_TASK, "task_ids", ("task_ids", "priority")),
    "/nodepool.TaskService/DeleteResult": Audited(_TASK, "task_id"),
    "/nodepool.NodeService/SetNodeState": Audited(_NODE, "node_id", ("state", "reason")),
    "/nodepool.NodeService/SetNodeLocation": Audited(
        _NODE, "node_id", ("location.continent", "location.country", "location.site")
    ),
    "/nodepool.NodeService/ApproveNode": Audited(_NODE, "node_id", ("key_fingerprint", "owner")),
    "/nodepool.NodeService/CreateJoinToken": Audited(
        _TOKEN, "response.token_id", ("ttl_seconds", "uses_max", "owner")
    ),
    "/nodepool.NodeService/RevokeJoinToken": Audited(_TOKEN, "token_id"),
    "/nodepool.VpnService/SetUpVpn": Audited(
        details=(
            "role",
            "interface",
            "network4",
            "network6",
            "endpoint_host",
            "port",
            "hub_key_url",
        )
    ),
    "/nodepool.VpnService/StopVpn": Audited(),
    "/nodepool.VpnService/AddVpnPeer": Audited(details=("name", "public_key")),
    "/nodepool.VpnService/RenameVpnPeer": Audited(details=("peer", "name")),
    "/nodepool.VpnService/RevokeVpnPeer": Audited(details=("peer",)),
    "/nodepool.VpnService/RotateVpnKey": Audited(details=("peer",)),
    "/nodepool.VpnService/JoinVpn": Audited(details=("public_key",)),
    "/nodepool.LedgerService/Grant": Audited(_USER, "to_username", ("amount_mcpt", "reason")),
    "/nodepool.AdminService/CreateUser": Audited(_USER, "username", ("role",)),
    "/nodepool.AdminService/UpdateUser": Audited(
        _USER, "username", ("role", "disabled", "password")
    ),
}

_PROOF = (Category.UNAUTHENTICATED, Category.PERMISSION_DENIED)


def told_of_any_call(reason: Reason) -> bool:
    """Whether a refusal with `reason` is written whatever the call is.

    An access token that is out of date is not: each client meets that every quarter of an
    hour, and fetches another.
    """
    return reason.category in _PROOF and reason is not Reason.TOKEN_EXPIRED


def action_of(method: str) -> str:
    """The call as the log names it: "UserService/Login"."""
    return method.removeprefix("/").removeprefix("nodepool.")


def target_of(rule: Audited, request: Any, response: Any) -> str:
    """The name that the request or the response gives to what it is done to."""
    where, _, path = rule.target.rpartition(".")
    message = response if where == "response" else request
    if message is None or not path:
        return ""
    named = getattr(message, path)
    if message.DESCRIPTOR.fields_by_name[path].is_repeated:
        return str(named[0]) if named else ""
    return str(named)


def details_of(rule: Audited, request: Any) -> tuple[tuple[str, str], ...]:
    """Names and values of the fields of `request` that are written and were given."""
    if request is None:
        return ()
    found = ((path.rpartition(".")[2], _shown(request, path)) for path in rule.details)
    return tuple((name, value) for name, value in found if value)


def _shown(message: Any, path: str) -> str:
    *parents, name = path.split(".")
    for parent in parents:
        message = getattr(message, parent)
    field = message.DESCRIPTOR.fields_by_name[name]
    value = getattr(message, name)
    given = message.HasField(name) if field.has_presence else bool(value)
    if not given:
        return ""
    if name in SECRET_FIELDS:
        return SET
    if field.is_repeated:
        return str(len(value))
    if field.enum_type is not None:
        return _member(field, value)
    return clipped(str(value).lower() if isinstance(value, bool) else str(value))


def _member(field: FieldDescriptor, number: int) -> str:
    member = field.enum_type.values_by_number.get(number) if field.enum_type else None
    return member.name if member is not None else str(number)
