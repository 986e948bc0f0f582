"""Money: balances, payments, and the record of it all. Amounts are in mCPT."""

from collections.abc import AsyncGenerator, Collection
from datetime import datetime

from app.client.calls import Calls
from app.client.methods import (
    GET_BALANCE,
    GET_LEDGER_SUMMARY,
    GRANT,
    LIST_TRANSFERS,
    TRANSFER,
    VERIFY_LEDGER,
)
from app.client.pages import PAGE_SIZE, pages
from app.client.stamps import stamp
from app.common.vocabulary import TransferKind
from proto import nodepool_pb2 as pb


class Ledger:
    """The calls on accounts and transfers. Every failure is a HiveMindError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def balance(self, username: str = "") -> pb.GetBalanceResponse:
        """What an account has, holds and may spend; one's own where no user is named."""
        return await self._calls.ask(GET_BALANCE, pb.GetBalanceRequest(username=username))

    async def transfer(
        self, to_username: str, amount_mcpt: int, memo: str = "", request_id: str = ""
    ) -> pb.TransferResponse:
        """Pay another user. A repeat with the same `request_id` pays once.

        Raises INSUFFICIENT_BALANCE, ACCOUNT_NOT_FOUND, TRANSFER_TO_SELF and others.
        """
        request = pb.TransferRequest(
            request_id=request_id or self._calls.ids.new_id(),
            to_username=to_username,
            amount_mcpt=amount_mcpt,
            memo=memo,
        )
        return await self._calls.ask(TRANSFER, request)

    async def grant(
        self, to_username: str, amount_mcpt: int, reason: str, request_id: str = ""
    ) -> pb.TransferResponse:
        """Give a user money from the treasury. A repeat with the same `request_id` gives once.

        Needs the right to.
        """
        request = pb.GrantRequest(
            request_id=request_id or self._calls.ids.new_id(),
            to_username=to_username,
            amount_mcpt=amount_mcpt,
            reason=reason,
        )
        return await self._calls.ask(GRANT, request)

    async def page(
        self,
        page_token: str = "",
        *,
        page_size: int = PAGE_SIZE,
        username: str = "",
        all_users: bool = False,
        task_id: str = "",
        kinds: Collection[TransferKind] = (),
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> pb.ListTransfersResponse:
        """One page of transfers from `since` to before `until`, the newest first."""
        request = pb.ListTransfersRequest(
            username=username,
            all_users=all_users,
            page_size=page_size,
            page_token=page_token,
            task_id=task_id,
            kinds=[int(kind) for kind in kinds],  # type: ignore[misc]
            since=stamp(since),
            until=stamp(until),
        )
        return await self._calls.ask(LIST_TRANSFERS, request)

    async def iterate(
        self,
        *,
        username: str = "",
        all_users: bool = False,
        task_id: str = "",
        kinds: Collection[TransferKind] = (),
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> AsyncGenerator[pb.TransferInfo, None]:
        """All these transfers, the newest first; pages are fetched as they are wanted."""

        async def ask(page_token: str) -> pb.ListTransfersResponse:
            return await self.page(
                page_token,
                username=username,
                all_users=all_users,
                task_id=task_id,
                kinds=kinds,
                since=since,
                until=until,
            )

        async for page in pages(ask):
            for transfer in page.transfers:
                yield transfer

    async def verify(self) -> pb.VerifyLedgerResponse:
        """Check the chain of hashes; names the first row that was tampered with."""
        return await self._calls.ask(VERIFY_LEDGER, pb.VerifyLedgerRequest())

    async def summary(self) -> pb.LedgerSummaryResponse:
        """All accounts and their total, which is zero."""
        return await self._calls.ask(GET_LEDGER_SUMMARY, pb.LedgerSummaryRequest())
