"""ConsoleService: the pool live, and what was measured of it before."""

import asyncio
from collections.abc import AsyncIterator

from app.common.node_facts import Usage
from app.master.events import Event, NodeHeard
from app.master.identity.permissions import Permission, permits
from app.master.pool.close_watch import CloseWatch
from app.master.pool.history import Row
from app.master.rpc.door import caller
from app.master.rpc.errors import Context
from app.master.rpc.messages import timestamp, usage_out
from app.master.rpc.node_service import may_see_node, visible_node
from app.master.rpc.pool_watch import PoolWatch, Sight, Sources, stats_out
from proto import nodepool_pb2 as pb
from proto import nodepool_pb2_grpc as pb_grpc

TASKS_DEFAULT = 100_000


class ConsoleServicer(pb_grpc.ConsoleServiceServicer):
    """What a console shows without asking twice."""

    def __init__(self, sources: Sources, close_watch: CloseWatch) -> None:
        self._sources = sources
        self._close_watch = close_watch

    async def Watch(
        self, request: pb.WatchRequest, context: Context
    ) -> AsyncIterator[pb.WatchUpdate]:
        """A snapshot of what the caller may see, then what changes."""
        principal = caller()
        everybody = permits(principal, Permission.TASKS_READ_ALL)
        nodes = self._sources.nodes
        pool = not request.money_alone
        sight = Sight(
            pool=pool,
            tasks=pool and permits(principal, Permission.TASKS_READ),
            owner_id=None if everybody else principal.id,
            sees_node=lambda node_id: may_see_node(nodes.find(node_id), principal),
            account_of=principal.id if permits(principal, Permission.ACCOUNT_READ) else None,
            all_transfers=permits(principal, Permission.LEDGER_READ),
        )
        tasks_max = min(request.tasks_max or TASKS_DEFAULT, TASKS_DEFAULT)
        async for update in PoolWatch(self._sources, sight, tasks_max).updates():
            yield update

    async def GetHistory(
        self, request: pb.GetHistoryRequest, context: Context
    ) -> pb.GetHistoryResponse:
        """The samples of a node, or the numbers of the pool, from a time on."""
        since_us = request.since.ToMicroseconds()
        gauge = self._sources.gauge
        if not request.node_id:
            rows = gauge.since(since_us, by_minute=request.by_minute)
            return pb.GetHistoryResponse(stats=[stats_out(row) for row in rows])
        node = visible_node(self._sources.nodes, request.node_id, caller())
        rows = gauge.nodes.since(node.id, since_us, by_minute=request.by_minute)
        return pb.GetHistoryResponse(samples=[_sample_out(node.id, row) for row in rows])

    async def WatchNode(
        self, request: pb.WatchNodeRequest, context: Context
    ) -> AsyncIterator[pb.NodeSample]:
        """The node's newest sample now and whenever there is a newer one."""
        node = visible_node(self._sources.nodes, request.node_id, caller())
        told = asyncio.Event()
        told.set()

        def notice(event: Event) -> None:
            if isinstance(event, NodeHeard) and event.node_id == node.id:
                told.set()

        unlisten = self._sources.events.listen(notice)
        try:
            with self._close_watch.of(node.id):
                while True:
                    await told.wait()
                    told.clear()
                    # A node that joins anew under its id is another object.
                    now = visible_node(self._sources.nodes, node.id, caller())
                    if now.last_seen_us:
                        at = timestamp(now.last_seen_us)
                        yield pb.NodeSample(node_id=now.id, usage=usage_out(now.usage), at=at)
        finally:
            unlisten()


def _sample_out(node_id: str, row: Row) -> pb.NodeSample:
    at_us = row.pop("at_us")
    return pb.NodeSample(node_id=node_id, usage=usage_out(Usage(**row)), at=timestamp(at_us))
