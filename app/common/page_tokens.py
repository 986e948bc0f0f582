"""Tokens that say where the next page of a list begins: opaque to whoever holds one."""

import base64
import binascii
import hashlib

from app.common.errors import HiveMindError, Reason

PAGE_SIZE_DEFAULT = 100
PAGE_SIZE_MAX = 1000

_POSITION_BYTES = 8
_CHECK_BYTES = 4


def page_size(asked: int) -> int:
    """How many entries a page has when `asked` were asked for; 0 means the default.

    Raises HiveMindError(INVALID_FIELD) above `PAGE_SIZE_MAX`.
    """
    if asked > PAGE_SIZE_MAX:
        raise HiveMindError(
            Reason.INVALID_FIELD,
            f"A page has {PAGE_SIZE_MAX} entries at most.",
            field="page_size",
        )
    return asked or PAGE_SIZE_DEFAULT


def encode_page_token(listing: str, position: int) -> str:
    """The token for `position`, at least 0, in the list named `listing`."""
    packed = position.to_bytes(_POSITION_BYTES)
    return base64.urlsafe_b64encode(packed + _check(listing, packed)).decode().rstrip("=")


def decode_page_token(listing: str, token: str) -> int:
    """The position that `token` stands for.

    Raises HiveMindError(BAD_PAGE_TOKEN) for a token of another list, or none at all.
    """
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (binascii.Error, ValueError) as error:
        raise _refused() from error
    packed = raw[:_POSITION_BYTES]
    if len(raw) != _POSITION_BYTES + _CHECK_BYTES or raw[_POSITION_BYTES:] != _check(
        listing, packed
    ):
        raise _refused()
    return int.from_bytes(packed)


def _check(listing: str, packed: bytes) -> bytes:
    return hashlib.sha256(listing.encode() + b"\0" + packed).digest()[:_CHECK_BYTES]


def _refused() -> HiveMindError:
    return HiveMindError(
        Reason.BAD_PAGE_TOKEN,
        "That page token is not one of this list: ask again from the first page.",
    )
