"""WorkerService: the one long stream that a node works over."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason
from app.master.pool.close_watch import CloseWatch
from app.master.pool.orders import LogAck, Outbox, TunnelChange, UpdateKind
from app.master.pool.registry import NodeRegistry
from app.master.rpc.door import caller
from app.master.rpc.errors import Context
from app.master.rpc.messages import (
    capabilities_in,
    chunk_in,
    held_in,
    orders_out,
    timestamp,
    tunnel_out,
    update_in,
    usage_in,
    wire_enum,
)
from app.master.rpc.peers import peer_host
from app.master.scheduling.attendance import Attendance
from app.master.scheduling.cluster import Cluster
from app.master.scheduling.reports import Reports
from app.master.tasks.log_service import LogService
from app.master.tasks.logs import Chunk
from proto import nodepool_pb2 as pb
from proto import nodepool_pb2_grpc as pb_grpc


@dataclass(frozen=True, slots=True)
class StreamTerms:
    """What a node is told when its stream opens."""

    lease_grace_seconds: float
    result_bytes_max: int


class WorkerServicer(pb_grpc.WorkerServiceServicer):
    """Takes a node's messages in order, and sends it its orders in bundles."""

    def __init__(
        self,
        attendance: Attendance,
        reports: Reports,
        logs: LogService,
        nodes: NodeRegistry,
        cluster: Cluster,
        clock: Clock,
        terms: StreamTerms,
        close_watch: CloseWatch,
        greet: Callable[[str, str], TunnelChange],
    ) -> None:
        self._attendance = attendance
        self._reports = reports
        self._logs = logs
        self._nodes = nodes
        self._cluster = cluster
        self._clock = clock
        self._terms = terms
        self._close_watch = close_watch
        self._greet = greet

    async def Work(
        self, request_iterator: AsyncIterator[pb.WorkerMessage], context: Context
    ) -> AsyncIterator[pb.MasterMessage]:
        """The node speaks first (hello); it is answered with the terms and its leases."""
        node_id = caller().id
        messages = aiter(request_iterator)
        first = await anext(messages, None)
        if first is None or not first.HasField("hello"):
            raise HiveMindError(Reason.INVALID_FIELD, "The first message must say hello.")
        outbox = self._attendance.connect(
            node_id,
            capabilities_in(first.hello.capabilities),
            [held_in(lease) for lease in first.hello.leases],
        )
        reading = asyncio.ensure_future(self._read(node_id, messages, outbox))
        try:
            yield self._welcome(node_id, peer_host(context.peer()))
            while orders := await outbox.take():
                yield orders_out(orders)
            await self._say_why(reading, outbox)
        finally:
            reading.cancel()
            self._attendance.disconnect(node_id, outbox)

    async def _read(
        self, node_id: str, messages: AsyncIterator[pb.WorkerMessage], outbox: Outbox
    ) -> None:
        try:
            async for message in messages:
                await self._take(node_id, message, outbox)
        finally:
            outbox.close(Reason.STREAM_REPLACED)

    async def _take(self, node_id: str, message: pb.WorkerMessage, outbox: Outbox) -> None:
        usage = usage_in(message.usage) if message.HasField("usage") else None
        self._attendance.heard(node_id, usage)
        if message.HasField("capabilities"):
            capabilities = capabilities_in(message.capabilities)
            self._attendance.capabilities_changed(node_id, capabilities)
        if message.drain:
            self._attendance.drain(node_id)
        if message.resume:
            self._attendance.resume(node_id)
        if message.leaving:
            self._attendance.leaving(node_id)
        if message.logs:
            await self._append(node_id, [chunk_in(chunk) for chunk in message.logs], outbox)
        if message.updates:
            updates = [update_in(update) for update in message.updates]
            ended = [(u.task_id, u.attempt) for u in updates if u.kind is UpdateKind.ENDED]
            await self._logs.sync(ended)
            self._reports.take(node_id, updates)

    async def _append(self, node_id: str, chunks: list[Chunk], outbox: Outbox) -> None:
        own = [chunk for chunk in chunks if self._leased(node_id, chunk)]
        lengths = await self._logs.append(own) if own else {}
        for (task_id, attempt), (stdout_bytes, stderr_bytes) in lengths.items():
            outbox.put(LogAck(task_id, attempt, stdout_bytes, stderr_bytes))

    def _leased(self, node_id: str, chunk: Chunk) -> bool:
        record = self._cluster.book.get(chunk.task_id)
        return (
            record is not None
            and record.node_id == node_id
            and record.attempt == chunk.attempt
            and record.live
        )

    def _welcome(self, node_id: str, address: str) -> pb.MasterMessage:
        welcome = pb.WorkerWelcome(
            heartbeat_seconds=self._close_watch.seconds(node_id),
            lease_grace_seconds=max(1, round(self._terms.lease_grace_seconds)),
            log_bytes_max=self._logs.bytes_max,
            result_bytes_max=self._terms.result_bytes_max,
            state=wire_enum(self._nodes.get(node_id).state),
        )
        return pb.MasterMessage(
            welcome=welcome,
            server_time=timestamp(self._clock.now_us()),
            tunnel=tunnel_out(self._greet(node_id, address)),
        )

    async def _say_why(self, reading: "asyncio.Future[None]", outbox: Outbox) -> None:
        """The outbox was closed: by the stream's own end, or because it is not wanted."""
        if reading.done():
            reading.result()
            return
        raise HiveMindError(outbox.closed_for or Reason.SHUTTING_DOWN)
