"""The page of the audit log: who did what, filtered, verified, and taken along as a file."""

import io
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from starlette.responses import Response

from app.common.audit_export import AUDIT_SHAPE
from app.common.errors import HiveMindError, Reason
from app.common.exports import Export, ExportKind
from app.master.web.page_frame import Frame, Reader
from app.master.web.streaming import ByteStream, Pump
from proto import nodepool_pb2 as pb

ROWS = 100
#: Of an export, at once.
EXPORT_ROWS = 1000
DONE, REFUSED = "OK", "refused"
#: What a filter is made of, in the query of the page and of the export.
FIELDS = ("who", "target", "action", "result", "since", "until")
_MEDIA_TYPES = {
    ExportKind.CSV: "text/csv; charset=utf-8",
    ExportKind.JSON: "application/json",
    ExportKind.LINES: "application/jsonl",
}


class AuditPages:
    """Asks the audit log."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def show(self, reader: Reader) -> Response:
        """Acts, newest first."""
        query = reader.request.query_params
        given = {name: query[name] for name in FIELDS if query.get(name)}
        asked = wanted(given)
        asked.page_size, asked.page_token = ROWS, query.get("page_token", "")
        found = await self._frame.ask(reader, "AuditService/ListAuditEvents", asked)
        verified = None
        if query.get("verify") == "1":
            verified = await self._frame.ask(
                reader, "AuditService/VerifyAudit", pb.VerifyAuditRequest()
            )
        return self._frame.page(
            reader,
            "audit.html",
            found=found,
            given=given,
            filter_query=urlencode(given),
            verified=verified,
        )

    async def export(self, reader: Reader) -> Response:
        """All that the filter lets through, as CSV or JSON."""
        query = reader.request.query_params
        try:
            kind = ExportKind(query.get("format", ExportKind.CSV))
        except ValueError as error:
            raise HiveMindError(
                Reason.INVALID_FIELD, "The field format must be csv, json or jsonl.", field="format"
            ) from error
        asked = wanted(query)
        pump = Pump(self._pieces(reader, asked, kind))
        first = await pump.begin()
        headers = {
            "Content-Disposition": f'attachment; filename="audit.{kind}"',
            "Cache-Control": "no-store",
        }
        return ByteStream(pump, first, headers, _MEDIA_TYPES[kind])

    async def _pieces(
        self, reader: Reader, asked: pb.ListAuditEventsRequest, kind: ExportKind
    ) -> AsyncIterator[bytes]:
        text = io.StringIO()
        export = Export(text, kind, AUDIT_SHAPE)
        asked.page_size = EXPORT_ROWS
        while True:
            found = await self._frame.ask(reader, "AuditService/ListAuditEvents", asked)
            export.add(found.events)
            asked.page_token = found.next_page_token
            if not asked.page_token:
                export.end()
            yield text.getvalue().encode()
            if not asked.page_token:
                return
            text.seek(0)
            text.truncate()


def wanted(given: Mapping[str, str]) -> pb.ListAuditEventsRequest:
    """What is asked for by a filter. Raises HiveMindError(INVALID_FIELD)."""
    asked = pb.ListAuditEventsRequest(
        actor=given.get("who", "").strip(),
        target=given.get("target", "").strip(),
        refused=given.get("result") == REFUSED,
    )
    if given.get("action"):
        asked.actions.append(given["action"])
    if given.get("result") not in (None, "", REFUSED):
        asked.results.append(given["result"])
    if given.get("since"):
        asked.since.FromDatetime(_day(given, "since"))
    if given.get("until"):
        asked.until.FromDatetime(_day(given, "until"))
    return asked


def _day(given: Mapping[str, str], name: str) -> datetime:
    try:
        found = datetime.fromisoformat(given[name])
        return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise HiveMindError(
            Reason.INVALID_FIELD, f"The field {name} must be a date like 2026-05-31.", field=name
        ) from error
