"""AuditService: the record of who did what, for those who look after the pool's honesty."""

import json

from app.common.page_tokens import page_size
from app.master.audit.log import AuditLog, AuditQuestion
from app.master.rpc.errors import Context
from app.master.rpc.messages import timestamp
from app.master.store.audit import AuditFilter, AuditRow
from proto import nodepool_pb2 as pb
from proto import nodepool_pb2_grpc as pb_grpc


class AuditServicer(pb_grpc.AuditServiceServicer):
    """Translates; the audit log answers."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log

    async def ListAuditEvents(
        self, request: pb.ListAuditEventsRequest, context: Context
    ) -> pb.ListAuditEventsResponse:
        """A page of acts, newest first."""
        wanted = AuditFilter(
            actions=tuple(request.actions),
            results=tuple(request.results),
            refused=request.refused,
            since_us=request.since.ToMicroseconds() if request.HasField("since") else None,
            until_us=request.until.ToMicroseconds() if request.HasField("until") else None,
        )
        page = await self._log.page(
            AuditQuestion(wanted, request.actor, request.target),
            page_size(request.page_size),
            request.page_token,
        )
        return pb.ListAuditEventsResponse(
            events=map(_event_out, page.rows), next_page_token=page.next_token
        )

    async def VerifyAudit(
        self, request: pb.VerifyAuditRequest, context: Context
    ) -> pb.VerifyAuditResponse:
        """Recompute the whole chain."""
        found = await self._log.verify(request.known_rows, request.known_head_hash.lower())
        return pb.VerifyAuditResponse(
            ok=found.ok,
            rows=found.rows,
            first_bad_sequence=found.fault.sequence if found.fault else 0,
            fault=found.fault.sentence if found.fault else "",
            head_hash=found.head_hash,
        )


def _details(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
        return {str(name): str(value) for name, value in found.items()}
    except (ValueError, AttributeError):
        # Not what was written: a verification tells where it was changed.
        return {"unreadable": text}


def _event_out(row: AuditRow) -> pb.AuditEvent:
    return pb.AuditEvent(
        sequence=row.sequence,
        at=timestamp(row.at_us),
        actor=row.actor,
        actor_name=row.actor_name,
        action=row.action,
        target=row.target,
        target_name=row.target_name,
        details=_details(row.details),
        result=row.result,
        peer=row.peer,
        times=row.times,
        hash=row.hash.hex(),
    )
