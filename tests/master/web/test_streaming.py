"""What draws from a stream: its end, its refusal, its failure, and who goes away."""

import asyncio

import pytest

from app.common.errors import HiveMindError, Reason
from app.master.web.streaming import Pump, ahead


async def pieces(*values, closed=None):
    try:
        for value in values:
            if isinstance(value, Exception):
                raise value
            yield value
    finally:
        if closed is not None:
            closed.set()


async def test_it_gives_what_comes_and_then_nothing():
    pump = Pump(pieces(1, 2))
    assert [await pump.next(), await pump.next(), await pump.next()] == [1, 2, None]
    await pump.close()


@pytest.mark.parametrize(
    "error", [HiveMindError(Reason.SESSION_ENDED), ZeroDivisionError("unforeseen")], ids=repr
)
async def test_what_ends_the_stream_reaches_whoever_takes_from_it(error):
    pump = Pump(pieces(1, error))
    assert await pump.next() == 1
    with pytest.raises(type(error)):
        await pump.next()
    await pump.close()


async def test_silence_is_told_and_loses_nothing():
    waits = asyncio.Event()

    async def slow():
        await waits.wait()
        yield 1

    pump = Pump(slow())
    with pytest.raises(TimeoutError):
        await pump.next(0.01)
    waits.set()
    assert await pump.next() == 1
    await pump.close()


async def test_who_takes_no_more_closes_the_stream():
    closed = asyncio.Event()
    taken = ahead(pieces(*range(1000), closed=closed))
    assert await anext(taken) == 0
    await taken.aclose()
    assert closed.is_set()
