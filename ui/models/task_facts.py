"""One task in words: what a pane about it shows. Pure, no view."""

import shlex
from collections import Counter
from collections.abc import Collection, Iterable

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QColor

from proto import nodepool_pb2 as pb
from ui import formats
from ui.models.node_words import NodeWords
from ui.models.rows import Column, RowsModel
from ui.models.task_words import (
    CHECK_TONES,
    OUTCOME_TONES,
    check_label,
    outcome_label,
    phase,
    phase_labels,
    priority_labels,
)
from ui.sentences import shown
from ui.theme import Tone

translate = QCoreApplication.translate


def facts_of(task: pb.TaskInfo) -> list[tuple[str, str]]:
    """What is known of a task: names and values, without those that are empty.

    What it runs and asks for is known of one that was asked for by itself.
    """
    charged = formats.cpt(task.charged_mcpt)
    price = formats.cpt(task.price_mcpt)
    if task.charged_mcpt:
        price = translate("Tasks", "{price}, charged {charged}").format(
            price=price, charged=charged
        )
    place = ""
    if task.array_count > 1:
        place = translate("Tasks", "{index} of {count}").format(
            index=task.array_index, count=task.array_count
        )
    facts = [
        (translate("Tasks", "Owner"), task.owner),
        (translate("Tasks", "Priority"), priority_labels()[task.priority]),
        (translate("Tasks", "Index"), place),
        (translate("Tasks", "Node"), task.node_name),
        (translate("Tasks", "Exit status"), str(task.exit_code) if _has_ended(task) else ""),
        (translate("Tasks", "Submitted"), formats.moment(task.submitted_at)),
        (translate("Tasks", "Started"), formats.moment(task.started_at)),
        (translate("Tasks", "Ended"), formats.moment(task.ended_at)),
        (translate("Tasks", "Price"), price),
        (
            translate("Tasks", "Result"),
            formats.size(task.result_bytes) if task.result_digest else "",
        ),
        *_of_spec(task.spec),
        (translate("Tasks", "Id"), task.task_id),
    ]
    return [(name, value) for name, value in facts if value]


def _has_ended(task: pb.TaskInfo) -> bool:
    return bool(task.HasField("exit_code"))


def _of_spec(spec: pb.TaskSpec) -> list[tuple[str, str]]:
    network = translate("Tasks", "Allowed") if spec.network else ""
    return [
        (translate("Tasks", "Command"), shlex.join(spec.command)),
        (translate("Tasks", "Image"), spec.image),
        (translate("Tasks", "Asks for"), asked_for(spec.requirements)),
        (
            translate("Tasks", "Environment"),
            "\n".join(f"{name}={value}" for name, value in sorted(spec.environment.items())),
        ),
        (translate("Tasks", "Network"), network),
        (
            translate("Tasks", "Time limit"),
            formats.duration(spec.run_seconds_max) if spec.run_seconds_max else "",
        ),
        (translate("Tasks", "Retries"), str(spec.retry_max) if spec.retry_max else ""),
    ]


def asked_for(asked: pb.Requirements) -> str:
    """What a task asks of a node: "2 cores, 4 GiB memory"."""
    words, parts = NodeWords(), []

    def add(wanted: object, text: str, **values: object) -> None:
        if wanted:
            parts.append(text.format(**values))

    one = asked.cpu_millicores == 1000
    cores = translate("Tasks", "1 core") if one else translate("Tasks", "{n} cores")
    add(asked.cpu_millicores, cores, n=formats.cores(asked.cpu_millicores))
    add(asked.memory_mib, translate("Tasks", "{n} memory"), n=formats.mebibytes(asked.memory_mib))
    add(asked.disk_mib, translate("Tasks", "{n} disk"), n=formats.mebibytes(asked.disk_mib))
    add(asked.cpu_score, translate("Tasks", "CPU score {n}"), n=asked.cpu_score)
    if asked.gpu_score or asked.gpu_memory_mib or asked.gpu_name:
        parts.append(translate("Tasks", "GPU {name}").format(name=asked.gpu_name))
        memory = formats.mebibytes(asked.gpu_memory_mib)
        add(asked.gpu_memory_mib, translate("Tasks", "{n} GPU memory"), n=memory)
        add(asked.gpu_score, translate("Tasks", "GPU score {n}"), n=asked.gpu_score)
    place = words.place(asked.location)
    required, preferred = translate("Tasks", "in {place}"), translate("Tasks", "best in {place}")
    add(place, required if asked.location_required else preferred, place=place)
    add(asked.trust_min > 1, translate("Tasks", "trust {n}"), n=words.trust[asked.trust_min])
    isolation = words.isolation[asked.isolation_min]
    add(asked.isolation_min > 1, translate("Tasks", "isolation {n}"), n=isolation)
    return ", ".join(part.strip() for part in parts)


def summary_of(tasks: Collection[pb.TaskInfo]) -> list[tuple[str, str]]:
    """Several tasks at a glance: how many in each phase, of whom, for how much."""
    labels = phase_labels()
    phases = Counter(phase(task) for task in tasks)
    owners = Counter(task.owner for task in tasks)
    count = formats.count
    facts = [(labels[each], count(phases[each])) for each in labels if phases[each]]
    if len(owners) > 1:
        named = ", ".join(f"{owner} {count(number)}" for owner, number in owners.most_common(6))
        facts.append((translate("Tasks", "Owners"), named))
    held = sum(task.price_mcpt for task in tasks if not phase(task).ended)
    charged = sum(task.charged_mcpt for task in tasks)
    facts.append((translate("Tasks", "Held"), formats.cpt(held) if held else ""))
    facts.append((translate("Tasks", "Charged"), formats.cpt(charged) if charged else ""))
    return [(name, value) for name, value in facts if value]


class AttemptsModel(RowsModel[pb.AttemptInfo]):
    """The attempts of one task."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__([*_how_it_ended(), *_what_it_took()], parent)

    def show_attempts(self, attempts: Iterable[pb.AttemptInfo]) -> None:
        """Show these."""
        self.set_rows({str(attempt.number): attempt for attempt in attempts})


def _how_it_ended() -> list[Column[pb.AttemptInfo]]:
    return [
        Column(
            "number",
            translate("Tasks", "No."),
            lambda attempt: str(attempt.number),
            key=lambda attempt: attempt.number,
            right=True,
            width=38,
        ),
        Column("node", translate("Tasks", "Node"), lambda attempt: attempt.node_name, width=110),
        Column(
            "outcome",
            translate("Tasks", "Outcome"),
            lambda attempt: outcome_label(attempt.outcome),
            tooltip=lambda attempt: shown(attempt.detail),
            color=_outcome_color,
            width=104,
        ),
        Column(
            "checked",
            translate("Tasks", "Checked"),
            lambda attempt: check_label(attempt.result_check),
            tip=translate("Tasks", "Whether another node's result was the same"),
            color=_check_color,
            width=104,
        ),
        Column(
            "exit",
            translate("Tasks", "Exit"),
            lambda attempt: str(attempt.exit_code) if attempt.HasField("exit_code") else "",
            key=lambda attempt: attempt.exit_code,
            tip=translate("Tasks", "Exit status of the command"),
            right=True,
            width=44,
        ),
    ]


def _what_it_took() -> list[Column[pb.AttemptInfo]]:
    return [
        Column("ran", translate("Tasks", "Ran"), _ran, key=_seconds, right=True, width=84),
        Column(
            "cpu",
            translate("Tasks", "CPU time"),
            lambda attempt: (
                formats.duration(attempt.cpu_milliseconds / 1000)
                if attempt.cpu_milliseconds
                else ""
            ),
            key=lambda attempt: attempt.cpu_milliseconds,
            right=True,
            width=84,
        ),
        Column(
            "memory",
            translate("Tasks", "Memory peak"),
            lambda attempt: (
                formats.mebibytes(attempt.memory_peak_mib) if attempt.memory_peak_mib else ""
            ),
            key=lambda attempt: attempt.memory_peak_mib,
            right=True,
            width=92,
        ),
        Column(
            "started",
            translate("Tasks", "Started"),
            lambda attempt: formats.moment(attempt.started_at),
            width=140,
        ),
        Column(
            "detail",
            translate("Tasks", "Detail"),
            lambda attempt: shown(attempt.detail),
            tooltip=lambda attempt: shown(attempt.detail),
            width=240,
        ),
    ]


def _seconds(attempt: pb.AttemptInfo) -> float:
    if not (attempt.started_at.seconds and attempt.ended_at.seconds):
        return 0.0
    ended = formats.seconds_of(attempt.ended_at)
    return max(0.0, ended - formats.seconds_of(attempt.started_at))


def _ran(attempt: pb.AttemptInfo) -> str:
    return formats.duration(_seconds(attempt)) if attempt.ended_at.seconds else ""


def _check_color(attempt: pb.AttemptInfo) -> QColor:
    return CHECK_TONES.get(int(attempt.result_check), Tone.QUIET).color()


def _outcome_color(attempt: pb.AttemptInfo) -> QColor:
    return OUTCOME_TONES.get(attempt.outcome, Tone.BAD).color()
