"""Streams are given to so many at a time, to one caller and in all."""

import pytest

from app.common.errors import HiveMindError, Reason
from app.master.rpc.places import Places


def test_one_caller_has_so_many_and_gets_places_back():
    places = Places(each_max=3)
    leave = [places.take("user:ann") for _ in range(3)]
    with pytest.raises(HiveMindError) as caught:
        places.take("user:ann")
    assert caught.value.reason is Reason.RATE_LIMITED
    assert caught.value.details["retry_after_seconds"] == "10"
    places.take("user:bob")
    # Given back twice it is one place all the same.
    leave[0]()
    leave[0]()
    places.take("user:ann")
    with pytest.raises(HiveMindError):
        places.take("user:ann")


def test_all_together_have_so_many():
    places = Places(each_max=2, in_all_max=3)
    leave = [places.take(f"user:{name}") for name in ("ann", "ann", "bob")]
    with pytest.raises(HiveMindError) as caught:
        places.take("user:cat")
    assert "All places" in caught.value.message
    for each in leave:
        each()
    assert places._taken == {}
    places.take("user:cat")
