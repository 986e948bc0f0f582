"""A master as a worker sees it: real gRPC over real TLS, its decisions made by the test."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.client.address import MasterAddress
from app.client.node_client import NodeIdentity
from app.common.errors import HiveMindError, Reason
from app.common.pki import key_fingerprint, node_auth_message
from app.common.vocabulary import NodeState
from proto import nodepool_pb2 as pb
from tests.client.fake_pool import FakePool

#: For what comes also from processes that have to start first, on a loaded machine.
WAIT_SECONDS = 60
POOL_ID = "pool-1"


@dataclass
class Node:
    public_key: bytes
    state: NodeState


@dataclass
class FakeMaster(FakePool):
    """Keeps what workers tell, acknowledges it, and sends what a test wants sent."""

    nodes: dict[str, Node] = field(default_factory=dict)
    registrations: list[pb.NodeRegistrationRequest] = field(default_factory=list)
    #: What a registration without a token gets.
    state_without_token: NodeState = NodeState.PENDING
    heartbeat_seconds: int = 30
    log_bytes_max: int = 1024 * 1024
    acknowledges: bool = True
    hellos: list[pb.WorkerHello] = field(default_factory=list)
    updates: list[pb.TaskUpdate] = field(default_factory=list)
    usages: list[pb.NodeUsage] = field(default_factory=list)
    drains: int = 0
    #: (task, attempt, stream) to what arrived, by offset.
    logs: dict[tuple[str, int, int], bytearray] = field(
        default_factory=lambda: defaultdict(bytearray)
    )
    truncated: set[tuple[str, int, int]] = field(default_factory=set)
    uploads: list[pb.BeginUploadRequest] = field(default_factory=list)
    _nonces: dict[str, bytes] = field(default_factory=dict)
    _outbox: asyncio.Queue | None = None
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def admit(self) -> NodeIdentity:
        """A node that has joined."""
        key = Ed25519PrivateKey.generate()
        node_id = self.new("node")
        self.nodes[node_id] = Node(key.public_key().public_bytes_raw(), NodeState.ACTIVE)
        address = MasterAddress.parse(self.address)
        return NodeIdentity(node_id, key, POOL_ID, self.authority.ca_pem, address)

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until `holds()` is true."""
        async with asyncio.timeout(WAIT_SECONDS), self._changed:
            await self._changed.wait_for(holds)

    async def connected(self, times: int = 1) -> None:
        """Wait for the worker's hello number `times`."""
        await self.until(lambda: len(self.hellos) >= times)

    async def ended(self, task_id: str) -> pb.TaskUpdate:
        """Wait for the end of a task."""
        await self.until(lambda: self.ends(task_id))
        return self.ends(task_id)[0]

    def ends(self, task_id: str) -> list[pb.TaskUpdate]:
        return [
            update
            for update in self.updates
            if update.task_id == task_id and update.kind == pb.TaskUpdate.KIND_ENDED
        ]

    def printed(self, task_id: str, attempt: int = 1, stream: int = 1) -> str:
        return self.logs[task_id, attempt, stream].decode()

    def send(self, message: pb.MasterMessage) -> None:
        """To the connected worker."""
        assert self._outbox is not None, "no worker is connected"
        self._outbox.put_nowait(message)

    def assign(self, task_id: str, *command: str, attempt: int = 1, **spec: object) -> None:
        """Give the worker a task."""
        assignment = pb.Assignment(
            task_id=task_id, attempt=attempt, spec=pb.TaskSpec(command=command, **spec)
        )
        self.send(pb.MasterMessage(assignments=[assignment]))

    def stop_lease(self, task_id: str, reason: int, attempt: int = 1) -> None:
        lease = pb.StopLease(task_id=task_id, attempt=attempt, reason=reason)
        self.send(pb.MasterMessage(stops=[lease]))

    def acknowledge(self, update: pb.TaskUpdate, refused: str = "") -> None:
        ack = pb.UpdateAck(
            task_id=update.task_id, attempt=update.attempt, kind=update.kind, refused=refused
        )
        self.send(pb.MasterMessage(acks=[ack]))

    def cut(self) -> None:
        """Break the worker's stream, as a network does."""
        assert self._outbox is not None, "no worker is connected"
        self._outbox.put_nowait(HiveMindError(Reason.MASTER_UNREACHABLE, "cut"))
        self._outbox = None

    async def on_register_node(self, request):
        self.registrations.append(request)
        known = [key for key, node in self.nodes.items() if node.public_key == request.public_key]
        node_id = known[0] if known else self.new("node")
        state = NodeState.ACTIVE if request.join_token_secret else self.state_without_token
        self.nodes.setdefault(node_id, Node(request.public_key, state))
        await self._tell()
        return pb.NodeRegistrationResponse(
            node_id=node_id, state=int(state), key_fingerprint=key_fingerprint(request.public_key)
        )

    async def on_get_challenge(self, request):
        self._nonces[request.node_id] = f"nonce {self.new('n')}".encode()
        await self._tell()
        return pb.GetChallengeResponse(nonce=self._nonces[request.node_id])

    async def on_authenticate_node(self, request):
        node = self.nodes[request.node_id]
        if self._nonces.pop(request.node_id, None) != request.nonce:
            raise HiveMindError(Reason.BAD_CHALLENGE)
        message = node_auth_message(POOL_ID, request.node_id, request.nonce)
        try:
            Ed25519PublicKey.from_public_bytes(node.public_key).verify(request.signature, message)
        except InvalidSignature as error:
            raise HiveMindError(Reason.BAD_CHALLENGE) from error
        if node.state is NodeState.PENDING:
            raise HiveMindError(Reason.NODE_PENDING)
        if node.state is NodeState.REVOKED:
            raise HiveMindError(Reason.NODE_REVOKED)
        token = self.new("node-token")
        self.access_tokens.add(token)
        return pb.AuthenticateNodeResponse(access_token=token, expires_in_seconds=900)

    async def on_begin_upload(self, request):
        self.uploads.append(request)
        await self._tell()
        return await super().on_begin_upload(request)

    async def on_work(self, messages) -> AsyncIterator[pb.MasterMessage]:
        first = await anext(messages)
        outbox = self._outbox = asyncio.Queue()
        welcome = pb.WorkerWelcome(
            heartbeat_seconds=self.heartbeat_seconds,
            lease_grace_seconds=30,
            log_bytes_max=self.log_bytes_max,
            result_bytes_max=64 * 1024 * 1024,
            state=pb.NODE_STATE_ACTIVE,
        )
        yield pb.MasterMessage(welcome=welcome)
        self.hellos.append(first.hello)
        await self._tell()
        reading = asyncio.create_task(self._read(messages, outbox))
        try:
            while (item := await outbox.get()) is not None:
                if isinstance(item, HiveMindError):
                    raise item
                yield item
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _read(self, messages, outbox: asyncio.Queue) -> None:
        async for message in messages:
            answer = self._take(message)
            if self.acknowledges and answer.ByteSize():
                outbox.put_nowait(answer)
            await self._tell()
        outbox.put_nowait(None)

    def _take(self, message: pb.WorkerMessage) -> pb.MasterMessage:
        answer = pb.MasterMessage()
        if message.HasField("usage"):
            self.usages.append(message.usage)
        self.drains += message.drain or message.leaving
        for chunk in message.logs:
            self._keep_log(chunk)
            key = (chunk.task_id, chunk.attempt)
            answer.log_acks.add(
                task_id=chunk.task_id,
                attempt=chunk.attempt,
                stdout_offset=len(self.logs[*key, 1]),
                stderr_offset=len(self.logs[*key, 2]),
            )
        for update in message.updates:
            self.updates.append(update)
            answer.acks.add(task_id=update.task_id, attempt=update.attempt, kind=update.kind)
        return answer

    def _keep_log(self, chunk: pb.LogChunk) -> None:
        key = (chunk.task_id, chunk.attempt, chunk.stream)
        kept = self.logs[key]
        assert chunk.offset <= len(kept), f"a gap in the log: {chunk.offset} after {len(kept)}"
        kept += chunk.data[len(kept) - chunk.offset :]
        if chunk.truncated:
            self.truncated.add(key)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
