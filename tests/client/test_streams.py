import asyncio
from collections.abc import AsyncIterator

import pytest

from app.common.errors import HiveMindError, Reason
from proto import nodepool_pb2 as pb
from tests.client.fake_pool import FakePool


def chunk(data: bytes, offset: int, stream: int = 1, attempt: int = 1) -> pb.LogChunk:
    return pb.LogChunk(task_id="t", attempt=attempt, stream=stream, offset=offset, data=data)


def running(fake: FakePool, attempt: int = 1, state: int = pb.TASK_STATE_RUNNING) -> pb.TaskInfo:
    task = pb.TaskInfo(task_id="t", array_id="t", array_count=1, state=state, attempt=attempt)
    fake.tasks["t"] = task
    return task


async def printed(chunks: AsyncIterator[pb.LogChunk]) -> dict[tuple[int, int], bytes]:
    """What came, by attempt and stream; fails where a chunk does not continue the one before."""
    texts: dict[tuple[int, int], bytes] = {}
    async for each in chunks:
        key = each.attempt, each.stream
        assert each.offset == len(texts.get(key, b""))
        texts[key] = texts.get(key, b"") + each.data
    return texts


async def test_wait_goes_on_after_dropped_streams(far_pool, fake, proxy):
    submitted = await far_pool.tasks.submit(command=["true"])

    async def watch(request):
        async for change in fake.on_watch_tasks(request):
            yield change
        await asyncio.Event().wait()

    fake.answers["WatchTasks"] = watch
    seen = asyncio.Queue()
    waiting = asyncio.create_task(
        far_pool.tasks.wait(submitted.task_id, on_change=lambda task: seen.put_nowait(task.state))
    )
    for before, after in (
        (pb.TASK_STATE_QUEUED, pb.TASK_STATE_RUNNING),
        (pb.TASK_STATE_RUNNING, pb.TASK_STATE_SUCCEEDED),
    ):
        assert await seen.get() == before
        fake.tasks[submitted.task_id].state = after
        proxy.cut()
    (task,) = await waiting
    assert task.state == pb.TASK_STATE_SUCCEEDED
    assert await seen.get() == pb.TASK_STATE_SUCCEEDED
    assert seen.empty()


async def test_wait_outlives_a_stream_that_the_master_ends_in_order(pool, fake):
    submitted = await pool.tasks.submit(command=["true"])

    async def watch(request):
        async for change in fake.on_watch_tasks(request):
            yield change
        fake.tasks[submitted.task_id].state = pb.TASK_STATE_SUCCEEDED

    fake.answers["WatchTasks"] = watch
    (task,) = await pool.tasks.wait(submitted.task_id)
    assert task.state == pb.TASK_STATE_SUCCEEDED


async def test_wait_for_an_array_needs_all_its_tasks(pool, fake):
    submitted = await pool.tasks.submit(command=["true"], count=3)
    members = [fake.tasks[f"{submitted.task_id}-{index}"] for index in range(3)]

    async def watch(_request):
        for member in (members[2], members[0], members[1]):
            member.state = pb.TASK_STATE_SUCCEEDED
            yield pb.TaskChanges(tasks=[member])

    fake.answers["WatchTasks"] = watch
    tasks = await pool.tasks.wait(submitted.task_id)
    assert [task.array_index for task in tasks] == [0, 1, 2]


async def test_waiting_for_nothing_known_is_refused(pool):
    with pytest.raises(HiveMindError) as refusal:
        await pool.tasks.wait("none")
    assert refusal.value.reason is Reason.TASK_NOT_FOUND


async def test_a_log_is_read_whole_though_the_connection_breaks(far_pool, fake, proxy):
    running(fake)
    fake.log = [chunk(b"one ", 0), chunk(b"ERR", 0, stream=2), chunk(b"two ", 4), chunk(b"end", 8)]
    sent = 0

    async def break_once(request):
        nonlocal sent
        async for each in fake.on_stream_log(request):
            yield each
            sent += 1
            if sent == 2:
                await asyncio.sleep(0.1)
                proxy.cut()

    fake.answers["StreamLog"] = break_once
    texts = await printed(far_pool.tasks.logs("t"))
    assert texts == {(1, 1): b"one two end", (1, 2): b"ERR"}
    assert fake.count("StreamLog") == 2


async def test_bytes_that_came_before_are_cut_off(pool, fake):
    """A master may send whole chunks again from before the offset asked for."""
    running(fake)
    fake.log = [chunk(b"abcdef", 0), chunk(b"defghi", 3), chunk(b"ab", 0), chunk(b"", 9)]
    assert await printed(pool.tasks.logs("t")) == {(1, 1): b"abcdefghi"}


async def test_following_goes_on_with_the_next_attempt_from_its_first_byte(pool, fake):
    task = running(fake, attempt=1)
    fake.log = [chunk(b"first attempt", 0), chunk(b"second", 0, attempt=2)]

    async def watch(request):
        async for change in fake.on_watch_tasks(request):
            yield change
        if task.attempt == 1:
            task.attempt = 2
        else:
            task.state = pb.TASK_STATE_SUCCEEDED
        yield pb.TaskChanges(tasks=[task])

    fake.answers["WatchTasks"] = watch
    texts = await printed(pool.tasks.logs("t", follow=True))
    assert texts == {(1, 1): b"first attempt", (2, 1): b"second"}


async def test_following_a_task_that_waits_begins_with_its_first_attempt(pool, fake):
    task = running(fake, attempt=0, state=pb.TASK_STATE_QUEUED)
    fake.log = [chunk(b"hello", 0)]

    async def watch(request):
        async for change in fake.on_watch_tasks(request):
            yield change
        task.attempt, task.state = 1, pb.TASK_STATE_SUCCEEDED
        yield pb.TaskChanges(tasks=[task])

    fake.answers["WatchTasks"] = watch
    assert await printed(pool.tasks.logs("t", follow=True)) == {(1, 1): b"hello"}


async def test_one_stream_of_one_attempt(pool, fake):
    running(fake, attempt=2)
    fake.log = [chunk(b"a", 0), chunk(b"b", 0, stream=2), chunk(b"c", 0, attempt=2)]
    texts = await printed(pool.tasks.logs("t", stream=pb.LOG_STREAM_STDERR, attempt=1))
    assert texts == {(1, 2): b"b"}


async def test_pages_are_fetched_as_they_are_wanted(pool, fake):
    await pool.tasks.submit(command=["true"], count=1100)
    seen = 0
    async for _task in pool.tasks.iterate():
        seen += 1
        if seen == 600:
            break
    assert fake.count("GetAllTasks") == 2
    assert len([task async for task in pool.tasks.iterate()]) == 1100
