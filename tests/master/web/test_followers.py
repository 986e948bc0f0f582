"""Streams of events are given to so many at a time, to one caller and in all."""

import pytest

from app.common.errors import HiveMindError, Reason
from app.master.web.followers import FOLLOWED_MAX, Followers


def test_one_caller_has_so_many_and_gets_places_back():
    followers = Followers()
    leave = [followers.take("user:ann") for _ in range(FOLLOWED_MAX)]
    with pytest.raises(HiveMindError) as caught:
        followers.take("user:ann")
    assert caught.value.reason is Reason.RATE_LIMITED
    assert caught.value.details["retry_after_seconds"] == "10"
    followers.take("user:bob")
    # Given back twice it is one place all the same.
    leave[0]()
    leave[0]()
    followers.take("user:ann")
    with pytest.raises(HiveMindError):
        followers.take("user:ann")


def test_all_together_have_so_many():
    followers = Followers(each_max=2, in_all_max=3)
    leave = [followers.take(f"user:{name}") for name in ("ann", "ann", "bob")]
    with pytest.raises(HiveMindError) as caught:
        followers.take("user:cat")
    assert "All places" in caught.value.message
    for each in leave:
        each()
    assert followers._taken == {}
    followers.take("user:cat")
