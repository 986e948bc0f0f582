"""Page tokens: what comes back is what went in, and nothing else passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.common.errors import HiveMindError, Reason
from app.common.page_tokens import decode_page_token, encode_page_token, page_size


@given(st.integers(0, 2**63))
def test_a_token_gives_its_position_back(position):
    assert decode_page_token("tasks", encode_page_token("tasks", position)) == position


@given(st.text(max_size=40))
def test_what_is_no_token_is_refused(text):
    with pytest.raises(HiveMindError) as refused:
        decode_page_token("tasks", text)
    assert refused.value.reason is Reason.BAD_PAGE_TOKEN


def test_a_token_of_another_list_is_refused():
    with pytest.raises(HiveMindError):
        decode_page_token("transfers", encode_page_token("tasks", 5))


@pytest.mark.parametrize(("asked", "given_"), [(0, 100), (1, 1), (1000, 1000)])
def test_pages_have_a_sensible_size(asked, given_):
    assert page_size(asked) == given_


@pytest.mark.parametrize("asked", [1001, 2**32 - 1])
def test_larger_pages_are_refused(asked):
    with pytest.raises(HiveMindError) as refused:
        page_size(asked)
    assert refused.value.reason is Reason.INVALID_FIELD
