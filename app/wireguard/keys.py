"""WireGuard's keys: Curve25519, 32 bytes, written in base64 (wg(8)) or hex (the UAPI)."""

import base64
import binascii

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource

KEY_BYTES = 32
#: In base64.
KEY_CHARACTERS = 44


def new_private_key(ids: IdSource) -> str:
    """A new private key in base64, clamped as `wg genkey` does (RFC 7748, section 5)."""
    raw = bytearray(ids.secret(KEY_BYTES))
    raw[0] &= 248
    raw[31] = (raw[31] & 127) | 64
    return to_text(bytes(raw))


def public_key_of(private_key: str) -> str:
    """The public key that belongs to a private one; both in base64."""
    private = X25519PrivateKey.from_private_bytes(to_bytes(private_key))
    return to_text(private.public_key().public_bytes_raw())


def to_bytes(key: str) -> bytes:
    """A key's 32 bytes. Raises HiveMindError(VPN_CONFIG_INVALID), which does not repeat it."""
    try:
        raw = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != KEY_BYTES or to_text(raw) != key:
        raise HiveMindError(
            Reason.VPN_CONFIG_INVALID,
            "That is no WireGuard key: a key has 44 characters, the last of them =.",
        )
    return raw


def to_text(raw: bytes) -> str:
    """A key as wg(8) writes it."""
    return base64.b64encode(raw).decode("ascii")


def from_hex(digits: str) -> str:
    """A key as the UAPI writes it, in base64."""
    return to_text(bytes.fromhex(digits))


def fingerprint(public_key: str) -> str:
    """The first characters of a public key: enough to tell peers apart in a list."""
    return public_key[:8]
