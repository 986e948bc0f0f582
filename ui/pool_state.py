"""The pool as this console knows it: what the watch told, by id. No Qt."""

from collections import deque
from dataclasses import dataclass, field

from proto import nodepool_pb2 as pb

#: Kept of the pool's numbers, one a second: an hour.
STATS_KEPT = 3600


@dataclass(slots=True)
class Delta:
    """What an update changed, by id.

    `reset`: everything may have changed, as after a lost connection; then the sets are empty.
    """

    reset: bool = False
    tasks: set[str] = field(default_factory=set)
    nodes: set[str] = field(default_factory=set)
    #: Nodes of which only the load changed.
    loads: set[str] = field(default_factory=set)
    stats: bool = False
    #: One's own.
    balance: bool = False
    #: There are more that one may see.
    transfers: bool = False


class PoolState:
    """Tasks and nodes by id, the pool's numbers, oldest first, and one's own balance."""

    def __init__(self) -> None:
        self.tasks: dict[str, pb.TaskInfo] = {}
        self.nodes: dict[str, pb.NodeInfo] = {}
        self.stats: deque[pb.PoolStats] = deque(maxlen=STATS_KEPT)
        #: None before it was told, and for whoever may not see it.
        self.balance: pb.GetBalanceResponse | None = None
        #: When the newest update was sent, by the master's clock; seconds since 1970.
        self.at_seconds = 0.0
        self._snapshot: tuple[dict[str, pb.TaskInfo], dict[str, pb.NodeInfo]] | None = None

    @property
    def newest(self) -> pb.PoolStats:
        """The newest numbers; all zero before the first."""
        return self.stats[-1] if self.stats else pb.PoolStats()

    def take(self, update: pb.WatchUpdate) -> Delta | None:
        """Take in an update; None while it belongs to a snapshot that is not whole yet."""
        delta = Delta()
        self.at_seconds = update.at.seconds + update.at.nanos / 1e9
        if update.HasField("stats"):
            self.stats.append(update.stats)
            delta.stats = True
        if update.HasField("balance"):
            self.balance = update.balance
            delta.balance = True
        delta.transfers = update.transfers_changed
        if update.snapshot:
            return self._take_snapshot(update, delta)
        for task in update.tasks:
            self.tasks[task.task_id] = task
            delta.tasks.add(task.task_id)
        for node in update.nodes:
            self.nodes[node.node_id] = node
            delta.nodes.add(node.node_id)
        for sample in update.samples:
            known = self.nodes.get(sample.node_id)
            if known is not None:
                known.usage.CopyFrom(sample.usage)
                known.running_tasks = sample.usage.running_tasks
                known.last_seen_at.CopyFrom(sample.at)
                delta.loads.add(sample.node_id)
        return delta

    def forget_snapshot(self) -> None:
        """The stream broke: a snapshot that was under way is worth nothing."""
        self._snapshot = None

    def clear(self) -> None:
        """Forget everything: another pool is shown, or another user."""
        self.tasks.clear()
        self.nodes.clear()
        self.stats.clear()
        self.balance = None
        self.at_seconds = 0.0
        self._snapshot = None

    def _take_snapshot(self, update: pb.WatchUpdate, delta: Delta) -> Delta | None:
        tasks, nodes = self._snapshot = self._snapshot or ({}, {})
        tasks.update((task.task_id, task) for task in update.tasks)
        nodes.update((node.node_id, node) for node in update.nodes)
        if not update.snapshot_end:
            return None
        self.tasks, self.nodes = tasks, nodes
        self._snapshot = None
        delta.reset = True
        return delta
