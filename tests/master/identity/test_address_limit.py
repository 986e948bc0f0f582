"""How many failed logins an address may have."""

import pytest

from app.common.errors import HiveMindError, Reason
from app.master.identity.address_limit import (
    ADDRESSES_MAX,
    BURST,
    PER_MINUTE,
    AddressLimit,
    too_many_logins,
)
from app.master.identity.origin import neighbourhood, shown_client
from tests.sources import ManualClock


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def limit(clock):
    return AddressLimit(clock, too_many_logins)


def is_delayed(error):
    return error.reason is Reason.LOGIN_DELAYED


def tries(limit, address="192.0.2.7", most=1000):
    """How many attempts are let through one after the other, and the wait after them."""
    for number in range(most):
        try:
            limit.begin(address)
        except HiveMindError as error:
            wait = error.details["retry_after_seconds"] if is_delayed(error) else "-1"
            return number, int(wait)
    return most, 0


def test_after_a_burst_it_is_so_many_a_minute(limit, clock):
    assert tries(limit) == (BURST, 60 // PER_MINUTE)
    clock.advance(60)
    assert tries(limit)[0] == PER_MINUTE


def test_another_address_has_a_count_of_its_own(limit):
    tries(limit)
    assert tries(limit, "192.0.2.8", most=3) == (3, 0)


def test_right_passwords_cost_nothing(limit):
    for _ in range(BURST * 3):
        limit.begin("192.0.2.7")
        limit.give_back("192.0.2.7")
    assert tries(limit)[0] == BURST


def test_where_the_address_is_not_known_nothing_is_counted(limit):
    assert tries(limit, "", most=BURST * 2)[1] == 0


def test_many_addresses_take_no_more_memory(limit, monkeypatch):
    monkeypatch.setattr("app.master.identity.address_limit.ADDRESSES_MAX", 10)
    assert ADDRESSES_MAX == 100_000
    for number in range(50):
        limit.begin(f"192.0.2.{number}")
    assert len(limit._buckets) == 10


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix", "unix"),
        ("", ""),
    ],
)
def test_what_is_counted_as_one(address, counted_as):
    assert neighbourhood(address) == counted_as


def test_what_a_client_says_of_itself_is_made_printable_and_short():
    assert shown_client("hivemind/1\n\x1b[31m (Linux)") == "hivemind/1[31m (Linux)"
    assert len(shown_client("x" * 1000)) == 100
