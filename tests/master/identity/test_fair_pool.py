"""Who asks for much waits behind who asks for little."""

import asyncio
import os
import sys
import threading

import pytest

from app.common.errors import HiveMindError, Reason
from app.master.identity.fair_pool import FairPool, Line


class Held:
    """A pool of one thread that is busy until `go`; `done` is the order of what ran."""

    def __init__(self, queue_max):
        self.gate = threading.Event()
        self.done = []
        self.pool = FairPool("test", 1, queue_max, lambda: HiveMindError(Reason.OVERLOADED))
        self.asked = [asyncio.ensure_future(self.pool.run(Line("first"), self.gate.wait))]

    async def ask(self, name, *, known=False, suspect=False):
        line = Line(name, known, suspect)
        self.asked.append(
            asyncio.ensure_future(self.pool.run(line, lambda: self.done.append(name)))
        )
        await asyncio.sleep(0)
        return self.asked[-1]

    async def go(self):
        """All that were not refused are done; how many were."""
        self.gate.set()
        answers = await asyncio.gather(*self.asked, return_exceptions=True)
        return sum(isinstance(answer, HiveMindError) for answer in answers)


@pytest.fixture
async def make():
    made = []

    def make(queue_max=100):
        made.append(Held(queue_max))
        return made[-1]

    yield make
    for held in made:
        held.gate.set()
        await held.pool.stop()


async def test_lines_are_served_in_turn(make):
    held = make()
    for name in ("flood", "flood", "flood", "ann", "bob"):
        await held.ask(name)
    assert await held.go() == 0
    assert held.done == ["flood", "ann", "bob", "flood", "flood"]


async def test_who_is_known_comes_before_strangers(make):
    held = make()
    await held.ask("flood")
    await held.ask("ann", known=True)
    await held.go()
    assert held.done == ["ann", "flood"]


async def test_a_full_room_takes_the_place_from_the_longest_line(make):
    held = make(queue_max=3)
    for name in ("flood", "flood", "flood", "flood", "ann"):
        await held.ask(name)
    assert await held.go() == 2
    assert sorted(held.done) == ["ann", "flood", "flood"]


async def test_equal_lines_keep_their_places(make):
    held = make(queue_max=2)
    for name in ("ann", "bob", "carl"):
        await held.ask(name)
    assert await held.go() == 1
    assert held.done == ["ann", "bob"]


async def test_who_is_known_gets_a_strangers_place_and_not_the_other_way_round(make):
    held = make(queue_max=1)
    stranger = await held.ask("stranger")
    await held.ask("ann", known=True)
    late = await held.ask("late")
    assert await held.go() == 2
    assert held.done == ["ann"]
    for refused in (stranger, late):
        assert isinstance(refused.exception(), HiveMindError)


async def test_who_may_mean_ill_comes_last_and_gives_the_place_up(make):
    held = make(queue_max=3)
    for name in ("away 1", "away 2", "away 3"):
        await held.ask(name, suspect=True)
    for name in ("here", "there"):
        await held.ask(name)
    await held.ask("ann", known=True)
    late = await held.ask("away 4", suspect=True)
    assert await held.go() == 4
    assert held.done == ["ann", "here", "there"]
    assert isinstance(late.exception(), HiveMindError)


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere threads have no niceness of their own"
)
async def test_the_loops_thread_comes_before_those_that_hash(make):
    held = make()
    ours = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    held.gate.set()
    theirs = await held.pool.run(
        Line(), lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    )
    assert theirs > ours or ours == 19
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == ours


async def test_who_goes_away_leaves_the_place(make):
    held = make(queue_max=1)
    gone = await held.ask("gone")
    gone.cancel()
    await asyncio.sleep(0)
    await held.ask("ann")
    await held.go()
    assert held.done == ["ann"]


async def test_a_turn_that_comes_to_who_has_just_gone_passes_on(make):
    held = make()
    gone, _ = await held.ask("gone"), await held.ask("ann")
    held.gate.set()
    await held.asked[0]
    gone.cancel()
    await asyncio.gather(*held.asked, return_exceptions=True)
    assert "ann" in held.done
    await held.pool.run(Line(), lambda: held.done.append("later"))
    assert held.done[-1] == "later"
