import asyncio
import os
import sys
from pathlib import Path

import pytest

from app.client.address import MasterAddress
from app.client.api import HiveMind, open_pool
from app.client.profiles import Profile, Profiles, Tokens
from app.client.session import MemoryTokens, ProfileTokens
from app.common.errors import HiveMindError, Reason
from proto import nodepool_pb2 as pb
from tests.client.fake_pool import FakePool, Lost
from tests.sources import ManualClock, SeededIds

ROOT = Path(__file__).resolve().parents[2]


def profile_of(fake: FakePool, renew_at_us: int = 0) -> Profile:
    """Somebody signed in whose access token is worth nothing any more."""
    tokens = Tokens("stale", renew_at_us, fake.tokens().refresh_token)
    return Profile(MasterAddress.parse(fake.address), fake.authority.ca_pem.decode(), tokens=tokens)


async def test_the_token_is_renewed_before_its_time_is_over(fake):
    clock, store = ManualClock(), MemoryTokens()
    address = MasterAddress.parse(fake.address)
    async with open_pool(
        address, fake.authority.ca_pem, store, clock=clock, ids=SeededIds()
    ) as pool:
        await pool.sign_in("ann", "right")
        clock.advance(fake.access_seconds - 61)
        await pool.whoami()
        assert fake.count("Refresh") == 0
        clock.advance(2)
        await pool.whoami()
        await pool.whoami()
        assert fake.count("Refresh") == 1


async def test_a_token_refused_before_its_time_is_renewed_once(pool, fake):
    fake.access_tokens.clear()
    assert (await pool.whoami()).username == "ann"
    assert fake.count("Refresh") == 1
    assert fake.count("WhoAmI") == 2


async def test_a_call_is_not_repeated_for_ever_when_every_token_is_refused(pool, fake):
    async def refuse(_request):
        raise HiveMindError(Reason.TOKEN_EXPIRED)

    fake.answers["GetBalance"] = refuse
    with pytest.raises(HiveMindError) as refusal:
        await pool.ledger.balance()
    assert refusal.value.reason is Reason.TOKEN_EXPIRED
    assert fake.count("GetBalance") == 2


async def test_many_calls_at_once_renew_once(pool, fake):
    fake.access_tokens.clear()
    await asyncio.gather(*(pool.whoami() for _ in range(20)))
    assert fake.count("Refresh") == 1


async def test_a_session_that_ended_is_forgotten(fake, profiles):
    profile = profile_of(fake)
    profiles.save(profile)
    profiles.make_current(profile.address)
    fake.session_revoked = True
    async with HiveMind.from_profile(profiles=profiles) as pool:
        with pytest.raises(HiveMindError, match="sign in again") as refusal:
            await pool.whoami()
    assert refusal.value.reason is Reason.NOT_SIGNED_IN
    kept = profiles.load(profile.address)
    assert kept is not None
    assert kept.tokens is None
    assert kept.ca_certificate_pem == profile.ca_certificate_pem


async def test_a_master_that_is_away_does_not_end_the_session(fake, profiles):
    profile = profile_of(fake)
    profiles.save(profile)
    profiles.make_current(profile.address)
    fake.lost["Refresh"] = Lost(1000, after=False)
    async with HiveMind.from_profile(profiles=profiles, patience_seconds=0.3) as pool:
        with pytest.raises(HiveMindError) as refusal:
            await pool.whoami()
    assert refusal.value.reason is Reason.MASTER_UNREACHABLE
    assert profiles.load(profile.address) == profile


async def test_a_cancelled_caller_does_not_lose_the_new_token(fake, profiles):
    """The master has used up the old token: the new one must reach the profile."""
    profile = profile_of(fake)
    profiles.save(profile)
    profiles.make_current(profile.address)
    asked, answer = asyncio.Event(), asyncio.Event()

    async def slowly(request: pb.RefreshRequest) -> pb.LoginResponse:
        response = await fake.on_refresh(request)
        asked.set()
        await answer.wait()
        return response

    fake.answers["Refresh"] = slowly
    async with HiveMind.from_profile(profiles=profiles) as pool:
        asking = asyncio.create_task(pool.whoami())
        await asked.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        answer.set()
    kept = profiles.load(profile.address)
    assert kept is not None
    assert kept.tokens is not None
    assert kept.tokens.refresh_token == fake.refresh_token
    async with HiveMind.from_profile(profiles=profiles) as pool:
        assert (await pool.whoami()).username == "ann"


SCRIPT = """
import asyncio
from app.client.api import HiveMind

async def main():
    async with HiveMind.from_profile() as pool:
        for _ in range(8):
            assert (await pool.whoami()).username == "ann"

asyncio.run(main())
"""


async def test_two_processes_share_a_profile_without_burning_a_token(fake, profiles, tmp_path):
    fake.access_seconds = 0
    profile = profile_of(fake)
    profiles.save(profile)
    profiles.make_current(profile.address)
    environment = {**os.environ, "HIVEMIND_CONFIG_DIR": str(tmp_path / "config")}
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            SCRIPT,
            cwd=ROOT,
            env=environment,
            stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]
    for process in processes:
        _, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
    assert fake.count("Refresh") >= 16
    assert not fake.session_revoked
    kept = Profiles(tmp_path / "config").load(profile.address)
    assert kept is not None
    assert kept.tokens is not None
    assert kept.tokens.refresh_token == fake.refresh_token


async def test_what_another_process_renewed_is_used(fake, profiles):
    profile = profile_of(fake)
    profiles.save(profile)
    fresh = fake.tokens()
    clock = ManualClock()
    address, ca = profile.address, fake.authority.ca_pem
    store = ProfileTokens(profiles, profile)
    async with open_pool(address, ca, store, clock=clock, ids=SeededIds()) as pool:
        far = clock.now_us() + 10**9
        await store.save(Tokens(fresh.access_token, far, fresh.refresh_token))
        await pool.whoami()
    assert fake.count("Refresh") == 0


async def test_signing_out_ends_the_session_there_and_here(fake, profiles):
    profile = profile_of(fake)
    profiles.save(profile)
    profiles.make_current(profile.address)
    async with HiveMind.from_profile(profiles=profiles) as pool:
        await pool.sign_out()
        assert fake.session_revoked
        with pytest.raises(HiveMindError) as refusal:
            await pool.whoami()
    assert refusal.value.reason is Reason.NOT_SIGNED_IN
