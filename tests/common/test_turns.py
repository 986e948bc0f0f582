"""Turns: one at a time for a name, and nobody waits in a circle."""

import asyncio

import pytest

from app.common.errors import HiveMindError, Reason
from app.common.turns import Turns


async def refuse() -> None:
    raise HiveMindError(Reason.TASK_ENDED)


async def act(turns: Turns, names: list[str], mark: str, story: list[str]) -> None:
    async with turns.of(names):
        story.append(f"{mark} begins")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        story.append(f"{mark} ends")


async def test_the_same_name_is_one_at_a_time_in_the_order_asked():
    turns, story = Turns(), []
    await asyncio.gather(*(act(turns, ["x", "x"], mark, story) for mark in "abc"))
    assert story == ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]


async def test_other_names_do_not_wait():
    turns, story = Turns(), []
    await asyncio.gather(act(turns, ["x"], "a", story), act(turns, ["y"], "b", story))
    assert story[:2] == ["a begins", "b begins"]


async def test_several_names_in_any_order_never_wait_for_each_other():
    turns, story = Turns(), []
    work = (act(turns, names, names[0], story) for names in (["x", "y"], ["y", "x"], ["z", "x"]))
    async with asyncio.timeout(5):
        await asyncio.gather(*work)
    assert len(story) == 6


async def test_a_turn_ends_also_with_a_failure_and_leaves_nothing():
    turns = Turns()
    for _ in range(2):
        with pytest.raises(HiveMindError):
            async with turns.of(["x"]):
                await refuse()
    assert len(turns._locks) == 0
