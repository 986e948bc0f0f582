"""What a demonstration shows: bars while tasks run, then who ran what, and the money."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.common.money import format_cpt
from app.common.vocabulary import TaskState
from build_scripts.demo_samples import Sample
from proto import nodepool_pb2 as pb


@dataclass(frozen=True)
class Ended:
    """One task that has ended, beside what was expected of it."""

    sample: Sample
    task_id: str
    array_id: str
    name: str
    node: str
    state: TaskState
    detail: str
    exit_code: int | None
    seconds: float
    price_mcpt: int
    charged_mcpt: int
    has_result: bool

    @classmethod
    def of(cls, sample: Sample, task: pb.TaskInfo) -> "Ended":
        """`task` as the master tells it, attempts included."""
        last = task.attempts[-1] if task.attempts else None
        return cls(
            sample=sample,
            task_id=task.task_id,
            array_id=task.array_id,
            name=f"{task.name} [{task.array_index}]" if task.array_count > 1 else task.name,
            node=last.node_name if last else "",
            state=TaskState(task.state),
            detail=task.detail,
            exit_code=last.exit_code if last and last.HasField("exit_code") else None,
            seconds=_between(last) if last else 0.0,
            price_mcpt=task.price_mcpt,
            charged_mcpt=task.charged_mcpt,
            has_result=bool(task.result_digest),
        )

    @property
    def fault(self) -> str:
        """How it differs from what its sample expects; empty if it does not."""
        expected = TaskState[self.sample.outcome.upper()]
        if self.state is not expected:
            state, wanted = self.state.name.lower(), expected.name.lower()
            return f"{self.name} {state}, expected: {wanted} ({self.detail})"
        owed = self.price_mcpt if expected is TaskState.SUCCEEDED else 0
        if self.charged_mcpt != owed:
            charged, right = format_cpt(self.charged_mcpt), format_cpt(owed)
            return f"{self.name} was charged {charged}, not {right}"
        return ""


def _between(attempt: pb.AttemptInfo) -> float:
    if not (attempt.HasField("started_at") and attempt.HasField("ended_at")):
        return 0.0
    return (attempt.ended_at.ToNanoseconds() - attempt.started_at.ToNanoseconds()) / 1e9


class Bars:
    """A bar for each submission; an array's moves with all of its tasks."""

    def __init__(self, submitted: dict[str, Sample]) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[ended]}/{task.fields[count]} ended"),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns)
        self._bars: dict[str, TaskID] = {}
        self._percent: dict[str, dict[str, int]] = {}
        self._ended: dict[str, set[str]] = {}
        for task_id, sample in submitted.items():
            self._percent[task_id], self._ended[task_id] = {}, set()
            self._bars[task_id] = self._progress.add_task(
                sample.name, total=100 * sample.count, count=sample.count, ended=0
            )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def update(self, task: pb.TaskInfo) -> None:
        """A task's new state or progress."""
        ended = TaskState(task.state).ended
        percent, over = self._percent[task.array_id], self._ended[task.array_id]
        percent[task.task_id] = 100 if ended else task.progress_percent
        if ended:
            over.add(task.task_id)
        self._progress.update(
            self._bars[task.array_id], completed=sum(percent.values()), ended=len(over)
        )


def show_tasks(ended: list[Ended]) -> None:
    """Print who ran what, for how long and at what cost."""
    table = Table("task", "node", "state", title="Tasks", title_justify="left")
    table.add_column("seconds", justify="right")
    table.add_column("cost", justify="right")
    for each in ended:
        state = each.state.name.lower()
        cost = format_cpt(each.charged_mcpt) if each.charged_mcpt else "refunded"
        table.add_row(each.name, each.node, state, f"{each.seconds:.2f}", cost)
    Console().print(table)


def show_ledger(summary: pb.LedgerSummaryResponse, verified: pb.VerifyLedgerResponse) -> None:
    """Print the accounts, their total and whether the chain of hashes holds."""
    table = Table("account", title="Ledger", title_justify="left", show_footer=True)
    table.columns[0].footer = "total"
    table.add_column("balance", format_cpt(summary.total_mcpt), justify="right")
    table.add_column("held", format_cpt(summary.held_mcpt), justify="right")
    for account in summary.accounts:
        balance, held = format_cpt(account.balance_mcpt), format_cpt(account.held_mcpt)
        table.add_row(account.name, balance, held)
    Console().print(table)
    state = "verified" if verified.ok else f"broken: {verified.fault}"
    print(f"{verified.rows} transfers, {state}")
