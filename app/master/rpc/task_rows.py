"""Rows of lists of tasks, each made once for as long as its task stays as it is.

Whoever looks at a list asks for it again and again, and from one time to the next few of
its tasks have changed.
"""

from app.master.rpc.messages import task_out
from app.master.store.task_views import TaskView
from proto import nodepool_pb2 as pb

#: Some 10 MB at most.
ROWS_MAX = 4096


class TaskRows:
    """The messages of tasks as lists show them, by all that they are made of."""

    def __init__(self, rows_max: int = ROWS_MAX) -> None:
        self._rows_max = rows_max
        self._made: dict[tuple[TaskView, int], pb.TaskInfo] = {}

    def row(self, view: TaskView, progress_percent: int) -> pb.TaskInfo:
        """The row of `view`. It is shared: to be put into an answer, not to be changed."""
        key = (view, progress_percent)
        found = self._made.get(key)
        if found is None:
            if len(self._made) >= self._rows_max:
                # What is still looked at is back at once.
                self._made.clear()
            found = self._made[key] = task_out(view, progress_percent)
        return found
