"""EnrolmentService: what a stranger may know, and how a node proves itself."""

from collections.abc import Callable
from dataclasses import dataclass

from app.common.clock import Clock
from app.common.pki import key_fingerprint
from app.master.identity.principal import PrincipalKind
from app.master.identity.tokens import AccessTokens
from app.master.identity.users import Users
from app.master.pool.applications import Application
from app.master.pool.enrolment import Enrolment
from app.master.pool.registry import Node
from app.master.rpc.errors import Context
from app.master.rpc.messages import capabilities_in, location_in, timestamp, wire_enum
from proto import nodepool_pb2 as pb
from proto import nodepool_pb2_grpc as pb_grpc


@dataclass(frozen=True, slots=True)
class PoolIdentity:
    """What the pool tells everybody of itself."""

    pool_id: str
    pool_name: str
    #: The CA of now: another may follow while the master runs.
    ca_certificate_pem: Callable[[], bytes]
    version: str
    #: The CA before, while it vouches for that of now; empty without one.
    former_ca_certificate_pem: Callable[[], bytes] = bytes


def application_in(request: pb.NodeRegistrationRequest) -> Application:
    """What a machine asks. Raises HiveMindError(INVALID_FIELD) for an unknown enum's value."""
    return Application(
        name=request.name,
        public_key=request.public_key,
        capabilities=capabilities_in(request.capabilities),
        location=location_in(request.location),
        credential=request.join_token_secret,
    )


def registration_out(node: Node) -> pb.NodeRegistrationResponse:
    """What the machine that asked is told."""
    return pb.NodeRegistrationResponse(
        node_id=node.id,
        state=wire_enum(node.state),
        key_fingerprint=key_fingerprint(node.public_key),
    )


class EnrolmentServicer(pb_grpc.EnrolmentServiceServicer):
    """Translates; enrolment decides."""

    def __init__(
        self,
        pool: PoolIdentity,
        enrolment: Enrolment,
        users: Users,
        tokens: AccessTokens,
        clock: Clock,
    ) -> None:
        self._pool = pool
        self._enrolment = enrolment
        self._users = users
        self._tokens = tokens
        self._clock = clock

    async def GetPoolInfo(
        self, request: pb.GetPoolInfoRequest, context: Context
    ) -> pb.GetPoolInfoResponse:
        """Who this pool is, with the CA whose pin the asker compares."""
        return pb.GetPoolInfoResponse(
            pool_name=self._pool.pool_name,
            pool_id=self._pool.pool_id,
            ca_certificate_pem=self._pool.ca_certificate_pem().decode("ascii"),
            version=self._pool.version,
            server_time=timestamp(self._clock.now_us()),
            registration_open=self._users.registration_open,
            setup_needed=self._users.setup_needed,
            former_ca_certificate_pem=self._pool.former_ca_certificate_pem().decode("ascii"),
        )

    async def GetChallenge(
        self, request: pb.GetChallengeRequest, context: Context
    ) -> pb.GetChallengeResponse:
        """A nonce, good for a minute."""
        return pb.GetChallengeResponse(nonce=self._enrolment.challenge(request.node_id))

    async def AuthenticateNode(
        self, request: pb.AuthenticateNodeRequest, context: Context
    ) -> pb.AuthenticateNodeResponse:
        """An access token for the node that signed its nonce."""
        node = self._enrolment.prove(request.node_id, request.nonce, request.signature)
        token = self._tokens.issue(PrincipalKind.NODE, node.id)
        return pb.AuthenticateNodeResponse(
            access_token=token.text,
            expires_in_seconds=token.expires_in_seconds,
            state=wire_enum(node.state),
        )
