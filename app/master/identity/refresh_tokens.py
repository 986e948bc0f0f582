"""Refresh tokens that need not be kept: each is made anew from its session and generation.

`HMR1.<session id>.<generation>.<HMAC-SHA-256 in base64url>`. The store has only hashes.
A token of an earlier generation is recognized by its HMAC alone, so a stolen and
rotated one gives itself away, while a made-up one changes nothing.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from app.common.errors import HiveMindError, Reason
from app.common.ids import is_id

_PREFIX = "HMR1"
_CHARACTERS_MAX = 200
_GENERATION_DIGITS_MAX = 12


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A token whose HMAC was right. `repr` leaves the secret out."""

    session_id: str
    generation: int


class RefreshTokens:
    """Makes and reads refresh tokens with the pool's key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def text(self, token: RefreshToken) -> str:
        """What the client keeps."""
        named = f"{_PREFIX}.{token.session_id}.{token.generation}"
        digest = hmac.digest(self._key, named.encode(), hashlib.sha256)
        secret = base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")
        return f"{named}.{secret}"

    def hash(self, token: RefreshToken) -> bytes:
        """What the store keeps: SHA-256 of the text. It has 256 bits of secret: no salt needed."""
        return hashlib.sha256(self.text(token).encode()).digest()

    def read(self, text: str) -> RefreshToken:
        """The token `text` is. Raises HiveMindError(UNAUTHENTICATED) if it is none of ours."""
        parts = text.split(".") if len(text) <= _CHARACTERS_MAX and text.isascii() else []
        if len(parts) != 4 or not is_id(parts[1]) or not _is_generation(parts[2]):
            raise _refused()
        token = RefreshToken(parts[1], int(parts[2]))
        if not hmac.compare_digest(self.text(token), text):
            raise _refused()
        return token


def _is_generation(text: str) -> bool:
    return text.isdigit() and len(text) <= _GENERATION_DIGITS_MAX


def _refused() -> HiveMindError:
    return HiveMindError(
        Reason.UNAUTHENTICATED, "The refresh token is not one of this pool: sign in again."
    )
