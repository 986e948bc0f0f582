"""One caller alone does not take all the master's time."""

import pytest

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import Role
from app.master.rpc.call_limits import BURST_SECONDS, STREAMS_MAX, CallLimits
from proto import nodepool_pb2 as pb
from tests.identity_wire import Wire, bearer, reason_of, services
from tests.identity_world import channel_to, identity_world, served
from tests.sources import ManualClock

RATE = 10


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def limits(clock):
    return CallLimits(clock, RATE)


def calls(limits, caller="user:ann", most=1000):
    """How many calls go through one after the other."""
    for number in range(most):
        try:
            limits.take(caller)
        except HiveMindError:
            return number
    return most


def test_after_a_burst_it_is_so_many_a_second(limits, clock):
    assert calls(limits) == RATE * BURST_SECONDS
    clock.advance(1)
    assert calls(limits) == RATE
    clock.advance(3600)
    assert calls(limits) == RATE * BURST_SECONDS


def test_each_caller_has_a_measure_of_its_own(limits):
    calls(limits)
    assert calls(limits, "user:bob", most=3) == 3


def test_many_callers_take_no_more_memory(limits, monkeypatch):
    monkeypatch.setattr("app.master.rpc.call_limits.CALLERS_MAX", 5)
    for number in range(50):
        limits.take(f"address:{number}")
    assert len(limits._left) == 5


def test_streams_are_counted_while_they_run(limits):
    ends = [limits.open_stream("user:ann") for _ in range(STREAMS_MAX)]
    with pytest.raises(HiveMindError) as caught:
        limits.open_stream("user:ann")
    assert caught.value.reason is Reason.RATE_LIMITED
    limits.open_stream("user:bob")()
    ends.pop()()
    limits.open_stream("user:ann")()
    for end in ends:
        end()
    assert limits._streams._taken == {}


@pytest.fixture
async def wire(tmp_path):
    """A pool that serves ten calls a second to each caller."""
    async with (
        identity_world(tmp_path, calls_per_second=RATE) as world,
        served(world, services(world)) as address,
        channel_to(world, address) as channel,
    ):
        yield Wire(world, channel, address)


async def test_who_calls_too_often_waits_and_others_do_not(wire):
    ann, bob = await wire.signed_in("ann"), await wire.signed_in("bob", Role.ADMIN)
    for _ in range(RATE * BURST_SECONDS):
        await wire.sessions.WhoAmI(pb.WhoAmIRequest(), metadata=ann)
    refused = wire.sessions.WhoAmI(pb.WhoAmIRequest(), metadata=ann)
    assert await reason_of(refused) is Reason.RATE_LIMITED
    assert await wire.sessions.WhoAmI(pb.WhoAmIRequest(), metadata=bob)
    wire.world.clock.advance(1)
    assert await wire.sessions.WhoAmI(pb.WhoAmIRequest(), metadata=ann)


async def test_who_tries_tokens_is_counted_by_address(wire):
    """And keeps nobody out who has a good one."""
    ann = await wire.signed_in("ann")
    answers = [
        await reason_of(wire.sessions.WhoAmI(pb.WhoAmIRequest(), metadata=bearer("made.up.token")))
        for _ in range(RATE * BURST_SECONDS + 1)
    ]
    assert set(answers[:-1]) == {Reason.UNAUTHENTICATED}
    assert answers[-1] is Reason.RATE_LIMITED
    assert await wire.sessions.WhoAmI(pb.WhoAmIRequest(), metadata=ann)
