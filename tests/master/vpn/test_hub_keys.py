"""The hub's keys: the own one in its file, those with each peer made of a sealed secret."""

import ipaddress
from pathlib import Path

import pytest

from app.common.errors import HiveMindError, Reason
from app.common.vault import open_vault
from app.master.vpn.hub_keys import PRESHARED_FILE, HubKeys
from app.wireguard.configuration import Configuration
from app.wireguard.file import write_configuration
from app.wireguard.keys import new_private_key, public_key_of, to_bytes
from tests.sources import SeededIds

IDS = SeededIds(4)
ANN, BOB = (public_key_of(new_private_key(IDS)) for _ in range(2))


def keys(folder: Path) -> HubKeys:
    made = HubKeys(open_vault(folder / "secrets", IDS), IDS)
    made.load(folder / "wg0.conf")
    return made


def test_a_preshared_key_is_of_one_pair_and_changes_with_either_end(tmp_path: Path):
    hub = keys(tmp_path)
    first = hub.preshared(hub.public, ANN)
    assert len(to_bytes(first)) == 32
    assert first == hub.preshared(hub.public, ANN)
    hub.prepare()
    assert hub.coming != hub.public
    others = {hub.preshared(hub.public, BOB), hub.preshared(hub.coming, ANN)}
    assert len(others | {first}) == 3
    coming = hub.coming
    hub.follow()
    assert (hub.public, hub.coming) == (coming, coming)


def test_another_start_has_the_same_keys_and_another_pool_has_others(tmp_path: Path):
    private = new_private_key(IDS)
    for folder in (tmp_path / "one", tmp_path / "two"):
        address = ipaddress.ip_interface("10.9.0.1/24")
        write_configuration(folder / "wg0.conf", Configuration(private, (address,)))
    one, again, two = (keys(tmp_path / name) for name in ("one", "one", "two"))
    assert one.public == again.public == public_key_of(private)
    assert one.preshared(one.public, ANN) == again.preshared(one.public, ANN)
    assert one.preshared(one.public, ANN) != two.preshared(two.public, ANN)
    sealed = (tmp_path / "one" / "secrets" / PRESHARED_FILE).read_bytes()
    assert to_bytes(one.preshared(one.public, ANN)) not in sealed


def test_a_damaged_secret_is_told(tmp_path: Path):
    vault = open_vault(tmp_path / "secrets", IDS)
    vault.write(PRESHARED_FILE, b"short")
    with pytest.raises(HiveMindError) as refusal:
        HubKeys(vault, IDS).load(tmp_path / "wg0.conf")
    assert refusal.value.reason is Reason.SECRET_UNREADABLE
