"""Signing keys follow each other, and nobody is signed out by that."""

import pytest

from app.common.errors import HiveMindError, Reason
from app.common.vault import open_vault
from app.master.identity.principal import PrincipalKind
from app.master.identity.signing_keys import (
    FILE_NAME,
    KEPT_US,
    ROTATED_AFTER_US,
    open_signing_keys,
    rotate_if_due,
)
from app.master.identity.tokens import ACCESS_SECONDS, AccessTokens
from tests.sources import ManualClock, SeededIds

SECOND = 1_000_000


class World:
    def __init__(self, folder):
        self.folder = folder
        self.clock = ManualClock()
        self.ids = SeededIds()
        self.vault = open_vault(folder, self.ids)
        self.keys = open_signing_keys(self.vault, self.clock, self.ids)
        self.tokens = AccessTokens(self.keys, "pool", self.clock, self.ids)

    def rotate(self):
        return rotate_if_due(self.vault, self.keys, self.clock, self.ids)


@pytest.fixture
def world(tmp_path):
    return World(tmp_path / "secrets")


def test_a_key_signs_for_a_quarter_of_a_year(world):
    first = world.keys.current_id
    world.clock.advance(ROTATED_AFTER_US // SECOND - 1)
    assert not world.rotate()
    world.clock.advance(1)
    assert world.rotate()
    assert world.keys.current_id != first


def test_tokens_of_the_key_before_stay_good_until_they_end(world):
    world.clock.advance(ROTATED_AFTER_US // SECOND)
    old = world.tokens.issue(PrincipalKind.USER, "ann", "s1").text
    world.rotate()
    new = world.tokens.issue(PrincipalKind.USER, "ann", "s1").text
    for token in (old, new):
        # Not what is remembered of it: the key itself.
        fresh = AccessTokens(world.keys, "pool", world.clock, world.ids)
        assert fresh.verify(token).subject == "ann"
    assert KEPT_US > ACCESS_SECONDS * SECOND


def test_a_key_that_nobody_needs_any_more_is_forgotten(world):
    old = world.tokens.issue(PrincipalKind.USER, "ann", "s1").text
    world.clock.advance(ROTATED_AFTER_US // SECOND)
    world.rotate()
    world.clock.advance(KEPT_US // SECOND)
    assert world.rotate()
    assert len(world.keys.all) == 1
    with pytest.raises(HiveMindError) as caught:
        AccessTokens(world.keys, "pool", world.clock, world.ids).verify(old)
    assert caught.value.reason is Reason.UNAUTHENTICATED
    assert not world.rotate()


def test_a_restart_knows_both(world):
    world.clock.advance(ROTATED_AFTER_US // SECOND)
    old = world.tokens.issue(PrincipalKind.USER, "ann", "s1").text
    world.rotate()
    again = open_signing_keys(world.vault, world.clock, SeededIds(7))
    assert [key.id for key in again.all] == [key.id for key in world.keys.all]
    assert AccessTokens(again, "pool", world.clock, world.ids).verify(old)


def test_damaged_keys_are_refused_and_stay(world):
    world.vault.write(FILE_NAME, b"{}")
    with pytest.raises(HiveMindError) as caught:
        open_signing_keys(world.vault, world.clock, world.ids)
    assert caught.value.reason is Reason.SECRET_UNREADABLE
    assert world.vault.read(FILE_NAME, bytes) == b"{}"
