"""AdminService: the users of the pool, and what its master logs."""

from collections.abc import AsyncIterator
from contextlib import aclosing

from app.common.errors import HiveMindError, Reason
from app.common.log_ring import LogRing
from app.common.page_tokens import decode_page_token, encode_page_token, page_size
from app.common.vocabulary import Role
from app.master.identity.fair_pool import Line
from app.master.identity.reset_codes import ResetCodes
from app.master.identity.users import Candidate, UserChange, Users, named
from app.master.rpc.door import caller
from app.master.rpc.errors import Context
from app.master.rpc.idempotency import Idempotency, checked_request_id
from app.master.rpc.messages import timestamp
from app.master.rpc.server_log import LogReading
from app.master.store import Tx
from app.master.store.users import UserRow
from proto import nodepool_pb2 as pb
from proto import nodepool_pb2_grpc as pb_grpc

_LISTING = "users"
_ROLES = {role.label: role for role in Role}


def user_out(user: UserRow) -> pb.UserInfo:
    """A user as people see one."""
    return pb.UserInfo(
        user_id=user.id,
        username=user.name,
        role=user.role.label,
        disabled=user.disabled,
        created_at=timestamp(user.created_us),
    )


def role_in(name: str) -> Role:
    """The role called `name`. Raises HiveMindError(INVALID_FIELD)."""
    role = _ROLES.get(name.strip().lower())
    if role is None:
        raise HiveMindError(
            Reason.INVALID_FIELD,
            f"There is no such role. The roles are {', '.join(sorted(_ROLES))}.",
            field="role",
        )
    return role


class AdminServicer(pb_grpc.AdminServiceServicer):
    """Translates; the users decide."""

    def __init__(
        self, users: Users, codes: ResetCodes, idempotency: Idempotency, log_ring: LogRing
    ) -> None:
        self._users = users
        self._codes = codes
        self._idempotency = idempotency
        self._log_ring = log_ring

    async def ListUsers(
        self, request: pb.ListUsersRequest, context: Context
    ) -> pb.ListUsersResponse:
        """All users, oldest first."""
        limit = page_size(request.page_size)
        token = request.page_token
        # Users are never deleted and new ones come last, so a number names a place for good.
        start = decode_page_token(_LISTING, token) if token else 0
        found = await self._users.page(start, limit + 1)
        more = len(found) > limit
        return pb.ListUsersResponse(
            users=[user_out(user) for user in found[:limit]],
            next_page_token=encode_page_token(_LISTING, start + limit) if more else "",
        )

    async def CreateUser(self, request: pb.CreateUserRequest, context: Context) -> pb.UserInfo:
        """A user with a role; the admin tells them the password."""
        checked_request_id(request)
        role = role_in(request.role)
        candidate: Candidate = await self._users.candidate(
            request.username, request.password, Line(caller().id, known=True)
        )
        return await self._idempotency.run(
            request,
            pb.UserInfo,
            lambda tx: user_out(self._users.create(tx, candidate, role).user),
            lambda _: self._users.created(role),
        )

    async def UpdateUser(self, request: pb.UpdateUserRequest, context: Context) -> pb.UserInfo:
        """What is set in the request is changed."""
        checked_request_id(request)
        change = await self._change(request)

        def unit(tx: Tx) -> pb.UserInfo:
            return user_out(self._users.update(tx, named(tx, request.username), change))

        def after(info: pb.UserInfo) -> None:
            role = _ROLES[info.role]
            self._users.updated(info.user_id, change, role, disabled=info.disabled)

        return await self._idempotency.run(request, pb.UserInfo, unit, after)

    async def CreateResetCode(
        self, request: pb.CreateResetCodeRequest, context: Context
    ) -> pb.CreateResetCodeResponse:
        """A code for a forgotten password. Its text is made for the answer, and not kept."""

        def unit(tx: Tx) -> pb.ResetCodeInfo:
            user = named(tx, request.username)
            made = self._codes.create(tx, user)
            return pb.ResetCodeInfo(
                code_id=made.id, username=user.name, expires_at=timestamp(made.expires_us)
            )

        info = await self._idempotency.run(request, pb.ResetCodeInfo, unit)
        return pb.CreateResetCodeResponse(reset_code=self._codes.text(info.code_id), info=info)

    async def StreamServerLog(
        self, request: pb.StreamServerLogRequest, context: Context
    ) -> AsyncIterator[pb.ServerLogBatch]:
        """The master's own log: what is kept, and with `follow` what comes."""
        async with aclosing(LogReading(self._log_ring, request).batches()) as batches:
            async for batch in batches:
                yield batch

    async def _change(self, request: pb.UpdateUserRequest) -> UserChange:
        password_hash = None
        if request.HasField("password"):
            user = await self._users.by_name(request.username)
            line = Line(caller().id, known=True)
            password_hash = await self._users.new_password_hash(user.name, request.password, line)
        return UserChange(
            role=role_in(request.role) if request.HasField("role") else None,
            disabled=request.disabled if request.HasField("disabled") else None,
            password_hash=password_hash,
        )
