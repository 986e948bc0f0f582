"""Keys that were not heard of for too long."""

from hypothesis import given
from hypothesis import strategies as st

from app.master.pool.deadlines import Deadlines


def test_a_key_expires_once_and_only_after_its_time() -> None:
    deadlines = Deadlines(10.0)
    deadlines.set("a", 0.0)
    deadlines.set("b", 5.0)
    assert deadlines.expired(9.9) == []
    assert deadlines.expired(10.0) == ["a"]
    assert deadlines.expired(14.9) == []
    assert "b" in deadlines
    assert deadlines.expired(100.0) == ["b"]
    assert deadlines.expired(100.0) == []


def test_a_cleared_key_does_not_expire() -> None:
    deadlines = Deadlines(1.0)
    deadlines.set("a", 0.0)
    deadlines.clear("a")
    deadlines.clear("never set")
    assert deadlines.expired(5.0) == []


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 5), st.booleans()), max_size=40))
def test_as_a_plain_dictionary_would(steps: list[tuple[str, int, bool]]) -> None:
    deadlines, plain, now = Deadlines(7.0), {}, 0.0
    for key, pause, is_set in steps:
        now += pause
        expected = [name for name, at in plain.items() if now - at >= 7.0]
        assert sorted(deadlines.expired(now)) == sorted(expected)
        for name in expected:
            del plain[name]
        if is_set:
            deadlines.set(key, now)
            plain[key] = now
        else:
            deadlines.clear(key)
            plain.pop(key, None)
