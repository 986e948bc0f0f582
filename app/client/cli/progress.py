"""Bars on standard error, where a person watches."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)

from app.client.cli.output import Output
from app.client.progress import Progress as OnProgress
from app.client.progress import no_progress
from app.common.archive_pack import Told
from app.common.vocabulary import TaskState
from proto import nodepool_pb2 as pb

OnTask: TypeAlias = Callable[[pb.TaskInfo], None]


def _watched(output: Output) -> bool:
    return output.errors.is_terminal and not output.as_json


@contextmanager
def bytes_bar(output: Output, title: str, then: str = "") -> Iterator[OnProgress]:
    """A bar for an upload or a download; what it yields is told the bytes done and in all.

    While it is told of 0 in all the end is unknown; `then` is the title once it is known.
    """
    if not _watched(output):
        yield no_progress
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(
        *columns, TransferSpeedColumn(), console=output.errors, transient=True
    ) as progress:
        bar = progress.add_task(title, total=None)

        def show(done: int, total: int) -> None:
            description = (total and then) or title
            progress.update(bar, description=description, completed=done, total=total or None)

        yield show


@contextmanager
def submission_bars(output: Output) -> Iterator[tuple[Told, OnProgress]]:
    """A bar over packing, whose end nobody knows before, and then over the upload."""
    with bytes_bar(output, "packing", "uploading") as show:
        yield lambda packed_bytes: show(packed_bytes, 0), show


@contextmanager
def tasks_bar(output: Output) -> Iterator[OnTask]:
    """A bar over all tasks waited for; what it yields is told each task that changed."""
    if not _watched(output):
        yield _ignore
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, TimeElapsedColumn(), console=output.errors, transient=True) as progress:
        bar = progress.add_task("waiting", total=None)
        seen: dict[str, pb.TaskInfo] = {}

        def show(task: pb.TaskInfo) -> None:
            seen[task.task_id] = task
            states = Counter(TaskState(each.state) for each in seen.values())
            words = ", ".join(f"{states[state]} {state.name.lower()}" for state in sorted(states))
            done = sum(
                100 if TaskState(each.state).ended else each.progress_percent
                for each in seen.values()
            )
            progress.update(bar, description=words, completed=done, total=100 * len(seen))

        yield show


def _ignore(_task: pb.TaskInfo) -> None:
    """Nobody watches."""
