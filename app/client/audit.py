"""Who did what: the audit log, and the log of the master."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from app.client.audit_filter import ALL, AuditFilter
from app.client.calls import Calls
from app.client.methods import LIST_AUDIT_EVENTS, STREAM_SERVER_LOG, VERIFY_AUDIT
from app.client.pages import PAGE_SIZE, pages
from app.client.stamps import stamp
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import LogLevel
from proto import nodepool_pb2 as pb


class Audit:
    """The calls on the audit log. Every failure is a HiveMindError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def page(
        self, wanted: AuditFilter = ALL, page_token: str = "", *, page_size: int = PAGE_SIZE
    ) -> pb.ListAuditEventsResponse:
        """One page of acts, the newest first."""
        request = pb.ListAuditEventsRequest(
            page_size=page_size,
            page_token=page_token,
            since=stamp(wanted.since),
            until=stamp(wanted.until),
            actor=wanted.actor,
            target=wanted.target,
            actions=wanted.actions,
            results=wanted.results,
            refused=wanted.refused,
        )
        return await self._calls.ask(LIST_AUDIT_EVENTS, request)

    async def iterate(self, wanted: AuditFilter = ALL) -> AsyncGenerator[pb.AuditEvent, None]:
        """All these acts, the newest first; pages are fetched as they are wanted."""

        async def ask(page_token: str) -> pb.ListAuditEventsResponse:
            return await self.page(wanted, page_token)

        async for page in pages(ask):
            for event in page.events:
                yield event

    async def verify(
        self, known_rows: int = 0, known_head_hash: str = ""
    ) -> pb.VerifyAuditResponse:
        """Check the chain of hashes; names the first row that was tampered with.

        Who noted the rows and the head of an earlier answer may name them: the log must
        still begin with those.
        """
        request = pb.VerifyAuditRequest(known_rows=known_rows, known_head_hash=known_head_hash)
        return await self._calls.ask(VERIFY_AUDIT, request)


class ServerLog:
    """The master's own log."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def stream(
        self, level_min: LogLevel = LogLevel.DEBUG, *, follow: bool = False, records_max: int = 0
    ) -> AsyncGenerator[pb.ServerLogBatch, None]:
        """What the master still has, oldest first, and with `follow` what comes.

        Who reads too slowly loses records; each batch tells how many. Does not connect
        again by itself: another master starts another log. Raises MASTER_UNREACHABLE when
        a stream that follows has ended.
        """
        request = pb.StreamServerLogRequest(
            level_min=level_min.value,  # type: ignore[arg-type] # numbers are the wire's
            follow=follow,
            records_max=records_max,
        )
        async with aclosing(self._calls.listen(STREAM_SERVER_LOG, request)) as batches:
            async for batch in batches:
                yield batch
        if follow:
            raise HiveMindError(Reason.MASTER_UNREACHABLE, "The master ended the stream.")
