"""The order in which people expect names with numbers: lab-2 before lab-10."""

import re

_NUMBER = re.compile(r"\d+")
_DIGITS = 12


def natural_key(name: str) -> str:
    """What to sort `name` by."""
    return _NUMBER.sub(lambda number: number.group().zfill(_DIGITS), name.casefold())
