"""The page of the ledger: balances and transfers, paying somebody, grants from the treasury."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from starlette.responses import RedirectResponse, Response

from app.common.errors import HiveMindError, Reason
from app.common.money import parse_cpt
from app.master.web.page_frame import Frame, Reader
from app.master.web.problems import status_of
from proto import nodepool_pb2 as pb

#: Transfers on a page.
ROWS = 50
#: Between two looks at the newest transfers while the balance changes all the time, in seconds.
INTERVAL_SECONDS = 1.0


class LedgerPages:
    """Shows money and moves it."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def show(self, reader: Reader) -> Response:
        """One's balance and transfers; for those who may see it, the whole ledger."""
        return await self._page(reader)

    async def pay(self, reader: Reader) -> Response:
        """Pay another user."""
        given = await self._frame.values(reader)
        try:
            asked = pb.TransferRequest(
                request_id=self._frame.request_id(given),
                to_username=given.get("to", ""),
                amount_mcpt=_amount(given),
                memo=given.get("memo", ""),
            )
            await self._frame.ask(reader, "UserService/Transfer", asked)
        except HiveMindError as error:
            return await self._page(reader, error, pay=given)
        return RedirectResponse("/ledger?said=paid", 303)

    async def grant(self, reader: Reader) -> Response:
        """Give a user CPT from the treasury."""
        given = await self._frame.values(reader)
        try:
            asked = pb.GrantRequest(
                request_id=self._frame.request_id(given),
                to_username=given.get("to", ""),
                amount_mcpt=_amount(given),
                reason=given.get("reason", ""),
            )
            await self._frame.ask(reader, "LedgerService/Grant", asked)
        except HiveMindError as error:
            return await self._page(reader, error, grant=given)
        return RedirectResponse("/ledger?said=granted", 303)

    async def parts(self, reader: Reader, watched: Any) -> AsyncIterator[dict[str, Any]]:
        """The page's live parts, made anew when money was moved that the reader may see."""
        part, everybody = self._frame.part, _wants_all(reader)
        async with aclosing(watched) as updates:
            async for update in updates:
                parts = {}
                if update.HasField("balance"):
                    parts["balance"] = part(reader, "balance_cards", update.balance)
                if everybody or update.HasField("balance"):
                    transfers = await self._transfers(reader, everybody=everybody)
                    parts["transfers"] = part(reader, "transfers_table", transfers, everybody)
                yield {"parts": parts, "rows": {}}
                await asyncio.sleep(INTERVAL_SECONDS)

    async def _transfers(
        self, reader: Reader, *, everybody: bool, page_token: str = ""
    ) -> pb.ListTransfersResponse:
        asked = pb.ListTransfersRequest(page_size=ROWS, page_token=page_token, all_users=everybody)
        listed: pb.ListTransfersResponse = await self._frame.ask(
            reader, "LedgerService/ListTransfers", asked
        )
        return listed

    async def _page(
        self, reader: Reader, error: HiveMindError | None = None, **given: dict[str, str]
    ) -> Response:
        """`given`: what was typed into a form, by the form's name."""
        query, ask = reader.request.query_params, self._frame.ask
        everybody, page_token = _wants_all(reader), query.get("page_token", "")
        transfers = await self._transfers(reader, everybody=everybody, page_token=page_token)
        verified = None
        if reader.may("LEDGER_READ") and query.get("verify") == "1":
            verified = await ask(reader, "LedgerService/Verify", pb.VerifyLedgerRequest())
        return self._frame.page(
            reader,
            "ledger.html",
            200 if error is None else status_of(error.reason),
            transfers=transfers,
            balance=await ask(reader, "UserService/GetBalance", pb.GetBalanceRequest()),
            everybody=everybody,
            newest=not page_token,
            verified=verified,
            error=error,
            said=query.get("said", ""),
            given={"pay": {}, "grant": {}} | given,
        )


def _wants_all(reader: Reader) -> bool:
    """Whether everybody's transfers are asked for, by somebody who may see them."""
    return reader.may("LEDGER_READ") and reader.request.query_params.get("all") == "1"


def _amount(given: dict[str, str]) -> int:
    try:
        return parse_cpt(given.get("amount", ""))
    except ValueError as error:
        raise HiveMindError(
            Reason.INVALID_FIELD, "Write the amount like 12.5, in CPT.", field="amount"
        ) from error
