"""What draws from a stream: its end, its refusal, its failure, and who goes away."""

import asyncio
from types import SimpleNamespace

import pytest
from starlette.requests import Request

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import Role
from app.master.identity.endings import Endings, session_key
from app.master.identity.permissions import Permission
from app.master.identity.principal import Principal, PrincipalKind
from app.master.rpc.door import Door
from app.master.web.streaming import NOT_YET, ByteStream, EventStream, Pump, ahead
from app.master.web.visitor import Visitor, Whence
from tests.sources import SeededIds


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


@pytest.mark.parametrize("kind", ["events", "bytes"])
async def test_a_silent_stream_begins_and_ends_with_its_reader(monkeypatch, kind):
    monkeypatch.setattr("app.master.web.streaming.BEGIN_SECONDS", 0.01)
    silent, begun, left = asyncio.Event(), asyncio.Event(), []

    async def nothing():
        await silent.wait()
        yield b""

    async def receive():
        await begun.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        if message["type"] == "http.response.start":
            begun.set()

    pump = Pump(nothing(), lambda: left.append(1))
    first = await pump.begin()
    assert first is NOT_YET
    stream = (
        EventStream(pump, first, bytes, "piece")
        if kind == "events"
        else ByteStream(pump, first, {}, "text/plain")
    )
    app = SimpleNamespace(state=SimpleNamespace(stopping=asyncio.Event()))
    await stream({"method": "GET", "app": app}, receive, send)
    assert left == [1]


async def test_who_reads_slowly_is_told_that_the_session_has_ended():
    ann = Principal(PrincipalKind.USER, "u1", "ann", Role.USER, "s1")
    endings, made, closed = Endings(), [], asyncio.Event()
    authenticator = SimpleNamespace(authenticate=lambda _token: ann)
    door = Door(authenticator, endings, SeededIds(), {"/try.Web/Count": Permission.SESSION})

    async def count(_request, _context):
        try:
            for number in range(100):
                made.append(number)
                yield number
        finally:
            closed.set()

    follow = door.generator("/try.Web/Count", count, lambda _: None, lambda came: came, watch=True)
    request = Request({"type": "http", "headers": [], "client": ("192.0.2.1", 1)})
    pump = Pump(follow(None, Visitor("a token", Whence(request))))
    assert await pump.begin() == 0
    async with asyncio.timeout(10):
        # One that can be taken, and one more that waits to be.
        while len(made) < 3:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0)
    endings.end(session_key("s1"), HiveMindError(Reason.SESSION_ENDED))
    await asyncio.wait_for(closed.wait(), 10)
    assert [await pump.next(), await pump.next()] == [1, 2]
    with pytest.raises(HiveMindError) as refusal:
        await pump.next(10)
    assert refusal.value.reason is Reason.SESSION_ENDED
    await pump.close()


async def test_a_refused_stream_is_closed():
    left = []
    pump = Pump(pieces(HiveMindError(Reason.NODE_NOT_FOUND)), lambda: left.append(1))
    with pytest.raises(HiveMindError):
        await pump.begin()
    assert left == [1]


async def test_who_takes_no_more_closes_the_stream():
    closed = asyncio.Event()
    taken = ahead(pieces(*range(1000), closed=closed))
    assert await anext(taken) == 0
    await taken.aclose()
    assert closed.is_set()
