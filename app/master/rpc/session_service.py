"""SessionService: staying signed in, signing out, one's own password."""

from app.master.identity.permissions import permissions_of
from app.master.identity.sessions import Sessions
from app.master.identity.users import Users
from app.master.rpc.admin_service import user_out
from app.master.rpc.auth import caller
from app.master.rpc.errors import Context
from app.master.rpc.idempotency import Idempotency
from app.master.rpc.user_service import login_out
from app.master.store import Tx
from proto import nodepool_pb2 as pb
from proto import nodepool_pb2_grpc as pb_grpc


class SessionServicer(pb_grpc.SessionServiceServicer):
    """Translates; the sessions decide."""

    def __init__(self, sessions: Sessions, users: Users, idempotency: Idempotency) -> None:
        self._sessions = sessions
        self._users = users
        self._idempotency = idempotency

    async def Refresh(self, request: pb.RefreshRequest, context: Context) -> pb.LoginResponse:
        """New tokens for the refresh token, which is used up."""
        return login_out(await self._sessions.refresh(request.refresh_token))

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
        await self._sessions.prove(user, request.current_password)
        new_hash = await self._users.new_password_hash(user.name, request.new_password)

        def unit(tx: Tx) -> pb.ChangePasswordResponse:
            self._sessions.set_password(tx, user, new_hash, principal.session_id)
            return pb.ChangePasswordResponse()

        return await self._idempotency.run(
            request,
            pb.ChangePasswordResponse,
            unit,
            lambda _: self._sessions.password_set(user.id, principal.session_id),
        )
