"""Signing in, staying signed in, signing out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from app.common.clock import MICROSECONDS, Clock
from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource
from app.common.vocabulary import Role
from app.master.identity.names import name_key
from app.master.identity.origin import NOWHERE, Origin
from app.master.identity.principal import PrincipalKind
from app.master.identity.proving import Proving, bad_credentials
from app.master.identity.refresh_tokens import RefreshToken, RefreshTokens
from app.master.identity.session_index import SessionIndex
from app.master.identity.tokens import AccessToken, AccessTokens
from app.master.store import Tx
from app.master.store import sessions as store
from app.master.store import users as user_store
from app.master.store.after_commit import run_then
from app.master.store.reader import Reader
from app.master.store.sessions import LiveSession, SessionRow
from app.master.store.users import UserRow
from app.master.store.writer import Writer

_DAY_US = 24 * 3600 * MICROSECONDS
#: However often it is refreshed, a session ends after this.
SESSION_US = 30 * _DAY_US
#: Not refreshed for so long, it ends.
IDLE_US = 7 * _DAY_US
#: How long a rotated refresh token is answered again: its answer may have been lost.
LOST_ANSWER_US = 10 * MICROSECONDS
SESSIONS_PER_USER_MAX = 100
#: Ended sessions are kept for so long, that a late token is told so.
KEPT_US = 30 * _DAY_US


@dataclass(frozen=True, slots=True, repr=False)
class SignedIn:
    """What a client gets: both tokens, and who it is."""

    access: AccessToken
    refresh_token: str
    user_id: str
    role: Role


class _Refresh(Enum):
    GRANTED = auto()
    ENDED = auto()
    #: A token came back after it was rotated: somebody else has it too.
    REUSED = auto()


@dataclass(frozen=True, slots=True)
class _Refreshed:
    verdict: _Refresh
    next: RefreshToken
    user: UserRow | None = None


class Sessions:
    """The sessions of all users."""

    def __init__(
        self,
        writer: Writer,
        reader: Reader,
        clock: Clock,
        ids: IdSource,
        proving: Proving,
        access_tokens: AccessTokens,
        refresh_tokens: RefreshTokens,
        index: SessionIndex,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._ids = ids
        self._proving = proving
        self._access_tokens = access_tokens
        self._refresh_tokens = refresh_tokens
        self._index = index

    async def start(self) -> None:
        """Load who is signed in."""
        now_us = self._clock.now_us()
        self._index.load(await self._reader.run(lambda tx: store.live(tx, now_us)))

    async def tidy(self) -> None:
        """Forget what ended long ago. To be called now and then."""
        before_us = self._clock.now_us() - KEPT_US
        self._index.forget_expired()
        await self._writer.run(lambda tx: store.delete_ended(tx, before_us))

    async def sign_in(self, name: str, password: str, origin: Origin = NOWHERE) -> SignedIn:
        """A new session for whoever knows the password.

        Raises HiveMindError(BAD_CREDENTIALS), alike for unknown users, (LOGIN_DELAYED |
        OVERLOADED), and (PERMISSION_DENIED) for a disabled user with the right password.
        """
        with self._proving.entering(origin, self._device(origin)):
            return await self._sign_in(name, password, origin)

    async def _sign_in(self, name: str, password: str, origin: Origin) -> SignedIn:
        key = name_key(name)
        user, device = await self._reader.run(lambda tx: self._look_up(tx, key, origin))
        new_hash = await self._proving.prove(key, user, password, origin, device)
        if user is None:
            raise bad_credentials()
        proven = user
        token = RefreshToken(self._ids.new_id(), 0)
        opened = await run_then(
            self._writer, lambda tx: self._open(tx, proven, new_hash, token, origin), self._opened
        )
        self._proving.succeeded(key, device)
        return self._signed_in(token, opened[0].user_id, opened[0].role)

    async def prove(self, user: UserRow, password: str, session_id: str) -> None:
        """Check a signed-in user's password once more, throttled like a login.

        Raises HiveMindError(BAD_CREDENTIALS | LOGIN_DELAYED | OVERLOADED).
        """
        await self._proving.prove(user.name_key, user, password, NOWHERE, session_id)
        self._proving.succeeded(user.name_key, session_id)

    async def refresh(self, text: str, origin: Origin = NOWHERE) -> SignedIn:
        """New tokens for a session; the refresh token given is used up.

        Raises HiveMindError(UNAUTHENTICATED) for a token that is none, (SESSION_ENDED) if
        the session is over, also because the token had been used before.
        """
        token = self._refresh_tokens.read(text)

        def after(refreshed: _Refreshed) -> None:
            if refreshed.verdict is _Refresh.REUSED:
                self._index.end(token.session_id)

        refreshed = await run_then(self._writer, lambda tx: self._rotate(tx, token, origin), after)
        user = refreshed.user
        if refreshed.verdict is not _Refresh.GRANTED or user is None:
            raise HiveMindError(Reason.SESSION_ENDED, "This session has ended: sign in again.")
        return self._signed_in(refreshed.next, user.id, user.role)

    async def sign_out(self, session_id: str) -> None:
        """End a session; its tokens are refused from now on."""
        now_us = self._clock.now_us()
        await run_then(
            self._writer,
            lambda tx: store.revoke(tx, session_id, now_us),
            lambda _: self._index.end(session_id),
        )

    async def good_of(self, user_id: str) -> list[SessionRow]:
        """The sessions of a user that are good now, the last used first."""
        now_us = self._clock.now_us()
        return await self._reader.run(lambda tx: store.good_of(tx, user_id, now_us, IDLE_US))

    def end_some(self, tx: Tx, user_id: str, session_ids: Sequence[str], but: str) -> list[str]:
        """Part of a unit: end these sessions of a user, or all except `but`; their ids.

        Raises HiveMindError(SESSION_NOT_FOUND) for one that is not the user's or is over.
        """
        now_us = self._clock.now_us()
        good = {session.id for session in store.good_of(tx, user_id, now_us, IDLE_US)}
        if not good.issuperset(session_ids):
            raise HiveMindError(
                Reason.SESSION_NOT_FOUND, "There is no such session, or it has ended already."
            )
        ending = sorted(set(session_ids) or good - {but})
        for session_id in ending:
            store.revoke(tx, session_id, now_us)
        return ending

    def ended(self, session_ids: Iterable[str]) -> None:
        """The unit with `end_some` was committed."""
        for session_id in session_ids:
            self._index.end(session_id)

    def set_password(
        self, tx: Tx, proven: UserRow, password_hash: str, session_id: str = ""
    ) -> None:
        """Part of a unit: a user's own new password ends their other sessions.

        Raises HiveMindError(BAD_CREDENTIALS) if the password was changed since it was proven.
        """
        user = user_store.by_id(tx, proven.id)
        if user is None or user.password_hash != proven.password_hash:
            raise bad_credentials()
        user_store.set_password(tx, user.id, password_hash)
        store.revoke_all_of(tx, user.id, self._clock.now_us(), but=session_id)

    def password_set(self, user_id: str, session_id: str = "") -> None:
        """The unit with `set_password` was committed."""
        self._index.end_all_of(user_id, but=session_id)

    def _look_up(self, tx: Tx, key: str, origin: Origin) -> tuple[UserRow | None, str]:
        """The user of that name, and the session that shows their device; "" for none."""
        user = user_store.by_name_key(tx, key)
        device = self._device(origin)
        if user is None or not device:
            return user, ""
        session = store.by_id(tx, device)
        known = session is not None and session.user_id == user.id
        return user, device if known else ""

    def _device(self, origin: Origin) -> str:
        """The session that the device had, if its token is one of ours; "" for none."""
        if not origin.device_token:
            return ""
        try:
            return self._refresh_tokens.read(origin.device_token).session_id
        except HiveMindError:
            return ""

    def _open(
        self, tx: Tx, proven: UserRow, new_hash: str | None, token: RefreshToken, origin: Origin
    ) -> tuple[LiveSession, list[str]]:
        user = user_store.by_id(tx, proven.id)
        # The password may have been changed while the old one was being checked.
        if user is None or user.password_hash != proven.password_hash:
            raise bad_credentials()
        if user.disabled:
            raise HiveMindError(
                Reason.PERMISSION_DENIED, "This account is disabled: ask the pool's admin."
            )
        if new_hash is not None:
            user_store.replace_password(tx, user.id, user.password_hash, new_hash)
        now_us = self._clock.now_us()
        session = SessionRow(
            id=token.session_id,
            user_id=user.id,
            refresh_hash=self._refresh_tokens.hash(token),
            previous_hash=None,
            rotated_us=now_us,
            created_us=now_us,
            expires_us=now_us + SESSION_US,
            revoked_us=None,
            address=origin.address,
            client=origin.client,
        )
        store.add(tx, session)
        ended = store.revoke_least_used(tx, user.id, SESSIONS_PER_USER_MAX, now_us)
        live = LiveSession(session.id, user.id, user.name, user.role, session.expires_us)
        return live, ended

    def _opened(self, opened: tuple[LiveSession, list[str]]) -> None:
        session, ended = opened
        self._index.add(session)
        for session_id in ended:
            self._index.end(session_id)

    def _rotate(self, tx: Tx, token: RefreshToken, origin: Origin) -> _Refreshed:
        now_us = self._clock.now_us()
        following = RefreshToken(token.session_id, token.generation + 1)
        session = store.by_id(tx, token.session_id)
        user = None if session is None else user_store.by_id(tx, session.user_id)
        if session is None or user is None or user.disabled or _is_over(session, now_us):
            return _Refreshed(_Refresh.ENDED, following)
        presented = self._refresh_tokens.hash(token)
        if presented == session.refresh_hash:
            hashed = self._refresh_tokens.hash(following)
            store.rotate(tx, session, hashed, now_us, origin.address, origin.client)
            return _Refreshed(_Refresh.GRANTED, following, user)
        if presented == session.previous_hash and now_us - session.rotated_us <= LOST_ANSWER_US:
            return _Refreshed(_Refresh.GRANTED, following, user)
        store.revoke(tx, session.id, now_us)
        return _Refreshed(_Refresh.REUSED, following)

    def _signed_in(self, token: RefreshToken, user_id: str, role: Role) -> SignedIn:
        access = self._access_tokens.issue(PrincipalKind.USER, user_id, token.session_id)
        return SignedIn(access, self._refresh_tokens.text(token), user_id, role)


def _is_over(session: SessionRow, now_us: int) -> bool:
    return (
        session.revoked_us is not None
        or now_us >= session.expires_us
        or now_us - session.rotated_us >= IDLE_US
    )
