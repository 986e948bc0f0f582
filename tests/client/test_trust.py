import pytest

from app.client.address import MasterAddress
from app.client.api import HiveMind
from app.client.channel import fetch_pool_info
from app.client.trust import first_with_pin, parse_pin, pool_with_pin
from app.common.errors import HiveMindError, Reason
from tests.client.fake_pool import Authority, FakePool


def names_asked(fake: FakePool) -> set[str]:
    return {name for name, _ in fake.asked}


async def test_a_right_pin_bootstraps_trust(fake):
    info = await pool_with_pin(MasterAddress.parse(fake.address), fake.authority.pin)
    assert info.ca_certificate_pem.encode() == fake.authority.ca_pem
    assert info.pool_name == "the lab"


async def test_a_wrong_pin_sends_nothing_secret(fake):
    with pytest.raises(HiveMindError) as refusal:
        async with HiveMind.connect(
            fake.address, pin=Authority().pin, username="ann", password="right"
        ):
            pass
    assert refusal.value.reason is Reason.PIN_MISMATCH
    assert refusal.value.details["found"] == fake.authority.pin
    assert names_asked(fake) == {"GetPoolInfo"}


async def test_a_man_in_the_middle_who_shows_the_pools_own_ca_learns_nothing(fake):
    """He has the CA's certificate, which is public, but not its key."""
    async with FakePool(shown_ca_pem=fake.authority.ca_pem) as impostor:
        with pytest.raises(HiveMindError) as refusal:
            await fetch_pool_info(MasterAddress.parse(impostor.address))
        assert refusal.value.reason is Reason.CERTIFICATE_MISMATCH
        with pytest.raises(HiveMindError) as refusal:
            async with HiveMind.connect(
                impostor.address, pin=fake.authority.pin, username="ann", password="right"
            ):
                pass
        assert refusal.value.reason is Reason.CERTIFICATE_MISMATCH
        assert names_asked(impostor) == {"GetPoolInfo"}


async def test_a_man_in_the_middle_after_trust_was_settled_sees_no_call(fake):
    async with FakePool(shown_ca_pem=fake.authority.ca_pem) as impostor:
        with pytest.raises(HiveMindError) as refusal:
            async with HiveMind.connect(
                impostor.address,
                ca_certificate_pem=fake.authority.ca_pem,
                username="ann",
                password="right",
            ):
                pass
        assert refusal.value.reason is Reason.CERTIFICATE_MISMATCH
        assert impostor.asked == []


async def test_what_is_shown_as_ca_must_be_a_certificate(fake):
    fake.shown_ca_pem = b"trust me"
    with pytest.raises(HiveMindError) as refusal:
        await pool_with_pin(MasterAddress.parse(fake.address), fake.authority.pin)
    assert refusal.value.reason is Reason.CERTIFICATE_MISMATCH


async def test_silence_and_a_port_without_tls_are_told(proxy):
    for port in (1, proxy.port):
        if port != 1:
            proxy._target_port = 1
        with pytest.raises(HiveMindError) as refusal:
            await pool_with_pin(MasterAddress("127.0.0.1", port), "0" * 52)
        assert refusal.value.reason is Reason.MASTER_UNREACHABLE


async def test_nobody_is_trusted_without_a_pin():
    with pytest.raises(HiveMindError, match="pin"):
        async with HiveMind.connect("127.0.0.1:1"):
            pass


def test_a_pin_or_a_whole_join_token_is_taken():
    pin = Authority().pin
    assert parse_pin(f" {pin.upper()} ") == pin
    assert parse_pin(f"HM1-{pin}-{'0' * 8}-{'1' * 26}") == pin
    for wrong in (pin[:-1], pin + "0", "u" * 52, "HM1-" + pin):
        with pytest.raises(HiveMindError):
            parse_pin(wrong)


async def test_the_first_address_where_the_pool_answers_is_taken(fake):
    silent, right = MasterAddress("127.0.0.1", 1), MasterAddress.parse(fake.address)
    async with FakePool(authority=Authority()) as other:
        wrong = MasterAddress.parse(other.address)
        address, info = await first_with_pin([silent, wrong, right], fake.authority.pin)
        assert (address, info.pool_name) == (right, "the lab")
        with pytest.raises(HiveMindError) as refusal:
            await first_with_pin([silent, wrong], fake.authority.pin)
        assert refusal.value.reason is Reason.PIN_MISMATCH
    with pytest.raises(HiveMindError) as refusal:
        await first_with_pin([silent], fake.authority.pin)
    assert refusal.value.reason is Reason.MASTER_UNREACHABLE
