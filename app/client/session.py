"""A user's session: access tokens that are always good, from a refresh token that rotates.

A refresh token is good once, and the master ends the session when one comes twice. So
whoever refreshes holds the store's lock, and looks first whether another has done it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol, TypeGuard

from filelock import AsyncFileLock

from app.client.calls import Calls
from app.client.methods import REFRESH
from app.client.profiles import Profile, Profiles, Tokens
from app.common.clock import MICROSECONDS, Clock
from app.common.errors import Category, HiveMindError, Reason
from proto import nodepool_pb2 as pb

#: An access token is renewed this long before its time is over, or at half of a short one.
RENEW_BEFORE_SECONDS = 60
LOCK_SECONDS = 60

_SESSION_OVER = {Category.UNAUTHENTICATED, Category.PERMISSION_DENIED}


class TokenStore(Protocol):
    """Where a session's tokens are kept between calls."""

    async def load(self) -> Tokens | None:
        """The tokens as they are now; None where nobody is signed in."""
        ...

    async def save(self, tokens: Tokens | None) -> None:
        """Keep `tokens`; None ends the session here."""
        ...

    def locked(self) -> AbstractAsyncContextManager[None]:
        """Nobody else changes the tokens meanwhile."""
        ...


class MemoryTokens:
    """Tokens that end with the process."""

    def __init__(self) -> None:
        self._tokens: Tokens | None = None
        self._lock = asyncio.Lock()

    async def load(self) -> Tokens | None:
        return self._tokens

    async def save(self, tokens: Tokens | None) -> None:
        self._tokens = tokens

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[None]:
        async with self._lock:
            yield


class ProfileTokens:
    """Tokens in a profile, which several processes may share."""

    def __init__(self, profiles: Profiles, profile: Profile) -> None:
        self._profiles = profiles
        self._profile = profile
        self._lock = asyncio.Lock()

    async def load(self) -> Tokens | None:
        profile = await asyncio.to_thread(self._profiles.load, self._profile.address)
        return profile.tokens if profile is not None else None

    async def save(self, tokens: Tokens | None) -> None:
        known = await asyncio.to_thread(self._profiles.load, self._profile.address)
        profile = (known or self._profile).with_tokens(tokens)
        await asyncio.to_thread(self._profiles.save, profile)

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[None]:
        path = await asyncio.to_thread(self._profiles.lock_path, self._profile.address)
        try:
            async with self._lock, AsyncFileLock(path, timeout=LOCK_SECONDS, mode=0o600):
                yield
        except TimeoutError as error:
            raise HiveMindError(
                Reason.STORE_LOCKED, f"Another process holds {path}: wait for it or end it."
            ) from error


class SessionTokens:
    """The TokenSource of a signed-in user. `calls` is set by who builds both."""

    calls: Calls

    def __init__(self, store: TokenStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._tokens: Tokens | None = None
        self._refused = ""
        self._renewal: asyncio.Task[str] | None = None

    async def token(self) -> str:
        """A good access token. Raises NOT_SIGNED_IN where the session is over."""
        if self._is_good(self._tokens):
            return self._tokens.access_token
        # A renewal that was begun is finished though its caller may be cancelled: the
        # master has used up the old refresh token, and the new one must be kept.
        if self._renewal is None:
            self._renewal = asyncio.create_task(self._renew(), name="renew the session")
            self._renewal.add_done_callback(self._renewed)
        return await asyncio.shield(self._renewal)

    def discard(self, token: str) -> None:
        """The master refused `token`: the next call gets another."""
        self._refused = token

    async def begin(self, response: pb.LoginResponse) -> None:
        """Keep what a login answered."""
        async with self._store.locked():
            self._tokens = await self._keep(response)

    async def end(self) -> None:
        """Forget the tokens."""
        self._tokens = None
        async with self._store.locked():
            await self._store.save(None)

    async def close(self) -> None:
        """Let a renewal that is under way come to its end."""
        if self._renewal is not None:
            await asyncio.wait([self._renewal])

    async def _renew(self) -> str:
        async with self._store.locked():
            tokens = await self._store.load()
            if tokens is None:
                raise HiveMindError(Reason.NOT_SIGNED_IN, "Sign in first: hivemind login")
            if not self._is_good(tokens):
                tokens = await self._refresh(tokens.refresh_token)
            self._tokens = tokens
        return tokens.access_token

    def _renewed(self, task: asyncio.Task[str]) -> None:
        self._renewal = None
        if not task.cancelled():
            task.exception()  # its callers raise it; there may be none left

    async def _refresh(self, refresh_token: str) -> Tokens:
        try:
            response = await self.calls.ask(REFRESH, pb.RefreshRequest(refresh_token=refresh_token))
        except HiveMindError as error:
            if error.reason.category not in _SESSION_OVER:
                raise
            await self._store.save(None)
            raise HiveMindError(
                Reason.NOT_SIGNED_IN, "Your session is over: sign in again with hivemind login."
            ) from error
        return await self._keep(response)

    async def _keep(self, response: pb.LoginResponse) -> Tokens:
        lifetime = response.expires_in_seconds
        good_seconds = lifetime - min(RENEW_BEFORE_SECONDS, lifetime / 2)
        tokens = Tokens(
            access_token=response.access_token,
            renew_at_us=self._clock.now_us() + int(good_seconds * MICROSECONDS),
            refresh_token=response.refresh_token,
        )
        await self._store.save(tokens)
        return tokens

    def _is_good(self, tokens: Tokens | None) -> TypeGuard[Tokens]:
        return (
            tokens is not None
            and tokens.access_token != self._refused
            and self._clock.now_us() < tokens.renew_at_us
        )
