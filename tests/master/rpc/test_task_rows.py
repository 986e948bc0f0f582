"""Rows of lists of tasks are made anew when anything of them is another."""

from app.common.vocabulary import TaskState
from app.master.rpc.messages import task_out
from app.master.rpc.task_rows import TaskRows
from app.master.store.task_views import TaskView

VIEW = TaskView(
    1, "a", 0, 1, "u", "ann", "job", 0, "{}", TaskState.RUNNING, "", 1, "n", "node", 1, 2, None, 3,
    0, None, 0, None, 0,
)  # fmt: skip


def test_a_row_is_as_it_would_be_made_now():
    rows = TaskRows()
    assert rows.row(VIEW, 40) == task_out(VIEW, 40)
    assert rows.row(VIEW._replace(), 40) is rows.row(VIEW, 40)
    for other in (VIEW._replace(state=TaskState.SUCCEEDED, ended_us=9), VIEW._replace(name="x")):
        assert rows.row(other, 40) == task_out(other, 40)
    assert rows.row(VIEW, 41).progress_percent == 41
    # Nothing given is not the same as nought.
    assert rows.row(VIEW._replace(exit_code=0), 40).HasField("exit_code")
    assert not rows.row(VIEW, 40).HasField("exit_code")


def test_many_rows_take_no_more_memory():
    rows = TaskRows(rows_max=3)
    for number in range(20):
        rows.row(VIEW, number)
    assert len(rows._made) <= 3
