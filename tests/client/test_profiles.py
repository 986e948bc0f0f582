import os
import stat

import pytest

from app.client.address import MasterAddress
from app.client.profiles import Profile, Profiles, Tokens
from app.common.errors import HiveMindError, Reason

HERE = MasterAddress("10.0.0.7", 50051)
THERE = MasterAddress("fe80::1", 5001)


def profile(address: MasterAddress = HERE) -> Profile:
    tokens = Tokens("access", 17, "refresh")
    return Profile(address, "PEM", "pool-1", "the lab", "ann", "user", tokens)


@pytest.mark.skipif(os.name == "nt", reason="Windows has access lists instead")
def test_only_the_user_can_read_a_profile(profiles, tmp_path):
    profiles.save(profile())
    profiles.make_current(HERE)
    for path in [tmp_path / "config", *(tmp_path / "config").rglob("*")]:
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path


def test_each_master_has_its_profile_and_the_last_one_is_meant(profiles):
    profiles.save(profile())
    profiles.save(profile(THERE))
    profiles.make_current(THERE)
    assert profiles.load(HERE) == profile()
    assert profiles.find(None) == profile(THERE)
    assert profiles.find("10.0.0.7") == profile()


def test_the_environment_names_the_master_where_the_caller_does_not(profiles, monkeypatch):
    profiles.save(profile())
    profiles.save(profile(THERE))
    profiles.make_current(HERE)
    monkeypatch.setenv("HIVEMIND_MASTER", "[fe80::1]:5001")
    assert profiles.find(None).address == THERE
    assert profiles.find("10.0.0.7:50051").address == HERE


def test_the_folder_comes_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("HIVEMIND_CONFIG_DIR", str(tmp_path / "elsewhere"))
    Profiles().save(profile())
    assert Profiles(tmp_path / "elsewhere").load(HERE) == profile()


def test_who_is_not_known_is_told_to_sign_in(profiles):
    with pytest.raises(HiveMindError, match=r"hivemind login 10\.0\.0\.7:50051") as refusal:
        profiles.find("10.0.0.7")
    assert refusal.value.reason is Reason.NOT_SIGNED_IN


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 99}', '{"version": 1}'])
def test_a_damaged_profile_says_which_file_to_delete(profiles, tmp_path, text):
    profiles.save(profile())
    path = tmp_path / "config" / "masters" / "10.0.0.7_50051.json"
    path.write_text(text)
    with pytest.raises(HiveMindError, match=r"10\.0\.0\.7_50051\.json") as refusal:
        profiles.load(HERE)
    assert refusal.value.reason is Reason.CONFIG_INVALID


def test_a_profile_can_be_forgotten(profiles):
    profiles.save(profile())
    profiles.remove(HERE)
    profiles.remove(HERE)
    assert profiles.load(HERE) is None
