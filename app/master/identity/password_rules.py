"""Which passwords are refused. Pure.

No rules of composition and no forced change, as OWASP ASVS 5.0 (6.2) advises: length,
a list of the commonest, and nothing an attacker knows beforehand.
"""

import unicodedata
from itertools import pairwise

from app.common.errors import HiveMindError, Reason
from app.master.identity.common_passwords import COMMON_PASSWORDS
from app.master.identity.leaked_passwords import LEAKED_PASSWORDS
from app.master.identity.names import comparable

PASSWORD_CHARACTERS_MIN = 8
PASSWORD_CHARACTERS_MAX = 128
#: Before normalization, which may make text longer or shorter.
_RAW_CHARACTERS_MAX = 1024
#: Fewer different characters than this are a pattern.
_DIFFERENT_CHARACTERS_MIN = 4
_PRODUCT = "hivemind"


def normal_password(password: str) -> str | None:
    """`password` as it is hashed (NFKC, as RFC 8265 does), or None if it is beyond any limit."""
    if len(password) > _RAW_CHARACTERS_MAX:
        return None
    return unicodedata.normalize("NFKC", password)


def checked_password(password: str, user_name: str) -> str:
    """`password` as it is hashed.

    Raises HiveMindError(WEAK_PASSWORD) saying which rule it breaks.
    """
    normal = normal_password(password)
    if normal is None or len(normal) > PASSWORD_CHARACTERS_MAX:
        raise _weak(f"may have {PASSWORD_CHARACTERS_MAX} characters at most")
    if len(normal) < PASSWORD_CHARACTERS_MIN:
        raise _weak(f"needs {PASSWORD_CHARACTERS_MIN} characters or more")
    compared = comparable(normal)
    if comparable(user_name) in compared:
        raise _weak("may not contain the user name")
    if is_common(compared):
        raise _weak("is one of those everybody tries first")
    return normal


def is_common(compared: str) -> bool:
    """Whether a password is a listed word, thinly disguised, or a pattern."""
    core = compared.strip("0123456789!?.,*#@$_- ")
    return (
        compared in COMMON_PASSWORDS
        or compared in LEAKED_PASSWORDS
        or core in COMMON_PASSWORDS
        or core == _PRODUCT
        or len(set(compared)) < _DIFFERENT_CHARACTERS_MIN
        or _is_run(compared)
    )


def _is_run(text: str) -> bool:
    """Whether each character follows the one before by the same step: 12345678, hgfedcba."""
    steps = {ord(right) - ord(left) for left, right in pairwise(text)}
    return len(steps) == 1


def _weak(rule: str) -> HiveMindError:
    return HiveMindError(Reason.WEAK_PASSWORD, f"The password {rule}. Choose another.")
