"""Who ran what when, by node. No Qt."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from proto import nodepool_pb2 as pb
from ui.models.natural import natural_key
from ui.models.task_words import Phase, phase

#: What ended before that long ago is forgotten.
KEPT_SECONDS = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Bar:
    """The newest attempt of a task on its node. Times in seconds since 1970."""

    task_id: str
    node_id: str
    node_name: str
    start: float
    #: None while it runs.
    end: float | None
    phase: Phase


class Timeline:
    """Bars by node, kept up as tasks change."""

    def __init__(self) -> None:
        self._bars: dict[str, Bar] = {}
        self._of_node: dict[str, dict[str, Bar]] = defaultdict(dict)
        self._names: dict[str, str] = {}

    def show_all(self, tasks: Mapping[str, pb.TaskInfo], now: float) -> None:
        """Take these tasks instead, those that ran lately."""
        self._bars.clear()
        self._of_node.clear()
        self._names.clear()
        self.update(tasks, tasks, now)

    def update(self, task_ids: Iterable[str], tasks: Mapping[str, pb.TaskInfo], now: float) -> None:
        """The tasks of these ids changed, came or went."""
        oldest = now - KEPT_SECONDS
        for task_id in task_ids:
            before = self._bars.pop(task_id, None)
            if before is not None:
                del self._of_node[before.node_id][task_id]
            task = tasks.get(task_id)
            started = 0 if task is None else task.started_at.seconds
            if task is None or not started:
                continue
            ended = task.ended_at.seconds
            if ended and ended < oldest:
                continue
            bar = Bar(
                task_id,
                task.node_id,
                task.node_name,
                started + task.started_at.nanos / 1e9,
                ended + task.ended_at.nanos / 1e9 if ended else None,
                phase(task),
            )
            self._bars[task_id] = bar
            self._of_node[bar.node_id][task_id] = bar
            self._names[bar.node_id] = bar.node_name

    def nodes(self) -> list[tuple[str, str]]:
        """Ids and names of the nodes that ran something, by name."""
        there = [(node_id, self._names[node_id]) for node_id, bars in self._of_node.items() if bars]
        return sorted(there, key=lambda node: (natural_key(node[1]), node[0]))

    def lanes(self, node_id: str, since: float, until: float, now: float) -> list[list[Bar]]:
        """The bars of a node between two times, in as few lanes as have none over another."""
        bars = [
            bar
            for bar in self._of_node.get(node_id, {}).values()
            if bar.start <= until and (now if bar.end is None else bar.end) >= since
        ]
        bars.sort(key=lambda bar: bar.start)
        lanes: list[list[Bar]] = []
        ends: list[float] = []
        for bar in bars:
            end = now if bar.end is None else bar.end
            for number, taken in enumerate(ends):
                if taken <= bar.start:
                    lanes[number].append(bar)
                    ends[number] = end
                    break
            else:
                lanes.append([bar])
                ends.append(end)
        return lanes


def ticks(since: float, until: float, room: int) -> list[float]:
    """Round moments between two times, about `room` of them, for an axis."""
    wanted = (until - since) / max(1, room)
    step = next((each for each in _STEPS if each >= wanted), _STEPS[-1])
    first = -(-since // step) * step
    return [first + step * number for number in range(int((until - first) // step) + 1)]


_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600)
