"""Identifiers and secrets as an injected source."""

import hashlib
import os
from typing import Protocol

from app.common.clock import Clock

#: Crockford's base32 in lower case: sorts as it counts, no i, l, o, u.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
ID_LENGTH = 26


class IdSource(Protocol):
    """Where ids and secrets come from: the system, or a seed in simulations."""

    def new_id(self) -> str:
        """A new id, 26 characters of `ALPHABET`, sorting by its time of birth."""
        ...

    def secret(self, size_bytes: int) -> bytes:
        """`size_bytes` unpredictable bytes."""
        ...


def encode_base32(number: int, length: int) -> str:
    """`number` in `length` characters of `ALPHABET`, the most significant first."""
    characters = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        characters.append(ALPHABET[digit])
    return "".join(reversed(characters))


class SystemIds:
    """ULID-shaped ids (48 bits of milliseconds, 80 bits of chance) from the system's randomness."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def new_id(self) -> str:
        milliseconds = self._clock.now_us() // 1000
        return encode_base32(milliseconds << 80 | int.from_bytes(os.urandom(10)), ID_LENGTH)

    def secret(self, size_bytes: int) -> bytes:
        return os.urandom(size_bytes)


def is_id(text: str) -> bool:
    """Whether `text` has the shape of an id."""
    return len(text) == ID_LENGTH and all(character in ALPHABET for character in text)


def sha256_digest(data: bytes) -> str:
    """The artifact digest of `data`: "sha256:" and 64 hex digits."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def is_digest(text: str) -> bool:
    """Whether `text` has the shape of an artifact digest."""
    algorithm, _, digits = text.partition(":")
    return algorithm == "sha256" and len(digits) == 64 and set(digits) <= set("0123456789abcdef")
