"""The HTTP API as a table: each route is a call of the wire.

Fields of the call's request come from the path, then from the query (GET, DELETE) or from
the JSON body. Who may use a route is who may make its call.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final

PREFIX = "/api/v1"


class Kind(Enum):
    """How a route answers."""

    JSON = auto()
    #: Server-sent events, one for each message of the stream.
    EVENTS = auto()
    #: A task's log as text, or as events.
    LOG = auto()
    #: The bytes of an artifact; in parts, if asked for.
    BYTES = auto()
    #: Takes bytes.
    UPLOAD = auto()


@dataclass(frozen=True, slots=True)
class Route:
    """One route below `PREFIX`, and the call it stands for."""

    verb: str
    path: str
    call: str
    about: str
    kind: Kind = Kind.JSON
    status: int = 200
    #: A body that works, for the description.
    example: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_body(self) -> bool:
        return self.verb in ("POST", "PUT", "PATCH") and self.kind is Kind.JSON

    @property
    def tag(self) -> str:
        return self.path.split("/")[1]

    @property
    def operation(self) -> str:
        """A name of its own: "TaskService_GetTask"."""
        return self.call.replace("/", "_")


_REQUIREMENTS = {"cpu_millicores": 1000, "memory_mib": 512}
_SPEC = {
    "name": "spheres",
    "archive_digest": "sha256:" + "0" * 64,
    "requirements": _REQUIREMENTS,
    "priority": "normal",
}

ROUTES: Final = (
    Route(
        "POST",
        "/session",
        "UserService/Login",
        "Sign in; the access token goes into the Authorization header of other calls.",
        example={"username": "alice", "password": "correct horse battery staple"},
    ),
    Route("GET", "/session", "SessionService/WhoAmI", "Who calls, and what they may do."),
    Route("DELETE", "/session", "SessionService/SignOut", "Sign out."),
    Route(
        "POST",
        "/session/refresh",
        "SessionService/Refresh",
        "New tokens for a refresh token, which is used up.",
        example={"refresh_token": "…"},
    ),
    Route(
        "PUT",
        "/session/password",
        "SessionService/ChangePassword",
        "Change one's password; other sessions end.",
        example={"current_password": "old words", "new_password": "correct horse battery staple"},
    ),
    Route(
        "POST",
        "/password-resets",
        "SessionService/ResetPassword",
        "Set a forgotten password by the code that an admin made; all sessions end.",
        example={
            "username": "bob",
            "reset_code": "…",
            "new_password": "correct horse battery staple",
        },
    ),
    Route("GET", "/sessions", "SessionService/ListSessions", "Where one is signed in."),
    Route(
        "POST",
        "/sessions/end",
        "SessionService/EndSessions",
        "End sessions; without names all but the one that asks.",
        example={"session_ids": []},
    ),
    Route(
        "POST",
        "/registrations",
        "UserService/Register",
        "Become a user, where the pool allows it.",
        status=201,
        example={"username": "bob", "password": "correct horse battery staple"},
    ),
    Route("GET", "/pool", "EnrolmentService/GetPoolInfo", "What a stranger may know of the pool."),
    Route("GET", "/pool/history", "ConsoleService/GetHistory", "What was measured before."),
    Route(
        "GET",
        "/events",
        "ConsoleService/Watch",
        "The pool live: a snapshot in several events, then what changed.",
        Kind.EVENTS,
    ),
    Route("GET", "/tasks", "MasterNodeService/GetAllTasks", "Tasks, newest first."),
    Route(
        "POST",
        "/tasks",
        "MasterNodeService/UploadTask",
        "Submit a task, or with `count` an array. Its archive comes along in base64, "
        "or was uploaded before.",
        status=201,
        example={"spec": _SPEC},
    ),
    Route(
        "POST",
        "/tasks/priority",
        "TaskService/SetTaskPriority",
        "Another priority, at its price, for what is still queued.",
        example={"task_ids": ["TASK"], "priority": "high", "preview": True},
    ),
    Route("GET", "/tasks/{task_id}", "TaskService/GetTask", "A task with its attempts."),
    Route(
        "POST",
        "/tasks/{task_id}/cancel",
        "MasterNodeService/CancelTask",
        "Cancel a task, or all that is open of an array.",
    ),
    Route(
        "POST",
        "/tasks/{task_id}/retry",
        "TaskService/RetryTask",
        "Run what failed or was cancelled again, as a new task.",
        status=201,
    ),
    Route(
        "GET",
        "/tasks/{task_id}/explanation",
        "TaskService/ExplainTask",
        "Why a task waits, rule by rule.",
    ),
    Route(
        "GET",
        "/tasks/{task_id}/log",
        "TaskService/StreamLog",
        "What the task printed, as text; as events, if they are accepted.",
        Kind.LOG,
    ),
    Route(
        "GET",
        "/tasks/{task_ids}/events",
        "TaskService/WatchTasks",
        "A task or an array live.",
        Kind.EVENTS,
    ),
    Route(
        "GET",
        "/tasks/{task_id}/result",
        "ArtifactService/Download",
        "The ZIP archive of what the task left in its output folder.",
        Kind.BYTES,
    ),
    Route(
        "DELETE",
        "/tasks/{task_id}/result",
        "TaskService/DeleteResult",
        "Give a result up, and its place in the quota.",
    ),
    Route(
        "POST",
        "/quotes",
        "TaskService/Quote",
        "What a task would cost, and how many nodes could run it.",
        example={"spec": {"requirements": _REQUIREMENTS, "priority": "high"}},
    ),
    Route(
        "POST",
        "/uploads",
        "ArtifactService/BeginUpload",
        "Announce an archive; where its upload goes on.",
        example={"digest": "sha256:" + "0" * 64, "size_bytes": 1000},
    ),
    Route(
        "PATCH",
        "/uploads/{digest}",
        "ArtifactService/Upload",
        "Send the archive's bytes from Upload-Offset on; they may break off and go on.",
        Kind.UPLOAD,
    ),
    Route(
        "GET",
        "/artifacts/{digest}",
        "ArtifactService/Download",
        "The bytes of one's own archive or result.",
        Kind.BYTES,
    ),
    Route("GET", "/nodes", "NodeService/ListNodes", "The nodes one may see, by age."),
    Route("GET", "/nodes/{node_id}", "NodeService/GetNode", "A node, by id or unique name."),
    Route(
        "PUT",
        "/nodes/{node_id}/state",
        "NodeService/SetNodeState",
        "Resume, pause, drain or revoke a node.",
        example={"state": "paused", "reason": "maintenance"},
    ),
    Route(
        "PUT",
        "/nodes/{node_id}/location",
        "NodeService/SetNodeLocation",
        "Where a node stands.",
        example={"location": {"continent": "europe", "country": "DE", "site": "room 204"}},
    ),
    Route(
        "POST",
        "/nodes/{node_id}/approval",
        "NodeService/ApproveNode",
        "Let a machine in that asked to join.",
        example={"key_fingerprint": "…"},
    ),
    Route(
        "GET",
        "/nodes/{node_id}/events",
        "ConsoleService/WatchNode",
        "A node's load live.",
        Kind.EVENTS,
    ),
    Route("GET", "/vpn", "VpnService/GetVpn", "The encrypted network and its peers."),
    Route("GET", "/vpn/events", "VpnService/WatchVpn", "The network live.", Kind.EVENTS),
    Route(
        "PUT",
        "/vpn",
        "VpnService/SetUpVpn",
        "Be the hub of an encrypted network, or a peer of another's.",
        example={"role": "hub", "check_only": True},
    ),
    Route("DELETE", "/vpn", "VpnService/StopVpn", "End the tunnel; peers keep their addresses."),
    Route("GET", "/vpn/diagnosis", "VpnService/DiagnoseVpn", "What works, and what does not."),
    Route(
        "POST",
        "/vpn/peers",
        "VpnService/AddVpnPeer",
        "Let a machine in that is no node.",
        status=201,
        example={"name": "laptop", "public_key": "9ClTcJ/m1iYXo6CSBZhQhPFeARtKn4pr+sKF/5HXDWs="},
    ),
    Route(
        "PATCH",
        "/vpn/peers/{peer}",
        "VpnService/RenameVpnPeer",
        "Another name for a peer.",
        example={"name": "desk"},
    ),
    Route("DELETE", "/vpn/peers/{peer}", "VpnService/RevokeVpnPeer", "Shut a peer out."),
    Route(
        "POST",
        "/vpn/key-rotation",
        "VpnService/RotateVpnKey",
        "A new key for the hub, or a wish to a node that it make itself one.",
    ),
    Route("GET", "/join-tokens", "NodeService/ListJoinTokens", "The join tokens."),
    Route(
        "POST",
        "/join-tokens",
        "NodeService/CreateJoinToken",
        "A token that lets machines join; it is shown this once.",
        status=201,
        example={"ttl_seconds": 3600, "uses_max": 1},
    ),
    Route("DELETE", "/join-tokens/{token_id}", "NodeService/RevokeJoinToken", "Revoke a token."),
    Route("GET", "/balance", "UserService/GetBalance", "A balance, one's own by default."),
    Route("GET", "/transfers", "LedgerService/ListTransfers", "Transfers, newest first."),
    Route(
        "POST",
        "/transfers",
        "UserService/Transfer",
        "Pay another user. 1 CPT = 1000 mCPT.",
        status=201,
        example={"to_username": "bob", "amount_mcpt": 1000, "memo": "thanks"},
    ),
    Route(
        "POST",
        "/grants",
        "LedgerService/Grant",
        "Give a user CPT from the treasury.",
        status=201,
        example={"to_username": "bob", "amount_mcpt": 1000, "reason": "welcome"},
    ),
    Route("GET", "/ledger", "LedgerService/GetSummary", "All accounts and the pool's totals."),
    Route("GET", "/ledger/verification", "LedgerService/Verify", "Check the ledger's chain."),
    Route("GET", "/users", "AdminService/ListUsers", "The users, oldest first."),
    Route(
        "POST",
        "/users",
        "AdminService/CreateUser",
        "Make a user with a role.",
        status=201,
        example={"username": "eve", "password": "correct horse battery staple", "role": "user"},
    ),
    Route(
        "PATCH",
        "/users/{username}",
        "AdminService/UpdateUser",
        "Change a user's role or password, or disable them.",
        example={"disabled": False},
    ),
    Route(
        "POST",
        "/users/{username}/reset-code",
        "AdminService/CreateResetCode",
        "A code by which a user sets a new password, once; it is shown this once.",
        status=201,
    ),
    Route("GET", "/audit", "AuditService/ListAuditEvents", "Who did what, newest first."),
    Route("GET", "/audit/verification", "AuditService/VerifyAudit", "Check the log's chain."),
    Route(
        "GET",
        "/server-log/events",
        "AdminService/StreamServerLog",
        "What the master logged.",
        Kind.EVENTS,
    ),
)

#: Calls that are for machines that work, and have no route.
NOT_OVER_HTTP: Final = frozenset(
    {
        "NodeManagerService/ReportNodeStatus",
        "NodeManagerService/RegisterNode",
        "NodeManagerService/Heartbeat",
        "EnrolmentService/GetChallenge",
        "EnrolmentService/AuthenticateNode",
        "WorkerService/Work",
        "VpnService/JoinVpn",
    }
)

#: The shortest ways to ask, without the prefix.
SHORT_ROUTES: Final = (
    Route("GET", "/tasks", "MasterNodeService/GetAllTasks", "Tasks, newest first."),
    Route("GET", "/nodes", "NodeService/ListNodes", "The nodes one may see, by age."),
    Route("GET", "/balance", "UserService/GetBalance", "A balance, one's own by default."),
)
