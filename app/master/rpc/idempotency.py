"""A request that comes twice is done once, and both get the same answer."""

import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Any, TypeVar

from google.protobuf.message import Message

from app.common.clock import MICROSECONDS, Clock
from app.common.errors import HiveMindError, Reason
from app.common.invariant import invariant
from app.master.rpc.audited import SECRET_FIELDS
from app.master.rpc.auditing import current_call
from app.master.rpc.door import caller_or_none
from app.master.store import Tx
from app.master.store import requests as store
from app.master.store.after_commit import run_then
from app.master.store.requests import AnsweredRequest
from app.master.store.writer import Writer

R = TypeVar("R", bound=Message)

#: Who asks in an open call: request ids are unguessable, so strangers do not meet.
STRANGER = "open"
#: How long an answer is kept for a repeat.
KEPT_SECONDS = 7 * 24 * 3600

_SHAPE = re.compile(r"[A-Za-z0-9._:-]{1,64}")


class Idempotency:
    """Runs a unit of the store at most once for each caller's `request_id`.

    What is kept of a request is a keyed hash (HMAC-SHA-256 under `key`): a plain one
    would let whoever reads the store try passwords against it. Without a key,
    requests that carry a secret are a programmer's error.
    """

    def __init__(self, writer: Writer, clock: Clock, key: bytes = b"") -> None:
        self._writer = writer
        self._clock = clock
        self._key = key

    async def run(
        self,
        request: Message,
        response_type: type[R],
        unit: Callable[[Tx], R],
        after: Callable[[R], None] | None = None,
    ) -> R:
        """What `unit` answers, or what it answered to the same request before.

        `unit`, the record of its answer and its row of the audit log commit together;
        when it raises, nothing is recorded and the request may be tried again. `after` is
        called on the loop once a first run is committed, also if the caller has gone by
        then; not for a repeat. Raises what `unit` raises, and
        HiveMindError(REQUEST_ID_MISSING | REQUEST_ID_REUSED | INVALID_FIELD).
        """
        question = self._question(request)
        call = current_call()

        def once(tx: Tx) -> tuple[R, bool]:
            known = _find(tx, question)
            if known is not None:
                return response_type.FromString(known), False
            response = unit(tx)
            store.add(tx, question._replace(response=response.SerializeToString()))
            if call is not None:
                call.write_in(tx, response)
            return response, True

        def committed(result: tuple[R, bool]) -> None:
            response, first = result
            if call is not None:
                call.done()
            if first and after is not None:
                after(response)

        response, _ = await run_then(self._writer, once, committed)
        return response

    async def answered(self, request: Message, response_type: type[R]) -> R | None:
        """What this request was answered before, or None: for calls whose checks cost much.

        Raises HiveMindError(REQUEST_ID_MISSING | REQUEST_ID_REUSED | INVALID_FIELD).
        """
        question = self._question(request)
        known = await self._writer.run(lambda tx: _find(tx, question))
        return None if known is None else response_type.FromString(known)

    async def forget_old(self) -> int:
        """Delete the answers nobody will ask for again; how many they were."""
        before_us = self._clock.now_us() - KEPT_SECONDS * MICROSECONDS
        return await self._writer.run(lambda tx: store.delete_before(tx, before_us))

    def _question(self, request: Message) -> AnsweredRequest:
        """The request as it is kept, without the answer yet."""
        principal = caller_or_none()
        return AnsweredRequest(
            principal=STRANGER if principal is None else principal.key,
            request_id=checked_request_id(request),
            method=request.DESCRIPTOR.full_name,
            body_hash=self._hash(request),
            response=b"",
            at_us=self._clock.now_us(),
        )

    def _hash(self, request: Message) -> bytes:
        invariant(
            bool(self._key) or not _carries_secret(request.DESCRIPTOR),
            f"{request.DESCRIPTOR.full_name} carries a secret: give Idempotency a key",
        )
        body = request.SerializeToString(deterministic=True)
        return hmac.digest(self._key, body, hashlib.sha256)


def checked_request_id(request: Any) -> str:
    """The `request_id` of a changing request.

    Raises HiveMindError(REQUEST_ID_MISSING) if it is empty, (INVALID_FIELD) if it is
    not 1 to 64 letters, digits, dots, colons, dashes and underscores.
    """
    request_id: str = request.request_id
    if not request_id:
        raise HiveMindError(
            Reason.REQUEST_ID_MISSING,
            "A request that changes something needs a request_id: make a new one for each.",
        )
    if not _SHAPE.fullmatch(request_id):
        raise HiveMindError(
            Reason.INVALID_FIELD,
            "The field request_id may have 64 letters, digits and . _ : - at most.",
            field="request_id",
        )
    return request_id


def _find(tx: Tx, question: AnsweredRequest) -> bytes | None:
    """The kept answer. Raises HiveMindError(REQUEST_ID_REUSED) if it answered another body."""
    known = store.find(tx, question.principal, question.request_id)
    if known is None:
        return None
    same_body = hmac.compare_digest(known.body_hash, question.body_hash)
    if known.method != question.method or not same_body:
        raise HiveMindError(
            Reason.REQUEST_ID_REUSED,
            "This request_id was used for another request: make a new one for each.",
        )
    return known.response


def _carries_secret(message: Any) -> bool:
    return any(field.name in SECRET_FIELDS for field in message.fields)
