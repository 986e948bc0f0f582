"""Secrets as they lie on a disk: AES-256-GCM, with the id of the key and a context. Pure.

What is sealed for one context opens for no other, so that files cannot be swapped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.common.errors import HiveMindError, Reason

MAGIC: Final = b"hivemind-sealed-1\n"
KEY_BYTES: Final = 32
#: 96 bits of chance: one key may seal 2^32 times (NIST SP 800-38D, 8.3), far more than a pool does.
NONCE_BYTES: Final = 12
_ID_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class SealingKeys:
    """Keys by their ids, 16 hex digits each; `current` is the id of the one that seals."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)


def is_sealed(blob: bytes) -> bool:
    """Whether `blob` was made by `seal`."""
    return blob.startswith(MAGIC)


def key_id_of(blob: bytes) -> str:
    """The id of the key that sealed `blob`."""
    return blob[len(MAGIC) : len(MAGIC) + _ID_BYTES].decode("ascii", "replace")


def seal(keys: SealingKeys, context: str, data: bytes, nonce: bytes) -> bytes:
    """`data` for `context` under the current key. `nonce`: 12 bytes never used before."""
    head = MAGIC + keys.current.encode("ascii") + nonce
    cipher = AESGCM(_key_for(keys.keys[keys.current], context))
    return head + cipher.encrypt(nonce, data, head + context.encode())


def unseal(keys: SealingKeys, context: str, blob: bytes) -> bytes:
    """What was sealed for `context`. Raises HiveMindError(SECRET_UNREADABLE)."""
    key = keys.keys.get(key_id_of(blob)) if is_sealed(blob) else None
    if key is None:
        raise HiveMindError(
            Reason.SECRET_UNREADABLE,
            f"The secret {context} is sealed with another key: restore the key it belongs to.",
        )
    nonce_at = len(MAGIC) + _ID_BYTES
    body_at = nonce_at + NONCE_BYTES
    cipher = AESGCM(_key_for(key, context))
    try:
        return cipher.decrypt(
            blob[nonce_at:body_at], blob[body_at:], blob[:body_at] + context.encode()
        )
    except (InvalidTag, ValueError) as error:
        raise HiveMindError(
            Reason.SECRET_UNREADABLE,
            f"The secret {context} is damaged: restore it from a backup.",
        ) from error


def key_id(chance: bytes) -> str:
    """An id for a new key, of 8 random bytes."""
    return chance[: _ID_BYTES // 2].hex()


def _key_for(key: bytes, context: str) -> bytes:
    info = f"hivemind seal {context}".encode()
    return HKDF(SHA256(), length=KEY_BYTES, salt=None, info=info).derive(key)
