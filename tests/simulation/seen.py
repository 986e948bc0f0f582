"""What the auditor reads of the store, and what it was told at the start."""

from dataclasses import dataclass, field
from typing import NamedTuple

from app.common.vocabulary import AttemptOutcome, ResultCheck, TaskState


class TaskSeen(NamedTuple):
    """A row of tasks as the auditor reads it."""

    sequence: int
    array_id: str
    index: int
    count: int
    owner_id: str
    state: TaskState
    attempt: int
    node_id: str | None
    priority: int
    price_mcpt: int
    charged_mcpt: int
    digest: str | None
    #: Of a canary task: the node that it tries.
    only_node: str | None

    @property
    def task_id(self) -> str:
        return self.array_id if self.count == 1 else f"{self.array_id}-{self.index}"


class AttemptSeen(NamedTuple):
    """A row of attempts."""

    number: int
    node_id: str
    outcome: AttemptOutcome | None
    check: ResultCheck

    @property
    def good(self) -> bool:
        return self.outcome is AttemptOutcome.SUCCEEDED


@dataclass
class Terms:
    """What the auditor was told at the start."""

    fee_permille: int
    grant_mcpt: int
    users: list[str]
    #: The owner of each node; None: nobody.
    owner_of: dict[str, str | None] = field(default_factory=dict)
    #: Nodes that lie, and those that confine tasks in containers.
    liars: set[str] = field(default_factory=set)
    containers: set[str] = field(default_factory=set)
    #: The setting `check_results`.
    checked: str = "low"
