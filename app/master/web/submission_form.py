"""A task as a form describes it, in the units of people: gigabytes, cores, minutes."""

import shlex
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from app.common.errors import HiveMindError, Reason
from app.master.web.json_in import fill
from proto import nodepool_pb2 as pb

_MIB_OF_GB: Final = 1024
_BILLION: Final = 1_000_000_000
#: Fields of a form that are amounts, with the field of the wire and how many of it make one.
_REQUIREMENTS: Final = {
    "cpu_cores": ("cpu_millicores", 1000),
    "memory_gb": ("memory_mib", _MIB_OF_GB),
    "disk_gb": ("disk_mib", _MIB_OF_GB),
    "cpu_score": ("cpu_score", 1),
    "gpu_score": ("gpu_score", 1),
    "gpu_memory_gb": ("gpu_memory_mib", _MIB_OF_GB),
}
_COUNTS: Final = {
    "count": ("count", 1),
    "retries": ("retry_max", 1),
    "minutes": ("run_seconds_max", 60),
}


def spec_of(given: Mapping[str, str], file_name: str) -> pb.TaskSpec:
    """The submission that the form's fields describe; what is empty is the pool's default.

    Raises HiveMindError(INVALID_FIELD).
    """
    requirements = {
        field: _amount(given, name, times)
        for name, (field, times) in _REQUIREMENTS.items()
        if given.get(name)
    }
    counts = {
        field: _amount(given, name, times)
        for name, (field, times) in _COUNTS.items()
        if given.get(name)
    }
    spec = pb.TaskSpec(
        name=given.get("name") or file_name.rpartition(".")[0][:200],
        command=_words(given.get("command", "")),
        image=given.get("image", ""),
        network=given.get("network") in ("on", "true", "1"),
    )
    fill(spec, counts)
    fill(spec.requirements, requirements | {"gpu_name": given.get("gpu_name", "")})
    fill(spec, {name: given[name] for name in ("priority", "result_comparer") if given.get(name)})
    if given.get("tolerance"):
        fill(spec, {"result_tolerance_ppb": _amount(given, "tolerance", _BILLION)})
    for name, value in _pairs(given.get("environment", "")):
        spec.environment[name] = value
    return spec


def _amount(given: Mapping[str, str], name: str, times: int) -> int:
    try:
        amount = Decimal(given[name]) * times
        whole = int(amount.to_integral_value())
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise HiveMindError(
            Reason.INVALID_FIELD, f"The field {name} must be a number.", field=name
        ) from error
    if whole < 0:
        raise HiveMindError(Reason.INVALID_FIELD, f"The field {name} must be a number.", field=name)
    return whole


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise HiveMindError(
            Reason.INVALID_FIELD, "The field command has a quote without its end.", field="command"
        ) from error


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs = []
    for line in text.splitlines():
        name, mark, value = line.partition("=")
        if line.strip() and not (mark and name.strip()):
            raise HiveMindError(
                Reason.INVALID_FIELD,
                "The field environment has a variable a line, like NAME=value.",
                field="environment",
            )
        if mark:
            pairs.append((name.strip(), value))
    return pairs
