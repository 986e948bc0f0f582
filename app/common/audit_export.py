"""The audit log taken along: what is written of an act, which is an AuditEvent of the wire.

See `app/common/exports.py`.
"""

from datetime import UTC, datetime
from typing import Any

from app.common.exports import Shape, plain_cell

HEADER = (
    "row",
    "at",
    "who",
    "who_id",
    "action",
    "target",
    "target_id",
    "details",
    "result",
    "times",
    "from",
    "hash",
)


def _cells(event: Any) -> tuple[str, ...]:
    details = "; ".join(f"{name}={event.details[name]}" for name in sorted(event.details))
    return (
        str(event.sequence),
        _at(event),
        plain_cell(event.actor_name),
        plain_cell(event.actor),
        event.action,
        plain_cell(event.target_name),
        plain_cell(event.target),
        plain_cell(details),
        event.result,
        str(event.times),
        event.peer,
        event.hash,
    )


def _fields(event: Any) -> dict[str, object]:
    return {
        "sequence": event.sequence,
        "at": _at(event),
        "actor": event.actor,
        "actor_name": event.actor_name,
        "action": event.action,
        "target": event.target,
        "target_name": event.target_name,
        "details": {name: event.details[name] for name in sorted(event.details)},
        "result": event.result,
        "times": event.times,
        "peer": event.peer,
        "hash": event.hash,
    }


def _at(event: Any) -> str:
    at: datetime = event.at.ToDatetime(UTC)
    return at.isoformat()


#: With the names of the wire in JSON.
AUDIT_SHAPE: Shape[Any] = Shape(HEADER, _cells, _fields)
