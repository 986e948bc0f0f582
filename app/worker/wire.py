"""Between the messages of the wire and the agent's own data. Pure."""

from collections.abc import Set
from enum import IntEnum
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from app.common.clock import MICROSECONDS
from app.common.errors import HiveMindError, Reason
from app.common.node_facts import Capabilities, Gpu, Usage
from app.common.vocabulary import NodeState
from app.worker.events import Wish
from app.worker.orders import (
    CPU_MILLICORES_DEFAULT,
    DISK_MIB_DEFAULT,
    MEMORY_MIB_DEFAULT,
    RUN_SECONDS_DEFAULT,
    AttemptId,
    Order,
    StopReason,
    Update,
    UpdateKind,
)
from app.worker.state import HeldLease
from proto import nodepool_pb2 as pb

_MASTERS_REASONS = {StopReason.CANCELLED, StopReason.FENCED, StopReason.TIMED_OUT}


def on_wire(member: IntEnum) -> Any:
    """An enum's member as generated messages take it: they carry the same numbers."""
    return int(member)


def attempt_from(task_id: str, number: int) -> AttemptId:
    """The attempt named. Raises HiveMindError(BAD_ID): ids become file names here."""
    return AttemptId(task_id, number).checked()


def kind_from(kind: int) -> UpdateKind:
    """The kind of update named. Raises HiveMindError(INVALID_FIELD)."""
    if kind not in set(UpdateKind):
        raise HiveMindError(Reason.INVALID_FIELD, f"There is no update of kind {kind}.")
    return UpdateKind(kind)


def order_from(assignment: pb.Assignment) -> Order:
    """The assignment with its defaults filled in. Raises HiveMindError(BAD_ID)."""
    spec = assignment.spec
    needs = spec.requirements
    return Order(
        id=attempt_from(assignment.task_id, assignment.attempt),
        archive_digest=spec.archive_digest,
        command=tuple(spec.command),
        image=spec.image,
        environment=tuple(sorted(spec.environment.items())),
        cpu_millicores=needs.cpu_millicores or CPU_MILLICORES_DEFAULT,
        memory_mib=needs.memory_mib or MEMORY_MIB_DEFAULT,
        disk_mib=needs.disk_mib or DISK_MIB_DEFAULT,
        run_seconds_max=spec.run_seconds_max or RUN_SECONDS_DEFAULT,
        network=spec.network,
        array_index=assignment.array_index,
        array_count=max(1, assignment.array_count),
        gpu_uuids=tuple(assignment.gpu_uuids),
    )


def stop_reason_from(reason: int) -> StopReason:
    """The stop's reason; one this version does not know counts as a cancellation."""
    return StopReason(reason) if reason in _MASTERS_REASONS else StopReason.CANCELLED


def node_state_from(state: int) -> NodeState | None:
    """The node's state, or None where the message names none."""
    return NodeState(state) if state in set(NodeState) else None


def update_to(update: Update) -> pb.TaskUpdate:
    """`update` as it travels."""
    message = pb.TaskUpdate(
        task_id=update.id.task_id,
        attempt=update.id.number,
        kind=on_wire(update.kind),
        progress_percent=update.progress_percent,
        at=timestamp(update.at_us),
    )
    ending = update.ending
    if ending is not None:
        message.outcome = on_wire(ending.outcome)
        # No master takes a NUL; what an engine said may hold one.
        message.detail = ending.detail.replace("\0", "\ufffd")
        message.result_digest = ending.result_digest
        message.result_bytes = ending.result_bytes
        message.cpu_milliseconds = ending.cpu_milliseconds
        message.memory_peak_mib = ending.memory_peak_mib
        if ending.exit_code is not None:
            message.exit_code = ending.exit_code
    return message


def timestamp(at_us: int) -> Timestamp:
    """`at_us` microseconds since 1970 UTC as the wire's time."""
    seconds, rest = divmod(at_us, MICROSECONDS)
    return Timestamp(seconds=seconds, nanos=rest * 1000)


def held_to(lease: HeldLease) -> pb.HeldLease:
    return pb.HeldLease(task_id=lease.id.task_id, attempt=lease.id.number, started=lease.started)


def capabilities_to(capabilities: Capabilities) -> pb.NodeCapabilities:
    """`capabilities` as they travel: these fields and nothing else leave the node."""
    return pb.NodeCapabilities(
        cpu_millicores=capabilities.cpu_millicores,
        memory_mib=capabilities.memory_mib,
        disk_mib=capabilities.disk_mib,
        cpu_score=capabilities.cpu_score,
        gpus=[_gpu_to(gpu) for gpu in capabilities.gpus],
        isolation=on_wire(capabilities.isolation),
        engine=capabilities.engine,
        isolation_features=capabilities.isolation_features,
        runs_images=capabilities.runs_images,
        platform=capabilities.platform,
        agent_version=capabilities.agent_version,
    )


def _gpu_to(gpu: Gpu) -> pb.GpuInfo:
    return pb.GpuInfo(name=gpu.name, memory_mib=gpu.memory_mib, score=gpu.score, uuid=gpu.uuid)


def wishes_to(wishes: Set[Wish]) -> pb.WorkerMessage | None:
    """The message that tells of `wishes`; None where there are none."""
    if not wishes:
        return None
    return pb.WorkerMessage(
        drain=Wish.DRAIN in wishes, resume=Wish.RESUME in wishes, leaving=Wish.LEAVE in wishes
    )


def usage_to(usage: Usage) -> pb.NodeUsage:
    """`usage` as it travels: these fields and nothing else leave the node."""
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
