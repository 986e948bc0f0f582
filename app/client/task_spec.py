"""A TaskSpec from keyword arguments."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import Continent, IsolationClass, Priority, ResultComparer, TrustLevel
from proto import nodepool_pb2 as pb


class TaskFields(TypedDict, total=False):
    """What a task may ask for. What is left out, or zero, takes the pool's default."""

    #: Shown to people; at most 200 characters.
    name: str
    #: Of one's own that was uploaded before, where no files are given.
    archive_digest: str
    #: Default: `sh run.sh` or `python3 main.py` of the archive.
    command: Sequence[str]
    #: Container image.
    image: str
    environment: Mapping[str, str]
    #: 1000 = one core.
    cpu_millicores: int
    memory_mib: int
    disk_mib: int
    cpu_score: int
    gpu_score: int
    gpu_memory_mib: int
    #: Part of the GPU's name.
    gpu_name: str
    #: "Europe", "Europe/DE" or "Europe/DE/room 204".
    location: str
    location_required: bool
    trust_min: TrustLevel
    isolation_min: IsolationClass
    priority: Priority
    run_seconds_max: int
    retry_max: int
    #: An array of this many tasks.
    count: int
    network: bool
    #: When the results of two nodes are the same.
    result_comparer: ResultComparer
    #: Of numbers: billionths that two may lie apart.
    result_tolerance_ppb: int


_OF_REQUIREMENTS = (
    "cpu_millicores",
    "memory_mib",
    "disk_mib",
    "cpu_score",
    "gpu_score",
    "gpu_memory_mib",
    "gpu_name",
    "location_required",
    "trust_min",
    "isolation_min",
)


def task_spec(fields: TaskFields) -> pb.TaskSpec:
    """`fields` as the wire has them, without an archive.

    Raises INVALID_FIELD for a location that cannot be understood or a number out of range.
    """
    given = dict(fields)
    location = given.pop("location", "")
    required = {name: given.pop(name) for name in _OF_REQUIREMENTS if name in given}
    try:
        spec = pb.TaskSpec(requirements=pb.Requirements(**required), **given)  # type: ignore[arg-type]
    except (ValueError, TypeError) as error:
        raise HiveMindError(
            Reason.INVALID_FIELD, f"A task cannot ask for that: {error}."
        ) from error
    if location:
        spec.requirements.location.CopyFrom(parse_location(str(location)))
    return spec


def parse_location(text: str) -> pb.Location:
    """A location from "continent", "continent/country" or "continent/country/site".

    The continent is a name ("Europe", "north-america"), the country ISO 3166-1 alpha-2.
    Raises INVALID_FIELD.
    """
    continent_name, _, rest = text.partition("/")
    country, _, site = rest.partition("/")
    key = continent_name.strip().upper().replace("-", "_").replace(" ", "_") or "UNSPECIFIED"
    if key not in Continent.__members__:
        names = ", ".join(show_continent(each) for each in Continent if each)
        raise HiveMindError(
            Reason.INVALID_FIELD, f"{continent_name!r} is no continent; they are: {names}."
        )
    country = country.strip().upper()
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise HiveMindError(
            Reason.INVALID_FIELD, f"{country!r} is no country code: write two letters, like DE."
        )
    return pb.Location(
        continent=int(Continent[key]),  # type: ignore[arg-type]
        country=country,
        site=site.strip(),
    )


def show_continent(continent: Continent) -> str:
    """The continent's name as people write it."""
    return continent.name.replace("_", " ").title()


def show_location(location: pb.Location) -> str:
    """`location` in the form `parse_location` reads; empty where nothing is known."""
    continent = show_continent(Continent(location.continent)) if location.continent else ""
    return "/".join((continent, location.country, location.site)).rstrip("/")
