"""The join token's text."""

import pytest

from app.common.errors import HiveMindError, Reason
from app.common.join_token import JoinToken, split_credential

PIN = "0123456789abcdefghjkmnpqrstvwxyz0123456789abcdefghjk"
SECRET = "zyxwvtsrqpnmkjhgfedcba9876"
TOKEN = JoinToken(pin=PIN, token_id="0a1b2c3d", secret=SECRET)


def test_text_and_back():
    assert str(TOKEN) == f"HM1-{PIN}-0a1b2c3d-{SECRET}"
    assert JoinToken.parse(str(TOKEN)) == TOKEN


def test_a_token_typed_in_capitals_with_spaces_around_it_is_the_same():
    assert JoinToken.parse(f"  {str(TOKEN).upper()}\n") == TOKEN


def test_the_credential_is_what_the_master_splits():
    assert split_credential(TOKEN.credential) == ("0a1b2c3d", SECRET)


def test_the_secret_is_not_in_its_repr():
    assert SECRET not in repr(TOKEN)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "HM1-",
        str(TOKEN)[:-1],
        str(TOKEN) + "0",
        str(TOKEN).replace("HM1", "HM2"),
        str(TOKEN).replace("0a1b2c3d", "0a1b2c3u"),
        str(TOKEN).replace("-", " "),
        "SWMTKN-1-49nj1cmql0jkz5s954yi3oex3nedyz0fb0xx14ie39trti4wxv-8vxv8rssmk743ojnwacrr2e7c",
        "HM1-" + "é" * 52 + "-0a1b2c3d-" + SECRET,
    ],
)
def test_other_text_is_refused_and_not_repeated(text):
    with pytest.raises(HiveMindError) as caught:
        JoinToken.parse(text)
    assert caught.value.reason is Reason.BAD_JOIN_TOKEN
    assert SECRET not in caught.value.message


@pytest.mark.parametrize("text", ["", "0a1b2c3d", f"0a1b2c3d-{SECRET}-", SECRET])
def test_other_credentials_are_refused(text):
    with pytest.raises(HiveMindError) as caught:
        split_credential(text)
    assert caught.value.reason is Reason.BAD_JOIN_TOKEN
