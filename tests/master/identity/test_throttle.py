"""How failed logins slow the next ones down."""

import pytest

from app.common.errors import HiveMindError, Reason
from app.master.identity.throttle import ACCOUNTS_MAX, LoginThrottle
from tests.sources import ManualClock


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def throttle(clock):
    return LoginThrottle(clock)


def wait_of(throttle, name="ann"):
    """Seconds that the next attempt is told to wait; 0 if it may go on (and then fails)."""
    try:
        throttle.begin(name)
    except HiveMindError as error:
        delayed = error
    else:
        return 0
    assert delayed.reason is Reason.LOGIN_DELAYED
    return int(delayed.details["retry_after_seconds"])


def test_five_failures_are_free_then_the_delay_doubles_to_a_quarter_of_an_hour(throttle, clock):
    assert [wait_of(throttle) for _ in range(5)] == [0] * 5
    delays = []
    for _ in range(12):
        delays.append(wait_of(throttle))
        clock.advance(delays[-1])
        assert wait_of(throttle) == 0
    assert delays == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


def test_attempts_during_the_delay_do_not_lengthen_it(throttle, clock):
    for _ in range(5):
        throttle.begin("ann")
    for _ in range(100):
        assert wait_of(throttle) == 1
    clock.advance(1)
    assert wait_of(throttle) == 0


def test_success_forgives(throttle):
    for _ in range(5):
        throttle.begin("ann")
    throttle.succeeded("ann")
    assert [wait_of(throttle) for _ in range(5)] == [0] * 5


def test_another_account_is_not_concerned(throttle):
    for _ in range(5):
        throttle.begin("ann")
    assert wait_of(throttle, "bob") == 0


def test_an_hour_of_peace_forgives(throttle, clock):
    for _ in range(5):
        throttle.begin("ann")
    clock.advance(3601)
    assert [wait_of(throttle) for _ in range(5)] == [0] * 5


def test_an_attempt_that_was_not_answered_does_not_count(throttle):
    for _ in range(20):
        throttle.begin("ann")
        throttle.undo("ann")
    assert wait_of(throttle) == 0


def test_memory_is_bounded(throttle):
    for number in range(ACCOUNTS_MAX + 100):
        throttle.begin(f"user{number}")
    assert len(throttle._records) == ACCOUNTS_MAX
