"""The last loads of every node, for sparklines. No Qt."""

from collections.abc import Iterable, Mapping

from proto import nodepool_pb2 as pb

KEPT = 60


def load_percent(node: pb.NodeInfo) -> int:
    """How loaded a node is: the larger of CPU and memory, 0 to 100."""
    usage = node.usage
    return min(100, max(usage.cpu_percent, usage.memory_percent))


class LoadRings:
    """The last `KEPT` loads of each node, oldest first, one byte each."""

    def __init__(self) -> None:
        self._rings: dict[str, bytearray] = {}

    def of(self, node_id: str) -> bytes | bytearray:
        """The loads of a node; empty for one that was never heard of."""
        return self._rings.get(node_id, b"")

    def put(self, nodes: Mapping[str, pb.NodeInfo], node_ids: Iterable[str]) -> None:
        """These nodes were heard of."""
        rings = self._rings
        for node_id in node_ids:
            node = nodes.get(node_id)
            if node is None or not node.online:
                continue
            ring = rings.get(node_id)
            if ring is None:
                ring = rings[node_id] = bytearray()
            ring.append(load_percent(node))
            if len(ring) > KEPT:
                del ring[0]

    def keep_only(self, nodes: Mapping[str, pb.NodeInfo]) -> None:
        """Forget the nodes that are gone."""
        for node_id in self._rings.keys() - nodes.keys():
            del self._rings[node_id]
