"""The tasks as a table: a hundred thousand of them, live. Pure, no view."""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from operator import attrgetter

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QColor

from app.common.vocabulary import TaskState
from proto import nodepool_pb2 as pb
from ui import formats
from ui.formats import seconds_of
from ui.models.rows import Column, RowsModel
from ui.models.task_words import (
    PHASE_TONES,
    Phase,
    marked_labels,
    phase,
    priority_labels,
    task_name,
)
from ui.sentences import shown

translate = QCoreApplication.translate

#: Sorted after every span that is over, as it still grows; beyond any date in seconds.
_OPEN_SPAN = 1e12

_SEARCHED = attrgetter("name", "task_id", "owner", "node_name", "detail")
#: A part of a date or of a time of day.
_MOMENT = re.compile(r"\d[\d:-]*[:-][\d:-]*")

_QUEUED, _RUNNING = int(TaskState.QUEUED), int(TaskState.RUNNING)


class TasksModel(RowsModel[pb.TaskInfo]):
    """Tasks by id. Spans that still grow are counted up to `now`."""

    def __init__(self, parent: QObject | None = None) -> None:
        #: Seconds since 1970, by the clock of the master.
        self.now = 0.0
        self._phases = marked_labels()
        self._priorities = priority_labels()
        super().__init__(
            [*self._what_it_is(), *self._where_it_is(), *self._what_it_costs()],
            parent,
            haystacks=_texts_of,
            word_test=self._word_test,
        )

    def waiting_seconds(self, task: pb.TaskInfo) -> float:
        """From its submission until it started, or until now."""
        end = seconds_of(task.started_at) or seconds_of(task.ended_at) or self.now
        return max(0.0, end - seconds_of(task.submitted_at))

    def running_seconds(self, task: pb.TaskInfo) -> float:
        """From its start until its end, or until now; 0 for one that has not started."""
        started = seconds_of(task.started_at)
        if not started:
            return 0.0
        return max(0.0, (seconds_of(task.ended_at) or self.now) - started)

    def repaint_spans(self, first: int, last: int) -> None:
        """Of the rows shown from `first` to `last` the spans have grown."""
        names = [column.name for column in self.columns]
        for name in ("waiting", "running"):
            column = names.index(name)
            self.dataChanged.emit(self.index(first, column), self.index(last, column))

    # -- columns

    def _what_it_is(self) -> list[Column[pb.TaskInfo]]:
        return [
            Column(
                "state",
                translate("Tasks", "State"),
                lambda task: self._phases[phase(task)],
                key=lambda task: int(phase(task)),
                color=phase_color,
                tooltip=lambda task: shown(task.detail) or None,  # type: ignore[arg-type, return-value]
                width=112,
            ),
            Column(
                "name",
                translate("Tasks", "Task"),
                task_name,
                key=_name_key,
                tooltip=task_name,
                width=200,
            ),
            Column(
                "progress",
                translate("Tasks", "Progress"),
                lambda task: f"{task.progress_percent} %" if shown_percent(task) else "",
                key=attrgetter("progress_percent"),
                tip=translate("Tasks", "As the task reports it"),
                width=90,
                searched=False,
            ),
            Column("owner", translate("Tasks", "Owner"), attrgetter("owner"), width=90),
            Column(
                "priority",
                translate("Tasks", "Priority"),
                lambda task: self._priorities[task.priority],
                key=attrgetter("priority"),
                width=76,
            ),
        ]

    def _where_it_is(self) -> list[Column[pb.TaskInfo]]:
        return [
            Column(
                "node",
                translate("Tasks", "Node"),
                attrgetter("node_name"),
                tooltip=attrgetter("node_name"),
                width=120,
            ),
            Column(
                "waiting",
                translate("Tasks", "Waited"),
                self._waiting_text,
                key=self._waiting_key,
                tip=translate("Tasks", "From its submission to its start"),
                right=True,
                width=90,
                searched=False,
            ),
            Column(
                "running",
                translate("Tasks", "Ran"),
                self._running_text,
                key=self._running_key,
                tip=translate("Tasks", "From its start to its end"),
                right=True,
                width=90,
                searched=False,
            ),
            Column(
                "attempt",
                translate("Tasks", "Attempt"),
                lambda task: str(task.attempt) if task.attempt else "",
                key=attrgetter("attempt"),
                right=True,
                width=72,
                searched=False,
            ),
            Column(
                "submitted",
                translate("Tasks", "Submitted"),
                lambda task: formats.moment(task.submitted_at),
                key=attrgetter("submitted_at.seconds"),
                width=146,
            ),
        ]

    def _what_it_costs(self) -> list[Column[pb.TaskInfo]]:
        return [
            Column(
                "price",
                translate("Tasks", "Price"),
                lambda task: formats.cpt(task.price_mcpt),
                key=attrgetter("price_mcpt"),
                tip=translate("Tasks", "Held when it was submitted"),
                searched=False,
                right=True,
                width=80,
            ),
            Column(
                "charged",
                translate("Tasks", "Charged"),
                lambda task: formats.cpt(task.charged_mcpt) if task.charged_mcpt else "",
                key=attrgetter("charged_mcpt"),
                tip=translate("Tasks", "Paid when it succeeded"),
                right=True,
                width=80,
                searched=False,
            ),
            Column(
                "detail",
                translate("Tasks", "Detail"),
                attrgetter("detail"),
                tooltip=attrgetter("detail"),
                width=260,
            ),
            Column("id", translate("Tasks", "Id"), attrgetter("task_id"), width=210),
        ]

    # -- texts and keys

    def _word_test(self, word: str) -> Callable[[pb.TaskInfo], bool] | None:
        """Finds what is told in words that many tasks share: the state, the priority, the time."""
        phases = {each for each, label in self._phases.items() if word in label.casefold()}
        priorities = {each for each, label in self._priorities.items() if word in label.casefold()}
        is_moment = _MOMENT.fullmatch(word) is not None
        if not (phases or priorities or is_moment):
            return None

        def test(task: pb.TaskInfo) -> bool:
            return (
                phase(task) in phases
                or task.priority in priorities
                or (is_moment and word in formats.moment(task.submitted_at))
            )

        return test

    def _waiting_text(self, task: pb.TaskInfo) -> str:
        return whole_seconds(self.waiting_seconds(task))

    def _waiting_key(self, task: pb.TaskInfo) -> float:
        submitted = task.submitted_at.seconds
        if task.state == _QUEUED:
            return _OPEN_SPAN - submitted
        return (task.started_at.seconds or task.ended_at.seconds or self.now) - submitted

    def _running_text(self, task: pb.TaskInfo) -> str:
        return whole_seconds(self.running_seconds(task)) if task.started_at.seconds else ""

    def _running_key(self, task: pb.TaskInfo) -> float:
        started = task.started_at.seconds
        if task.state == _RUNNING:
            return _OPEN_SPAN - started
        return (task.ended_at.seconds or self.now) - started if started else 0.0


def _texts_of(tasks: Iterable[pb.TaskInfo]) -> Iterable[str]:
    """What the filter looks into, without what many tasks share."""
    return map("\n".join, map(_SEARCHED, tasks))


class Tally:
    """How many tasks there are in each phase, kept up as they change."""

    def __init__(self) -> None:
        self._phases: dict[str, Phase] = {}
        self.counts: Counter[Hashable] = Counter()

    def count_all(
        self, tasks: Mapping[str, pb.TaskInfo], accepts: Callable[[pb.TaskInfo], bool] | None
    ) -> None:
        """Count those of `tasks` that `accepts` takes; None takes all."""
        self._phases = {
            key: phase(task) for key, task in tasks.items() if accepts is None or accepts(task)
        }
        self.counts = Counter(self._phases.values())

    def update(
        self,
        keys: Iterable[str],
        tasks: Mapping[str, pb.TaskInfo],
        accepts: Callable[[pb.TaskInfo], bool] | None,
    ) -> None:
        """The tasks of these keys changed, came or went."""
        for key in keys:
            before = self._phases.pop(key, None)
            if before is not None:
                self.counts[before] -= 1
            task = tasks.get(key)
            if task is not None and (accepts is None or accepts(task)):
                self._phases[key] = now = phase(task)
                self.counts[now] += 1


def _name_key(task: pb.TaskInfo) -> str:
    name = task.name.casefold()
    return f"{name}\0{task.array_index:06}" if task.array_count > 1 else name


def phase_color(task: pb.TaskInfo) -> QColor:
    """The colour of the task's phase."""
    return PHASE_TONES[phase(task)].color()


def shown_percent(task: pb.TaskInfo) -> int | None:
    """How far a running task says it is, in percent; None where it says nothing."""
    return task.progress_percent or None if task.state == _RUNNING else None


def whole_seconds(seconds: float) -> str:
    """A span that is looked at once a second: "42 s", "3 min 20 s"."""
    return formats.in_seconds(str(int(seconds))) if seconds < 60 else formats.duration(seconds)
