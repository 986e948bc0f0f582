"""The file of a tunnel: written, read back, and refused where it is not good."""

import ipaddress
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.common.errors import HiveMindError, Reason
from app.wireguard import keys
from app.wireguard.configuration import (
    Configuration,
    Endpoint,
    Peer,
    checked_name,
    parse,
    parse_endpoint,
    render,
)
from app.wireguard.file import read_configuration
from tests.sources import SeededIds
from tests.wireguard.networks import require_wireguard

IDS = SeededIds(7)
OWN, OTHER, THIRD = (keys.new_private_key(IDS) for _ in range(3))
OTHER_PUBLIC, THIRD_PUBLIC = keys.public_key_of(OTHER), keys.public_key_of(THIRD)
SAMPLE = f"""
[Interface]
PrivateKey = {OWN}
Address = 10.0.0.18/24, fd00::18/64
DNS = 192.0.2.53
MTU = 1420
[Peer]  # the hub
PublicKey = {OTHER_PUBLIC}
Endpoint = hub.example.org:51820
AllowedIPs = 10.0.0.0/24
allowedips = fd00::/64
PersistentKeepalive = 25
"""

_raw = st.binary(min_size=32, max_size=32)
_networks = st.lists(
    st.integers(0, 2**24 - 1).map(lambda n: ipaddress.ip_network((n << 8, 24))),
    min_size=1, max_size=6, unique=True,
)  # fmt: skip


@st.composite
def configurations(draw: st.DrawFn) -> Configuration:
    private = keys.to_text(draw(_raw))
    public = draw(st.lists(_raw.map(keys.to_text), max_size=4, unique=True))
    public = [key for key in public if key != keys.public_key_of(private)]
    networks = draw(st.lists(_networks, min_size=4, max_size=4))
    taken: set[object] = set()
    peers = []
    for key, allowed in zip(public, networks, strict=False):
        own = tuple(network for network in allowed if network not in taken)
        taken.update(own)
        if own:
            host = draw(st.sampled_from(["hub.example.org", "192.0.2.1", "2001:db8::1"]))
            endpoint = draw(st.sampled_from([None, Endpoint(host, draw(st.integers(1, 65535)))]))
            peers.append(Peer(key, own, endpoint, draw(st.integers(0, 65535))))
    return Configuration(
        private,
        (ipaddress.ip_interface((draw(st.integers(1, 2**32 - 2)), 24)),),
        draw(st.integers(0, 65535)),
        draw(st.sampled_from([0, 1280, 1420])),
        draw(st.sampled_from([(), ("192.0.2.53", "example.org")])),
        tuple(peers),
    )


@given(configurations())
def test_what_is_written_reads_the_same(configuration: Configuration):
    assert parse(render(configuration)) == configuration


def test_a_file_as_people_write_it():
    found = parse(SAMPLE)
    assert found.addresses[1] == ipaddress.ip_interface("fd00::18/64")
    (peer,) = found.peers
    assert peer.endpoint == Endpoint("hub.example.org", 51820)
    assert peer.allowed == (ipaddress.ip_network("10.0.0.0/24"), ipaddress.ip_network("fd00::/64"))
    assert (found.mtu, peer.keepalive, found.dns) == (1420, 25, ("192.0.2.53",))


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("PrivateKey", "PrivateKye", "Line 3"),
        (OWN, OWN[:-2], "Line 3"),
        ("MTU = 1420", "MTU = fast", "Line 6"),
        ("MTU = 1420", "MTU = 1420\nMTU = 1400", "Line 7"),
        ("MTU = 1420", "PostUp = touch /tmp/seen", "PostUp"),
        ("Address = 10.0.0.18/24, fd00::18/64", "", "without PrivateKey or Address"),
        (f"PublicKey = {OTHER_PUBLIC}", "", "without PublicKey or AllowedIPs"),
        ("hub.example.org:51820", "hub.example.org", "endpoint"),
        ("10.0.0.0/24", "0.0.0.0/0", "allowedips"),
        ("[Peer]", "[Pear]", "Line 7"),
        ("[Interface]", "[Peer]", "Line 3"),
        (OTHER_PUBLIC, keys.public_key_of(OWN), "the own one"),
        ("[Interface]", "PrivateKey = x", "Line 2"),
    ],
)
def test_a_damaged_file_is_refused_and_its_key_not_repeated(old: str, new: str, named: str):
    assert old in SAMPLE
    with pytest.raises(HiveMindError) as refusal:
        parse(SAMPLE.replace(old, new))
    assert refusal.value.reason is Reason.VPN_CONFIG_INVALID
    assert named in refusal.value.message
    assert OWN[:8] not in refusal.value.message


def test_two_peers_cannot_have_one_address():
    """WireGuard would give it to the second, and the first would go dark."""
    second = f"[Peer]\nPublicKey = {THIRD_PUBLIC}\nAllowedIPs = 10.0.0.0/24\n"
    with pytest.raises(HiveMindError, match=r"shares 10\.0\.0\.0/24"):
        parse(SAMPLE + second)


def test_keys_are_those_of_wg():
    require_wireguard()
    for private in (OWN, OTHER, THIRD):
        told = subprocess.run(
            ["wg", "pubkey"], input=private, capture_output=True, text=True, check=True
        )
        assert keys.public_key_of(private) == told.stdout.strip()
    assert keys.to_text(keys.to_bytes(OWN)) == OWN


@pytest.mark.parametrize("text", ["", "A" * 44, "A" * 43, OWN + "=", "ä" * 44, OWN[:-1]])
def test_what_is_no_key_is_refused(text: str):
    with pytest.raises(HiveMindError) as refusal:
        keys.to_bytes(text)
    assert refusal.value.reason is Reason.VPN_CONFIG_INVALID


@pytest.mark.parametrize("name", ["", "a" * 16, "wg 0", "../x", "wg0/x"])
def test_a_name_that_is_no_interface_is_refused(name: str):
    with pytest.raises(HiveMindError):
        checked_name(name)
    assert checked_name("wg0") == "wg0"


@pytest.mark.parametrize("text", ["", "host", "host:0", "host:65536", ":51820", "a b:1"])
def test_what_is_no_endpoint_is_refused(text: str):
    with pytest.raises(ValueError, match="HOST:PORT"):
        parse_endpoint(text)
    assert str(parse_endpoint("[2001:db8::1]:51820")) == "[2001:db8::1]:51820"


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path):
    with pytest.raises(HiveMindError) as refusal:
        read_configuration(tmp_path / "wg0.conf")
    assert refusal.value.reason is Reason.VPN_NOT_SET_UP
    (tmp_path / "wg0.conf").write_bytes(b"\xff\xfe[Interface]")
    with pytest.raises(HiveMindError) as refusal:
        read_configuration(tmp_path / "wg0.conf")
    assert refusal.value.reason is Reason.VPN_CONFIG_INVALID
