"""HiveMind for scripts:

    async with HiveMind.from_profile() as pool:
        submitted = await pool.tasks.submit("simulation/", cpu_millicores=2000)
        (task,) = await pool.tasks.wait(submitted.task_id)
        await pool.tasks.fetch_into(task.task_id, "results/")

`hivemind login HOST:PORT` makes the profile. Answers are the messages of
`proto/nodepool.proto`; amounts are in mCPT; every failure is a `HiveMindError`, whose
`reason` says what to do. A call is tried again while the master is away for a moment.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.client.address import MasterAddress
from app.client.audit import Audit, ServerLog
from app.client.calls import Calls
from app.client.channel import open_channel
from app.client.console import Console
from app.client.ledger import Ledger
from app.client.methods import (
    CHANGE_PASSWORD,
    END_SESSIONS,
    GET_POOL_INFO,
    LIST_SESSIONS,
    LOGIN,
    REGISTER,
    RESET_PASSWORD,
    SIGN_OUT,
    WHO_AM_I,
)
from app.client.nodes import JoinTokens, Nodes
from app.client.profiles import Profiles
from app.client.session import MemoryTokens, ProfileTokens, SessionTokens, TokenStore
from app.client.tasks import Tasks
from app.client.trust import parse_pin, pool_with_pin
from app.client.users import Users
from app.client.vpn import Vpn
from app.common.clock import Clock, SystemClock
from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource, SystemIds
from proto import nodepool_pb2 as pb

__all__ = ["HiveMind", "HiveMindError", "Reason"]

PATIENCE_SECONDS = 30.0


class HiveMind:
    """A pool, seen by one user. Made by `connect` or `from_profile`."""

    def __init__(self, calls: Calls, session: SessionTokens) -> None:
        self._calls = calls
        self._session = session
        self.tasks = Tasks(calls)
        self.ledger = Ledger(calls)
        self.nodes = Nodes(calls)
        self.join_tokens = JoinTokens(calls)
        self.users = Users(calls)
        self.console = Console(calls)
        self.audit = Audit(calls)
        self.server_log = ServerLog(calls)
        self.vpn = Vpn(calls)

    @property
    def calls_made(self) -> int:
        """Calls begun so far, repeats and streams among them."""
        return self._calls.made

    @classmethod
    @asynccontextmanager
    async def connect(
        cls,
        address: str,
        *,
        pin: str = "",
        ca_certificate_pem: bytes = b"",
        username: str = "",
        password: str = "",
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> AsyncIterator["HiveMind"]:
        """The pool whose master listens at `address`, signed in where a user is named.

        Trust comes from `ca_certificate_pem` or from `pin` (the CA's pin, or a whole join
        token); one of them is needed. Nothing is kept after the end. Raises PIN_MISMATCH,
        CERTIFICATE_MISMATCH, MASTER_UNREACHABLE, BAD_CREDENTIALS.
        """
        master = MasterAddress.parse(address)
        if not ca_certificate_pem:
            if not pin:
                raise HiveMindError(
                    Reason.INVALID_FIELD, "Name the pool by its pin: without it nobody is trusted."
                )
            info = await pool_with_pin(master, parse_pin(pin))
            ca_certificate_pem = info.ca_certificate_pem.encode()
        async with open_pool(
            master, ca_certificate_pem, MemoryTokens(), patience_seconds=patience_seconds
        ) as pool:
            if username:
                await pool.sign_in(username, password)
            yield pool

    @classmethod
    @asynccontextmanager
    async def from_profile(
        cls,
        master: str | None = None,
        *,
        profiles: Profiles | None = None,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> AsyncIterator["HiveMind"]:
        """The pool that `hivemind login` signed in to: the last one, or that of `master`.

        Raises NOT_SIGNED_IN where there is none.
        """
        store = profiles if profiles is not None else Profiles()
        profile = store.find(master)
        async with open_pool(
            profile.address,
            profile.ca_certificate_pem.encode(),
            ProfileTokens(store, profile),
            patience_seconds=patience_seconds,
        ) as pool:
            yield pool

    async def info(self) -> pb.GetPoolInfoResponse:
        """What the pool tells everybody about itself."""
        return await self._calls.ask(GET_POOL_INFO, pb.GetPoolInfoRequest())

    async def sign_in(
        self, username: str, password: str, *, device_token: str = ""
    ) -> pb.LoginResponse:
        """Begin a session. Raises BAD_CREDENTIALS, LOGIN_DELAYED.

        `device_token` is what a profile kept of a session before: it shows the master
        that the user has signed in here before.
        """
        request = pb.LoginRequest(username=username, password=password, device_token=device_token)
        response = await self._calls.ask(LOGIN, request)
        await self._session.begin(response)
        return response

    async def sign_out(self) -> None:
        """End the session, at the master and here."""
        try:
            await self._calls.ask(SIGN_OUT, pb.SignOutRequest())
        finally:
            await self._session.end()

    async def register(
        self, username: str, password: str, setup_code: str = ""
    ) -> pb.RegisterResponse:
        """Make an account where the pool allows it; `setup_code` makes the first admin.

        Raises USER_EXISTS, WEAK_PASSWORD, REGISTRATION_CLOSED, BAD_SETUP_CODE.
        """
        request = pb.RegisterRequest(
            request_id=self._calls.ids.new_id(),
            username=username,
            password=password,
            setup_code=setup_code,
        )
        return await self._calls.ask(REGISTER, request)

    async def change_password(self, current_password: str, new_password: str) -> None:
        """Take another password, which ends one's other sessions.

        Raises BAD_CREDENTIALS, WEAK_PASSWORD.
        """
        request = pb.ChangePasswordRequest(
            request_id=self._calls.ids.new_id(),
            current_password=current_password,
            new_password=new_password,
        )
        await self._calls.ask(CHANGE_PASSWORD, request)

    async def reset_password(self, username: str, reset_code: str, new_password: str) -> None:
        """Set a forgotten password with a code from an admin; nobody is signed in by it.

        Raises BAD_RESET_CODE, WEAK_PASSWORD.
        """
        request = pb.ResetPasswordRequest(
            request_id=self._calls.ids.new_id(),
            username=username,
            reset_code=reset_code,
            new_password=new_password,
        )
        await self._calls.ask(RESET_PASSWORD, request)

    async def sessions(self, username: str = "") -> list[pb.SessionInfo]:
        """Where one is signed in, or another user for who manages the users."""
        response = await self._calls.ask(LIST_SESSIONS, pb.ListSessionsRequest(username=username))
        return list(response.sessions)

    async def end_sessions(self, *session_ids: str, username: str = "") -> int:
        """End these sessions, or all but this one where none is named; how many ended.

        Raises SESSION_NOT_FOUND.
        """
        request = pb.EndSessionsRequest(
            request_id=self._calls.ids.new_id(), username=username, session_ids=session_ids
        )
        return (await self._calls.ask(END_SESSIONS, request)).ended

    async def whoami(self) -> pb.UserInfo:
        """Who is signed in. Raises NOT_SIGNED_IN."""
        return await self._calls.ask(WHO_AM_I, pb.WhoAmIRequest())


@asynccontextmanager
async def open_pool(
    address: MasterAddress,
    ca_certificate_pem: bytes,
    store: TokenStore,
    *,
    clock: Clock | None = None,
    ids: IdSource | None = None,
    patience_seconds: float = PATIENCE_SECONDS,
) -> AsyncIterator[HiveMind]:
    """A pool over a channel of its own, with its session's tokens in `store`."""
    clock = clock if clock is not None else SystemClock()
    ids = ids if ids is not None else SystemIds(clock)
    session = SessionTokens(store, clock)
    async with open_channel(address, ca_certificate_pem) as channel:
        session.calls = calls = Calls(channel, session, clock, ids, patience_seconds)
        try:
            yield HiveMind(calls, session)
        finally:
            await session.close()
