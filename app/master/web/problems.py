"""Refusals over HTTP: problem details (RFC 9457) with the reason codes of the wire.

The one place where a `HiveMindError` becomes an HTTP status.
"""

from typing import Any

from pydantic_core import to_json
from starlette.responses import Response

from app.common.errors import Category, HiveMindError, Reason

MEDIA_TYPE = "application/problem+json"

_STATUS = {
    Category.INVALID_ARGUMENT: 400,
    Category.UNAUTHENTICATED: 401,
    Category.PERMISSION_DENIED: 403,
    Category.NOT_FOUND: 404,
    Category.ALREADY_EXISTS: 409,
    Category.FAILED_PRECONDITION: 409,
    Category.RESOURCE_EXHAUSTED: 429,
    Category.ABORTED: 409,
    Category.UNAVAILABLE: 503,
    Category.DATA_LOSS: 422,
    Category.INTERNAL: 500,
}
#: Where HTTP has a better word than for its category.
_STATUS_OF = {
    Reason.ARTIFACT_TOO_LARGE: 413,
    Reason.QUOTA_EXCEEDED: 413,
    Reason.STORE_FULL: 507,
}


def status_of(reason: Reason) -> int:
    """The HTTP status of refusals with `reason`."""
    return _STATUS_OF.get(reason, _STATUS[reason.category])


def problem(error: HiveMindError, status: int = 0) -> dict[str, Any]:
    """The body that tells `error`."""
    return {
        "type": f"urn:hivemind:reason:{error.reason.name}",
        "title": error.reason.meaning,
        "status": status or status_of(error.reason),
        "detail": error.message,
        "reason": error.reason.name,
        "details": error.details,
    }


def problem_response(error: HiveMindError, status: int = 0) -> Response:
    """The answer that tells `error`; `status` where HTTP itself is what was broken."""
    headers = {}
    status = status or status_of(error.reason)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if "retry_after_seconds" in error.details:
        headers["Retry-After"] = error.details["retry_after_seconds"]
    return Response(to_json(problem(error, status)), status, headers=headers, media_type=MEDIA_TYPE)
