"""Join tokens: made once, shown once, used as often as they say."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from app.common.clock import MICROSECONDS, Clock
from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource, encode_base32
from app.common.join_token import (
    SECRET_BYTES,
    SECRET_LENGTH,
    TOKEN_ID_LENGTH,
    JoinToken,
    is_token_id,
    split_credential,
)
from app.master.store import Tx
from app.master.store import join_tokens as store
from app.master.store.join_tokens import JoinTokenRow, NewJoinToken

TTL_SECONDS_DEFAULT = 3600
TTL_SECONDS_MAX = 30 * 24 * 3600
USES_DEFAULT = 1
USES_MAX = 10_000
NOTE_CHARACTERS_MAX = 200
LISTED_MAX = 1000
#: Expired tokens are kept for so long, that a late machine is told why it is refused.
KEPT_US = 30 * 24 * 3600 * MICROSECONDS

_TOKEN_ID_BYTES = 5


@dataclass(frozen=True, slots=True)
class TokenOrder:
    """A token to be made; zeros mean the defaults."""

    owner_id: str
    created_by: str
    ttl_seconds: int = 0
    uses_max: int = 0
    note: str = ""


class JoinTokens:
    """Methods that take a `tx` are parts of a unit.

    The secret is made from the token's id and the pool's key, so a repeat of a lost
    answer can name it again although the store has only its hash.
    """

    def __init__(self, clock: Clock, ids: IdSource, key: bytes, ca_pin: Callable[[], str]) -> None:
        self._clock = clock
        self._ids = ids
        self._key = key
        self._ca_pin = ca_pin

    def create(self, tx: Tx, order: TokenOrder) -> JoinTokenRow:
        """Make a token. Raises HiveMindError(INVALID_FIELD)."""
        ttl_seconds = order.ttl_seconds or TTL_SECONDS_DEFAULT
        uses = order.uses_max or USES_DEFAULT
        _check("ttl_seconds", ttl_seconds, TTL_SECONDS_MAX)
        _check("uses_max", uses, USES_MAX)
        if len(order.note) > NOTE_CHARACTERS_MAX or not order.note.isprintable():
            raise HiveMindError(
                Reason.INVALID_FIELD,
                f"The field note may have {NOTE_CHARACTERS_MAX} printable characters at most.",
                field="note",
            )
        now_us = self._clock.now_us()
        token_id = encode_base32(int.from_bytes(self._ids.secret(_TOKEN_ID_BYTES)), TOKEN_ID_LENGTH)
        token = NewJoinToken(
            id=token_id,
            secret_hash=_hash(self._secret(token_id)),
            owner_id=order.owner_id,
            created_by=order.created_by,
            note=order.note,
            created_us=now_us,
            expires_us=now_us + ttl_seconds * MICROSECONDS,
            uses_left=uses,
        )
        store.add(tx, token)
        return required(store.by_id(tx, token_id))

    def text(self, token_id: str) -> str:
        """The whole token, to be shown to who made it."""
        return str(JoinToken(self._ca_pin(), token_id, self._secret(token_id)))

    def use(self, tx: Tx, credential: str) -> JoinTokenRow:
        """Use the token up by one.

        Raises HiveMindError(BAD_JOIN_TOKEN | JOIN_TOKEN_REVOKED | JOIN_TOKEN_EXPIRED |
        JOIN_TOKEN_USED); the last three only for who knows the secret.
        """
        token_id, secret = split_credential(credential)
        token = store.by_id(tx, token_id)
        known = token.secret_hash if token is not None else b""
        if token is None or not hmac.compare_digest(known, _hash(secret)):
            raise HiveMindError(
                Reason.BAD_JOIN_TOKEN, "This pool has no such join token: copy the whole of it."
            )
        now_us = self._clock.now_us()
        if not store.use_once(tx, token_id, now_us):
            raise _useless(token, now_us)
        return token

    def revoke(self, tx: Tx, token_id: str) -> None:
        """Make a token useless. Raises HiveMindError(JOIN_TOKEN_NOT_FOUND) if there is none."""
        if not is_token_id(token_id) or not store.revoke(tx, token_id):
            required(None)

    def newest(self, tx: Tx) -> list[JoinTokenRow]:
        """The newest thousand tokens, newest first."""
        return store.newest(tx, LISTED_MAX)

    def tidy(self, tx: Tx) -> int:
        """Forget what expired long ago; how many they were."""
        return store.delete_expired(tx, self._clock.now_us() - KEPT_US)

    def _secret(self, token_id: str) -> str:
        digest = hmac.digest(self._key, token_id.encode(), hashlib.sha256)
        return encode_base32(int.from_bytes(digest[:SECRET_BYTES]), SECRET_LENGTH)


def required(token: JoinTokenRow | None) -> JoinTokenRow:
    """`token`, or HiveMindError(JOIN_TOKEN_NOT_FOUND)."""
    if token is None:
        raise HiveMindError(Reason.JOIN_TOKEN_NOT_FOUND, "There is no join token of that id.")
    return token


def _hash(secret: str) -> bytes:
    # 128 bits of secret need no slow hash (OWASP ASVS 5.0, 6.5.2).
    return hashlib.sha256(secret.encode()).digest()


def _useless(token: JoinTokenRow, now_us: int) -> HiveMindError:
    ask = "ask for a new one"
    if token.revoked:
        return HiveMindError(Reason.JOIN_TOKEN_REVOKED, f"The join token was revoked: {ask}.")
    if token.expires_us <= now_us:
        return HiveMindError(Reason.JOIN_TOKEN_EXPIRED, f"The join token's time is over: {ask}.")
    return HiveMindError(Reason.JOIN_TOKEN_USED, f"The join token has no uses left: {ask}.")


def _check(field: str, number: int, number_max: int) -> None:
    if number > number_max:
        raise HiveMindError(
            Reason.INVALID_FIELD, f"The field {field} may be {number_max:,} at most.", field=field
        )
