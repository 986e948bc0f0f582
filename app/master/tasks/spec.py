"""What a user submits, checked and with its defaults filled in. Pure."""

import json
import re
from dataclasses import asdict, dataclass

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import (
    Continent,
    IsolationClass,
    Priority,
    ResultComparer,
    TrustLevel,
)
from app.master.tasks.requirements import Location, Requirements

NAME_CHARACTERS_MAX = 200
COMMAND_ARGUMENTS_MAX = 64
COMMAND_BYTES_MAX = 16 * 1024
ENVIRONMENT_ENTRIES_MAX = 64
ENVIRONMENT_BYTES_MAX = 32 * 1024
RUN_SECONDS_DEFAULT = 3600
RUN_SECONDS_MAX = 30 * 24 * 3600
RETRY_MAX = 100
COUNT_MAX = 10_000
#: Beyond any machine: 1,000 cores, 16 TiB of memory, 1 PiB of disk.
CPU_MILLICORES_MAX = 1_000_000
MEMORY_MIB_MAX = 16 * 1024 * 1024
DISK_MIB_MAX = 1024 * 1024 * 1024
SCORE_MAX = 1_000_000
TOLERANCE_PPB_DEFAULT = 1000
TOLERANCE_PPB_MAX = 1_000_000_000

DEFAULT_REQUIREMENTS = Requirements()

_ENVIRONMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_COUNTRY = re.compile(r"[A-Z]{2}")
_IMAGE = re.compile(r"[a-z0-9]+([._/:@-]+[A-Za-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """One submission: `count` tasks that differ only in their index."""

    archive_digest: str
    name: str = ""
    command: tuple[str, ...] = ()
    image: str = ""
    environment: tuple[tuple[str, str], ...] = ()
    requirements: Requirements = DEFAULT_REQUIREMENTS
    priority: Priority = Priority.NORMAL
    run_seconds_max: int = RUN_SECONDS_DEFAULT
    retry_max: int = 0
    count: int = 1
    network: bool = False
    #: When the results of two nodes are the same.
    result_comparer: ResultComparer = ResultComparer.EXACT
    #: For `NUMBERS`: billionths that two may lie apart, of the larger one and near zero.
    result_tolerance_ppb: int = TOLERANCE_PPB_DEFAULT


def check_spec(spec: TaskSpec) -> None:
    """Raise HiveMindError(INVALID_FIELD) naming the first field that is not allowed."""
    _check_text("name", spec.name, NAME_CHARACTERS_MAX)
    _check_command(spec.command)
    _check_environment(spec.environment)
    if spec.image and (len(spec.image) > 255 or not _IMAGE.fullmatch(spec.image)):
        _refuse("image", "must be an image reference such as python:3.12-slim")
    _check_range("run_seconds_max", spec.run_seconds_max, 1, RUN_SECONDS_MAX)
    _check_range("retry_max", spec.retry_max, 0, RETRY_MAX)
    _check_range("count", spec.count, 1, COUNT_MAX)
    _check_range("result_tolerance_ppb", spec.result_tolerance_ppb, 1, TOLERANCE_PPB_MAX)
    _check_requirements(spec.requirements)


def _check_requirements(requirements: Requirements) -> None:
    _check_range("cpu_millicores", requirements.cpu_millicores, 1, CPU_MILLICORES_MAX)
    _check_range("memory_mib", requirements.memory_mib, 1, MEMORY_MIB_MAX)
    _check_range("disk_mib", requirements.disk_mib, 1, DISK_MIB_MAX)
    _check_range("cpu_score", requirements.cpu_score, 0, SCORE_MAX)
    _check_range("gpu_score", requirements.gpu_score, 0, SCORE_MAX)
    _check_range("gpu_memory_mib", requirements.gpu_memory_mib, 0, MEMORY_MIB_MAX)
    _check_text("gpu_name", requirements.gpu_name, 100)
    country = requirements.location.country
    if country and not _COUNTRY.fullmatch(country):
        _refuse("location.country", "must be two capital letters (ISO 3166-1)")
    _check_text("location.site", requirements.location.site, 100)
    if requirements.location_required and requirements.location == DEFAULT_REQUIREMENTS.location:
        _refuse("location_required", "needs a location")


def _check_command(command: tuple[str, ...]) -> None:
    if len(command) > COMMAND_ARGUMENTS_MAX:
        _refuse("command", f"may have {COMMAND_ARGUMENTS_MAX} arguments at most")
    if sum(len(argument.encode()) for argument in command) > COMMAND_BYTES_MAX:
        _refuse("command", f"may have {COMMAND_BYTES_MAX} bytes at most")
    if any("\0" in argument for argument in command) or (command and not command[0]):
        _refuse("command", "must name a program and hold no NUL character")


def _check_environment(environment: tuple[tuple[str, str], ...]) -> None:
    if len(environment) > ENVIRONMENT_ENTRIES_MAX:
        _refuse("environment", f"may have {ENVIRONMENT_ENTRIES_MAX} entries at most")
    if sum(len(f"{name}={value}".encode()) for name, value in environment) > ENVIRONMENT_BYTES_MAX:
        _refuse("environment", f"may have {ENVIRONMENT_BYTES_MAX} bytes at most")
    for name, value in environment:
        if not _ENVIRONMENT_NAME.fullmatch(name):
            _refuse("environment", f"has a name that no shell accepts: {name[:40]!r}")
        if "\0" in value:
            _refuse("environment", f"has a value with a NUL character: that of {name[:40]}")
        if name.startswith("HIVEMIND_"):
            _refuse("environment", f"may not set {name[:40]}: HIVEMIND_ belongs to the pool")


def _check_text(field: str, value: str, characters_max: int) -> None:
    if len(value) > characters_max:
        _refuse(field, f"may have {characters_max} characters at most")
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        _refuse(field, "may hold no control characters")


def _check_range(field: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        _refuse(field, f"must be between {low:,} and {high:,}, not {value:,}")


def _refuse(field: str, rule: str) -> None:
    raise HiveMindError(Reason.INVALID_FIELD, f"The field {field} {rule}.", field=field)


def spec_to_json(spec: TaskSpec) -> str:
    """`spec` as the store keeps it."""
    values = asdict(spec)
    values["requirements"] = _kept(values["requirements"])
    return json.dumps(values, separators=(",", ":"), ensure_ascii=False)


def spec_from_json(text: str) -> TaskSpec:
    """The inverse of `spec_to_json`."""
    values = json.loads(text)
    values["requirements"] = _requirements(values["requirements"])
    values["command"] = tuple(values["command"])
    values["environment"] = tuple((name, value) for name, value in values["environment"])
    values["priority"] = Priority(values["priority"])
    if "result_comparer" in values:
        values["result_comparer"] = ResultComparer(values["result_comparer"])
    return TaskSpec(**values)


def _kept(requirements: dict[str, object]) -> dict[str, object]:
    """What the store keeps of requirements: the text of ordinary ones stays what it always was."""
    del requirements["barred_owners"]
    if not requirements["only_node"]:
        del requirements["only_node"]
    return requirements


def requirements_to_json(requirements: Requirements) -> str:
    """Canonical: equal requirements give equal text."""
    values = _kept(asdict(requirements))
    return json.dumps(values, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def requirements_from_json(text: str) -> Requirements:
    """The inverse of `requirements_to_json`."""
    return _requirements(json.loads(text))


def _requirements(values: dict[str, object]) -> Requirements:
    location = values.pop("location")
    if not isinstance(location, dict):
        raise TypeError("location must be an object")
    location["continent"] = Continent(location["continent"])
    values["trust_min"] = TrustLevel(values["trust_min"])  # type: ignore[arg-type]
    values["isolation_min"] = IsolationClass(values["isolation_min"])  # type: ignore[arg-type]
    return Requirements(location=Location(**location), **values)  # type: ignore[arg-type]
