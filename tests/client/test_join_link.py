"""The link by which a machine joins."""

import pytest

from app.client.address import MasterAddress
from app.client.join_link import JoinLink, is_link
from app.common.errors import HiveMindError, Reason
from app.common.join_token import JoinToken

TOKEN = JoinToken("0" * 52, "0a1b2c3d", "1" * 26)


@pytest.mark.parametrize("address", ["pool.example:50051", "[fd00::1]:7", "10.0.0.9:50051"])
def test_it_says_where_and_with_what(address):
    link = JoinLink(MasterAddress.parse(address), TOKEN)
    assert str(link) == f"hivemind://{address}/join#{TOKEN}"
    assert is_link(str(link))
    assert JoinLink.parse(f"  {link}\n") == link
    assert JoinLink.parse(str(link).upper().replace("HIVEMIND", "HiveMind")).token == TOKEN


def test_its_secret_is_not_shown_by_accident():
    link = JoinLink(MasterAddress("pool.example", 1), TOKEN)
    assert TOKEN.secret not in repr(link)
    assert TOKEN.secret not in str(link).partition("#")[0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hivemind://pool.example", Reason.INVALID_FIELD),
        (f"hivemind://pool.example/join?{TOKEN}", Reason.INVALID_FIELD),
        (f"https://pool.example/join#{TOKEN}", Reason.INVALID_FIELD),
        (f"hivemind://pool.example:0/join#{TOKEN}", Reason.INVALID_FIELD),
        ("hivemind://pool.example/join#HM1-short", Reason.BAD_JOIN_TOKEN),
    ],
)
def test_anything_else_is_refused(text, reason):
    with pytest.raises(HiveMindError) as refused:
        JoinLink.parse(text)
    assert refused.value.reason is reason
