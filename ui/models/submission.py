"""What the submit dialog holds, and what is wrong with it. Pure, but for the language."""

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.client.quantities import (
    PARTS_PER_BILLION,
    is_variable_name,
    parse_mib,
    parse_millicores,
    parse_seconds,
)
from app.client.task_spec import TaskFields, show_continent
from app.common.vocabulary import Continent, IsolationClass, Priority, ResultComparer, TrustLevel
from proto import nodepool_pb2 as pb
from ui.models.content import Content

NAME_CHARACTERS_MAX = 200
TEXT_CHARACTERS_MAX = 100
COMMAND_ARGUMENTS_MAX = 64
VARIABLES_MAX = 64
RESERVED_PREFIX = "HIVEMIND_"
CORES_MAX_MILLI = 1_000_000
MEMORY_MAX_MIB = 16 * 1024 * 1024
DISK_MAX_MIB = 1024 * 1024 * 1024
RUN_SECONDS_MAX = 30 * 24 * 3600
SCORE_MAX = 1_000_000
RETRIES_MAX = 100
COUNT_MAX = 10_000

translate = QCoreApplication.translate

_IMAGE = re.compile(r"[a-z0-9]+([._/:@-]+[A-Za-z0-9]+)*")

#: The form's field that shows a fault of the master's field.
FORM_FIELDS = {
    "archive_digest": "sources",
    "archive": "sources",
    "cpu_millicores": "cores",
    "memory_mib": "memory",
    "disk_mib": "disk",
    "gpu_memory_mib": "gpu_memory",
    "location.continent": "continent",
    "location.country": "country",
    "location.site": "site",
    "trust_min": "trust",
    "isolation_min": "isolation",
    "run_seconds_max": "run_time",
    "retry_max": "retries",
    "result_comparer": "comparer",
    "result_tolerance_ppb": "tolerance",
}


@dataclass(slots=True)
class Draft:
    """A task as it was typed. Every field is JSON; what is empty takes the pool's default."""

    sources: list[str] = field(default_factory=list)
    #: Of an earlier task, whose files are taken again where there are no sources.
    archive_digest: str = ""
    name: str = ""
    command: str = ""
    image: str = ""
    #: Pairs of name and value.
    environment: list[list[str]] = field(default_factory=list)
    cores: str = ""
    memory: str = ""
    disk: str = ""
    cpu_score: int = 0
    gpu_score: int = 0
    gpu_memory: str = ""
    gpu_name: str = ""
    continent: int = 0
    country: str = ""
    site: str = ""
    location_required: bool = False
    trust: int = 0
    isolation: int = 0
    priority: int = int(Priority.NORMAL)
    run_time: str = ""
    retries: int = 0
    network: bool = False
    count: int = 1
    #: When a second run of it came to the same, and by how much numbers may differ.
    comparer: int = int(ResultComparer.EXACT)
    tolerance: str = ""

    def to_json(self) -> dict[str, Any]:
        """As settings keep it."""
        return asdict(self)


def draft_of(document: Mapping[str, Any]) -> Draft:
    """The draft that `to_json` gave; a damaged field falls back to its default."""
    draft = Draft()
    for each in fields(draft):
        value = document.get(each.name)
        if type(value) is type(getattr(draft, each.name)):
            setattr(draft, each.name, value)
    draft.sources = [source for source in draft.sources if isinstance(source, str)]
    draft.environment = [
        [name, value]
        for name, value in (pair for pair in draft.environment if _is_pair(pair))
        if isinstance(name, str) and isinstance(value, str)
    ]
    return draft


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2


def draft_of_task(task: pb.TaskInfo) -> Draft:
    """A draft that asks for what `task` asked for, with the same files. Needs its spec."""
    spec, wants = task.spec, task.spec.requirements
    return Draft(
        archive_digest=spec.archive_digest,
        name=spec.name or task.name,
        command=shlex.join(spec.command),
        image=spec.image,
        environment=[[name, value] for name, value in sorted(spec.environment.items())],
        cores=f"{wants.cpu_millicores / 1000:.4g}" if wants.cpu_millicores else "",
        memory=_mib_text(wants.memory_mib),
        disk=_mib_text(wants.disk_mib),
        cpu_score=wants.cpu_score,
        gpu_score=wants.gpu_score,
        gpu_memory=_mib_text(wants.gpu_memory_mib),
        gpu_name=wants.gpu_name,
        continent=int(wants.location.continent),
        country=wants.location.country,
        site=wants.location.site,
        location_required=wants.location_required,
        trust=_unless(wants.trust_min, TrustLevel.LOW),
        isolation=_unless(wants.isolation_min, IsolationClass.SANDBOX),
        priority=int(spec.priority) or int(Priority.NORMAL),
        run_time=f"{spec.run_seconds_max}s" if spec.run_seconds_max else "",
        retries=spec.retry_max,
        network=spec.network,
        count=spec.count or 1,
        comparer=int(spec.result_comparer) or int(ResultComparer.EXACT),
        tolerance=_share_text(spec),
    )


def _share_text(spec: pb.TaskSpec) -> str:
    """The tolerance as it is typed, where numbers are compared by one."""
    if spec.result_comparer != pb.RESULT_COMPARER_NUMBERS or not spec.result_tolerance_ppb:
        return ""
    return f"{spec.result_tolerance_ppb / PARTS_PER_BILLION:.9f}".rstrip("0").rstrip(".")


def _unless(value: int, lowest: int) -> int:
    """`value`, or zero for "any" where even the lowest would do."""
    return 0 if value == lowest else int(value)


def _mib_text(mib: int) -> str:
    if not mib:
        return ""
    return f"{mib // 1024} GiB" if mib % 1024 == 0 else f"{mib} MiB"


def faults(draft: Draft, content: Content | None) -> dict[str, str]:
    """What is wrong, by field: sentences for people. Empty when it can be submitted."""
    found: dict[str, str] = {}
    for name, check in _CHECKS.items():
        sentence = check(draft)
        if sentence:
            found[name] = sentence
    if "command" not in found and not draft.command.strip():
        if content is not None and not content.entry:
            found["command"] = translate(
                "Submission", "There is no run.sh or main.py at the top: say which command to run."
            )
        elif content is None and not draft.archive_digest:
            found["sources"] = translate(
                "Submission", "Add a folder, files or a ZIP archive, or give a command."
            )
    return found


def task_fields(draft: Draft) -> TaskFields:
    """`draft` as the client takes it. It must have no faults."""
    made = TaskFields(
        name=draft.name.strip(),
        command=shlex.split(draft.command),
        image=draft.image.strip(),
        environment={name.strip(): value for name, value in draft.environment if name.strip()},
        cpu_millicores=_amount(draft.cores, parse_millicores),
        memory_mib=_amount(draft.memory, parse_mib),
        disk_mib=_amount(draft.disk, parse_mib),
        cpu_score=draft.cpu_score,
        gpu_score=draft.gpu_score,
        gpu_memory_mib=_amount(draft.gpu_memory, parse_mib),
        gpu_name=draft.gpu_name.strip(),
        location=_location(draft),
        location_required=draft.location_required and bool(_location(draft)),
        priority=Priority(draft.priority),
        run_seconds_max=_amount(draft.run_time, parse_seconds),
        retry_max=draft.retries,
        count=draft.count,
        network=draft.network,
    )
    if draft.comparer != ResultComparer.EXACT:
        made["result_comparer"] = ResultComparer(draft.comparer)
        if draft.comparer == ResultComparer.NUMBERS and draft.tolerance.strip():
            made["result_tolerance_ppb"] = round(float(draft.tolerance) * PARTS_PER_BILLION)
    if draft.trust:
        made["trust_min"] = TrustLevel(draft.trust)
    if draft.isolation:
        made["isolation_min"] = IsolationClass(draft.isolation)
    if draft.archive_digest and not draft.sources:
        made["archive_digest"] = draft.archive_digest
    return made


def _amount(text: str, parse: Callable[[str], int]) -> int:
    return parse(text) if text.strip() else 0


def _location(draft: Draft) -> str:
    if not draft.continent:
        return ""
    parts = (show_continent(Continent(draft.continent)), draft.country.strip(), draft.site.strip())
    return "/".join(parts).rstrip("/")


# -- one check for each field: a sentence, or nothing


def _check_name(draft: Draft) -> str:
    if len(draft.name) > NAME_CHARACTERS_MAX:
        return translate("Submission", "{count} characters at most.").format(
            count=NAME_CHARACTERS_MAX
        )
    return (
        ""
        if draft.name.isprintable()
        else translate("Submission", "It may hold no control characters.")
    )


def _check_command(draft: Draft) -> str:
    try:
        words = shlex.split(draft.command)
    except ValueError:
        return translate("Submission", "A quotation mark is left open.")
    if len(words) > COMMAND_ARGUMENTS_MAX:
        return translate("Submission", "{count} words at most: put the rest into a script.").format(
            count=COMMAND_ARGUMENTS_MAX
        )
    return translate("Submission", "The program's name is empty.") if words and not words[0] else ""


def _check_image(draft: Draft) -> str:
    image = draft.image.strip()
    if image and (len(image) > 255 or not _IMAGE.fullmatch(image)):
        return translate("Submission", "Write it like python:3.12-slim.")
    return ""


def _check_environment(draft: Draft) -> str:
    names = [name.strip() for name, value in draft.environment if name.strip() or value]
    if len(names) > VARIABLES_MAX:
        return translate("Submission", "{count} variables at most.").format(count=VARIABLES_MAX)
    for name in names:
        if not is_variable_name(name):
            return translate(
                "Submission", "“{name}” is no name: letters, digits and _, no digit first."
            ).format(name=name[:40])
        if name.startswith(RESERVED_PREFIX):
            return translate("Submission", "{name} belongs to the pool.").format(name=name[:40])
        if names.count(name) > 1:
            return translate("Submission", "{name} is there twice.").format(name=name[:40])
    return ""


def _checked_amount(
    text: str, parse: Callable[[str], int], most: int, example: str, too_much: str
) -> str:
    if not text.strip():
        return ""
    try:
        amount = parse(text)
    except ValueError:
        return example
    if amount < 1:
        return translate("Submission", "It must be above zero.")
    return too_much if amount > most else ""


def _check_cores(draft: Draft) -> str:
    return _checked_amount(
        draft.cores,
        parse_millicores,
        CORES_MAX_MILLI,
        translate("Submission", "Write it like 2 or 0.5."),
        translate("Submission", "1,000 cores at most."),
    )


def _check_mib(text: str, most: int, too_much: str) -> str:
    return _checked_amount(
        text, parse_mib, most, translate("Submission", "Write it like 512 MiB or 2 GiB."), too_much
    )


def _check_run_time(draft: Draft) -> str:
    return _checked_amount(
        draft.run_time,
        parse_seconds,
        RUN_SECONDS_MAX,
        translate("Submission", "Write it like 90s, 10m or 1h30m."),
        translate("Submission", "30 days at most."),
    )


def _check_gpu_name(draft: Draft) -> str:
    if len(draft.gpu_name) > TEXT_CHARACTERS_MAX:
        return translate("Submission", "{count} characters at most.").format(
            count=TEXT_CHARACTERS_MAX
        )
    return ""


def _check_continent(draft: Draft) -> str:
    if not draft.continent and (draft.country.strip() or draft.site.strip()):
        return translate("Submission", "Choose the continent too.")
    if not draft.continent and draft.location_required:
        return translate("Submission", "Say where, or let it run anywhere.")
    return ""


def _check_country(draft: Draft) -> str:
    country = draft.country.strip()
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        return translate("Submission", "Two letters, like DE.")
    return ""


def _check_site(draft: Draft) -> str:
    site = draft.site.strip()
    if len(site) > TEXT_CHARACTERS_MAX:
        return translate("Submission", "{count} characters at most.").format(
            count=TEXT_CHARACTERS_MAX
        )
    return ""


def _check_tolerance(draft: Draft) -> str:
    if draft.comparer != ResultComparer.NUMBERS or not draft.tolerance.strip():
        return ""
    try:
        share = float(draft.tolerance)
    except ValueError:
        share = 0.0
    if not 1 <= share * PARTS_PER_BILLION <= PARTS_PER_BILLION:
        return translate("Submission", "Write it like 0.001: above zero, 1 at most.")
    return ""


_CHECKS: dict[str, Callable[[Draft], str]] = {
    "name": _check_name,
    "command": _check_command,
    "image": _check_image,
    "environment": _check_environment,
    "cores": _check_cores,
    "memory": lambda draft: _check_mib(
        draft.memory, MEMORY_MAX_MIB, translate("Submission", "16 TiB at most.")
    ),
    "disk": lambda draft: _check_mib(
        draft.disk, DISK_MAX_MIB, translate("Submission", "1 PiB at most.")
    ),
    "gpu_memory": lambda draft: _check_mib(
        draft.gpu_memory, MEMORY_MAX_MIB, translate("Submission", "16 TiB at most.")
    ),
    "gpu_name": _check_gpu_name,
    "continent": _check_continent,
    "country": _check_country,
    "site": _check_site,
    "run_time": _check_run_time,
    "tolerance": _check_tolerance,
}
