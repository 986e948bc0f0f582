"""Texts of menus and buttons as they read without the letters that Alt reaches them by."""

import re

#: As languages have them whose words have no such letters: "提交(&S)…".
_BEHIND = re.compile(r"\(&.\)")


def without_mnemonic(text: str) -> str:
    """ "&Submit…" or "提交(&S)…" as "Submit…" or "提交…"."""
    return _BEHIND.sub("", text).replace("&", "")


def bare(text: str) -> str:
    """The words alone, without a mnemonic and without the sign at the end."""
    return without_mnemonic(text).rstrip("…:：")
