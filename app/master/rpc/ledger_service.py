"""LedgerService on the wire: history, verification, grants and the pool's totals."""

from typing import Any

from app.common.errors import HiveMindError, Reason
from app.common.page_tokens import page_size
from app.common.vocabulary import TransferKind
from app.master.identity.names import name_key
from app.master.identity.permissions import Permission, permits
from app.master.identity.users import named
from app.master.ledger.audit import HistoryEntry, LedgerAudit
from app.master.ledger.service import LedgerService
from app.master.rpc.door import caller
from app.master.rpc.errors import Context
from app.master.rpc.idempotency import Idempotency
from app.master.rpc.messages import timestamp
from app.master.store import Tx
from app.master.store.ledger_rows import HistoryFilter
from app.master.store.reader import Reader
from proto import nodepool_pb2 as pb
from proto import nodepool_pb2_grpc as pb_grpc


class LedgerServicer(pb_grpc.LedgerServiceServicer):
    """Translates; the ledger decides."""

    def __init__(
        self,
        ledger: LedgerService,
        audit: LedgerAudit,
        reader: Reader,
        idempotency: Idempotency,
    ) -> None:
        self._ledger = ledger
        self._audit = audit
        self._reader = reader
        self._idempotency = idempotency

    async def ListTransfers(
        self, request: pb.ListTransfersRequest, context: Context
    ) -> pb.ListTransfersResponse:
        """Own transfers; another's and everybody's need the right to see the ledger."""
        page = await self._audit.history(
            _filter(request),
            await self._account_owner(request),
            page_size(request.page_size),
            request.page_token,
        )
        return pb.ListTransfersResponse(
            transfers=[_transfer(entry) for entry in page.entries],
            next_page_token=page.next_token,
        )

    async def Verify(
        self, request: pb.VerifyLedgerRequest, context: Context
    ) -> pb.VerifyLedgerResponse:
        """Recompute the whole journal."""
        found = await self._audit.verify()
        return pb.VerifyLedgerResponse(
            ok=found.ok,
            rows=found.rows,
            first_bad_sequence=found.fault.sequence if found.fault else 0,
            fault=found.fault.sentence if found.fault else "",
            head_hash=found.head_hash,
        )

    async def Grant(self, request: pb.GrantRequest, context: Context) -> pb.TransferResponse:
        """Pay a user from the treasury."""

        def unit(tx: Tx) -> pb.TransferResponse:
            user_id = named(tx, request.to_username).id
            row = self._ledger.grant(tx, user_id, request.amount_mcpt, request.reason)
            return pb.TransferResponse(transfer_id=row.id, balance_mcpt=row.credit_balance_mcpt)

        return await self._idempotency.run(request, pb.TransferResponse, unit)

    async def GetSummary(
        self, request: pb.LedgerSummaryRequest, context: Context
    ) -> pb.LedgerSummaryResponse:
        """The pool's accounts, and those of all users together."""
        totals = await self._audit.totals()
        return pb.LedgerSummaryResponse(
            accounts=[
                pb.LedgerSummaryResponse.Account(
                    name=each.name, balance_mcpt=each.balance_mcpt, held_mcpt=each.held_mcpt
                )
                for each in totals
            ],
            total_mcpt=sum(each.balance_mcpt for each in totals),
            held_mcpt=sum(each.held_mcpt for each in totals),
            transfers=await self._audit.count(),
        )

    async def _account_owner(self, request: pb.ListTransfersRequest) -> str | None:
        """Whose account is asked for; None for all. Refuses what the caller may not see."""
        principal = caller()
        name = request.username
        own = not name or name_key(name) == name_key(principal.name)
        if own and not request.all_users:
            return principal.id
        if not permits(principal, Permission.LEDGER_READ):
            raise HiveMindError(
                Reason.PERMISSION_DENIED,
                "You may see your own transfers only."
                f" Others' need the permission: {Permission.LEDGER_READ.value}.",
                permission=Permission.LEDGER_READ.name,
            )
        if request.all_users:
            return None
        return await self._reader.run(lambda tx: named(tx, request.username).id)


def _filter(request: pb.ListTransfersRequest) -> HistoryFilter:
    return HistoryFilter(
        task_id=request.task_id or None,
        kinds=tuple(TransferKind(number) for number in request.kinds),
        since_us=request.since.ToMicroseconds() if request.HasField("since") else None,
        until_us=request.until.ToMicroseconds() if request.HasField("until") else None,
    )


def _transfer(entry: HistoryEntry) -> pb.TransferInfo:
    row = entry.transfer
    # By name, for "from" is a word of Python's own.
    values: dict[str, Any] = {
        "sequence": row.sequence,
        "transfer_id": row.id,
        "kind": row.kind,
        "from": entry.payer,
        "to": entry.payee,
        "amount_mcpt": row.amount_mcpt,
        "task_id": row.task_id or "",
        "memo": row.memo,
        "at": timestamp(row.at_us),
        "pending_id": entry.pending_id,
        "hash": row.hash.hex(),
        "balance_after_mcpt": entry.balance_after_mcpt,
    }
    return pb.TransferInfo(**values)
