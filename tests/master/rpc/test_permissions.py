"""Every call of the wire with every kind of caller: over TLS, against the one table."""

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2

from app.client.errors import to_error
from app.common.errors import Reason
from app.common.vocabulary import Role
from app.master.identity.permissions import (
    NODE_PERMISSIONS,
    OPEN,
    ROLE_PERMISSIONS,
    RPC_PERMISSIONS,
    Permission,
)
from app.master.identity.principal import PrincipalKind
from app.master.identity.tokens import ACCESS_SECONDS
from proto import nodepool_pb2 as pb
from tests.identity_world import channel_to, machine_key, served

#: One word a call: who may make it, written down anew. "-" is who has no token.
EVERYBODY = "- expired user worker operator auditor admin node"
PEOPLE = "user worker operator auditor admin"
SUBMITTERS = "user operator admin"
READERS = "user operator auditor admin"
LENDERS = "user worker operator admin"
OPERATORS = "operator admin"
AUDITORS = "auditor admin"
READERS_OF_ALL = "operator auditor admin"
NODES = "node"
EXPECTED = {
    "UserService/Login": EVERYBODY,
    "UserService/Register": EVERYBODY,
    "UserService/Transfer": LENDERS,
    "UserService/GetBalance": PEOPLE,
    "MasterNodeService/UploadTask": SUBMITTERS,
    "MasterNodeService/GetAllTasks": READERS,
    "MasterNodeService/CancelTask": SUBMITTERS,
    "NodeManagerService/ReportNodeStatus": NODES,
    "NodeManagerService/RegisterNode": EVERYBODY,
    "NodeManagerService/Heartbeat": NODES,
    "EnrolmentService/GetPoolInfo": EVERYBODY,
    "EnrolmentService/GetChallenge": EVERYBODY,
    "EnrolmentService/AuthenticateNode": EVERYBODY,
    "SessionService/Refresh": EVERYBODY,
    "SessionService/SignOut": PEOPLE,
    "SessionService/WhoAmI": PEOPLE,
    "SessionService/ChangePassword": PEOPLE,
    "SessionService/ResetPassword": EVERYBODY,
    "SessionService/ListSessions": PEOPLE,
    "SessionService/EndSessions": PEOPLE,
    "TaskService/Quote": SUBMITTERS,
    "TaskService/GetTask": READERS,
    "TaskService/RetryTask": SUBMITTERS,
    "TaskService/SetTaskPriority": SUBMITTERS,
    "TaskService/ExplainTask": READERS,
    "TaskService/DeleteResult": SUBMITTERS,
    "TaskService/StreamLog": SUBMITTERS,
    "TaskService/WatchTasks": READERS,
    "ArtifactService/BeginUpload": f"{SUBMITTERS} node",
    "ArtifactService/Upload": f"{SUBMITTERS} node",
    "ArtifactService/Download": f"{SUBMITTERS} node",
    "WorkerService/Work": NODES,
    "NodeService/ListNodes": PEOPLE,
    "NodeService/GetNode": PEOPLE,
    "NodeService/SetNodeState": OPERATORS,
    "NodeService/SetNodeLocation": LENDERS,
    "NodeService/ApproveNode": OPERATORS,
    "NodeService/CreateJoinToken": OPERATORS,
    "NodeService/ListJoinTokens": OPERATORS,
    "NodeService/RevokeJoinToken": OPERATORS,
    "LedgerService/ListTransfers": PEOPLE,
    "LedgerService/Verify": AUDITORS,
    "LedgerService/Grant": "admin",
    "LedgerService/GetSummary": AUDITORS,
    "VpnService/GetVpn": READERS_OF_ALL,
    "VpnService/WatchVpn": READERS_OF_ALL,
    "VpnService/SetUpVpn": OPERATORS,
    "VpnService/StopVpn": OPERATORS,
    "VpnService/AddVpnPeer": OPERATORS,
    "VpnService/RenameVpnPeer": OPERATORS,
    "VpnService/RevokeVpnPeer": OPERATORS,
    "VpnService/RotateVpnKey": OPERATORS,
    "VpnService/DiagnoseVpn": READERS_OF_ALL,
    "VpnService/JoinVpn": NODES,
    "ConsoleService/Watch": PEOPLE,
    "ConsoleService/GetHistory": PEOPLE,
    "ConsoleService/WatchNode": PEOPLE,
    "AdminService/ListUsers": AUDITORS,
    "AdminService/CreateUser": "admin",
    "AdminService/UpdateUser": "admin",
    "AdminService/CreateResetCode": "admin",
    "AdminService/StreamServerLog": AUDITORS,
    "AuditService/ListAuditEvents": AUDITORS,
    "AuditService/VerifyAudit": AUDITORS,
}


def wire_methods():
    """Every call of the proto: its path, descriptor, and who sends many messages."""
    for service in pb.DESCRIPTOR.services_by_name.values():
        for method in service.methods:
            yield f"/{service.full_name}/{method.name}", method


def stub_service(service):
    """A servicer of `service` that lets everybody who reaches it through."""

    def handler(method):
        response = GetMessageClass(method.output_type)

        async def read(request):
            if method.client_streaming:
                async for _ in request:
                    pass

        async def one(request, context):
            await read(request)
            return response()

        async def many(request, context):
            await read(request)
            yield response()

        make = {
            (False, False): grpc.unary_unary_rpc_method_handler,
            (False, True): grpc.unary_stream_rpc_method_handler,
            (True, False): grpc.stream_unary_rpc_method_handler,
            (True, True): grpc.stream_stream_rpc_method_handler,
        }[method.client_streaming, method.server_streaming]
        return make(
            many if method.server_streaming else one,
            request_deserializer=GetMessageClass(method.input_type).FromString,
            response_serializer=response.SerializeToString,
        )

    handlers = {method.name: handler(method) for method in service.methods}
    generic = grpc.method_handlers_generic_handler(service.full_name, handlers)

    def add(_servicer, server):
        server.add_generic_rpc_handlers((generic,))
        server.add_registered_method_handlers(service.full_name, handlers)

    return add, None


async def reason_of(channel, path, method, token):
    """The reason of the refusal, or None where the call reached its servicer."""
    metadata = [("authorization", f"Bearer {token}")] if token else []
    shape = (
        f"{'stream' if method.client_streaming else 'unary'}_"
        f"{'stream' if method.server_streaming else 'unary'}"
    )
    call = getattr(channel, shape)(
        path,
        request_serializer=Empty.SerializeToString,
        response_deserializer=GetMessageClass(method.output_type).FromString,
    )
    running = call([Empty()] if method.client_streaming else Empty(), metadata=metadata, timeout=20)
    try:
        if method.server_streaming:
            async for _ in running:
                pass
        else:
            await running
    except grpc.aio.AioRpcError as error:
        return to_error(error).reason
    return None


async def tokens_of_all(world):
    """A token for each kind of caller."""
    tokens = {"-": "", "expired": await world.token_of("someone", Role.ADMIN)}
    world.clock.advance(ACCESS_SECONDS)
    for role in Role:
        tokens[role.label] = await world.token_of(f"the-{role.label}", role)
    owner = await world.parts.users.by_name("the-operator")
    node = await world.node(machine_key(), await world.join_token(owner.id))
    tokens["node"] = world.parts.access_tokens.issue(PrincipalKind.NODE, node.id).text
    return tokens


async def test_every_call_with_every_caller(world):
    services = [stub_service(service) for service in pb.DESCRIPTOR.services_by_name.values()]
    tokens = await tokens_of_all(world)
    refusals = {"-": Reason.UNAUTHENTICATED, "expired": Reason.TOKEN_EXPIRED}
    wrong = []
    async with served(world, services) as address, channel_to(world, address) as channel:
        for path, method in wire_methods():
            may = EXPECTED[path.removeprefix("/nodepool.")].split()
            for who, token in tokens.items():
                expected = None if who in may else refusals.get(who, Reason.PERMISSION_DENIED)
                found = await reason_of(channel, path, method, token)
                if found is not expected:
                    wrong.append((path, who, found, expected))
    assert wrong == []


async def test_health_and_reflection_are_open(world):
    async with served(world, []) as address, channel_to(world, address) as channel:
        check = channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
            response_deserializer=health_pb2.HealthCheckResponse.FromString,
        )
        answer = await check(health_pb2.HealthCheckRequest())
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
        reflect = channel.stream_stream(
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
            request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
            response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
        )
        asked = reflection_pb2.ServerReflectionRequest(list_services="")
        listed = [answer async for answer in reflect([asked])]
        names = {service.name for service in listed[0].list_services_response.service}
        assert "nodepool.UserService" in names


def test_the_table_has_every_call_and_no_other():
    ours = {path for path, _ in wire_methods()}
    assert {path for path in RPC_PERMISSIONS if path.startswith("/nodepool.")} == ours
    assert {path.removeprefix("/nodepool.") for path in ours} == set(EXPECTED)


def test_every_permission_is_somebodys_and_every_role_has_a_row():
    assert set(ROLE_PERMISSIONS) == set(Role)
    given = frozenset().union(NODE_PERMISSIONS, *ROLE_PERMISSIONS.values())
    assert given == set(Permission)


def test_nobody_but_nodes_works_as_a_node():
    assert not any(Permission.NODE_WORK in allowed for allowed in ROLE_PERMISSIONS.values())


def test_only_the_admin_mints_money_and_makes_users():
    for permission in (Permission.LEDGER_GRANT, Permission.USERS_MANAGE):
        assert [r for r in Role if permission in ROLE_PERMISSIONS[r]] == [Role.ADMIN]


def test_the_auditor_changes_nothing():
    changing = {
        Permission.TASKS_SUBMIT,
        Permission.TASKS_MANAGE_ALL,
        Permission.ARTIFACTS,
        Permission.ACCOUNT_TRANSFER,
        Permission.LEDGER_GRANT,
        Permission.NODES_LOCATE,
        Permission.NODES_MANAGE,
        Permission.NODE_WORK,
        Permission.USERS_MANAGE,
    }
    assert not changing & ROLE_PERMISSIONS[Role.AUDITOR]


@pytest.mark.parametrize("path", [path for path, rule in RPC_PERMISSIONS.items() if rule is OPEN])
def test_what_is_open_is_written_down_here_too(path):
    name = path.removeprefix("/nodepool.")
    assert EXPECTED.get(name, EVERYBODY if name.startswith("/grpc.") else "") == EVERYBODY
