"""The session with a master: who is signed in, and what the user may do."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.client.address import MasterAddress
from app.client.api import HiveMind, open_pool
from app.client.profiles import Profile, Profiles
from app.client.session import ProfileTokens
from proto import nodepool_pb2 as pb
from ui.feed import Feed

#: How long one call waits for a master that is away; the feed waits for ever.
PATIENCE_SECONDS = 5.0


class Connection(QObject):
    """One master at a time, one user. `changed` when somebody signed in or out.

    `profiles` is the console's own folder: the command line's sessions are others.
    """

    changed = Signal()

    def __init__(self, profiles: Profiles, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.profiles = profiles
        self.feed = Feed(self)
        self.user = pb.UserInfo()
        self.info = pb.GetPoolInfoResponse()
        self.address = ""
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
        """Sign in at the master at `address`, remember that, and follow its pool.

        Raises HiveMindError: BAD_CREDENTIALS, LOGIN_DELAYED, MASTER_UNREACHABLE,
        CERTIFICATE_MISMATCH; then things are as before.
        """
        profile = Profile(MasterAddress.parse(address), ca_certificate_pem.decode())
        await self._enter(profile, username, password)

    async def resume(self, address: str) -> bool:
        """Go on with the session that is remembered of `address`; whether there is one.

        Raises HiveMindError: NOT_SIGNED_IN where it is over, MASTER_UNREACHABLE.
        """
        profile = await asyncio.to_thread(self.profiles.load, MasterAddress.parse(address))
        if profile is None or profile.tokens is None:
            return False
        await self._enter(profile, "", "")
        return True

    async def close(self) -> None:
        """Leave the master; what is shown stays until another is opened."""
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

    async def _enter(self, profile: Profile, username: str, password: str) -> None:
        store = ProfileTokens(self.profiles, profile)
        async with AsyncExitStack() as stack:
            pool = await stack.enter_async_context(
                open_pool(
                    profile.address,
                    profile.ca_certificate_pem.encode(),
                    store,
                    patience_seconds=PATIENCE_SECONDS,
                )
            )
            if username:
                known = await asyncio.to_thread(self.profiles.load, profile.address)
                device_token = known.device_token if known is not None else ""
                await pool.sign_in(username, password, device_token=device_token)
            user, info = await pool.whoami(), await pool.info()
            await self.close()
            self._stack = stack.pop_all()
        self._pool, self.user, self.info = pool, user, info
        self.address = str(profile.address)
        await self._remember(profile)
        self.feed.follow(pool)
        self.changed.emit()

    async def _remember(self, profile: Profile) -> None:
        known = await asyncio.to_thread(self.profiles.load, profile.address)
        named = replace(
            known or profile,
            pool_id=self.info.pool_id,
            pool_name=self.info.pool_name,
            username=self.user.username,
            role=self.user.role,
        )
        named = named.with_authority(self.info.ca_certificate_pem)
        await asyncio.to_thread(self.profiles.save, named)
        await asyncio.to_thread(self.profiles.make_current, profile.address)
