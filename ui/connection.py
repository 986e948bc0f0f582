"""The session with a master: who is signed in, and what the user may do."""

from contextlib import AsyncExitStack

from PySide6.QtCore import QObject, Signal

from app.client.address import MasterAddress
from app.client.api import HiveMind, open_pool
from app.client.session import MemoryTokens
from proto import nodepool_pb2 as pb
from ui.feed import Feed

#: A console waits for a master that is away as long as its window is open.
PATIENCE_SECONDS = 5.0


class Connection(QObject):
    """One master at a time, one user. `changed` when somebody signed in or out."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.feed = Feed(self)
        self.user = pb.UserInfo()
        self.info = pb.GetPoolInfoResponse()
        self.address = ""
        self.ca_certificate_pem = b""
        self._pool: HiveMind | None = None
        self._stack = AsyncExitStack()

    @property
    def pool(self) -> HiveMind:
        """The calls of the signed-in user."""
        if self._pool is None:
            raise RuntimeError("nobody is signed in")
        return self._pool

    @property
    def signed_in(self) -> bool:
        return self._pool is not None

    def may(self, permission: str) -> bool:
        """Whether the user has the permission of this name ("NODES_MANAGE")."""
        return permission in self.user.permissions

    async def open(
        self, address: str, ca_certificate_pem: bytes, username: str, password: str
    ) -> None:
        """Sign in at the master at `address`, and follow its pool.

        Raises HiveMindError: BAD_CREDENTIALS, LOGIN_DELAYED, MASTER_UNREACHABLE,
        CERTIFICATE_MISMATCH; then things are as before.
        """
        async with AsyncExitStack() as stack:
            pool = await stack.enter_async_context(
                open_pool(
                    MasterAddress.parse(address),
                    ca_certificate_pem,
                    MemoryTokens(),
                    patience_seconds=PATIENCE_SECONDS,
                )
            )
            await pool.sign_in(username, password)
            user, info = await pool.whoami(), await pool.info()
            await self.close()
            self._stack = stack.pop_all()
        self._pool, self.user, self.info = pool, user, info
        self.address, self.ca_certificate_pem = address, ca_certificate_pem
        self.feed.follow(pool)
        self.changed.emit()

    async def close(self) -> None:
        """Leave the master, keeping what is shown until another is opened."""
        await self.feed.stop()
        self._pool, self.user = None, pb.UserInfo()
        await self._stack.aclose()
        self._stack = AsyncExitStack()

    async def sign_out(self) -> None:
        """End the session, at the master too."""
        if self._pool is not None:
            await self._pool.sign_out()
        await self.close()
        self.changed.emit()
