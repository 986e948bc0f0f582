"""Refusals that repeat are counted, and the count is bounded whatever comes."""

from app.master.audit.act import Entry
from app.master.audit.refusals import WINDOW_SECONDS, WINDOWS_MAX, Refusals


def entry(target="user:1", peer="192.0.2.7"):
    return Entry("", "", "UserService/Login", target, "ann", "{}", "BAD_CREDENTIALS", peer)


def test_the_first_is_written_and_the_others_are_counted():
    refusals = Refusals()
    assert refusals.take(entry(), 0.0) == entry()
    assert [refusals.take(entry(), 1.0) for _ in range(7)] == [None] * 7
    assert refusals.over(WINDOW_SECONDS - 1) == []
    (counted,) = refusals.over(WINDOW_SECONDS)
    assert counted.times == 7
    assert refusals.over(2 * WINDOW_SECONDS) == []


def test_one_that_stays_alone_is_not_written_twice():
    refusals = Refusals()
    refusals.take(entry(), 0.0)
    assert refusals.over(WINDOW_SECONDS) == []
    assert refusals.take(entry(), WINDOW_SECONDS + 1) == entry()


def test_what_differs_is_told_apart():
    refusals = Refusals()
    others = [entry(), entry(target="user:2"), entry(peer="192.0.2.8")]
    assert [refusals.take(each, 0.0) for each in others] == others


def test_a_late_look_loses_no_count():
    refusals = Refusals()
    for _ in range(4):
        refusals.take(entry(), 0.0)
    again = refusals.take(entry(), WINDOW_SECONDS + 1)
    assert again.times == 1 + 3


def test_an_end_gives_all_counts():
    refusals = Refusals()
    for _ in range(3):
        refusals.take(entry(), 0.0)
    assert [each.times for each in refusals.close()] == [2]
    assert refusals.close() == []


def test_a_flood_of_different_ones_is_a_few_rows():
    refusals = Refusals()
    flood = [entry(peer=f"192.0.2.{number}") for number in range(WINDOWS_MAX + 5000)]
    written = [each for each in (refusals.take(one, 0.0) for one in flood) if each is not None]
    assert len(written) == WINDOWS_MAX + 1
    assert written[-1].peer == ""
    (counted,) = refusals.over(WINDOW_SECONDS)
    assert (counted.peer, counted.times) == ("", 4999)
