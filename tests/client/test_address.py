import pytest

from app.client.address import MasterAddress
from app.common.errors import HiveMindError, Reason


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("master.lab:5001", "master.lab", 5001),
        ("  10.0.0.7 ", "10.0.0.7", 50051),
        ("[::1]:50051", "::1", 50051),
        ("[fe80::1%eth0]", "fe80::1%eth0", 50051),
    ],
)
def test_addresses_are_understood(text, host, port):
    address = MasterAddress.parse(text)
    assert (address.host, address.port) == (host, port)
    assert MasterAddress.parse(str(address)) == address


@pytest.mark.parametrize(
    "text", ["", "lab:0", "lab:65536", "lab:x", "http://lab", "::1:50051", "a b", "user@lab"]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(HiveMindError) as refusal:
        MasterAddress.parse(text)
    assert refusal.value.reason is Reason.INVALID_FIELD
