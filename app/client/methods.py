"""Every call of the wire with the types that go in and out, so that a checker sees them.

A test compares this table with the descriptors of `proto/nodepool.proto`.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from google.protobuf.message import Message

from proto import nodepool_pb2 as pb

RequestT = TypeVar("RequestT", bound=Message)
ResponseT = TypeVar("ResponseT", bound=Message)


class Shape(Enum):
    """Which side sends more than one message. The values name the channel's factories."""

    UNARY = "unary_unary"
    DOWN = "unary_stream"
    UP = "stream_unary"
    BOTH = "stream_stream"


@dataclass(frozen=True, slots=True)
class Method(Generic[RequestT, ResponseT]):
    """One RPC. `signed` is false for the open ones, which carry no access token."""

    service: str
    name: str
    request: type[RequestT]
    response: type[ResponseT]
    signed: bool = True
    shape: Shape = Shape.UNARY

    @property
    def path(self) -> str:
        return f"/nodepool.{self.service}/{self.name}"


LOGIN = Method("UserService", "Login", pb.LoginRequest, pb.LoginResponse, signed=False)
REGISTER = Method("UserService", "Register", pb.RegisterRequest, pb.RegisterResponse, signed=False)
TRANSFER = Method("UserService", "Transfer", pb.TransferRequest, pb.TransferResponse)
GET_BALANCE = Method("UserService", "GetBalance", pb.GetBalanceRequest, pb.GetBalanceResponse)

UPLOAD_TASK = Method("MasterNodeService", "UploadTask", pb.UploadTaskRequest, pb.UploadTaskResponse)
GET_ALL_TASKS = Method(
    "MasterNodeService", "GetAllTasks", pb.GetAllTasksRequest, pb.GetAllTasksResponse
)
CANCEL_TASK = Method("MasterNodeService", "CancelTask", pb.TaskCancelRequest, pb.TaskCancelResponse)

REPORT_NODE_STATUS = Method(
    "NodeManagerService", "ReportNodeStatus", pb.NodeStatusRequest, pb.NodeStatusResponse
)
REGISTER_NODE = Method(
    "NodeManagerService",
    "RegisterNode",
    pb.NodeRegistrationRequest,
    pb.NodeRegistrationResponse,
    signed=False,
)
HEARTBEAT = Method("NodeManagerService", "Heartbeat", pb.HeartbeatRequest, pb.HeartbeatResponse)

GET_POOL_INFO = Method(
    "EnrolmentService", "GetPoolInfo", pb.GetPoolInfoRequest, pb.GetPoolInfoResponse, signed=False
)
GET_CHALLENGE = Method(
    "EnrolmentService",
    "GetChallenge",
    pb.GetChallengeRequest,
    pb.GetChallengeResponse,
    signed=False,
)
AUTHENTICATE_NODE = Method(
    "EnrolmentService",
    "AuthenticateNode",
    pb.AuthenticateNodeRequest,
    pb.AuthenticateNodeResponse,
    signed=False,
)

REFRESH = Method("SessionService", "Refresh", pb.RefreshRequest, pb.LoginResponse, signed=False)
SIGN_OUT = Method("SessionService", "SignOut", pb.SignOutRequest, pb.SignOutResponse)
CHANGE_PASSWORD = Method(
    "SessionService", "ChangePassword", pb.ChangePasswordRequest, pb.ChangePasswordResponse
)
RESET_PASSWORD = Method(
    "SessionService",
    "ResetPassword",
    pb.ResetPasswordRequest,
    pb.ResetPasswordResponse,
    signed=False,
)
LIST_SESSIONS = Method(
    "SessionService", "ListSessions", pb.ListSessionsRequest, pb.ListSessionsResponse
)
END_SESSIONS = Method(
    "SessionService", "EndSessions", pb.EndSessionsRequest, pb.EndSessionsResponse
)
WHO_AM_I = Method("SessionService", "WhoAmI", pb.WhoAmIRequest, pb.UserInfo)

QUOTE = Method("TaskService", "Quote", pb.QuoteRequest, pb.QuoteResponse)
GET_TASK = Method("TaskService", "GetTask", pb.GetTaskRequest, pb.TaskInfo)
RETRY_TASK = Method("TaskService", "RetryTask", pb.RetryTaskRequest, pb.UploadTaskResponse)
SET_TASK_PRIORITY = Method(
    "TaskService", "SetTaskPriority", pb.SetTaskPriorityRequest, pb.SetTaskPriorityResponse
)
EXPLAIN_TASK = Method("TaskService", "ExplainTask", pb.ExplainTaskRequest, pb.ExplainTaskResponse)
DELETE_RESULT = Method(
    "TaskService", "DeleteResult", pb.DeleteResultRequest, pb.DeleteResultResponse
)
STREAM_LOG = Method("TaskService", "StreamLog", pb.StreamLogRequest, pb.LogChunk, shape=Shape.DOWN)
WATCH_TASKS = Method(
    "TaskService", "WatchTasks", pb.WatchTasksRequest, pb.TaskChanges, shape=Shape.DOWN
)

BEGIN_UPLOAD = Method(
    "ArtifactService", "BeginUpload", pb.BeginUploadRequest, pb.BeginUploadResponse
)
UPLOAD = Method("ArtifactService", "Upload", pb.UploadChunk, pb.UploadResponse, shape=Shape.UP)
DOWNLOAD = Method(
    "ArtifactService", "Download", pb.DownloadRequest, pb.DownloadChunk, shape=Shape.DOWN
)

WORK = Method("WorkerService", "Work", pb.WorkerMessage, pb.MasterMessage, shape=Shape.BOTH)

LIST_NODES = Method("NodeService", "ListNodes", pb.ListNodesRequest, pb.ListNodesResponse)
GET_NODE = Method("NodeService", "GetNode", pb.GetNodeRequest, pb.NodeInfo)
SET_NODE_STATE = Method("NodeService", "SetNodeState", pb.SetNodeStateRequest, pb.NodeInfo)
SET_NODE_LOCATION = Method("NodeService", "SetNodeLocation", pb.SetNodeLocationRequest, pb.NodeInfo)
APPROVE_NODE = Method("NodeService", "ApproveNode", pb.ApproveNodeRequest, pb.NodeInfo)
CREATE_JOIN_TOKEN = Method(
    "NodeService", "CreateJoinToken", pb.CreateJoinTokenRequest, pb.CreateJoinTokenResponse
)
LIST_JOIN_TOKENS = Method(
    "NodeService", "ListJoinTokens", pb.ListJoinTokensRequest, pb.ListJoinTokensResponse
)
REVOKE_JOIN_TOKEN = Method(
    "NodeService", "RevokeJoinToken", pb.RevokeJoinTokenRequest, pb.RevokeJoinTokenResponse
)

LIST_TRANSFERS = Method(
    "LedgerService", "ListTransfers", pb.ListTransfersRequest, pb.ListTransfersResponse
)
VERIFY_LEDGER = Method("LedgerService", "Verify", pb.VerifyLedgerRequest, pb.VerifyLedgerResponse)
GRANT = Method("LedgerService", "Grant", pb.GrantRequest, pb.TransferResponse)
GET_LEDGER_SUMMARY = Method(
    "LedgerService", "GetSummary", pb.LedgerSummaryRequest, pb.LedgerSummaryResponse
)

LIST_USERS = Method("AdminService", "ListUsers", pb.ListUsersRequest, pb.ListUsersResponse)
CREATE_USER = Method("AdminService", "CreateUser", pb.CreateUserRequest, pb.UserInfo)
UPDATE_USER = Method("AdminService", "UpdateUser", pb.UpdateUserRequest, pb.UserInfo)
CREATE_RESET_CODE = Method(
    "AdminService", "CreateResetCode", pb.CreateResetCodeRequest, pb.CreateResetCodeResponse
)

WATCH = Method("ConsoleService", "Watch", pb.WatchRequest, pb.WatchUpdate, shape=Shape.DOWN)
WATCH_NODE = Method(
    "ConsoleService", "WatchNode", pb.WatchNodeRequest, pb.NodeSample, shape=Shape.DOWN
)
GET_HISTORY = Method("ConsoleService", "GetHistory", pb.GetHistoryRequest, pb.GetHistoryResponse)
STREAM_SERVER_LOG = Method(
    "AdminService",
    "StreamServerLog",
    pb.StreamServerLogRequest,
    pb.ServerLogBatch,
    shape=Shape.DOWN,
)

LIST_AUDIT_EVENTS = Method(
    "AuditService", "ListAuditEvents", pb.ListAuditEventsRequest, pb.ListAuditEventsResponse
)
VERIFY_AUDIT = Method("AuditService", "VerifyAudit", pb.VerifyAuditRequest, pb.VerifyAuditResponse)

GET_VPN = Method("VpnService", "GetVpn", pb.GetVpnRequest, pb.VpnInfo)
WATCH_VPN = Method("VpnService", "WatchVpn", pb.WatchVpnRequest, pb.VpnInfo, shape=Shape.DOWN)
SET_UP_VPN = Method("VpnService", "SetUpVpn", pb.SetUpVpnRequest, pb.VpnInfo)
STOP_VPN = Method("VpnService", "StopVpn", pb.StopVpnRequest, pb.VpnInfo)
ADD_VPN_PEER = Method("VpnService", "AddVpnPeer", pb.AddVpnPeerRequest, pb.VpnMembership)
RENAME_VPN_PEER = Method("VpnService", "RenameVpnPeer", pb.RenameVpnPeerRequest, pb.VpnPeer)
REVOKE_VPN_PEER = Method("VpnService", "RevokeVpnPeer", pb.RevokeVpnPeerRequest, pb.VpnPeer)
ROTATE_VPN_KEY = Method(
    "VpnService", "RotateVpnKey", pb.RotateVpnKeyRequest, pb.RotateVpnKeyResponse
)
DIAGNOSE_VPN = Method("VpnService", "DiagnoseVpn", pb.DiagnoseVpnRequest, pb.DiagnoseVpnResponse)
JOIN_VPN = Method("VpnService", "JoinVpn", pb.JoinVpnRequest, pb.VpnMembership)
