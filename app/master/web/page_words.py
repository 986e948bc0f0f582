"""The words of pages for what the wire has numbers and names for, and how each looks.

All are English: `page_texts.py` says them in the reader's language.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from proto import nodepool_pb2 as pb

TASK_STATES: Final[Mapping[int, tuple[str, str]]] = {
    pb.TASK_STATE_QUEUED: ("Queued", "waiting"),
    pb.TASK_STATE_ASSIGNED: ("Assigned", "busy"),
    pb.TASK_STATE_RUNNING: ("Running", "busy"),
    pb.TASK_STATE_SUCCEEDED: ("Succeeded", "good"),
    pb.TASK_STATE_FAILED: ("Failed", "bad"),
    pb.TASK_STATE_CANCELLED: ("Cancelled", "quiet"),
}
NODE_STATES: Final[Mapping[int, tuple[str, str]]] = {
    pb.NODE_STATE_PENDING: ("Waits for approval", "waiting"),
    pb.NODE_STATE_ACTIVE: ("Active", "good"),
    pb.NODE_STATE_PAUSED: ("Paused", "quiet"),
    pb.NODE_STATE_DRAINING: ("Draining", "warning"),
    pb.NODE_STATE_REVOKED: ("Revoked", "bad"),
}
OFFLINE: Final = ("Offline", "bad")
PRIORITIES: Final[Mapping[int, str]] = {
    pb.PRIORITY_NORMAL: "Normal",
    pb.PRIORITY_HIGH: "High",
    pb.PRIORITY_URGENT: "Urgent",
}
TRUST: Final[Mapping[int, str]] = {
    pb.TRUST_LEVEL_LOW: "Low",
    pb.TRUST_LEVEL_NORMAL: "Normal",
    pb.TRUST_LEVEL_HIGH: "High",
}
ISOLATION: Final[Mapping[int, str]] = {
    pb.ISOLATION_CLASS_UNSPECIFIED: "None: it takes no tasks",
    pb.ISOLATION_CLASS_SANDBOX: "Sandbox",
    pb.ISOLATION_CLASS_CONTAINER: "Container",
}
OUTCOMES: Final[Mapping[int, str]] = {
    pb.ATTEMPT_OUTCOME_UNSPECIFIED: "Running",
    pb.ATTEMPT_OUTCOME_SUCCEEDED: "Succeeded",
    pb.ATTEMPT_OUTCOME_EXITED_NONZERO: "Ended with an error",
    pb.ATTEMPT_OUTCOME_TIMED_OUT: "Took too long",
    pb.ATTEMPT_OUTCOME_OUT_OF_MEMORY: "Needed more memory than it asked for",
    pb.ATTEMPT_OUTCOME_OUTPUT_TOO_LARGE: "Left too much output",
    pb.ATTEMPT_OUTCOME_REJECTED: "Could not be started",
    pb.ATTEMPT_OUTCOME_NODE_LOST: "Its node was lost",
    pb.ATTEMPT_OUTCOME_RELEASED: "Given back by its node",
    pb.ATTEMPT_OUTCOME_CANCELLED: "Cancelled",
    pb.ATTEMPT_OUTCOME_BAD_ARCHIVE: "Its archive cannot be unpacked",
}
TRANSFERS: Final[Mapping[int, str]] = {
    pb.TRANSFER_KIND_GRANT: "Grant",
    pb.TRANSFER_KIND_PAYMENT: "Payment",
    pb.TRANSFER_KIND_HOLD: "Held",
    pb.TRANSFER_KIND_SETTLE: "Settled",
    pb.TRANSFER_KIND_REFUND: "Given back",
    pb.TRANSFER_KIND_FEE: "Fee",
}
#: The pool's own accounts: no user can be called so.
ACCOUNTS: Final[Mapping[str, str]] = {
    "treasury": "the treasury",
    "fees": "the pool's fees",
    "escrow": "held",
}
CONTINENTS: Final[Mapping[int, str]] = {
    pb.CONTINENT_AFRICA: "Africa",
    pb.CONTINENT_ANTARCTICA: "Antarctica",
    pb.CONTINENT_ASIA: "Asia",
    pb.CONTINENT_EUROPE: "Europe",
    pb.CONTINENT_NORTH_AMERICA: "North America",
    pb.CONTINENT_OCEANIA: "Oceania",
    pb.CONTINENT_SOUTH_AMERICA: "South America",
}
ROLES: Final[Mapping[str, str]] = {
    "admin": "Administrator",
    "operator": "Operator",
    "user": "User",
    "worker": "Worker",
    "auditor": "Auditor",
}
#: What was done, by the call's name on the wire.
ACTIONS: Final[Mapping[str, str]] = {
    "UserService/Login": "sign in",
    "SessionService/SignOut": "sign out",
    "UserService/Register": "register",
    "SessionService/ChangePassword": "change own password",
    "SessionService/ResetPassword": "set a forgotten password",
    "SessionService/EndSessions": "end sessions",
    "AdminService/CreateResetCode": "make a reset code",
    "Master/CreateFirstAdmin": "make the first admin",
    "AdminService/CreateUser": "create a user",
    "AdminService/UpdateUser": "change a user",
    "UserService/Transfer": "transfer CPT",
    "LedgerService/Grant": "grant CPT",
    "MasterNodeService/UploadTask": "submit a task",
    "MasterNodeService/CancelTask": "cancel a task",
    "TaskService/RetryTask": "retry a task",
    "TaskService/SetTaskPriority": "change a priority",
    "TaskService/DeleteResult": "delete a result",
    "NodeManagerService/RegisterNode": "join as a node",
    "NodeService/ApproveNode": "approve a node",
    "NodeService/SetNodeState": "change a node's state",
    "NodeService/SetNodeLocation": "locate a node",
    "NodeService/CreateJoinToken": "make a join token",
    "NodeService/RevokeJoinToken": "revoke a join token",
    "VpnService/SetUpVpn": "set up the encrypted network",
    "VpnService/StopVpn": "stop the encrypted network",
    "VpnService/AddVpnPeer": "add a peer",
    "VpnService/RenameVpnPeer": "rename a peer",
    "VpnService/RevokeVpnPeer": "revoke a peer",
    "VpnService/RotateVpnKey": "change a tunnel's key",
    "VpnService/JoinVpn": "join the encrypted network",
}
ROLE_MEANINGS: Final[Mapping[str, str]] = {
    "user": "Submits tasks, lends machines, pays and earns.",
    "worker": "Lends machines and earns; submits nothing.",
    "operator": "Looks after all machines and tasks of the pool.",
    "auditor": "Sees everything, the whole ledger too; changes nothing.",
    "admin": "May do everything, and manages the users.",
}
#: How long a join token may be good, in seconds.
TOKEN_TIMES: Final[Mapping[int, str]] = {
    3600: "1 hour",
    24 * 3600: "1 day",
    7 * 24 * 3600: "7 days",
    30 * 24 * 3600: "30 days",
}
TOKEN_STATES: Final[Mapping[str, tuple[str, str]]] = {
    "usable": ("Usable", "good"),
    "used": ("Used up", "quiet"),
    "expired": ("Expired", "waiting"),
    "revoked": ("Revoked", "bad"),
}
VPN_ROLES: Final[Mapping[int, str]] = {
    pb.VPN_ROLE_UNSPECIFIED: "No encrypted network is set up.",
    pb.VPN_ROLE_HUB: "This master is the hub.",
    pb.VPN_ROLE_PEER: "This master is a peer of another's hub.",
}
VPN_STATES: Final[Mapping[int, tuple[str, str]]] = {
    pb.VPN_STATE_UNSPECIFIED: ("Off", "quiet"),
    pb.VPN_STATE_STARTING: ("Starting", "busy"),
    pb.VPN_STATE_UP: ("Up", "good"),
    pb.VPN_STATE_NOT_VERIFIED: ("Not verified", "warning"),
    pb.VPN_STATE_BROKEN: ("Broken", "bad"),
    pb.VPN_STATE_EXPORTED: ("Only exported", "waiting"),
}
PEER_STATES: Final[Mapping[str, tuple[str, str]]] = {
    "connected": ("Connected", "good"),
    "away": ("Away", "quiet"),
    "past": ("Past its tunnel", "warning"),
}
VPN_CHECKS: Final[Mapping[str, str]] = {
    "set-up": "Set-up",
    "service": "WireGuard",
    "file": "File",
    "tunnel": "Tunnel",
    "clock": "Clock",
    "port": "Port",
    "DNS": "Endpoint",
    "routes": "Routes",
    "peers": "Peers",
    "master": "Master",
}
CHECK_RESULTS: Final[Mapping[int, tuple[str, str]]] = {
    pb.VpnCheck.RESULT_GOOD: ("Good", "good"),
    pb.VpnCheck.RESULT_WARNING: ("Warning", "warning"),
    pb.VpnCheck.RESULT_BAD: ("Bad", "bad"),
    pb.VpnCheck.RESULT_NOT_TRIED: ("Not tried", "quiet"),
}
#: All of them, for whoever looks for texts without a translation.
WORD_TABLES: Final = (
    *(
        dict.fromkeys(name for name, _ in table.values())
        for table in (TASK_STATES, NODE_STATES, TOKEN_STATES, VPN_STATES, PEER_STATES)
    ),
    dict.fromkeys(name for name, _ in CHECK_RESULTS.values()),
    *(
        dict.fromkeys(table.values())
        for table in (PRIORITIES, TRUST, ISOLATION, OUTCOMES, TRANSFERS, CONTINENTS, ROLES)
    ),
    *(
        dict.fromkeys(table.values())
        for table in (ACCOUNTS, ACTIONS, ROLE_MEANINGS, TOKEN_TIMES, VPN_ROLES, VPN_CHECKS)
    ),
    {OFFLINE[0]: None},
)


def tone(table: Mapping[Any, tuple[str, str]], key: Any) -> str:
    """How a state looks: good, busy, waiting, warning, bad or quiet."""
    return table.get(key, ("", "quiet"))[1]


def node_standing(node: pb.NodeInfo) -> tuple[str, str]:
    """The state of a node as people see it: one that is gone is offline whatever else it is."""
    if node.state == pb.NODE_STATE_ACTIVE and not node.online:
        return OFFLINE
    return NODE_STATES.get(node.state, OFFLINE)


def token_state(token: pb.JoinTokenInfo, now: datetime) -> str:
    """Whether a join token is good for anything, as TOKEN_STATES has it."""
    if token.revoked:
        return "revoked"
    if not token.uses_left:
        return "used"
    return "expired" if token.expires_at.seconds <= now.timestamp() else "usable"


def peer_state(peer: pb.VpnPeer) -> str:
    """How a peer stands, as PEER_STATES has it."""
    if peer.past_tunnel:
        return "past"
    return "connected" if peer.connected else "away"
