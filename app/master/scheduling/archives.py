"""Where archives were sent lately: those nodes need not fetch them again. A guess, no promise."""

from collections import OrderedDict
from collections.abc import Collection

#: Archives remembered, and nodes of each: the ones used last.
DIGESTS_MAX = 4096
NODES_MAX = 8


class ArchiveHolders:
    """Digests of archives and the nodes that got them last."""

    def __init__(self) -> None:
        self._holders: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()

    def sent(self, digest: str, node_id: str) -> None:
        """A task with this archive was placed on the node, which will keep the archive."""
        holders = self._holders.get(digest)
        if holders is None:
            holders = self._holders[digest] = OrderedDict()
            if len(self._holders) > DIGESTS_MAX:
                self._holders.popitem(last=False)
        else:
            self._holders.move_to_end(digest)
        holders[node_id] = None
        holders.move_to_end(node_id)
        if len(holders) > NODES_MAX:
            holders.popitem(last=False)

    def nodes(self, digest: str) -> Collection[str]:
        """The nodes that got this archive last, at most `NODES_MAX`."""
        return self._holders.get(digest, ())
