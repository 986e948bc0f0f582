"""The pool's CA and its server certificate."""

import stat
import sys
from datetime import timedelta

import pytest
from cryptography import x509

from app.common.clock import to_datetime
from app.common.errors import HiveMindError, Reason
from app.common.pki import ca_pin, issued_by
from app.common.vault import open_vault
from app.master.identity.authority import (
    CA_FILE,
    SERVER_FILE,
    forget_former_ca,
    open_authority,
    rotate_ca,
)
from app.master.identity.keys import FILE_NAME, open_keys
from tests.sources import ManualClock, SeededIds

DAY = 24 * 3600


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "secrets"


def opened(folder, *arguments):
    return open_authority(open_vault(folder, SeededIds(9)), *arguments)


def leaf(authority):
    return x509.load_pem_x509_certificate(authority.server_certificate_pem)


def names(authority):
    extension = leaf(authority).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    dns = extension.value.get_values_for_type(x509.DNSName)
    return {*dns, *map(str, extension.value.get_values_for_type(x509.IPAddress))}


def test_the_first_start_makes_a_ca_and_a_certificate_it_signed(folder, clock):
    authority = open_authority(
        open_vault(folder, SeededIds(9)), clock, SeededIds(), ["lab-7", "192.0.2.7", "lab-7"]
    )
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
    authority = opened(folder, clock, SeededIds())
    half_an_hour_ago = to_datetime(clock.now_us() - 1800 * 10**6)
    assert leaf(authority).not_valid_before_utc <= half_an_hour_ago


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_only_the_owner_may_read_the_keys(folder, clock):
    opened(folder, clock, SeededIds())
    open_keys(open_vault(folder, SeededIds(9)), SeededIds())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in (CA_FILE, SERVER_FILE, FILE_NAME):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_a_restart_keeps_both(folder, clock):
    first = opened(folder, clock, SeededIds())
    clock.advance(59 * DAY)
    again = opened(folder, clock, SeededIds(1))
    assert (again.ca_pin, again.server_certificate_pem) == (
        first.ca_pin,
        first.server_certificate_pem,
    )


def test_the_certificate_is_renewed_when_under_a_third_of_its_life_is_left(folder, clock):
    first = opened(folder, clock, SeededIds())
    clock.advance(61 * DAY)
    again = opened(folder, clock, SeededIds(1))
    assert again.server_certificate_pem != first.server_certificate_pem
    assert again.ca_pin == first.ca_pin
    assert leaf(again).not_valid_after_utc > leaf(first).not_valid_after_utc


def test_the_certificate_is_renewed_when_the_names_change(folder, clock):
    opened(folder, clock, SeededIds(), ["old"])
    again = opened(folder, clock, SeededIds(1), ["new"])
    assert "new" in names(again)
    assert "old" not in names(again)


def test_the_certificate_never_outlives_the_ca(folder, clock, monkeypatch):
    authority = opened(folder, clock, SeededIds())
    monkeypatch.setattr("app.master.identity.authority.CA_FOLLOWED_BELOW", timedelta(0))
    clock.advance(3640 * DAY)
    ca = x509.load_pem_x509_certificate(authority.ca_certificate_pem)
    again = opened(folder, clock, SeededIds(1))
    assert leaf(again).not_valid_after_utc == ca.not_valid_after_utc


def test_another_ca_follows_a_year_before_the_end(folder, clock):
    first = opened(folder, clock, SeededIds())
    clock.advance((3652 - 364) * DAY)
    again = opened(folder, clock, SeededIds(1))
    assert again.ca_pin != first.ca_pin
    assert issued_by(again.server_certificate_pem, again.ca_certificate_pem)
    # Who knows only the first finds a way from it to the server.
    assert issued_by(again.cross_certificate_pem, first.ca_certificate_pem)
    assert issued_by(again.server_certificate_pem, again.cross_certificate_pem)
    clock.advance(365 * DAY)
    assert opened(folder, clock, SeededIds(2)).cross_certificate_pem == b""


def test_a_rotation_that_was_interrupted_changes_nothing_and_may_be_repeated(
    folder, clock, monkeypatch
):
    first = opened(folder, clock, SeededIds())
    vault = open_vault(folder, SeededIds(9))
    real = vault.write

    def cut(name, data):
        if name == CA_FILE:
            raise KeyboardInterrupt
        real(name, data)

    monkeypatch.setattr(vault, "write", cut)
    with pytest.raises(KeyboardInterrupt):
        rotate_ca(vault, clock, SeededIds(5))
    assert opened(folder, clock, SeededIds(1)) == first
    rotate_ca(open_vault(folder, SeededIds(9)), clock, SeededIds(6))
    again = opened(folder, clock, SeededIds(1))
    assert issued_by(again.cross_certificate_pem, first.ca_certificate_pem)


def test_the_former_ca_is_forgotten_when_told_to(folder, clock):
    opened(folder, clock, SeededIds())
    vault = open_vault(folder, SeededIds(9))
    rotate_ca(vault, clock, SeededIds(5))
    forget_former_ca(vault)
    again = opened(folder, clock, SeededIds(1))
    assert again.cross_certificate_pem == b""
    assert again.certificate_chain_pem.endswith(again.ca_certificate_pem)


@pytest.mark.parametrize("name", ["日本.example", ""])
def test_a_name_no_certificate_can_carry_is_refused(folder, clock, name):
    with pytest.raises(HiveMindError) as caught:
        opened(folder, clock, SeededIds(), [name])
    assert caught.value.reason is Reason.CONFIG_INVALID


@pytest.mark.parametrize("name", [CA_FILE, SERVER_FILE])
def test_a_damaged_file_is_named_and_not_replaced(folder, clock, name):
    opened(folder, clock, SeededIds())
    (folder / name).write_bytes(b"damaged")
    with pytest.raises(HiveMindError) as caught:
        opened(folder, clock, SeededIds())
    assert caught.value.reason is Reason.CONFIG_INVALID
    assert name in caught.value.message
    assert (folder / name).read_bytes() == b"damaged"


def test_keys_stay_the_same_and_differ_by_purpose(folder):
    first = open_keys(open_vault(folder, SeededIds(9)), SeededIds(1))
    again = open_keys(open_vault(folder, SeededIds(9)), SeededIds(2))
    assert again.refresh_tokens == first.refresh_tokens
    assert len({first.refresh_tokens, first.join_tokens, first.requests}) == 3


def test_a_damaged_key_file_is_refused(folder):
    open_keys(open_vault(folder, SeededIds(9)), SeededIds())
    (folder / FILE_NAME).write_bytes(b"short")
    with pytest.raises(HiveMindError) as caught:
        open_keys(open_vault(folder, SeededIds(9)), SeededIds())
    assert caught.value.reason is Reason.CONFIG_INVALID
