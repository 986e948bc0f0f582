"""Nodes that are to take no more: DRAINING until nothing of them runs, then PAUSED.

The store's state is the truth, so a restart of the master or of the worker changes
nothing about it. A machine may ask for it itself, and may lift only its own wish.
"""

from collections.abc import Callable

from app.common.background import BackgroundTasks
from app.common.vocabulary import NodeState
from app.master.pool.registry import Node, NodeRegistry
from app.master.scheduling.dispatcher import Parts
from app.master.store import Tx
from app.master.store import nodes as node_store
from app.master.store.after_commit import run_patiently
from app.master.store.nodes import NodeRow

#: The reason of a state that the machine itself asked for.
OWN_WISH = "asked for at the machine itself"


class Draining:
    """Changes the states of draining nodes; `changed` is called after each commit."""

    def __init__(
        self,
        parts: Parts,
        nodes: NodeRegistry,
        background: BackgroundTasks,
        changed: Callable[[str], None],
    ) -> None:
        self._parts = parts
        self._nodes = nodes
        self._background = background
        self._changed = changed
        self._draining: set[str] = set()

    def look(self, node: Node) -> None:
        """The node may have begun or ceased to drain."""
        if node.state is NodeState.DRAINING:
            self._draining.add(node.id)
        else:
            self._draining.discard(node.id)

    def settle(self) -> None:
        """Pause every draining node of which nothing runs any more."""
        for node_id in sorted(self._draining):
            cluster = self._parts.cluster
            if not cluster.book.on_node(node_id) and not cluster.stopping_on(node_id):
                self._draining.discard(node_id)
                self._move(node_id, NodeState.DRAINING, NodeState.PAUSED)

    def ask(self, node_id: str) -> None:
        """The machine itself wants to drain; an operator's word of before stands."""
        self._move(node_id, NodeState.ACTIVE, NodeState.DRAINING, OWN_WISH)

    def lift(self, node_id: str) -> None:
        """The machine itself wants tasks again; what an operator said stands."""
        node = self._nodes.get(node_id)
        if node.state_reason == OWN_WISH:
            self._move(node_id, node.state, NodeState.ACTIVE, "")

    def _move(
        self, node_id: str, former: NodeState, state: NodeState, reason: str | None = None
    ) -> None:
        """From `former` to `state`, unless it is in another state by then. No reason: as before."""
        if self._nodes.get(node_id).state is former:
            work = self._write(node_id, former, state, reason)
            self._background.start(f"state of {node_id}", work)

    async def _write(
        self, node_id: str, former: NodeState, state: NodeState, reason: str | None
    ) -> None:
        def unit(tx: Tx) -> NodeRow | None:
            row = node_store.by_id(tx, node_id)
            if row is not None and row.state is former:
                kept = row.state_reason if reason is None else reason
                node_store.set_state(tx, node_id, state, kept)
            return node_store.by_id(tx, node_id)

        row = await run_patiently(self._parts.writer, unit)
        if row is not None:
            node = self._nodes.get(node_id)
            node.state, node.state_reason = row.state, row.state_reason
            self._changed(node_id)
