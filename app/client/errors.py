"""From gRPC's failures to the one exception hierarchy: the reverse of the master's mapping."""

from typing import cast

import grpc
import grpc.aio
from google.rpc.error_details_pb2 import ErrorInfo
from grpc_status import rpc_status

from app.common.errors import HiveMindError, Reason

ERROR_DOMAIN = "hivemind"
#: The reasons this client knows; a newer master may have more.
REASONS = Reason.__members__

#: grpc.aio's own word for a message that it could not send: the connection broke.
WRITE_FAILED = "Internal error from Core"

#: For failures that gRPC itself made: they carry no ErrorInfo.
_BY_STATUS = {
    grpc.StatusCode.UNAVAILABLE: Reason.MASTER_UNREACHABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED: Reason.MASTER_UNREACHABLE,
    grpc.StatusCode.CANCELLED: Reason.MASTER_UNREACHABLE,
    grpc.StatusCode.UNAUTHENTICATED: Reason.UNAUTHENTICATED,
    grpc.StatusCode.PERMISSION_DENIED: Reason.PERMISSION_DENIED,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Reason.OVERLOADED,
    grpc.StatusCode.INVALID_ARGUMENT: Reason.INVALID_FIELD,
    grpc.StatusCode.DATA_LOSS: Reason.DIGEST_MISMATCH,
    grpc.StatusCode.UNIMPLEMENTED: Reason.MASTER_TOO_OLD,
}

_SENTENCES = {
    Reason.MASTER_UNREACHABLE: "The master does not answer: check its address and that it runs.",
    Reason.CERTIFICATE_MISMATCH: (
        "The server's certificate is not this pool's: it is another machine, or the pool was set "
        "up anew. Compare the pin with the pool's operator before you sign in again."
    ),
    Reason.MASTER_TOO_OLD: "The master does not know this call: update it.",
    Reason.MESSAGE_TOO_LARGE: "The request is larger than a message may be: send less at once.",
    Reason.MASTER_FAILED: "The master failed to answer: its log says why.",
}


def certificate_mismatch() -> HiveMindError:
    """The refusal of a server that cannot prove to be the pool's master."""
    reason = Reason.CERTIFICATE_MISMATCH
    return HiveMindError(reason, _SENTENCES[reason])


def to_error(error: grpc.aio.AioRpcError) -> HiveMindError:
    """The refusal the master sent, rebuilt from the rich status with its reason and sentence.

    A failure that gRPC made itself becomes MASTER_UNREACHABLE, CERTIFICATE_MISMATCH or
    the reason nearest to its status code.
    """
    sent = _sent_by_master(error)
    if sent is not None:
        return sent
    reason = _BY_STATUS.get(error.code(), Reason.MASTER_FAILED)
    said = error.details() or ""
    if said == WRITE_FAILED:
        reason = Reason.MASTER_UNREACHABLE
    if reason is Reason.OVERLOADED and "larger than max" in said:
        reason = Reason.MESSAGE_TOO_LARGE
    if reason is Reason.MASTER_UNREACHABLE and (skewed := _wrong_clock(said.lower())):
        return skewed
    if reason is Reason.MASTER_UNREACHABLE and _certificate_refused(said.lower()):
        reason = Reason.CERTIFICATE_MISMATCH
    return HiveMindError(
        reason, _SENTENCES.get(reason, said), grpc_code=error.code().name, grpc_details=said
    )


def _wrong_clock(said: str) -> HiveMindError | None:
    """The refusal where only the dates of the server's certificate are wrong.

    The master renews its certificate long before the end and dates it an hour back, so it
    is a clock that is wrong.
    """
    if "certificate is not yet valid" in said:
        return HiveMindError(
            Reason.CLOCK_WRONG,
            "By this machine's clock the master's certificate is not good yet: the clock is "
            "behind. Set its date and time.",
        )
    if "certificate has expired" in said:
        return HiveMindError(
            Reason.CLOCK_WRONG,
            "By this machine's clock the master's certificate is out of date: the clock is ahead, "
            "here or on the master's machine. Set the date and time.",
        )
    return None


def _certificate_refused(said: str) -> bool:
    """Whether gRPC's words say that the handshake failed for the server's certificate.

    They are all there is: the wrong CA and the wrong name are UNAVAILABLE like a lost
    connection ("… CERTIFICATE_VERIFY_FAILED", "… certificate signature failure",
    "Hostname Verification Check failed").
    """
    handshake_failed = "handshake failed" in said and "certificate" in said
    return handshake_failed or "verification check failed" in said


def _sent_by_master(error: grpc.aio.AioRpcError) -> HiveMindError | None:
    try:
        status = rpc_status.from_call(cast("grpc.Call", error))
    except ValueError:  # the rich status contradicts the plain one: not our master's doing
        return None
    for detail in status.details if status is not None else ():
        info = ErrorInfo()
        if detail.Unpack(info) and info.domain == ERROR_DOMAIN:
            reason = REASONS.get(info.reason)
            if reason is not None:
                return HiveMindError(reason, status.message, **dict(info.metadata))
            # A newer master's reason: keep its sentence and its kind.
            nearest = _BY_STATUS.get(error.code(), Reason.MASTER_FAILED)
            return HiveMindError(nearest, status.message, unknown_reason=info.reason)
    return None
