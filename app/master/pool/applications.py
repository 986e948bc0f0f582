"""What a machine says when it asks to join, and what of it is believable. Pure."""

import re
from dataclasses import dataclass, replace

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.common.errors import HiveMindError, Reason
from app.common.node_facts import Capabilities
from app.common.pki import PUBLIC_KEY_BYTES
from app.master.tasks.requirements import Location

NAME_CHARACTERS_MAX = 64
SITE_CHARACTERS_MAX = 100
TEXT_CHARACTERS_MAX = 200
GPUS_MAX = 64
FEATURES_MAX = 64
#: Beyond any machine: 100,000 cores, 1 EiB; and far from the end of 64 bits.
CPU_MILLICORES_MAX = 100_000_000
MEBIBYTES_MAX = 2**40
SCORE_MAX = 10_000_000

_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Application:
    """A machine that asks to join; `credential` is empty where it has no join token."""

    name: str
    public_key: bytes
    capabilities: Capabilities
    location: Location
    credential: str = ""


def checked_application(application: Application) -> Application:
    """`application` with its texts trimmed.

    Raises HiveMindError(INVALID_FIELD) naming the first field that cannot be.
    """
    _check_key(application.public_key)
    check_capabilities(application.capabilities)
    return replace(
        application,
        name=_checked_text("name", application.name.strip(), NAME_CHARACTERS_MAX, empty=False),
        location=checked_location(application.location),
    )


def checked_location(location: Location) -> Location:
    """`location` with its texts trimmed. Raises HiveMindError(INVALID_FIELD)."""
    country = location.country.strip().upper()
    if country and not _COUNTRY.fullmatch(country):
        raise _invalid("country", "must be two letters (ISO 3166-1), or empty")
    site = _checked_text("site", location.site.strip(), SITE_CHARACTERS_MAX, empty=True)
    return Location(location.continent, country, site)


def check_capabilities(capabilities: Capabilities) -> None:
    """Raise HiveMindError(INVALID_FIELD) for figures no machine has."""
    _check_number("cpu_millicores", capabilities.cpu_millicores, CPU_MILLICORES_MAX)
    _check_number("memory_mib", capabilities.memory_mib, MEBIBYTES_MAX)
    _check_number("disk_mib", capabilities.disk_mib, MEBIBYTES_MAX)
    _check_number("cpu_score", capabilities.cpu_score, SCORE_MAX)
    if len(capabilities.gpus) > GPUS_MAX:
        raise _invalid("gpus", f"may be {GPUS_MAX} at most")
    for gpu in capabilities.gpus:
        _checked_text("gpus.name", gpu.name, TEXT_CHARACTERS_MAX, empty=True)
        _checked_text("gpus.uuid", gpu.uuid, TEXT_CHARACTERS_MAX, empty=True)
        _check_number("gpus.memory_mib", gpu.memory_mib, MEBIBYTES_MAX)
        _check_number("gpus.score", gpu.score, SCORE_MAX)
    if len(capabilities.isolation_features) > FEATURES_MAX:
        raise _invalid("isolation_features", f"may be {FEATURES_MAX} at most")
    for feature in capabilities.isolation_features:
        _checked_text("isolation_features", feature, TEXT_CHARACTERS_MAX, empty=True)
    for field in ("engine", "platform", "agent_version"):
        _checked_text(field, getattr(capabilities, field), TEXT_CHARACTERS_MAX, empty=True)


def _check_key(public_key: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public_key)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _invalid(
            "public_key", f"must be an Ed25519 key of {PUBLIC_KEY_BYTES} bytes"
        ) from error


def _checked_text(field: str, text: str, characters_max: int, *, empty: bool) -> str:
    if not text and not empty:
        raise _invalid(field, "must not be empty")
    if len(text) > characters_max or not text.isprintable():
        raise _invalid(field, f"may have {characters_max} printable characters at most")
    return text


def _check_number(field: str, number: int, number_max: int) -> None:
    if number > number_max:
        raise _invalid(field, f"is beyond any machine: {number:,}")


def _invalid(field: str, rule: str) -> HiveMindError:
    return HiveMindError(Reason.INVALID_FIELD, f"The field {field} {rule}.", field=field)
