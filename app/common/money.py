"""Amounts in milli-CPT, and how people see them."""

import re

MCPT_PER_CPT = 1000
#: What fits a signed 64-bit column with room to add a billion of them.
AMOUNT_MCPT_MAX = 10**15

_CPT = re.compile(r"\d{1,12}(\.\d{1,3})?")


def format_cpt(amount_mcpt: int) -> str:
    """`amount_mcpt` as people read it: "12.5 CPT", "-0.001 CPT"."""
    sign = "-" if amount_mcpt < 0 else ""
    whole, rest = divmod(abs(amount_mcpt), MCPT_PER_CPT)
    fraction = f".{rest:03}".rstrip("0") if rest else ""
    return f"{sign}{whole}{fraction} CPT"


def parse_cpt(text: str) -> int:
    """The mCPT that `text` ("12.5", "12.5 CPT") names.

    Raises ValueError for anything else, more than three decimals included.
    """
    number = text.strip().removesuffix("CPT").strip()
    if not _CPT.fullmatch(number):
        raise ValueError(f"{text!r} is no amount of CPT: write it like 12.5")
    whole, _, fraction = number.partition(".")
    return int(whole) * MCPT_PER_CPT + int(fraction.ljust(3, "0") if fraction else 0)
