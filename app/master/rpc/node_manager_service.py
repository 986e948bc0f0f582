"""NodeManagerService: nodes register, report and send heartbeats by single calls.

A worker of this project reports over its stream (`WorkerService.Work`); these calls serve
other agents, and registration.
"""

from app.common.clock import Clock
from app.master.pool.enrolment import Enrolment
from app.master.pool.registry import NodeRegistry
from app.master.rpc.door import caller
from app.master.rpc.enrolment_service import application_in, registration_out
from app.master.rpc.errors import Context
from app.master.rpc.messages import capabilities_in, timestamp, usage_in, wire_enum
from app.master.scheduling.attendance import Attendance
from proto import nodepool_pb2 as pb
from proto import nodepool_pb2_grpc as pb_grpc


class NodeManagerServicer(pb_grpc.NodeManagerServiceServicer):
    """What a node says of itself, without a stream."""

    def __init__(
        self,
        enrolment: Enrolment,
        attendance: Attendance,
        nodes: NodeRegistry,
        clock: Clock,
        heartbeat_seconds: int,
    ) -> None:
        self._enrolment = enrolment
        self._attendance = attendance
        self._nodes = nodes
        self._clock = clock
        self._heartbeat_seconds = heartbeat_seconds

    async def RegisterNode(
        self, request: pb.NodeRegistrationRequest, context: Context
    ) -> pb.NodeRegistrationResponse:
        """Take a machine in; the same key gets the same node again."""
        return registration_out(await self._enrolment.register(application_in(request)))

    async def Heartbeat(
        self, request: pb.HeartbeatRequest, context: Context
    ) -> pb.HeartbeatResponse:
        """A sign of life with a sample of the node's load."""
        node = self._nodes.get(caller().id)
        self._attendance.heard(node.id, usage_in(request.usage))
        return pb.HeartbeatResponse(
            heartbeat_seconds=self._heartbeat_seconds,
            state=wire_enum(node.state),
            server_time=timestamp(self._clock.now_us()),
        )

    async def ReportNodeStatus(
        self, request: pb.NodeStatusRequest, context: Context
    ) -> pb.NodeStatusResponse:
        """What the node can do, measured again, and its load."""
        node = self._nodes.get(caller().id)
        if request.HasField("capabilities"):
            capabilities = capabilities_in(request.capabilities)
            self._attendance.capabilities_changed(node.id, capabilities)
        usage = usage_in(request.usage) if request.HasField("usage") else None
        self._attendance.heard(node.id, usage)
        return pb.NodeStatusResponse(state=wire_enum(node.state), trust=wire_enum(node.trust))
