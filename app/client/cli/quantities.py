"""Amounts as people type and read them: memory, time, cores, money, moments."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import typer
from google.protobuf.timestamp_pb2 import Timestamp

from app.client.quantities import is_variable_name, parse_mib, parse_millicores, parse_seconds
from app.client.task_spec import parse_location
from app.common.clock import SystemClock, to_datetime
from app.common.errors import HiveMindError
from app.common.money import format_cpt, parse_cpt

_T = TypeVar("_T")


def _typed(parse: Callable[[str], _T], text: str) -> _T:
    try:
        return parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def memory_mib(text: str) -> int:
    """MiB from "512", "512MiB", "2G" or "1.5GiB"; the letters mean powers of 1024."""
    return _typed(parse_mib, text)


def seconds(text: str) -> int:
    """Seconds from "90", "90s", "10m", "1h30m" or "2d"."""
    return _typed(parse_seconds, text)


def moment(text: str) -> datetime:
    """A time from "2026-05-31", "2026-05-31T10:00" (here, if it names no zone), or "2h" ago."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        pass
    try:
        ago = timedelta(seconds=parse_seconds(text))
        return to_datetime(SystemClock().now_us()) - ago
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(
            f"{text!r} is no time: write it like 2026-05-31, 2026-05-31T10:00 or 2h."
        ) from error


def millicores(text: str) -> int:
    """Thousandths of a core from a number of cores: "2", "0.5"."""
    return _typed(parse_millicores, text)


def amount_mcpt(text: str) -> int:
    """mCPT from an amount of CPT: "12.5"."""
    if text.strip().startswith("-"):
        raise typer.BadParameter("an amount must be above zero.")
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
    if not sign or not is_variable_name(name):
        raise typer.BadParameter(f"{text!r} sets nothing: write it like NAME=value.")
    return name, value


def show_cpt(amount: int) -> str:
    """`amount` mCPT without the unit, which stands in the column's head."""
    return format_cpt(amount).removesuffix(" CPT")


def show_ranges(numbers: Iterable[int]) -> str:
    """ "1-3, 7" of 1, 2, 3 and 7, which ascend."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


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
