"""All services of the wire over the master's parts."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from app import __version__
from app.common.clock import Clock
from app.common.log_ring import LogRing
from app.master.identity_parts import IdentityParts
from app.master.pool.close_watch import CloseWatch
from app.master.pool.registry import Node, NodeRegistry
from app.master.rpc.admin_service import AdminServicer
from app.master.rpc.artifact_service import ArtifactServicer
from app.master.rpc.audit_service import AuditServicer
from app.master.rpc.console_service import ConsoleServicer
from app.master.rpc.enrolment_service import EnrolmentServicer, PoolIdentity
from app.master.rpc.ledger_service import LedgerServicer
from app.master.rpc.master_node_service import MasterNodeServicer
from app.master.rpc.node_manager_service import NodeManagerServicer
from app.master.rpc.node_service import NodeLoad, NodeServicer
from app.master.rpc.pool_watch import Sources
from app.master.rpc.session_service import SessionServicer
from app.master.rpc.task_intake import TaskIntake
from app.master.rpc.task_service import TaskServicer
from app.master.rpc.user_service import UserServicer
from app.master.rpc.vpn_service import VpnServicer
from app.master.rpc.worker_service import StreamTerms, WorkerServicer
from app.master.scheduling.cluster import Cluster
from app.master.scheduling_parts import SchedulingParts
from app.master.settings import Settings
from app.master.vpn.diagnosis import Diagnosis
from app.master.vpn.hub import MasterTunnel
from proto import nodepool_pb2_grpc as pb_grpc

#: What adds a servicer to a gRPC server, and the servicer.
Addition: TypeAlias = tuple[Callable[[Any, Any], None], object]


class LiveNodes:
    """The nodes with what they do now."""

    def __init__(self, nodes: NodeRegistry, cluster: Cluster) -> None:
        self._nodes = nodes
        self._cluster = cluster

    def nodes(self) -> Iterable[Node]:
        """All nodes."""
        return self._nodes

    def find(self, node_id_or_name: str) -> Node:
        """One node. Raises HiveMindError(NODE_NOT_FOUND)."""
        return self._nodes.find(node_id_or_name)

    def load(self, node_id: str) -> NodeLoad:
        """What a known node does now."""
        table = self._cluster.table
        slot = table.slot_of(node_id)
        # Below zero on a node that came back with more than it has room for.
        return NodeLoad(
            running_tasks=len(self._cluster.book.on_node(node_id)),
            free_cpu_millicores=0 if slot is None else max(0, int(table.columns.cpu_free[slot])),
            free_memory_mib=0 if slot is None else max(0, int(table.columns.memory_free[slot])),
        )


def add_services(
    settings: Settings,
    clock: Clock,
    identity: IdentityParts,
    scheduling: SchedulingParts,
    tunnel: MasterTunnel,
    log_ring: LogRing,
) -> list[Addition]:
    """Every service with what adds it to a gRPC server."""
    close_watch = CloseWatch(scheduling.attendance.send, settings.heartbeat_seconds)
    return [
        *_people_services(settings, clock, identity, scheduling),
        *_watching_services(identity, log_ring),
        *_task_services(settings, clock, identity, scheduling, tunnel, close_watch),
        _vpn_service(clock, identity, tunnel),
        _console_service(clock, identity, scheduling, close_watch),
    ]


def _console_service(
    clock: Clock, identity: IdentityParts, scheduling: SchedulingParts, close_watch: CloseWatch
) -> Addition:
    sources = Sources(
        events=scheduling.events,
        catalogue=scheduling.catalogue,
        cluster=scheduling.cluster,
        nodes=LiveNodes(identity.nodes, scheduling.cluster),
        gauge=scheduling.gauge,
        clock=clock,
        balance=identity.ledger.balance,
    )
    servicer = ConsoleServicer(sources, close_watch)
    return pb_grpc.add_ConsoleServiceServicer_to_server, servicer


def _vpn_service(clock: Clock, identity: IdentityParts, tunnel: MasterTunnel) -> Addition:
    diagnosis = Diagnosis(tunnel, clock)
    servicer = VpnServicer(tunnel, diagnosis, identity.nodes, clock, identity.once)
    return pb_grpc.add_VpnServiceServicer_to_server, servicer


def _watching_services(identity: IdentityParts, log_ring: LogRing) -> list[Addition]:
    admin_servicer = AdminServicer(identity.users, identity.reset_codes, identity.once, log_ring)
    audit_servicer = AuditServicer(identity.audit_log)
    return [
        (pb_grpc.add_AdminServiceServicer_to_server, admin_servicer),
        (pb_grpc.add_AuditServiceServicer_to_server, audit_servicer),
    ]


def _people_services(
    settings: Settings, clock: Clock, identity: IdentityParts, scheduling: SchedulingParts
) -> list[Addition]:
    users, sessions, once = identity.users, identity.sessions, identity.once
    pool = PoolIdentity(
        pool_id=identity.pool_id,
        pool_name=settings.pool_name,
        ca_certificate_pem=lambda: identity.authority.ca_certificate_pem,
        version=__version__,
        former_ca_certificate_pem=lambda: identity.authority.former_certificate_pem,
    )
    user_servicer = UserServicer(users, sessions, identity.ledger, once)
    session_servicer = SessionServicer(sessions, users, identity.reset_codes, once)
    ledger_servicer = LedgerServicer(identity.ledger, identity.audit, identity.reader, once)
    enrolment_servicer = EnrolmentServicer(
        pool, identity.enrolment, users, identity.access_tokens, clock
    )
    node_servicer = NodeServicer(
        LiveNodes(identity.nodes, scheduling.cluster),
        identity.enrolment,
        identity.join_tokens,
        identity.endings,
        identity.reader,
        once,
    )
    node_manager_servicer = NodeManagerServicer(
        identity.enrolment,
        scheduling.attendance,
        identity.nodes,
        clock,
        settings.heartbeat_seconds,
    )
    return [
        (pb_grpc.add_UserServiceServicer_to_server, user_servicer),
        (pb_grpc.add_SessionServiceServicer_to_server, session_servicer),
        (pb_grpc.add_LedgerServiceServicer_to_server, ledger_servicer),
        (pb_grpc.add_EnrolmentServiceServicer_to_server, enrolment_servicer),
        (pb_grpc.add_NodeServiceServicer_to_server, node_servicer),
        (pb_grpc.add_NodeManagerServiceServicer_to_server, node_manager_servicer),
    ]


def _task_services(
    settings: Settings,
    clock: Clock,
    identity: IdentityParts,
    scheduling: SchedulingParts,
    tunnel: MasterTunnel,
    close_watch: CloseWatch,
) -> list[Addition]:
    intake = TaskIntake(identity.once, scheduling.submissions, scheduling.dispatcher)
    master_node_servicer = MasterNodeServicer(
        identity.once,
        intake,
        scheduling.artifacts,
        scheduling.catalogue,
        scheduling.cancellations,
        scheduling.cluster,
    )
    task_servicer = TaskServicer(
        identity.once,
        intake,
        scheduling.artifacts,
        scheduling.catalogue,
        scheduling.priorities,
        scheduling.logs,
        scheduling.cluster,
        identity.nodes,
        scheduling.events,
    )
    artifact_servicer = ArtifactServicer(scheduling.artifacts, scheduling.cluster)
    worker_servicer = WorkerServicer(
        scheduling.attendance,
        scheduling.reports,
        scheduling.logs,
        identity.nodes,
        scheduling.cluster,
        clock,
        StreamTerms(
            lease_grace_seconds=settings.lease_grace_seconds,
            result_bytes_max=settings.artifact_bytes_max,
        ),
        close_watch,
        tunnel.greet,
    )
    return [
        (pb_grpc.add_MasterNodeServiceServicer_to_server, master_node_servicer),
        (pb_grpc.add_TaskServiceServicer_to_server, task_servicer),
        (pb_grpc.add_ArtifactServiceServicer_to_server, artifact_servicer),
        (pb_grpc.add_WorkerServiceServicer_to_server, worker_servicer),
    ]
