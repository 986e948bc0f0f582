"""The master's process: its real parts over the shared store, without disk and sockets."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from google.protobuf.message import Message

from app.common.background import BackgroundTasks
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import Role
from app.master import recovery, scheduling_parts
from app.master.basis import Basis
from app.master.canaries import Canaries, CanaryTerms
from app.master.identity.endings import Endings
from app.master.identity.principal import Principal, PrincipalKind
from app.master.ledger.audit import LedgerAudit
from app.master.ledger.requests import LedgerSettings
from app.master.ledger.service import LedgerService
from app.master.pool.close_watch import CloseWatch
from app.master.pool.enrolment import Enrolment
from app.master.pool.join_tokens import JoinTokens
from app.master.pool.orders import TunnelChange
from app.master.pool.registry import NodeRegistry
from app.master.pool.trust import initial_trust
from app.master.rpc import door
from app.master.rpc.artifact_service import ArtifactServicer
from app.master.rpc.idempotency import Idempotency
from app.master.rpc.master_node_service import MasterNodeServicer
from app.master.rpc.node_service import NodeServicer
from app.master.rpc.services import LiveNodes
from app.master.rpc.task_intake import TaskIntake
from app.master.rpc.task_service import TaskServicer
from app.master.rpc.user_service import UserServicer
from app.master.rpc.worker_service import StreamTerms, WorkerServicer
from app.master.settings import Settings
from app.master.tasks.artifact_service import Progress
from app.master.tasks.comparing import Rule
from tests.simulation.clockwork import Owner
from tests.simulation.network import Connection
from tests.simulation.plan import Plan
from tests.simulation.storage import LateWriter, SharedStore

HEARTBEAT_SECONDS = 5
_KEY = b"simulation"


class _Artifacts:
    """Which bytes are there, without bytes. Stands in for ArtifactService."""

    def __init__(self, store: SharedStore, plan: Plan, seed: int) -> None:
        self._store = store
        self._plan = plan
        self._random = Random(f"artifacts:{seed}")

    def has(self, digest: str) -> bool:
        return digest in self._store.artifacts

    async def same(self, one: str, other: str, rule: Rule) -> bool:
        await asyncio.sleep(self._plan.commit_seconds(self._random))
        return self._store.meanings[one] == self._store.meanings[other]

    async def begin(
        self, sender: str, user_id: str | None, digest: str, size_bytes: int
    ) -> Progress:
        return Progress(digest, 0, complete=digest in self._store.artifacts)

    async def check_archive(self, digest: str, command: tuple[str, ...]) -> None:
        if digest not in self._store.artifacts:
            raise HiveMindError(Reason.ARTIFACT_NOT_FOUND)


class _Logs:
    """Nothing is printed in this world. Stands in for LogService."""

    bytes_max = 1024

    async def sync(self, attempts: list[tuple[str, int]]) -> None:
        """Nothing is to be written."""


class SimulatedMaster:
    """One life of the master. `fail` is told of what must not happen in it."""

    def __init__(
        self,
        basis: Basis,
        store: SharedStore,
        plan: Plan,
        number: int,
        fail: Callable[[str], None],
        canary_tasks: Sequence[str],
    ) -> None:
        self.owner = Owner(f"master {number}")
        self.serving = False
        self.dead = False
        self._basis = basis
        self._store = store
        self._plan = plan
        self._fail = fail
        self._canary_tasks = canary_tasks
        self._connections: dict[Connection, None] = {}
        self._calls: dict[asyncio.Future, None] = {}
        self.background = BackgroundTasks(self._part_died)
        self._build(number)

    @property
    def writer(self) -> LateWriter:
        return self._basis.writer

    async def start(self) -> None:
        """As `Master._start` does after the migration; to be run as a part of `owner`."""
        reader, scheduling = self._basis.reader, self.scheduling
        await self.enrolment.start()
        live, waiting = await reader.run(recovery.read)
        for node in self.nodes:
            scheduling.attendance.know(node)
        recovery.restore(scheduling.cluster, live, waiting)
        await reader.run(scheduling.submissions.load)
        scheduling.start()
        if self._plan.canaries:
            self.background.start("canaries", self._send_canaries())
        self.serving = True

    async def _send_canaries(self) -> None:
        """As `Canaries.run`, in this world's time: whoever has none gets one."""
        parts = self.scheduling
        canaries = Canaries(
            parts.parts,
            self.nodes,
            parts.checks,
            parts.submissions,
            parts.cancellations,
            parts.dispatcher,
            parts.catalogue,
            CanaryTerms(self._canary_tasks, minutes=0),
        )
        while True:
            await asyncio.sleep(20 * self._plan.step_seconds)
            await canaries.withdraw()
            if not self._plan.calm:
                await canaries.send(canaries.due())

    def kill(self) -> None:
        """The process is gone, with all it had in memory."""
        self.serving = False
        self.dead = True
        self._basis.writer.kill()
        self.owner.end()
        for connection in self._connections:
            connection.cut(None, 0.05)
        for call in self._calls:
            if not call.done():
                call.set_exception(_unreachable())

    def accept(self, connection: Connection) -> None:
        """A node opens its stream."""
        self._connections[connection] = None
        connection.serving = self.owner.start(self._serve(connection), "stream")

    async def call(self, principal: Principal, method: str, request: Message) -> Message:
        """The answer to `request`, which came over the network. Raises HiveMindError."""
        if not self.serving:
            raise _unreachable()
        answer = asyncio.get_running_loop().create_future()
        self._calls[answer] = None
        handling = self.owner.start(self._handle(principal, method, request, answer), method)
        try:
            return await answer
        except asyncio.CancelledError:
            # The caller has gone: the server cancels the handler.
            handling.cancel()
            raise
        finally:
            self._calls.pop(answer, None)

    async def _handle(
        self, principal: Principal, method: str, request: Message, answer: asyncio.Future
    ) -> None:
        door._CALLER.set(principal)
        handler: Callable[[Message, Any], Awaitable[Message]] = self.methods[method]
        try:
            response = await handler(request, None)
        except HiveMindError as error:
            if not answer.done():
                answer.set_exception(error)
        except Exception as error:
            self._fail(f"{method} failed: {error!r}")
            raise
        else:
            if not answer.done():
                answer.set_result(response)

    async def _serve(self, connection: Connection) -> None:
        node_id = connection.node_id
        principal = Principal(PrincipalKind.NODE, node_id, node_id, Role.WORKER)
        door._CALLER.set(principal)
        stream = self.worker_service.Work(connection.up.messages(), _Nowhere())
        try:
            self.enrolment.admit(node_id)
            async for message in stream:
                connection.down.send(message)
            connection.down.end_after_the_last(None)
        except HiveMindError as error:
            connection.down.end_after_the_last(error)
        except Exception as error:
            self._fail(f"a stream failed: {error!r}")
            raise
        finally:
            self._connections.pop(connection, None)
            await stream.aclose()

    def _part_died(self, name: str, error: BaseException) -> None:
        if not self.dead:
            self._fail(f"the part {name!r} died: {error!r}")

    def _build(self, number: int) -> None:
        basis = self._basis
        clock, ids, writer, reader = basis.clock, basis.ids, basis.writer, basis.reader
        settings = basis.settings
        self.nodes = NodeRegistry()
        self.ledger = LedgerService(
            reader, clock, ids, LedgerSettings(settings.fee_permille, settings.grant_mcpt)
        )
        self.audit = LedgerAudit(reader)
        on_node_changed: list[Callable[[str], None]] = []
        tokens = JoinTokens(clock, ids, _KEY, str)
        self.enrolment = Enrolment(
            writer,
            reader,
            clock,
            ids,
            self.nodes,
            tokens,
            "pool",
            initial_trust,
            lambda node_id: [tell(node_id) for tell in on_node_changed] and None,
        )
        identity: Any = SimpleNamespace(
            nodes=self.nodes, ledger=self.ledger, on_node_changed=on_node_changed
        )
        artifacts = _Artifacts(self._store, self._plan, number)
        with patch.multiple(
            scheduling_parts,
            ArtifactFiles=lambda *_: None,
            ArtifactService=lambda *_, **__: artifacts,
            LogFiles=lambda *_: None,
            LogService=lambda *_: _Logs(),
        ):
            self.scheduling = scheduling_parts.build_scheduling(basis, identity, self.background)
        self._build_services(Idempotency(writer, clock, _KEY), tokens)

    def _build_services(self, once: Idempotency, tokens: JoinTokens) -> None:
        parts, reader = self.scheduling, self._basis.reader
        intake = TaskIntake(once, parts.submissions, parts.dispatcher)
        tasks = MasterNodeServicer(
            once,
            intake,
            parts.artifacts,
            parts.catalogue,
            parts.cancellations,
            parts.cluster,
        )
        looks = TaskServicer(
            once,
            intake,
            parts.artifacts,
            parts.catalogue,
            parts.priorities,
            parts.logs,
            parts.cluster,
            self.nodes,
            parts.events,
        )
        money: Any = UserServicer(None, None, self.ledger, once)
        live = LiveNodes(self.nodes, parts.cluster)
        nodes = NodeServicer(live, self.enrolment, tokens, Endings(), reader, once)
        artifacts = ArtifactServicer(parts.artifacts, parts.cluster)
        terms = StreamTerms(self._basis.settings.lease_grace_seconds, 1 << 30)
        self.worker_service = WorkerServicer(
            parts.attendance,
            parts.reports,
            parts.logs,
            self.nodes,
            parts.cluster,
            self._basis.clock,
            terms,
            CloseWatch(parts.attendance.send, HEARTBEAT_SECONDS),
            lambda _node, _address: TunnelChange(offered=False, master_address=""),
        )
        self.methods: dict[str, Callable[[Any, Any], Awaitable[Any]]] = {
            "UploadTask": tasks.UploadTask,
            "CancelTask": tasks.CancelTask,
            "RetryTask": looks.RetryTask,
            "SetTaskPriority": looks.SetTaskPriority,
            "GetTask": looks.GetTask,
            "Transfer": money.Transfer,
            "GetBalance": money.GetBalance,
            "SetNodeState": nodes.SetNodeState,
            "BeginUpload": artifacts.BeginUpload,
        }


def make_settings(fee_permille: int, grant_mcpt: int, check_results: str) -> Settings:
    """The settings of the pool: patience scaled down to seconds."""
    return Settings(
        data_dir=Path("nowhere"),
        heartbeat_seconds=HEARTBEAT_SECONDS,
        heartbeat_timeout_seconds=12.0,
        lease_grace_seconds=0.5,
        recovery_grace_seconds=10.0,
        fee_permille=fee_permille,
        grant_mcpt=grant_mcpt,
        check_results=check_results,
        announce=False,
    )


class _Nowhere:
    """Of a call's context what a stream asks for: nobody dials here."""

    def peer(self) -> str:
        return ""


def _unreachable() -> HiveMindError:
    return HiveMindError(Reason.MASTER_UNREACHABLE, "The master does not answer.")
