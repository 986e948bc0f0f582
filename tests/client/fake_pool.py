"""A small master for the client's tests: real gRPC, real TLS, answers kept in memory.

It does only what a client can notice: tokens that rotate, requests answered once,
artifacts in pieces, streams. A test changes `answers` where it needs another behaviour.
"""

import datetime as dt
import hashlib
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import grpc
import grpc.aio
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc import status_pb2
from google.rpc.error_details_pb2 import ErrorInfo
from grpc_status import rpc_status

from app.client import methods
from app.client.methods import Method, Shape
from app.common.errors import HiveMindError, Reason
from app.common.pki import MASTER_HOST, ca_pin
from proto import nodepool_pb2 as pb

#: Dates do not matter here, but TLS compares them with the machine's clock.
VALID_FROM = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
VALID_UNTIL = dt.datetime(2120, 1, 1, tzinfo=dt.UTC)

METHODS = [value for value in vars(methods).values() if isinstance(value, Method)]


class Authority:
    """A CA and one server certificate that it signed."""

    def __init__(self, host: str = MASTER_HOST) -> None:
        key, ca = _certificate("a pool's CA", None, ())
        leaf_key, leaf = _certificate("master", (key, ca), (host,))
        self.ca_pem = ca.public_bytes(Encoding.PEM)
        self.leaf_pem = leaf.public_bytes(Encoding.PEM)
        self.leaf_key_pem = leaf_key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        self.pin = ca_pin(self.ca_pem)


def _certificate(name: str, issuer, hosts: tuple[str, ...]):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer_key, issuer_name = (issuer[0], issuer[1].subject) if issuer else (key, subject)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if hosts:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
    return key, builder.sign(issuer_key, hashes.SHA256())


def refusal_status(error: HiveMindError) -> grpc.Status:
    """`error` as a master sends it."""
    packed = AnyMessage()
    packed.Pack(ErrorInfo(reason=error.reason.name, domain="hivemind", metadata=error.details))
    code = grpc.StatusCode[error.reason.category.name]
    return rpc_status.to_status(
        status_pb2.Status(code=code.value[0], message=error.message, details=[packed])
    )


def snake_case(name: str) -> str:
    """ "GetTask" as "get_task"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


@dataclass
class Lost:
    """Make the next answers of a method get lost, before or after the deed was done."""

    count: int
    after: bool = True


@dataclass
class FakePool:
    """Start it with `async with`; it listens on 127.0.0.1 at `port`, 0 for any.

    A test that stops and starts it, or has another in its place, gives it a port that lasts.
    """

    authority: Authority = field(default_factory=Authority)
    #: What GetPoolInfo shows as the CA; another than `authority`'s for an impostor.
    shown_ca_pem: bytes = b""
    access_seconds: int = 900
    port: int = 0
    answers: dict[str, Callable] = field(default_factory=dict)
    lost: dict[str, Lost] = field(default_factory=dict)
    #: Every request that came, as (method's name, message).
    asked: list[tuple[str, Any]] = field(default_factory=list)
    #: The authorization of each signed call.
    bearers: list[str] = field(default_factory=list)
    access_tokens: set[str] = field(default_factory=set)
    refresh_token: str = ""
    session_revoked: bool = False
    tasks: dict[str, pb.TaskInfo] = field(default_factory=dict)
    first_answers: dict[str, tuple[bytes, Any]] = field(default_factory=dict)
    artifacts: dict[str, bytes] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    parts: dict[str, bytearray] = field(default_factory=lambda: defaultdict(bytearray))
    log: list[pb.LogChunk] = field(default_factory=list)
    why: pb.ExplainTaskResponse = field(default_factory=pb.ExplainTaskResponse)
    made: int = 0

    async def __aenter__(self) -> "FakePool":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; again on the same port after `stop`."""
        self._server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
        services = defaultdict(dict)
        for method in METHODS:
            services[method.service][method.name] = self._handler(method)
        for service, handlers in services.items():
            self._server.add_generic_rpc_handlers(
                (grpc.method_handlers_generic_handler(f"nodepool.{service}", handlers),)
            )
        chain = self.authority.leaf_pem + self.authority.ca_pem
        credentials = grpc.ssl_server_credentials([(self.authority.leaf_key_pem, chain)])
        self.port = self._server.add_secure_port(f"127.0.0.1:{self.port}", credentials)
        await self._server.start()

    async def stop(self) -> None:
        """End all calls and stop listening."""
        await self._server.stop(None)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def count(self, name: str) -> int:
        """How often a method was asked."""
        return sum(1 for asked, _ in self.asked if asked == name)

    def new(self, prefix: str) -> str:
        """Another name."""
        self.made += 1
        return f"{prefix}-{self.made}"

    def _handler(self, method: Method) -> grpc.RpcMethodHandler:
        codec = (method.request.FromString, method.response.SerializeToString)
        if method.shape is Shape.UNARY:
            return grpc.unary_unary_rpc_method_handler(self._unary(method), *codec)
        if method.shape is Shape.UP:
            return grpc.stream_unary_rpc_method_handler(self._unary(method), *codec)
        if method.shape is Shape.DOWN:
            return grpc.unary_stream_rpc_method_handler(self._stream(method), *codec)
        return grpc.stream_stream_rpc_method_handler(self._stream(method), *codec)

    def _answer(self, method: Method) -> Callable:
        return self.answers.get(method.name) or getattr(self, f"on_{snake_case(method.name)}")

    def _check(self, method: Method, request: Any, context: grpc.aio.ServicerContext) -> None:
        self.asked.append((method.name, request))
        if not method.signed:
            return
        bearer = dict(context.invocation_metadata()).get("authorization", "")
        self.bearers.append(bearer)
        if self.session_revoked:
            raise HiveMindError(Reason.SESSION_ENDED)
        if bearer.removeprefix("Bearer ") not in self.access_tokens:
            raise HiveMindError(Reason.TOKEN_EXPIRED)

    def _unary(self, method: Method) -> Callable:
        async def answer(request: Any, context: grpc.aio.ServicerContext) -> Any:
            try:
                self._check(method, request, context)
                lost = self.lost.get(method.name, Lost(0))
                if lost.count and not lost.after:
                    lost.count -= 1
                    await context.abort(grpc.StatusCode.UNAVAILABLE, "lost on the way there")
                response = await self._once(method, request)
                if lost.count:
                    lost.count -= 1
                    await context.abort(grpc.StatusCode.UNAVAILABLE, "lost on the way back")
            except HiveMindError as error:
                await context.abort_with_status(refusal_status(error))
            return response

        return answer

    async def _once(self, method: Method, request: Any) -> Any:
        request_id = getattr(request, "request_id", "")
        if not request_id:
            return await self._answer(method)(request)
        body = request.SerializeToString(deterministic=True)
        if request_id in self.first_answers:
            first_body, response = self.first_answers[request_id]
            if body != first_body:
                raise HiveMindError(Reason.REQUEST_ID_REUSED)
            return response
        response = await self._answer(method)(request)
        self.first_answers[request_id] = body, response
        return response

    def _stream(self, method: Method) -> Callable:
        async def answer(request: Any, context: grpc.aio.ServicerContext) -> AsyncIterator[Any]:
            try:
                self._check(method, request, context)
                async for item in self._answer(method)(request):
                    yield item
            except HiveMindError as error:
                await context.abort_with_status(refusal_status(error))

        return answer

    async def on_get_pool_info(self, _request):
        shown = self.shown_ca_pem or self.authority.ca_pem
        return pb.GetPoolInfoResponse(
            pool_name="the lab", pool_id="pool-1", ca_certificate_pem=shown.decode()
        )

    async def on_login(self, request):
        if request.password != "right":
            raise HiveMindError(Reason.BAD_CREDENTIALS)
        self.session_revoked = False
        return self.tokens()

    def tokens(self) -> pb.LoginResponse:
        """Another pair of tokens; the refresh token before is used up."""
        access, self.refresh_token = self.new("access"), self.new("refresh")
        self.access_tokens.add(access)
        return pb.LoginResponse(
            access_token=access,
            refresh_token=self.refresh_token,
            expires_in_seconds=self.access_seconds,
            user_id="u1",
            role="user",
        )

    async def on_refresh(self, request):
        if request.refresh_token != self.refresh_token:
            self.session_revoked = True
        if self.session_revoked:
            raise HiveMindError(Reason.SESSION_ENDED)
        return self.tokens()

    async def on_sign_out(self, _request):
        self.session_revoked = True
        return pb.SignOutResponse()

    async def on_who_am_i(self, _request):
        return pb.UserInfo(user_id="u1", username="ann", role="user")

    async def on_register(self, request):
        if request.username == "taken":
            raise HiveMindError(Reason.USER_EXISTS, "The name taken is taken: choose another.")
        return pb.RegisterResponse(user_id="u1", role="user", granted_mcpt=100_000)

    async def on_get_balance(self, _request):
        return pb.GetBalanceResponse(balance_mcpt=100_000, held_mcpt=12_500, available_mcpt=87_500)

    async def on_transfer(self, _request):
        return pb.TransferResponse(transfer_id=self.new("transfer"), balance_mcpt=99_000)

    async def on_upload_task(self, request):
        if request.archive:
            self.keep(request.archive)
        task_id = self.new("task")
        count = request.spec.count or 1
        for index in range(count):
            member = task_id if count == 1 else f"{task_id}-{index}"
            self.tasks[member] = pb.TaskInfo(
                task_id=member,
                array_id=task_id,
                array_index=index,
                array_count=count,
                owner="ann",
                spec=request.spec,
                name=request.spec.name,
                priority=request.spec.priority or pb.PRIORITY_NORMAL,
                state=pb.TASK_STATE_QUEUED,
                price_mcpt=1000,
            )
        return pb.UploadTaskResponse(task_id=task_id, price_mcpt=1000 * count, count=count)

    def keep(self, data: bytes) -> str:
        """Store an artifact; returns its digest."""
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        self.artifacts[digest] = bytes(data)
        return digest

    def task(self, task_id: str) -> pb.TaskInfo:
        """A task; raises TASK_NOT_FOUND."""
        if task_id not in self.tasks:
            raise HiveMindError(Reason.TASK_NOT_FOUND, f"There is no task {task_id}.")
        return self.tasks[task_id]

    async def on_get_task(self, request):
        members = [t for t in self.tasks.values() if t.array_id == request.task_id]
        return members[0] if members else self.task(request.task_id)

    async def on_explain_task(self, _request):
        return self.why

    async def on_get_all_tasks(self, request):
        start = int(request.page_token or 0)
        end = start + (request.page_size or 100)
        tasks = list(self.tasks.values())
        token = str(end) if end < len(tasks) else ""
        return pb.GetAllTasksResponse(tasks=tasks[start:end], next_page_token=token)

    async def on_cancel_task(self, request):
        self.task(request.task_id).state = pb.TASK_STATE_CANCELLED
        return pb.TaskCancelResponse(cancelled=1)

    async def on_watch_tasks(self, request):
        wanted = set(request.task_ids)
        tasks = [task for task in self.tasks.values() if {task.task_id, task.array_id} & wanted]
        if not tasks:
            raise HiveMindError(Reason.TASK_NOT_FOUND)
        yield pb.TaskChanges(sequence=1, snapshot=True, tasks=tasks)

    async def on_stream_log(self, request):
        for chunk in self.log:
            wanted = request.attempt in {0, chunk.attempt} and request.stream in {0, chunk.stream}
            offset = request.stdout_offset if chunk.stream == 1 else request.stderr_offset
            if wanted and chunk.offset + len(chunk.data) > offset:
                yield chunk

    async def on_begin_upload(self, request):
        self.sizes[request.digest] = request.size_bytes
        complete = request.digest in self.artifacts
        return pb.BeginUploadResponse(offset=len(self.parts[request.digest]), complete=complete)

    async def on_upload(self, chunks):
        digest = ""
        async for chunk in chunks:
            digest = digest or chunk.digest
            part = self.parts[digest]
            if chunk.offset != len(part):
                raise HiveMindError(Reason.OFFSET_MISMATCH)
            part += chunk.data
        if len(self.parts[digest]) < self.sizes[digest]:
            # A connection that broke looks like an end here.
            return pb.UploadResponse(digest=digest, size_bytes=len(self.parts[digest]))
        data = bytes(self.parts.pop(digest))
        if self.keep(data) != digest:
            raise HiveMindError(Reason.DIGEST_MISMATCH)
        return pb.UploadResponse(digest=digest, size_bytes=len(data), complete=True)

    async def on_download(self, request):
        if request.digest not in self.artifacts:
            raise HiveMindError(Reason.ARTIFACT_NOT_FOUND)
        data = self.artifacts[request.digest]
        for offset in range(request.offset, len(data), 65536):
            piece = data[offset : offset + 65536]
            yield pb.DownloadChunk(offset=offset, data=piece, size_bytes=len(data))
