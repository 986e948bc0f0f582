"""What is made of announcements, honest ones and others."""

from ipaddress import ip_interface

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.client.address import MasterAddress
from app.client.discovery import (
    ADDRESSES_MAX,
    NAME_CHARACTERS_MAX,
    NAMELESS,
    Heard,
    masters_of,
    plain_name,
)
from app.common.ids import ALPHABET
from app.common.pki import PIN_LENGTH

PIN = "0" * PIN_LENGTH
OTHER_PIN = "z" * PIN_LENGTH
OWN = [
    ip_interface(text)
    for text in ("127.0.0.1/8", "10.9.0.2/24", "172.17.0.1/16", "fd09::2/64", "192.0.2.7")
]


def heard(*addresses: str, name: str = "lab", pin: str = PIN, port: int | None = 50051) -> Heard:
    return Heard(addresses, port, {b"name": name.encode(), b"pin": pin.encode()})


def addresses_of(*addresses: str) -> list[str]:
    found = masters_of([heard(*addresses)], OWN)
    return [str(address) for master in found for address in master.addresses]


def test_an_announcement_is_a_master_with_its_pin_cut_short() -> None:
    (found,) = masters_of([heard("10.9.0.1", name="My pool")], OWN)
    assert found.pool_name == "My pool"
    assert found.pin == PIN
    assert found.short_pin == "00000000…"
    assert found.addresses == (MasterAddress("10.9.0.1", 50051),)


def test_neighbours_come_first_then_this_machine_then_the_rest() -> None:
    """172.17.0.1 is every container host's own; the IPv6 neighbour is one as well."""
    assert addresses_of("198.18.0.1", "172.17.0.1", "fd09::1", "10.9.0.1") == [
        "10.9.0.1:50051",
        "[fd09::1]:50051",
        "172.17.0.1:50051",
        "198.18.0.1:50051",
    ]


def test_a_link_local_address_comes_after_its_equals_and_needs_its_interface() -> None:
    assert addresses_of("fe80::1", "fe80::2%3", "fd09::1", "198.18.0.1") == [
        "[fd09::1]:50051",
        "[fe80::2%3]:50051",
        "198.18.0.1:50051",
    ]


def test_ipv4_in_ipv6_is_ipv4() -> None:
    assert addresses_of("::ffff:10.9.0.1", "10.9.0.1") == ["10.9.0.1:50051"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "0.0.0.0",
        "::",
        "224.0.0.251",
        "ff02::fb",
        "255.255.255.255",
        "fe80::1%\x1b[2J",
        "fd09::1%a b",
        "master.example",
        "10.9.0.1\n",
        "010.9.0.1",
    ],
)
def test_an_address_that_nobody_connects_to_is_left_out(address: str) -> None:
    assert masters_of([heard(address)], OWN) == []


@pytest.mark.parametrize("port", [None, 0, -1, 65536])
def test_a_port_that_is_none_is_left_out(port: int | None) -> None:
    assert masters_of([heard("10.9.0.1", port=port)], OWN) == []


@pytest.mark.parametrize("pin", ["", "0" * 51, "0" * 53, "u" * PIN_LENGTH, "\u0660" * PIN_LENGTH])
def test_a_pin_that_is_none_is_left_out(pin: str) -> None:
    assert masters_of([heard("10.9.0.1", pin=pin)], OWN) == []


@pytest.mark.parametrize(
    "properties", [{}, {b"pin": None}, {b"name": b"lab", b"pin": b"\xff" * 52}]
)
def test_a_record_without_a_pin_is_left_out(properties: dict[bytes, bytes | None]) -> None:
    assert masters_of([Heard(("10.9.0.1",), 50051, properties)], OWN) == []


def test_a_master_heard_twice_is_one() -> None:
    found = masters_of([heard("10.9.0.1", "fd09::1"), heard("fd09::1", "10.9.0.3")], OWN)
    assert [str(address) for address in found[0].addresses] == [
        "10.9.0.1:50051",
        "10.9.0.3:50051",
        "[fd09::1]:50051",
    ]
    assert len(found) == 1


def test_a_pin_that_is_borrowed_under_another_name_is_another_master() -> None:
    found = masters_of([heard("10.9.0.1"), heard("10.9.0.66", name="gratis")], OWN)
    assert [master.pool_name for master in found] == ["gratis", "lab"]
    found = masters_of([heard("10.9.0.1"), heard("10.9.0.66", pin=OTHER_PIN)], OWN)
    assert [master.pin for master in found] == [PIN, OTHER_PIN]


def test_far_addresses_do_not_crowd_out_a_neighbour() -> None:
    far = [f"198.18.0.{number}" for number in range(1, 200)]
    found = addresses_of(*far, "10.9.0.1")
    assert found[0] == "10.9.0.1:50051"
    assert len(found) == ADDRESSES_MAX


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("My pool", "My pool"),
        ("实验室 é", "实验室 é"),
        ("हिन्दी", "हिन्दी"),
        (" a\n\tb\r ", "a b"),
        ("\x1b]0;owned\x07x", "\ufffd]0;owned\ufffdx"),
        ("safe\u202egnp.exe", "safe\ufffdgnp.exe"),
        ("a\u200bb\u2028c", "a\ufffdb c"),
        ("a" + "\u0316" * 40 + "b", "a\u0316\u0316b"),
        ("", NAMELESS),
        ("\n", NAMELESS),
        ("x" * 61, "x" * 59 + "…"),
    ],
)
def test_a_name_is_shown_and_not_obeyed(name: str, shown: str) -> None:
    assert plain_name(name) == shown


@given(st.text())
def test_any_name_is_one_printable_line(name: str) -> None:
    shown = plain_name(name)
    assert shown.isprintable()
    assert 0 < len(shown) <= NAME_CHARACTERS_MAX
    assert shown == shown.strip()


TEXTS = st.text(max_size=60)
ADDRESSES = st.one_of(
    st.ip_addresses().map(str), TEXTS, st.builds("fe80::{:x}%{}".format, st.integers(0, 9), TEXTS)
)
PINS = st.one_of(
    st.binary(max_size=60), st.text(ALPHABET, min_size=52, max_size=52).map(str.encode)
)
RECORDS = st.fixed_dictionaries(
    {}, optional={b"name": st.none() | st.binary(max_size=255), b"pin": st.none() | PINS}
)
HEARD = st.builds(
    Heard,
    st.lists(ADDRESSES, max_size=6).map(tuple),
    st.none() | st.integers(-1, 70_000),
    RECORDS,
)


@given(st.lists(HEARD, max_size=6))
def test_whatever_is_announced_what_comes_out_can_be_shown_and_dialled(
    announcements: list[Heard],
) -> None:
    found = masters_of(announcements, OWN)
    assert len({(master.pool_name, master.pin) for master in found}) == len(found)
    for master in found:
        assert master.pool_name.isprintable()
        assert len(master.pin) == PIN_LENGTH
        assert 0 < len(master.addresses) <= ADDRESSES_MAX
        for address in master.addresses:
            assert MasterAddress.parse(str(address)) == address


@given(st.permutations([heard("10.9.0.1"), heard("10.9.0.3"), heard("10.9.0.3", name="b")]))
def test_the_order_of_arrival_does_not_matter(announcements: list[Heard]) -> None:
    assert masters_of(announcements, OWN) == masters_of(reversed(announcements), OWN)
