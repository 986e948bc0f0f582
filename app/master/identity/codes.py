"""Codes that people read and type: twenty characters of base32 in groups. Pure."""

import hashlib

from app.common.ids import ALPHABET

#: 100 bits, so that guessing needs no throttle.
CODE_CHARACTERS = 20
_GROUP = 5
_READ_CHARACTERS_MAX = 100


def grouped(code: str) -> str:
    """A code as it is shown: `abcde-fghjk-mnpqr-stvwx`."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def plain_code(typed: str) -> str:
    """What was typed, without its groups and its case."""
    return "".join(one for one in typed.lower()[:_READ_CHARACTERS_MAX] if one in ALPHABET)


def code_hash(plain: str) -> bytes:
    """What the store keeps of a code. It has 100 bits of secret: no salt needed."""
    return hashlib.sha256(plain.encode()).digest()
