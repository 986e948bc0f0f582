"""The parts that run tasks, built once and wired to each other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from app.common.background import BackgroundTasks
from app.master.basis import Basis
from app.master.canaries import Canaries, CanaryTerms
from app.master.events import EventBus
from app.master.identity_parts import IdentityParts
from app.master.ledger.service import LedgerService
from app.master.pool.orders import Order
from app.master.pool.registry import NodeRegistry
from app.master.pool_gauge import PoolGauge
from app.master.scheduling.attendance import Attendance, Patience
from app.master.scheduling.cancellation import Cancellations
from app.master.scheduling.cluster import Cluster
from app.master.scheduling.dispatcher import Dispatcher, Parts
from app.master.scheduling.facts import Thresholds
from app.master.scheduling.nodes import NodeTable
from app.master.scheduling.priorities import Priorities
from app.master.scheduling.records import NodeRecords
from app.master.scheduling.reports import Reports
from app.master.scheduling.result_checks import ResultChecks
from app.master.settings import Settings
from app.master.tasks.artifact_service import DAY_SECONDS, ArtifactService
from app.master.tasks.artifacts import ArtifactFiles
from app.master.tasks.book import TaskRecord
from app.master.tasks.catalogue import Catalogue
from app.master.tasks.checking import CheckedTrust
from app.master.tasks.completion import AttemptEnd
from app.master.tasks.log_service import LogService
from app.master.tasks.logs import LogFiles
from app.master.tasks.submission import Submissions


@dataclass(slots=True)
class SchedulingParts:
    """What runs tasks."""

    parts: Parts
    checks: ResultChecks
    cluster: Cluster
    events: EventBus
    ledger: LedgerService
    dispatcher: Dispatcher
    reports: Reports
    attendance: Attendance
    cancellations: Cancellations
    priorities: Priorities
    submissions: Submissions
    artifacts: ArtifactService
    catalogue: Catalogue
    logs: LogService
    gauge: PoolGauge
    #: Called with every group of committed ends.
    on_ends: list[Callable[[list[AttemptEnd]], None]] = field(default_factory=list)

    def start(self) -> None:
        """Start the loops; memory must mirror the store by now."""
        self.reports.start()
        self.attendance.start()
        self.dispatcher.start()


def build_scheduling(
    basis: Basis, identity: IdentityParts, background: BackgroundTasks
) -> SchedulingParts:
    """Build the parts; nothing runs yet."""
    settings, clock, ids = basis.settings, basis.clock, basis.ids
    nodes, ledger = identity.nodes, identity.ledger
    cluster = Cluster(NodeTable(_thresholds(settings)))
    events = basis.events
    on_ends: list[Callable[[list[AttemptEnd]], None]] = []

    # Parts below send through attendance, which is built over them.
    def send(node_id: str, order: Order) -> None:
        attendance.send(node_id, order)

    def started(record: TaskRecord) -> None:
        attendance.started(record)

    def decided(record: TaskRecord) -> None:
        attendance.decided(record)

    parts = Parts(cluster, basis.writer, basis.reader, clock, ids, events, send, decided)
    artifacts = _artifacts(basis)
    checks = _checks(basis, nodes, artifacts)
    dispatcher = Dispatcher(parts, background)
    records = NodeRecords(parts, nodes, background)
    reports = Reports(
        parts,
        ledger,
        dispatcher,
        background,
        owner_of=nodes.owner_of,
        has_result=artifacts.has,
        checks=checks,
        started=started,
        ended=partial(_tell, on_ends),
        paid=records.pay,
        result_seconds=settings.result_days * DAY_SECONDS,
    )
    gauge = PoolGauge(cluster, nodes, events, basis.reader, basis.writer, clock)
    on_ends += [records.count, gauge.count_ends]
    attendance = Attendance(
        parts,
        nodes,
        dispatcher,
        reports,
        background,
        _patience(settings),
        records.judge,
        gauge.heard,
    )
    identity.on_node_changed.append(attendance.node_changed)
    cancelled = gauge.count_cancelled
    cancellations = Cancellations(parts, ledger, dispatcher, reports, nodes.owner_of, cancelled)
    return SchedulingParts(
        parts=parts,
        checks=checks,
        cluster=cluster,
        events=events,
        ledger=ledger,
        dispatcher=dispatcher,
        reports=reports,
        attendance=attendance,
        cancellations=cancellations,
        priorities=Priorities(parts, ledger, dispatcher),
        submissions=Submissions(ledger, clock, ids),
        artifacts=artifacts,
        catalogue=Catalogue(basis.reader),
        logs=LogService(LogFiles(settings.data_dir / "logs", settings.log_bytes_max), events),
        gauge=gauge,
        on_ends=on_ends,
    )


def _tell(listeners: list[Callable[[list[AttemptEnd]], None]], ends: list[AttemptEnd]) -> None:
    for listener in listeners:
        listener(ends)


def build_canaries(
    scheduling: SchedulingParts, nodes: NodeRegistry, settings: Settings
) -> Canaries:
    """What sends canary tasks; nothing runs yet."""
    return Canaries(
        scheduling.parts,
        nodes,
        scheduling.checks,
        scheduling.submissions,
        scheduling.cancellations,
        scheduling.dispatcher,
        scheduling.catalogue,
        CanaryTerms(settings.canary_tasks, settings.canary_minutes),
    )


def _artifacts(basis: Basis) -> ArtifactService:
    settings, clock = basis.settings, basis.clock
    files = ArtifactFiles(settings.data_dir / "artifacts", clock, settings.artifact_bytes_max)
    return ArtifactService(
        files,
        basis.writer,
        basis.reader,
        clock,
        quota_bytes=settings.user_quota_bytes,
        keep_days=settings.result_days,
    )


def _thresholds(settings: Settings) -> Thresholds:
    return Thresholds(
        cpu_percent=settings.cpu_percent_max,
        memory_percent=settings.memory_percent_max,
        gpu_percent=settings.gpu_percent_max,
    )


def _checks(basis: Basis, nodes: NodeRegistry, artifacts: ArtifactService) -> ResultChecks:
    names = {"off": CheckedTrust.NOBODY, "low": CheckedTrust.LOW, "normal": CheckedTrust.NORMAL}
    checked = names[basis.settings.check_results]
    return ResultChecks(nodes, basis.ids, checked, artifacts.same)


def _patience(settings: Settings) -> Patience:
    return Patience(
        heartbeat_timeout=settings.heartbeat_timeout_seconds,
        lease_grace=settings.lease_grace_seconds,
        recovery_grace=settings.recovery_grace_seconds,
    )
