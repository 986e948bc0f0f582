"""The one table of who may call what. What is not in it is refused.

A permission says that a role may make a kind of call. Whether the task, account or
node is the caller's own is checked apart, where the row is at hand: the `*_ALL`
permissions lift that check.
"""

from enum import Enum, StrEnum
from typing import Final, TypeAlias

from app.common.vocabulary import Role
from app.master.identity.principal import Principal, PrincipalKind


class Permission(StrEnum):
    """What a role may be allowed. The value is the name people see."""

    #: Sign out, ask who one is, change one's password, see and end one's sessions.
    SESSION = "own session"
    TASKS_READ = "see own tasks"
    TASKS_READ_ALL = "see everybody's tasks"
    TASKS_SUBMIT = "submit, cancel, retry and reprioritise own tasks, read their logs and results"
    TASKS_MANAGE_ALL = "cancel everybody's tasks and change their priority"
    ARTIFACTS = "upload and download own archives and results"
    ACCOUNT_READ = "see own balance and transfers"
    ACCOUNT_TRANSFER = "transfer own CPT"
    LEDGER_READ = "see and verify the whole ledger"
    LEDGER_GRANT = "grant CPT from the treasury"
    NODES_READ = "see own nodes"
    NODES_READ_ALL = "see all nodes"
    NODES_LOCATE = "set the location of own nodes"
    NODES_MANAGE = "approve, pause, drain, locate and revoke all nodes; join tokens"
    NODE_WORK = "work as a node"
    VPN_READ = "see the encrypted network and its peers"
    VPN_MANAGE = "set up the encrypted network, add and revoke its peers"
    USERS_READ = "see the users"
    USERS_MANAGE = "create and change users"
    AUDIT_READ = "see, verify and export the audit log; see the log of the master"


class Open(Enum):
    """The mark of a call that needs no token."""

    OPEN = "open"


OPEN: Final = Open.OPEN
Rule: TypeAlias = Permission | Open

_PERSON = frozenset(
    {
        Permission.SESSION,
        Permission.ACCOUNT_READ,
        Permission.NODES_READ,
    }
)
_LENDER = _PERSON | {Permission.ACCOUNT_TRANSFER, Permission.NODES_LOCATE}
_USER = _LENDER | {Permission.TASKS_READ, Permission.TASKS_SUBMIT, Permission.ARTIFACTS}
_OPERATOR = _USER | {
    Permission.TASKS_READ_ALL,
    Permission.TASKS_MANAGE_ALL,
    Permission.NODES_READ_ALL,
    Permission.NODES_MANAGE,
    Permission.VPN_READ,
    Permission.VPN_MANAGE,
}
_AUDITOR = _PERSON | {
    Permission.TASKS_READ,
    Permission.TASKS_READ_ALL,
    Permission.NODES_READ_ALL,
    Permission.LEDGER_READ,
    Permission.USERS_READ,
    Permission.AUDIT_READ,
    Permission.VPN_READ,
}

#: What a user of each role may do. A WORKER is a person who lends machines and earns.
ROLE_PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.USER: _USER,
    Role.WORKER: _LENDER,
    Role.OPERATOR: _OPERATOR,
    Role.AUDITOR: _AUDITOR,
    Role.ADMIN: frozenset(Permission) - {Permission.NODE_WORK},
}

#: What a machine may do, whoever owns it.
NODE_PERMISSIONS: Final = frozenset({Permission.NODE_WORK, Permission.ARTIFACTS})

#: Every call with what it needs.
RPC_PERMISSIONS: Final[dict[str, Rule]] = {
    "/nodepool.UserService/Login": OPEN,
    "/nodepool.UserService/Register": OPEN,
    "/nodepool.UserService/Transfer": Permission.ACCOUNT_TRANSFER,
    "/nodepool.UserService/GetBalance": Permission.ACCOUNT_READ,
    "/nodepool.MasterNodeService/UploadTask": Permission.TASKS_SUBMIT,
    "/nodepool.MasterNodeService/GetAllTasks": Permission.TASKS_READ,
    "/nodepool.MasterNodeService/CancelTask": Permission.TASKS_SUBMIT,
    "/nodepool.NodeManagerService/ReportNodeStatus": Permission.NODE_WORK,
    "/nodepool.NodeManagerService/RegisterNode": OPEN,
    "/nodepool.NodeManagerService/Heartbeat": Permission.NODE_WORK,
    "/nodepool.EnrolmentService/GetPoolInfo": OPEN,
    "/nodepool.EnrolmentService/GetChallenge": OPEN,
    "/nodepool.EnrolmentService/AuthenticateNode": OPEN,
    "/nodepool.SessionService/Refresh": OPEN,
    "/nodepool.SessionService/SignOut": Permission.SESSION,
    "/nodepool.SessionService/WhoAmI": Permission.SESSION,
    "/nodepool.SessionService/ChangePassword": Permission.SESSION,
    "/nodepool.SessionService/ResetPassword": OPEN,
    "/nodepool.SessionService/ListSessions": Permission.SESSION,
    "/nodepool.SessionService/EndSessions": Permission.SESSION,
    "/nodepool.TaskService/Quote": Permission.TASKS_SUBMIT,
    "/nodepool.TaskService/GetTask": Permission.TASKS_READ,
    "/nodepool.TaskService/RetryTask": Permission.TASKS_SUBMIT,
    "/nodepool.TaskService/ExplainTask": Permission.TASKS_READ,
    "/nodepool.TaskService/SetTaskPriority": Permission.TASKS_SUBMIT,
    "/nodepool.TaskService/DeleteResult": Permission.TASKS_SUBMIT,
    "/nodepool.TaskService/StreamLog": Permission.TASKS_SUBMIT,
    "/nodepool.TaskService/WatchTasks": Permission.TASKS_READ,
    "/nodepool.ArtifactService/BeginUpload": Permission.ARTIFACTS,
    "/nodepool.ArtifactService/Upload": Permission.ARTIFACTS,
    "/nodepool.ArtifactService/Download": Permission.ARTIFACTS,
    "/nodepool.WorkerService/Work": Permission.NODE_WORK,
    "/nodepool.NodeService/ListNodes": Permission.NODES_READ,
    "/nodepool.NodeService/GetNode": Permission.NODES_READ,
    "/nodepool.NodeService/SetNodeState": Permission.NODES_MANAGE,
    "/nodepool.NodeService/SetNodeLocation": Permission.NODES_LOCATE,
    "/nodepool.NodeService/ApproveNode": Permission.NODES_MANAGE,
    "/nodepool.NodeService/CreateJoinToken": Permission.NODES_MANAGE,
    "/nodepool.NodeService/ListJoinTokens": Permission.NODES_MANAGE,
    "/nodepool.NodeService/RevokeJoinToken": Permission.NODES_MANAGE,
    "/nodepool.LedgerService/ListTransfers": Permission.ACCOUNT_READ,
    "/nodepool.LedgerService/Verify": Permission.LEDGER_READ,
    "/nodepool.LedgerService/Grant": Permission.LEDGER_GRANT,
    "/nodepool.LedgerService/GetSummary": Permission.LEDGER_READ,
    "/nodepool.AdminService/ListUsers": Permission.USERS_READ,
    "/nodepool.AdminService/CreateUser": Permission.USERS_MANAGE,
    "/nodepool.AdminService/UpdateUser": Permission.USERS_MANAGE,
    "/nodepool.AdminService/CreateResetCode": Permission.USERS_MANAGE,
    "/nodepool.AdminService/StreamServerLog": Permission.AUDIT_READ,
    "/nodepool.AuditService/ListAuditEvents": Permission.AUDIT_READ,
    "/nodepool.AuditService/VerifyAudit": Permission.AUDIT_READ,
    "/nodepool.VpnService/GetVpn": Permission.VPN_READ,
    "/nodepool.VpnService/WatchVpn": Permission.VPN_READ,
    "/nodepool.VpnService/SetUpVpn": Permission.VPN_MANAGE,
    "/nodepool.VpnService/StopVpn": Permission.VPN_MANAGE,
    "/nodepool.VpnService/AddVpnPeer": Permission.VPN_MANAGE,
    "/nodepool.VpnService/RenameVpnPeer": Permission.VPN_MANAGE,
    "/nodepool.VpnService/RevokeVpnPeer": Permission.VPN_MANAGE,
    "/nodepool.VpnService/RotateVpnKey": Permission.VPN_MANAGE,
    "/nodepool.VpnService/DiagnoseVpn": Permission.VPN_READ,
    "/nodepool.VpnService/JoinVpn": Permission.NODE_WORK,
    "/nodepool.ConsoleService/Watch": Permission.SESSION,
    "/nodepool.ConsoleService/GetHistory": Permission.NODES_READ,
    "/nodepool.ConsoleService/WatchNode": Permission.NODES_READ,
    # The interface and the health of the process are no secret: the source is public.
    "/grpc.health.v1.Health/Check": OPEN,
    "/grpc.health.v1.Health/List": OPEN,
    "/grpc.health.v1.Health/Watch": OPEN,
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo": OPEN,
}

#: Every HTTP route that stands for no call of its own; the others are their calls' matter.
ROUTE_PERMISSIONS: Final[dict[str, Rule]] = {
    "GET /healthz": OPEN,
    "GET /api/v1/health": OPEN,
    "GET /api/v1/openapi.json": OPEN,
    # Programs of the master's own machine need no token for it.
    "GET /metrics": Permission.NODES_READ_ALL,
    "GET /api/v1/metrics": Permission.NODES_READ_ALL,
    "GET /static/{name}": OPEN,
    # Signing in and out, and the looks of the pages.
    "GET /login": OPEN,
    "POST /login": OPEN,
    "POST /logout": OPEN,
    "POST /preferences": OPEN,
    "GET /register": OPEN,
    "POST /register": OPEN,
    "GET /reset-password": OPEN,
    "POST /reset-password": OPEN,
    # Pages; what they show and do are calls, each with its own line above.
    "GET /": Permission.SESSION,
    "GET /live/pool": Permission.SESSION,
    "GET /live/ledger": Permission.ACCOUNT_READ,
    "GET /account": Permission.SESSION,
    "POST /account/password": Permission.SESSION,
    "POST /account/sessions": Permission.SESSION,
    "GET /upload": Permission.TASKS_SUBMIT,
    "POST /upload": Permission.TASKS_SUBMIT,
    "GET /tasks/{task_id}": Permission.TASKS_READ,
    "GET /live/tasks/{task_id}": Permission.TASKS_READ,
    "POST /tasks/{task_id}": Permission.TASKS_SUBMIT,
    "GET /nodes/{node_id}": Permission.NODES_READ,
    "GET /live/nodes/{node_id}": Permission.NODES_READ,
    "POST /nodes/{node_id}": Permission.NODES_MANAGE,
    "GET /ledger": Permission.ACCOUNT_READ,
    "POST /ledger": Permission.ACCOUNT_TRANSFER,
    "POST /ledger/grants": Permission.LEDGER_GRANT,
    "GET /users": Permission.USERS_READ,
    "POST /users": Permission.USERS_MANAGE,
    "POST /users/{username}": Permission.USERS_MANAGE,
    "GET /audit": Permission.AUDIT_READ,
    "GET /audit/export": Permission.AUDIT_READ,
    "GET /join-tokens": Permission.NODES_MANAGE,
    "POST /join-tokens": Permission.NODES_MANAGE,
    "POST /join-tokens/{token_id}": Permission.NODES_MANAGE,
    "GET /vpn": Permission.VPN_READ,
    "GET /live/vpn": Permission.VPN_READ,
    "POST /vpn/peers/{peer}": Permission.VPN_MANAGE,
}
PERMISSIONS: Final = RPC_PERMISSIONS | ROUTE_PERMISSIONS


def permissions_of(principal: Principal) -> frozenset[Permission]:
    """All that `principal` may do."""
    if principal.kind is PrincipalKind.NODE:
        return NODE_PERMISSIONS
    return ROLE_PERMISSIONS[principal.role]


def permits(principal: Principal, permission: Permission) -> bool:
    """Whether `principal` has `permission`."""
    return permission in permissions_of(principal)
