"""Who is signed in, in memory: what every call is checked against."""

from collections.abc import Iterable
from dataclasses import replace

from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import Role
from app.master.identity.endings import Endings, session_key
from app.master.store.sessions import LiveSession


class SessionIndex:
    """Mirrors the live sessions of the store with their users' role.

    It is loaded at the start and follows each commit, so that signing out, disabling a
    user, a new role and a new password bite at the next call, and end running streams.
    """

    def __init__(self, clock: Clock, endings: Endings) -> None:
        self._clock = clock
        self._endings = endings
        self._sessions: dict[str, LiveSession] = {}
        self._by_user: dict[str, set[str]] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    def load(self, sessions: Iterable[LiveSession]) -> None:
        """Take over what the store has."""
        for session in sessions:
            self.add(session)

    def check(self, session_id: str, user_id: str) -> LiveSession:
        """The session, as it is now. Raises HiveMindError(SESSION_ENDED)."""
        session = self._sessions.get(session_id)
        if session is None or session.user_id != user_id:
            raise _ended()
        if self._clock.now_us() >= session.expires_us:
            self.end(session_id)
            raise _ended()
        return session

    def add(self, session: LiveSession) -> None:
        self._sessions[session.id] = session
        self._by_user.setdefault(session.user_id, set()).add(session.id)

    def end(self, session_id: str) -> None:
        """The session was signed out or revoked."""
        session = self._sessions.pop(session_id, None)
        if session is None:
            return
        of_user = self._by_user[session.user_id]
        of_user.discard(session_id)
        if not of_user:
            del self._by_user[session.user_id]
        self._endings.end(session_key(session_id), _ended())

    def end_all_of(self, user_id: str, *, but: str = "") -> None:
        """All the user's sessions were revoked, except the session `but`."""
        for session_id in list(self._by_user.get(user_id, ())):
            if session_id != but:
                self.end(session_id)

    def forget_expired(self) -> None:
        """Drop the sessions whose time is over and that nobody asked about."""
        now_us = self._clock.now_us()
        for session in list(self._sessions.values()):
            if now_us >= session.expires_us:
                self.end(session.id)

    def set_role(self, user_id: str, role: Role) -> None:
        """The user's role changed. Streams opened under the old one are ended."""
        for session_id in self._by_user.get(user_id, ()):
            session = self._sessions[session_id]
            if session.role is not role:
                self._sessions[session_id] = replace(session, role=role)
                self._endings.end(session_key(session_id), _role_changed())


def _ended() -> HiveMindError:
    return HiveMindError(Reason.SESSION_ENDED, "This session has ended: sign in again.")


def _role_changed() -> HiveMindError:
    return HiveMindError(Reason.UNAUTHENTICATED, "Your role has changed: open this again.")
