"""Between the wire's messages and the domain's values."""

from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from app.common.clock import MICROSECONDS
from app.common.errors import HiveMindError, Reason
from app.common.node_facts import Capabilities, Gpu, Usage
from app.common.vocabulary import (
    AttemptOutcome,
    Continent,
    IsolationClass,
    Priority,
    ResultCheck,
    ResultComparer,
    TaskState,
    TrustLevel,
)
from app.master.ledger.requests import Balance
from app.master.pool.applications import check_capabilities
from app.master.pool.orders import (
    Ack,
    Assign,
    HeartbeatChange,
    LogAck,
    Order,
    StateChange,
    Stop,
    TunnelChange,
    UpdateKind,
)
from app.master.scheduling.attendance import Held
from app.master.scheduling.reports import Update
from app.master.store.task_views import AttemptView, TaskView
from app.master.tasks.logs import Chunk, LogStream
from app.master.tasks.requirements import Location, Requirements
from app.master.tasks.spec import (
    RUN_SECONDS_DEFAULT,
    TOLERANCE_PPB_DEFAULT,
    TaskSpec,
    spec_from_json,
)
from proto import nodepool_pb2 as pb

_DEFAULTS = Requirements()


def wire_enum(member: int) -> Any:
    """An enum's member for a message's field; the stubs would have the generated class."""
    return int(member)


def timestamp(at_us: int | None) -> Timestamp | None:
    """`at_us` for a message field; None leaves the field unset."""
    if at_us is None:
        return None
    seconds, rest_us = divmod(at_us, MICROSECONDS)
    return Timestamp(seconds=seconds, nanos=rest_us * 1000)


def balance_out(balance: Balance) -> pb.GetBalanceResponse:
    """An account, as its owner sees it."""
    return pb.GetBalanceResponse(
        balance_mcpt=balance.balance_mcpt,
        held_mcpt=balance.held_mcpt,
        available_mcpt=balance.available_mcpt,
    )


def location_in(message: pb.Location) -> Location:
    """Raises HiveMindError(INVALID_FIELD) for a continent that does not exist."""
    return Location(
        continent=Continent(_member("location.continent", Continent, message.continent)),
        country=message.country,
        site=message.site,
    )


def location_out(location: Location) -> pb.Location:
    return pb.Location(
        continent=wire_enum(location.continent),
        country=location.country,
        site=location.site,
    )


def spec_in(message: pb.TaskSpec) -> TaskSpec:
    """The submission with its defaults filled in; not checked beyond the enums.

    Raises HiveMindError(INVALID_FIELD) for an enum's value that does not exist.
    """
    return TaskSpec(
        archive_digest=message.archive_digest,
        name=message.name,
        command=tuple(message.command),
        image=message.image,
        environment=tuple(sorted(message.environment.items())),
        requirements=_requirements_in(message.requirements, needs_engine=bool(message.image)),
        priority=Priority(_member("priority", Priority, message.priority or Priority.NORMAL)),
        run_seconds_max=message.run_seconds_max or RUN_SECONDS_DEFAULT,
        retry_max=message.retry_max,
        count=message.count or 1,
        network=message.network,
        result_comparer=_comparer_in(message.result_comparer),
        result_tolerance_ppb=message.result_tolerance_ppb or TOLERANCE_PPB_DEFAULT,
    )


def _comparer_in(number: int) -> ResultComparer:
    number = number or ResultComparer.EXACT
    return ResultComparer(_member("result_comparer", ResultComparer, number))


def _requirements_in(message: pb.Requirements, *, needs_engine: bool) -> Requirements:
    isolation = IsolationClass(_member("isolation_min", IsolationClass, message.isolation_min))
    trust = _member("trust_min", TrustLevel, message.trust_min or TrustLevel.LOW)
    return Requirements(
        cpu_millicores=message.cpu_millicores or _DEFAULTS.cpu_millicores,
        memory_mib=message.memory_mib or _DEFAULTS.memory_mib,
        disk_mib=message.disk_mib or _DEFAULTS.disk_mib,
        cpu_score=message.cpu_score,
        gpu_score=message.gpu_score,
        gpu_memory_mib=message.gpu_memory_mib,
        gpu_name=message.gpu_name.casefold().strip(),
        location=location_in(message.location),
        location_required=message.location_required,
        trust_min=TrustLevel(trust),
        isolation_min=max(isolation, IsolationClass.SANDBOX),
        needs_engine=needs_engine,
    )


def _member(field: str, enum: type[int], number: int) -> int:
    try:
        return enum(number)
    except ValueError as error:
        raise HiveMindError(
            Reason.INVALID_FIELD, f"The field {field} has no value {number}.", field=field
        ) from error


def spec_out(spec: TaskSpec) -> pb.TaskSpec:
    """What was submitted, as the wire has it."""
    requirements = spec.requirements
    return pb.TaskSpec(
        name=spec.name,
        archive_digest=spec.archive_digest,
        command=spec.command,
        image=spec.image,
        environment=dict(spec.environment),
        requirements=pb.Requirements(
            cpu_millicores=requirements.cpu_millicores,
            memory_mib=requirements.memory_mib,
            disk_mib=requirements.disk_mib,
            cpu_score=requirements.cpu_score,
            gpu_score=requirements.gpu_score,
            gpu_memory_mib=requirements.gpu_memory_mib,
            gpu_name=requirements.gpu_name,
            location=location_out(requirements.location),
            location_required=requirements.location_required,
            trust_min=wire_enum(requirements.trust_min),
            isolation_min=wire_enum(requirements.isolation_min),
        ),
        priority=wire_enum(spec.priority),
        run_seconds_max=spec.run_seconds_max,
        retry_max=spec.retry_max,
        count=spec.count,
        network=spec.network,
        result_comparer=wire_enum(spec.result_comparer),
        result_tolerance_ppb=spec.result_tolerance_ppb,
    )


def task_out(view: TaskView, progress_percent: int = 0) -> pb.TaskInfo:
    """A task as lists show it."""
    return pb.TaskInfo(
        task_id=view.task_id,
        array_id=view.array_id,
        array_index=view.array_index,
        array_count=view.array_count,
        owner=view.owner_name,
        name=view.name,
        priority=wire_enum(view.priority),
        state=wire_enum(view.state),
        detail=view.detail,
        attempt=view.attempt,
        node_id=view.node_id or "",
        node_name=view.node_name or "",
        submitted_at=timestamp(view.submitted_us),
        started_at=timestamp(view.started_us),
        ended_at=timestamp(view.ended_us),
        price_mcpt=view.price_mcpt,
        charged_mcpt=view.charged_mcpt,
        result_digest=view.result_digest or "",
        result_bytes=view.result_bytes,
        exit_code=view.exit_code,
        cancel_requested=bool(view.cancel_requested),
        progress_percent=progress_percent,
    )


def task_with_attempts(
    view: TaskView, attempts: list[AttemptView], progress_percent: int, expires_us: int | None
) -> pb.TaskInfo:
    """A task with everything that is known of it."""
    message = task_out(view, progress_percent)
    message.spec.CopyFrom(spec_out(spec_from_json(view.spec)))
    message.spec.priority = wire_enum(view.priority)
    kept_until = timestamp(expires_us)
    if kept_until is not None:
        message.result_kept_until.CopyFrom(kept_until)
    message.attempts.extend(_attempt_out(attempt, view) for attempt in attempts)
    return message


def _attempt_out(view: AttemptView, task: TaskView) -> pb.AttemptInfo:
    return pb.AttemptInfo(
        number=view.number,
        node_id=view.node_id,
        node_name=view.node_name,
        outcome=wire_enum(view.outcome or 0),
        exit_code=view.exit_code,
        detail=view.detail,
        assigned_at=timestamp(view.assigned_us),
        started_at=timestamp(view.started_us),
        ended_at=timestamp(view.ended_us),
        cpu_milliseconds=view.cpu_milliseconds,
        memory_peak_mib=view.memory_peak_mib,
        result_check=wire_enum(_check_shown(view, task)),
    )


def _check_shown(view: AttemptView, task: TaskView) -> int:
    """A task may be cancelled while results of it wait for each other."""
    if view.result_check == ResultCheck.WAITING and TaskState(task.state).ended:
        return ResultCheck.UNDECIDED
    return view.result_check


def capabilities_in(message: pb.NodeCapabilities) -> Capabilities:
    """What a node says of itself. Raises HiveMindError(INVALID_FIELD) for what no machine is."""
    isolation = _member("isolation", IsolationClass, message.isolation)
    capabilities = Capabilities(
        cpu_millicores=message.cpu_millicores,
        memory_mib=message.memory_mib,
        disk_mib=message.disk_mib,
        cpu_score=message.cpu_score,
        gpus=tuple(Gpu(gpu.name, gpu.memory_mib, gpu.score, gpu.uuid) for gpu in message.gpus),
        isolation=IsolationClass(isolation),
        engine=message.engine,
        isolation_features=tuple(message.isolation_features),
        runs_images=message.runs_images,
        platform=message.platform,
        agent_version=message.agent_version,
    )
    check_capabilities(capabilities)
    return capabilities


def capabilities_out(capabilities: Capabilities) -> pb.NodeCapabilities:
    """What a node can do, as the wire has it."""
    return pb.NodeCapabilities(
        cpu_millicores=capabilities.cpu_millicores,
        memory_mib=capabilities.memory_mib,
        disk_mib=capabilities.disk_mib,
        cpu_score=capabilities.cpu_score,
        gpus=[
            pb.GpuInfo(name=gpu.name, memory_mib=gpu.memory_mib, score=gpu.score, uuid=gpu.uuid)
            for gpu in capabilities.gpus
        ],
        isolation=wire_enum(capabilities.isolation),
        engine=capabilities.engine,
        isolation_features=capabilities.isolation_features,
        runs_images=capabilities.runs_images,
        platform=capabilities.platform,
        agent_version=capabilities.agent_version,
    )


def usage_in(message: pb.NodeUsage) -> Usage:
    """A node's load; percentages are cut at 100."""
    return Usage(
        cpu_percent=min(message.cpu_percent, 100),
        memory_percent=min(message.memory_percent, 100),
        gpu_percent=min(message.gpu_percent, 100),
        gpu_memory_percent=min(message.gpu_memory_percent, 100),
        network_rx_bytes_per_second=message.network_rx_bytes_per_second,
        network_tx_bytes_per_second=message.network_tx_bytes_per_second,
        running_tasks=message.running_tasks,
        disk_free_mib=message.disk_free_mib,
        own_cpu_percent=min(message.own_cpu_percent, 100),
        own_memory_percent=min(message.own_memory_percent, 100),
        own_gpu_percent=min(message.own_gpu_percent, 100),
        own_gpu_memory_percent=min(message.own_gpu_memory_percent, 100),
    )


def usage_out(usage: Usage) -> pb.NodeUsage:
    """A node's load, as the wire has it."""
    return pb.NodeUsage(
        cpu_percent=usage.cpu_percent,
        memory_percent=usage.memory_percent,
        gpu_percent=usage.gpu_percent,
        gpu_memory_percent=usage.gpu_memory_percent,
        network_rx_bytes_per_second=usage.network_rx_bytes_per_second,
        network_tx_bytes_per_second=usage.network_tx_bytes_per_second,
        running_tasks=usage.running_tasks,
        disk_free_mib=usage.disk_free_mib,
        own_cpu_percent=usage.own_cpu_percent,
        own_memory_percent=usage.own_memory_percent,
        own_gpu_percent=usage.own_gpu_percent,
        own_gpu_memory_percent=usage.own_gpu_memory_percent,
    )


def held_in(message: pb.HeldLease) -> Held:
    return Held(message.task_id, message.attempt, message.started)


def update_in(message: pb.TaskUpdate) -> Update:
    """A node's report. Raises HiveMindError(INVALID_FIELD) for an unknown kind or outcome."""
    kind = UpdateKind(_member("kind", UpdateKind, message.kind))
    outcome = None
    if kind is UpdateKind.ENDED:
        outcome = AttemptOutcome(_member("outcome", AttemptOutcome, message.outcome))
    return Update(
        task_id=message.task_id,
        attempt=message.attempt,
        kind=kind,
        outcome=outcome,
        exit_code=message.exit_code if message.HasField("exit_code") else None,
        detail=message.detail[:1000],
        result_digest=message.result_digest,
        result_bytes=message.result_bytes,
        cpu_milliseconds=message.cpu_milliseconds,
        memory_peak_mib=message.memory_peak_mib,
        progress_percent=message.progress_percent,
    )


def chunk_in(message: pb.LogChunk) -> Chunk:
    """A piece of a log. Raises HiveMindError(INVALID_FIELD) for an unknown stream."""
    stream = LogStream(_member("stream", LogStream, message.stream))
    return Chunk(message.task_id, message.attempt, stream, message.offset, message.data)


def orders_out(orders: list[Order]) -> pb.MasterMessage:
    """A bundle of orders as one message."""
    message = pb.MasterMessage()
    # The tasks of an array share their spec: it is translated once.
    specs: dict[int, pb.TaskSpec] = {}
    for order in orders:
        match order:
            case Assign(spec=spec):
                spec_message = specs.get(id(spec)) or specs.setdefault(id(spec), spec_out(spec))
                message.assignments.append(_assignment_out(order, spec_message))
            case Stop(task_id, attempt, reason):
                message.stops.append(
                    pb.StopLease(
                        task_id=task_id,
                        attempt=attempt,
                        reason=wire_enum(reason),
                    )
                )
            case Ack(task_id, attempt, kind, refused):
                message.acks.append(
                    pb.UpdateAck(
                        task_id=task_id,
                        attempt=attempt,
                        kind=wire_enum(kind),
                        refused=refused,
                    )
                )
            case LogAck(task_id, attempt, stdout_offset, stderr_offset):
                message.log_acks.append(
                    pb.LogAck(
                        task_id=task_id,
                        attempt=attempt,
                        stdout_offset=stdout_offset,
                        stderr_offset=stderr_offset,
                    )
                )
            case StateChange(state):
                message.state = wire_enum(state)
            case HeartbeatChange(seconds):
                message.heartbeat_seconds = seconds
            case TunnelChange():
                message.tunnel.CopyFrom(tunnel_out(order))
    return message


def tunnel_out(change: TunnelChange) -> pb.TunnelNotice:
    """What a node is told of the encrypted network."""
    return pb.TunnelNotice(
        offered=change.offered,
        master_address=change.master_address,
        rotate_key=change.rotate_key,
        hub_key_in_ms=change.hub_key_in_ms,
    )


def _assignment_out(order: Assign, spec: pb.TaskSpec) -> pb.Assignment:
    return pb.Assignment(
        task_id=order.task_id,
        attempt=order.attempt,
        spec=spec,
        array_index=order.array_index,
        array_count=order.array_count,
        gpu_uuids=order.gpu_uuids,
    )
