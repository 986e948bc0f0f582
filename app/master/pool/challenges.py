"""Nonces that a node signs to prove that it is itself.

A nonce carries its own proof (an HMAC under a key that lives as long as the process), so
asking for many costs the master no memory; only nonces that a node has used are kept,
until they expire.
"""

import hashlib
import hmac
from collections import OrderedDict

from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource

GOOD_FOR_SECONDS = 60.0
#: Uses are remembered for a minute: this is far more than all nodes of a pool make.
REMEMBERED_MAX = 100_000

_TIME_BYTES = 8
_CHANCE_BYTES = 16
_PROOF_BYTES = 16
_MILLISECONDS = 1000


class Challenges:
    """Issues nonces, each good for one answer of one node within a minute."""

    def __init__(self, clock: Clock, ids: IdSource) -> None:
        self._clock = clock
        self._ids = ids
        self._key = ids.secret(32)
        self._used: OrderedDict[bytes, float] = OrderedDict()

    def issue(self, node_id: str) -> bytes:
        """A new nonce for `node_id`, 40 bytes."""
        at = int(self._clock.monotonic() * _MILLISECONDS)
        body = at.to_bytes(_TIME_BYTES) + self._ids.secret(_CHANCE_BYTES)
        return body + self._proof(node_id, body)

    def check(self, node_id: str, nonce: bytes) -> None:
        """Raise HiveMindError(BAD_CHALLENGE) unless `nonce` is good for `node_id` now."""
        body, proof = nonce[:-_PROOF_BYTES], nonce[-_PROOF_BYTES:]
        if len(body) != _TIME_BYTES + _CHANCE_BYTES or not hmac.compare_digest(
            proof, self._proof(node_id, body)
        ):
            raise bad_challenge("is not one of this master")
        issued_at = int.from_bytes(body[:_TIME_BYTES]) / _MILLISECONDS
        if self._clock.monotonic() - issued_at > GOOD_FOR_SECONDS:
            raise bad_challenge("is too old")
        if nonce in self._used:
            raise bad_challenge("was used before")

    def use(self, nonce: bytes) -> None:
        """The nonce was answered rightly: refuse it from now on."""
        now = self._clock.monotonic()
        self._used[nonce] = now
        while self._used:
            oldest_at = next(iter(self._used.values()))
            if now - oldest_at <= GOOD_FOR_SECONDS and len(self._used) <= REMEMBERED_MAX:
                return
            self._used.popitem(last=False)

    def _proof(self, node_id: str, body: bytes) -> bytes:
        message = node_id.encode("utf-8", "surrogatepass") + b"\0" + body
        return hmac.digest(self._key, message, hashlib.sha256)[:_PROOF_BYTES]


def bad_challenge(fault: str) -> HiveMindError:
    """The refusal of an answer whose nonce or signature has a fault."""
    return HiveMindError(
        Reason.BAD_CHALLENGE, f"The challenge {fault}: ask for a new one and sign that."
    )
