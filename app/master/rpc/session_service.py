"""SessionService: staying signed in, signing out, one's own password and sessions."""

from app.common.errors import HiveMindError, Reason
from app.master.identity.fair_pool import Line
from app.master.identity.names import name_key
from app.master.identity.origin import neighbourhood
from app.master.identity.permissions import Permission, permissions_of, permits
from app.master.identity.reset_codes import ResetCodes
from app.master.identity.sessions import Sessions
from app.master.identity.users import Users, named
from app.master.rpc.admin_service import user_out
from app.master.rpc.door import caller
from app.master.rpc.errors import Context
from app.master.rpc.idempotency import Idempotency, checked_request_id
from app.master.rpc.messages import timestamp
from app.master.rpc.peers import origin_of
from app.master.rpc.user_service import login_out
from app.master.store import Tx
from app.master.store import users as user_store
from app.master.store.sessions import SessionRow
from proto import nodepool_pb2 as pb
from proto import nodepool_pb2_grpc as pb_grpc


class SessionServicer(pb_grpc.SessionServiceServicer):
    """Translates; the sessions decide."""

    def __init__(
        self, sessions: Sessions, users: Users, codes: ResetCodes, idempotency: Idempotency
    ) -> None:
        self._sessions = sessions
        self._users = users
        self._codes = codes
        self._idempotency = idempotency

    async def Refresh(self, request: pb.RefreshRequest, context: Context) -> pb.LoginResponse:
        """New tokens for the refresh token, which is used up."""
        return login_out(await self._sessions.refresh(request.refresh_token, origin_of(context)))

    async def SignOut(self, request: pb.SignOutRequest, context: Context) -> pb.SignOutResponse:
        """End the session of this very call."""
        await self._sessions.sign_out(caller().session_id)
        return pb.SignOutResponse()

    async def WhoAmI(self, request: pb.WhoAmIRequest, context: Context) -> pb.UserInfo:
        """The user who calls, and what the user may do."""
        principal = caller()
        info = user_out(await self._users.by_id(principal.id))
        info.permissions.extend(sorted(one.name for one in permissions_of(principal)))
        return info

    async def ChangePassword(
        self, request: pb.ChangePasswordRequest, context: Context
    ) -> pb.ChangePasswordResponse:
        """A new password for whoever knows the current one; other sessions end."""
        answered = await self._idempotency.answered(request, pb.ChangePasswordResponse)
        if answered is not None:
            return answered
        principal = caller()
        user = await self._users.by_id(principal.id)
        await self._sessions.prove(user, request.current_password, principal.session_id)
        line = Line(user.name_key, known=True)
        new_hash = await self._users.new_password_hash(user.name, request.new_password, line)

        def unit(tx: Tx) -> pb.ChangePasswordResponse:
            self._sessions.set_password(tx, user, new_hash, principal.session_id)
            return pb.ChangePasswordResponse()

        return await self._idempotency.run(
            request,
            pb.ChangePasswordResponse,
            unit,
            lambda _: self._sessions.password_set(user.id, principal.session_id),
        )

    async def ResetPassword(
        self, request: pb.ResetPasswordRequest, context: Context
    ) -> pb.ResetPasswordResponse:
        """A new password for whoever has the code an admin made; all sessions end."""
        answered = await self._idempotency.answered(request, pb.ResetPasswordResponse)
        if answered is not None:
            return answered
        # Looked at before the hash is made: a made-up code costs nothing.
        user = await self._users.with_reset_code(self._codes, request.username, request.reset_code)
        line = Line(neighbourhood(origin_of(context).address))
        new_hash = await self._users.new_password_hash(user.name, request.new_password, line)

        def unit(tx: Tx) -> pb.ResetPasswordResponse:
            known = user_store.by_name_key(tx, name_key(request.username))
            owner = self._codes.use(tx, known, request.reset_code)
            self._sessions.set_password(tx, owner, new_hash)
            return pb.ResetPasswordResponse()

        return await self._idempotency.run(
            request,
            pb.ResetPasswordResponse,
            unit,
            lambda _: self._sessions.password_set(user.id),
        )

    async def ListSessions(
        self, request: pb.ListSessionsRequest, context: Context
    ) -> pb.ListSessionsResponse:
        """Where one is signed in; an admin sees it of everybody."""
        principal = caller()
        _check_own(request.username)
        user_id = principal.id
        if request.username:
            user_id = (await self._users.by_name(request.username)).id
        found = await self._sessions.good_of(user_id)
        return pb.ListSessionsResponse(
            sessions=[_session_out(session, principal.session_id) for session in found]
        )

    async def EndSessions(
        self, request: pb.EndSessionsRequest, context: Context
    ) -> pb.EndSessionsResponse:
        """End sessions; who is signed in there must sign in again."""
        checked_request_id(request)
        principal = caller()
        _check_own(request.username)
        ending: list[str] = []

        def unit(tx: Tx) -> pb.EndSessionsResponse:
            owner = named(tx, request.username).id if request.username else principal.id
            ending.extend(
                self._sessions.end_some(tx, owner, request.session_ids, principal.session_id)
            )
            return pb.EndSessionsResponse(ended=len(ending))

        return await self._idempotency.run(
            request, pb.EndSessionsResponse, unit, lambda _: self._sessions.ended(ending)
        )


def _check_own(username: str) -> None:
    """Raise HiveMindError(PERMISSION_DENIED) where another user's are asked for."""
    principal = caller()
    if username and name_key(username) != name_key(principal.name):
        if permits(principal, Permission.USERS_MANAGE):
            return
        raise HiveMindError(
            Reason.PERMISSION_DENIED,
            "You may see and end your own sessions only. Others' need the permission: "
            f"{Permission.USERS_MANAGE.value}.",
            permission=Permission.USERS_MANAGE.name,
        )


def _session_out(session: SessionRow, current: str) -> pb.SessionInfo:
    return pb.SessionInfo(
        session_id=session.id,
        signed_in_at=timestamp(session.created_us),
        used_at=timestamp(session.rotated_us),
        expires_at=timestamp(session.expires_us),
        address=session.address,
        client=session.client,
        current=session.id == current,
    )
