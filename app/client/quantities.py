"""Amounts as people type them. Each raises ValueError for text that names none."""

import re

#: Of the whole: the wire has shares in these.
PARTS_PER_BILLION = 1_000_000_000

_MEMORY = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?", re.IGNORECASE)
_IN_MIB = {"": 1.0, "k": 1 / 1024, "m": 1.0, "g": 1024.0, "t": 1024.0 * 1024}
_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?:in)?)?(?:(\d+)s?)?", re.IGNORECASE)
_CORES = re.compile(r"\d{1,6}(\.\d{1,3})?", re.ASCII)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def parse_mib(text: str) -> int:
    """MiB from "512", "512MiB", "2G" or "1.5GiB"; the letters mean powers of 1024."""
    match = _MEMORY.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no amount of memory: write it like 512MiB or 2GiB.")
    mib = float(match[1]) * _IN_MIB[match[2].lower()]
    if mib != int(mib) or mib < 1:
        raise ValueError(f"{text!r} is no whole number of MiB.")
    return int(mib)


def parse_seconds(text: str) -> int:
    """Seconds from "90", "90s", "10m", "1h30m" or "2d"; spaces are no matter."""
    match = _DURATION.fullmatch("".join(text.split()))
    if match is None or not any(match.groups()):
        raise ValueError(f"{text!r} is no time: write it like 90s, 10m or 1h30m.")
    days, hours, minutes, rest = (int(group or 0) for group in match.groups())
    return _above_zero(((days * 24 + hours) * 60 + minutes) * 60 + rest, text)


def parse_millicores(text: str) -> int:
    """Thousandths of a core from a number of cores: "2", "0.5"."""
    if not _CORES.fullmatch(text.strip()):
        raise ValueError(f"{text!r} is no number of cores: write it like 2 or 0.5.")
    return _above_zero(round(float(text) * 1000), text)


def _above_zero(amount: int, text: str) -> int:
    """`amount`. Zero is refused: on the wire it means the default, which nobody types as 0."""
    if amount <= 0:
        raise ValueError(f"{text!r} must be above zero; leave it out for the default.")
    return amount


def is_variable_name(text: str) -> bool:
    """Whether a shell takes `text` for a variable's name."""
    return _VARIABLE.fullmatch(text) is not None
