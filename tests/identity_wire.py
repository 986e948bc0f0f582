"""The services of people and nodes on a TLS server, and their stubs."""

import itertools

import grpc
import pytest

from app.client.errors import to_error
from app.common.log_ring import LogRing
from app.common.vocabulary import Role
from app.master.rpc.admin_service import AdminServicer
from app.master.rpc.enrolment_service import EnrolmentServicer, PoolIdentity
from app.master.rpc.node_manager_service import NodeManagerServicer
from app.master.rpc.node_service import NodeLoad, NodeServicer
from app.master.rpc.session_service import SessionServicer
from app.master.rpc.user_service import UserServicer
from proto import nodepool_pb2 as pb
from proto import nodepool_pb2_grpc as pb_grpc
from tests.identity_world import PASSWORD


class IdleNodes:
    """The directory of a pool in which nothing runs."""

    def __init__(self, registry):
        self.registry = registry

    def nodes(self):
        return self.registry

    def find(self, node_id_or_name):
        return self.registry.find(node_id_or_name)

    def load(self, node_id):
        return NodeLoad(free_cpu_millicores=4000)


def services(world):
    parts = world.parts
    pool = PoolIdentity(
        parts.pool_id,
        "My lab",
        lambda: parts.authority.ca_certificate_pem,
        "1.2.3",
        lambda: parts.authority.former_certificate_pem,
    )
    directory = IdleNodes(parts.nodes)
    nodes = NodeServicer(
        directory, parts.enrolment, parts.join_tokens, parts.endings, parts.reader, parts.once
    )
    return [
        (
            pb_grpc.add_UserServiceServicer_to_server,
            UserServicer(parts.users, parts.sessions, parts.ledger, parts.once),
        ),
        (
            pb_grpc.add_SessionServiceServicer_to_server,
            SessionServicer(parts.sessions, parts.users, parts.reset_codes, parts.once),
        ),
        (
            pb_grpc.add_AdminServiceServicer_to_server,
            AdminServicer(parts.users, parts.reset_codes, parts.once, LogRing(world.clock)),
        ),
        (
            pb_grpc.add_EnrolmentServiceServicer_to_server,
            EnrolmentServicer(pool, parts.enrolment, parts.users, parts.access_tokens, world.clock),
        ),
        (pb_grpc.add_NodeServiceServicer_to_server, nodes),
        (
            pb_grpc.add_NodeManagerServiceServicer_to_server,
            NodeManagerServicer(parts.enrolment, None, parts.nodes, world.clock, 30),
        ),
    ]


class Wire:
    """The stubs of all services, and who calls."""

    def __init__(self, world, channel, address):
        self.world = world
        self.address = address
        self.numbers = itertools.count()
        self.users = pb_grpc.UserServiceStub(channel)
        self.sessions = pb_grpc.SessionServiceStub(channel)
        self.admin = pb_grpc.AdminServiceStub(channel)
        self.enrolment = pb_grpc.EnrolmentServiceStub(channel)
        self.nodes = pb_grpc.NodeServiceStub(channel)
        self.manager = pb_grpc.NodeManagerServiceStub(channel)

    @property
    def request_id(self):
        return f"request-{next(self.numbers)}"

    async def register(self, name, setup_code="", password=PASSWORD):
        return await self.users.Register(
            pb.RegisterRequest(
                request_id=self.request_id,
                username=name,
                password=password,
                setup_code=setup_code,
            )
        )

    async def login(self, name, password=PASSWORD):
        return await self.users.Login(pb.LoginRequest(username=name, password=password))

    async def signed_in(self, name, role=Role.USER):
        """The metadata of a new user's calls."""
        return bearer(await self.world.token_of(name, role))


def bearer(token):
    return [("authorization", f"Bearer {token}")]


async def reason_of(awaitable):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await awaitable
    return to_error(caught.value).reason
