"""What is worth telling somebody who does something else: found in the changes of the pool. No Qt.

Nothing is told of what was so already when the watching began.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from app.common.vocabulary import NodeState, TaskState
from proto import nodepool_pb2 as pb
from ui import formats
from ui.models.task_words import task_name
from ui.sentences import shown
from ui.theme import Tone

translate = QCoreApplication.translate

#: Ended tasks that are remembered, so that none is told of twice.
REMEMBERED_MAX = 100_000


class NoticeKind(StrEnum):
    """Each can be switched off by itself."""

    TASK_SUCCEEDED = "task succeeded"
    TASK_FAILED = "task failed"
    NODE_LOST = "node lost"
    NODE_WAITS = "node waits"
    BALANCE_LOW = "balance low"


#: A task that was cancelled was so by somebody: that is no news.
_TOLD_STATES = (TaskState.SUCCEEDED, TaskState.FAILED)
_OF_TASKS = (NoticeKind.TASK_SUCCEEDED, NoticeKind.TASK_FAILED)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that happened. `about`: the id of the task or node, or empty."""

    kind: NoticeKind
    about: str = ""
    name: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is told in one sentence, however many things it is about."""

    text: str
    tasks: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    tone: Tone = Tone.GOOD


class Watch:
    """Compares what comes with what was. Times in seconds since 1970, by the master's clock."""

    def __init__(self, username: str, *, manages: bool) -> None:
        self._username = username
        #: Whether all nodes are the user's business.
        self._manages = manages
        self._since = 0.0
        self._told: dict[str, None] = {}
        self._online: dict[str, bool] = {}
        self._waiting: set[str] = set()

    def begin(self, now: float, nodes: Iterable[pb.NodeInfo]) -> None:
        """From here on: what is so now is not told of."""
        self._since = now
        self._told.clear()
        self._online = {node.node_id: node.online for node in nodes}
        self._waiting = {node.node_id for node in nodes if _waits(node)}

    def tasks(self, tasks: Iterable[pb.TaskInfo]) -> list[Notice]:
        """Of the user's tasks among these, which have ended since."""
        found = []
        for task in self.ended_among(tasks):
            if task.task_id in self._told:
                continue
            self._remember(task.task_id)
            good = int(task.state) == TaskState.SUCCEEDED
            kind = NoticeKind.TASK_SUCCEEDED if good else NoticeKind.TASK_FAILED
            found.append(Notice(kind, task.task_id, task_name(task), task.detail))
        return found

    def ended_among(self, tasks: Iterable[pb.TaskInfo]) -> list[pb.TaskInfo]:
        """The user's tasks among these that have ended since. Changes nothing: any thread may."""
        return [
            task
            for task in tasks
            if int(task.state) in _TOLD_STATES
            and task.owner == self._username
            and formats.seconds_of(task.ended_at) >= self._since
        ]

    def nodes(self, nodes: Iterable[pb.NodeInfo]) -> list[Notice]:
        """Which of these the pool has lost since, and which ask to join."""
        found = []
        for node in nodes:
            was_online = self._online.get(node.node_id, False)
            self._online[node.node_id] = node.online
            ours = self._manages or node.owner == self._username
            in_order = node.leaving or int(node.state) == NodeState.REVOKED
            gone = was_online and not node.online and not in_order
            if gone and ours:
                found.append(Notice(NoticeKind.NODE_LOST, node.node_id, node.name))
            if not _waits(node):
                self._waiting.discard(node.node_id)
            elif node.node_id not in self._waiting:
                self._waiting.add(node.node_id)
                if self._manages:
                    found.append(Notice(NoticeKind.NODE_WAITS, node.node_id, node.name))
        return found

    def _remember(self, task_id: str) -> None:
        self._told[task_id] = None
        if len(self._told) > REMEMBERED_MAX:
            del self._told[next(iter(self._told))]


def _waits(node: pb.NodeInfo) -> bool:
    return int(node.state) == NodeState.PENDING


def entries_of(notices: Sequence[Notice]) -> list[Entry]:
    """`notices` in as few sentences as there are kinds of things."""
    by_kind = {kind: [one for one in notices if one.kind is kind] for kind in NoticeKind}
    tasks = [one for one in notices if one.kind in _OF_TASKS]
    entries = []
    if tasks:
        failed = by_kind[NoticeKind.TASK_FAILED]
        ids = tuple(one.about for one in tasks)
        tone = Tone.WARNING if failed else Tone.GOOD
        entries.append(Entry(_of_tasks(tasks, len(failed)), tasks=ids, tone=tone))
    if lost := by_kind[NoticeKind.NODE_LOST]:
        count = len(lost)
        text = translate("Notices", "%n nodes are offline.", "", count)
        if count == 1:
            text = translate("Notices", "{node} is offline.").format(node=lost[0].name)
        ids = tuple(one.about for one in lost)
        entries.append(Entry(text, nodes=ids, tone=Tone.WARNING))
    if waiting := by_kind[NoticeKind.NODE_WAITS]:
        count = len(waiting)
        text = translate("Notices", "%n machines wait for approval.", "", count)
        if count == 1:
            text = translate("Notices", "{node} waits for approval.").format(node=waiting[0].name)
        ids = tuple(one.about for one in waiting)
        entries.append(Entry(text, nodes=ids, tone=Tone.WAITING))
    if balance := by_kind[NoticeKind.BALANCE_LOW]:
        text = translate("Notices", "Your balance is low: {amount} are left to spend.")
        text = text.format(amount=balance[-1].detail)
        entries.append(Entry(text, tone=Tone.WARNING))
    return entries


def _of_tasks(tasks: Sequence[Notice], failed: int) -> str:
    count = len(tasks)
    if count == 1:
        text = translate("Notices", "“{task}” succeeded.")
        if failed:
            text = translate("Notices", "“{task}” failed. {why}")
        return text.format(task=tasks[0].name, why=shown(tasks[0].detail)).strip()
    if failed == count:
        return translate("Notices", "%n tasks failed.", "", failed)
    ended = translate("Notices", "%n tasks ended", "", count)
    if not failed:
        return f"{ended}."
    return translate("Notices", "{ended}, %n of them failed.", "", failed).format(ended=ended)
