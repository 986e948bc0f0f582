"""Leases: never one address to two, never a released one before it has rested."""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import VpnRole
from app.master.store import Tx, migrations, vpn
from app.master.store.engine import open_engines, sqlite_url
from app.master.store.facts import Fact, put
from app.master.vpn.addresses import QUARANTINE_US, next_address
from app.master.vpn.peers import Peers
from app.master.vpn.setup import Setup, checked_setup
from app.wireguard.keys import new_private_key, public_key_of
from app.wireguard.routes import check_free
from tests.sources import ManualClock, SeededIds

SMALL = ipaddress.ip_network("10.9.0.0/28")


@given(
    st.lists(
        st.one_of(st.just(None), st.integers(0, 13), st.floats(1, 200)), min_size=20, max_size=60
    )
)
def test_no_address_is_anybody_elses_and_each_has_rested(steps: list[int | float | None]):
    """None leases, a whole number releases that place, a float lets seconds pass."""
    leases: dict[str, int | None] = {}
    now_us = 0
    for step in steps:
        if isinstance(step, float):
            now_us += int(step * 1_000_000)
        elif step is not None:
            address = str(SMALL[step + 2]) if step < 12 else ""
            if leases.get(address, 0) is None:
                leases[address] = now_us
        else:
            try:
                address = str(next_address(SMALL, leases, now_us))
            except HiveMindError:
                assert len(leases) == 13
                continue
            assert ipaddress.ip_address(address) in SMALL
            assert address not in {"10.9.0.0", "10.9.0.1", "10.9.0.15"}
            if address in leases:
                released = leases[address]
                assert released is not None
                assert now_us - released >= QUARANTINE_US
            leases[address] = None


def test_of_ipv6_the_last_address_counts():
    network = ipaddress.ip_network("fd00::/126")
    assert str(next_address(network, {"fd00::2": None}, 0)) == "fd00::3"


class World:
    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self.clock = ManualClock()
        self.ids = SeededIds(3)
        self.peers = Peers(self.clock, self.ids)

    def key(self) -> str:
        return public_key_of(new_private_key(self.ids))


@contextmanager
def world(folder: Path) -> Iterator[World]:
    folder.mkdir(exist_ok=True)
    engines = open_engines(sqlite_url(folder / "pool.sqlite3"))
    migrations.migrate(engines)
    setup = checked_setup(Setup(role=VpnRole.HUB, network4="10.9.0.0/29", network6="fd9::/64"))
    with engines.write.connect() as tx:
        put(tx, Fact.VPN, setup.to_json())
        yield World(tx)
    engines.dispose()


def test_a_network_of_five(tmp_path: Path):
    with world(tmp_path) as here:
        made = [here.peers.add(here.tx, f"device {n}", here.key()) for n in range(5)]
        assert made[0].addresses == ("10.9.0.2", "fd9::2")
        with pytest.raises(HiveMindError) as full:
            here.peers.add(here.tx, "sixth", here.key())
        assert full.value.reason is Reason.VPN_ADDRESSES_EXHAUSTED

    with world(tmp_path / "second") as here:
        made = [here.peers.add(here.tx, f"device {n}", here.key()) for n in range(5)]
        here.peers.revoke(here.tx, made[2].id)
        here.clock.advance(179)
        with pytest.raises(HiveMindError, match="free in 1 s"):
            next_address(made_network(), vpn.released(here.tx), here.clock.now_us())
        here.clock.advance(1)
        again = here.peers.add(here.tx, "after the rest", here.key())
        assert again.addresses[0] == made[2].addresses[0]


def made_network() -> ipaddress.IPv4Network:
    return ipaddress.IPv4Network("10.9.0.0/29")


def test_another_key_is_as_old_as_it_is(tmp_path: Path):
    with world(tmp_path) as here:
        made = here.peers.add(here.tx, "phone", here.key())
        assert made.keyed_us == made.created_us
        here.clock.advance(100)
        vpn.set_key(here.tx, made.id, here.key(), here.clock.now_us())
        again = vpn.by_id(here.tx, made.id)
        assert again is not None
        assert again.keyed_us == made.created_us + 100 * 1_000_000


def test_another_network_moves_who_is_in(tmp_path: Path):
    with world(tmp_path) as here:
        one = here.peers.add(here.tx, "one", here.key())
        wide = checked_setup(Setup(role=VpnRole.HUB, network4="10.10.0.0/16"))
        (moved,) = here.peers.move(here.tx, wide)
        assert (moved.id, moved.addresses) == (one.id, ("10.10.0.2",))
        assert here.peers.move(here.tx, wide) == [moved]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"role": VpnRole.UNSPECIFIED}, "role"),
        ({"network4": "10.0.0.0/8"}, "network4"),
        ({"network4": "10.0.0.0/31"}, "network4"),
        ({"network4": "127.0.0.0/24"}, "network4"),
        ({"network4": "fd00::/64"}, "network4"),
        ({"network6": "10.0.0.0/24"}, "network6"),
        ({"network4": "ten"}, "network4"),
        ({"endpoint_host": "a b"}, "endpoint_host"),
        ({"interface": "x" * 16}, "interface"),
        ({"mtu": 1279}, "mtu"),
        ({"port": 70000}, "port"),
    ],
)
def test_a_set_up_that_cannot_be_is_refused_by_its_field(change: dict[str, object], field: str):
    with pytest.raises(HiveMindError) as refusal:
        checked_setup(Setup(**({"role": VpnRole.HUB} | change)))  # type: ignore[arg-type]
    assert refusal.value.details["field"] == field


def test_a_network_in_use_is_not_taken():
    used = [ipaddress.ip_network(text) for text in ("0.0.0.0/0", "10.86.0.128/25", "fd00::/8")]
    with pytest.raises(HiveMindError, match=r"10\.86\.0\.128/25"):
        check_free([ipaddress.ip_network("10.86.0.0/24")], used)
    check_free([ipaddress.ip_network("10.87.0.0/24")], used)


def test_a_set_up_is_kept_as_it_was_chosen():
    setup = checked_setup(Setup(role=VpnRole.HUB, endpoint_host="[2001:db8::1]"))
    assert Setup.from_json(setup.to_json()) == setup
    assert str(setup.endpoint) == "[2001:db8::1]:51820"
    assert Setup.from_json(None).role is VpnRole.UNSPECIFIED
