"""How figures are written for people, in the language of the console."""

from datetime import UTC, datetime
from functools import lru_cache

from google.protobuf.timestamp_pb2 import Timestamp
from PySide6.QtCore import QCoreApplication, QLocale

from app.common.money import MCPT_PER_CPT

KIBI = 1024

translate = QCoreApplication.translate


def cpt(amount_mcpt: int) -> str:
    """An amount with thousands separated: "1,234.5 CPT"."""
    sign = "−" if amount_mcpt < 0 else ""
    whole, rest = divmod(abs(amount_mcpt), MCPT_PER_CPT)
    fraction = f"{QLocale().decimalPoint()}{rest:03}".rstrip("0") if rest else ""
    return f"{sign}{QLocale().toString(whole)}{fraction} CPT"


def count(number: int) -> str:
    """A number with thousands separated."""
    return QLocale().toString(number)


def size(number_bytes: float) -> str:
    """Bytes in the largest unit that gives at least one: "3.2 MiB"."""
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if abs(number_bytes) < KIBI or unit == "TiB":
            break
        number_bytes /= KIBI
    return f"{number_bytes:.0f} {unit}" if unit == "B" else f"{number_bytes:.1f} {unit}"


def rate(bytes_per_second: float) -> str:
    """Bytes a second: "3.2 MiB/s"."""
    return f"{size(bytes_per_second)}/s"


def mebibytes(number: int) -> str:
    """MiB in the unit that suits: "512 MiB", "16 GiB", "1.5 TiB"."""
    if number < KIBI:
        return f"{number} MiB"
    if number < KIBI * KIBI:
        return f"{number / KIBI:.4g} GiB"
    return f"{number / KIBI / KIBI:.4g} TiB"


def cores(millicores: int) -> str:
    """CPU cores: "0.5", "16", "16,000"."""
    return f"{millicores / 1000:.4g}" if millicores < 1_000_000 else count(round(millicores / 1000))


def duration(seconds: float) -> str:
    """A span in its two largest units: "4.2 s", "3 min 20 s", "2 d 3 h"."""
    if seconds < 60:
        return in_seconds(f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}")
    rest = round(seconds)
    parts: list[str] = []
    for unit, length in (
        (translate("Formats", "{amount} d"), 86400),
        (translate("Formats", "{amount} h"), 3600),
        (translate("Formats", "{amount} min"), 60),
        (translate("Formats", "{amount} s"), 1),
    ):
        amount, rest = divmod(rest, length)
        if amount or parts:
            parts.append(unit.format(amount=amount))
        if len(parts) == 2:
            break
    return " ".join(part for part in parts if not part.startswith("0 "))


def in_seconds(figure: str) -> str:
    """A figure that counts seconds: "42 s"."""
    return translate("Formats", "{amount} s").format(amount=figure)


def seconds_of(stamp: Timestamp) -> float:
    """Seconds since 1970; 0 for one that is not set."""
    return stamp.seconds + stamp.nanos / 1e9


def moment(stamp: Timestamp) -> str:
    """Date and time in this machine's zone; empty for one that is not set."""
    if not stamp.seconds:
        return ""
    quarter, rest = divmod(stamp.seconds, _QUARTER_SECONDS)
    hour, minute = _quarter(quarter)
    return f"{hour}{minute + rest // 60:02}:{rest % 60:02}"


#: Zones differ by quarters of an hour: within one of them only minutes and seconds change.
_QUARTER_SECONDS = 900


@lru_cache(maxsize=8192)
def _quarter(number: int) -> tuple[str, int]:
    """Date and hour of a quarter of an hour since 1970, and its first minute."""
    at = datetime.fromtimestamp(number * _QUARTER_SECONDS, UTC).astimezone()
    return at.strftime("%Y-%m-%d %H:"), at.minute


def age(stamp: Timestamp, now: float) -> str:
    """How long ago, `now` being seconds since 1970: "12 s"; empty for one that is not set."""
    if not stamp.seconds:
        return ""
    seconds = max(0.0, now - seconds_of(stamp))
    return in_seconds(str(int(seconds))) if seconds < 60 else duration(seconds)
