"""What a console needs beside the calls: the pool live, and what was measured before."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from app.client.calls import Calls
from app.client.methods import GET_HISTORY, WATCH, WATCH_NODE
from app.common.errors import HiveMindError, Reason
from proto import nodepool_pb2 as pb


class Console:
    """The pool as it is now and was before."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def watch(self, tasks_max: int = 0) -> AsyncGenerator[pb.WatchUpdate, None]:
        """A snapshot of all that one may see, then what changes, until the stream breaks.

        Does not connect again by itself: whoever shows this wants to know that it broke.
        Raises MASTER_UNREACHABLE when the stream ended, and what else ends it.
        """
        request = pb.WatchRequest(tasks_max=tasks_max)
        number = 0
        async with aclosing(self._calls.listen(WATCH, request)) as updates:
            async for update in updates:
                number += 1
                if update.number != number:
                    raise HiveMindError(Reason.MASTER_UNREACHABLE, "An update was lost.")
                yield update
        raise HiveMindError(Reason.MASTER_UNREACHABLE, "The master ended the stream.")

    async def watch_node(self, node_id: str) -> AsyncGenerator[pb.NodeSample, None]:
        """A node's load each second for as long as it is read, until the stream breaks.

        Raises NODE_NOT_FOUND, and MASTER_UNREACHABLE when the stream ended.
        """
        request = pb.WatchNodeRequest(node_id=node_id)
        async with aclosing(self._calls.listen(WATCH_NODE, request)) as samples:
            async for sample in samples:
                yield sample
        raise HiveMindError(Reason.MASTER_UNREACHABLE, "The master ended the stream.")

    async def node_history(
        self, node_id: str, since: datetime, *, by_minute: bool = False
    ) -> list[pb.NodeSample]:
        """The load of a node from `since` on, oldest first."""
        response = await self._history(node_id, since, by_minute=by_minute)
        return list(response.samples)

    async def pool_history(self, since: datetime, *, by_minute: bool = False) -> list[pb.PoolStats]:
        """The numbers of the pool from `since` on, oldest first."""
        response = await self._history("", since, by_minute=by_minute)
        return list(response.stats)

    async def _history(
        self, node_id: str, since: datetime, *, by_minute: bool
    ) -> pb.GetHistoryResponse:
        stamp = Timestamp()
        stamp.FromDatetime(since)
        request = pb.GetHistoryRequest(node_id=node_id, since=stamp, by_minute=by_minute)
        return await self._calls.ask(GET_HISTORY, request)
