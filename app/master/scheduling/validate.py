"""The whole state of scheduling checked against itself and against the open leases."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.common.invariant import invariant
from app.master.scheduling.nodes import NodeTable
from app.master.scheduling.queue import TaskQueue
from app.master.scheduling.shares import Shares
from app.master.tasks.requirements import Requirements


@dataclass(frozen=True, slots=True)
class Lease:
    """What one live attempt holds."""

    task_id: str
    owner_id: str
    node_id: str
    requirements: Requirements
    gpu_uuids: tuple[str, ...] = ()


def validate(table: NodeTable, queue: TaskQueue, shares: Shares, leases: Iterable[Lease]) -> None:
    """Raise InvariantViolated unless table, shares and queue say what `leases` say.

    `leases` are all live attempts. Costs a pass over nodes, leases and queued tasks.
    """
    table.validate()
    queue.validate()
    held: dict[str, Counter[str]] = {}
    owners: dict[str, Counter[str]] = {}
    gpus: dict[str, list[str]] = {}
    for lease in leases:
        invariant(lease.task_id not in queue, f"{lease.task_id} is queued and has a lease")
        amounts = Counter(
            cpu=lease.requirements.cpu_millicores,
            memory=lease.requirements.memory_mib,
            disk=lease.requirements.disk_mib,
            gpus=int(lease.requirements.wants_gpu),
        )
        held.setdefault(lease.node_id, Counter()).update(amounts)
        owners.setdefault(lease.owner_id, Counter()).update(amounts)
        gpus.setdefault(lease.node_id, []).extend(lease.gpu_uuids)
    for node_id in set(held) | set(table):
        of_node, uuids = held.get(node_id, Counter()), gpus.get(node_id, [])
        invariant(len(uuids) == len(set(uuids)), f"{node_id}: two leases hold one GPU")
        said = table.held(node_id)
        wanted = (of_node["cpu"], of_node["memory"], of_node["disk"], frozenset(uuids))
        invariant(said == wanted, f"{node_id}: the table holds {said}, its leases {wanted}")
    expected = {owner: (one["cpu"], one["memory"], one["gpus"]) for owner, one in owners.items()}
    invariant(shares.held() == expected, "the shares are not the sums of the leases")
