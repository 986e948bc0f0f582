"""Tasks as a pool would have them, for the panes that show them."""

from random import Random

from proto import nodepool_pb2 as pb
from tests.ui.scripted_pool import ScriptedConsole
from ui.feed import Link
from ui.pool_state import Delta

#: The master's clock in these tests, in seconds since 1970.
NOW = 1_790_000_000

_NAMES = (
    "render frame",
    "Monte Carlo π",
    "蛋白质折叠模拟",
    "train resnet-50 on the whole data set of last year, with augmentation",
    "word count",
    "ffmpeg",
)
_USERS = ("alice", "bob", "chen", "dora")
_DETAILS = {
    1: "waits for a node",
    2: "goes to {node}",
    3: "runs on {node}",
    4: "the entry command ended with status 0",
    5: "the entry command ended with status 1",
    6: "cancelled by its owner",
}


def task(number: int, state: int = 0, **fields: object) -> pb.TaskInfo:
    """A task that looks plausible; the same for the same number. `state` 0: one of the six."""
    random = Random(number)
    state = state or random.choice([1, 1, 2, 3, 3, 4, 4, 4, 5, 6])
    made = pb.TaskInfo(
        task_id=f"01K{number:023}",
        array_id=f"01K{number:023}",
        array_count=1,
        owner=random.choice(_USERS),
        name=f"{random.choice(_NAMES)} {number}",
        priority=random.choice([1, 1, 1, 2, 3]),
        state=state,
        price_mcpt=random.randrange(1, 40) * 500,
    )
    made.submitted_at.seconds = NOW - 600 - random.randrange(90_000)
    if state > 1:
        node = random.randrange(200)
        made.node_id, made.node_name = f"node{node}", f"lab-{node:03}.example"
        made.attempt = random.choice([1, 1, 1, 2])
    if state > 2 and state != 6:
        made.started_at.seconds = made.submitted_at.seconds + random.randrange(300)
    if state == 3:
        made.progress_percent = random.randrange(100)
    if state > 3:
        begun = made.started_at.seconds or made.submitted_at.seconds
        made.ended_at.seconds = begun + random.randrange(1, 9000)
    if state == 4:
        made.charged_mcpt = made.price_mcpt
        made.result_digest, made.result_bytes = "sha256:" + "0" * 64, random.randrange(9_000_000)
    made.detail = _DETAILS[state].format(node=made.node_name)
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def tasks(count: int, **fields: object) -> dict[str, pb.TaskInfo]:
    """So many tasks by id."""
    made = (task(number, **fields) for number in range(count))
    return {each.task_id: each for each in made}


class TaskWorld(ScriptedConsole):
    """A scripted console whose feed tells of tasks."""

    @property
    def tasks(self) -> dict[str, pb.TaskInfo]:
        return self.console.state.tasks

    def go_live(self, known: dict[str, pb.TaskInfo]) -> None:
        """A snapshot came: these are all tasks."""
        self.console.feed.link = Link.LIVE
        self.console.state.tasks = known
        self.console.state.at_seconds = float(NOW)
        self.console.feed.changed.emit(Delta(reset=True))

    def change(self, *changed: pb.TaskInfo) -> None:
        """These tasks changed, or are new."""
        for each in changed:
            self.tasks[each.task_id] = each
        self.console.feed.changed.emit(Delta(tasks={each.task_id for each in changed}))
