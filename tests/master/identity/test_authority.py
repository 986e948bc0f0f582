"""The pool's CA and its server certificate."""

import stat
import sys

import pytest
from cryptography import x509

from app.common.clock import to_datetime
from app.common.errors import HiveMindError, Reason
from app.common.pki import ca_pin, issued_by
from app.master.identity.authority import CA_FILE, SERVER_FILE, open_authority
from app.master.identity.keys import FILE_NAME, open_keys
from tests.sources import ManualClock, SeededIds

DAY = 24 * 3600


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "secrets"


def leaf(authority):
    return x509.load_pem_x509_certificate(authority.server_certificate_pem)


def names(authority):
    extension = leaf(authority).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    dns = extension.value.get_values_for_type(x509.DNSName)
    return {*dns, *map(str, extension.value.get_values_for_type(x509.IPAddress))}


def test_the_first_start_makes_a_ca_and_a_certificate_it_signed(folder, clock):
    authority = open_authority(folder, clock, SeededIds(), ["lab-7", "192.0.2.7", "lab-7"])
    assert issued_by(authority.server_certificate_pem, authority.ca_certificate_pem)
    assert names(authority) == {
        "master.hivemind.internal",
        "localhost",
        "127.0.0.1",
        "::1",
        "lab-7",
        "192.0.2.7",
    }
    assert authority.ca_pin == ca_pin(authority.ca_certificate_pem)


def test_a_client_with_a_slow_clock_finds_the_certificate_valid(folder, clock):
    authority = open_authority(folder, clock, SeededIds())
    half_an_hour_ago = to_datetime(clock.now_us() - 1800 * 10**6)
    assert leaf(authority).not_valid_before_utc <= half_an_hour_ago


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_only_the_owner_may_read_the_keys(folder, clock):
    open_authority(folder, clock, SeededIds())
    open_keys(folder, SeededIds())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in (CA_FILE, SERVER_FILE, FILE_NAME):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_a_restart_keeps_both(folder, clock):
    first = open_authority(folder, clock, SeededIds())
    clock.advance(59 * DAY)
    again = open_authority(folder, clock, SeededIds(1))
    assert (again.ca_pin, again.server_certificate_pem) == (
        first.ca_pin,
        first.server_certificate_pem,
    )


def test_the_certificate_is_renewed_when_under_a_third_of_its_life_is_left(folder, clock):
    first = open_authority(folder, clock, SeededIds())
    clock.advance(61 * DAY)
    again = open_authority(folder, clock, SeededIds(1))
    assert again.server_certificate_pem != first.server_certificate_pem
    assert again.ca_pin == first.ca_pin
    assert leaf(again).not_valid_after_utc > leaf(first).not_valid_after_utc


def test_the_certificate_is_renewed_when_the_names_change(folder, clock):
    open_authority(folder, clock, SeededIds(), ["old"])
    again = open_authority(folder, clock, SeededIds(1), ["new"])
    assert "new" in names(again)
    assert "old" not in names(again)


def test_the_certificate_never_outlives_the_ca(folder, clock):
    authority = open_authority(folder, clock, SeededIds())
    clock.advance(3640 * DAY)
    ca = x509.load_pem_x509_certificate(authority.ca_certificate_pem)
    again = open_authority(folder, clock, SeededIds(1))
    assert leaf(again).not_valid_after_utc == ca.not_valid_after_utc


@pytest.mark.parametrize("name", ["日本.example", ""])
def test_a_name_no_certificate_can_carry_is_refused(folder, clock, name):
    with pytest.raises(HiveMindError) as caught:
        open_authority(folder, clock, SeededIds(), [name])
    assert caught.value.reason is Reason.CONFIG_INVALID


@pytest.mark.parametrize("name", [CA_FILE, SERVER_FILE])
def test_a_damaged_file_is_named_and_not_replaced(folder, clock, name):
    open_authority(folder, clock, SeededIds())
    (folder / name).write_bytes(b"damaged")
    with pytest.raises(HiveMindError) as caught:
        open_authority(folder, clock, SeededIds())
    assert caught.value.reason is Reason.CONFIG_INVALID
    assert name in caught.value.message
    assert (folder / name).read_bytes() == b"damaged"


def test_keys_stay_the_same_and_differ_by_purpose(folder):
    first = open_keys(folder, SeededIds(1))
    again = open_keys(folder, SeededIds(2))
    assert again.refresh_tokens == first.refresh_tokens
    assert len({first.refresh_tokens, first.join_tokens, first.requests}) == 3


def test_a_damaged_key_file_is_refused(folder):
    open_keys(folder, SeededIds())
    (folder / FILE_NAME).write_bytes(b"short")
    with pytest.raises(HiveMindError) as caught:
        open_keys(folder, SeededIds())
    assert caught.value.reason is Reason.CONFIG_INVALID
