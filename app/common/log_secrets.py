"""Blacking secrets out of log records, before anybody keeps or prints them.

No code of ours logs a secret; this is for the day when some does, and for libraries.
"""

import re
from typing import Any

from app.common.ids import ALPHABET

BLACK = "■■■"

_NAMES = re.compile(
    r"passw|secret|authorization|credential|cookie|private_key|setup_code"
    r"|(^|_)token$|^(access|refresh|join)_?token",
    re.IGNORECASE,
)
_VALUES = re.compile(
    # A JWT; a refresh or join token; what follows "Bearer"; a key in PEM.
    r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+"
    r"|HMR1\.[\w.-]{20,}"
    rf"|HM1-[{ALPHABET}]+-[{ALPHABET}]{{8}}-[{ALPHABET}]{{26}}"
    r"|(?<=bearer )[\w.~+/=-]{8,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)",
    re.IGNORECASE | re.DOTALL,
)


def is_secret_name(name: str) -> bool:
    """Whether a field called `name` holds a secret."""
    return _NAMES.search(name) is not None


def without_secrets(text: str) -> str:
    """`text` with what looks like a token or a key blacked out."""
    return _VALUES.sub(BLACK, text)


def black_out_text(_logger: Any, _method: str, text: Any) -> Any:
    """The last structlog processor: the rendered record, tracebacks and all, without secrets."""
    return without_secrets(text) if isinstance(text, str) else text


def black_out(_logger: Any, _method: str, event: Any) -> Any:
    """A structlog processor: the record's texts without secrets."""
    for name, value in event.items():
        if is_secret_name(name):
            event[name] = BLACK
        elif isinstance(value, str):
            event[name] = without_secrets(value)
    return event
