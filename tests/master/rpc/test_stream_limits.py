"""What one caller sends in streams is read at a measure; a flood is told so."""

import pytest

from app.common.errors import HiveMindError, Reason
from app.master.rpc.call_limits import BURST_SECONDS
from app.master.rpc.stream_limits import (
    BYTES_PER_SECOND,
    FLOOD_SECONDS,
    StreamLimits,
    things_in,
)
from proto import nodepool_pb2 as pb
from tests.sources import ManualClock

RATE = 10


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def limits(clock):
    return StreamLimits(clock, RATE)


def send(limits, clock, seconds, stream="node:n1 Work"):
    """Messages as fast as they are read; how many are in that time."""
    until = clock.monotonic() + seconds
    count = 0
    while clock.monotonic() < until:
        clock.advance(limits.take(stream, 1, 100))
        count += 1
    return count


def test_after_a_burst_it_is_so_many_a_second(limits, clock):
    for _ in range(RATE * BURST_SECONDS):
        assert limits.take("node:n1 Work", 1, 100) < 1e-6
    assert send(limits, clock, 5) == pytest.approx(5 * RATE, abs=1)


def test_bundles_count_by_what_they_hold(limits):
    bundle = pb.WorkerMessage(updates=[pb.TaskUpdate()] * 500, logs=[pb.LogChunk()] * 7)
    assert things_in(bundle) == 508
    assert things_in(pb.UploadChunk(data=b"x" * 1000)) == 1
    assert limits.take("node:n1 Work", 508, 100) == pytest.approx(508 / RATE - BURST_SECONDS)


def test_a_flood_is_ended_and_told_so(limits, clock):
    with pytest.raises(HiveMindError) as caught:
        send(limits, clock, 60)
    assert caught.value.reason is Reason.RATE_LIMITED
    assert caught.value.details == {"retry_after_seconds": str(BURST_SECONDS)}
    # Others are not concerned, nor is the same node's upload.
    assert limits.take("node:n2 Work", 1, 100) == 0
    assert limits.take("node:n1 Upload", 1, 100) == 0


def test_much_at_once_is_no_flood_if_a_pause_follows(limits, clock):
    for _ in range(10):
        assert send(limits, clock, FLOOD_SECONDS - 1) > 0
        clock.advance(BURST_SECONDS + 1)


def test_bytes_are_held_back_and_never_a_flood(limits, clock):
    """A large result on a fast line is as welcome as any."""
    sent = 0
    began = clock.monotonic()
    while clock.monotonic() - began < 10 * FLOOD_SECONDS:
        clock.advance(limits.take("node:n1 Upload", 0, BYTES_PER_SECOND))
        sent += BYTES_PER_SECOND
    seconds = clock.monotonic() - began + BURST_SECONDS
    assert sent == pytest.approx(BYTES_PER_SECOND * seconds, rel=0.02)


def test_many_callers_take_no_more_memory(limits, monkeypatch):
    monkeypatch.setattr("app.master.rpc.stream_limits.CALLERS_MAX", 5)
    for number in range(50):
        limits.take(f"node:{number} Work", 1, 100)
    assert len(limits._meters) == 5
