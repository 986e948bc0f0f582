"""Amounts as people type and read them: memory, time, cores, money, moments."""

import re
from datetime import UTC

import typer
from google.protobuf.timestamp_pb2 import Timestamp

from app.client.task_spec import parse_location
from app.common.errors import HiveMindError
from app.common.money import format_cpt, parse_cpt

_MEMORY = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?", re.IGNORECASE)
_IN_MIB = {"": 1.0, "k": 1 / 1024, "m": 1.0, "g": 1024.0, "t": 1024.0 * 1024}
_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?", re.IGNORECASE)


def memory_mib(text: str) -> int:
    """MiB from "512", "512MiB", "2G" or "1.5GiB"; the letters mean powers of 1024."""
    match = _MEMORY.fullmatch(text.strip())
    if match is None:
        raise typer.BadParameter(f"{text!r} is no amount of memory: write it like 512MiB or 2GiB.")
    mib = float(match[1]) * _IN_MIB[match[2].lower()]
    if mib != int(mib) or mib < 1:
        raise typer.BadParameter(f"{text!r} is no whole number of MiB.")
    return int(mib)


def seconds(text: str) -> int:
    """Seconds from "90", "90s", "10m", "1h30m" or "2d"."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        raise typer.BadParameter(f"{text!r} is no time: write it like 90s, 10m or 1h30m.")
    days, hours, minutes, rest = (int(group or 0) for group in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + rest


def millicores(text: str) -> int:
    """Thousandths of a core from a number of cores: "2", "0.5"."""
    if not re.fullmatch(r"\d{1,6}(\.\d{1,3})?", text.strip()):
        raise typer.BadParameter(f"{text!r} is no number of cores: write it like 2 or 0.5.")
    return round(float(text) * 1000)


def amount_mcpt(text: str) -> int:
    """mCPT from an amount of CPT: "12.5"."""
    try:
        return parse_cpt(text)
    except ValueError as error:
        raise typer.BadParameter(f"{error}.") from error


def location(text: str) -> str:
    """A location that `parse_location` understands, as it was typed."""
    try:
        parse_location(text)
    except HiveMindError as error:
        raise typer.BadParameter(error.message) from error
    return text


def variable(text: str) -> tuple[str, str]:
    """Name and value from "NAME=value"."""
    name, sign, value = text.partition("=")
    if not sign or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise typer.BadParameter(f"{text!r} sets nothing: write it like NAME=value.")
    return name, value


def show_cpt(amount: int) -> str:
    """`amount` mCPT without the unit, which stands in the column's head."""
    return format_cpt(amount).removesuffix(" CPT")


def show_mib(mib: int) -> str:
    """ "512 MiB", "1.5 GiB"."""
    return f"{mib} MiB" if mib < 1024 else f"{mib / 1024:.4g} GiB"


def show_bytes(size: int) -> str:
    """ "17 B", "1.2 MiB"."""
    amount = float(size)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if amount < 1024:
            return f"{amount:.4g} {unit}"
        amount /= 1024
    return f"{amount:.4g} TiB"


def show_time(at: Timestamp) -> str:
    """Local date and time to the second; empty for none."""
    if not at.seconds:
        return ""
    return at.ToDatetime(UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
