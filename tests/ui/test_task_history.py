"""The history of a task: which events, in which order, and whose money is seen."""

from PySide6.QtTest import QAbstractItemModelTester

from app.common.vocabulary import AttemptOutcome, Role, TaskState
from proto import nodepool_pb2 as pb
from tests.ui.scripted_pool import until
from tests.ui.task_world import NOW, TaskWorld, task
from ui.docks.task_details import TaskDetailsPane
from ui.models.task_history import HistoryModel, history_of

HOLD, REFUND, SETTLE = (
    pb.TRANSFER_KIND_HOLD,
    pb.TRANSFER_KIND_REFUND,
    pb.TRANSFER_KIND_SETTLE,
)


def attempt(number: int, outcome: int, at: int, detail: str = "") -> pb.AttemptInfo:
    made = pb.AttemptInfo(number=number, node_name=f"lab-{number}", outcome=outcome, detail=detail)
    made.assigned_at.seconds = at
    made.started_at.seconds = at + 1
    if outcome:
        made.ended_at.seconds = at + 9
    return made


def moved(sequence: int, kind: int, amount: int, at: int, **fields: str) -> pb.TransferInfo:
    made = pb.TransferInfo(sequence=sequence, kind=kind, amount_mcpt=amount * 1000, **fields)
    made.at.seconds = at
    return made


def lost_and_done() -> pb.TaskInfo:
    made = task(1, state=int(TaskState.SUCCEEDED), owner="alice", result_bytes=2048, detail="")
    made.submitted_at.seconds = NOW - 100
    made.ended_at.seconds = NOW - 41
    made.result_kept_until.seconds = NOW + 86400
    made.attempts.extend(
        [
            attempt(2, int(AttemptOutcome.SUCCEEDED), NOW - 50),
            attempt(1, int(AttemptOutcome.NODE_LOST), NOW - 90, "The node went away."),
        ]
    )
    return made


def words(events) -> list[str]:
    return [each.what for each in events]


def test_a_lost_attempt_is_queued_again_and_the_result_has_its_end(qapp):
    money = [
        moved(9, SETTLE, 10, NOW - 41, to="bob"),
        moved(3, HOLD, 10, NOW - 100),
    ]
    events = history_of(lost_and_done(), money)
    assert words(events) == [
        "Submitted, and queued",
        "10 CPT held",
        "Given to lab-1",
        "Started on lab-1",
        "Attempt 1 ended: Node lost",
        "Queued again",
        "Given to lab-2",
        "Started on lab-2",
        "Attempt 2 ended: Succeeded",
        "✓ Succeeded",
        "10 CPT paid to bob",
        "The result is kept until here",
    ]
    assert events[4].detail == "The node went away."


def test_another_priority_is_one_event_not_a_refund(qapp):
    queued = task(1, state=int(TaskState.QUEUED))
    queued.submitted_at.seconds = NOW - 100
    money = [
        moved(3, HOLD, 10, NOW - 100),
        moved(4, REFUND, 10, NOW - 60, memo="another priority"),
        moved(5, HOLD, 15, NOW - 60),
    ]
    assert words(history_of(queued, money)) == [
        "Submitted, and queued",
        "10 CPT held",
        "Priority changed: 15 CPT held instead of 10 CPT",
    ]
    cancelled = [*money, moved(8, REFUND, 15, NOW - 10, memo="cancelled")]
    assert words(history_of(queued, cancelled))[-1] == "15 CPT refunded"


def test_what_is_under_way_has_no_end(qapp):
    running = task(1, state=int(TaskState.RUNNING))
    running.submitted_at.seconds = NOW - 100
    running.attempts.append(attempt(1, 0, NOW - 90))
    assert words(history_of(running, []))[-1] == "Started on lab-1"


def test_the_model_holds_what_qt_asks_of_it(qapp):
    model = HistoryModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_history(history_of(lost_and_done(), []))
    assert model.rowCount() == 10
    model.show_history([])
    assert model.rowCount() == 0


async def details_of(world: TaskWorld, one: pb.TaskInfo) -> TaskDetailsPane:
    pane = TaskDetailsPane(world.console)
    world.keep(pane)
    pane.show()
    world.answers["tasks.get"] = one
    world.answers["ledger.page"] = pb.ListTransfersResponse(transfers=[moved(3, HOLD, 10, NOW)])
    world.go_live({one.task_id: one})
    world.console.selection.select_tasks([one.task_id])
    pane.tabs.setCurrentWidget(pane.history)
    await until(lambda: pane.history.model.rowCount() > 0)
    return pane


async def test_the_owner_sees_the_money(qtbot, tmp_path):
    world = TaskWorld(tmp_path, Role.USER)
    pane = await details_of(world, lost_and_done())
    await until(lambda: pane.history.model.rowCount() == 11)
    (_, asked) = world.called("ledger.page")[-1]
    assert (asked["task_id"], asked["all_users"]) == (lost_and_done().task_id, False)
    assert not pane.history.note.isVisible()
    await world.close()


async def test_an_operator_is_told_why_there_is_no_money(qtbot, tmp_path):
    world = TaskWorld(tmp_path, Role.OPERATOR, username="olga")
    pane = await details_of(world, lost_and_done())
    await until(pane.history.note.isVisible)
    assert not world.called("ledger.page")
    await world.close()


async def test_an_auditor_sees_everybodys(qtbot, tmp_path):
    world = TaskWorld(tmp_path, Role.AUDITOR, username="audrey")
    pane = await details_of(world, lost_and_done())
    await until(lambda: pane.history.model.rowCount() == 11)
    (_, asked) = world.called("ledger.page")[-1]
    assert asked["all_users"]
    await world.close()
