"""Joining a pool: what is sent, when, and what is kept."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.client.address import MasterAddress
from app.common.clock import SystemClock
from app.common.errors import HiveMindError, Reason
from app.common.ids import SystemIds
from app.common.join_token import JoinToken
from app.common.pki import key_fingerprint
from app.common.vocabulary import Continent, NodeState
from app.worker.identity import IdentityStore, Membership
from app.worker.joining import Candidate, Place, join
from tests.client.fake_pool import Authority
from tests.parts import require_part
from tests.worker.agents import CAPABILITIES
from tests.worker.fake_master import FakeMaster

SECRET = "s" * 26


@pytest.fixture
async def master() -> AsyncIterator[FakeMaster]:
    async with FakeMaster() as running:
        yield running


def a_token(master: FakeMaster) -> JoinToken:
    return JoinToken(master.authority.pin, "t" * 8, SECRET)


async def joined(
    master: FakeMaster,
    folder: Path,
    token: JoinToken | None,
    waiting: list[str] | None = None,
    sleep=None,
    pin: str = "",
) -> Membership:
    clock = SystemClock()

    async def no_sleep(_seconds: float) -> None:
        pytest.fail("nothing to wait for")

    return await join(
        MasterAddress.parse(master.address),
        pin or (master.authority.pin if token is None else token.pin),
        token,
        Candidate("lab-7", CAPABILITIES, Place.parse("EU/de/room 204/b")),
        IdentityStore(folder),
        clock,
        SystemIds(clock),
        (waiting if waiting is not None else []).append,
        sleep or no_sleep,
    )


async def test_a_token_joins_and_the_membership_is_kept(master: FakeMaster, tmp_path: Path) -> None:
    membership = await joined(master, tmp_path / "data", a_token(master))
    kept = IdentityStore(tmp_path / "data").load()
    assert kept.name == membership.name == "lab-7"
    assert kept.identity.node_id == membership.identity.node_id
    assert kept.identity.ca_certificate_pem == master.authority.ca_pem
    assert str(kept.identity.address) == master.address
    assert (
        kept.identity.private_key.private_bytes_raw()
        == membership.identity.private_key.private_bytes_raw()
    )
    (request,) = master.registrations
    assert request.join_token_secret == f"tttttttt-{SECRET}"
    assert request.location.continent == Continent.EUROPE
    assert (request.location.country, request.location.site) == ("DE", "room 204/b")
    assert request.capabilities.cpu_millicores == CAPABILITIES.cpu_millicores


async def test_nobody_else_can_read_what_is_kept(master: FakeMaster, tmp_path: Path) -> None:
    require_part(sys.platform != "win32", "permissions are another thing on Windows")
    await joined(master, tmp_path / "data", a_token(master))
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    for path in (tmp_path / "data").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600


async def test_an_impostor_learns_nothing(master: FakeMaster, tmp_path: Path) -> None:
    """Its CA is not the one the token names: nothing is registered, no key is made."""
    token = JoinToken(Authority().pin, "t" * 8, SECRET)
    with pytest.raises(HiveMindError) as refusal:
        await joined(master, tmp_path / "data", token)
    assert refusal.value.reason is Reason.PIN_MISMATCH
    assert master.registrations == []
    assert [name for name, _ in master.asked] == ["GetPoolInfo"]
    assert not (tmp_path / "data" / "node.key").exists()


async def test_an_impostor_is_not_asked_to_let_this_machine_in(
    master: FakeMaster, tmp_path: Path
) -> None:
    """Without a token too: the pin that was compared is another one."""
    with pytest.raises(HiveMindError) as refusal:
        await joined(master, tmp_path / "data", None, pin=Authority().pin)
    assert refusal.value.reason is Reason.PIN_MISMATCH
    assert master.registrations == []


async def test_a_master_that_shows_anothers_ca_is_refused(tmp_path: Path) -> None:
    """The CA is the right one, but it did not sign the certificate in use."""
    real = Authority()
    async with FakeMaster(shown_ca_pem=real.ca_pem) as impostor:
        with pytest.raises(HiveMindError) as refusal:
            await joined(impostor, tmp_path, JoinToken(real.pin, "t" * 8, SECRET))
    assert refusal.value.reason is Reason.CERTIFICATE_MISMATCH
    assert impostor.registrations == []


async def test_without_a_token_it_waits_until_an_operator_approves(
    master: FakeMaster, tmp_path: Path
) -> None:
    waiting: list[str] = []
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            (node,) = master.nodes.values()
            node.state = NodeState.ACTIVE

    await joined(master, tmp_path, None, waiting, sleep)
    (request,) = master.registrations
    assert request.join_token_secret == ""
    assert waiting == [key_fingerprint(request.public_key)]
    assert len(pauses) == 3
    assert min(pauses) >= 1


async def test_a_declined_machine_is_told(master: FakeMaster, tmp_path: Path) -> None:
    async def decline(_seconds: float) -> None:
        (node,) = master.nodes.values()
        node.state = NodeState.REVOKED

    with pytest.raises(HiveMindError) as refusal:
        await joined(master, tmp_path, None, sleep=decline)
    assert refusal.value.reason is Reason.NODE_REVOKED


async def test_joining_again_keeps_the_key(master: FakeMaster, tmp_path: Path) -> None:
    await joined(master, tmp_path, a_token(master))
    await joined(master, tmp_path, a_token(master))
    first, second = master.registrations
    assert first.public_key == second.public_key


async def test_with_its_key_set_aside_a_machine_joins_as_another_node(
    master: FakeMaster, tmp_path: Path
) -> None:
    first = await joined(master, tmp_path, a_token(master))
    IdentityStore(tmp_path).set_aside()
    second = await joined(master, tmp_path, a_token(master))
    assert second.identity.node_id != first.identity.node_id
    keys = [one.identity.private_key.public_key().public_bytes_raw() for one in (first, second)]
    assert keys[0] != keys[1]
    assert (tmp_path / "node.key.old").exists()


async def test_a_folder_of_another_pool_is_not_taken_over(
    master: FakeMaster, tmp_path: Path
) -> None:
    membership = await joined(master, tmp_path, a_token(master))
    identity = membership.identity
    other = Membership(
        type(identity)(
            identity.node_id,
            identity.private_key,
            "pool-2",
            identity.ca_certificate_pem,
            identity.address,
        ),
        "lab-7",
    )
    IdentityStore(tmp_path).save(other)
    with pytest.raises(HiveMindError, match="another pool"):
        await joined(master, tmp_path, a_token(master))


@pytest.mark.parametrize("text", ["nowhere/DE", "EU/Germany", "EU/D1"])
def test_a_place_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(HiveMindError) as refusal:
        Place.parse(text)
    assert refusal.value.reason is Reason.INVALID_FIELD


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", Place()),
        ("north-america", Place(Continent.NORTH_AMERICA)),
        ("AS/cn", Place(Continent.ASIA, "CN")),
        ("//attic", Place(site="attic")),
    ],
)
def test_parts_of_a_place_may_be_left_out(text: str, place: Place) -> None:
    assert Place.parse(text) == place


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"version": 9}'])
def test_a_damaged_membership_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "identity.json").write_text(content)
    with pytest.raises(HiveMindError, match="damaged") as refusal:
        IdentityStore(tmp_path).load()
    assert refusal.value.reason is Reason.CONFIG_INVALID


def test_a_folder_without_a_membership_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(HiveMindError, match="join"):
        IdentityStore(tmp_path).load()
