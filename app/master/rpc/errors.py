"""Refusals on the wire: a gRPC status with `google.rpc.ErrorInfo` in its details.

The one place where a `HiveMindError` becomes a status. `app/client` turns it back.
"""

from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

import grpc
import grpc.aio
import structlog
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from app.common.errors import Category, HiveMindError

log = structlog.get_logger(__name__)

#: What a handler gets beside its request. The stubs' class is generic, gRPC's own is not.
Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"

#: The domain of every ErrorInfo.
DOMAIN = "hivemind"
#: The reason of an unforeseen failure: not one of `Reason`, for nobody can plan for it.
INTERNAL = "INTERNAL"
#: gRPC sends a status as headers, which proxies and clients limit to 8 KiB.
MESSAGE_CHARACTERS_MAX = 1000

_CODES: dict[str, grpc.StatusCode] = {code.name: code for code in grpc.StatusCode}


@dataclass(frozen=True, slots=True)
class Incident:
    """An unforeseen failure, found again in the log by its id."""

    id: str


def to_status(error: HiveMindError) -> grpc.Status:
    """The status that tells `error`'s category, reason, details and message."""
    return _status(error.reason.category, error.reason.name, error.message, error.details)


def incident_status(incident: Incident) -> grpc.Status:
    """The status of an unforeseen failure: it names the incident and nothing else."""
    message = f"The master failed unexpectedly. Its log has the cause under {incident.id}."
    return _status(Category.INTERNAL, INTERNAL, message, {"incident": incident.id})


async def abort(context: Context, error: HiveMindError) -> NoReturn:
    """End the call with `error`'s status. Raises what grpc.aio ends a handler with."""
    await abort_with(context, to_status(error))


async def abort_with(context: Context, status: grpc.Status) -> NoReturn:
    """End the call with `status`. Raises what grpc.aio ends a handler with."""
    await context.abort(status.code, status.details, status.trailing_metadata)


def _status(category: Category, reason: str, message: str, details: dict[str, str]) -> grpc.Status:
    info = error_details_pb2.ErrorInfo(reason=reason, domain=DOMAIN, metadata=details)
    packed = AnyMessage()
    packed.Pack(info)
    code = _CODES[category.value]
    status = status_pb2.Status(
        code=code.value[0], message=message[:MESSAGE_CHARACTERS_MAX], details=[packed]
    )
    return rpc_status.to_status(status)
