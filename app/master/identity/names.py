"""What a user may be called. Pure."""

import unicodedata

from app.common.errors import HiveMindError, Reason

NAME_CHARACTERS_MIN = 3
NAME_CHARACTERS_MAX = 32
#: Before normalization. Longer names are no names, so cutting them here makes them no one's.
_RAW_CHARACTERS_MAX = 128

_PUNCTUATION = frozenset("._-")
#: Names under which the ledger shows the pool's own accounts.
_RESERVED = frozenset({"treasury", "fees", "escrow"})


def comparable(text: str) -> str:
    """`text` without differences of case and form: NFKC, casefolded, NFKC again."""
    normal = unicodedata.normalize("NFKC", text)
    return unicodedata.normalize("NFKC", normal.casefold())


def name_key(name: str) -> str:
    """`name` as names are compared: "Ann" and "ann" are one."""
    # PostgreSQL refuses to be asked for a text with a NUL in it.
    return comparable(name[:_RAW_CHARACTERS_MAX]).replace("\0", "\ufffd")


def checked_name(name: str) -> str:
    """`name` as it is kept and shown: NFKC.

    Raises HiveMindError(INVALID_FIELD) unless it is 3 to 32 letters, digits, dots, dashes
    and underscores, the first a letter or digit; (USER_EXISTS) if the pool itself uses it.
    """
    normal = unicodedata.normalize("NFKC", name[:_RAW_CHARACTERS_MAX])
    fits = NAME_CHARACTERS_MIN <= len(normal) <= NAME_CHARACTERS_MAX
    if not fits or not normal[0].isalnum() or not all(map(_allowed, normal)):
        raise HiveMindError(
            Reason.INVALID_FIELD,
            f"A user name has {NAME_CHARACTERS_MIN} to {NAME_CHARACTERS_MAX} letters, digits, "
            "dots, dashes or underscores, and begins with a letter or digit.",
            field="username",
        )
    if name_key(normal) in _RESERVED:
        raise HiveMindError(Reason.USER_EXISTS, "That name belongs to the pool: choose another.")
    return normal


def _allowed(character: str) -> bool:
    return character.isalnum() or character in _PUNCTUATION
