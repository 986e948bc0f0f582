"""UserService: signing in, registering, and one's own money."""

from app.common.errors import HiveMindError, Reason
from app.master.identity.names import name_key
from app.master.identity.permissions import Permission, permits
from app.master.identity.sessions import Sessions, SignedIn
from app.master.identity.users import Users, named
from app.master.ledger.service import LedgerService
from app.master.rpc.admin_service import role_in
from app.master.rpc.door import caller
from app.master.rpc.errors import Context
from app.master.rpc.idempotency import Idempotency, checked_request_id
from app.master.rpc.messages import balance_out
from app.master.rpc.peers import origin_of
from app.master.store import Tx
from proto import nodepool_pb2 as pb
from proto import nodepool_pb2_grpc as pb_grpc


def login_out(signed_in: SignedIn) -> pb.LoginResponse:
    """Both tokens as the client gets them."""
    return pb.LoginResponse(
        access_token=signed_in.access.text,
        expires_in_seconds=signed_in.access.expires_in_seconds,
        refresh_token=signed_in.refresh_token,
        user_id=signed_in.user_id,
        role=signed_in.role.label,
    )


class UserServicer(pb_grpc.UserServiceServicer):
    """Translates; users, sessions and the ledger decide."""

    def __init__(
        self, users: Users, sessions: Sessions, ledger: LedgerService, idempotency: Idempotency
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._ledger = ledger
        self._idempotency = idempotency

    async def Login(self, request: pb.LoginRequest, context: Context) -> pb.LoginResponse:
        """A new session."""
        origin = origin_of(context, request.device_token)
        return login_out(await self._sessions.sign_in(request.username, request.password, origin))

    async def Register(self, request: pb.RegisterRequest, context: Context) -> pb.RegisterResponse:
        """A new user, or with the setup code the first admin."""
        checked_request_id(request)
        self._users.may_register(request.setup_code)
        candidate = await self._users.applicant(
            request.username, request.password, origin_of(context)
        )

        def unit(tx: Tx) -> pb.RegisterResponse:
            made = self._users.register(tx, candidate, request.setup_code)
            return pb.RegisterResponse(
                user_id=made.user.id, role=made.user.role.label, granted_mcpt=made.granted_mcpt
            )

        return await self._idempotency.run(
            request, pb.RegisterResponse, unit, lambda made: self._users.created(role_in(made.role))
        )

    async def Transfer(self, request: pb.TransferRequest, context: Context) -> pb.TransferResponse:
        """Pay another user."""
        principal = caller()

        def unit(tx: Tx) -> pb.TransferResponse:
            payee = named(tx, request.to_username)
            row = self._ledger.transfer(
                tx, principal.id, payee.id, request.amount_mcpt, request.memo
            )
            balance = self._ledger.balance_in(tx, principal.id)
            return pb.TransferResponse(transfer_id=row.id, balance_mcpt=balance.balance_mcpt)

        return await self._idempotency.run(request, pb.TransferResponse, unit)

    async def GetBalance(
        self, request: pb.GetBalanceRequest, context: Context
    ) -> pb.GetBalanceResponse:
        """One's own balance, or with the right to see the ledger anybody's."""
        principal = caller()
        user_id = principal.id
        if request.username and name_key(request.username) != name_key(principal.name):
            if not permits(principal, Permission.LEDGER_READ):
                raise HiveMindError(
                    Reason.PERMISSION_DENIED,
                    "You may see your own balance only. Others' need the permission: "
                    f"{Permission.LEDGER_READ.value}.",
                    permission=Permission.LEDGER_READ.name,
                )
            user_id = (await self._users.by_name(request.username)).id
        return balance_out(await self._ledger.balance(user_id))
