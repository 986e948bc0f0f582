"""The live log of the selected task."""

import asyncio

import pytest

from app.common.errors import HiveMindError, Reason
from proto import nodepool_pb2 as pb
from tests.ui.scripted_pool import until
from tests.ui.task_world import TaskWorld, task
from ui.docks.task_log import TaskLogPane
from ui.models.log_lines import Source

RUNS = task(1, state=3, owner="alice")
WAITS = task(2, state=1, owner="alice")
ANOTHERS = task(3, state=3, owner="bob")

OUT, ERR = pb.LogStream.LOG_STREAM_STDOUT, pb.LogStream.LOG_STREAM_STDERR


class Streams:
    """The logs of tasks as a test has them come: chunks, errors, and None for the end."""

    def __init__(self) -> None:
        self.queues: dict[str, asyncio.Queue] = {}
        self.open: list[str] = []

    def put(self, task_id: str, *items) -> None:
        for item in items:
            self.queue(task_id).put_nowait(item)

    def queue(self, task_id: str) -> asyncio.Queue:
        return self.queues.setdefault(task_id, asyncio.Queue())

    async def logs(self, task_id: str, *, follow: bool):
        assert follow
        self.open.append(task_id)
        try:
            while (item := await self.queue(task_id).get()) is not None:
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            self.open.remove(task_id)


class Pool:
    def __init__(self) -> None:
        self.tasks = Streams()


def chunk(data: bytes, stream=OUT, attempt: int = 1, **fields) -> pb.LogChunk:
    return pb.LogChunk(data=data, stream=stream, attempt=attempt, **fields)


@pytest.fixture
async def world(qtbot, tmp_path):
    made = TaskWorld(tmp_path)
    made.console.connection._pool = Pool()
    yield made
    await made.close()


@pytest.fixture
def streams(world) -> Streams:
    return world.console.pool.tasks


@pytest.fixture
def pane(world) -> TaskLogPane:
    pane = TaskLogPane(world.console)
    world.keep(pane)
    # Long, so that it does not run out after the test: `select` lets it.
    pane._settle.setInterval(600_000)
    pane.resize(700, 250)
    pane.show()
    world.go_live({each.task_id: each for each in (RUNS, WAITS, ANOTHERS)})
    return pane


def select(world, pane, *tasks: pb.TaskInfo) -> None:
    world.console.selection.select_tasks([each.task_id for each in tasks])
    pane._settle.stop()
    pane._settle.timeout.emit()


def lines(pane) -> list[tuple[Source, str]]:
    return [(line.source, line.text) for line in pane.panel.text.read(0, 99)]


async def test_what_it_prints_is_seen_as_it_comes(world, pane, streams):
    select(world, pane, RUNS)
    await until(lambda: streams.open)
    assert pane.empty.isVisible()
    streams.put(RUNS.task_id, chunk(b"hel"), chunk(b"oops\n", ERR), chunk(b"lo\n"))
    await until(lambda: pane.panel.text.lines == 2 and not pane.panel.text.growing())
    assert lines(pane) == [(Source.OUTPUT, "hello"), (Source.ERROR, "oops")]
    assert pane.panel.isVisible()


async def test_another_attempt_is_marked(world, pane, streams):
    select(world, pane, RUNS)
    streams.put(RUNS.task_id, chunk(b"one\n"), chunk(b"two\n", attempt=2))
    await until(lambda: pane.panel.text.lines == 3)
    assert lines(pane)[1] == (Source.NOTE, "attempt 2")


async def test_what_was_cut_off_is_said_once(world, pane, streams):
    select(world, pane, RUNS)
    cut = chunk(b"x\n", offset=1022, truncated=True)
    streams.put(RUNS.task_id, cut, cut)
    await until(lambda: pane.panel.text.lines == 3)
    assert [text for source, text in lines(pane) if source is Source.NOTE] == [
        "cut off here: the pool keeps 1.0 KiB of an output"
    ]


async def test_another_selection_ends_the_stream(world, pane, streams):
    select(world, pane, RUNS)
    await until(lambda: streams.open == [RUNS.task_id])
    select(world, pane, WAITS)
    await until(lambda: streams.open == [WAITS.task_id])
    assert pane.panel.text.lines == 0


async def test_the_same_selection_goes_on(world, pane, streams):
    select(world, pane, RUNS)
    streams.put(RUNS.task_id, chunk(b"one\n"))
    await until(lambda: pane.panel.text.lines == 1)
    select(world, pane, RUNS)
    assert pane.panel.text.lines == 1


async def test_only_the_owner_reads_it(world, pane, streams):
    select(world, pane, ANOTHERS)
    await asyncio.sleep(0)
    assert not streams.open
    assert "bob" in pane.empty._headline.text()


async def test_several_selected_tasks_have_no_log(world, pane, streams):
    select(world, pane, RUNS, WAITS)
    assert "Several" in pane.empty._headline.text()
    assert not streams.open


async def test_a_failure_is_said_and_can_be_tried_again(world, pane, streams):
    select(world, pane, RUNS)
    streams.put(RUNS.task_id, HiveMindError(Reason.MASTER_UNREACHABLE, "No answer."))
    await until(lambda: pane.empty._hint.text() == "No answer.")
    pane.empty.button.click()
    streams.put(RUNS.task_id, chunk(b"again\n"))
    await until(lambda: pane.panel.text.lines == 1)
    assert not world.failures


async def test_a_failure_midway_leaves_what_there_is(world, pane, streams):
    select(world, pane, RUNS)
    streams.put(RUNS.task_id, chunk(b"one\n"), HiveMindError(Reason.SESSION_ENDED, "It is over."))
    await until(lambda: pane.panel.text.lines == 2)
    assert lines(pane)[-1] == (Source.NOTE, "It is over.")


async def test_a_task_that_printed_nothing_says_so(world, pane, streams):
    select(world, pane, RUNS)
    world.change(task(1, state=4, owner="alice"))
    streams.put(RUNS.task_id, None)
    await until(lambda: "printed nothing" in pane.empty._headline.text())


async def test_while_hidden_another_selection_waits(world, pane, streams):
    select(world, pane, RUNS)
    await until(lambda: streams.open)
    pane.hide()
    select(world, pane, WAITS)
    assert pane.task_id == RUNS.task_id
    pane.show()
    await until(lambda: streams.open == [WAITS.task_id])


async def test_following_does_not_count_as_busy(world, pane, streams):
    counts: list[int] = []
    world.operations.busy.connect(counts.append)
    select(world, pane, RUNS)
    await until(lambda: streams.open)
    assert set(counts) == {0}


async def test_a_task_that_is_selected_before_it_is_known_is_followed_then(world, pane, streams):
    new = task(9, state=1, owner="alice")
    select(world, pane, new)
    assert not pane._begun
    world.change(new)
    await until(lambda: streams.open == [new.task_id])
    world.change(new)
    await asyncio.sleep(0)
    assert streams.open == [new.task_id]


async def test_another_master_ends_it(world, pane, streams):
    select(world, pane, RUNS)
    await until(lambda: streams.open)
    world.console.connection.changed.emit()
    await until(lambda: not streams.open)
    assert pane.task_id == ""
