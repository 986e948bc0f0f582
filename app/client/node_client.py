"""What a worker says to its master. It proves itself with its key and needs no other secret."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import grpc.aio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.client import transfers
from app.client.address import MasterAddress
from app.client.calls import Calls
from app.client.channel import open_channel
from app.client.methods import (
    AUTHENTICATE_NODE,
    GET_CHALLENGE,
    GET_POOL_INFO,
    JOIN_VPN,
    REGISTER_NODE,
    WORK,
)
from app.client.open_call import OpenCall
from app.client.transfers import Artifact
from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource
from app.common.invariant import unreachable
from app.common.pki import node_auth_message, with_authority
from proto import nodepool_pb2 as pb

__all__ = ["NodeClient", "NodeIdentity", "WorkStream", "register"]

PATIENCE_SECONDS = 30.0
#: A token is renewed this long before its time is over, or at two thirds of a short one.
RENEW_BEFORE_SECONDS = 300.0
CLOSE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class NodeIdentity:
    """Who a node is, and which pool's master it trusts."""

    node_id: str
    private_key: Ed25519PrivateKey = field(repr=False)
    pool_id: str
    ca_certificate_pem: bytes
    address: MasterAddress


class NodeClient:
    """A node's calls; an async context manager. All failures are HiveMindErrors."""

    def __init__(
        self,
        identity: NodeIdentity,
        clock: Clock,
        ids: IdSource,
        met_authority: Callable[[bytes], None] = lambda _: None,
    ) -> None:
        """`met_authority` is told what to trust from now on when another CA has followed."""
        self._identity = identity
        self._clock = clock
        self._ids = ids
        self._met_authority = met_authority
        self._trusted = identity.ca_certificate_pem
        self._channels: list[grpc.aio.Channel] = []

    async def __aenter__(self) -> "NodeClient":
        self._tokens = _NodeTokens(self._identity, self._clock, self._look_at_authority)
        self._open()
        return self

    def _open(self) -> None:
        """A channel that trusts what is trusted now; transfers under way keep theirs."""
        channel = open_channel(self._identity.address, self._trusted)
        self._channels.append(channel)
        self._trusted_by_channel = self._trusted
        self._calls = Calls(channel, self._tokens, self._clock, self._ids, PATIENCE_SECONDS)
        self._tokens.calls = self._calls

    async def _look_at_authority(self) -> None:
        """Whether the pool has another CA: who is trusted says so, over a trusted channel."""
        info = await self._calls.ask(GET_POOL_INFO, pb.GetPoolInfoRequest())
        current = info.ca_certificate_pem.encode()
        if not current or self._trusted.startswith(current):
            return
        self._trusted = with_authority(self._trusted, current)
        self._met_authority(self._trusted)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for channel in self._channels:
            await channel.close(None)

    async def authenticate(self) -> None:
        """Prove itself now. Raises NODE_PENDING, NODE_REVOKED, BAD_CHALLENGE and others."""
        await self._tokens.token()

    async def join_tunnel(self, public_key: str) -> pb.VpnMembership:
        """Have the pool's hub take in this node's public key, in place of one before.

        Raises VPN_NOT_SET_UP, VPN_ADDRESSES_EXHAUSTED, VPN_KEY_IN_USE, PERMISSION_DENIED.
        """
        request = pb.JoinVpnRequest(request_id=self._ids.new_id(), public_key=public_key)
        return await self._calls.ask(JOIN_VPN, request)

    @asynccontextmanager
    async def work(self) -> AsyncIterator["WorkStream"]:
        """The node's one long stream. A lost stream is opened anew by the caller."""
        if self._trusted != self._trusted_by_channel:
            self._open()
        call = await self._calls.open(WORK)
        stream = WorkStream(call)
        try:
            yield stream
        finally:
            call.cancel()

    async def upload(self, path: Path, digest: str, task_id: str, attempt: int) -> None:
        """Bring a result's archive to the master; goes on after a lost connection."""
        await transfers.upload(self._calls, path, Artifact(digest, task_id, attempt))

    async def download(self, digest: str, task_id: str, path: Path, size_bytes_max: int) -> None:
        """Fetch a task's archive to `path`; see `app.client.transfers.download`."""
        await transfers.download(self._calls, Artifact(digest, task_id), path, size_bytes_max)


class WorkStream:
    """Messages to and from the master. `send` may be called from many tasks at once."""

    def __init__(self, call: OpenCall[pb.WorkerMessage, pb.MasterMessage]) -> None:
        self._call = call
        self._writing = asyncio.Lock()

    async def send(self, message: pb.WorkerMessage) -> None:
        """Send one message; returns when the transport has taken it.

        Raises HiveMindError when the stream has ended.
        """
        async with self._writing:
            if not await self._call.write(message):
                raise HiveMindError(
                    Reason.MASTER_UNREACHABLE, "The master has ended the stream in order."
                )

    def __aiter__(self) -> AsyncIterator[pb.MasterMessage]:
        """The master's messages until it ends the stream in order."""
        return self._call.__aiter__()

    async def close(self) -> None:
        """Tell the master that nothing more comes; give it a moment to finish."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS), self._writing:
                await self._call.done_writing()
                await self._call.ended()
        except TimeoutError:
            pass  # it has had its moment
        finally:
            self._call.cancel()


class _NodeTokens:
    """Access tokens got by signing the master's nonce."""

    calls: Calls

    def __init__(
        self, identity: NodeIdentity, clock: Clock, proved: Callable[[], Awaitable[None]]
    ) -> None:
        self._identity = identity
        self._proved = proved
        self._clock = clock
        self._token = ""
        self._renew_at = 0.0
        self._renewing = asyncio.Lock()

    async def token(self) -> str:
        async with self._renewing:
            if not self._token or self._clock.monotonic() >= self._renew_at:
                await self._authenticate()
            return self._token

    def discard(self, token: str) -> None:
        if token == self._token:
            self._token = ""

    async def _authenticate(self) -> None:
        identity = self._identity
        asked_at = self._clock.monotonic()
        challenge = await self.calls.ask(
            GET_CHALLENGE, pb.GetChallengeRequest(node_id=identity.node_id)
        )
        message = node_auth_message(identity.pool_id, identity.node_id, challenge.nonce)
        answer = await self.calls.ask(
            AUTHENTICATE_NODE,
            pb.AuthenticateNodeRequest(
                node_id=identity.node_id,
                nonce=challenge.nonce,
                signature=identity.private_key.sign(message),
            ),
        )
        lifetime = answer.expires_in_seconds
        self._token = answer.access_token
        self._renew_at = asked_at + lifetime - min(RENEW_BEFORE_SECONDS, lifetime / 3)
        await self._proved()


class _NoTokens:
    """For a stranger, who makes open calls only."""

    async def token(self) -> str:
        unreachable("a stranger makes open calls only")

    def discard(self, token: str) -> None:
        unreachable(f"a stranger has no token, and this is one: {len(token)} characters")


async def register(
    address: MasterAddress,
    ca_certificate_pem: bytes,
    request: pb.NodeRegistrationRequest,
    clock: Clock,
    ids: IdSource,
) -> pb.NodeRegistrationResponse:
    """Ask to join the pool whose CA was found right. The request carries its request_id.

    Raises BAD_JOIN_TOKEN, JOIN_TOKEN_EXPIRED, JOIN_TOKEN_USED, JOIN_TOKEN_REVOKED and others.
    """
    async with open_channel(address, ca_certificate_pem) as channel:
        calls = Calls(channel, _NoTokens(), clock, ids, PATIENCE_SECONDS)
        return await calls.ask(REGISTER_NODE, request)
