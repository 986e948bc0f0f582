"""What happened to a task, moment by moment, from its attempts and its money. No view."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from google.protobuf.timestamp_pb2 import Timestamp
from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QColor

from app.common.vocabulary import AttemptOutcome, TaskState
from proto import nodepool_pb2 as pb
from ui import formats
from ui.models.rows import Column, RowsModel
from ui.models.task_words import (
    OUTCOME_TONES,
    PHASE_TONES,
    marked_labels,
    outcome_label,
    phase,
)
from ui.models.transfers import memo
from ui.sentences import shown
from ui.theme import Tone

translate = QCoreApplication.translate

_FINAL = frozenset({TaskState.SUCCEEDED, TaskState.FAILED, TaskState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, or that will."""

    at: Timestamp
    what: str
    detail: str = ""
    tone: Tone | None = None


def history_of(task: pb.TaskInfo, transfers: Sequence[pb.TransferInfo]) -> list[Event]:
    """The events of `task`, which was asked for by itself, oldest first.

    `transfers` are those of the task, in any order; none where the user may not see them.
    """
    events = [
        *_of_submission(task),
        *_of_attempts(task),
        *_of_the_end(task),
        *_of_money(transfers),
        *_of_the_result(task),
    ]
    # What happens at one moment stays in the order in which it is told above.
    return sorted((each for each in events if each.at.seconds), key=lambda each: _moment(each.at))


def _moment(stamp: Timestamp) -> tuple[int, int]:
    return stamp.seconds, stamp.nanos


def _of_submission(task: pb.TaskInfo) -> Iterator[Event]:
    by = translate("History", "by {user}").format(user=task.owner)
    yield Event(task.submitted_at, translate("History", "Submitted, and queued"), by)


def _of_attempts(task: pb.TaskInfo) -> Iterator[Event]:
    attempts = sorted(task.attempts, key=lambda attempt: attempt.number)
    for attempt in attempts:
        number = translate("History", "attempt {number}").format(number=attempt.number)
        placed = translate("History", "Given to {node}").format(node=attempt.node_name)
        yield Event(attempt.assigned_at, placed, number, Tone.BUSY)
        yield Event(
            attempt.started_at,
            translate("History", "Started on {node}").format(node=attempt.node_name),
            number,
            Tone.BUSY,
        )
        if not attempt.outcome:
            continue
        ended = translate("History", "Attempt {number} ended: {outcome}").format(
            number=attempt.number, outcome=outcome_label(attempt.outcome)
        )
        tone = OUTCOME_TONES.get(attempt.outcome, Tone.BAD)
        yield Event(attempt.ended_at, ended, _why_it_ended(attempt), tone)
        last = attempt is attempts[-1]
        if not last or int(task.state) == TaskState.QUEUED:
            yield Event(attempt.ended_at, translate("History", "Queued again"), "", Tone.WAITING)


def _why_it_ended(attempt: pb.AttemptInfo) -> str:
    exited = attempt.HasField("exit_code") and int(attempt.outcome) != AttemptOutcome.SUCCEEDED
    status = translate("History", "exit status {status}").format(status=attempt.exit_code)
    return shown(attempt.detail) or (status if exited else "")


def _of_the_end(task: pb.TaskInfo) -> Iterator[Event]:
    if int(task.state) in _FINAL:
        which = phase(task)
        yield Event(task.ended_at, marked_labels()[which], shown(task.detail), PHASE_TONES[which])


def _of_money(transfers: Iterable[pb.TransferInfo]) -> Iterator[Event]:
    held_before = 0
    rows = sorted(transfers, key=lambda row: row.sequence)
    for row, following in zip(rows, [*rows[1:], pb.TransferInfo()], strict=False):
        amount = formats.cpt(row.amount_mcpt)
        anew = following.kind == pb.TRANSFER_KIND_HOLD and row.kind == pb.TRANSFER_KIND_REFUND
        if row.kind == pb.TRANSFER_KIND_HOLD and held_before:
            what = translate("History", "Priority changed: {amount} held instead of {before}")
            yield Event(
                row.at, what.format(amount=amount, before=formats.cpt(held_before)), "", Tone.QUIET
            )
        elif row.kind == pb.TRANSFER_KIND_HOLD:
            yield _paid(row, translate("History", "{amount} held"))
        elif row.kind == pb.TRANSFER_KIND_SETTLE:
            yield _paid(row, translate("History", "{amount} paid to {to}"))
        elif row.kind == pb.TRANSFER_KIND_FEE:
            yield _paid(row, translate("History", "{amount} paid to the pool"))
        elif row.kind == pb.TRANSFER_KIND_REFUND and not anew:
            # Its memo says what the event beside it says.
            what = translate("History", "{amount} refunded").format(amount=amount)
            yield Event(row.at, what, "", Tone.QUIET)
        held_before = row.amount_mcpt if anew else 0


def _paid(row: pb.TransferInfo, what: str) -> Event:
    amount = formats.cpt(row.amount_mcpt)
    return Event(row.at, what.format(amount=amount, to=row.to), memo(row), Tone.QUIET)


def _of_the_result(task: pb.TaskInfo) -> Iterator[Event]:
    if not task.result_digest:
        return
    size = formats.size(task.result_bytes)
    if task.HasField("result_kept_until"):
        what = translate("History", "The result is kept until here")
        yield Event(task.result_kept_until, what, size, Tone.QUIET)


class HistoryModel(RowsModel[Event]):
    """The events of one task."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(
            [
                Column(
                    "at",
                    translate("History", "When"),
                    lambda event: formats.moment(event.at),
                    key=lambda event: _moment(event.at),
                    width=156,
                ),
                Column(
                    "what",
                    translate("History", "What happened"),
                    lambda event: event.what,
                    tooltip=lambda event: event.what,
                    color=_color,
                    width=240,
                ),
                Column(
                    "detail",
                    translate("History", "Detail"),
                    lambda event: event.detail,
                    tooltip=lambda event: event.detail,
                    width=240,
                ),
            ],
            parent,
        )

    def show_history(self, events: Sequence[Event]) -> None:
        """Show these."""
        self.set_rows({str(number): event for number, event in enumerate(events)})


def _color(event: Event) -> QColor | None:
    return None if event.tone is None else event.tone.color()
