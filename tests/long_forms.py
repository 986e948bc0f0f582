"""How much of a thing a test does: little with all the others, much in its long form.

`python3 build_scripts/dev.py long` runs the long forms (HIVEMIND_LONG=1) and reports on them.
"""

import os

LONG = bool(os.environ.get("HIVEMIND_LONG"))


def long_form(short: int, long: int) -> int:
    """`short`, or `long` in the long form."""
    return long if LONG else short
