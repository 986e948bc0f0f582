"""The newest log records, kept for whoever may read them."""

import logging
import threading

import pytest

from app.common.log_ring import (
    EVENT_CHARACTERS_MAX,
    FIELDS_MAX,
    TRACE_CHARACTERS_MAX,
    LogRing,
)
from app.common.vocabulary import LogLevel
from tests.sources import ManualClock


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def ring(clock):
    return LogRing(clock, records_max=10)


def say(ring, event, level="info", **fields):
    return ring(None, level, {"event": event, "level": level, **fields})


def everything(ring, position=1, level=LogLevel.DEBUG, limit=1000):
    return ring.read(position, level, limit)


def test_a_record_has_time_level_event_origin_and_fields(ring, clock):
    say(ring, "node connected", node="n1", leases=3, logger="app.master")
    (record,) = everything(ring).records
    assert (record.number, record.at_us, record.level) == (1, clock.now_us(), LogLevel.INFO)
    assert (record.event, record.logger) == ("node connected", "app.master")
    assert record.fields == (("node", "n1"), ("leases", "3"))


def test_a_record_passes_as_it_is(ring):
    event = {"event": "x", "level": "info", "a": 1}
    assert ring(None, "info", event) is event
    assert event == {"event": "x", "level": "info", "a": 1}


def test_the_origin_of_the_standard_library_is_kept(ring):
    made = logging.LogRecord("uvicorn.error", logging.WARNING, "f", 1, "x", (), None)
    ring(None, "warning", {"event": "x", "level": "warning", "_record": made})
    (record,) = everything(ring).records
    assert (record.logger, record.level, record.fields) == ("uvicorn.error", LogLevel.WARNING, ())


@pytest.mark.parametrize(
    ("word", "level"), [("warn", "WARNING"), ("exception", "ERROR"), ("critical", "CRITICAL")]
)
def test_levels_by_their_other_names(ring, word, level):
    say(ring, "x", word)
    assert everything(ring).records[0].level.name == level


def test_only_the_newest_are_kept_and_who_is_late_is_told(ring):
    for number in range(25):
        say(ring, str(number))
    reading = everything(ring)
    assert [record.event for record in reading.records] == [str(n) for n in range(15, 25)]
    assert (reading.lost, reading.position) == (15, 26)
    assert everything(ring, reading.position).lost == 0


def test_a_level_and_a_limit(ring):
    for number in range(10):
        say(ring, str(number), "error" if number % 2 else "debug")
    first = everything(ring, level=LogLevel.WARNING, limit=2)
    assert [record.event for record in first.records] == ["1", "3"]
    rest = everything(ring, first.position, LogLevel.WARNING)
    assert [record.event for record in rest.records] == ["5", "7", "9"]
    assert rest.lost == 0


def test_where_the_newest_begin(ring):
    assert ring.start_of(LogLevel.DEBUG, 5) == 1
    for number in range(25):
        say(ring, str(number), "error" if number % 2 else "debug")
    assert ring.start_of(LogLevel.DEBUG, 0) == 16
    assert ring.start_of(LogLevel.DEBUG, 4) == 22
    newest = everything(ring, ring.start_of(LogLevel.ERROR, 2), LogLevel.ERROR)
    assert [record.event for record in newest.records] == ["21", "23"]


def test_what_other_packages_say_is_left_out(clock):
    ring = LogRing(clock, ignored=("ui", "app.client"))
    for logger in ("ui", "ui.operations", "app.client.calls", "uicorn", "app.master", ""):
        say(ring, "x", logger=logger)
    assert [r.logger for r in everything(ring).records] == ["uicorn", "app.master", ""]


def test_a_listener_hears_until_it_does_not(ring):
    heard = []
    unlisten = ring.listen(lambda: heard.append(1))
    say(ring, "x")
    unlisten()
    say(ring, "x")
    assert heard == [1]


def test_an_exception_is_kept_without_the_values_of_its_frames(ring):
    def fail():
        hidden = "hunter2 in a local variable"
        raise RuntimeError(f"it broke {len(hidden)}")

    try:
        fail()
    except RuntimeError as error:
        say(ring, "call failed", "error", exc_info=error)
        say(ring, "call failed", "error", exc_info=True)
    for record in everything(ring).records:
        trace = dict(record.fields)["exception"]
        assert "fail()" in trace
        assert trace.endswith("RuntimeError: it broke 27")
        assert "hunter2" not in trace


def test_a_record_is_bounded(ring):
    fields = {f"field{number}": "x" * 5000 for number in range(100)}
    say(ring, "e" * 5000, exc_info=ValueError("v" * 50_000), **fields)
    (record,) = everything(ring).records
    assert len(record.event) == EVENT_CHARACTERS_MAX
    assert len(record.fields) == FIELDS_MAX + 1
    assert sum(len(value) for _, value in record.fields) < 20_000
    assert len(dict(record.fields)["exception"]) == TRACE_CHARACTERS_MAX + 1


def test_many_threads_lose_no_number(clock):
    ring = LogRing(clock, records_max=5000)

    def work():
        for _ in range(500):
            say(ring, "x")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [record.number for record in everything(ring, limit=9999).records] == list(
        range(1, 4001)
    )
