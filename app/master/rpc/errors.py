"""Refusals on the wire: a gRPC status with `google.rpc.ErrorInfo` in its details.

The one place where a `HiveMindError` becomes a status. `app/client` turns it back.
"""

from typing import Any, NoReturn, TypeAlias

import grpc
import grpc.aio
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from app.common.errors import HiveMindError, Reason

#: What a handler gets beside its request. The stubs' class is generic, gRPC's own is not.
Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"

#: The domain of every ErrorInfo.
DOMAIN = "hivemind"
#: gRPC sends a status as headers, which proxies and clients limit to 8 KiB.
MESSAGE_CHARACTERS_MAX = 1000

_CODES: dict[str, grpc.StatusCode] = {code.name: code for code in grpc.StatusCode}


def to_status(error: HiveMindError) -> grpc.Status:
    """The status that tells `error`'s category, reason, details and message."""
    info = error_details_pb2.ErrorInfo(
        reason=error.reason.name, domain=DOMAIN, metadata=error.details
    )
    packed = AnyMessage()
    packed.Pack(info)
    code = _CODES[error.reason.category.value]
    status = status_pb2.Status(
        code=code.value[0], message=error.message[:MESSAGE_CHARACTERS_MAX], details=[packed]
    )
    return rpc_status.to_status(status)


def unforeseen(incident_id: str) -> HiveMindError:
    """What a caller is told of a failure nobody foresaw: where the log has its cause."""
    return HiveMindError(
        Reason.MASTER_FAILED,
        f"The master failed unexpectedly. Its log has the cause under {incident_id}.",
        incident=incident_id,
    )


async def abort(context: Context, error: HiveMindError) -> NoReturn:
    """End the call with `error`'s status. Raises what grpc.aio ends a handler with."""
    status = to_status(error)
    await context.abort(status.code, status.details, status.trailing_metadata)
