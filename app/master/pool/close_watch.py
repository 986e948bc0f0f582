"""Nodes that somebody looks at closely: they tell their load each second meanwhile."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.master.pool.orders import HeartbeatChange, Order

CLOSE_SECONDS = 1
#: So many nodes at once at most; what is watched beyond that tells its load as usual.
NODES_MAX = 64


class CloseWatch:
    """Counts who looks at which node. `usual_seconds`: between two heartbeats of all others."""

    def __init__(self, send: Callable[[str, Order], None], usual_seconds: int) -> None:
        self._send = send
        self._usual_seconds = usual_seconds
        self._watchers: Counter[str] = Counter()

    def seconds(self, node_id: str) -> int:
        """How often the node is to tell its load now."""
        close = self._watchers[node_id] > 0
        return min(CLOSE_SECONDS, self._usual_seconds) if close else self._usual_seconds

    @contextmanager
    def of(self, node_id: str) -> Iterator[None]:
        """Somebody looks at the node for as long as this lasts."""
        if node_id not in self._watchers and len(self._watchers) >= NODES_MAX:
            yield
            return
        self._watchers[node_id] += 1
        if self._watchers[node_id] == 1:
            self._tell(node_id)
        try:
            yield
        finally:
            self._watchers[node_id] -= 1
            if not self._watchers[node_id]:
                del self._watchers[node_id]
                self._tell(node_id)

    def _tell(self, node_id: str) -> None:
        # One that is away hears it in its welcome.
        self._send(node_id, HeartbeatChange(self.seconds(node_id)))
