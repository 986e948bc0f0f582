"""Which names and passwords are refused."""

import pytest

from app.common.errors import HiveMindError, Reason
from app.master.identity.leaked_passwords import LEAKED_PASSWORDS
from app.master.identity.names import checked_name, name_key
from app.master.identity.password_rules import PASSWORD_CHARACTERS_MIN, checked_password


@pytest.mark.parametrize("name", ["ann", "Ann-Marie_2.0", "李小龙", "7of9", "a" * 32, "Ａｎｎ"])
def test_names_people_have(name):
    assert checked_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "ab",
        "a" * 33,
        "two words",
        "-ann",
        ".ann",
        "ann!",
        "a\0nn",
        "ann\n",
        "x" * 10**6,
        "a/b/c",
    ],
)
def test_names_that_are_refused(name):
    with pytest.raises(HiveMindError) as caught:
        checked_name(name)
    assert caught.value.reason is Reason.INVALID_FIELD


@pytest.mark.parametrize("name", ["treasury", "FEES", "Escrow"])
def test_the_pools_own_names_are_taken(name):
    with pytest.raises(HiveMindError) as caught:
        checked_name(name)
    assert caught.value.reason is Reason.USER_EXISTS


@pytest.mark.parametrize(
    ("one", "other"), [("Ann", "aNN"), ("Straße", "STRASSE"), ("Ａｎｎ", "ann")]
)
def test_names_that_are_one(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "xK9#mQ2p",
        "密码是一匹马和两只猫",
        "p" * 20 + "qrst",
        "a1!" * 20 + "zz",
    ],
)
def test_passwords_that_do(password):
    assert checked_password(password, "ann")


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short77",
        "x" * 129,
        "y" * 10**6,
        "password",
        "PassWord",
        "password1!",
        "Dragon2027!",
        "qwertyuiop",
        "12345678",
        "87654321",
        "abcdefgh",
        "aaaaaaaa",
        "aaaabbbb",
        "hivemind2027",
        "ilove-ann-forever",
        "ANNANNANN1",
    ],
)
def test_passwords_that_are_guessed_first(password):
    with pytest.raises(HiveMindError) as caught:
        checked_password(password, "Ann")
    assert caught.value.reason is Reason.WEAK_PASSWORD


def test_the_same_password_typed_on_two_keyboards_is_one():
    composed, decomposed = "caf\u00e9 noir noir", "cafe\u0301 noir noir"
    assert checked_password(composed, "ann") == checked_password(decomposed, "ann")


@pytest.mark.parametrize(
    "password", ["Jordan23", "iloveyou2", "1q2w3e4r5t", "LIVERPOOL", "qwaszx12"]
)
def test_leaked_passwords_are_refused_in_any_case(password):
    with pytest.raises(HiveMindError) as caught:
        checked_password(password, "ann")
    assert caught.value.reason is Reason.WEAK_PASSWORD


def test_the_list_has_three_thousand_that_only_it_refuses():
    """OWASP ASVS 5.0, 6.2.4: at least the top 3,000 that fit the other rules."""
    assert len(LEAKED_PASSWORDS) >= 3000
    assert all(len(each) >= PASSWORD_CHARACTERS_MIN for each in LEAKED_PASSWORDS)
