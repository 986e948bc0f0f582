"""The way to the master, which can change while the worker works: direct, or by the tunnel."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import structlog

from app.client.address import MasterAddress
from app.client.node_client import NodeClient, NodeIdentity, WorkStream
from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource
from app.worker.session import WayChanged
from proto import nodepool_pb2 as pb

log = structlog.get_logger(__name__)

OnNotice: TypeAlias = Callable[[pb.TunnelNotice], None]


class SwitchingLink:
    """A `MasterLink` over whichever address is in use; an async context manager.

    With `address` None nobody is asked: the stream waits until there is a way again. A
    stream in progress ends when the way changes, and the session opens another; other
    calls end where they began.
    """

    def __init__(
        self,
        identity: NodeIdentity,
        clock: Clock,
        ids: IdSource,
        address: MasterAddress | None,
        met_authority: Callable[[bytes], None] = lambda _: None,
    ) -> None:
        self._identity = identity
        self._met_authority = met_authority
        self._clock = clock
        self._ids = ids
        self.address = address
        self.on_notice: OnNotice = lambda _: None
        self._changed = asyncio.Event()
        self._clients: dict[MasterAddress, NodeClient] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "SwitchingLink":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def use(self, address: MasterAddress | None) -> None:
        """Go by `address` from now on."""
        if address == self.address:
            return
        log.info("the way to the master changes", address=str(address or "none"))
        self.address = address
        self._changed.set()
        self._changed = asyncio.Event()

    @asynccontextmanager
    async def work(self) -> AsyncIterator["_Stream"]:
        """Open the node's stream, once there is a way."""
        while self.address is None:
            await self._changed.wait()
        changed = self._changed
        client = await self._client()
        async with client.work() as stream:
            yield _Stream(stream, changed, self._noticed)

    async def upload(self, path: Path, digest: str, task_id: str, attempt: int) -> None:
        """Bring a result to the master. Raises VPN_TUNNEL_DOWN where there is no way."""
        await (await self._client()).upload(path, digest, task_id, attempt)

    async def download(self, digest: str, task_id: str, path: Path, size_bytes_max: int) -> None:
        """Fetch a task's archive. Raises VPN_TUNNEL_DOWN where there is no way."""
        await (await self._client()).download(digest, task_id, path, size_bytes_max)

    async def join_tunnel(self, public_key: str) -> pb.VpnMembership:
        """Have the hub take this node in, by the direct way: that needs no tunnel."""
        client = await self._client_at(self._identity.address)
        return await client.join_tunnel(public_key)

    def _noticed(self, notice: pb.TunnelNotice) -> None:
        self.on_notice(notice)

    def _met(self, trusted_pem: bytes) -> None:
        self._identity = replace(self._identity, ca_certificate_pem=trusted_pem)
        self._met_authority(trusted_pem)

    async def _client(self) -> NodeClient:
        if self.address is None:
            raise HiveMindError(
                Reason.VPN_TUNNEL_DOWN,
                "The tunnel to the master is down, and this worker may not go without.",
            )
        return await self._client_at(self.address)

    async def _client_at(self, address: MasterAddress) -> NodeClient:
        # Two at most: the direct one and the tunnel's; a channel that is not used costs nothing.
        client = self._clients.get(address)
        if client is None:
            identity = replace(self._identity, address=address)
            client = NodeClient(identity, self._clock, self._ids, self._met)
            self._clients[address] = await self._stack.enter_async_context(client)
        return client


class _Stream:
    """A stream that ends when the way to the master changes."""

    def __init__(self, stream: WorkStream, changed: asyncio.Event, on_notice: OnNotice) -> None:
        self._stream = stream
        self._changed = changed
        self._on_notice = on_notice
        self.send = stream.send
        self.close = stream.close

    async def __aiter__(self) -> AsyncIterator[pb.MasterMessage]:
        messages = aiter(self._stream)
        changed = asyncio.ensure_future(self._changed.wait())
        try:
            while True:
                coming = asyncio.ensure_future(anext(messages, None))
                try:
                    await asyncio.wait({coming, changed}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    moved = not coming.done()
                    if moved:
                        coming.cancel()
                        await asyncio.gather(coming, return_exceptions=True)
                if moved:
                    raise WayChanged
                message = coming.result()
                if message is None:
                    return
                if message.HasField("tunnel"):
                    self._on_notice(message.tunnel)
                yield message
        finally:
            changed.cancel()
